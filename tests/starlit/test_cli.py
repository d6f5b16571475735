"""The command line in this process; what needs a running cottage is in tests/e2e."""

import json
import os
import socket
import subprocess
import sys

import pytest

from starlit import settings
from starlit.cli import run
from starlit.score.catalogue import TEN
from starlit.settings import Run


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("STARLIT_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path / "state"


def complaint(capsys, args):
    """The one line of a command that a person got wrong."""
    assert run(args) == 2
    said = capsys.readouterr()
    lines = said.err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("starlit: "), said.err
    return lines[0]


@pytest.mark.parametrize(
    "args",
    [
        ["status"],
        ["watch"],
        ["goodnight"],
        ["morning", "--pod", "pod-1"],
        ["cue", "comet"],
        ["unhook"],
        ["virtual", "switch", "pod-1", "out"],
    ],
)
def test_with_nothing_running_a_command_says_what_to_start(capsys, home, args):
    line = complaint(capsys, args)
    assert "no cottage home is up" in line and str(home) in line and "starlit up" in line


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["score", "check", "nonsense"], ", ".join(TEN)),
        (["score", "preview", "rain", "--profile", "teen"], "child or adult"),
        (["status", "--cottage", "Bad/Name"], "cottage name"),
        (["status", "--broker", "http://x"], "mqtt://"),
        (["up", "--profile", "teen"], "child or adult"),
        (["up", "--duration", "-1"], "--duration"),
        (["up", "--virtual", "1000"], "0 to 64"),
        (["up", "--virtual", "-1"], "0 to 64"),
        (["up", "--port", "99999"], "--port"),
        (["up", "--broker", "mqtt://h", "--port", "1999"], "--port"),
        (["up", "--virtual", "x"], "up --help"),
        (["sleep"], "No such command"),
        (["--nonsense"], "No such option"),
        (["virtual", "button", "pod-1"], "Missing argument"),
    ],
)
def test_a_wrong_word_is_one_line_that_says_what_is_right(capsys, args, says):
    assert says in complaint(capsys, args)


def test_a_recording_that_cannot_be_read_is_one_line(capsys, tmp_path, home):
    line = complaint(capsys, ["up", "--virtual", "1", "--replay", str(tmp_path / "none.csv")])
    assert "none.csv" in line
    assert not settings.run_path("home").exists()


def test_a_recording_with_a_word_in_it_names_the_line(capsys, tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("pleth\n" + "1\n2\n" * 200 + "oops\n")
    assert "r.csv:402" in complaint(capsys, ["up", "--virtual", "1", "--replay", str(path)])


def test_a_port_in_use_is_one_line_and_leaves_nothing(capsys, home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert port in complaint(capsys, ["up", "--virtual", "1", "--port", port])
    assert not list(home.glob("up-*")) and not list(home.glob("*.sock"))


def test_a_broker_that_does_not_answer_is_one_line(capsys):
    assert "does not answer" in complaint(capsys, ["up", "--broker", "mqtt://127.0.0.1:1"])


def test_a_state_folder_that_cannot_be_written_is_one_line(capsys, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("STARLIT_HOME", str(tmp_path / "file" / "x"))
    assert "STARLIT_HOME" in complaint(capsys, ["up"])


def test_a_second_up_of_one_cottage_is_one_line(capsys):
    with settings.claimed("home"):
        line = complaint(capsys, ["up"])
        assert f"already up (process {os.getpid()})" in line
    with settings.claimed("home"), settings.claimed("attic"):
        pass  # another cottage, and the same one once it has ended


def test_a_run_file_left_by_a_killed_up_counts_as_none(capsys):
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True
    )
    settings.ensure_state_dir()
    settings.write_run(Run("home", int(ended.stdout), "mqtt://127.0.0.1:1", "/none", []))
    assert "no cottage home is up" in complaint(capsys, ["status"])


def test_the_run_file_is_its_owners_alone(home):
    settings.ensure_state_dir()
    settings.write_run(Run("home", 1, "mqtt://ann:secret@h:1", "/none", []))
    assert settings.run_path("home").stat().st_mode & 0o077 == 0
    assert json.loads(settings.run_path("home").read_text())["cottage"] == "home"


def test_the_state_folder_follows_xdg(monkeypatch, tmp_path):
    monkeypatch.delenv("STARLIT_HOME")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert settings.state_dir() == tmp_path / "starlit"
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert settings.state_dir() == tmp_path / ".local" / "state" / "starlit"


def test_help_says_what_it_is_not(capsys):
    assert run(["--help"]) == 0
    assert "Not a medical device" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("name", ["up", "status", "watch", "cue", "unhook", "simulate", "bench"])
def test_each_command_has_help(capsys, name):
    assert run([name, "--help"]) == 0
    assert "Usage" in capsys.readouterr().out


def test_help_needs_no_heavy_module():
    code = (
        "import sys; from starlit.cli import run; run(['--help'])\n"
        "heavy = {'numpy', 'matplotlib', 'paho', 'amqtt', 'pydantic', 'sqlite3'}\n"
        "heavy &= set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
