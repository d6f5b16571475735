"""The guard alone: streams of noise into it, what comes out held against the checker.

No pod, body or messages around it, so a fault of the guard is found ten times sooner than in whole
nights. A stream is its number: the same seed and number are the same stream for ever.
"""

import time
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from itertools import count
from random import Random

from pod.config import LIMITS, Config
from pod.guard import Guard, limits
from pod.io import BLOCK_SAMPLES
from starlit.check.base import Check
from starlit.check.caps import LightCaps, SoundCaps
from starlit.check.context import Context
from starlit.check.dips import Dips, SaturatedRed
from starlit.check.flash import Reversals, Swing
from starlit.check.onset import Onset
from starlit.check.optics import DARK, Frame
from starlit.check.report import Report
from starlit.check.slew import Slew
from starlit.fuzz.campaign import Tally
from starlit.fuzz.paint import Painter
from starlit.trace import make_header

FRAMES = 6000  # of a stream; at 33 ms, 200 s
BLOCKS = 3000  # 60 s
SHORT_MS = (1, 5, 66, 99, 200, 400, 499)  # now and then from one frame to the next
LEVELS = (0, 1, 5, 30, 100, 200, 500, 1000, 3000, 32767)
FREE_MS = 3500  # dark by 8: faster falls are allowed meanwhile


def config_for(chance: Random) -> Config:
    """Any calibration that a pod accepts, its bounds often."""
    config = Config(profile=chance.choice(("child", "adult")))
    if chance.random() < 0.5:
        for name in ("transmission_ppm", "distance_mm", "area_mm2"):
            low, high = LIMITS[name]
            setattr(config, name, chance.choice((low, high, chance.randint(low, high))))
    config.sound_cal_db = chance.randint(*LIMITS["sound_cal_db"])
    return config


class NoHeart:
    """Stands where the guard keeps its calm night: a stream has no heart, so it holds nothing."""

    shown = bytes([255]) * 36
    l = m = -1  # noqa: E741 (the quantity's own name)

    def request(self, mode: int, half_cap: bool) -> None:
        pass

    def frame(self, dt_ms: int, target: bytes) -> None:
        pass

    def cut(self) -> None:
        pass

    def fade(self, dt_ms: int, left_ms: int) -> None:
        pass


class LightStream:
    """Modes in any order, cuts and failures, and frames that nobody would ever compose."""

    def __init__(self, seed: int, number: int):
        self.chance = Random(f"light {seed} {number}")
        config = config_for(self.chance)
        self.guard = Guard(config)
        self.guard.calm = NoHeart()  # type: ignore[assignment]
        self.report = Report()
        self.context = Context(make_header(config), None, self.report)
        kinds: tuple[type[Check], ...] = (LightCaps, Slew, Reversals, Swing, Dips, SaturatedRed)
        self.checks = [kind(self.context) for kind in kinds]
        self.frames = 0
        self._paint = Painter(self.chance)
        self._shown = Frame(DARK, self.context.optics)
        self._t_ms = 1000
        self._asked = limits.IDLE
        self._asked_until_ms = 0
        self._failed_until_ms = 0

    def run(self, frames: int = FRAMES) -> Report:
        self.guard.start(self._t_ms)
        for _ in range(frames):
            self._step()
        return self.report

    def _step(self) -> None:
        chance, guard = self.chance, self.guard
        usual = chance.random() < 0.97 or self._failed_until_ms > self._t_ms
        self._t_ms += 33 if usual else chance.choice(SHORT_MS)
        self._ask()
        wanted = self._paint.frame(self._t_ms)
        if not self._cut():
            guard.frame(self._t_ms, DARK if self._failed_until_ms > self._t_ms else wanted)
        self._judge()

    def _ask(self) -> None:
        chance = self.chance
        if self._t_ms >= self._asked_until_ms:
            self._asked_until_ms = self._t_ms + chance.choice((200, 1000, 3000, 9000, 40_000))
            self._asked = chance.randrange(len(limits.MODES))
        self.guard.request(self._asked, cue_open=chance.random() < 0.999)

    def _cut(self) -> bool:
        """Rarely dark at once, or a failure's fade."""
        dice = self.chance.random()
        if dice < 0.0005:
            self.guard.cut()
            self.context.free_falls(self._t_ms, 100)
        elif dice < 0.0007:
            self.guard.fail()
            self.context.free_falls(self._t_ms, FREE_MS)
            self._failed_until_ms = self._t_ms + FREE_MS
        return dice < 0.0005

    def _judge(self) -> None:
        context, light, t_ms = self.context, self.guard.light, self._t_ms
        context.refresh(t_ms)  # what waited for a fall to end, before another mode comes
        context.dim = light.mode == limits.DIM
        context.set_mode(t_ms, limits.MODES[light.mode])
        for check in self.checks:
            check.until(t_ms)
        data = bytes(light.shown)
        if data == self._shown.data:
            return
        self.frames += 1
        before, self._shown = self._shown, Frame(data, context.optics)
        for check in self.checks:
            check.frame(t_ms, self._shown, before)


