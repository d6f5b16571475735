"""Invariant 10, as far as a trace shows it."""

import base64
import json

import pytest
from tests.starlit.check.conftest import ring

from starlit.check.messages import TEST_KEY, hear, kind_of, relative
from starlit.scenario import Message

DARK = ring("000000")
CALIBRATION = {"transmission": 0.06}


def lit(tape):
    return tape().evening().show(20_000, ring("0a0500", 1))


@pytest.mark.parametrize(
    ("settings", "claim", "kind"),
    [
        ({"profile": "adult"}, {"profile": "adult"}, "claim-profile"),
        ({"armed": True}, {"armed": True}, "claim-armed"),
        ({"share_heart": True}, {"share_heart": True}, "claim-share_heart"),
        ({"dawn": "07:00"}, {"dawn": "07:00"}, "claim-dawn"),
        ({"calibration": CALIBRATION}, {"calibration": CALIBRATION}, "claim-calibration"),
    ],
)
def test_only_a_hand_changes_what_a_pod_may(tape, settings, claim, kind):
    assert tape().plug_in().note(9000, **claim).kinds() == {kind}
    pod = tape().plug_in().happen(0, wall=1767225600).happen(8000, set=settings)
    assert pod.note(9000, **claim).kinds() == set()


def test_what_a_hand_offered_stands_beside_what_a_host_proposed(tape):
    """One of the two was perhaps refused; the pod says which it took."""
    desired = {"calibration": {"transmission_ppm": 100_000}}
    pod = tape().plug_in().happen(5000, topic="pod/pod-1/set/desired",
                                  payload=json.dumps(desired), sign=True)  # fmt: skip
    pod.happen(6000, set={"calibration": {"transmission": 0.2}}).happen(7000, button_ms=3200)
    for value, expected in ((0.1, set()), (0.2, set()), (0.3, {"claim-calibration"})):
        pod.lines.clear()
        claim = {"transmission": value, "distance_m": 0.5}
        assert pod.note(12_000, calibration=claim).kinds() == expected


def test_what_stood_until_then_may_be_said_in_the_instant_of_a_change(tape):
    def pod():
        return tape(profile="adult").plug_in().happen(8000, set={"profile": "child"})

    assert pod().note(8000, profile="adult").kinds() == set()
    assert pod().note(8001, profile="adult").kinds() == {"claim-profile"}


@pytest.mark.parametrize("claim", [{"profile": "child"}, {"armed": False}, {"dawn": None}])
def test_less_needs_nobody(tape, claim):
    assert tape(profile="child").plug_in().note(9000, **claim).kinds() == set()


@pytest.mark.parametrize(
    ("claim", "broken"),
    [
        ({"transmission": 0.02}, False),
        ({"transmission": 0.019}, True),
        ({"distance_m": 1.0}, False),
        ({"distance_m": 1.01}, True),
        ({"area_m2": 0.004}, True),
    ],
)
def test_calibration_stays_in_bounds_even_by_hand(tape, claim, broken):
    pod = tape().plug_in().happen(8000, set={"calibration": claim}).note(9000, calibration=claim)
    assert bool(pod.kinds()) is broken


def test_a_calibration_by_hand_changes_the_models(tape):
    """A child's 32 of white at 5 % are 0.099 lx, at 6 % 0.119."""
    for claim, expected in (({}, set()), (CALIBRATION, {"cap-m-leds", "cap-m-leds_cmd"})):
        pod = tape().evening().happen(8000, set={"calibration": CALIBRATION})
        if claim:
            pod.note(9000, calibration=claim)
        pod.fade(20_000, range(1, 33), "{0:02x}{0:02x}{0:02x}".format, 1000, leds=1)
        assert pod.kinds() == expected


# -- unhook --

UNHOOK = {"topic": "unhook/host", "payload": '{"epoch":7,"target":"all"}', "sign": True}


@pytest.mark.parametrize(
    ("change", "stops"),
    [
        ({}, True),
        ({"payload": '{"epoch":7,"target":"pod-1"}'}, True),
        ({"payload": '{"epoch":7,"target":"pod-2"}'}, False),
        ({"payload": "garbage", "sign": False}, True),
        ({"payload": "", "sign": False}, False),
        ({"topic": "starlit/elsewhere/unhook/host"}, False),
    ],
)
def test_an_unhook_is_dark_within_a_second_until_plugged_in(tape, change, stops):
    event = {**UNHOOK, **change}
    assert lit(tape).happen(30_000, **event).kinds() == ({"dark-unhook"} if stops else set())
    if stops:
        back = lit(tape).happen(30_000, **event).show(30_900, DARK)
        back.happen(40_000, button_ms=1200).show(42_000, ring("010000", 1))
        assert back.kinds() == set()
        short = lit(tape).happen(30_000, **event).show(30_900, DARK)
        short.happen(40_000, button_ms=300).show(42_000, ring("010000", 1))
        assert short.kinds() == {"dark-unhook"}


@pytest.mark.parametrize("change", [{"topic": "unhook/"}, {"payload": '{"epoch":1,"target":"A"}'}])
def test_an_unhook_that_does_not_validate_may_darken_at_once(tape, change):
    assert lit(tape).happen(30_000, **{**UNHOOK, **change}).show(30_000, DARK).kinds() == set()


def test_an_unhook_heard_before_need_not_stop_again(tape):
    pod = lit(tape).happen(30_000, **UNHOOK).show(30_900, DARK).happen(40_000, button_ms=1200)
    assert pod.happen(50_000, **UNHOOK).show(42_000, ring("010000", 1)).kinds() == set()


