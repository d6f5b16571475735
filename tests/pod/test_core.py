"""The pod as a whole: what its person, its host and its heart can make it do, and what never."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pod.guard.safety_reference import Dips, optics_of
from tests.pod.pod_on_a_bench import HOME, PodOnABench

from pod import io, ticks
from pod.envelope import TEST_KEY, seal

PLAY = HOME + "pod/pod-1/set/play"
GOODNIGHTS = "three goodnights in 24 h"
DAY_MS = 86400_000


def adult(**more):
    return PodOnABench(profile="adult", armed=True, link=True, **more)


# -- plugging in and out (SAFETY 7) -------------------------------------------------------------


def test_a_pod_that_starts_shows_nothing_until_a_hand_holds_the_button():
    bench = PodOnABench()
    bench.run(15000)
    bench.press(200)
    bench.run(5000)
    assert bench.state == "idle" and not bench.outputs.rail
    assert not any(moment.leds != bytes(36) for moment in bench.moments)


def test_a_switch_pulled_in_the_ritual_is_dark_in_the_same_step():
    bench = PodOnABench().goodnight()
    assert bench.lit
    bench.switch(False)
    assert bench.dark and not bench.outputs.rail
    assert bench.state == "unplugged"


def test_a_switch_pulled_during_a_sound_is_silent_in_the_same_step():
    bench = PodOnABench(link=True).goodnight()
    bench.play("cue", cue="tide")
    bench.run(6000)
    assert bench.moments[-1].peak
    bench.switch(False)
    assert bench.dark and not any(bench.outputs.sound)
    bench.run(3000)
    assert not any(m.peak for m in bench.moments[-150:])


def test_a_closed_switch_alone_lights_nothing_and_a_press_makes_it_idle():
    bench = PodOnABench().goodnight()
    bench.switch(False)
    bench.switch(True)
    bench.run(3000)
    assert bench.dark
    bench.press(200)
    assert bench.state == "unplugged"
    bench.press(1100)
    bench.run(3000)
    assert bench.state == "idle" and bench.dark


def test_a_button_held_at_an_open_switch_plugs_nothing_in():
    bench = PodOnABench()
    bench.switch(False)
    bench.press(1500)
    bench.switch(True)
    bench.run(2000)
    assert bench.state == "unplugged" and not bench.outputs.rail


def test_an_unplugged_pod_stays_so_through_reboots_and_messages():
    bench = adult().goodnight()
    bench.switch(False)
    for _ in range(3):
        bench.boot()
        bench.switch(True)
        bench.run(12000, 200)
        bench.play("goodnight")
        bench.play("cue", cue="tide")
        bench.run(2000)
        assert bench.dark and bench.state == "unplugged"


def test_pulling_the_switch_sends_the_star_as_a_farewell():
    bench = PodOnABench(link=True).goodnight()
    bench.switch(False)
    assert bench.last("send/star")["farewell"] is True


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.sampled_from(("open", "close", "hold", "tap", "unhook", "junk", "boot", "wait")),
             max_size=14),
    st.sampled_from((None, b"", b"1", b"0", b"\xff", b'{"epochs":{}}')),
    st.sampled_from((None, b"", b"torn", b'{"epochs":{},"unhooked":true}')),
)  # fmt: skip
def test_in_any_order_nothing_shows_without_a_closed_switch_and_a_second_of_the_button(
    acts, one, two
):
    stored = {
        k: v for k, v in (("unplugged", one), ("unhook", two), ("dose", two)) if v is not None
    }
    bench = PodOnABench(stored=stored, link=True)
    allowed, epoch = False, 0
    for act in acts:
        if act in ("open", "close"):
            allowed = allowed and act == "close"
            bench.switch(act == "close")
        elif act == "hold":
            allowed = allowed or bench.inputs.switch_in
            bench.press(1100)
        elif act == "tap":
            bench.press(200)
            bench.run(2000, 40)
        elif act == "unhook":
            allowed, epoch = False, epoch + 1
            bench.unhook(epoch)
        elif act == "junk":
            allowed = False
            bench.deliver(HOME + "unhook/stranger", b"\xff")
        elif act == "boot":
            allowed = False
            bench.boot()
        bench.run(1000, 40)
        if not allowed:
            assert bench.dark and not bench.outputs.rail


# -- unhook -------------------------------------------------------------------------------------


def test_an_unhook_is_dark_first_then_kept_then_acknowledged():
    bench = PodOnABench(link=True).goodnight()
    bench.unhook(7)
    assert bench.dark and bench.state == "unhooked"
    assert b'"host":7' in bench.stored["unhook"]
    assert bench.last("ack")["unhooks"] == {"host": 7}


def test_an_unhook_for_another_pod_passes_by():
    bench = PodOnABench(link=True).goodnight()
    bench.unhook(7, target="pod-2")
    bench.run(200)
    assert bench.lit and bench.state == "ritual"


def test_an_unhook_seen_again_after_plugging_in_changes_nothing_also_after_a_reboot():
    bench = PodOnABench(link=True).goodnight()
    bench.unhook(7)
    bench.press(1100)
    bench.run(200)
    bench.unhook(7)
    assert bench.state == "idle"
    bench.boot()
    bench.plug_in()
    bench.unhook(7)
    assert bench.state == "idle"


@pytest.mark.parametrize("payload", (b"x", b"{}", b'{"epoch":1,"target":"all"}', b"\x00" * 5000))
def test_what_does_not_verify_under_unhook_darkens_but_is_neither_kept_nor_acknowledged(payload):
    bench = PodOnABench(link=True).goodnight()
    acks = len([1 for topic, *_ in bench.sent if topic.endswith("/ack")])
    bench.deliver(HOME + "unhook/stranger", payload)
    assert bench.dark and bench.state == "unhooked"
    assert b"true" not in bench.stored.get("unhook", b"")
    assert len([1 for topic, *_ in bench.sent if topic.endswith("/ack")]) == acks
    assert bench.pod.link.refused == 1


def test_a_cleared_unhook_clears_nothing():
    bench = PodOnABench(link=True).goodnight()
    bench.unhook(7)
    bench.deliver(HOME + "unhook/host", b"")
    bench.run(2000)
    assert bench.state == "unhooked"


def test_nothing_shows_before_unhooks_are_heard_or_ten_seconds_have_passed():
    bench = PodOnABench(link=False)
    bench.press(1100)
    bench.press(200)
    assert bench.state == "idle"
    bench.run(10000, 200)
    bench.press(200)
    assert bench.night == "ritual"
    linked = PodOnABench(link=True)
    linked.press(1100)
    linked.press(200)
    assert linked.night == "ritual"


# -- any bytes from the link (SAFETY 10) ---------------------------------------------------------

TOPICS = st.one_of(
    st.text(max_size=30),
    st.sampled_from((
        PLAY, HOME + "pod/pod-1/set/desired", HOME + "pod/pod-1/set/pong", HOME + "all/sky",
        HOME + "all/cue", HOME + "unhook/host", HOME + "unhook/", HOME + "unhook/a/b",
        HOME + "pod/pod-2/set/play", HOME + "pod/pod-1/state",
    )),
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-5, 1 << 41), st.floats(), st.text(max_size=6),
        st.sampled_from(("goodnight", "cue", "star", "tide", "ember", "pod-1", "all", "morning")),
    ),
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=3), x, max_size=2),
    max_leaves=4,
)  # fmt: skip
NAMES = ("do", "cue", "seed", "pace_ms", "members", "tz_min", "friends", "start_ms", "epoch",
         "target", "n", "rx_ms", "rx_us", "tx_ms", "tx_us", "unix_s", "version")  # fmt: skip
BODIES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=7)


@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(TOPICS, st.binary(max_size=80)), min_size=1, max_size=8))
def test_any_bytes_on_any_topic_raise_nothing_light_nothing_and_are_counted(messages):
    bench = PodOnABench(link=True).plug_in()
    expected = 0
    for topic, payload in messages:
        bench.deliver(topic, payload)
        expected += not (topic.startswith(HOME + "unhook/") and not payload)
        bench.run(100)
    assert bench.pod.link.refused == expected
    assert not any(any(m.leds) or m.peak for m in bench.moments)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(
    st.lists(
        st.tuples(
            TOPICS, BODIES, st.sampled_from(("nonce", "version", "old nonce")), st.integers(0, 5)
        ),
        min_size=1, max_size=8,
    ),
    st.booleans(),
)  # fmt: skip
def test_a_hostile_host_with_the_key_raises_nothing_and_never_wakes_a_dark_pod(messages, unplugged):
    bench = PodOnABench(link=True).plug_in()
    if unplugged:
        bench.switch(False)
    import json

    old = bench.pod.link.issue_nonce(bench.now_ms)
    bench.run(3000, 500)
    for topic, body, kind, version in messages:
        stamp = {"version": version}
        if kind != "version":
            stamp = {
                "nonce": old if kind == "old nonce" else bench.pod.link.issue_nonce(bench.now_ms)
            }
        try:
            payload = seal(TEST_KEY, topic, json.dumps(body), **stamp)
        except UnicodeEncodeError:
            continue
        bench.deliver(topic, payload)
        bench.run(200)
    if unplugged:
        assert bench.dark and not bench.outputs.rail
    elif bench.lit:
        assert bench.night == "ritual"


def test_a_valid_command_counts_once_and_only_while_its_nonce_is_fresh():
    bench = PodOnABench(link=True).plug_in()
    nonce = bench.pod.link.issue_nonce(bench.now_ms)
    payload = seal(TEST_KEY, PLAY, '{"do":"goodnight"}', nonce=nonce)
    bench.run(2200)
    bench.deliver(PLAY, payload)
    assert bench.night == "idle"
    nonce = bench.pod.link.issue_nonce(bench.now_ms)
    payload = seal(TEST_KEY, PLAY, '{"do":"goodnight"}', nonce=nonce)
    bench.deliver(PLAY, payload)
    assert bench.night == "ritual"
    bench.press(1100)
    bench.deliver(PLAY, payload)
    assert bench.night == "idle"
    assert bench.said("rx")[-1]["rx"]["why"] == "replayed"


# -- what a message may not do -------------------------------------------------------------------


def test_the_host_begins_at_most_three_rituals_in_a_day_and_a_hand_as_many_as_it_likes():
    bench = PodOnABench(link=True).plug_in()
    for _ in range(3):
        bench.play("goodnight")
        assert bench.night == "ritual"
        bench.press(1100)
    bench.play("goodnight")
    assert bench.night == "idle"
    assert bench.last("event")["why"].startswith(GOODNIGHTS)
    bench.press(200)
    assert bench.night == "ritual"
    bench.press(1100)
    bench.inputs.link_up = False
    bench.sleep(DAY_MS)
    bench.inputs.link_up = True
    bench.run(100)
    bench.play("goodnight")
    assert bench.night == "ritual"


def test_a_reset_gives_a_host_no_further_goodnight():
    bench = adult().plug_in()
    for _ in range(3):
        bench.play("goodnight")
        bench.press(1100)
        bench.run(8000)  # what is counted is kept in the dark
    bench.boot(io.RESET_SOFT)
    bench.plug_in()
    bench.play("goodnight")
    assert bench.night == "idle" and bench.last("event")["why"].startswith(GOODNIGHTS)
    bench.sleep(DAY_MS)
    bench.play("goodnight")
    assert bench.night == "ritual"


def test_in_a_room_that_was_dark_for_ten_minutes_the_hosts_ritual_keeps_to_the_asleep_caps():
    bench = adult()
    bench.inputs.lux_mlx = 300
    bench.plug_in()
    bench.sleep(600_000)
    bench.play("goodnight")
    m_of, l_of = optics_of(bench.config)
    bench.run(20_000)
    assert bench.lit
    for moment in bench.moments:
        assert m_of(moment.leds) <= 0.1 and l_of(moment.leds) <= 10 and not any(moment.leds[2::3])


def test_after_a_week_in_the_dark_the_hosts_ritual_still_keeps_to_the_asleep_caps():
    bench = adult()
    bench.inputs.lux_mlx = 300
    bench.inputs.link_up = True
    bench.plug_in()
    bench.inputs.link_up = False
    bench.rest(days=7)
    bench.inputs.link_up = True
    bench.run(100)
    bench.play("goodnight")
    bench.run(12_000)
    assert bench.night == "ritual"
    m_of, l_of = optics_of(bench.config)
    assert 0 < l_of(bench.leds) <= 10 and m_of(bench.leds) <= 0.1


def test_no_message_raises_the_mode_of_a_pod_that_is_asleep():
    bench = adult(dawn="06:30")
    bench.asleep()
    begin = len(bench.moments)
    for version, tz_min in enumerate(range(-840, 841, 15)):
        bench.message("pod/pod-1/set/desired", {"tz_min": tz_min}, version=version)
        bench.run(100, 50)
    for do in ("goodnight", "morning", "star", "shadow", "pulse"):
        bench.play(do, **{"from": "pod-2"})
        bench.run(400, 50)
    bench.play("cue", cue="tide")
    bench.run(2000)
    assert bench.night == "night" and bench.pod.mode() == "asleep"
    assert not any(any(m.leds) for m in bench.moments[begin:])


def test_a_hosts_clock_brings_no_dawn_to_a_sleeping_pod():
    bench = adult(dawn="06:30", wall_s=0)
    bench.asleep()
    for hour in range(24):
        bench.pod.time.set_unix(1767225600 + hour * 3600 + 10 * 60, bench.now_ms)
        bench.run(200, 50)
    assert bench.night == "night"


def test_profile_arming_and_calibration_are_set_by_a_hand_only():
    bench = PodOnABench(link=True).plug_in()
    body = {
        "profile": "adult",
        "armed": True,
        "calibration": {"transmission_ppm": 1},
        "dawn": "06:00",
    }
    bench.message("pod/pod-1/set/desired", body, version=1)
    config = bench.config
    assert (config.profile, config.armed, config.dawn) == ("child", False, None)
    assert config.transmission_ppm == 50000


@pytest.mark.parametrize(
    "bad",
    (
        {"calibration": {"transmission_ppm": 19999}}, {"calibration": {"distance_mm": 1001}},
        {"calibration": {"area_mm2": 100}}, {"calibration": {"sound_cal_db": 81}},
        {"calibration": {"key": b"x"}}, {"profile": "baby"}, {"dawn": "25:00"}, {"armed": 3},
        {"seed": 1},
    ),
)  # fmt: skip
def test_a_setting_out_of_its_bounds_changes_nothing_and_says_why(bad):
    bench = PodOnABench().plug_in()
    before = dict(vars(bench.config))
    bench.set_up(**dict({"share_heart": True}, **bad))
    assert vars(bench.config) == before
    assert bench.notes[-1]["why"].startswith("not set: ")


def test_another_profile_in_the_ritual_ends_it_gently_and_holds_in_the_dark():
    bench = adult().goodnight()
    bench.run(8000)
    _, l_of = optics_of(bench.config)
    levels = [l_of(bench.leds)]
    bench.inputs.setup = {"profile": "child"}
    for _ in range(1000):
        bench.step(20)
        levels.append(l_of(bench.leds))
    assert levels[0] > 1 and bench.dark and bench.night == "idle"
    assert all(levels[max(i - 50, 0)] - levels[i] <= 10.001 for i in range(len(levels)))
    bench.press(200)
    bench.run(12000)
    m_of, _ = optics_of(bench.config)
    assert bench.lit and max(m_of(m.leds) for m in bench.moments[-600:]) <= 0.1


# -- fail dark (SAFETY 8) ------------------------------------------------------------------------

FAULTS = {"task": io.FAULT_TASK, "config": io.FAULT_CONFIG, "hot": io.FAULT_HOT}


def assert_fades(bench, name):
    begin_ms = bench.t_ms
    lit_ms = sum(bench.leds)
    bench.run(900)
    assert sum(bench.leds) < lit_ms
    bench.run(2100)
    assert bench.dark and bench.state == "failed"
    assert bench.said("fault")[-1]["fault"] == name
    assert not bench.outputs.rail
    assert begin_ms + 3000 >= bench.t_ms


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_fades_to_dark_within_three_seconds_and_stays_for_the_night(name):
    bench = PodOnABench().goodnight()
    bench.inputs.faults = FAULTS[name]
    bench.step(20)
    assert_fades(bench, name)
    bench.inputs.faults = 0
    bench.press(1100)
    bench.press(200)
    bench.run(2000)
    assert bench.dark and bench.state == "failed"
    bench.sleep(14 * 3600_000)
    bench.press(200)
    assert bench.dark
    bench.press(1100)
    bench.press(200)
    bench.run(3000)
    assert bench.lit


@pytest.mark.parametrize("jump_ms", (-3600_000, -5000, 2100, 3600_000, 5 * DAY_MS))
def test_a_clock_that_steps_fades_the_pod_to_dark(jump_ms):
    bench = PodOnABench().goodnight()
    bench.now_ms = ticks.add(bench.now_ms, jump_ms)
    bench.run(3000)
    assert bench.dark and bench.state == "failed" and not bench.outputs.rail
    assert bench.said("fault")[-1]["fault"] == "clock"


@pytest.mark.parametrize("cause", (io.RESET_WATCHDOG, io.RESET_BROWNOUT))
def test_a_reset_by_watchdog_or_brownout_stays_dark(cause):
    bench = PodOnABench().goodnight()
    bench.boot(cause)
    bench.press(1100)
    bench.run(12000, 200)
    bench.press(200)
    bench.run(2000)
    assert bench.state == "failed" and bench.dark


@pytest.mark.parametrize("fault", (io.FAULT_SENSOR, io.FAULT_BUS, io.FAULT_IDENTITY, io.FAULT_FIFO))
def test_a_broken_sensor_fails_the_pod_only_ten_seconds_into_a_cue(fault):
    bench = PodOnABench(link=True).goodnight()
    bench.inputs.faults = fault
    bench.run(12000)
    assert bench.lit and bench.state == "ritual"
    bench.play("cue", cue="tide")
    assert bench.cues()[-1][1:] == ("refused", "a sensor is broken")
    bench.inputs.faults = 0
    bench.run(100)
    bench.play("cue", cue="tide")
    bench.run(1000)
    bench.inputs.faults = fault
    bench.run(9900)
    assert bench.state == "ritual"
    bench.run(3200)
    assert bench.dark and bench.state == "failed"


def test_after_a_reset_the_pod_is_idle_and_never_resumes():
    bench = PodOnABench().goodnight()
    bench.boot()
    bench.run(20000, 100)
    assert bench.dark and bench.night == "idle"
    bench.plug_in()
    bench.run(5000)
    assert bench.dark and bench.night == "idle"


# -- time ----------------------------------------------------------------------------------------


def test_a_pod_that_rested_for_a_week_lights_at_the_next_goodnight():
    bench = PodOnABench().plug_in()
    bench.rest(days=7)
    bench.press(200)
    bench.run(3000)
    assert bench.lit


def test_the_wrap_of_ticks_passes_unnoticed_in_the_ritual():
    bench = PodOnABench(now_ms=(1 << 30) - 30_000).goodnight()
    bench.run(20_000)
    assert bench.now_ms < 1 << 29 and bench.lit and bench.state == "ritual"


def test_a_pod_at_rest_asks_to_be_left_alone():
    bench = PodOnABench().plug_in()
    bench.sleep(30 * 60_000)
    steps = len(bench.moments)
    bench.sleep(3600_000)
    assert len(bench.moments) - steps <= 61


def test_steps_of_a_millisecond_end_a_night_as_well():
    bench = PodOnABench().goodnight()
    bench.press(1100)
    bench.run(14_000, 1)
    assert bench.night == "idle" and bench.dark


@pytest.mark.parametrize("step_ms", (7, 20, 33))
def test_the_same_inputs_give_the_same_outputs(step_ms):
    runs = []
    for _ in range(2):
        bench = PodOnABench(link=True).goodnight()
        bench.heart(70)
        bench.run(3000, step_ms)
        bench.play("cue", cue="comet")
        bench.run(5000, step_ms)
        runs.append(([m.leds for m in bench.moments], [m.rms for m in bench.moments], bench.notes))
    assert runs[0] == runs[1]


# -- the heart only quiets (SAFETY 9) ------------------------------------------------------------


def night_with(heart, is_open, seed, cues):
    bench = PodOnABench(profile="adult", armed=True, link=True, seed=seed)
    bench.inputs.heart_open = is_open
    rng = random.Random(seed)
    bench.plug_in()
    bench.heart(None if heart is None else heart(0))
    bench.press(200)
    bench.run(2000, 40)
    for second in range(150):
        if heart is not None:
            bench.heart_bpm = heart(second)
            bench.inputs.beats_contact = bench.heart_bpm is not None
        if second in cues:
            bench.play("cue", cue=rng.choice(("tide", "comet", "fireflies")))
        bench.run(1000, 40)
    return bench


def exceeds(closed, opened, config):
    """Moments at which the closed run is above all that the open one shows within 5 s."""
    m_of, l_of = optics_of(config)
    level_m, level_l = m_of(b"\0\0\1" + bytes(33)), l_of(b"\0\1\0" + bytes(33))
    rows = [(m.t_ms, m_of(m.leds), l_of(m.leds), m.rms) for m in opened.moments]
    over, lo, hi = [], 0, 0
    for moment in closed.moments:
        while rows[lo][0] < moment.t_ms - 5000:
            lo += 1
        while hi < len(rows) and rows[hi][0] <= moment.t_ms + 5000:
            hi += 1
        window = rows[lo:hi]
        if (
            m_of(moment.leds) > max(r[1] for r in window) + level_m + 1e-9
            or l_of(moment.leds) > max(r[2] for r in window) + level_l + 1e-9
            or moment.rms > max(r[3] for r in window) + 1
        ):
            over.append(moment.t_ms)
    return over


HEARTS = {
    "steady": lambda s: 62,
    "a leap and calm again": lambda s: 60 if s < 60 or s > 90 else 95,
    "fast from the start": lambda s: 130,
    "on and off": lambda s: 66 if s // 10 % 2 else None,
    "rising": lambda s: 60 + s // 3,
    "none": None,
}


@pytest.mark.parametrize("heart", HEARTS)
def test_no_heart_ever_adds_to_what_the_open_gate_shows(heart):
    cues = (20, 75, 78, 100, 125)
    closed = night_with(HEARTS[heart], False, 5, cues)
    opened = night_with(HEARTS[heart], True, 5, cues)
    assert exceeds(closed, opened, closed.config) == []
    assert {c[0] for c in closed.cues("start")} <= {c[0] for c in opened.cues("start")}


def test_a_cue_that_the_quiet_rule_stops_is_silent_within_two_seconds():
    bench = PodOnABench(link=True)
    bench.goodnight()
    bench.heart(60)
    bench.run(60_000, 40)
    bench.play("cue", cue="tide")
    bench.run(8000)
    assert bench.moments[-1].rms
    bench.heart(72)
    while not bench.pod.senses.quiet.verdict:
        bench.step(20)
        assert bench.t_ms < 120_000
    bench.run(2000)
    assert bench.moments[-1].peak == 0
    assert bench.cues("end")[-1] == ("tide", "end", "quiet rule")
    bench.run(4000)
    bench.play("cue", cue="comet")
    assert bench.cues()[-1][1] == "refused"


def test_the_star_shines_with_the_finger_and_each_beat_dims_it():
    bench = PodOnABench(profile="adult").goodnight()
    bench.run(10_000)
    bench.heart(60)
    bench.run(10_000)
    reds = [m.leds[0] for m in bench.moments[-400:]]
    dips = Dips()
    dips.high = dips.low = reds[0]
    counted = 0
    for t_ms, red in enumerate(reds):
        before = dips.returns
        dips.move(t_ms * 20, red)
        counted += dips.returns is not before
    assert 7 <= counted <= 11
    bench.heart(0)
    bench.run(4000)
    steady = [m.leds[0] for m in bench.moments[-100:]]
    assert max(steady) - min(steady) <= 2
    assert max(steady) >= max(reds) - 2


# -- telling -------------------------------------------------------------------------------------


def test_a_heart_is_only_sent_where_it_is_shared():
    for shared in (False, True):
        bench = PodOnABench(link=True, share_heart=shared).goodnight()
        bench.heart(66)
        bench.run(30_000, 40)
        tele = bench.last("tele")
        assert (tele["heart_bpm"] is not None) == shared
        assert ("leds" in tele) == shared
        assert tele["contact"]


def test_the_sky_is_hashed_once_a_second():
    bench = PodOnABench().goodnight()
    seconds = set()
    for _ in range(500):
        bench.step(20)
        seconds.add((bench.outputs.sky_second, bench.outputs.sky_hash))
    assert len({s for s, _ in seconds}) == len(seconds)
    assert len(seconds) in (10, 11)


def test_every_refusal_says_why():
    bench = PodOnABench(link=True).goodnight()
    bench.play("cue", cue="ember")
    assert bench.cues() == [("ember", "refused", "a child's pod plays no cue during sleep")]
    assert bench.events("command")[-1]["ok"] is False
    unarmed = PodOnABench(link=True, profile="adult").goodnight()
    unarmed.play("cue", cue="ember")
    assert unarmed.cues()[0][2].startswith("not armed")


def test_records_are_written_in_the_dark_with_the_rail_off():
    bench = adult().plug_in()
    written = []

    def watch():
        if bench.outputs.store:
            written.append((any(bench.outputs.leds), bench.outputs.rail))

    collect = bench._collect
    bench._collect = lambda: (watch(), collect())
    bench.press(200)
    bench.run(5000)
    bench.unhook(3)
    bench.run(200)
    assert len(written) >= 2 and not any(lit or rail for lit, rail in written)


def test_a_torn_ledger_stays_unreadable_through_a_goodnight_and_a_reboot():
    bench = PodOnABench(stored={"dose": b"torn"}, profile="adult", armed=True).goodnight()
    bench.boot()
    bench.plug_in()
    bench.press(200)
    bench.run(1000)
    assert not bench.pod.director.dose.readable


# -- a proposed calibration (SAFETY 10) ---------------------------------------------------------

CALIBRATION = {"transmission_ppm": 80000, "distance_mm": 600, "sound_cal_db": 60}


def propose(bench, calibration, version=1):
    body = {"tz_min": 0, "friends": [], "calibration": calibration}
    if calibration is None:
        del body["calibration"]
    bench.message("pod/pod-1/set/desired", body, version=version)


def proposed(**more):
    bench = PodOnABench(link=True, **more).plug_in()
    propose(bench, CALIBRATION)
    bench.run(2000)
    return bench


def test_a_proposed_calibration_alone_changes_nothing_and_lights_nothing():
    bench = proposed()
    bench.run(60000, 200)
    assert bench.config.calibration() == PodOnABench().config.calibration()
    assert bench.last("tele")["pending"] is True
    assert bench.state == "idle" and not bench.lit and "settings" not in bench.stored


@pytest.mark.parametrize("held_ms", (200, 800, 1200, 2800, 6500))
def test_no_other_press_confirms_it(held_ms):
    bench = proposed()
    bench.press(held_ms)
    bench.run(2000)
    assert bench.config.transmission_ppm == 50000 and bench.last("tele")["pending"] is True


def test_three_seconds_of_the_button_apply_store_and_tell_it():
    bench = proposed()
    bench.press(3100)
    bench.run(3000)
    assert bench.config.calibration() == CALIBRATION
    assert [event["applied"] for event in bench.events("calibration")] == [True]
    assert bench.said("calibration")[-1]["calibration"] == CALIBRATION
    assert b"80000" in bench.stored["settings"]
    assert bench.last("ack")["desired"] == 1
    assert bench.last("state")["calibration"] == CALIBRATION
    assert "pending" not in bench.last("tele")


def test_it_is_confirmed_only_once():
    bench = proposed()
    bench.press(3100)
    bench.run(2000)
    bench.press(3100)
    bench.run(2000)
    assert len(bench.events("calibration")) == 1


def test_a_confirmation_in_the_ritual_ends_it_and_builds_a_guard_in_the_dark():
    bench = PodOnABench(link=True).goodnight()
    propose(bench, {"transmission_ppm": 200000})
    bench.press(3100)
    bench.run(15000)
    assert bench.state == "idle" and not bench.lit and not bench.pod._rebuilding
    assert bench.pod.show.guard.light._modes[1].cap_l == 60_000_000 // 4


def test_the_next_desired_without_it_withdraws_it():
    bench = proposed()
    propose(bench, None, version=2)
    bench.press(3100)
    bench.run(2000)
    assert bench.config.transmission_ppm == 50000 and not bench.events("calibration")
    assert "pending" not in bench.last("tele")


def test_a_reboot_forgets_it():
    bench = proposed()
    bench.boot()
    bench.run(2000)
    bench.press(3100)
    bench.run(2000)
    assert bench.config.transmission_ppm == 50000 and not bench.events("calibration")


@pytest.mark.parametrize(
    "bad",
    (
        {"transmission_ppm": 19999}, {"transmission_ppm": 500001}, {"distance_mm": 1001},
        {"distance_mm": 199}, {"sound_cal_db": 51}, {"sound_cal_db": 66}, {"sound_cal_db": 60.5},
        {"distance_mm": 600, "transmission_ppm": True}, {"distance_mm": None}, {"area_mm2": 9000},
        {"profile": "adult"}, {"armed": True}, [], "x", 7, [["distance_mm", 600]], None,
    ),
)  # fmt: skip
def test_a_calibration_out_of_bounds_is_refused_whole_and_counted(bad):
    bench = PodOnABench(link=True).plug_in()
    body = {"tz_min": 60, "friends": ["pod-2"], "calibration": bad}
    bench.message("pod/pod-1/set/desired", body, version=1)
    bench.press(3100)
    bench.run(2000)
    assert bench.said("rx")[-1]["rx"]["ok"] is False
    assert bench.pod.link.refused == 1 and not bench.pod.pending and bench.pod.friends is None
    assert bench.config.calibration() == PodOnABench().config.calibration()


def test_three_seconds_with_nothing_pending_mean_what_they_meant():
    bench = PodOnABench(link=True).goodnight()
    bench.press(3100)
    bench.run(8000)
    assert bench.state == "idle" and not bench.events("calibration")


# -- cues to measure by ----------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ("child", "adult"))
def test_the_lamp_is_one_steady_amber_that_the_guard_leaves_alone(profile):
    bench = PodOnABench(link=True, profile=profile).goodnight()
    bench.play("cue", cue="lamp")
    bench.run(12000)
    begin_ms = bench.t_ms
    bench.run(40000)
    shown = {m.leds for m in bench.light_between(begin_ms, bench.t_ms)}
    assert shown == {bytes([36, 10, 0] * 12)}


def test_the_lamp_keeps_to_a_childs_evening_cap():
    melanopic_lx, luminance = optics_of(PodOnABench().config)
    lamp = bytes([36, 10, 0] * 12)
    assert melanopic_lx(lamp) <= 0.10 and luminance(lamp) <= 60


@pytest.mark.parametrize("profile", ("child", "adult"))
def test_the_tone_is_steady_at_its_part_of_the_cap(profile):
    bench = PodOnABench(link=True, profile=profile).goodnight()
    bench.play("cue", cue="tone")
    bench.run(8000)
    held = bench.pod.show.guard.sound.held
    bench.run(30000)
    rms = {m.rms for m in bench.light_between(bench.t_ms - 30000, bench.t_ms)}
    cap = bench.pod.show.guard.sound.cap
    assert max(rms) - min(rms) <= 1 and max(rms) / cap == pytest.approx(0.605, abs=0.01)
    assert bench.pod.show.guard.sound.held == held


def test_measuring_cues_belong_to_the_ritual():
    bench = PodOnABench(link=True).plug_in()
    for name in ("lamp", "tone"):
        bench.play("cue", cue=name)
    bench.run(3000)
    assert bench.dark and [phase for _, phase, _ in bench.cues()] == ["refused"] * 2


def test_a_wrong_proposal_withdraws_the_one_before():
    bench = proposed()
    propose(bench, {"transmission_ppm": 10}, version=2)
    bench.press(3100)
    bench.run(2000)
    assert bench.config.transmission_ppm == 50000 and not bench.events("calibration")


# -- one sky, and its copy through a reboot -----------------------------------------------------


def say_sky(bench, seed, version, members=("pod-0", "pod-1"), **more):
    body = dict({"seed": seed, "pace_ms": 9000, "members": list(members)}, **more)
    bench.message("all/sky", body, version=version)


def test_the_sky_of_tonight_outlives_a_reboot_without_a_host():
    bench = PodOnABench(link=True)
    say_sky(bench, 777, 40)
    bench.goodnight()
    assert bench.pod.show.scene.sky.seed == 777
    bench.inputs.link_up = False
    bench.boot()
    part = bench.pod.show.part
    assert (part.seed, part.place, part.members, part.pace_ms) == (777, 1, 2, 9000)
    bench.goodnight()
    assert bench.pod.show.scene.sky.seed == 777 and bench.lit


def test_after_a_reboot_an_older_sky_is_refused_and_the_same_one_taken_again():
    bench = PodOnABench(link=True)
    say_sky(bench, 777, 40)
    bench.goodnight()
    bench.boot()
    say_sky(bench, 5, 39)
    assert bench.pod.show.part.seed == 777
    say_sky(bench, 777, 40, ritual_ms=123)
    assert bench.pod.show.part.coming_ms == 123


def test_the_sky_is_written_once_an_evening_and_only_where_it_changed():
    bench = PodOnABench(link=True)
    for version in range(50):
        say_sky(bench, version, version + 1)
    assert "sky" not in bench.stored
    bench.goodnight()
    first = bench.stored["sky"]
    for version in range(50, 90):
        say_sky(bench, version, version + 1)
    bench.press(1200)
    bench.run(20_000)
    assert bench.stored["sky"] == first
    bench.press(200)
    bench.run(1000)
    assert bench.stored["sky"] != first


def test_a_torn_record_of_the_sky_leaves_the_pods_own():
    bench = PodOnABench(stored={"sky": b'{"seed":777', "sky_old": b"\xff"}, seed=31)
    assert bench.pod.show.part.seed == 31
    assert bench.goodnight().lit


def test_a_pod_that_never_met_a_host_begins_another_sky_at_each_start():
    bench = PodOnABench()
    starts = set()
    for _ in range(5):
        starts.add(bench.pod.shared_ms())
        bench.run(1000)
        bench.boot()
    assert len(starts) == 5 and all(0 <= at_ms < 1 << 29 for at_ms in starts)


def test_the_first_boot_with_no_broker_shines_after_ten_seconds():
    bench = PodOnABench()
    bench.press(1100)
    bench.press(200)
    bench.run(3000)
    assert not bench.lit
    bench.run(7000)
    bench.press(200)
    bench.run(8000)
    assert bench.lit


# -- gifts ---------------------------------------------------------------------------------------


def in_step(bench):
    """The pod's clock as a host would set it: shared time is its own."""
    now_us = bench.pod.now_us()
    shared_us = bench.pod.shared_ms() * 1000
    assert bench.pod.time.exchange(now_us, shared_us, shared_us, now_us, 1)
    return bench


