"""Microseconds for the probes, on CPython and MicroPython (its grammar)."""

# MicroPython has no typing:
# mypy: ignore-errors

import time

if hasattr(time, "ticks_us"):
    now_us = time.ticks_us
    passed_us = time.ticks_diff
else:

    def now_us():
        return time.perf_counter_ns() // 1000

    def passed_us(later, earlier):
        return later - earlier
