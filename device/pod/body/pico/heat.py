"""The thermistor in the case: TDK B57861S0103F040 to ground, 10 kohm (R405) to 3.3 V."""

from ...compat import const

HOT_C = 45
OPEN_C = -99  # a broken wire

# R/R25 in thousandths every 5 C from -10 C: TDK data sheet B57861S, R/T characteristic 8016.
_RATIO = (
    5533, 4232, 3265, 2539, 1990, 1571, 1249, 1000, 806, 653, 533, 437, 360, 299, 249, 208, 175,
)  # fmt: skip
_FIRST_C = const(-10)
_OPEN = const(60000)  # of 65535: 109 kohm, below -20 C


def celsius(code):
    """Whole degrees of an ADC reading of 16 bit; OPEN_C for a broken wire."""
    if code >= _OPEN:
        return OPEN_C
    ratio = 1000 * code // (65535 - code)
    i = 1
    while i < len(_RATIO) - 1 and ratio < _RATIO[i]:
        i += 1
    above, below = _RATIO[i - 1], _RATIO[i]
    return _FIRST_C + 5 * (i - 1) + min(max(5 * (above - ratio) // (above - below), 0), 5)
