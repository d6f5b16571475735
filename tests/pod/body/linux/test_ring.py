"""Frames through NeoPixel and NeoPixel_SPI as they are, decoded from what reaches the wire."""

import pytest
from tests.pod.body.linux.world import Rig

from starlit.virtual.pi import decode_spi

FRAME = bytearray(range(1, 37))


@pytest.fixture(params=["spi", "neopixel"])
def rig(request):
    rig = Rig(backend=request.param)
    rig.hardware.ring.power(True, 0)
    rig.hardware.ring.flush(20)
    rig.pi.frames.clear()
    return rig


def test_what_was_written_is_what_the_wire_says(rig):
    rig.hardware.ring.write(FRAME, 20)
    assert rig.pi.frames == [bytes(FRAME)]


def test_every_level_comes_through(rig):
    for level in range(0, 256, 5):
        frame = bytearray([level, 255 - level, level // 2] * 12)
        rig.hardware.ring.write(frame, 20)
        assert rig.pi.frames[-1] == bytes(frame)


def test_a_frame_stands_no_longer_than_a_second(rig):
    ring = rig.hardware.ring
    ring.write(FRAME, 20)
    ring.flush(1019)
    assert len(rig.pi.frames) == 1
    assert ring.due_ms(1019) == 1020
    ring.flush(1020)
    assert rig.pi.frames == [bytes(FRAME)] * 2


def test_without_power_nothing_is_sent(rig):
    ring = rig.hardware.ring
    ring.power(False, 30)
    ring.write(FRAME, 31)
    ring.flush(5000)
    assert rig.pi.frames == []


def test_with_power_back_it_is_dark_and_nothing_old_returns(rig):
    ring = rig.hardware.ring
    ring.write(FRAME, 20)
    ring.power(False, 30)
    ring.power(True, 40)
    for now_ms in range(40, 4000, 10):
        ring.flush(now_ms)
    assert set(rig.pi.frames[1:]) == {bytes(36)}


def test_the_leds_get_ten_milliseconds_to_wake_and_then_the_newest_frame(rig):
    ring = rig.hardware.ring
    ring.power(False, 30)
    ring.power(True, 40)
    ring.write(bytearray(36), 41)
    ring.write(FRAME, 45)
    assert rig.pi.frames == []
    ring.flush(50)
    assert rig.pi.frames == [bytes(FRAME)]


def test_the_gap_between_frames_is_what_the_newest_leds_need(monkeypatch):
    rig = Rig()
    rig.hardware.ring.power(True, 0)
    caught = []
    monkeypatch.setattr(rig.pi, "spi_write", caught.append)
    rig.hardware.ring.flush(20)
    stream = caught[0]
    low = len(stream) - len(stream.rstrip(b"\0"))
    assert low * 8 / 6.4e6 >= 280e-6  # WS2812B-V5
    assert decode_spi(stream) == bytes(36)


def test_a_wire_that_fails_is_named_once_and_tried_again():
    rig = Rig().start().goodnight()
    rig.pi.spi_error = OSError(5, "Input/output error")
    rig.run(30_000)
    assert len([line for line in rig.log.lines if "ring" in line]) == 1
    assert rig.hardware.ring.failures <= 4
    assert rig.pod.state() == "ritual"
    rig.pi.spi_error = None
    rig.run(11_000)
    assert rig.log.lines[-1] == "works again: the ring of LEDs"
    assert any(rig.pi.ring.shown())


def test_a_stream_that_is_no_frame_is_refused():
    with pytest.raises(ValueError):
        decode_spi(b"\0\0" + bytes([0b11000000] * 23) + b"\0")
    with pytest.raises(ValueError):
        decode_spi(bytes([0b11100000] * 24))
