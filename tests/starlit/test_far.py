"""What passes between two cottages: the sky and stars of a known pair, rarely, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pod import jsontext
from pod.envelope import TEST_KEY, seal
from starlit.coordinator import SKY_MAX_AGE_MS, Coordinator
from starlit.far import ADOPT_EVERY_MS, PAYLOAD_MAX, STARS_BURST, Far, FarSky, FarStar
from starlit.journal import VERSION_BASE_S, Journal, Sky

KEY, PAIR = bytes(range(32)), "0011223344556677"
T0_MS = (VERSION_BASE_S + 100_000) * 1000
SKY = FarSky(7, T0_MS - 60_000)
A, B = f"starlit-far/{PAIR}/a/", f"starlit-far/{PAIR}/b/"


@pytest.fixture
def ends(tmp_path):
    """Side a and side b, each with its own journal."""
    journals = [Journal(tmp_path / f"{side}.sqlite") for side in "ab"]
    for journal in journals:
        journal.start()
    yield [Far(PAIR, side, KEY, journal) for side, journal in zip("ab", journals, strict=True)]
    for journal in journals:
        journal.stop()


def passed(end):
    out = end.outs.popleft()
    return out.topic, out.payload


def test_a_sky_and_a_star_pass(ends):
    a, b = ends
    a.tell_sky(SKY)
    a.tell_star(FarStar(5000), T0_MS)
    assert b.hear(*passed(a), T0_MS) == SKY
    assert b.hear(*passed(a), T0_MS) == FarStar(5000)


def test_what_is_sent_are_two_leaves_of_these_fields_and_no_name(ends):
    a, _ = ends
    a.tell_sky(SKY)
    a.tell_star(FarStar(5000), T0_MS)
    sent = {out.topic: (json.loads(json.loads(out.payload)["body"]), out.retain) for out in a.outs}
    assert sent == {
        A + "sky": ({"seed": 7, "start_ms": SKY.start_ms}, True),
        A + "star": ({"start_ms": 5000}, False),
    }


def test_a_replay_is_refused_also_after_a_restart(ends, tmp_path):
    a, b = ends
    a.tell_sky(SKY)
    message = passed(a)
    assert b.hear(*message, T0_MS) == SKY
    assert b.hear(*message, T0_MS + 60_000) is None
    again = Journal(tmp_path / "b.sqlite")
    again.start()
    assert Far(PAIR, "b", KEY, again).hear(*message, T0_MS + 90_000) is None
    again.stop()
    assert b.dropped == 1


def test_another_key_another_pair_and_our_own_words_are_refused(ends):
    a, b = ends
    body = jsontext.dumps({"seed": 1, "start_ms": 5})
    for topic, key in ((A + "sky", TEST_KEY), (B + "sky", KEY), (A + "sky/x", KEY),
                       ("starlit-far/ffff/a/sky", KEY), ("starlit/home/all/sky", KEY)):  # fmt: skip
        assert b.hear(topic, seal(key, topic, body, version=10**9), T0_MS) is None, topic


BODIES = (
    {"seed": 1, "start_ms": 5, "heart_bpm": 70}, {"seed": 1}, {"seed": -1, "start_ms": 5},
    {"seed": 1 << 30, "start_ms": 5}, {"seed": True, "start_ms": 5}, {"seed": 1.5, "start_ms": 5},
    {"seed": "7", "start_ms": 5}, {},
)  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
def test_any_other_field_or_value_is_refused_whole(ends, body):
    payload = seal(KEY, A + "sky", jsontext.dumps(body), version=10**9)
    assert ends[1].hear(A + "sky", payload, T0_MS) is None


def test_a_nonce_is_no_version_and_a_giant_is_not_read(ends):
    body = jsontext.dumps({"start_ms": 5})
    assert ends[1].hear(A + "star", seal(KEY, A + "star", body, nonce="x"), T0_MS) is None
    long = seal(KEY, A + "star", body + " " * PAYLOAD_MAX, version=10**9)
    assert ends[1].hear(A + "star", long, T0_MS) is None


def test_a_flood_of_stars_is_a_few_stars_either_way(ends):
    a, b = ends
    for n in range(1000):
        a.tell_star(FarStar(5000), T0_MS + n)
    assert len(a.outs) == STARS_BURST
    heard = 0
    for n in range(1000):
        payload = seal(KEY, A + "star", '{"start_ms":5000}', version=10**9 + n)
        heard += b.hear(A + "star", payload, T0_MS + n) is not None
    assert heard == STARS_BURST


@hypothesis_settings(max_examples=200, deadline=None)
@given(st.sampled_from([A + "sky", A + "star", B + "sky"]), st.binary(max_size=600))
def test_any_bytes_are_survived(topic, payload):
    class NoJournal:
        def reached(self, name):
            return 0

    assert Far(PAIR, "b", KEY, NoJournal()).hear(topic, payload, T0_MS) is None


def test_the_older_sky_leads_and_not_twice_in_a_quarter_of_an_hour(ends):
    a, b = ends
    ours = Sky(1, 7, T0_MS)
    assert not a.leads(Sky(0, 8, T0_MS + 5000), ours, T0_MS)
    assert a.leads(Sky(0, 8, T0_MS - 5000), ours, T0_MS)
    assert not a.leads(Sky(0, 9, T0_MS - 90_000), ours, T0_MS + 1000)
    assert a.leads(Sky(0, 9, T0_MS - 90_000), ours, T0_MS + ADOPT_EVERY_MS)


def test_of_two_that_began_at_once_one_leads(ends):
    a, b = ends
    assert not a.leads(Sky(0, 8, T0_MS), Sky(1, 7, T0_MS + 10), T0_MS)
    assert b.leads(Sky(0, 7, T0_MS + 10), Sky(1, 8, T0_MS), T0_MS)


# -- the coordinator ------------------------------------------------------------------------


@pytest.fixture
def coordinator(journal):
    coordinator = Coordinator("home", TEST_KEY, None, journal, ["pod-1", "pod-2"])
    coordinator.start(T0_MS)
    coordinator.connected()
    return coordinator


def hear(coordinator, pod, leaf, body, at_ms=T0_MS, version=1):
    topic = f"starlit/home/pod/{pod}/{leaf}"
    payload = seal(TEST_KEY, topic, jsontext.dumps(body), version=version)
    return coordinator.handle(topic, payload, at_ms * 1000)


def test_a_far_sky_goes_to_all_pods_under_a_new_epoch_and_the_evening_goes_on(coordinator):
    before = coordinator.sky
    hear(coordinator, "pod-1", "event", {"event": "ritual", "night": 1}, T0_MS + 60_000)
    ritual_ms = coordinator.ritual_ms
    coordinator.follow(Sky(0, 99, before.start_ms - 30_000))
    outs = coordinator.tick(T0_MS + 61_000)
    sky = next(json.loads(json.loads(o.payload)["body"]) for o in outs if o.topic.endswith("sky"))
    assert (sky["seed"], sky["start_ms"]) == (99, before.start_ms - 30_000)
    assert sky["epoch"] > before.epoch and sky["ritual_ms"] == ritual_ms + 30_000


def test_a_sky_of_yesterday_does_not_fit(coordinator):
    assert not coordinator.fits(Sky(0, 1, T0_MS - SKY_MAX_AGE_MS), T0_MS)
    assert not coordinator.fits(Sky(0, 1, T0_MS + 1000), T0_MS)


def test_a_far_star_reaches_pods_whose_friends_nobody_has_chosen(coordinator):
    coordinator.membership.choose("pod-2", ["pod-1"])
    coordinator.set_far(True)
    for pod in ("pod-1", "pod-2"):
        hear(coordinator, pod, "tele", {"nonce": "ab"})
    outs = coordinator.hear_far_star(500, T0_MS + 400)
    assert [o.topic for o in outs] == ["starlit/home/pod/pod-1/set/play"]
    body = json.loads(json.loads(outs[0].payload)["body"])
    assert body == {"do": "star", "from": "far", "start_ms": 500}
    assert coordinator.hear_far_star(60_000, T0_MS + 400) == []


def test_pods_are_told_to_take_a_far_cottages_stars_only_while_there_is_one(coordinator):
    def friends():
        outs = {o.topic: o.payload for o in coordinator.tick(T0_MS)}
        payload = outs["starlit/home/pod/pod-1/set/desired"]
        return json.loads(json.loads(payload)["body"])["friends"]

    coordinator.set_far(True)
    assert friends() == ["pod-2", "far"]
    coordinator.set_far(False)
    assert friends() == ["pod-2"]


@pytest.mark.parametrize(
    ("leaf", "body", "passes"),
    [
        ("send/star", {"start_ms": 400}, True),
        ("send/star", {"start_ms": 400, "farewell": True}, False),
        ("send/star", {"start_ms": 90_000}, False),
        ("send/star", {}, False),
        ("send/shadow", {"start_ms": 400}, False),
        ("send/pulse", {"dips_ms": [400]}, False),
    ],
)
def test_only_a_plain_star_passes_on(coordinator, leaf, body, passes):
    told = []
    coordinator.on_star = told.append
    hear(coordinator, "pod-1", leaf, body, T0_MS + 500)
    assert told == ([400] if passes else [])


def test_a_pod_whose_friends_were_chosen_gives_nothing_away(coordinator):
    told = []
    coordinator.on_star = told.append
    coordinator.membership.choose("pod-1", ["pod-2"])
    hear(coordinator, "pod-1", "send/star", {"start_ms": 400}, T0_MS + 500)
    assert told == []
