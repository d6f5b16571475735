"""From the units of a score (dBA, percent of tonight's cap) to the level of a layer, and back.

Level is 0 to `pod.sound.FULL`; a layer at FULL has `pod.sound.RMS` thousandths of the cap's RMS,
so both conversions hold for any calibration.
"""

from math import log10

from pod.guard import limits
from pod.sound import FULL, RMS


def cap_dba(profile: str) -> int:
    return limits.SOUND_CHILD_DBA if profile == "child" else limits.SOUND_DBA


def loudest_dba(kind: int, profile: str) -> float:
    """A layer at FULL, averaged over a minute; a recording's loudest peak, as if it were RMS."""
    return cap_dba(profile) + 20 * log10(RMS[kind] / 1000)


def level_of_dba(kind: int, dba: float, profile: str) -> int:
    """The level whose average is `dba` at the pillow; FULL where that cannot be reached."""
    return min(round(FULL * 10 ** ((dba - loudest_dba(kind, profile)) / 20)), FULL)


def level_of_percent(percent: float) -> int:
    """100 % is the loudest that a layer can be with its peaks still under the cap."""
    return round(FULL * percent / 100)


def dba_of_level(kind: int, level: int, profile: str) -> float:
    """The average of a layer at a level above 0."""
    return loudest_dba(kind, profile) + 20 * log10(level / FULL)
