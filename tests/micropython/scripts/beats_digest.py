"""Every beat of recordings given as int32 files, one digest a file. MicroPython grammar.

Holes in a recording are marked by a reading of -2**31 followed by the count of what was lost.
"""

import hashlib
import struct
import sys
from binascii import hexlify

from pod.beats import BeatDetector
from pod.variability import VariableHeart

HOLE = -(1 << 31)
CHUNK = 4 * 256


def follow(path):
    detector, heart, digest = BeatDetector(), VariableHeart(), hashlib.sha256()
    index, hole = -1, False
    with open(path, "rb") as file:
        while True:
            chunk = file.read(CHUNK)
            if not chunk:
                break
            for reading in struct.unpack("<%di" % (len(chunk) // 4), chunk):
                if hole:
                    detector.gap(reading)
                    heart.gap()
                    index += reading
                    hole = False
                    continue
                if reading == HOLE:
                    hole = True
                    continue
                index += 1
                beat = detector.push(reading)
                if beat >= 0:
                    heart.beat(beat, detector.quality)
                    heart.tick(index << 4)
                    told = (beat, detector.quality, heart.bpm_x10, heart.rmssd_ms)
                    digest.update(("%d %d %d %d\n" % told).encode())
    return hexlify(digest.digest()).decode()


for path in sys.argv[1:]:
    print(follow(path))
