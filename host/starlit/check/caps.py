"""Invariants 1 and 4: caps on light, LED current, samples, and the night's own average level."""

from starlit.check import limits as lim
from starlit.check.base import Check
from starlit.check.context import Context
from starlit.check.optics import Frame
from starlit.check.sound import FULL_SCALE, level_dba, rms_of

LAEQ_DBA = 30.0
LAEQ_MS = 8 * 3_600_000


class LightCaps(Check):
    """`leds` and `leds_cmd` against the mode's caps, at each change of either."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._held: dict[str, Frame] = {}
        self._limits = context.limits

    def command(self, t_ms: int, frame: Frame) -> None:
        self._look(t_ms, "leds_cmd", frame)

    def frame(self, t_ms: int, frame: Frame, before: Frame) -> None:
        self._look(t_ms, "leds", frame)

    def until(self, t_ms: int) -> None:
        """Caps that fell while a light was held: it had to be within them already."""
        context = self.context
        if context.limits is not self._limits and t_ms > context.limits_since_ms:
            self._limits = context.limits
            for name, frame in self._held.items():
                self._look(context.limits_since_ms, name, frame)

    def _look(self, t_ms: int, name: str, frame: Frame) -> None:
        self._held[name] = frame
        if not frame.levels or (name == "leds_cmd" and self.context.dark.hung):
            return
        limits = self.context.limits
        if lim.over(frame.m_lx, limits.m_lx):
            self._tell(t_ms, name, "M", frame.m_lx, limits.m_lx, "lx melanopic")
        if lim.over(frame.lum_cd_m2, limits.lum_cd_m2):
            self._tell(t_ms, name, "L", frame.lum_cd_m2, limits.lum_cd_m2, "cd/m2")
        if frame.blue and not limits.blue:
            self._tell(t_ms, name, "blue", frame.blue, 0, "levels of blue")
        if lim.over(frame.current_ma, lim.CURRENT_MA):
            self._tell(t_ms, name, "current", frame.current_ma, lim.CURRENT_MA, "mA")

    def _tell(self, t_ms: int, name: str, what: str, value: float, limit: float, unit: str) -> None:
        mode = f"{self.context.mode}, {self.context.profile}"
        text = f"{name}: {what} {value:.4g} {unit} above {limit:g} ({mode})"
        self.context.blame(t_ms, 1, f"cap-{what.lower()}-{name}", text, value, limit)


class SoundCaps(Check):
    """Each block's RMS and peak, and the energy of the night so far against 8 h at 30 dBA."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._power = 0.0  # of the block held now, relative to 0 dBA
        self._held_since_ms = 0
        self._night_ms: int | None = None
        self._energy = 0.0

    def sound(self, t_ms: int, rms: int, peak: int) -> None:
        context = self.context
        self._power = 0.0 if rms <= 0 else 10 ** (level_dba(rms, context.full_scale_dba) / 10)
        cap_dba = context.cap_dba(t_ms)
        cap = rms_of(cap_dba, context.full_scale_dba)
        if not 0 <= rms <= FULL_SCALE or not rms <= peak <= FULL_SCALE + 1:
            context.blame(
                t_ms, 4, "sound-impossible", f"RMS {rms} with peak {peak}", peak, FULL_SCALE
            )
        if lim.over(rms, cap):
            level = level_dba(rms, context.full_scale_dba)
            text = f"S {level:.2f} dBA above {cap_dba:g} ({context.profile})"
            context.blame(t_ms, 4, "cap-s", text, level, cap_dba)
        elif lim.over(peak, cap):
            text = f"a sample of {peak} above the calibrated cap of {cap:.0f}"
            context.blame(t_ms, 4, "cap-sample", text, peak, cap)

    def until(self, t_ms: int) -> None:
        self._energy += self._power * (t_ms - self._held_since_ms)
        self._held_since_ms = t_ms
        night_ms = self.context.night_ms
        if night_ms != self._night_ms:
            self._night_ms, self._energy = night_ms, 0.0
        if night_ms is None:
            return
        allowed = 10 ** (LAEQ_DBA / 10) * max(LAEQ_MS, t_ms - night_ms)
        if lim.over(self._energy, allowed):
            text = "the night's own average over at least 8 h is above 30 dBA"
            self.context.blame(t_ms, 4, "laeq", text, self._energy, allowed)
