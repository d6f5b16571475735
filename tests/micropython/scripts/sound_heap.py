"""Every kind of sound under `heap_lock`, guarded. Prints the kinds that pass."""

from array import array

import micropython

from pod import sound
from pod.config import Config
from pod.guard import sound as guard_sound
from pod.sound import synth

out = array("h", [0] * 320)


def play(kind):
    guard = guard_sound.SoundGuard(Config(profile="adult"))
    voices = synth.Synth(guard.cap)
    voices.begin(0, kind, 7, 500)
    voices.begin(1, sound.WAVES, 8, 500, 9000)
    for _ in range(5):
        guard.block(voices.render(), out)
    micropython.heap_lock()
    for number in range(300):
        if number == 240:
            voices.end(0, 250)
        guard.block(voices.render(), out)
    micropython.heap_unlock()


for kind in range(1, sound.RECORDING):
    play(kind)
    print(sound.NAMES[kind])
