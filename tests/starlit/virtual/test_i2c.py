"""The simulated bus fails as a real one does."""

import errno

import pytest

from starlit.virtual.i2c import I2CBus


class Memory:
    def __init__(self):
        self.bytes = bytearray(range(16))

    def read(self, register, buf):
        buf[:] = self.bytes[register : register + len(buf)]

    def write(self, register, data):
        self.bytes[register : register + len(data)] = data


@pytest.fixture
def bus():
    bus = I2CBus()
    bus.attach(0x20, Memory())
    return bus


def test_what_is_written_is_read_back(bus):
    bus.writeto_mem(0x20, 3, b"\xaa\xbb")
    buf = bytearray(2)
    bus.readfrom_mem_into(0x20, 3, buf)
    assert buf == b"\xaa\xbb"


def test_an_address_without_a_chip_does_not_answer(bus):
    with pytest.raises(OSError) as caught:
        bus.readfrom_mem_into(0x21, 0, bytearray(1))
    assert caught.value.errno == errno.ENODEV


def test_a_dead_bus_fails_for_every_address(bus):
    bus.dead = True
    with pytest.raises(OSError) as caught:
        bus.writeto_mem(0x20, 0, b"\x00")
    assert caught.value.errno == errno.EIO
    assert bus.scan() == []


def test_a_broken_transfer_leaves_its_first_bytes_and_happens_once(bus):
    bus.break_next_read(2)
    buf = bytearray(4)
    with pytest.raises(OSError):
        bus.readfrom_mem_into(0x20, 4, buf)
    assert buf == b"\x04\x05\x00\x00"
    bus.readfrom_mem_into(0x20, 4, buf)
    assert buf == b"\x04\x05\x06\x07"


def test_a_short_read_does_not_meet_a_break_meant_for_a_burst(bus):
    bus.break_next_read(2)
    bus.readfrom_mem_into(0x20, 0, bytearray(2))
    with pytest.raises(OSError):
        bus.readfrom_mem_into(0x20, 0, bytearray(3))
