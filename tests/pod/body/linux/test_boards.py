"""Zero 2 W, 4 and 5 by Blinka's board id, and who may drive the LEDs on each."""

import pytest

from pod.body.linux import boards
from pod.body.linux.problem import Problem
from pod.pins import PINS


@pytest.fixture
def this_is(monkeypatch):
    return lambda board_id: monkeypatch.setattr(boards, "detect", lambda: board_id)


@pytest.mark.parametrize(
    ("board_id", "root", "backend"),
    [
        ("RASPBERRY_PI_ZERO_2_W", False, "spi"),
        ("RASPBERRY_PI_ZERO_2_W", True, "neopixel"),
        ("RASPBERRY_PI_4B", False, "spi"),
        ("RASPBERRY_PI_4B", True, "neopixel"),
        ("RASPBERRY_PI_5", False, "spi"),
        ("RASPBERRY_PI_5", True, "spi"),
    ],
)
def test_the_led_back_end_follows_board_and_root(this_is, monkeypatch, board_id, root, backend):
    this_is(board_id)
    monkeypatch.setattr(boards, "_has_registers", lambda: True)
    board = boards.find()
    assert board.id == board_id
    chosen, why = boards.led_backend(board, "auto", root)
    assert chosen == backend and why


def test_without_its_compiled_package_root_takes_spi_too(this_is):
    this_is("RASPBERRY_PI_4B")
    backend, why = boards.led_backend(boards.find(), "auto", root=True)
    assert backend == "spi" and "rpi_ws281x" in why


def test_platformdetect_knows_every_board_of_the_table():
    from adafruit_platformdetect.constants import boards as known

    for board in boards.BOARDS:
        assert getattr(known, board.id) == board.id
        assert (board.id in known._RASPBERRY_PI_5_IDS) != board.neopixel


def test_blinka_finds_its_board_without_hardware_here():
    assert boards.find() is boards.SIMULATED


def test_pod_toml_overrules_what_is_found(this_is):
    this_is("RASPBERRY_PI_4B")
    assert boards.find("raspberry_pi_5").id == "RASPBERRY_PI_5"
    assert boards.led_backend(boards.find(), "spi", root=True)[0] == "spi"


def test_a_board_that_is_none_of_ours_is_named_with_what_to_do(this_is):
    this_is("JETSON_NANO")
    with pytest.raises(Problem, match=r"JETSON_NANO.*set board in \[body\]"):
        boards.find()
    with pytest.raises(Problem, match="RASPBERRY_PI_ZERO_2_W"):
        boards.find("pi9")
    with pytest.raises(Problem, match="does not work on a Raspberry Pi 5"):
        boards.led_backend(boards.find("RASPBERRY_PI_5"), "neopixel")


def test_the_pins_are_those_of_the_circuit():
    assert {(name, bcm) for name, _, bcm in PINS if bcm} == set(boards.BCM.items())


def test_every_pin_of_the_table_is_one_that_blinka_has_on_a_40_pin_header():
    from importlib.util import find_spec
    from pathlib import Path

    for name in ("raspi_40pin", "raspi_4b", "raspi_5"):
        source = Path(find_spec(f"adafruit_blinka.board.raspberrypi.{name}").origin).read_text()
        for bcm in boards.BCM.values():
            assert f"\nD{bcm} = pin.D{bcm}\n" in source, (name, bcm)
        for bus in ("SDA", "SCL", "SCLK", "MOSI"):
            assert f"\n{bus} = pin." in source, (name, bus)
