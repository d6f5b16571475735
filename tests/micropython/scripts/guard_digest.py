"""The guard over a pseudo-random stream of wishes, one digest a part. MicroPython grammar.

Light: every mode, both profiles, several calibrations, blinking, noise and stillness. Sound: every
kind of block. Equal lines mean that every frame and every sample were the same.
"""

import hashlib
from array import array
from binascii import hexlify

from pod.config import Config
from pod.guard import Guard, limits
from pod.hash import mix, xorshift
from pod.io import BLOCK_SAMPLES

CALIBRATIONS = ((50000, 500, 2827, 65), (20000, 1000, 20000, 52), (500000, 200, 2800, 60))
STEPS_MS = (33, 33, 20, 100, 7, 1, 0, 1000, 5000)


def configured(profile, calibration):
    config = Config(profile=profile)
    config.transmission_ppm, config.distance_mm = calibration[0], calibration[1]
    config.area_mm2, config.sound_cal_db = calibration[2], calibration[3]
    return config


def wish(target, kind, n, h):
    """Fill `target` with frame `n` of a segment; the next of the generator."""
    if kind == 3:
        for i in range(36):
            h = xorshift(h)
            target[i] = h >> 22 if h & 1 else h >> 26
        return h
    on = kind == 0 or kind == 1 and n // 9 % 2 or kind == 2 and n % 3
    for i in range(36):
        target[i] = (h >> (8 * (i % 3))) & 127 if on else 0
    return h


def light(profile, calibration, seed):
    guard = Guard(configured(profile, calibration))
    digest = hashlib.sha256()
    target = bytearray(36)
    now_ms, h = (1 << 30) - 30000, mix(seed, 99)
    guard.start(now_ms)
    for segment in range(10):
        h = xorshift(h)
        guard.request(limits.DIM if h & 2 else (h >> 5) & 3, h & 1 == 1)
        step_ms, kind = STEPS_MS[(h >> 8) % 9], (h >> 14) & 3
        if segment == 7:
            guard.fail()
        for n in range(40):
            now_ms = (now_ms + step_ms) & 0x3FFFFFFF
            h = wish(target, kind, n, h)
            changed = guard.frame(now_ms, target)
            digest.update(bytes(guard.light.shown))
            digest.update(b"\1" if changed else b"\0")
        digest.update(b"%d" % guard.light.mode)
    return digest


def sound(profile, calibration, seed):
    guard = Guard(configured(profile, calibration))
    digest = hashlib.sha256()
    wanted, out = array("h", [0] * BLOCK_SAMPLES), array("h", [0] * BLOCK_SAMPLES)
    h = mix(seed, 7)
    for segment in range(8):
        h = xorshift(h)
        shift, blocks = (h >> 6) % 16, 3 + (h >> 12) % 8
        guard.sound.quiet = segment == 6
        for _ in range(blocks):
            for i in range(BLOCK_SAMPLES):
                h = xorshift(h)
                wanted[i] = ((h >> 8) & 0xFFFF) - 32768 >> shift
            guard.block(None if segment % 4 == 3 else wanted, out)
            digest.update(bytes(out))
            digest.update(b"%d %d" % (guard.sound.rms, guard.sound.peak))
    guard.cut(out)
    digest.update(bytes(out))
    return digest


for name, part in (("light", light), ("sound", sound)):
    for profile in ("child", "adult"):
        for seed in range(3):
            digest = part(profile, CALIBRATIONS[seed], seed)
            print(name, profile, seed, hexlify(digest.digest()).decode())
