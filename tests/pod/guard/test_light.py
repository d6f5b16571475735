"""Whatever the scene wants, what shows keeps SAFETY 1 to 3 over the whole stream."""

import random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.pod.guard.safety_reference import MODES, Shown, current_ma, optics_of

from pod.config import Config
from pod.guard import limits
from pod.guard.light import LightGuard

CALIBRATIONS = {
    "reference": (50000, 500, 2827),
    "faint": (20000, 1000, 20000),
    "bright": (500000, 200, 2800),
    "near": (120000, 300, 4000),
}
PROFILES = ("child", "adult")
BLACK, WHITE = bytes(36), bytes([255] * 36)


def config_of(profile="child", calibration="reference"):
    config = Config(profile=profile)
    config.transmission_ppm, config.distance_mm, config.area_mm2 = CALIBRATIONS[calibration]
    return config


class Stage:
    """A guard and all that it has shown, checked frame by frame."""

    def __init__(self, config, red=True):
        self.guard = LightGuard(config)
        self.shown = Shown(config, red)

    def frame(self, target, dt_ms=33):
        guard = self.guard
        before = bytes(guard.shown)
        changed = guard.frame(dt_ms, target)
        assert changed == (bytes(guard.shown) != before)
        self.shown.show(dt_ms, MODES[guard.mode], bytes(guard.shown))

    def run(self, target, frames, dt_ms=33):
        for _ in range(frames):
            self.frame(target, dt_ms)
        return self

    @property
    def l(self):  # noqa: E743 (the quantity's own name)
        return self.shown.l_of(self.shown.frame)

    @property
    def m(self):
        return self.shown.m_of(self.shown.frame)


