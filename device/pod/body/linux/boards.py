"""The boards this body knows, and what differs between them.

The 40-pin header is the same on all: its BCM numbers stand in `pod.pins`, against which the
circuit is tested. What differs is who may drive the LEDs: `rpi_ws281x` writes the registers of the
BCM283x and BCM2711; the Pi 5 has its pins on another chip (RP1), so SPI is its only way.
"""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass

from pod.pins import PINS

from .problem import Problem

BCM = {name: bcm for name, _, bcm in PINS if bcm is not None}


@dataclass(frozen=True)
class Board:
    """`id` is Blinka's (adafruit_platformdetect)."""

    id: str
    name: str
    neopixel: bool  # whether rpi_ws281x knows its registers
    i2c: str = "/dev/i2c-1"
    spi: str = "/dev/spidev0.0"


BOARDS = (
    Board("RASPBERRY_PI_ZERO_2_W", "Raspberry Pi Zero 2 W", neopixel=True),
    Board("RASPBERRY_PI_3B", "Raspberry Pi 3 B", neopixel=True),
    Board("RASPBERRY_PI_3B_PLUS", "Raspberry Pi 3 B+", neopixel=True),
    Board("RASPBERRY_PI_4B", "Raspberry Pi 4 B", neopixel=True),
    Board("RASPBERRY_PI_400", "Raspberry Pi 400", neopixel=True),
    Board("RASPBERRY_PI_5", "Raspberry Pi 5", neopixel=False),
    Board("RASPBERRY_PI_500", "Raspberry Pi 500", neopixel=False),
)
# Blinka's board without hardware, for trying and for tests.
SIMULATED = Board("OS_AGNOSTIC_BOARD", "Blinka's board without hardware", neopixel=True)
_BY_ID = {board.id: board for board in (*BOARDS, SIMULATED)}


def detect() -> str | None:
    """Blinka's name of this board; None where it is none that it knows."""
    from adafruit_platformdetect import Detector

    return Detector().board.id


def find(wanted: str = "auto") -> Board:
    """The board that was asked for, or this one. Problem where it is none of ours."""
    board_id = detect() if wanted == "auto" else wanted.upper()
    if board_id in _BY_ID:
        return _BY_ID[board_id]
    known = ", ".join(board.id for board in BOARDS)
    if wanted != "auto":
        raise Problem(f"body.board {wanted!r} is not known; use one of {known}")
    raise Problem(
        f"this board ({board_id or 'unknown'}) is not known; "
        f"with a Raspberry Pi's header, set board in [body] of pod.toml to one of {known}"
    )


def led_backend(board: Board, wanted: str, root: bool | None = None) -> tuple[str, str]:
    """('spi' or 'neopixel', why)."""
    if wanted != "auto":
        if wanted == "neopixel" and not board.neopixel:
            raise Problem(f"leds.backend 'neopixel' does not work on a {board.name}; use 'spi'")
        return wanted, "as pod.toml says"
    if not board.neopixel:
        return "spi", f"a {board.name} has no other way"
    if not (os.geteuid() == 0 if root is None else root):
        return "spi", "neopixel would need root"
    if board is not SIMULATED and not _has_registers():
        return "spi", "neopixel would need the package rpi_ws281x"
    return "neopixel", "running as root"


def _has_registers() -> bool:
    """rpi_ws281x is compiled where it is installed, so the extra `pi` goes without it."""
    return importlib.util.find_spec("_rpi_ws281x") is not None
