"""A board with real MicroPython behind a pseudo-terminal is flashed, whole."""

import json
import os

import pytest
from tests.pod.update_kit import modulus
from tests.starlit.flash.mp_on_wire import BoardOnWire
from tests.starlit.flash.test_find import volume
from tests.starlit.flash.uf2_file import write_uf2

from starlit.bench import device
from starlit.cli import flash as cli
from starlit.cli import run
from starlit.errors import UserError
from starlit.flash import board as board_module
from starlit.flash import find, install
from starlit.flash.board import Board, Memory
from starlit.flash.find import MICROPYTHON, VENDOR, Places
from starlit.flash.flow import Flashing, Told, Wanted
from starlit.flash.uf2 import read_uf2
from starlit.trust.provision import Provision
from starlit.views.steps import Steps

pytestmark = pytest.mark.micropython

SECRET = "correct horse battery"
GIVEN = Provision(
    1, "home", "pod-7", "192.0.2.1", 8883, "pod-7", SECRET, "", "ab" * 32, 1, "cd" * 32
)


@pytest.fixture
def flash_folder(tmp_path):
    folder = tmp_path / "flash"
    folder.mkdir()
    return folder


@pytest.fixture
def wired(micropython, flash_folder):
    board = BoardOnWire(micropython, flash_folder)
    yield board
    board.stop()


@pytest.fixture
def mip(tmp_path):
    folder = tmp_path / "mip"
    (folder / "mqtt_as").mkdir(parents=True)
    (folder / "mqtt_as" / "__init__.py").write_text("VERSION = (0, 8, 3)\n")
    return folder


def at(port):
    return Places(list, lambda: [(port, VENDOR, MICROPYTHON)])


def flashing(wanted, places):
    return Flashing(wanted, places, Steps(quiet=True), sleep=lambda _: None)


def test_a_board_gets_packages_program_and_credential(wired, mip, flash_folder):
    wifi = {"ssid": "attic", "wifi_password": SECRET}
    wanted = Wanted(mip=mip, give=lambda: GIVEN, wifi=wifi, update_key=modulus(), test=False)
    told = flashing(wanted, at(wired.port)).run()
    assert (told.pod, told.slot, told.micropython, told.arch) == ("pod-7", "b", "1.28.0", "armv6m")
    assert told.memory.from_flash is False and told.memory.free_bytes > 0
    assert {"boot.py", "slots.mpy", "lib", "b"} <= set(os.listdir(flash_folder))
    manifest = json.loads((flash_folder / "b" / "manifest.json").read_text())
    for entry in manifest["files"]:
        assert (flash_folder / "b" / entry["path"]).stat().st_size == entry["bytes"]
    words = json.loads((flash_folder / "provision.json").read_text())
    assert words["ssid"] == "attic" and words["key"] == "ab" * 32
    assert int(words["update_key"], 16) == modulus()
    assert (flash_folder / "lib" / "mqtt_as" / "__init__.mpy").exists()
    # Once more: into the other slot, which then counts.
    assert flashing(Wanted(mip=mip, test=False), at(wired.port)).run().slot == "a"
    with Board(wired.port) as board:
        assert board.ask(install._RUNNING) == ["a", "b"]


def test_with_a_rom_partition_its_program_runs_from_flash(micropython, flash_folder, mip, tmp_path):
    rom = tmp_path / "rom.bin"
    rom.write_bytes(b"\xff" * device.ROM_BYTES)
    board = BoardOnWire(micropython, flash_folder, rom=rom)
    try:
        told = flashing(Wanted(mip=mip, test=False), at(board.port)).run()
        assert told.memory.from_flash
        with Board(board.port) as again:  # an image that is whole is not written anew
            before = rom.read_bytes()
            again.start_anew()
            assert again.memory().from_flash and rom.read_bytes() == before
    finally:
        board.stop()
    assert cli.from_where(told).startswith("the program runs from flash: ")


