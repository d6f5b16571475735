"""A program put on a pod's flash by cable is on trial there, and what the pod does with it."""

import hashlib
import json

import pytest
from tests.micropython.flashed import SCRATCH0
from tests.starlit.flash.mp_on_wire import BoardOnWire

from starlit.cli import run
from starlit.errors import UserError
from starlit.flash import board as board_module
from starlit.flash import find
from starlit.flash.find import MICROPYTHON, VENDOR, Places
from starlit.update.cable import by_cable
from starlit.views.steps import Steps

pytestmark = pytest.mark.micropython


@pytest.fixture
def folder(tmp_path, pico):
    pico.bundle.write(tmp_path / "bundle")
    return tmp_path / "bundle"


@pytest.fixture
def wired(pico, micropython, monkeypatch):
    board = BoardOnWire(micropython, pico.root)
    there = [(board.port, VENDOR, MICROPYTHON)]
    monkeypatch.setattr(find, "this_computer", lambda: Places(list, lambda: there))
    yield board
    board.stop()


def update(folder, capsys, *words, expect=0):
    assert run(["update", "--bundle", str(folder), *words]) == expect
    said = capsys.readouterr()
    return said.err if expect else said.out


def by_reset(pico, said):
    """What the code that ends an update leaves in the registers of a Pico."""
    names = {}
    code = said.heard[-1]
    assert code == board_module._RESTART
    at = next(line for line in code.splitlines() if "mem32" in line)
    exec(at.replace("machine.mem32", "names").replace("[at]", "['word']"), {"names": names})
    pico.scratch = {str(SCRATCH0): names["word"]}


def test_it_is_tried_for_a_start_and_kept_once_it_has_reported(pico, wired, folder, capsys):
    pico.start(power=True)
    told = json.loads(update(folder, capsys, "--json"))
    assert told["slot"] == "b" and told["good"] is False and told["port"] == wired.port
    assert told["bytes"] == pico.bundle.total_bytes and told["pod"] is None
    slots = pico.slots()
    assert (slots.good, slots.trial) == ("a", "b")
    by_reset(pico, wired)
    said = pico.start(seconds=50)
    assert said["slot"] == "b" and said["states"] == ["idle"], "meant, so it is no failure"
    assert said["from_rom"] is bool(pico.rom) and pico.slots().good == "b"


def test_one_that_cannot_start_is_gone_at_the_next_start(pico, wired, folder, capsys):
    data = b"torn"
    (folder / "pod" / "core.mpy").write_bytes(data)
    manifest = json.loads((folder / "manifest.json").read_text())
    for entry in manifest["files"]:
        if entry["path"] == "pod/core.mpy":
            entry.update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    (folder / "manifest.json").write_text(json.dumps(manifest))
    pico.start(power=True)
    assert "on trial in slot b" in update(folder, capsys)
    by_reset(pico, wired)
    assert pico.start()["ended"] == "soft"
    said = pico.start(seconds=50)
    assert said["slot"] == "a" and said["core"] and pico.slots().good == "a"
    assert said["from_rom"] is bool(pico.rom)


def test_without_a_host_it_is_not_kept(pico, wired, folder, capsys):
    (pico.root / "provision.json").unlink()
    update(folder, capsys, "--port", wired.port)
    by_reset(pico, wired)
    assert pico.start(seconds=120)["slot"] == "b"
    assert pico.start(power=True)["slot"] == "a"


def test_a_cable_that_is_pulled_leaves_what_runs(pico, wired, folder, monkeypatch):
    real = board_module.Board.put

    def put(self, path, *rest):
        if path == "/b/pod/core.mpy":
            self._transport.serial.timeout = 0.2
            wired.dead = True
        real(self, path, *rest)

    monkeypatch.setattr(board_module.Board, "put", put)
    run_ = board_module.Board.run
    monkeypatch.setattr(board_module.Board, "run", lambda self, script, _=0: run_(self, script, 1))
    with pytest.raises(UserError, match="the board went away"):
        by_cable(wired.port, folder, Steps(quiet=True))
    assert (pico.slots().good, pico.slots().trial) == ("a", None)
    assert pico.start(power=True)["slot"] == "a"


def test_what_is_in_the_way_is_one_line_and_exit_2(pico, wired, folder, capsys, monkeypatch):
    manifest = json.loads((folder / "manifest.json").read_text())
    slots = (pico.root / "slots.mpy").rename(folder / "slots.mpy")
    said = [update(folder, capsys, expect=2)]
    slots.rename(pico.root / "slots.mpy")
    (folder / "manifest.json").write_text(json.dumps({**manifest, "arch": "armv7emsp"}))
    said.append(update(folder, capsys, expect=2))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "mpy": "7.0"}))
    said.append(update(folder, capsys, expect=2))
    pico.slots().try_next("b")
    said.append(update(folder, capsys, expect=2))
    monkeypatch.setattr(find, "this_computer", lambda: Places(list, list))
    said.append(update(folder, capsys, expect=2))
    words = ("`starlit flash`", "is armv6m", "starlit flash --uf2", "still on trial", "--pod ID")
    for line, word in zip(said, words, strict=True):
        assert word in line and line.count("\n") == 1, line
    assert pico.slots().good == "a" and not (pico.root / "b").exists()
