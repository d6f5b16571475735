"""Every kind of sound from start to end, one digest a kind. MicroPython grammar.

It sums what sounds and what the guard lets through: equal lines mean that every sample was the
same.
"""

import hashlib
from array import array
from binascii import hexlify

from pod import sound
from pod.config import Config
from pod.guard import sound as guard_sound
from pod.sound import synth

CLIP = array("h", [(i * 7919 & 0x7FFF) - 16384 for i in range(9000)])


def play(kind, seed, full_scale_dba, other):
    config = Config(profile="adult")
    config.sound_cal_db = full_scale_dba
    guard = guard_sound.SoundGuard(config)
    voices = synth.Synth(guard.cap)
    voices.recordings = (CLIP,)
    out = array("h", [0] * 320)
    digest = hashlib.sha256()
    for number in range(240):
        if number == 0:
            voices.begin(0, kind, seed, 500)
        if number == 60:
            voices.begin(1, other, seed, 900, 20000)
        if number == 120:
            voices.set_level(0, 9000)
        if number == 150:
            voices.begin(0, other, seed + 1, 500)
        if number == 200:
            voices.end(0, 250)
            voices.end(1, 300)
        block = voices.render()
        if block is not None:
            digest.update(bytes(block))
        guard.block(block, out)
        digest.update(bytes(out))
        digest.update(b"%d %d" % (guard.rms, guard.peak))
    return hexlify(digest.digest()).decode()


for kind in range(1, len(sound.NAMES)):
    other = kind % (len(sound.NAMES) - 1) + 1
    seed = 0 if kind == sound.RECORDING or other == sound.RECORDING else 7 * kind
    print(sound.NAMES[kind], play(kind, seed, (65, 52, 60)[kind % 3], other))
