"""Lets the Pico's body run on CPython: the clock of the board in `time`, and what `gc` lacks."""

import gc
import importlib.util
import sys
import time
from pathlib import Path

FAKES = Path(__file__).resolve().parent


def install():
    if str(FAKES) not in sys.path:
        sys.path.insert(0, str(FAKES))
    spec = importlib.util.spec_from_file_location("simboard_time", FAKES / "clock" / "time.py")
    clock = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(clock)
    for name in ("ticks_ms", "ticks_us", "ticks_add", "ticks_diff", "sleep_us", "sleep_ms"):
        setattr(time, name, getattr(clock, name))
    gc.mem_free = lambda: 120_000
