"""A Raspberry Pi without the Pi: Blinka's board without hardware, and simulated parts at its pins.

Everything of Blinka, NeoPixel and NeoPixel_SPI runs as it is; replaced is the lowest layer alone:
what would reach a register. `Pi.install` does it once in a process, before anything imports
`board`. PortAudio's place is taken by a device on the simulated clock.
"""

from __future__ import annotations

import os
import time
from array import array
from collections.abc import Callable
from typing import Any

from pod.body.linux.boards import BCM
from pod.io import FRAME_BYTES, LEDS
from starlit.virtual.hands import Hands
from starlit.virtual.i2c import Clock

BIT_0, BIT_1 = 0b11000000, 0b11110000  # of neopixel_spi
RATE_HZ = 16_000
_DEVICE_FRAMES = 1280


def decode_spi(stream: bytes) -> bytes:
    """r, g, b of all LEDs of one SPI transfer; ValueError where a bit is neither of the two."""
    bits = stream.strip(b"\0")
    if len(bits) % 24 or not set(bits) <= {BIT_0, BIT_1}:
        raise ValueError(f"{len(bits)} bytes between the resets are no WS2812B frame")
    green_first = bytes(
        sum((byte == BIT_1) << (7 - i) for i, byte in enumerate(bits[at : at + 8]))
        for at in range(0, len(bits), 8)
    )
    return rgb(green_first)


def rgb(green_first: bytes) -> bytes:
    shown = bytearray(green_first)
    shown[0::3], shown[1::3] = green_first[1::3], green_first[0::3]
    return bytes(shown)


class Pi(Hands):
    """The world at the pins of one pod: chips, switch, button, rail, ring, and hands."""

    current: Pi | None = None

    def __init__(self, clock_us: Clock, pulse_seed: int = 1) -> None:
        super().__init__(clock_us, pulse_seed, None)
        self.rail.power_up()
        self.frames: list[bytes] = []  # as they came off the wire
        self.level: dict[int, int] = {}
        self.is_output: dict[int, bool] = {}
        self.spi_error: Exception | None = None
        self.simulated_s = 0.0  # spent in here, for whoever measures the rest
        Pi.current = self

    # -- what reaches a register -------------------------------------------------------------

    def pin_mode(self, pin: int, output: bool) -> None:
        self.is_output[pin] = output
        if pin == BCM["rail_enable"] and not output:
            self.rail.enable(True)  # R208 holds it high

    def pin_read(self, pin: int) -> int:
        name = _NAMES.get(pin)
        if name == "switch_sense":
            return int(self.rail.sense_in)
        if name == "button":
            return int(not self.button_contact.down)
        if name == "hot":
            return int("hot" not in self.faults)
        if name == "rail_sense":
            return int(self.rail.on)
        return self.level.get(pin, 0)

    def pin_write(self, pin: int, level: int) -> None:
        was = self.level.get(pin, 0)
        self.level[pin] = level
        name = _NAMES.get(pin)
        if name == "rail_enable":
            self.rail.enable(bool(level))
            self._shine()
        elif name == "heartbeat" and level != was:
            self.rail.toggle()

    def spi_write(self, stream: bytes) -> None:
        if self.spi_error is not None:
            raise self.spi_error
        self._show(decode_spi(stream))

    def neopixel_write(self, pin: int, buffer: bytes) -> None:
        assert pin == BCM["led_data"], f"LEDs written at BCM {pin}"
        self._show(rgb(buffer))

    def _show(self, frame: bytes) -> None:
        assert len(frame) == FRAME_BYTES, f"{len(frame) // 3} LEDs, not {LEDS}"
        self.frames.append(frame)
        self.ring.write(frame)
        self._shine()

    # -- Blinka ------------------------------------------------------------------------------

    @staticmethod
    def install() -> None:
        """From now on Blinka reaches `Pi.current`."""
        os.environ["BLINKA_OS_AGNOSTIC"] = "1"
        from adafruit_blinka.microcontroller.generic_agnostic_board import i2c, neopixel, pin, spi

        pin.Pin.init = _pin_init
        pin.Pin.value = _pin_value
        i2c.I2C.writeto = _i2c_writeto
        i2c.I2C.writeto_then_readfrom = _i2c_writeto_then_readfrom
        spi.SPI.write = _spi_write
        neopixel.neopixel_write = _neopixel_write
        import board

        for bcm in BCM.values():
            setattr(board, f"D{bcm}", pin.Pin(bcm))


