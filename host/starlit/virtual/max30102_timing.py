"""Tables of the simulated MAX30102: channels, rates and resolution by register values.

Source: Maxim data sheet 19-7740, rev 1, sections 'Mode Configuration', 'SpO2 Configuration'
and 'Multi-LED Mode Control'; the highest allowed rates are its tables 11 and 12.
"""

from __future__ import annotations

RED, INFRARED = 0, 1  # offsets from register 0x0C

_RATES_HZ = (50, 100, 200, 400, 800, 1000, 1600, 3200)
# Highest rate by pulse width 69, 118, 215, 411 us.
_ONE_CHANNEL_HZ = (3200, 1600, 1600, 1000)
_TWO_CHANNELS_HZ = (1600, 1000, 800, 400)


def channels(mode: int, slots12: int, slots34: int) -> list[int]:
    """LEDs converted for one sample, in FIFO order; none in a reserved mode."""
    if mode == 2:
        return [RED]
    if mode == 3:
        return [RED, INFRARED]
    if mode != 7:
        return []
    fields = (slots12 & 7, slots12 >> 4 & 7, slots34 & 7, slots34 >> 4 & 7)
    active = []
    for field in fields:  # slots are to be used in order: the first free one ends the list
        if field not in (1, 2):
            break
        active.append(field - 1)
    return active


def effective_rate_hz(optics: int, count: int) -> int:
    """Conversions a second; a rate too high for the pulse width becomes the highest allowed."""
    highest = _ONE_CHANNEL_HZ if count < 2 else _TWO_CHANNELS_HZ
    return min(_RATES_HZ[optics >> 2 & 7], highest[optics & 3])


def resolution_mask(optics: int) -> int:
    """15 to 18 bits by pulse width, left-justified in 18 [FIFO Data Structure]."""
    return (1 << 18) - (1 << (3 - (optics & 3)))
