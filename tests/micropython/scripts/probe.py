"""Arithmetic that the pod relies on, the same on CPython and on every MicroPython."""

import pod


def mix(seed):
    value = seed
    for _ in range(1000):
        value = (value * 1103515245 + 12345) & 0x3FFFFFFF
        value ^= value >> 7
    return value


if __name__ == "__main__":
    print(pod.__version__)
    print([mix(seed) for seed in range(8)])
    print([(a // b, a % b, a >> 3) for a in (-7, 7) for b in (-2, 2)])
