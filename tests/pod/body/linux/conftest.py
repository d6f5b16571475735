"""Puts simulated parts where Blinka would reach a register, before anything imports `board`."""

import pytest

from starlit.virtual.pi import Pi

pytest.importorskip("adafruit_blinka", reason="Blinka is not here: make setup")
Pi.install()
