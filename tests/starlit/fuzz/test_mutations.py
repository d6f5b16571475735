"""A guard, a plug or a link edge with one limit removed is caught by the checker; the pod as it is
passes the same scenario. What the show would never ask for comes from a scene that asks for it.
"""

import json
from array import array
from contextlib import ExitStack
from functools import cache
from unittest.mock import patch

import pytest

from pod import dose, health, link, orders, show
from pod.config import Config
from pod.core import Pod
from pod.director import Director
from pod.guard import Guard, light, limits, sound_kernel, sound_state
from pod.guard.light import LightGuard
from pod.guard.sound import SoundGuard
from pod.plug import Plug
from pod.quiet import CALM, QuietRule
from pod.scene import Scene
from pod.scene_state import LEFT, LINEAR
from pod.show import Show
from pod.sound.synth import Synth
from starlit.check import check_lines, check_pair
from starlit.fuzz.bend import hurry
from starlit.fuzz.case import Case
from starlit.fuzz.memory import MemoryTrace
from starlit.fuzz.pairs import open_gate
from starlit.fuzz.play import Count, record
from starlit.trace import make_header
from starlit.virtual import rail

PLAY = "pod/pod-1/set/play"
WALL_S = 1767225600
ADULT = {"profile": "adult", "armed": True}


def play(do, cue=None, **more):
    body = {"do": do} if cue is None else {"do": do, "cue": cue}
    return {"topic": PLAY, "payload": json.dumps(body), "sign": True, **more}


# -- scenarios: (seconds, action) ... --------------------------------------------------------


def evening(*more, start="child", settings=None):
    """Plugged in, wall time known, goodnight by hand at 3 s."""
    lines = [(0, {"wall": WALL_S}), (0, {"button_ms": 1200}), (3, {"button_ms": 300})]
    if settings:
        lines.append((1.5, {"set": settings}))
    return start, [*lines, *more]


def asleep(*more):
    """An armed adult, asleep from 70 s on."""
    return evening(*more, start="adult", settings={"armed": True})


DARK_ROOM = ("child", [(0, {"button_ms": 1200}), (0.5, {"lux": 0.2}), (640, play("goodnight"))])
DAWN = asleep((2, {"set": {"dawn": "00:32"}}))
FAR = {"calibration": {"transmission": 0.02, "distance_m": 1.0}}

