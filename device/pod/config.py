"""A pod's configuration: what provisioning and its owner's hand decided. Validated here, once."""

from . import __version__
from .envelope import TEST_KEY

PROFILES = ("child", "adult")

# Bounds of a calibration (SAFETY 10): a wrong one must not make a pod bright or loud.
LIMITS = {
    "transmission_ppm": (20000, 500000),  # T >= 0.02; above 0.5 it is no diffuser
    "distance_mm": (200, 1000),  # d <= 1 m
    "area_mm2": (2800, 20000),  # lit area as built, at least 0.0028 m2
    "sound_cal_db": (52, 65),  # dBA at the pillow for a full-scale RMS; hardware gives no more
    "tz_min": (-840, 840),
}


SETTINGS = ("armed", "share_heart", "dawn", "profile")
CALIBRATION = ("transmission_ppm", "distance_mm", "sound_cal_db")


class ConfigError(ValueError):
    """A value out of its bounds; `args[0]` names it and what is allowed."""


def is_name(text):
    """Whether `text` may name a pod, a cottage, a writer or a cue: 1..32 of a-z 0-9 - _ ."""
    if not isinstance(text, str) or not 1 <= len(text) <= 32:
        return False
    for c in text:
        if not ("a" <= c <= "z" or "0" <= c <= "9" or c in "-_"):
            return False
    return True


def parse_hhmm(text):
    """Minutes after midnight of "HH:MM"; ConfigError for anything else."""
    try:
        hours, minutes = text.split(":")
        if len(text) == 5 and hours.isdigit() and minutes.isdigit() and len(hours) == 2:
            value = int(hours) * 60 + int(minutes)
            if int(minutes) < 60 and value < 1440:
                return value
    except (AttributeError, ValueError):
        pass
    raise ConfigError("dawn is not HH:MM")


def check_number(name, value):
    low, high = LIMITS[name]
    if type(value) is not int or not low <= value <= high:
        raise ConfigError("%s is not a whole number from %d to %d" % (name, low, high))


def check_proposal(given):
    """`given`, if it is a calibration that a host may propose: of `CALIBRATION`, within bounds."""
    if not isinstance(given, dict):
        raise ConfigError("bad calibration")
    for name in given:
        if name not in CALIBRATION:
            raise ConfigError(name + " is not calibrated")
        check_number(name, given[name])
    return given


class Config:
    """Fields only; `check` raises ConfigError."""

    def __init__(self, pod="pod-1", cottage="home", key=TEST_KEY, profile="child", seed=1):
        self.pod = pod
        self.cottage = cottage
        self.key = key  # of the cottage, as provisioned; see pod.keys
        self.key_id = 1
        self.pod_key = None  # 32 bytes of this pod's own
        self.profile = profile
        self.seed = seed
        self.transmission_ppm = 50000
        self.distance_mm = 500
        self.area_mm2 = 2827
        self.sound_cal_db = 65
        self.tz_min = 0
        self.armed = False
        self.armed_s = 0  # Unix seconds of the arming; 0: not dated yet
        self.share_heart = False
        self.dawn = None
        self.firmware = __version__
        self.body = "virtual"

    def change(self, given):
        """Take settings made by a hand at the pod: armed, share_heart, dawn, profile, calibration
        (a dict of names in `CALIBRATION`). ConfigError, and nothing changed, if one is bad."""
        flat = dict(given)
        flat.update(flat.pop("calibration", {}))
        if flat.get("area_mm2") == self.area_mm2:
            del flat["area_mm2"]  # as built: it may be told, not changed
        for name in sorted(flat):
            if name not in SETTINGS and name not in CALIBRATION:
                raise ConfigError("%s is not set at the pod" % name)
        before = [(name, getattr(self, name)) for name in flat]
        try:
            for name in flat:
                setattr(self, name, flat[name])
            self.check()
        except ConfigError:
            for name, value in before:
                setattr(self, name, value)
            raise

    def calibration(self):
        return {name: getattr(self, name) for name in CALIBRATION}

    def check(self):
        if not is_name(self.pod) or not is_name(self.cottage):
            raise ConfigError("names are 1 to 32 of a-z, 0-9, - and _")
        if self.profile not in PROFILES:
            raise ConfigError("profile is neither child nor adult")
        if type(self.seed) is not int or not 0 <= self.seed < 1 << 30:
            raise ConfigError("seed is not a whole number below 2**30")
        for name in ("armed", "share_heart"):
            if getattr(self, name) not in (True, False):
                raise ConfigError(name + " is neither true nor false")
        for name in LIMITS:
            check_number(name, getattr(self, name))
        if self.dawn is not None:
            parse_hhmm(self.dawn)
        return self
