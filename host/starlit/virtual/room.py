"""The room around a virtual pod: its light at the pod's sensor, and the warmth in the case."""

from __future__ import annotations

# Luminous intensity of a WS2812B channel at 255, candela (SAFETY, Melanopic EDI).
_CANDELA = (0.40, 0.69, 0.19)
# Lux at the light sensor for each candela of all LEDs together: 40 mlx for each cd/m2 of the
# diffuser (what `pod.core` subtracts) at 5 % transmission and 2,827 mm2. This project's choice
# until an enclosure is measured. All white at 255 is then 16 lx.
RING_LX_PER_CD = 1.06


def ring_lx(shown: bytes) -> float:
    """Light of the pod's own ring at its sensor, for 36 bytes r, g, b."""
    if not any(shown):
        return 0.0
    red, green, blue = (sum(shown[i::3]) / 255.0 for i in range(3))
    return RING_LX_PER_CD * (red * _CANDELA[0] + green * _CANDELA[1] + blue * _CANDELA[2])


class Room:
    def __init__(self, lx: float = 5.0, case_temp_c: int = 24) -> None:
        self.lx = lx
        self.case_temp_c = case_temp_c

    def at_sensor_lx(self, shown: bytes) -> float:
        return self.lx + ring_lx(shown)
