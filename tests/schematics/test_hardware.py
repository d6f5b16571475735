"""The command: what a missing tool means, and what it says to a wrong word."""

import sys

import hardware
import pytest
from circuit import kicad


def absent():
    raise hardware.Missing("no KiCad 9: run tools/get_kicad.sh, or install it")


@pytest.mark.parametrize(("ci", "good", "word"), [("true", False, "FAILED"), ("", True, "SKIPPED")])
def test_a_missing_tool_fails_in_ci_and_is_skipped_elsewhere(monkeypatch, capsys, ci, good, word):
    monkeypatch.setenv("CI", ci)
    assert hardware.attempt(absent) is good
    assert f"{word}  no KiCad 9" in capsys.readouterr().out


def test_one_wrong_part_makes_the_whole_wrong(monkeypatch, capsys):
    for step, good in (("check", False), ("simulate", True), ("make_exports", True)):
        monkeypatch.setattr(hardware, step, lambda good=good: good)
    assert hardware.everything() is False


def test_an_unknown_word_shows_the_words(capsys):
    assert hardware.main(["solder"]) == 2
    assert "hardware.py check" in capsys.readouterr().err


def test_kicad_of_another_version_is_no_kicad(monkeypatch, tmp_path):
    for version in ("8.0.9", "10.0.0", ""):
        monkeypatch.setattr(kicad, "_version", lambda root, version=version: version)
        assert kicad.find() is None
    monkeypatch.setattr(kicad, "_version", lambda root: "9.0.2")
    assert kicad.find() is not None


def test_the_command_starts_from_anywhere(tmp_path):
    import subprocess

    done = subprocess.run(
        [sys.executable, kicad.REPO / "schematics" / "hardware.py", "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2 and "make hardware" in done.stderr
