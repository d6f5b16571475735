"""Puts the simulated board where the Pico's body looks for its modules."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "micropython" / "fakes"))

import on_cpython

on_cpython.install()
