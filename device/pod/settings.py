"""What a hand has set at the pod, kept through reboots: profile, arming, sharing, dawn, calibration.

Two writes for each change by a hand, none otherwise: a usual night has none.
"""

from .config import CALIBRATION, SETTINGS
from .record import Record


def kept_in(stored, config):
    """The record of `config`, into which what was stored has been read. LOST: it must not show."""

    def take(body, older):
        config.change(body)

    def give():
        return {name: getattr(config, name) for name in SETTINGS + CALIBRATION}

    return Record("settings", stored, take, give)
