"""Sound through PortAudio to the I2S amplifier, block by block as the amplifier takes it.

The sound's clock is the device's own: a block is due when less than two blocks wait in it. Nothing
here blocks, and no thread of ours plays: `write` is called only where there is room.
"""

from __future__ import annotations

from array import array
from typing import Any

from pod.io import BLOCK_SAMPLES, SOUND_RATE_HZ

from .problem import Log

LEAD = 2  # blocks of silence ahead of the first: a loop that is late by 40 ms is not heard
BLOCK_US = 20_000
# A device that takes everything at once (ALSA's null, a broken card) must not make the sound run
# away: no clock of a real one is 2 % too fast.
_PACE_US = 19_600
_STUCK_US = 2_000_000
AUTO = ("max98357a", "i2s-hifi", "hifiberry")  # as the I2S cards' overlays name themselves
PART = "sound"


class Speaker:
    """`device`: 'auto' (the I2S amplifier and nothing else), 'none', or a name of PortAudio's."""

    def __init__(self, log: Log, device: str = "auto") -> None:
        self.device = device
        self.chosen = ""  # PortAudio's name of it
        self.underruns = 0
        self.failures = 0
        self.blocks = 0
        self.wait_ms = 1  # until it may be asked again
        self._log = log
        self._portaudio: Any = None
        self._index: int | None = None
        self._channels = 2
        self._stream: Any = None
        self._room = 0  # frames that the device takes when it is empty
        self._taken_us = 0  # when it last took one
        self._begin_us = 0
        self._sent = 0
        self._silence = bytes(4 * BLOCK_SAMPLES)
        self._both = array("h", [0] * (2 * BLOCK_SAMPLES))

    def start(self) -> None:
        """Finds the device; opens nothing."""
        if self.device == "none":
            return
        try:
            import sounddevice

            self._portaudio = sounddevice
            self._index = self._find()
        except Exception as error:  # no PortAudio, no device, a refusal
            self._lose(error)

    def want(self, wanted: bool, now_us: int) -> None:
        """Starts or ends it. What cannot start is silence, tried again at the next sound."""
        if not wanted:
            self.stop()
        elif self._stream is None and self._index is not None and now_us >= self._begin_us:
            self._open(now_us)

    def due(self, now_us: int) -> bool:
        """Whether a block can be taken now."""
        if self._stream is None:
            return False
        try:
            room = self._stream.write_available
        except Exception as error:
            self._break(error, now_us)
            return False
        waiting = max(self._room - room, 0)
        over = waiting - LEAD * BLOCK_SAMPLES
        self.wait_ms = max(over // (SOUND_RATE_HZ // 1000), 1)
        if over > 0 or room < BLOCK_SAMPLES:
            if now_us - self._taken_us > _STUCK_US:
                self._break("the device takes nothing any more", now_us)
            return False
        return now_us >= self._begin_us + max(self._sent - LEAD, 0) * _PACE_US

    def play(self, block: array[int] | None, now_us: int) -> None:
        """Takes 320 samples; None: silence."""
        if self._stream is None:
            return
        self._taken_us = now_us
        self._sent += 1
        if block is None:
            self._write(self._silence[: 2 * self._channels * BLOCK_SAMPLES], now_us)
            return
        self.blocks += 1
        if self._channels == 2:
            self._both[0::2] = block
            self._both[1::2] = block
            block = self._both
        self._write(block, now_us)

    def stop(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            try:
                stream.abort()
                stream.close()
            except Exception:
                self.failures += 1

    def _find(self) -> int:
        devices = self._portaudio.query_devices()
        outputs = [(i, d) for i, d in enumerate(devices) if d["max_output_channels"] > 0]
        wanted = AUTO if self.device == "auto" else (self.device.lower(),)
        for name in wanted:
            for index, device in outputs:
                if name in device["name"].lower():
                    self.chosen = device["name"]
                    self._channels = min(device["max_output_channels"], 2)
                    return index
        there = ", ".join(d["name"] for _, d in outputs) or "none at all"
        if self.device == "auto":
            # Any other loudspeaker may be louder than the guard's model: only by name.
            raise LookupError(
                f"no I2S amplifier (there is: {there}); starlit-pod selftest names the line of "
                "config.txt, or name another device in [sound] of pod.toml"
            )
        raise LookupError(f"no output {self.device!r}; there is: {there}")

    def _open(self, now_us: int) -> None:
        try:
            stream = self._portaudio.RawOutputStream(
                samplerate=SOUND_RATE_HZ,
                blocksize=BLOCK_SAMPLES,
                device=self._index,
                channels=self._channels,
                dtype="int16",
                latency=(LEAD + 2) * BLOCK_US / 1e6,
            )
            stream.start()
            self._room = stream.write_available
        except Exception as error:
            self._break(error, now_us)
            return
        self._stream = stream
        self._begin_us = self._taken_us = now_us
        self._sent = 0
        self._log.found(PART)
        for _ in range(LEAD):
            self._write(self._silence[: 2 * self._channels * BLOCK_SAMPLES], now_us)

    def _write(self, data: Any, now_us: int) -> None:
        try:
            if self._stream is not None and self._stream.write(data):
                self.underruns += 1
        except Exception as error:
            self._break(error, now_us)

    def _break(self, error: object, now_us: int) -> None:
        self.failures += 1
        self.stop()
        self._begin_us = now_us + 10_000_000  # not before, however long sound is wanted
        self._lose(error)

    def _lose(self, error: object) -> None:
        if isinstance(error, OSError) and "PortAudio" in str(error):
            error = "PortAudio is not installed; run: sudo apt install libportaudio2"
        self._log.missing(PART, str(error).splitlines()[0] if str(error) else repr(error))
