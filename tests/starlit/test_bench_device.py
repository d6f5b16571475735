"""What a Pico would carry, and what it needs: the bars that can be held without one."""

import pytest

from starlit.bench import device

pytestmark = pytest.mark.micropython


@pytest.fixture(scope="module")
def result(micropython):
    return device.run()


def test_every_bar_is_held_and_no_time_of_this_computer_is_one(result):
    assert result["ok"] == {
        "size": True, "no_allocation": True, "heap": True, "largest_block": True,
        "rom_heap": True, "rom_largest_block": True, "time": None,
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
    assert table.row_count == 4 + 4 + 4 + 6
    speed = {"budget_us": device.BUDGET_US}
    without = {**result, "heap": None, "heap_from_rom": None, "speed": speed}
    assert device.table(without).row_count == 4
