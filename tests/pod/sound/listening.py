"""What the tests of sound share: the bound of each kind, a guard, a recording, the largest step."""

import math
from array import array

from pod import sound
from pod.config import Config
from pod.guard.sound import SoundGuard

# The largest step from a sample to the next, as a share of the layer's peak (its cap). A hum
# cannot change faster than its 220 Hz; a noise can, and at 16 kHz a hiss steps by its peak.
STEPS = {
    sound.HUM: 0.07,
    sound.TONE: 0.40,
    sound.CHIME: 0.60,
    sound.WIND: 0.80,
    sound.RECORDING: 0.25,  # of the test's own clip, 400 Hz
    sound.WAVES: 1.0,
    sound.PINK: 1.1,
    sound.CRACKLE: 1.2,
    sound.RAIN: 1.35,
}
CAPS = {52: 8228, 60: 3276, 65: 1842}  # of an adult's guard, by full scale in dBA


def guard_at(full_scale_dba, profile="adult"):
    config = Config(profile=profile)
    config.sound_cal_db = full_scale_dba
    return SoundGuard(config)


def clip(seconds=2.2, hz=400.3):
    """A recording as a loader hands it in: peak at full scale, its ends anywhere in a wave."""
    count = int(seconds * 16000)
    wave = [math.sin(2 * math.pi * hz * i / 16000 + 1) for i in range(count)]
    return array("h", [int(32700 * sample) for sample in wave])


def played(guard, synth, count):
    heard = []
    for _ in range(count):
        out = array("h", [0] * 320)
        guard.block(synth.render(), out)
        heard.append(out)
    return heard


def largest_step(samples):
    return max(abs(a - b) for a, b in zip(samples, samples[1:], strict=False))
