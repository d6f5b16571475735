"""What a Pico would carry, and what it needs: the bars that can be held without one."""

import shutil

import pytest
from tests.conftest import missing
from tests.starlit.flash.uf2_file import RP2350, banner, write_uf2

from starlit.bench import device
from starlit.errors import UserError

pytestmark = pytest.mark.micropython


@pytest.fixture(scope="module")
def result(micropython):
    return device.run()


def test_every_bar_is_held_and_no_time_of_this_computer_is_one(result):
    assert result["ok"] == {
        "size": True, "cycles": True, "frame_cycles": True, "no_allocation": True,
        "heap": True, "largest_block": True, "rom_heap": True, "rom_largest_block": True,
        "firmware_heap": None, "time": None,
    }  # fmt: skip


@pytest.mark.parametrize("where", ["heap", "heap_from_rom"])
def test_the_heap_adds_up(result, where):
    heap = result[where]
    assert heap["free_before"] == heap["code"] + heap["pod"] + heap["free"]
    assert 0 < heap["largest_free"] < heap["free"] < 380 * 1024 + heap["code"]


def test_code_in_rom_takes_less_of_it(result):
    memory, rom = result["heap"], result["heap_from_rom"]
    assert rom["code"] < memory["code"] - 32 * 1024
    assert abs(rom["pod"] - memory["pod"]) < 2048
    assert rom["free_before"] > memory["free_before"] - 6144, "no more than the fake partition"


def test_the_table_has_a_line_for_each_figure(result):
    table = device.table(result)
    assert table.row_count == 4 + 5 + 10 + 4 + 4 + 6
    speed = {"budget_us": device.BUDGET_US}
    without = {**result, "heap": None, "heap_from_rom": None, "speed": speed}
    assert device.table(without).row_count == 4 + 5 + 10
    found = {
        "micropython": "1.28.0", "bundle": 61_144, "from_flash": True, "boot_s": 2.2,
        "joined_s": 5.4, "free": 98_448, "bar": 92_160,
        "us": {"step": 2930, "sample": 333.4, "frame": 33_401, "block": 6939},
    }  # fmt: skip
    assert device.table({**without, "firmware": found}).row_count == 4 + 5 + 10 + 7


@pytest.fixture
def emulator(monkeypatch):
    """Any program; it is not started."""
    monkeypatch.setenv("STARLIT_RP2040PY", "/bin/true")


def test_only_what_is_emulated_is_taken(tmp_path, emulator):
    firmware = banner(board="Raspberry Pi Pico 2 W", chip="RP2350")
    pico_2 = write_uf2(tmp_path / "2w.uf2", firmware, RP2350)
    with pytest.raises(UserError, match="Pico 2 W; what is emulated is a Pico W"):
        device.run(uf2=pico_2)


def test_an_emulator_that_is_not_there_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("STARLIT_RP2040PY", str(tmp_path / "nothing"))
    with pytest.raises(UserError, match="pip install rp2040py, or name one in STARLIT_RP2040PY"):
        device.run(uf2=write_uf2(tmp_path / "w.uf2"))


def test_an_emulator_that_ends_is_one_line(tmp_path, emulator):
    if shutil.which("mosquitto") is None:
        missing("mosquitto")
    with pytest.raises(UserError, match="rp2040py did not start"):
        device.run(uf2=write_uf2(tmp_path / "w.uf2"))