SCENARIOS = {
    "evening": evening(),
    "adult evening": evening(start="adult"),
    "far evening": evening(start="adult", settings=FAR),
    "evening with a tide": evening((8, play("cue", "tide"))),
    "two tides": evening(
        (8, play("cue", "tide")),
        (12, {"topic": "unhook/host", "payload": "x"}),
        (13, {"button_ms": 1200}),
        (15.5, {"button_ms": 300}),
        (16.5, play("cue", "tide")),
    ),
    "asleep": asleep(),
    "asleep, unarmed": evening(start="adult"),
    "asleep, an ember": asleep((75, play("cue", "ember"))),
    "asleep, embers": asleep(*[(75 + 17 * k, play("cue", "ember")) for k in range(24)]),
    "asleep, morning": asleep((80, play("morning"))),
    "asleep, woken": asleep(
        (2, {"heart_bpm": 60}), (200, {"heart_bpm": 75}), (215, play("cue", "ember")),
        (260, play("cue", "ember")),
    ),
    "dark room": DARK_ROOM,
    "dawn": DAWN,
    "switch": evening((20, {"switch": "out"}), (30, {"switch": "in"}), (31, {"button_ms": 300})),
    "reboot": evening((20, {"reboot": True}), (25, play("goodnight"))),
    "reboot, no broker": evening(
        (20, {"reboot": True}), (20, {"link": "down"}), (21, {"button_ms": 1200}),
        (23, {"button_ms": 300}),
    ),
    "unhook": evening((20, {"topic": "unhook/host", "payload": '{"epoch":3,"target":"all"}',
                            "sign": True})),
    "forged unhook": evening((20, {"topic": "unhook/host", "payload": "x"})),
    "task": evening((20, {"fault": "task"})),
    "hot, then well": evening((20, {"fault": "hot"}), (21, {"fault": "none"}),
                              (25, {"button_ms": 1200}), (28, {"button_ms": 300})),
    "watchdog": evening((20, {"fault": "watchdog"}), (22, {"button_ms": 1200}),
                        (25, {"button_ms": 300})),
    "clock": evening((20, {"fault": "clock", "step_ms": 5000})),
    "bus": evening((8, play("cue", "tide")), (12, {"fault": "bus"})),
    "hang": evening((20, {"fault": "hang"})),
    "host goodnights": ("child", [(0, {"button_ms": 1200})] + [
        line for k in range(5) for line in (
            (3 + 20 * k, play("goodnight")), (12 + 20 * k, {"button_ms": 1200}))
    ]),
    "stale goodnight": ("child", [(0, {"button_ms": 1200}),
                                  (20, play("goodnight", nonce_age_ms=10_000))]),
    "a host that arms": ("child", [
        (0, {"button_ms": 1200}),
        (5, {"topic": "pod/pod-1/set/desired", "sign": True,
             "payload": json.dumps({"profile": "adult", "armed": True})}),
    ]),
    "a heart unshared": ("child", [(0, {"button_ms": 1200}), (1, {"heart_bpm": 66})]),
}  # fmt: skip
LENGTH_S = {
    "asleep": 90, "asleep, an ember": 90, "asleep, unarmed": 100, "asleep, embers": 490,
    "asleep, morning": 90, "asleep, woken": 275,
"dark room": 690, "dawn": 135, "host goodnights": 100,
    "evening with a tide": 75, "two tides": 30,
}  # fmt: skip


def case(name):
    profile, lines = SCENARIOS[name]
    events = tuple({"t_ms": int(t_s * 1000), **action} for t_s, action in lines)
    return Case(7, int(LENGTH_S.get(name, 45) * 1000), events, profile=profile)


# -- scenes and sounds that ask for more than any show would ---------------------------------


def asking(frames):
    """A scene whose frame number n, wherever it would show light, is `frames(n)`."""

    class Asking(Scene):
        number = 0
        lit = False

        def sky_light(self, *_):
            self.clear()
            self.lit = True

        dawn_light = sky_light

        def clear(self):
            super().clear()
            self.lit = False

        def settle_calm(self, *_):
            return None

        def settle(self, *rest):
            Asking.number += 1
            if not self.lit and not any(self.light[LINEAR:LEFT]):
                return super().settle(*rest)
            return bytearray(frames(Asking.number))

    return Asking


def sounding(level_of):
    """A synth whose n-th block is a square wave of `level_of(n)`, whatever it should render."""

    class Sounding(Synth):
        number = 0

        def render(self):
            if super().render() is None:
                return None
            Sounding.number += 1
            top = level_of(Sounding.number)
            for at in range(320):
                self.block[at] = top if at & 8 else -top
            return self.block

    return Sounding


def ring(*rgb, leds=12):
    return bytes(rgb) * leds + bytes(36 - 3 * leds)


