"""What a frame is at the eye: the models of SAFETY as integer weights per level of a channel.

    M = 1.5 T sum(channel/255 k) / d^2      k in lux at 1 m:  R 0.0012  G 0.66  B 1.99
    L = 1.5 T sum(channel/255 I) / A        I in candela:     R 0.40    G 0.69  B 0.19

k: from Gaussian spectra at the WS2812B data sheet's peaks with CIE S 026; I: its data sheet;
1.5: a margin. The weights hold for the reference geometry (T 0.05, d 0.5 m, A 2827 mm2); a
calibration scales the limits instead, so that a frame's sums always stay within 31 bits.
"""

REFERENCE_T_PPM = 50000
REFERENCE_D_MM = 500
REFERENCE_A_MM2 = 2827

WEIGHT_M = (142, 77648, 234118)  # 1e-8 lx melanopic EDI per level of R, G, B, rounded up
WEIGHT_L = (41616, 71788, 19768)  # 1e-6 cd/m2 per level of R, G, B

_MOST = (1 << 30) - 1


def limit_m(limit, config):
    """A melanopic limit (1e-8 lx) as the reference geometry's weights see it."""
    own = REFERENCE_T_PPM * config.distance_mm * config.distance_mm
    return min(limit * own // (config.transmission_ppm * REFERENCE_D_MM * REFERENCE_D_MM), _MOST)


def limit_l(limit, config):
    """A luminance limit (1e-6 cd/m2) as the reference geometry's weights see it."""
    own = REFERENCE_T_PPM * config.area_mm2
    return min(limit * own // (config.transmission_ppm * REFERENCE_A_MM2), _MOST)


def weighted(frame, weights):
    """Sum of a frame (r, g, b bytes) under (R, G, B) weights."""
    total = 0
    for i in range(0, len(frame), 3):
        total += frame[i] * weights[0] + frame[i + 1] * weights[1] + frame[i + 2] * weights[2]
    return total