@pytest.mark.parametrize(("machine", "says"), [("Pico W with RP2040", True), ("Pico 2 W", False)])
def test_a_pico_w_without_one_is_told_where_memory_is_short(machine, says):
    told = Told(board="Raspberry Pi " + machine, memory=Memory(False, 200 << 10))
    said = cli.from_where(told)
    assert said.startswith("the program runs from memory") and "200 KB free" in said
    assert ("docs/pico.md" in said) == says and "\n" not in said


def test_what_mip_installs_as_source_is_compiled(wired, flash_folder, monkeypatch):
    def mip(command):
        folder = flash_folder / "lib" / "mqtt_as"
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("# a comment: ü\n" * 100 + "VERSION = (0, 8, 3)\n")

    monkeypatch.setattr(install, "_run_mip", mip)
    with Board(wired.port) as board:
        install.packages(board, None, lambda n: None)
        assert board.ask("import mqtt_as\nprint(mqtt_as.VERSION[2])") == 3
    assert os.listdir(flash_folder / "lib" / "mqtt_as") == ["__init__.mpy"]


def test_firmware_first_then_the_port_appears(wired, mip, tmp_path):
    drive = volume(tmp_path, "RPI-RP2", "RPI-RP2")
    image = read_uf2(write_uf2(tmp_path / "w.uf2"))

    def ports():
        there = (drive / "firmware.uf2").exists()
        return [(wired.port, VENDOR, MICROPYTHON)] if there else []

    wanted = Wanted(image=image, mip=mip, test=False)
    told = flashing(wanted, Places(lambda: [drive], ports)).run()
    assert told.port == wired.port
    assert (drive / "firmware.uf2").read_bytes() == image.path.read_bytes()


def test_a_board_that_does_not_come_back_is_told(tmp_path):
    drive = volume(tmp_path, "RPI-RP2", "RPI-RP2")
    image = read_uf2(write_uf2(tmp_path / "w.uf2"))
    clock = iter(range(0, 1000, 10))
    waiting = Flashing(
        Wanted(image=image), Places(lambda: [drive], list), Steps(quiet=True),
        sleep=lambda _: None, clock=lambda: next(clock),
    )  # fmt: skip
    with pytest.raises(UserError, match="without BOOTSEL"):
        waiting.run()


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ({"version": (1, 26, 1)}, "MicroPython 1.26.1; a pod needs 1.27"),
        ({"machine": "Raspberry Pi Pico"}, "a pod is a Raspberry Pi Pico W"),
    ],
)
def test_a_board_on_which_no_pod_runs_is_refused(micropython, flash_folder, mip, about, says):
    board = BoardOnWire(micropython, flash_folder, **about)
    try:
        with pytest.raises(UserError, match=says):
            flashing(Wanted(mip=mip), at(board.port)).run()
        assert os.listdir(flash_folder) == []
    finally:
        board.stop()


def test_a_board_that_goes_away_is_one_line(wired, mip, monkeypatch):
    monkeypatch.setattr(install, "erase", lambda board: setattr(wired, "dead", True))
    with Board(wired.port) as board:
        board._transport.serial.timeout = 0.2
        wired.dead = True
        with pytest.raises(UserError, match="the board went away") as error:
            board.run("print(1)", timeout_s=0.2)
        monkeypatch.setattr(board_module, "_START_S", 0.2)
        with pytest.raises(UserError, match="the board went away"):
            board.start_anew()
    assert "\n" not in str(error.value)


def test_a_port_that_is_busy_absent_or_forbidden_says_what_to_do(wired, monkeypatch):
    import serial

    busy = pytest.raises(UserError, match="another program has it open")
    with serial.Serial(wired.port, exclusive=True), busy:
        Board(wired.port).__enter__()
    with pytest.raises(UserError, match="no such port"):
        Board("/dev/ttyACM97").__enter__()

    def forbidden(*_, **__):
        raise serial.SerialException(13, "[Errno 13] Permission denied")

    monkeypatch.setattr(serial, "serial_for_url", forbidden)
    with pytest.raises(UserError, match="dialout"):
        Board(wired.port).__enter__()


