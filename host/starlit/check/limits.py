"""SAFETY's numbers as the checker reads them: one table, written independently of the pod's."""

from typing import NamedTuple

# Numeric quantisation only: floating point against a pod's integers rounded to the safe side.
RELATIVE = 1e-6
CURRENT_MA = 200.0
CAP_DBA = {"child": 35.0, "adult": 40.0}
STEP_SHARE = 0.10  # of the mode's luminance cap, in one step
REVERSAL_SHARE = 0.10  # of the mode's cap, back from the last turning point
REVERSAL_GAP_MS = 4000
NIGHT_MS = 14 * 3_600_000
CUE_DBA = 25.0


class Limits(NamedTuple):
    m_lx: float
    lum_cd_m2: float
    rise_cd_m2_s: float | None  # None: dawn's own rule over 10 s
    fall_cd_m2_s: float
    blue: bool  # whether the blue channel may be lit


ASLEEP = Limits(0.10, 10.0, 1.0, 5.0, False)
IDLE = ASLEEP._replace(blue=True)
EVENING = Limits(1.0, 60.0, 4.0, 10.0, True)
EVENING_CHILD = EVENING._replace(m_lx=0.10)
DAWN = Limits(4.0, 300.0, None, 10.0, True)
# A host's goodnight in a dark room (10): the ritual, with all of sleep's light limits.
EVENING_DIM = ASLEEP


def limits_of(mode: str, profile: str, dim: bool) -> Limits:
    if mode == "evening":
        if dim:
            return EVENING_DIM
        return EVENING_CHILD if profile == "child" else EVENING
    return {"dawn": DAWN, "asleep": ASLEEP}.get(mode, IDLE)


def over(value: float, limit: float) -> bool:
    """Whether `value` is above `limit` by more than rounding."""
    return value > limit * (1 + RELATIVE) + 1e-9