def test_nothing_shows_in_ten_seconds_of_a_boot_without_a_broker(tape):
    for t_ms, expected in ((9_900, {"dark-no-broker"}), (10_100, set())):
        pod = tape().plug_in().happen(0, link="down").happen(5000, reboot=True)
        pod.happen(6000, button_ms=1200).show(5000 + t_ms, ring("010000", 1))
        assert pod.kinds() == expected


def test_a_clock_that_steps_brings_the_end_of_that_wait_nearer(tape):
    for steps, t_ms, expected in (((), 7500, {"dark-no-broker"}), ((2500,), 7600, set()),
                                  ((1500, 1500), 7100, set())):  # fmt: skip
        pod = tape().plug_in().happen(0, link="down").happen(5000, reboot=True)
        for step_ms in steps:
            pod.happen(6000, fault="clock", step_ms=step_ms)
        pod.happen(6000, button_ms=1200).show(5000 + t_ms, ring("010000", 1))
        assert pod.kinds() == expected


def test_what_comes_in_a_hang_is_not_heard(tape):
    for end_ms, expected in ((29_900, {"dark-unhook"}), (30_100, set())):
        pod = lit(tape).happen(29_800, fault="hang").happen(end_ms, fault="none")
        assert pod.happen(30_000, **UNHOOK).note(32_000, night=1).kinds() == expected


# -- commands --

REQUEST = {"topic": "pod/pod-1/set/play", "payload": '{"do":"cue","cue":"comet"}', "sign": True}


@pytest.mark.parametrize(
    ("event", "allowed"),
    [
        (REQUEST, True),
        ({**REQUEST, "nonce_age_ms": 2001}, False),
        ({**REQUEST, "sign": False}, False),
        ({"lux": 1.0}, False),
    ],
)
def test_a_cue_outside_the_plan_was_asked_for(tape, event, allowed):
    pod = tape().evening().happen(20_000, **event)
    pod.note(20_100, cue={"id": "comet", "slot": None, "phase": "start"})
    assert pod.kinds() == (set() if allowed else {"cue-from-nowhere"})


def sealed(topic, body, **stamp):
    import hashlib
    import hmac

    text = json.dumps(body)
    (value,) = stamp.values()
    mac = hmac.new(TEST_KEY, f"{topic}\n{value}\n0\n{text}".encode(), hashlib.sha256).hexdigest()
    return json.dumps({**stamp, "expiry_s": 0, "body": text, "mac": mac})


@pytest.mark.parametrize(
    ("age_ms", "spoil", "valid"),
    [(2000, "", True), (2001, "", False), (0, "0", False), (0, "}", False)],
)
def test_a_replayed_envelope_is_worth_its_nonce(age_ms, spoil, valid):
    topic = "starlit/home/pod/pod-1/set/play"
    payload = sealed(topic, {"do": "goodnight"}, nonce="n1").replace('"mac": "', f'"mac": "{spoil}')
    message = Message(t_ms=0, topic=topic, payload_b64=base64.b64encode(payload.encode()).decode())
    heard = hear(message, 5000, "pod-1", "home", {"n1": 5000 - age_ms})
    assert heard is not None and heard.kind == "play" and heard.valid is valid


def test_a_nonce_is_fresh_from_the_telemetry_that_brought_it(tape):
    topic, tele = "starlit/home/pod/pod-1/set/play", "starlit/home/pod/pod-1/tele"
    payload = sealed(topic, {"do": "goodnight"}, nonce="n1")
    data = base64.b64encode(payload.encode()).decode()
    for sent_ms, expected in ((8100, set()), (7900, {"mode-raised"})):
        pod = tape().plug_in().happen(10_000, topic=topic, payload_b64=data)
        said = sealed(tele, {"nonce": "n1", "heart_bpm": None}, version=3)
        pod.note(sent_ms, tx={"topic": tele, "payload": said})
        assert pod.note(10_000, mode="evening").kinds() == expected


def test_topics_of_a_cottage():
    assert relative("starlit/home/all/cue", "home") == "all/cue" == relative("all/cue", "home")
    assert relative("starlit/other/all/cue", "home") is None
    assert kind_of("unhook/", "pod-1") == "unhook"  # a bad one, but one


# -- what is sent --


@pytest.mark.parametrize(
    ("topic", "payload", "kinds"),
    [
        ("starlit/home/pod/pod-1/tele", {"nonce": "a", "heart_bpm": None}, set()),
        ("starlit/home/pod/pod-1/tele", {"nonce": "a", "heart_bpm": 61}, {"heart-sent"}),
        ("starlit/home/pod/pod-1/tele", {"body": '{"heart_bpm":61}'}, {"heart-sent"}),
        ("starlit/home/pod/pod-1/event", {"ppg": [1, 2]}, {"heart-sent"}),
        ("starlit/home/pod/pod-1/set/play", {}, {"topic"}),
        ("starlit/home/pod/pod-2/tele", {}, {"topic"}),
        ("starlit/home/unhook/pod-1", {}, set()),
        ("elsewhere/pod/pod-1/tele", {}, {"topic"}),
    ],
)
def test_what_leaves_the_pod(tape, topic, payload, kinds):
    pod = tape().note(9000, tx={"topic": topic, "payload": json.dumps(payload)})
    assert pod.kinds() == kinds
    if "heart_bpm" in json.dumps(payload):
        assert pod.happen(0, set={"share_heart": True}).kinds() == set()
