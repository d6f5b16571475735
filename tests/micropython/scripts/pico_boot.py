"""A provisioned pod from power to its ritual by nothing but `start`: prints a digest of its light.

For the bundle too, so it names nothing else of the pod.
"""

import hashlib
import json
from binascii import hexlify

import ramdisk
from simboard import board
from wiring import BUTTON, RAIL, at_rest

from pod.body.pico.start import start

ramdisk.mount()
with open("provision.json", "w") as file:
    given = {"version": 1, "pod": "attic", "cottage": "house", "seed": 77}
    given["setup_password"] = "0123456789"
    json.dump(given, file)


def after(seconds, action):
    board.at(board.now_us + int(seconds * 1000000), action)


def console():
    raise KeyboardInterrupt


at_rest()
for at_s, level in ((1, 0), (2.2, 1), (14, 0), (14.3, 1)):
    after(at_s, lambda level=level: board.put(BUTTON, level))
after(40, console)
start()
shown = hashlib.sha256()
last = b""
changes = 0
for _, rgb in board.frames:
    if rgb != last:
        changes += 1
        shown.update(rgb)
        last = rgb
assert board.level[RAIL] == 0
print("frames", changes)
print("light", hexlify(shown.digest()).decode())
