"""Two environments, one on trial: good after it has reported, else back, whatever fails when."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.pod.body.linux.world import Lines

from pod.body.linux import slots
from pod.body.linux.problem import Problem
from pod.body.linux.slots import Slots


class Opt:
    """/opt/starlit-pod with two environments that say which they are."""

    def __init__(self, folder):
        self.folder = folder
        self.state = folder / "state"
        self.state.mkdir()
        (folder / "start").write_text(slots.START)
        for slot in "ab":
            self.program(slot, f"echo {slot} $*")

    def program(self, slot, script):
        path = self.folder / slot / "bin" / "starlit-pod"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def boot(self, word="run"):
        return subprocess.run(
            ["sh", self.folder / "start", word],
            env={"STARLIT_POD_SLOTS": str(self.state / "slots"), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
        )

    def slots(self, monkeypatch, running):
        monkeypatch.setattr(sys, "prefix", str(self.folder / running))
        return Slots(self.state, self.folder)


@pytest.fixture
def opt(tmp_path):
    return Opt(tmp_path)


def test_a_new_pod_starts_from_a(opt):
    assert opt.boot().stdout == "a run\n"


def test_one_on_trial_has_two_starts_and_then_the_good_one_returns(opt, monkeypatch):
    opt.slots(monkeypatch, "a").put_on_trial("b")
    assert [opt.boot().stdout.split()[0] for _ in range(4)] == ["b", "b", "a", "a"]
    assert opt.slots(monkeypatch, "a").read() == {
        "good": "a", "trial": "", "tries": "0", "failed": "b",
    }  # fmt: skip


def test_a_self_test_is_no_trial(opt, monkeypatch):
    opt.slots(monkeypatch, "a").put_on_trial("b")
    assert [opt.boot("selftest").stdout for _ in range(4)] == ["a selftest\n"] * 4
    assert opt.boot().stdout == "b run\n"


def test_an_update_waits_for_the_one_on_trial(opt, monkeypatch):
    here = opt.slots(monkeypatch, "a")
    here.put_on_trial("b")
    with pytest.raises(Problem, match="still on trial"):
        slots.update(here, "x", opt.folder, "0.1.0", False, Lines())
    assert opt.boot().stdout == "b run\n"


def test_one_that_has_reported_stays(opt, monkeypatch):
    opt.slots(monkeypatch, "a").put_on_trial("b")
    opt.boot()
    log = Lines()
    opt.slots(monkeypatch, "b").good(log)
    assert log.lines == ["the update in b is good"]
    assert [opt.boot().stdout.split()[0] for _ in range(4)] == ["b"] * 4
    assert opt.slots(monkeypatch, "b").other() == "a"


def test_the_old_one_cannot_call_the_new_one_good(opt, monkeypatch):
    old = opt.slots(monkeypatch, "a")
    old.put_on_trial("b")
    old.good(Lines())
    assert old.read()["trial"] == "b" and old.waits()


@pytest.mark.parametrize("script", [None, "exit 1"])
def test_one_that_does_not_even_start_is_left_after_two(opt, monkeypatch, script):
    opt.slots(monkeypatch, "a").put_on_trial("b")
    if script is None:
        shutil.rmtree(opt.folder / "b")
    else:
        opt.program("b", script)
    assert opt.boot().returncode and opt.boot().returncode
    third = opt.boot()
    assert third.stdout == "a run\n" and "back to a" in third.stderr


@pytest.mark.parametrize("text", ["", "\0\xff", "good=", "good=c\ntrial=d\n", "trial=b\ntries=x"])
def test_whatever_the_file_says_something_starts(opt, text):
    (opt.state / "slots").write_text(text)
    assert opt.boot().stdout.split()[0] in "ab"


def test_power_lost_at_any_byte_of_the_word_leaves_a_pod_that_starts(opt, monkeypatch):
    opt.slots(monkeypatch, "a").put_on_trial("b")
    whole = (opt.state / "slots").read_bytes()
    for end in range(len(whole)):
        (opt.state / "slots").write_bytes(whole[:end])
        assert opt.boot().stdout.split()[0] in "ab"


def test_where_no_trial_can_be_counted_the_good_one_starts(opt, monkeypatch):
    opt.slots(monkeypatch, "a").put_on_trial("b")
    (opt.state / "slots.new").mkdir()  # what it would write
    assert opt.boot().stdout == "a run\n"


def test_an_older_version_is_refused_and_one_that_does_not_run_is_not_put_on_trial(
    opt, monkeypatch
):
    here = opt.slots(monkeypatch, "a")
    log = Lines()

    def make(folder, spec, python=None):
        opt.program(Path(folder).name, f"echo starlit-pod {spec}")
        return slots.environment_version(folder)

    monkeypatch.setattr(slots, "make_environment", make)
    with pytest.raises(Problem, match="0.0.9 is older than 0.1.0"):
        slots.update(here, "0.0.9", opt.folder, "0.1.0", False, log)
    assert here.read()["trial"] == "" and not (opt.folder / "b").exists()
    assert slots.update(here, "0.0.9", opt.folder, "0.1.0", True, log) == "b"
    assert here.read()["trial"] == "b"


def test_an_install_that_fails_changes_nothing(opt, monkeypatch, tmp_path):
    here = opt.slots(monkeypatch, "a")
    with pytest.raises(Problem, match="what runs stays"):
        slots.update(here, str(tmp_path / "no.whl"), opt.folder, "0.1.0", False, Lines())
    assert here.read()["trial"] == "" and opt.boot().stdout == "a run\n"


def test_versions_are_compared_as_numbers():
    assert slots.is_older("0.9.0", "0.10.0")
    assert not slots.is_older("0.10.0", "0.9.0")
    assert not slots.is_older("1.0.0", "1.0.0")
