"""A pod in its ritual, with sound, two pulses, a star, a shadow and a frame due: its steps
allocate nothing.

Steps that talk (once a second) or write are stepped outside the lock: only they may allocate.
Prints how many steps of each kind ran under `heap_lock`, or the allocation's traceback.
"""

import gc
import sys

import micropython

from pod.config import Config
from pod.core import Pod
from pod.io import Inputs, Outputs
from pod.part import FAREWELL, SHADOW

SAMPLES = 10

inputs, outputs = Inputs(), Outputs()
pod = Pod(Config(profile="adult"), {})
wave = [100000 - 33 * max(0, 30 - abs(i - 16) * 2) + (i * 7) % 5 for i in range(84)]
state = [1000, 0]  # now_ms, sample
done = {"idle": 0, "ppg": 0, "frame": 0, "sound": 0}


def drain():
    outputs.messages.clear()
    outputs.notes.clear()
    outputs.store.clear()


def fill():
    state[0] += 10
    inputs.now_ms = state[0]
    inputs.ppg_count = SAMPLES if state[0] % 100 == 0 else 0
    for i in range(inputs.ppg_count):
        inputs.ppg[i] = wave[state[1]]
        state[1] = (state[1] + 1) % 84
    inputs.sound_due = 1 if outputs.sound_wanted and state[0] % 20 == 0 else 0


def run(ms):
    for _ in range(ms // 10):
        fill()
        pod.step(inputs, outputs)
        drain()


def press(ms):
    inputs.button = True
    run(ms)
    inputs.button = False
    run(50)


inputs.switch_in = True
inputs.lux_mlx = 5000
inputs.wall_s = 1767297600
pod.start(state[0], 0, outputs)
press(1100)
run(11000)
ALL = [255, 102, 0, 10, 96, 0, 12, 0, 900, 10, 10, 40]  # one cue with every kind of light
ENDS = [[80, 0, 1], [3, 60, 0], [3, 4, 8], [90, 0, 0]]
KINDS = [[kind] + ALL + ENDS[kind] for kind in range(4)]
pod.director.hand_down(
    [1, "busy", [["busy", 1, 900, 40, KINDS, [[1, 60, 0, 900, 40, 40]]]], []], True
)
press(200)
run(20000)
assert pod.state() == "ritual", pod.state()
assert pod.director.cue(pod.director.scores.find("busy"), None, True) is None
pod.bond.friend = "pod-2"
run(7000)
assert pod.event(FAREWELL, pod.shared_ms(), 0) is None
assert pod.event(SHADOW, pod.shared_ms(), 0) is None
assert outputs.sound_wanted

tries = 0
while (done["sound"] < 60 or done["frame"] < 60 or done["ppg"] < 30) and tries < 2000:
    tries += 1
    fill()
    second = (pod.shared_ms() + 10) // 1000
    if pod.voice.due_ms(state[0]) <= 0 or second != outputs.sky_second or tries % 100 == 0:
        pod.step(inputs, outputs)
        drain()
        gc.collect()
        continue
    micropython.heap_lock()
    try:
        pod.step(inputs, outputs)
    except MemoryError as error:
        micropython.heap_unlock()
        sys.print_exception(error)
        print("allocates", inputs.ppg_count, inputs.sound_due)
        sys.exit(0)
    micropython.heap_unlock()
    kind = "sound" if outputs.sound_ready else "idle"
    done[kind] += 1
    done["ppg"] += inputs.ppg_count > 0
    done["frame"] += outputs.leds_changed
    drain()
    outputs.leds_changed = False

for name in sorted(done):
    print(name, done[name])
