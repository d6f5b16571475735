"""Puts simulated parts where Blinka would reach a register, before anything imports `board`."""

import sys

import pytest

from starlit.virtual.pi import Pi

pytest.importorskip("adafruit_blinka", reason="Blinka is not here: make lint")
Pi.install()
# The Pico's tests put a folder with a `neopixel` of its own first: here it is the real one.
before = sys.path[:]
sys.path[:] = [path for path in before if not path.endswith("fakes")]
found = sys.modules.get("neopixel")
if found is not None and "fakes" in str(found.__file__):
    del sys.modules["neopixel"]
import neopixel  # noqa: E402, F401

sys.path[:] = before