def kinds(bench):
    return [note["sky_event"]["kind"] for note in bench.said("sky_event")]


@pytest.mark.parametrize("do", ("star", "shadow"))
def test_a_gift_is_shown_in_a_ritual_in_step_and_soon(do):
    bench = PodOnABench(link=True).plug_in()
    bench.play(do, start_ms=bench.pod.shared_ms(), place=1)
    assert kinds(bench) == []
    bench.press(200)
    bench.run(8000)
    bench.play(do, start_ms=bench.pod.shared_ms(), place=1)
    assert kinds(bench) == []
    in_step(bench)
    bench.play(do, start_ms=bench.pod.shared_ms() - 60_000, place=1)
    bench.play(do, start_ms="now", place=1)
    bench.play(do, start_ms=bench.pod.shared_ms(), place=-1)
    assert kinds(bench) == []
    bench.play(do, start_ms=bench.pod.shared_ms(), place=1)
    assert kinds(bench) == [do]


def test_a_short_press_gives_a_star_with_its_start_and_two_at_once_are_one():
    bench = PodOnABench(link=True).goodnight()
    bench.press(200)
    given = bench.last("send/star")
    assert given == {"start_ms": bench.said("sky_event")[0]["sky_event"]["start_ms"]}
    count = len(bench.sent)
    bench.press(200)
    assert not any(topic.endswith("send/star") for topic, *_ in bench.sent[count:])


