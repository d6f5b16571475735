"""Where the board is: a drive in BOOTSEL mode, or a serial port with MicroPython behind it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from starlit.errors import UserError

INFO = "INFO_UF2.TXT"
# Raspberry Pi, and MicroPython on its chips (MicroPython, ports/rp2/mpconfigport.h).
VENDOR, MICROPYTHON = 0x2E8A, 0x0005
_BOARDS = {"RPI-RP2": "RP2040", "RP2350": "RP2350"}
_BOARD_ID = re.compile(r"^Board-ID:\s*(\S+)", re.MULTILINE)

HOLD = "hold BOOTSEL on the board while you plug its USB cable in"


@dataclass(frozen=True)
class Drive:
    """`chip`: RP2040 or RP2350."""

    path: Path
    chip: str


@dataclass(frozen=True)
class Places:
    """Where to look: functions, so that a test has its own. `volumes`: mount points; `ports`:
    (device, vendor, product)."""

    volumes: Callable[[], Iterable[Path]]
    ports: Callable[[], Iterable[tuple[str, int | None, int | None]]]


def this_computer() -> Places:
    return Places(_volumes, _ports)


def _volumes() -> list[Path]:
    import psutil

    return [Path(one.mountpoint) for one in psutil.disk_partitions(all=False)]


def _ports() -> list[tuple[str, int | None, int | None]]:
    try:
        from serial.tools import list_ports
    except ImportError:
        raise UserError(
            "mpremote is not installed: pip install 'starlit-cottage[host]', or `make setup`"
        ) from None
    return [(one.device, one.vid, one.pid) for one in list_ports.comports()]


def drives(places: Places) -> list[Drive]:
    found = []
    for volume in places.volumes():
        try:
            text = (volume / INFO).read_text(encoding="ascii", errors="replace")
        except OSError:
            continue
        board = _BOARD_ID.search(text)
        if board and board[1] in _BOARDS:
            found.append(Drive(volume, _BOARDS[board[1]]))
    return found


def ports(places: Places) -> list[str]:
    return [name for name, vendor, product in places.ports()
            if (vendor, product) == (VENDOR, MICROPYTHON)]  # fmt: skip


def one_drive(places: Places) -> Drive | None:
    """The drive, or None; a UserError for two."""
    found = drives(places)
    if len(found) > 1:
        names = ", ".join(str(drive.path) for drive in found)
        raise UserError(f"two boards are in BOOTSEL mode ({names}): unplug one of them")
    return found[0] if found else None


def one_port(places: Places) -> str | None:
    """The port, or None; a UserError for two."""
    found = ports(places)
    if len(found) > 1:
        raise UserError(f"two boards are plugged in ({', '.join(found)}): name one with --port")
    return found[0] if found else None


def nothing_found() -> UserError:
    return UserError(
        f"no board found: {HOLD}, wait for its drive to be mounted, and use a cable that carries "
        "data"
    )
