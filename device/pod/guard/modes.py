"""The light limits of each mode for one pod: its profile and its calibration applied once."""

from . import limits, optics


class Mode:
    """Limits as the reference geometry's weights see them."""

    def __init__(self, mode, config):
        child = config.profile == "child"
        self.cap_m = optics.limit_m(limits.max_m(mode, child), config)
        self.cap_l = optics.limit_l(limits.MAX_L[mode], config)
        self.rise = optics.limit_l(limits.RISE_L[mode], config)
        self.fall = optics.limit_l(limits.FALL_L[mode], config)
        self.step = self.cap_l // limits.STEP_PART
        # Not of the caps, which a calibration may put beyond 31 bits.
        part = limits.REVERSAL_PART
        self.turn_l = optics.limit_l(limits.MAX_L[mode] // part, config)
        self.turn_m = optics.limit_m(limits.max_m(mode, child) // part, config)


def table(config):
    """One `Mode` for each of `limits.MODES`."""
    return [Mode(mode, config) for mode in range(len(limits.MODES))]
