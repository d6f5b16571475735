"""No value in the sound's arithmetic leaves 31 bits: a Pico would allocate, or overflow."""

from array import array
from types import SimpleNamespace

import pytest
from tests.pod.sound.listening import clip

from pod.config import Config
from pod.guard import sound as guard_sound
from pod.guard import sound_kernel
from pod.sound import FULL, NAMES, RECORDING, kernel, layers, synth, voice_kernel
from pod.sound.synth import Synth

SILENCE = array("h", [0] * 320)
LOUDEST_CAP = 8230  # 40 dBA where full scale is 52


class Small(int):
    """A whole number that refuses to grow beyond MicroPython's small integers of 31 bits."""


def _small(name):
    plain = getattr(int, name)

    def checked(self, *other):
        value = plain(self, *other)
        if value is NotImplemented:
            return value
        assert -(1 << 30) <= value < 1 << 30, f"{self} {name} {other} = {value}"
        return Small(value)

    return checked


for _name in ("add", "sub", "mul", "floordiv", "mod", "lshift", "rshift", "and", "or", "xor"):
    setattr(Small, f"__{_name}__", _small(f"__{_name}__"))
    setattr(Small, f"__r{_name}__", _small(f"__r{_name}__"))
Small.__neg__ = _small("__neg__")


class Words:
    """An array whose numbers come out as `Small`."""

    def __init__(self, array):
        self.array = array

    def __getitem__(self, at):
        return Small(self.array[at])

    def __setitem__(self, at, value):
        self.array[at] = value


def checked(function):
    def call(*args):
        return function(
            *[
                Small(arg)
                if isinstance(arg, int)
                else Words(arg)
                if hasattr(arg, "typecode")
                else arg
                for arg in args
            ]
        )

    return call


@pytest.fixture
def small(monkeypatch):
    """Every kernel, and everything a voice computes of its cap, in checked numbers."""
    def loops(module, *names):
        return SimpleNamespace(**{name: checked(getattr(module, name)) for name in names})

    voices = loops(voice_kernel, "sway", "level", "draw")
    monkeypatch.setattr(layers, "kernel", loops(kernel, "noise", "band", "mix", "tone"))
    monkeypatch.setattr(layers, "voice_kernel", voices)
    monkeypatch.setattr(synth, "voice_kernel", voices)
    monkeypatch.setattr(synth, "FULL", Small(FULL))
    return Synth(Small(LOUDEST_CAP))


@pytest.mark.parametrize("kind", range(1, len(NAMES)), ids=NAMES[1:])
def test_the_loudest_layer_stays_within_31_bits(small, kind):
    small.recordings = (clip(),)
    small.begin(0, kind, 0 if kind == RECORDING else 5, 500, Small(FULL))
    loudest = 0
    for _ in range(260):
        loudest = max(loudest, *map(abs, small.render()))
    assert loudest > 0.1 * LOUDEST_CAP


@pytest.mark.parametrize("most", (8229, 32767))
def test_the_guard_of_the_loudest_stays_within_31_bits(most, monkeypatch):
    config = Config(profile="adult")
    config.sound_cal_db = 52
    loops = SimpleNamespace(block=checked(sound_kernel.block), clear=sound_kernel.clear)
    monkeypatch.setattr(guard_sound, "kernel", loops)
    guard, out = guard_sound.SoundGuard(config), array("h", SILENCE)
    wanted = array("h", [most, -most] * 160)
    for i in range(160):
        guard.muted = i > 140
        guard.block(wanted if i % 130 < 125 else None, out)
    assert guard.cap == LOUDEST_CAP


def test_the_check_itself_would_find_an_overflow():
    with pytest.raises(AssertionError):
        Small(40000) * 40000
