"""What a frame is at the eye: the models of SAFETY as integer weights per level of a channel.

    M = 1.5 T sum(channel/255 k) / d^2      k in lux at 1 m:  R 0.0012  G 0.66  B 1.99
    L = 1.5 T sum(channel/255 I) / A        I in candela:     R 0.40    G 0.69  B 0.19

k: from Gaussian spectra at the WS2812B data sheet's peaks with CIE S 026; I: its data sheet;
1.5: a margin. Each weight is rounded up, which is the safe side.
"""

_K_UCD = (1200, 660000, 1990000)  # 1e-6 lx at 1 m
_I_UCD = (400000, 690000, 190000)  # 1e-6 cd


def _up(numerator, denominator):
    return -(-numerator // denominator)


def melanopic_weights(transmission_ppm, distance_mm):
    """ulx per level of (R, G, B) at the eye."""
    below = 2 * 255 * distance_mm * distance_mm
    return tuple([_up(3 * transmission_ppm * k, below) for k in _K_UCD])


def luminance_weights(transmission_ppm, area_mm2):
    """1e-5 cd/m2 per level of (R, G, B), mean over the lit area."""
    below = 2 * 255 * 10 * area_mm2
    return tuple([_up(3 * transmission_ppm * i, below) for i in _I_UCD])


def weighted(frame, weights):
    """Sum of a frame (r, g, b bytes) under (R, G, B) weights."""
    total = 0
    for i in range(0, len(frame), 3):
        total += frame[i] * weights[0] + frame[i + 1] * weights[1] + frame[i + 2] * weights[2]
    return total
