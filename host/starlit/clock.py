"""The host's steady shared clock: what every sky of its cottage follows.

Wall time is corrected now and then, by people and by NTP, and pods must not be jerked with it. So
Unix time is read once in a boot of the computer and carried on by a clock that only goes forward,
through sleep too (CLOCK_BOOTTIME, Linux clock_gettime(2)). The journal remembers that reading: a
host that restarts goes on with the same time to the microsecond.
"""

import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starlit.errors import UserError

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def steady_ns() -> int:
    """Nanoseconds that never step, the same in all processes of this computer."""
    return time.clock_gettime_ns(_CLOCK)


def wall_base_us() -> int:
    """Unix microseconds at which the steady clock stood at 0, by today's wall clock."""
    return (time.time_ns() - steady_ns()) // 1000


def boot_id() -> str:
    """Another one after each boot of the computer; where that is unknown, another one each time."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return f"unknown-{time.time_ns()}"


class SteadyClock:
    """Unix time that never steps. `base_us` as of `wall_base_us`, kept for the boot."""

    def __init__(self, base_us: int | None = None):
        self.base_us = wall_base_us() if base_us is None else base_us

    def us(self, at_ns: int | None = None) -> int:
        """Now, or at an instant of `steady_ns`."""
        return self.base_us + (steady_ns() if at_ns is None else at_ns) // 1000

    def ms(self) -> int:
        return self.us() // 1000

    @staticmethod
    def wall_s() -> int:
        """Unix seconds as the computer has them at present: for the hour of dawn."""
        return int(time.time())


def check_zone(name: str) -> str:
    """A time zone of the IANA data base."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UserError(
            f"unknown time zone {name}: write it as Europe/Berlin, America/Lima or UTC"
        ) from None
    return name


def offset_min(zone: str | None, unix_s: float) -> int:
    """Minutes that local time is ahead of UTC then; without a zone, this computer's."""
    try:
        at = datetime.fromtimestamp(unix_s).astimezone(ZoneInfo(zone) if zone else None)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return 0
    offset = at.utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0
