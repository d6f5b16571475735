"""Sound level at the pillow: S = full scale dBA + 20 log10(rms / 32767)."""

import math

FULL_SCALE = 32767
BLOCK_MS = 20
SILENT_DBA = -999.0


def level_dba(rms: float, full_scale_dba: float) -> float:
    """dBA at the pillow of an unweighted RMS in counts; silence is far below everything."""
    return full_scale_dba + 20 * math.log10(rms / FULL_SCALE) if rms > 0 else SILENT_DBA


def rms_of(level: float, full_scale_dba: float) -> float:
    """Counts of RMS that give this level in dBA."""
    return FULL_SCALE * 10 ** ((level - full_scale_dba) / 20)
