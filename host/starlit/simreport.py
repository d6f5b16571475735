"""What `starlit simulate` tells of a run."""

import math
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from starlit.runner import PodRunner

# SAFETY, formulas: lux at 1 m and candela of one channel at 255.
_MELANOPIC = (0.0012, 0.66, 1.99)
_CANDELA = (0.40, 0.69, 0.19)


@dataclass
class Slot:
    """A planned cue: when, what became of it, and what the sleeper truly did then."""

    t_s: float
    slot: int
    cue: str
    played: bool
    why: str | None
    sleep: str  # as the pod saw it
    stage: str | None = None  # the stage file's, where there is one


@dataclass
class PodReport:
    pod: str
    frames: int = 0
    blocks: int = 0
    steps: int = 0
    cues: dict[str, int] = field(default_factory=dict)  # by phase
    refusals: list[str] = field(default_factory=list)  # the first few, with their reason
    rejected: int = 0  # messages that did not validate
    max_melanopic_lx: float = 0.0
    max_luminance_cd_m2: float = 0.0
    max_sound_dba: float | None = None
    mode: str = "idle"
    state: str = "idle"
    final_leds_dark: bool = True
    slots: list[Slot] = field(default_factory=list)

    def by_stage(self) -> dict[str, dict[str, int]]:
        """Of each true stage, how many slots played and how many were dropped."""
        found: dict[str, dict[str, int]] = {}
        for slot in self.slots:
            if slot.stage is not None:
                count = found.setdefault(slot.stage, {"played": 0, "dropped": 0})
                count["played" if slot.played else "dropped"] += 1
        return found


@dataclass
class Report:
    """What `--json` prints."""

    pods: list[PodReport]
    simulated_s: float
    wall_s: float
    seed: int

    @property
    def speed(self) -> float:
        """Simulated seconds of all pods together for a second of the machine."""
        return self.simulated_s * len(self.pods) / max(self.wall_s, 1e-9)

    def to_dict(self) -> dict[str, Any]:
        return {
            "version": 1,
            "seed": self.seed,
            "simulated_s": self.simulated_s,
            "wall_s": round(self.wall_s, 3),
            "pod_seconds_per_s": round(self.speed, 1),
            "pods": [{**asdict(pod), "slots_by_stage": pod.by_stage()} for pod in self.pods],
        }


class Tally:
    """Fills one pod's report, step by step."""

    def __init__(self, runner: PodRunner):
        self.report = PodReport(runner.config.pod)
        self._config = runner.config
        self._runner = runner
        self._sleep = "unknown"
        self._cues: Counter[str] = Counter()
        self._rms = 0
        self._brightest = [0.0, 0.0]
        runner.observe = self.step

    def step(self, runner: PodRunner) -> None:
        outputs = runner.outputs
        if outputs.leds_changed:
            self._frame(runner.body.leds_shown())
        if outputs.sound_ready:
            self.report.blocks += 1
            self._rms = max(self._rms, runner.body.amplifier.rms)
        for note in outputs.notes:
            self._note(note)

    def _frame(self, shown: bytes) -> None:
        self.report.frames += 1
        red, green, blue = sum(shown[0::3]), sum(shown[1::3]), sum(shown[2::3])
        for i, (r, g, b) in enumerate((_MELANOPIC, _CANDELA)):
            value = red * r + green * g + blue * b
            if value > self._brightest[i]:
                self._brightest[i] = value

    def _note(self, note: dict[str, Any]) -> None:
        report = self.report
        report.mode = note.get("mode", report.mode)
        report.state = note.get("state", report.state)
        self._sleep = note.get("sleep", self._sleep)
        cue = note.get("cue")
        if cue:
            self._slot(cue, note.get("why"))
            self._cues[cue["phase"]] += 1
            if cue["phase"] == "refused" and len(report.refusals) < 20:
                report.refusals.append(f"{cue['id']}: {note.get('why', '')}")
        if "rx" in note and not note["rx"].get("ok"):
            report.rejected += 1

    def _slot(self, cue: dict[str, Any], why: str | None) -> None:
        """A slot that began unseen is told as dropped when it begins."""
        if cue["slot"] is None or cue["phase"] not in ("start", "dropped"):
            return
        played = cue["phase"] == "start"
        t_s = self._runner.t_ms / 1000
        self.report.slots.append(Slot(t_s, cue["slot"], cue["id"], played, why, self._sleep))

    def finish(self, runner: PodRunner) -> PodReport:
        report, config = self.report, self._config
        share = 1.5 * config.transmission_ppm / 1e6 / 255
        report.max_melanopic_lx = self._brightest[0] * share / (config.distance_mm / 1e3) ** 2
        report.max_luminance_cd_m2 = self._brightest[1] * share / (config.area_mm2 / 1e6)
        if self._rms:
            report.max_sound_dba = config.sound_cal_db + 20 * math.log10(self._rms / 32767)
        report.cues = dict(self._cues)
        report.steps = runner.steps
        report.final_leds_dark = not any(runner.body.leds_shown())
        return report
