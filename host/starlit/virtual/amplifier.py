"""The simulated amplifier: takes a block of 20 ms at a time, measures what really sounded.

A block that arrives without power is silence; one under way when power goes is counted whole.
"""

from __future__ import annotations

import sys
import wave
from array import array
from math import isqrt
from operator import mul

from starlit.virtual.i2c import Clock
from starlit.virtual.rail import Rail

BLOCK = 320
RATE_HZ = 16_000
BLOCK_US = 20_000
_SILENCE = bytes(2 * BLOCK)


class Amplifier:
    """Measures blocks as they sound; `wav_path` also keeps them, silence between left out."""

    def __init__(self, clock_us: Clock, rail: Rail, wav_path: str | None = None) -> None:
        self._clock_us = clock_us
        self._rail = rail
        self._wav_path = wav_path
        self._wav: wave.Wave_write | None = None
        self._due_us: int | None = None
        self._rms = 0
        self._peak = 0
        self._until_us = 0
        self.blocks = 0
        self.skipped = 0  # blocks that nobody delivered in time

    def start(self) -> None:
        if self._wav_path:
            self._wav = wave.open(self._wav_path, "wb")  # noqa: SIM115 - closed in stop
            self._wav.setnchannels(1)
            self._wav.setsampwidth(2)
            self._wav.setframerate(RATE_HZ)

    def stop(self) -> None:
        if self._wav:
            self._wav.close()
            self._wav = None

    @property
    def due_us(self) -> int | None:
        """When it can take the next block; None while no sound is wanted."""
        return self._due_us

    @property
    def rms(self) -> int:
        """0 to 32767, of the block that sounds now; 0 without one or without power."""
        return self._rms if self._sounding() else 0

    @property
    def peak(self) -> int:
        return self._peak if self._sounding() else 0

    def want(self, wanted: bool) -> None:
        """Starts or ends its sound clock."""
        if wanted and self._due_us is None:
            self._due_us = self._clock_us()
        elif not wanted and self._due_us is not None:
            self._due_us = None

    def play(self, block: array[int]) -> None:
        """Takes 320 samples of 16 bit. The next block is due 20 ms after the last one was."""
        self._next()
        self.blocks += 1
        self._until_us = self._clock_us() + BLOCK_US
        data = block.tobytes()
        if not self._rail.on or data == _SILENCE:
            self._rms = self._peak = 0
            data = _SILENCE
        else:
            self._rms = isqrt(sum(map(mul, block, block)) // len(block))
            self._peak = min(32767, max(max(block), -min(block)))
        if self._wav:
            self._write(data)

    def miss(self) -> None:
        """The block that was due did not come: silence."""
        self._next()
        self.skipped += 1

    def _sounding(self) -> bool:
        return self._rail.on and self._clock_us() < self._until_us

    def _write(self, data: bytes) -> None:
        assert self._wav
        if sys.byteorder == "big":
            swapped = array("h", data)
            swapped.byteswap()
            data = swapped.tobytes()
        self._wav.writeframes(data)

    def _next(self) -> None:
        now_us = self._clock_us()
        if self._due_us is None or now_us < self._due_us:
            return
        self._due_us += BLOCK_US
        late = (now_us - self._due_us) // BLOCK_US
        if late > 5:  # a stalled machine: the sound clock does not run after its own past
            self.skipped += late
            self._due_us += late * BLOCK_US
