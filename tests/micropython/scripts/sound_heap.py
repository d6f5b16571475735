"""Every kind of sound under `heap_lock`, guarded, with either twin. Prints the twins that pass."""

from array import array

import micropython

from pod import sound
from pod.config import Config
from pod.guard import kernel as guard_plain
from pod.guard import kernel_viper as guard_viper
from pod.guard import sound as guard_sound
from pod.sound import kernel as plain
from pod.sound import kernel_viper as viper
from pod.sound import layers, synth

TWINS = (("plain", plain, guard_plain), ("viper", viper, guard_viper))
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


for name, loops, guard_loops in TWINS:
    layers.kernel, guard_sound.kernel = loops, guard_loops
    layers.isqrt, synth.clear = guard_loops.isqrt, guard_loops.clear
    for kind in range(1, sound.RECORDING):
        play(kind)
    print(name)
