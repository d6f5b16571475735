"""Golden frames of the sky before the guard: ten seeds, and pods that join at any hour.

Prints one line a seed: a digest over the frames of three pods of a cottage of four in six minutes
of an evening with moon, stars, a shadow and whatever comet there is. Then, for each of hours 0, 1
and 5, a digest of a pod that joins there and one of a pod that has been under the sky since it
began; the two must be equal.
"""

# ruff: noqa: UP031 (MicroPython formats the same, and shorter)
import hashlib
from binascii import hexlify

from pod import scene_state as at
from pod.hash import mix
from pod.part import FAREWELL, SHADOW, STAR, Part
from pod.scene import Scene
from pod.sky import CELL_STEPS, STEP_MS

SEEDS = [0, 1, 7, 64, 65, 20261124, 123456789, 536870912, 1000000007, 1073741823]
HOUR_MS = 3600000
KINDS = (STAR, SHADOW, FAREWELL, STAR)


def pod_of(seed, place, ritual_ms, profile):
    part, scene = Part(seed), Scene(profile)
    part.place, part.members, part.ritual_ms = place, 4, ritual_ms
    for k in range(len(KINDS)):
        start_ms = ritual_ms + 40000 + 50000 * k
        part.add(KINDS[k], start_ms, (seed + k) % 4, ritual_ms)
    scene.begin(part)
    return part, scene


def digest(seed, part, scene, from_ms, to_ms, every_ms):
    """Of frames from one time to another, at uneven steps; the scene goes on living."""
    found = hashlib.sha256()
    at_ms = from_ms
    while at_ms < to_ms:
        scene.sky_light(at_ms, part, 4096)
        for value in scene.light[at.LINEAR : at.LAYERS]:
            found.update(b"%d " % value)
        found.update(bytes(scene.settle()))
        at_ms += every_ms + mix(seed, at_ms) % every_ms
    return hexlify(found.digest()[:12]).decode()


for seed in SEEDS:
    ritual_ms = 1 + mix(seed, 1) % (8 * HOUR_MS)
    lines = []
    for place in range(3):
        part, scene = pod_of(seed, place, ritual_ms, "adult" if place == 1 else "child")
        lines.append(digest(seed, part, scene, ritual_ms, ritual_ms + 360000, 2311))
    print("seed %d %s" % (seed, " ".join(lines)))

old = {}
for hour in (0, 1, 5):
    ritual_ms = 1 + hour * HOUR_MS
    for seed in SEEDS[:3]:
        if seed not in old:
            old[seed] = pod_of(seed, 2, ritual_ms, "adult")
        part, scene = old[seed]
        # It has seen each cell begin and end, as a pod that is up all night does.
        while scene.sky._step * STEP_MS < ritual_ms - CELL_STEPS * STEP_MS:
            scene.sky.at(max(scene.sky._step * STEP_MS, 0) + CELL_STEPS * STEP_MS)
        fresh, new = pod_of(seed, 2, ritual_ms, "adult")
        part.ritual_ms = ritual_ms
        part.kind[:], part.origin[:] = fresh.kind, fresh.origin
        part.start_ms[:] = fresh.start_ms
        for name, one in (("joined", (fresh, new)), ("there", (part, scene))):
            print("hour %d seed %d %s" % (hour, seed, name),
                  digest(seed, one[0], one[1], ritual_ms, ritual_ms + 300000, 2311))
