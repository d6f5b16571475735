"""Which offset from UTC a pod is told: the one that will hold in the coming morning.

A dawn is a local time of day, and a goodnight fixes it in the pod's own ticks; no later word moves
it (SAFETY 10). So a clock change in the night has to be known in the evening.
"""

from starlit.clock import offset_min

_DAY_S = 86400
_NOON_S = 43200


def morning_offset_min(zone: str | None, now_s: float) -> int:
    """Minutes ahead of UTC at the next local noon; without a zone, by this computer's.

    No zone changes its clocks near noon, so an hour's doubt about when that is does no harm.
    """
    ahead_s = offset_min(zone, now_s) * 60
    past_noon_s = (now_s + ahead_s - _NOON_S) % _DAY_S
    return offset_min(zone, now_s - past_noon_s + _DAY_S)
