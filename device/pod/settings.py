"""What a hand has set at the pod, through reboots: profile, arming, sharing, dawn, calibration.

Two writes for each change by a hand, none otherwise: a usual night has none.
"""

from .config import CALIBRATION, SETTINGS
from .record import Record


def kept_in(stored, config):
    """The record of `config`, once what was stored has been read into it. If it is `lost`, the
    pod fails dark until it starts with a whole one: set up anew, or reset."""

    def take(body):
        armed_s = body.pop("armed_s", 0)
        if type(armed_s) is not int:
            raise ValueError
        config.change(body)
        config.armed_s = armed_s

    return Record("settings", stored, config, SETTINGS + CALIBRATION + ("armed_s",), take)
