import pytest

from starlit.errors import UserError
from starlit.flash.find import (
    MICROPYTHON,
    VENDOR,
    Drive,
    Places,
    drives,
    one_drive,
    one_port,
    this_computer,
)

INFO = "UF2 Bootloader v3.0\nModel: Raspberry Pi {}\nBoard-ID: {}\n"


def volume(tmp_path, name, board=None):
    """As under /run/media/$USER."""
    path = tmp_path / name
    path.mkdir()
    if board:
        (path / "INFO_UF2.TXT").write_text(INFO.format(board, board))
    return path


def places(volumes=(), ports=()):
    return Places(lambda: volumes, lambda: ports)


def test_a_drive_is_known_by_what_it_says_of_itself(tmp_path):
    stick = volume(tmp_path, "STICK")
    other = volume(tmp_path, "FTHR", "SAMD21-Feather")
    pico = volume(tmp_path, "RPI-RP2", "RPI-RP2")
    pico_2 = volume(tmp_path, "RP2350", "RP2350")
    assert drives(places([stick, other, pico, pico_2])) == [
        Drive(pico, "RP2040"), Drive(pico_2, "RP2350"),
    ]  # fmt: skip
    assert one_drive(places([stick, other])) is None


def test_two_boards_are_one_too_many(tmp_path):
    two = [volume(tmp_path, name, "RPI-RP2") for name in ("RPI-RP2", "RPI-RP21")]
    with pytest.raises(UserError, match="unplug one"):
        one_drive(places(two))
    with pytest.raises(UserError, match="--port"):
        one_port(places(ports=[(f"/dev/ttyACM{n}", VENDOR, MICROPYTHON) for n in (0, 1)]))


def test_a_port_is_known_by_its_usb_ids():
    others = [("/dev/ttyUSB0", 0x10C4, 0xEA60), ("/dev/ttyS0", None, None), ("p", VENDOR, 0xA)]
    assert one_port(places(ports=others)) is None
    mine = ("/dev/ttyACM3", VENDOR, MICROPYTHON)
    assert one_port(places(ports=[*others, mine])) == "/dev/ttyACM3"


def test_this_computer_can_be_looked_at():
    here = this_computer()
    assert isinstance(drives(here), list)
    list(here.ports())
