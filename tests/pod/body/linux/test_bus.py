"""The drivers' bus over Blinka's own I2C, and what becomes of it when it fails."""

import pytest
from tests.pod.body.linux.world import Rig

from pod.body.linux.bus import Bus
from pod.drivers.max30102 import ADDRESS, PART_ID
from pod.io import FAULT_BUS


@pytest.fixture
def rig():
    return Rig()


def test_registers_are_read_and_written_through_busio(rig):
    part = bytearray(1)
    rig.hardware.bus.readfrom_mem_into(ADDRESS, 0xFF, part)
    assert part[0] == PART_ID
    rig.hardware.bus.writeto_mem(ADDRESS, 0x0D, b"\x24")
    rig.hardware.bus.readfrom_mem_into(ADDRESS, 0x0D, part)
    assert part[0] == 0x24


def test_a_whole_fifo_comes_in_one_transfer(rig):
    rig.pi.finger(70.0)
    rig.start().run(3000)
    before = rig.pi.bus.transfers
    burst = bytearray(96)
    rig.hardware.bus.readfrom_mem_into(ADDRESS, 0x07, burst)
    assert rig.pi.bus.transfers == before + 1 and any(burst)


def test_an_absent_chip_is_an_error_of_the_bus_and_nothing_else(rig):
    with pytest.raises(OSError):
        rig.hardware.bus.readfrom_mem_into(0x33, 0, bytearray(1))
    assert rig.hardware.bus.stalls == 0


class StuckI2C:
    """Every transfer takes 50 ms and fails, as on a line that somebody holds."""

    def __init__(self, rig):
        self.rig = rig
        self.tries = 0

    def writeto_then_readfrom(self, *_):
        self.tries += 1
        self.rig.now_us += 50_000
        raise TimeoutError(110, "Connection timed out")


def test_a_stuck_bus_stalls_once_in_ten_seconds_and_never_while_anything_sounds(rig):
    bus, stuck = rig.hardware.bus, StuckI2C(rig)
    bus._i2c = stuck
    for _ in range(100):
        with pytest.raises(OSError):
            bus.readfrom_mem_into(ADDRESS, 0xFF, bytearray(1))
    assert stuck.tries == bus.stalls == 1
    rig.now_us += 10_000_001
    bus.busy = True
    with pytest.raises(OSError):
        bus.readfrom_mem_into(ADDRESS, 0xFF, bytearray(1))
    assert stuck.tries == 1
    bus.busy = False
    with pytest.raises(OSError):
        bus.readfrom_mem_into(ADDRESS, 0xFF, bytearray(1))
    assert stuck.tries == 2


def test_without_a_bus_the_sensors_are_named_once_and_it_is_tried_again(rig, monkeypatch):
    import busio

    real, tries = busio.I2C, []

    def refuse(*_, **__):
        tries.append(rig.now_us)
        raise ValueError("No Hardware I2C on (scl,sda)=(3, 2)\nMake sure I2C is enabled.")

    monkeypatch.setattr(busio, "I2C", refuse)
    bare = Rig()
    bare.start().run(60_000)
    named = [line for line in bare.log.lines if "I2C" in line]
    assert len(named) == 1
    assert bare.loop.inputs.faults & FAULT_BUS
    assert 3 <= len(tries) <= 8  # every ten seconds of its time, not at every poll
    monkeypatch.setattr(busio, "I2C", real)
    bare.run(15_000)
    assert bare.log.lines[-1] == "works again: I2C (both sensors)"
    assert not bare.loop.inputs.faults & FAULT_BUS


def test_the_adapters_own_timeout_is_cut_where_linux_has_one(rig, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr("fcntl.ioctl", lambda *given: asked.append(given[1:]))

    class Behind:
        class _i2c:
            class _i2c_bus:
                _device = (tmp_path / "i2c-1").open("w")

    from pod.body.linux.bus import _limit

    _limit(Behind)
    assert asked == [(0x0702, 5), (0x0701, 0)]
    assert isinstance(rig.hardware.bus, Bus)