_NAMES = {bcm: name for name, bcm in BCM.items()}


def _here() -> Pi:
    assert Pi.current is not None, "no Pi has been made"
    return Pi.current


def _counted(function: Callable[..., Any]) -> Callable[..., Any]:
    """What the simulation itself takes is no cost of the body's."""

    def call(*given: Any, **named: Any) -> Any:
        began_s = time.perf_counter()
        try:
            return function(*given, **named)
        finally:
            _here().simulated_s += time.perf_counter() - began_s

    return call


@_counted
def _pin_init(pin: Any, mode: int = 1, pull: Any = None) -> None:
    _here().pin_mode(pin.id, mode == pin.OUT)


@_counted
def _pin_value(pin: Any, level: int | None = None) -> int | None:
    if level is None:
        return _here().pin_read(pin.id)
    _here().pin_write(pin.id, level)
    return None


@_counted
def _i2c_writeto(_i2c: Any, address: int, buffer: Any, stop: bool = True) -> None:
    _here().bus.writeto_mem(address, buffer[0], bytes(buffer[1:]))


@_counted
def _i2c_writeto_then_readfrom(
    _i2c: Any, address: int, out: Any, into: Any, *, stop: bool = False, **span: Any
) -> None:
    assert not stop, "a stop in between is not what the drivers' chips want"
    _here().bus.readfrom_mem_into(address, out[0], into)


@_counted
def _spi_write(_spi: Any, buffer: Any, start: int = 0, end: int | None = None) -> None:
    _here().spi_write(bytes(buffer[start:end]))


@_counted
def _neopixel_write(gpio: Any, buffer: Any) -> None:
    _here().neopixel_write(gpio._pin.id, bytes(buffer))


class PortAudio:
    """`sounddevice` as far as the speaker uses it, with one I2S amplifier on `clock_us`."""

    def __init__(self, clock_us: Callable[[], int], name: str = "max98357a: bcm2835-i2s") -> None:
        self._clock_us = clock_us
        self.name = name
        self.streams: list[Stream] = []

    def query_devices(self) -> list[dict[str, Any]]:
        return [{"name": self.name, "max_output_channels": 2}]

    def RawOutputStream(self, **given: Any) -> Stream:
        assert given["samplerate"] == RATE_HZ and given["dtype"] == "int16", given
        stream = Stream(self._clock_us, given["channels"])
        self.streams.append(stream)
        return stream


class Stream:
    """Takes samples, and plays 16 of them in each millisecond since the first."""

    def __init__(self, clock_us: Callable[[], int], channels: int) -> None:
        self._clock_us = clock_us
        self._channels = channels
        self._began_us: int | None = None
        self.played = array("h")  # of the first channel
        self.closed = False
        self.underruns = 0

    def start(self) -> None:
        pass

    @property
    def write_available(self) -> int:
        return _DEVICE_FRAMES - self._waiting()

    def write(self, data: Any) -> bool:
        samples = array("h", bytes(data))
        frames = samples[:: self._channels]
        assert len(frames) <= self.write_available, "it would have blocked"
        late = self._began_us is not None and self._waiting() == 0
        if self._began_us is None or late:
            self._began_us = self._clock_us() - len(self.played) * 1_000_000 // RATE_HZ
        self.underruns += late
        self.played.extend(frames)
        return late

    def abort(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True

    def _waiting(self) -> int:
        if self._began_us is None:
            return 0
        gone = (self._clock_us() - self._began_us) * RATE_HZ // 1_000_000
        return max(len(self.played) - gone, 0)
