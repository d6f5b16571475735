"""What the kernel must offer, and the one command that mends what it does not."""

from __future__ import annotations

import getpass
import glob
import os
from dataclasses import dataclass
from pathlib import Path

from .boards import Board

CONFIG_FILES = ("/boot/firmware/config.txt", "/boot/config.txt")
# Line of config.txt, what it is for, what to do. Every entry is one that the circuit needs
# (schematics, On a Raspberry Pi) but the I2C speed: at 100 kHz a full FIFO takes 9 ms.
LINES = (
    ("dtparam=i2c_arm=on", "both sensors"),
    ("dtparam=i2c_arm_baudrate=400000", "sensors at 400 kHz"),
    ("dtparam=spi=on", "the ring of LEDs"),
    ("dtoverlay=max98357a,no-sdmode", "sound"),
)
_GROUPS = {"i2c": "i2c", "spidev": "spi", "gpiochip": "gpio", "snd": "audio"}
_RASPI_CONFIG = {"i2c": "do_i2c 0", "spidev": "do_spi 0"}


def why_not(device: str, root: str = "/") -> str | None:
    """What is wrong with a device file, with the command that mends it; None if nothing is."""
    path = Path(root) / device.lstrip("/")
    kind = next((kind for kind in _GROUPS if path.name.startswith(kind)), "")
    if not path.exists():
        command = _RASPI_CONFIG.get(kind)
        if command is None:
            return f"{device} is not there; update the kernel: sudo apt full-upgrade"
        return f"{device} is not there; run: sudo raspi-config nonint {command} && sudo reboot"
    if not os.access(path, os.R_OK | os.W_OK):
        group = _GROUPS.get(kind, "root")
        return (
            f"no permission for {device}; run: sudo usermod -aG {group} {_user()}, then log in anew"
        )
    return None


def gpio_chip(root: str = "/") -> str:
    """The first GPIO device file; the usual one's name where there is none."""
    found = sorted(glob.glob(str(Path(root) / "dev/gpiochip*")))
    return "/" + os.path.relpath(found[0], root) if found else "/dev/gpiochip0"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.geteuid())


@dataclass(frozen=True)
class Overlays:
    """`path` of config.txt, and which of `LINES` it lacks: (line, what for)."""

    path: str | None
    missing: list[tuple[str, str]]


def overlays(board: Board, root: str = "/") -> Overlays:
    """Reads config.txt as the firmware does: sections count, the last word on a setting wins.

    Source: Raspberry Pi documentation, config.txt, conditional filters.
    """
    for name in CONFIG_FILES:
        path = Path(root) / name.lstrip("/")
        if path.is_file():
            lines = _in_force(path.read_text(errors="replace"), board)
            return Overlays(name, [(line, use) for line, use in LINES if not _has(lines, line)])
    return Overlays(None, [])


_SECTIONS = {
    "RASPBERRY_PI_ZERO_2_W": {"pi0", "pi0w", "pi02"},
    "RASPBERRY_PI_3B": {"pi3"},
    "RASPBERRY_PI_3B_PLUS": {"pi3", "pi3+"},
    "RASPBERRY_PI_4B": {"pi4"},
    "RASPBERRY_PI_400": {"pi4", "pi400"},
    "RASPBERRY_PI_5": {"pi5"},
    "RASPBERRY_PI_500": {"pi5", "pi500"},
}


def _in_force(text: str, board: Board) -> list[str]:
    mine = _SECTIONS.get(board.id, set())
    lines, counts = [], True
    for raw in text.splitlines():
        line = raw.split("#", 1)[0].strip().replace(" ", "")
        if line.startswith("["):
            section = line.strip("[]").lower()
            counts = section == "all" or section in mine
        elif line and counts:
            lines.append(line)
    return lines


def _has(lines: list[str], wanted: str) -> bool:
    if wanted.startswith("dtoverlay="):
        name, *options = wanted.removeprefix("dtoverlay=").split(",")
        found = [line.removeprefix("dtoverlay=").split(",") for line in lines]
        return any(one[0] == name and set(options) <= set(one[1:]) for one in found)
    name, value = wanted.removeprefix("dtparam=").rsplit("=", 1)
    params = _params(lines)
    if value == "on":
        return params.get(name) in ("on", "true", "yes", "1", "")
    return params.get(name) == value


def _params(lines: list[str]) -> dict[str, str]:
    """`dtparam=a=1,b` is two settings; `i2c` and `i2c_baudrate` are names of i2c_arm's."""
    params = {}
    for line in lines:
        if line.startswith("dtparam="):
            for one in line.removeprefix("dtparam=").split(","):
                name, _, value = one.partition("=")
                name = {"i2c": "i2c_arm", "i2c_baudrate": "i2c_arm_baudrate"}.get(name, name)
                params[name] = value.lower()
    return params