def targets(kind, rng):
    """An endless stream of wanted frames."""
    colour = bytes(rng.choice((0, 1, 2, 3, 8, 40, 120, 255)) for _ in range(3))
    other = bytes(rng.choice((0, 1, 2, 8, 60, 255)) for _ in range(3))
    half = rng.randrange(1, 40)
    n = 0
    while True:
        n += 1
        if kind == "still":
            yield colour * 12
        elif kind == "blink":
            yield (colour if n // half % 2 else other) * 12
        elif kind == "noise":
            yield bytes(rng.randrange(rng.choice((4, 40, 256))) for _ in range(36))
        elif kind == "one":
            led = n // half % 12
            yield bytes(3 * led) + colour + bytes(33 - 3 * led)
        else:
            yield BLACK


SEGMENTS = st.lists(
    st.tuples(
        st.sampled_from((0, 1, 2, 3, 1, 2)),  # mode
        st.sampled_from(("still", "blink", "noise", "one", "black")),
        st.sampled_from((33, 33, 20, 100, 7, 1, 0, 1000, 5000)),  # ms from frame to frame
        st.integers(5, 160),  # frames
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("calibration", CALIBRATIONS)
@settings(max_examples=8, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(segments=SEGMENTS, seed=st.integers(0, 2**16))
def test_no_stream_of_wanted_frames_breaks_a_light_limit(profile, calibration, segments, seed):
    # Saturated red has its own test below.
    run_segments(Stage(config_of(profile, calibration), red=False), segments, seed)


def run_segments(stage, segments, seed):
    rng = random.Random(seed)
    for mode, kind, dt_ms, frames, half in segments:
        stage.guard.request(mode, half)
        wanted = targets(kind, rng)
        for _ in range(frames):
            stage.frame(next(wanted), dt_ms)


def test_saturated_red_changes_the_ring_by_at_most_one_candela_in_a_second():
    segments = [(1, "noise", 5000, 143, False), (2, "black", 33, 160, True)]
    run_segments(Stage(config_of("child")), segments, 3372)


@pytest.mark.parametrize("mode", (limits.EVENING, limits.ASLEEP, limits.IDLE))
def test_a_ring_that_wants_to_flash_shows_one_flash_in_eight_seconds(mode):
    stage = Stage(config_of("adult"))
    stage.guard.request(mode)
    highs = lows = 0
    up = True
    cap = stage.shown.l_of(BLACK) + {1: 60, 2: 10, 0: 10}[mode]
    low = high = 0.0
    for n in range(2400):
        stage.frame(WHITE if n // 8 % 2 else BLACK)
        high, low = max(high, stage.l), min(low, stage.l)
        if up and high - stage.l >= cap / 10:
            up, low, lows = False, stage.l, lows + 1
        elif not up and stage.l - low >= cap / 10:
            up, high, highs = True, stage.l, highs + 1
    assert highs + lows <= 2400 * 33 // 4000 + 1


def test_a_full_white_is_reached_slowly_and_stops_at_the_cap():
    for profile, cap in (("adult", 1.0), ("child", 0.10)):
        stage = Stage(config_of(profile))
        stage.guard.request(limits.EVENING)
        stage.run(WHITE, 30)
        assert stage.l <= 4
        stage.run(WHITE, 900)
        assert 0.9 * cap <= stage.m <= cap


def test_one_white_star_at_level_32_fits_a_childs_evening():
    stage = Stage(config_of("child"))
    stage.guard.request(limits.EVENING)
    star = bytes([32, 32, 32]) + bytes(33)
    stage.run(star, 300)
    assert stage.shown.frame == star


def test_a_sleeping_pod_shows_no_blue_whatever_is_wanted():
    stage = Stage(config_of("adult"))
    stage.guard.request(limits.ASLEEP)
    stage.run(bytes([0, 0, 255] * 12), 300)
    assert stage.shown.frame == BLACK
    stage.run(bytes([8, 3, 255] * 12), 300)
    assert stage.shown.frame == bytes([8, 3, 0] * 12)


def test_a_lower_mode_holds_only_once_the_light_is_below_it():
    stage = Stage(config_of("adult"))
    stage.guard.request(limits.EVENING)
    stage.run(bytes([60, 24, 4] * 12), 900)
    assert stage.l > 30
    stage.guard.request(limits.ASLEEP)
    stage.frame(WHITE)
    assert stage.guard.mode == limits.EVENING
    stage.run(bytes([8, 3, 0] * 12), 900)
    assert stage.guard.mode == limits.ASLEEP
    assert stage.l <= 10


def test_a_counted_turn_is_waited_for_by_the_measure_that_counted_it():
    """Idle measures by a sixth of an evening's L: begun anew there, the rest of a fall that had
    to wait would count by neither."""
    stage = Stage(config_of("adult"))
    stage.guard.request(limits.EVENING)
    stage.run(bytes([40, 16, 0] * 12), 900).run(BLACK, 300)
    while not 6.2 < stage.l < 10:
        stage.frame(bytes([40, 16, 0] * 12))
    top = stage.l
    stage.guard.request(limits.IDLE)
    stage.run(BLACK, 90)
    assert stage.guard.mode == limits.EVENING
    assert top - 6 < stage.l < top - 5
    stage.run(BLACK, 60)
    assert stage.guard.mode == limits.IDLE
    assert stage.l == 0


def test_without_a_cue_a_sleeping_pod_has_half_the_light():
    stage = Stage(config_of("adult"))
    stage.guard.request(limits.ASLEEP, True)
    stage.run(bytes([40, 16, 0] * 12), 900)
    assert 4.5 < stage.l <= 5
    assert stage.m <= 0.05
    stage.guard.request(limits.ASLEEP)
    stage.run(bytes([40, 16, 0] * 12), 900)
    assert stage.l > 7
    stage.guard.request(limits.ASLEEP, True)
    stage.run(bytes([40, 16, 0] * 12), 200)
    assert stage.l <= 5


def test_the_current_of_the_ring_is_bounded_where_a_thick_diffuser_lets_it_grow():
    stage = Stage(config_of("adult", "faint"))
    stage.guard.request(limits.DAWN)
    stage.run(WHITE, 8000, 100)
    assert 195 < current_ma(stage.shown.frame) <= 200


def test_dawn_takes_its_half_hour_even_where_the_scene_is_in_a_hurry():
    stage = Stage(config_of("adult"))
    stage.guard.request(limits.DAWN)
    stage.run(bytes([255, 120, 10] * 12), 600, 100)
    assert 5 < stage.l <= 300 * 60 / 1800 * 1.01


def test_a_cut_is_dark_at_once():
    stage = Stage(config_of("adult"))
    stage.guard.request(limits.EVENING)
    stage.run(WHITE, 300)
    stage.guard.cut()
    assert bytes(stage.guard.shown) == BLACK
    assert stage.guard.l == stage.guard.m == 0


@settings(max_examples=20, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from((0, 1, 33, 100, 700, 5000)), max_size=120), st.integers(0, 99))
def test_a_fade_only_falls_and_ends_dark(steps_ms, seed):
    config = config_of("adult")
    guard = LightGuard(config)
    guard.request(limits.EVENING)
    wanted = bytes(random.Random(seed).randrange(80) for _ in range(36))
    for _ in range(300):
        guard.frame(33, wanted)
    light = optics_of(config)[1]
    left_ms = 2000
    for dt_ms in [*steps_ms, 2000]:
        before = light(guard.shown)
        guard.fade(dt_ms, left_ms)
        assert light(guard.shown) <= before
        left_ms = max(left_ms - dt_ms, 0)
    assert bytes(guard.shown) == BLACK


def test_a_clock_that_runs_backwards_gives_the_light_no_time():
    guard = LightGuard(config_of("adult"))
    guard.request(limits.EVENING)
    for _ in range(200):
        guard.frame(-1, WHITE)
    assert optics_of(config_of("adult"))[1](guard.shown) <= 4


def test_what_is_already_shown_costs_nothing_and_changes_nothing():
    stage = Stage(config_of("adult"))
    stage.guard.request(limits.EVENING)
    stage.run(bytes([4, 2, 1] * 12), 60)
    assert stage.guard.frame(33, bytes([4, 2, 1] * 12)) is False
