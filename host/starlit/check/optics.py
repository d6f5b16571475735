"""What a frame does to an eye: melanopic EDI, luminance and LED current, by SAFETY's formulas.

Written again from SAFETY.md, on purpose: the checker shares nothing with the pod's own models.
"""

from typing import Any

from starlit.errors import UserError

LEDS = 12
FRAME_BYTES = 3 * LEDS
DARK = bytes(FRAME_BYTES)
MARGIN = 1.5
K_LX_AT_1M = (0.0012, 0.66, 1.99)
I_CD = (0.40, 0.69, 0.19)
MA_PER_CHANNEL = 12.0
MA_PER_LED = 1.0


class Optics:
    """Factors from one level (1 of 255) of a channel to lux at the eye and cd/m2."""

    def __init__(self, transmission: float, distance_m: float, area_m2: float):
        m = MARGIN * transmission / distance_m**2 / 255
        lum = MARGIN * transmission / area_m2 / 255
        self.m_of_level = (m * K_LX_AT_1M[0], m * K_LX_AT_1M[1], m * K_LX_AT_1M[2])
        self.l_of_level = (lum * I_CD[0], lum * I_CD[1], lum * I_CD[2])
        self.one_level_lx = max(self.m_of_level)
        self.one_level_cd_m2 = max(self.l_of_level)


class Frame:
    """Twelve LEDs and what they amount to. `data` is 36 bytes, r g b."""

    __slots__ = ("blue", "data", "levels", "lum_cd_m2", "m_lx")

    def __init__(self, data: bytes, optics: Optics):
        red, green, blue = sum(data[0::3]), sum(data[1::3]), sum(data[2::3])
        m, lum = optics.m_of_level, optics.l_of_level
        self.data = data
        self.blue = blue
        self.levels = red + green + blue
        self.m_lx = red * m[0] + green * m[1] + blue * m[2]
        self.lum_cd_m2 = red * lum[0] + green * lum[1] + blue * lum[2]

    @property
    def current_ma(self) -> float:
        return self.levels / 255 * MA_PER_CHANNEL + LEDS * MA_PER_LED


def parse_frame(value: Any, where: str) -> bytes:
    """36 bytes of twelve `rrggbb`, or as they are in memory; UserError for anything else."""
    if type(value) is bytes and len(value) == FRAME_BYTES:
        return value
    try:
        data = bytes.fromhex("".join(value))
        if len(value) == LEDS and len(data) == FRAME_BYTES and {len(led) for led in value} == {6}:
            return data
    except (TypeError, ValueError):
        pass
    raise UserError(f"{where}: not twelve LEDs of rrggbb; see docs/trace.md")
