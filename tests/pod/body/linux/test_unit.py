"""The systemd unit, judged by systemd itself; its steps, shown before they are done."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pod.body.linux import install, unit
from pod.body.linux.command import main
from pod.body.linux.problem import Problem
from pod.body.linux.slots import START

SCORE = 1.9  # systemd's exposure, 0 to 10


@pytest.fixture
def analyze():
    found = shutil.which("systemd-analyze")
    if not found:
        pytest.skip("systemd-analyze is not here: apt install systemd")
    return lambda *words: subprocess.run([found, *words], capture_output=True, text=True)


@pytest.fixture
def file(tmp_path):
    start = tmp_path / "start"
    start.write_text(START)
    start.chmod(0o755)
    path = tmp_path / unit.NAME
    path.write_text(unit.text(start, tmp_path / "pod.toml"))
    return path


def test_systemd_finds_nothing_wrong_with_it(analyze, file):
    done = analyze("verify", "--man=no", str(file))
    assert done.returncode == 0 and done.stderr == "", done.stderr


def test_systemd_would_find_a_wrong_line(analyze, file):
    file.write_text(file.read_text().replace("Restart=always", "Restart=perhaps"))
    assert "perhaps" in analyze("verify", "--man=no", str(file)).stderr


def test_its_exposure_is_low(analyze, file, capsys):
    done = analyze("security", "--offline=true", "--no-pager", str(file))
    if "unrecognized" in done.stderr:
        pytest.skip("this systemd judges no file")
    score = float(re.search(r"exposure level for .*: ([\d.]+)", done.stdout)[1])
    with capsys.disabled():
        print(f"\nsystemd-analyze security: {score}, {SCORE} at most")
    assert score <= SCORE


def test_it_has_its_own_user_and_no_group_that_it_does_not_need(file):
    lines = dict(
        line.split("=", 1) for line in file.read_text().splitlines() if re.match(r"\w+=", line)
    )
    assert lines["User"] == "starlit-pod"
    assert lines["SupplementaryGroups"] == "gpio i2c spi audio"
    assert lines["CapabilityBoundingSet"] == "" and lines["ProtectSystem"] == "strict"
    assert lines["Type"] == "notify" and int(lines["WatchdogSec"]) <= 10


def test_a_dry_run_shows_every_step_and_does_none(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("it did something"))
    assert main(["install", "--dry-run", "--provision", "lamp.json"]) == 0
    shown = capsys.readouterr().out
    for step in (
        "useradd --system", "-m 0600 --owner starlit-pod --group starlit-pod lamp.json",
        "-m venv /opt/starlit-pod/a", "write /etc/starlit-pod/pod.toml",
        "write /etc/systemd/system/starlit-pod.service", "    ExecStart=/opt/starlit-pod/start",
        "systemctl enable --now starlit-pod.service",
    ):  # fmt: skip
        assert step in shown, step
    assert not Path("/etc/starlit-pod").exists()


def test_what_is_there_already_is_left_alone(tmp_path):
    plan = install.Plan(
        "wheel", None, tmp_path, tmp_path / "state", tmp_path / "pod.toml", tmp_path
    )
    (tmp_path / "a").mkdir()
    plan.config.write_text("mine")
    lines = [step.line for step in install.steps(plan)]
    assert not any("venv" in line or "pod.toml" in line for line in lines)


def test_without_root_it_says_so(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(Problem, match="sudo starlit-pod install"):
        install.install(install.Plan("x"), print)


def test_a_step_that_fails_is_named_and_ends_it(tmp_path, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(
        install, "steps", lambda plan: [install._command("false"), install._command("true")]
    )
    with pytest.raises(Problem, match="^false: .*run it again"):
        install.install(install.Plan("x"), lambda line: None)