def test_a_port_without_micropython_says_so(monkeypatch):
    import pty

    master, slave = pty.openpty()
    monkeypatch.setattr(board_module, "_ENTER_S", 0.3)
    with pytest.raises(UserError, match="no MicroPython answers"):
        Board(os.ttyname(slave)).__enter__()
    os.close(master)
    os.close(slave)


def test_mqtt_as_that_cannot_be_fetched_says_where_else_to_get_it(tmp_path):
    import sys

    with pytest.raises(UserError, match=r"\(Package not found\).*STARLIT_MIP"):
        install._run_mip([sys.executable, "-c", "import sys; sys.exit('Package not found')"])
    with pytest.raises(UserError, match="no mqtt_as"):
        install.packages(None, tmp_path, lambda _: None)


# -- the command line ------------------------------------------------------------------------


@pytest.fixture
def here(monkeypatch, tmp_path):
    """The command finds what a test puts there."""
    monkeypatch.setenv("STARLIT_HOME", str(tmp_path / "state"))
    found = {"volumes": [], "ports": []}
    places = Places(lambda: found["volumes"], lambda: found["ports"])
    monkeypatch.setattr(find, "this_computer", lambda: places)
    return found


def test_nothing_plugged_in_is_one_line_and_exit_2(here, capsys):
    assert run(["flash"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("starlit: no board found: hold BOOTSEL") and said.count("\n") == 1


def test_a_drive_without_firmware_named_says_which_to_get(here, capsys, tmp_path):
    here["volumes"] = [volume(tmp_path, "RPI-RP2", "RPI-RP2")]
    assert run(["flash"]) == 2
    assert "--uf2" in capsys.readouterr().err


def test_a_dry_run_looks_and_changes_nothing(here, wired, capsys, flash_folder):
    here["ports"] = [(wired.port, VENDOR, MICROPYTHON)]
    assert run(["flash", "--dry-run", "--pod", "pod-9"]) == 2
    assert "starlit cottage create home" in capsys.readouterr().err
    run(["cottage", "create", "home"])
    capsys.readouterr()
    assert run(["flash", "--dry-run", "--pod", "pod-9", "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)["plan"]
    assert any("name, cottage, key" in line for line in plan)
    assert os.listdir(flash_folder) == [] and wired.heard == []
    assert run(["pod", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pods"] == []


def test_secrets_go_over_the_wire_and_nowhere_else(here, wired, mip, capsys, tmp_path, monkeypatch):
    here["ports"] = [(wired.port, VENDOR, MICROPYTHON)]
    wifi = tmp_path / "wifi.json"
    wifi.write_text(json.dumps({"ssid": "attic", "wifi_password": SECRET}))
    run(["cottage", "create", "home"])
    words = ["flash", "--pod", "pod-9", "--host", "192.0.2.9", "--wifi-file", str(wifi)]
    words += ["--mip", str(mip), "--no-test", "--json"]
    wifi.chmod(0o644)
    assert run(words) == 2
    assert "chmod 600" in capsys.readouterr().err
    wifi.chmod(0o600)
    assert run(words) == 0
    said = capsys.readouterr()
    given = json.loads((wired.root / "provision.json").read_text())
    assert given["pod"] == "pod-9" and given["wifi_password"] == SECRET
    for secret in (SECRET, given["password"], given["key"], given["pod_key"]):
        assert secret not in said.out + said.err
    assert json.loads(said.out)["pod"] == "pod-9"
    assert run(words) == 2  # it is there already: its key is not thrown away by a slip
    assert "starlit pod rotate pod-9" in capsys.readouterr().err


def test_a_password_is_asked_for_hidden_and_checked(monkeypatch):
    asked = []

    def prompt(text, **options):
        asked.append((text, options.get("hide_input")))
        return SECRET

    monkeypatch.setattr(cli.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(cli.typer, "prompt", prompt)
    assert cli._wifi("attic", None, True) == {"ssid": "attic", "wifi_password": SECRET}
    assert asked == [("password of attic", True)]
    with pytest.raises(UserError, match="8 to 63"):
        cli._checked({"ssid": "a", "wifi_password": "short"}, "Wi-Fi")