class SoundStream:
    """Bursts, steps, decays and clicks, and now and then a sleeper without a cue."""

    def __init__(self, seed: int, number: int):
        self.chance = Random(f"sound {seed} {number}")
        config = config_for(self.chance)
        self.guard = Guard(config).sound
        self.report = Report()
        context = Context(make_header(config), None, self.report)
        onset = Onset(context)
        onset.note(0, "layer", {"id": "noise", "on": True}, {})
        self.checks: list[Check] = [onset, SoundCaps(context)]
        self.blocks = 0

    def run(self, blocks: int = BLOCKS) -> Report:
        out = array("h", bytes(2 * BLOCK_SAMPLES))
        for number, level in zip(range(blocks), self._levels(), strict=False):
            if self.chance.random() < 0.01:
                self.guard.quiet = not self.guard.quiet
            if self.chance.random() < 0.005:
                self.guard.muted = not self.guard.muted
            self.guard.block(self._wanted(level), out)
            self.blocks += 1
            for check in self.checks:
                check.until(20 * number)
                check.sound(20 * number, self.guard.rms, self.guard.peak)
        return self.report

    def _wanted(self, level: int) -> array | None:
        if level == 0 and self.chance.random() < 0.5:
            return None
        block = array("h", [level, -level] * (BLOCK_SAMPLES // 2))
        if self.chance.random() < 0.2:  # it begins inside the block
            silent = self.chance.randrange(BLOCK_SAMPLES - 20)
            block[:silent] = array("h", bytes(2 * silent))
        return block

    def _levels(self) -> Iterator[int]:
        chance, level = self.chance, 1000
        while True:
            style = chance.choice(("steps", "noise", "decay", "walk", "spikes", "still"))
            for _ in range(chance.randrange(20, 200)):
                if style == "noise":
                    level = int(10 ** chance.uniform(0, 4.5))
                elif style == "steps" and chance.random() < 0.15:
                    level = chance.choice(LEVELS)
                elif style == "decay":
                    level = int(level * chance.choice((0.6, 0.8, 0.9))) or chance.choice(LEVELS)
                elif style == "walk":
                    level = int(level * chance.uniform(0.7, 1.4))
                elif style == "spikes":
                    level = chance.choice((100, 100, 100, 100, 3000))
                level = min(level, 32767)
                yield level


def _job(what: tuple[int, int]) -> tuple[int, int, int, Report]:
    """One stream of light and one of sound: the frames, the blocks, and what is wrong."""
    seed, number = what
    light, sound = LightStream(seed, number), SoundStream(seed, number)
    report = light.run()
    for found in sound.run().violations:
        report.add(found.t_ms, found.pod, found.invariant, found.kind, found.text)
    return number, light.frames, sound.blocks, report


def run_streams(
    seed: int,
    more: Callable[[Tally], bool],
    jobs: int = 1,
    progress: Callable[[Tally], None] | None = None,
) -> Tally:
    """Streams 0, 1, 2 ... of `seed`, as long as `more` says."""
    tally, began = Tally(seed=seed), time.monotonic()
    work = ((seed, number) for number in count())
    with ExitStack() as stack:
        played: Iterator[tuple[int, int, int, Report]] = map(_job, work)
        if jobs > 1:
            pool = stack.enter_context(ProcessPoolExecutor(jobs))
            played = _side_by_side(pool, work, jobs)
        while more(tally):
            tally.add_stream(*next(played))
            tally.wall_s = time.monotonic() - began
            if progress:
                progress(tally)
    return tally


def _side_by_side(
    pool: ProcessPoolExecutor, work: Iterator[tuple[int, int]], jobs: int
) -> Iterator[tuple[int, int, int, Report]]:
    waiting = deque(pool.submit(_job, next(work)) for _ in range(2 * jobs))
    while True:
        yield waiting.popleft().result()
        waiting.append(pool.submit(_job, next(work)))