WHITE = asking(lambda n: ring(255, 255, 255))
AMBER = asking(lambda n: ring(200, 90, 0))
BLUE = asking(lambda n: ring(0, 0, 40))
MAGENTA = asking(lambda n: ring(255, 0, 255))
RED = asking(lambda n: ring(255, 0, 0))
BLINK = asking(lambda n: ring(200, 90, 20) if n // 300 % 2 == 0 else bytes(36))
FAST = asking(lambda n: ring(40, 20, 8) if n // 45 % 2 == 0 else bytes(36))
ONE = asking(lambda n: ring(4, 2, 0)[:33] + (bytes([4, 2, 0]) if n % 8 < 4 else bytes(3)))
WAVE = asking(lambda n: ring(40, 20, 8) if n % 20 < 10 else ring(30, 15, 6))
LOUD = sounding(lambda n: 32000 if n % 550 < 500 else 0)
SHOUTS = sounding(lambda n: 40 if n % 5 else 130)  # about 15 dBA
DROPS = sounding(lambda n: 1500 if n % 300 < 200 else 40)
FLICKER = asking(lambda n: ring(6, 4, 2)[:33] + bytes([6, 4 + n // 3 % 2, 2]))


def run(name, scene=Scene, synth=Synth, mutation=()):
    """(lines, events) of a scenario under a mutation."""
    for made in (scene, synth):
        if hasattr(made, "number"):
            made.number = 0
    what = case(name)
    with ExitStack() as stack:
        hurry(stack)
        stack.enter_context(patch.multiple(show, Scene=scene, Synth=synth))
        for owner, attribute, value in mutation:
            stack.enter_context(patch.object(owner, attribute, value))
        lines, broke, _ = record(what, Count())
    assert broke is None, broke
    return lines, what.events()


def found(name, scene=Scene, synth=Synth, mutation=()):
    report = check_lines(*run(name, scene, synth, mutation))
    return {f"{one.invariant} {one.kind}": one.line() for one in report.violations}


@cache
def as_it_is(name, scene, synth):
    return found(name, scene, synth)


def tripled(numbers):
    return tuple(3 * number for number in numbers)


def forget(self, *_, **__):
    return None


def never(self, *_, **__):
    return False


def always(self, *_, **__):
    return True


def ever_calm(self, *_):
    self.verdict = CALM
    return CALM


def told_profile(pod, topic, opened, age_us):
    for name in ("armed", "profile"):
        if name in opened.body:
            setattr(pod.config, name, opened.body[name])
            pod.teller.note({name: opened.body[name]})


def morning_at_any_time(pod, body):
    pod.director.end_night(pod.now_ms, "the host said good morning")


def short_press_plugs_in(pod):
    pod.plug.press()
    pod.goodnight(False)


def wakes_plugged(plug, stored, load=Plug._load):
    plug.plugged = True
    load(plug, stored)


_REQUEST = Guard.request


def unrestrained(guard, mode, cue_open):
    _REQUEST(guard, mode, True)


_GOODNIGHT = Director.goodnight


def never_dim(director, now_ms, dim):
    return _GOODNIGHT(director, now_ms, False)


# (what is removed, scenario, scene, synth, mutation, what the checker must say)
MUTATIONS = {
    "1 melanopic cap": ("evening", WHITE, Synth, [(limits, "CHILD_EVENING_M", limits.LX)],
                        "1 cap-m-leds"),
    "1 luminance cap": ("adult evening", AMBER, Synth, [(limits, "MAX_L", tripled(limits.MAX_L))],
                        "1 cap-l-leds"),
    "1 no blue asleep": ("asleep, an ember", BLUE, Synth, [(limits, "BLUE", (True,) * 5)],
                         "1 cap-blue-leds"),
    "1 current": ("far evening", MAGENTA, Synth, [(limits, "MAX_LED_MA", 9999)],
                  "1 cap-current-leds"),
    "2 rise": ("adult evening", AMBER, Synth, [(limits, "RISE_L", tripled(limits.RISE_L))],
               "2 rise"),
    "2 fall": ("adult evening", BLINK, Synth, [(limits, "FALL_L", tripled(limits.FALL_L))],
               "2 fall"),
    "2 step": ("adult evening", BLINK, Synth,
               [(limits, "STEP_PART", 1), (light, "_EVEN", 1)], "2 step"),
    "2 dawn's rise of M": ("dawn", BLUE, Synth, [(limits, "DAWN_M_PARTS", 20)],
                           "2 dawn-rise-m"),
    "2 dawn's rise": ("dawn", AMBER, Synth, [(limits, "RISE_L", tripled(limits.RISE_L))],
                      "2 dawn-rise-l"),
    "3 reversal": ("adult evening", FAST, Synth, [(limits, "REVERSAL_MS", 500)], "3 reversal"),
    "3 dips": ("adult evening", ONE, Synth, [(limits, "DIP_MS", 10)], "3 dips"),
    "3 swing": ("adult evening", WAVE, Synth, [(limits, "SWING_L", 20 * limits.CD)], "3 swing"),
    "3 saturated red": ("adult evening", RED, Synth, [(limits, "RED_L_PER_S", 20 * limits.CD)],
                        "3 red"),
    "3 dither": ("adult evening", FLICKER, Synth, [(limits, "SETTLE_MS", 0),
                 (limits, "FLICKER_MS", 0)], "3 dither"),
    "4 sound cap": ("evening with a tide", Scene, LOUD, [(limits, "SOUND_CHILD_DBA", 45)],
                    "4 cap-s"),
    "5 rise": ("evening with a tide", Scene, LOUD, [(limits, "SOUND_GROWTH_PER_MILLE", 3000),
               (sound_state, "_MOST", (1,) * 5)], "5 rise"),
    "5 grain": ("evening with a tide", Scene, SHOUTS, [(limits, "GRAIN_PERCENT", 10_000)],
                "5 grain"),
    "5 fall": ("evening with a tide", Scene, DROPS, [(sound_kernel, "_may_fall", always)],
               "5 release"),
    "5 release": ("evening with a tide", Scene, LOUD, [(limits, "RELEASE_BLOCKS", 2)],
                  "5 release"),
    "5 onsets of a layer": ("two tides", Scene, Synth, [(limits, "ONSET_MS", 0)], "5 layer-gap"),
    "6 cues a night": ("asleep, embers", Scene, Synth, [(limits, "CUES_PER_NIGHT", 99),
                       (limits, "CUE_MS_PER_NIGHT", 999_000)], "6 dose-cues"),
    "6 half the light": ("asleep, unarmed", AMBER, Synth,
                         [(Guard, "request", unrestrained)], "6 cue-forbidden"),
    "7 the switch": ("switch", Scene, Synth, [(Plug, "may_show", always), (Show, "cut", forget)],
                     "7 dark-switch"),
    "7 a press of 1 s": ("switch", Scene, Synth, [(Pod, "_short_press", short_press_plugs_in)],
                         "7 dark-unplugged"),
    "7 no resume": ("reboot", Scene, Synth, [(Plug, "_load", wakes_plugged)], "7 dark-reset"),
    "8 a task": ("task", Scene, Synth, [(health.Health, "watch", forget)], "8 dark-fault"),
    "8 the latch": ("hot, then well", Scene, Synth, [(dose.Dose, "running", never)],
                    "8 dark-fault"),
    "8 the fade": ("task", Scene, Synth, [(LightGuard, "fade", forget)], "8 no-fade"),
    "8 watchdog": ("watchdog", Scene, Synth, [(health, "reset_fault", forget)], "8 dark-fault"),
    "8 clock": ("clock", Scene, Synth, [(health, "CLOCK_STEP_MS", 1 << 28),
              (health, "DEAD_MAN_MS", 1 << 28)], "8 dark-fault"),
    "8 a sensor during a cue": ("bus", Scene, Synth, [(health, "SENSOR_FAULT_MS", 1 << 28)],
                                "8 dark-fault"),
    "8 the dead-man's cut": ("hang", Scene, Synth, [(rail, "TIMEOUT_US", 60_000_000)],
                             "8 dark-hang"),
    "9 quiet rule": ("asleep, woken", Scene, Synth, [(QuietRule, "step", ever_calm)],
                     "9 quiet-cue"),
    "10 no mode raised": ("asleep, morning", Scene, Synth,
                          [(orders, "_DO", {**orders._DO, "morning": morning_at_any_time})],
                          "10 mode-raised"),
    "10 profile and arming": ("a host that arms", Scene, Synth,
                              [(orders, "_OBEY", {**orders._OBEY, "desired": told_profile})],
                              "10 claim-armed"),
    "10 host's goodnights": ("host goodnights", Scene, Synth, [(orders, "HOST_GOODNIGHTS", 99)],
                             "10 host-goodnights"),
    "10 a nonce's age": ("stale goodnight", Scene, Synth, [(link, "NONCE_MS", 60_000),
                         (link, "_NONCES", 99)], "10 mode-raised"),
    "10 a dark room": ("dark room", AMBER, Synth, [(Director, "goodnight", never_dim)],
                       "1 cap-l-leds"),
    "10 unhook": ("unhook", Scene, Synth, [(Plug, "unhook", lambda *_: (False, False))],
                  "10 dark-unhook"),
    "10 a forged unhook": ("forged unhook", Scene, Synth,
                           [(orders, "_unverified_unhook", forget)], "10 dark-unhook"),
}  # fmt: skip


@pytest.mark.parametrize("removed", MUTATIONS)
def test_what_the_checker_says_without_one_limit(removed):
    name, scene, synth, mutation, expected = MUTATIONS[removed]
    assert as_it_is(name, scene, synth) == {}
    assert expected in found(name, scene, synth, mutation)


# -- what takes too long for a scenario, or two runs ----------------------------------------


class Bright(Scene):
    """A star that each beat brightens, where no calm night holds it."""

    def settle_calm(self, *_):
        return None

    def settle(self, own=0, *_):
        for c in range(3):
            self.light[LINEAR + c] += 40 * (own & 511) * (own >> 9) // 4096
        return super().settle()


def test_a_heart_that_adds_light_is_seen_on_a_pair():
    base = case("evening")
    own = base.with_lines([*base.lines, {"t_ms": 8000, "heart_bpm": 66}])

    def judged(scene):
        with patch.object(show, "Scene", scene):
            lines, _, _ = record(own, Count())
            other, _, _ = record(open_gate(own), Count())
        return check_pair(lines, other).kinds()

    assert judged(Scene) == set()
    assert "pair-l" in judged(Bright)


def loud_hour(minutes):
    """The sound guard alone, asked for its cap for so long; blocks are given as their RMS."""
    config = Config(profile="adult")
    guard = SoundGuard(config)
    trace = MemoryTrace(make_header(config))
    trace.put(0, mode="evening", layer={"id": "waves", "on": True, "envelope": 32767})
    wanted, out = array("h", [guard.cap] * 320), array("h", [0] * 320)

    def measure(s, block):
        s[sound_state.RMS] = s[sound_state.PEAK] = block[0]

    def ramp(_, block, out, gain, to):
        out[0] = block[0] * to // sound_state.ONE

    def replay(s, last, out):
        out[0] = last[0] * s[sound_state.RELEASING] // limits.RELEASE_BLOCKS

    with patch.multiple(
        sound_kernel, _measure=measure, _ramp=ramp, _replay=replay, BLOCK_SAMPLES=1
    ):
        for number in range(minutes * 3000):
            guard.block(wanted, out)
            trace.sound(20 * number, guard.rms, guard.peak)
    trace.put(minutes * 60_000, why="the end")
    return trace.lines


def test_the_nights_average_without_its_limit():
    happened = [{"t_ms": 0, "button_ms": 1200}, {"t_ms": 0, "wall": WALL_S}]
    events = Case(1, 0, tuple(happened)).events()

    def kinds():
        return check_lines(loud_hour(55), events).kinds() & {"laeq"}

    assert kinds() == set()
    with patch.object(limits, "NIGHT_BLOCKS", 1 << 22):
        assert kinds() == {"laeq"}