def test_a_hand_over_the_sensor_gives_a_shadow_in_the_ritual():
    bench = PodOnABench(link=True).goodnight()
    bench.inputs.lux_mlx = 400
    bench.run(800)
    bench.inputs.lux_mlx = 5000
    bench.run(200)
    assert kinds(bench) == ["shadow"] and "start_ms" in bench.last("send/shadow")


def propose_pulse(bench, friend, version):
    body = {"friends": [], "pulse": friend}
    bench.message("pod/pod-1/set/desired", body, version=version)


def test_a_pulse_needs_a_press_of_three_seconds_and_ends_with_the_next():
    bench = PodOnABench(link=True).plug_in()
    propose_pulse(bench, "pod-2", 1)
    assert bench.pod.bond.friend is None
    bench.run(1100)
    assert bench.last("tele")["pending"] is True
    bench.press(3100)
    bench.run(1100)
    assert bench.last("tele")["pulse"] == "pod-2" and "pending" not in bench.last("tele")
    bench.press(3100)
    assert [event["with"] for event in bench.events("pulse")] == ["pod-2", None]


@pytest.mark.parametrize("friend", ("pod-1", "Not a name", 7, []))
def test_no_pulse_is_proposed_with_oneself_or_with_nobody(friend):
    bench = PodOnABench(link=True).plug_in()
    propose_pulse(bench, friend, 1)
    assert bench.pod.bond.asked is None
    assert bench.said("rx")[-1]["rx"]["why"] == "bad pulse"


def test_beats_are_told_in_the_ritual_to_a_friend_and_never_as_a_rate():
    bench = PodOnABench(link=True).plug_in()
    propose_pulse(bench, "pod-2", 1)
    bench.press(3100)
    bench.heart(72)
    bench.run(5000)
    assert bench.last("send/pulse") is None, "before the ritual"
    bench.press(200)
    bench.run(20_000)
    assert list(bench.last("send/pulse")) == ["dips_ms"]
    count = len([1 for topic, *_ in bench.sent if topic.endswith("send/pulse")])
    assert 15 <= count <= 21, "once a second"
    bench.unhook(1)
    assert bench.pod.bond.friend is None
