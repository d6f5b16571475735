"""What only a hand at the pod sets: profile, arming, dawn, sharing, calibration."""

from typing import Any

from starlit.check.dark import DarkWatch
from starlit.check.optics import Optics

KEPT = (
    "profile", "armed", "armed_ms", "dawn", "share_heart", "calibration", "full_scale_dba", "optics"
)  # fmt: skip

# SAFETY 10: T >= 0.02, d <= 1 m; the rest as docs/calibrate.md has it.
BOUNDS = {"transmission": (0.02, 0.5), "distance_m": (0.2, 1.0), "full_scale_dba": (52.0, 65.0)}


def _flat(calibration: dict[str, Any]) -> dict[str, float]:
    flat = {**calibration, **(calibration.get("sound") or {})}
    return {name: flat[name] for name in BOUNDS if flat.get(name) is not None}


def _in_bounds(name: str, value: float) -> bool:
    least, most = BOUNDS[name]
    return least <= value <= most


def _bounded(calibration: dict[str, Any]) -> dict[str, float]:
    """What is out of its bounds was never offered."""
    return {name: value for name, value in _flat(calibration).items() if _in_bounds(name, value)}


class Settings:
    def __init__(self, header: dict[str, Any]):
        self.header = header
        self.calibration: dict[str, float] = {
            key: float(header[key]) for key in ("transmission", "distance_m", "area_m2")
        }
        self.full_scale_dba = float(header["sound"]["full_scale_dba"])
        self.optics = Optics(**self.calibration)
        self.profile: str = header["profile"]
        self.armed = self.share_heart = False
        self.armed_ms = 0
        self.dawn: str | None = None
        self.set_ms = -60_000  # whatever a hand set last
        self.set_up_ms = -60_000  # another profile or calibration, by hand, ends a night
        # In bounds and put forward by a hand; it counts once the pod says it took it.
        self.offered: list[tuple[int, dict[str, float]]] = []  # and when
        self.boot_ms = 0
        self.agreed: dict[str, float] = {}  # the same, of what a host proposed
        self.proposed: dict[str, Any] = {}  # by the host, until a press of 3 s consents
        self._before_it: list[dict[str, Any]] = []  # the same, where the newer one may be lost
        self.pulse_asked = False  # whether the host proposed to share a pulse ...
        self.pulse_agreed = False  # ... and a press of 3 s agreed, since the start
        self._unkept: tuple[int, dict[str, Any]] | None = None
        self._unheard: dict[str, Any] | None = None
        self._perhaps: tuple[int, dict[str, Any]] = -1, {}  # a start, and what may hold from it on
        self._before: tuple[int, dict[str, Any]] = -1, {}  # the last instant of a set, and until it

    def keep_later(self, t_ms: int, dark_ms: float) -> None:
        """What is set while something shows is stored in the dark that follows."""
        if self._unkept is None or dark_ms > self._unkept[0]:
            self._unkept = t_ms, self._all()

    def hung(self) -> None:
        """What is set while the controller hangs is heard when it goes on, if it goes on."""
        if self._unheard is None:
            self._unheard = {**self._all(), "offered": list(self.offered)}

    def goes_on(self) -> None:
        self._unheard = None

    def rebooted(self, t_ms: int, dark: DarkWatch) -> None:
        """What was never stored is forgotten with the power; what was set in the very instant, or
        in a hang, was not even heard. Where it had only just become dark it may have been stored:
        what the pod says as it starts decides."""
        was = self._unheard
        if was is not None:
            self.offered = was["offered"]
        if self._unkept is not None:
            set_ms, before = self._unkept
            if dark.dark_ms <= set_ms:
                was = before
            elif dark.kept_ms <= set_ms:
                self._perhaps = t_ms, before
        if was is None and self._before[0] == t_ms:
            was = self._before[1]
        for name, value in (was or {}).items():
            setattr(self, name, value)
        self._unkept = self._unheard = None

    def forgot(self, t_ms: int, name: str, value: Any) -> bool:
        """Whether a pod that starts now says that it lost what was set last."""
        then_ms, was = self._perhaps
        if then_ms != t_ms or name not in was or was[name] != value:
            return False
        setattr(self, name, value)
        return True

    def _all(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in KEPT}

    def was(self, t_ms: int, name: str, value: Any) -> bool:
        """Whether `value` stood until this very instant, in which a hand set something."""
        return self._before[0] == t_ms and self._before[1][name] == value

    def _on_set(self, t_ms: int, settings: dict[str, Any]) -> None:
        calibration = settings.get("calibration") or {}
        if not all(_in_bounds(name, value) for name, value in _flat(calibration).items()):
            return  # the window takes all of it or nothing
        if self._before[0] != t_ms:
            self._before = t_ms, self._all()
        self.set_ms = t_ms
        if "profile" in settings or "calibration" in settings:
            self.set_up_ms = t_ms
        if "profile" in settings:
            self.set_profile(t_ms, settings["profile"])
        if "armed" in settings:
            self.arm(t_ms, settings["armed"])
        self.dawn = settings.get("dawn", self.dawn)
        self.share_heart = settings.get("share_heart", self.share_heart)
        self.offer(t_ms, _bounded(calibration))

    def offer(self, t_ms: int, calibration: dict[str, float]) -> None:
        self.offered.append((t_ms, calibration))

    def may_hold(self, t_ms: int, name: str, value: Any) -> bool:
        """Whether a hand has put this value of a calibration forward: last, or until this very
        instant. A start may tell of any before it: what came last need not have been stored."""
        if value == self.agreed.get(name):
            return True
        offers = [(then_ms, given[name]) for then_ms, given in self.offered if name in given]
        if t_ms != self.boot_ms:
            before = [one for one in offers if one[0] < t_ms]
            offers = before[-1:] + offers[len(before) :][-1:]
        return any(value == one for _, one in offers)

    def arm(self, t_ms: int, armed: bool) -> None:
        self.armed, self.armed_ms = armed, t_ms

    def propose(self, calibration: Any, perhaps_lost: bool) -> None:
        """A host's word in the pod's own whole units; nothing until a hand consents. A newer one
        withdraws it, if it was heard, and of a newer version."""
        self._before_it = [*self._before_it, self.proposed] if perhaps_lost else []
        given = calibration if isinstance(calibration, dict) else {}
        whole = {key: value for key, value in given.items() if type(value) is int}
        words = {"transmission": "transmission_ppm", "distance_m": "distance_mm"}
        scales = {"transmission": 1_000_000, "distance_m": 1000}
        self.proposed = {
            word: whole[name] / scales[word] for word, name in words.items() if name in whole
        }
        if "sound_cal_db" in whole:
            self.proposed["sound"] = {"full_scale_dba": float(whole["sound_cal_db"])}

    def consent(self, t_ms: int) -> None:
        self.pulse_agreed = self.pulse_agreed or self.pulse_asked
        for proposed in filter(None, (*self._before_it, self.proposed)):
            self.set_up_ms = t_ms
            self.agreed.update(_bounded(proposed))

    def set_profile(self, t_ms: int, profile: str) -> None:
        if profile != self.profile:
            self.profile = profile
            self.profile_changed(t_ms)

    def profile_changed(self, t_ms: int) -> None:
        """Other caps hold."""

    def adopt(self, name: str, value: float) -> None:
        """A calibration that a hand offered and the pod says it took."""
        if name == "full_scale_dba":
            self.full_scale_dba = value
        else:
            self.calibration = {**self.calibration, name: value}
            self.optics = Optics(**self.calibration)
