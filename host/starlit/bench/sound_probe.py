"""Time of one block of sound, guarded, by kind: `python sound_probe.py DEVICE_DIR`.

Runs on CPython and MicroPython (its grammar). Prints one JSON object: median us of a block of each
kind at its full level, of three noises at once, and of the guard alone.
"""

# MicroPython has no typing:
# mypy: ignore-errors
import json
import sys
from array import array

from probe_clock import now_us, passed_us  # beside this file, where a script's imports begin

sys.path.insert(0, sys.argv[1])

from pod import sound  # noqa: E402
from pod.config import Config  # noqa: E402
from pod.guard import sound as guard_sound  # noqa: E402
from pod.sound import synth  # noqa: E402

WARM_BLOCKS = 250  # a slow start is over, so everything sounds
BLOCKS = 100


def block_us(kinds):
    """Median of a block of these kinds together, of the guard's share of it."""
    guard = guard_sound.SoundGuard(Config(profile="adult"))
    voices = synth.Synth(guard.cap)
    out = array("h", [0] * 320)
    for voice in range(len(kinds)):
        voices.begin(voice, kinds[voice], 7 + voice, 500, sound.FULL // len(kinds))
    whole, guarded = [], []
    for number in range(WARM_BLOCKS + BLOCKS):
        began = now_us()
        block = voices.render()
        rendered = now_us()
        guard.block(block, out)
        ended = now_us()
        if number >= WARM_BLOCKS:
            whole.append(passed_us(ended, began))
            guarded.append(passed_us(ended, rendered))
    if guard.rms == 0:
        raise ValueError("silent: nothing is measured")
    whole.sort()
    guarded.sort()
    return whole[BLOCKS // 2], guarded[BLOCKS // 2]


def main():
    result = {"interpreter": sys.implementation.name, "kinds": {}}
    for kind in range(1, sound.RECORDING):
        us, guard_us = block_us((kind,))
        result["kinds"][sound.NAMES[kind]] = us
        result["guard"] = guard_us
    result["three"] = block_us((sound.PINK, sound.RAIN, sound.WIND))[0]
    result["worst"] = max(result["kinds"].values())
    print(json.dumps(result))


if __name__ == "__main__":
    main()
