"""Pure: messages and time in, messages out. A pod is what it says, in its envelope."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pod.envelope import TEST_KEY, open_envelope, seal
from starlit.coordinator import SKY_MAX_AGE_MS, Coordinator
from starlit.journal import VERSION_BASE_S, Journal
from starlit.roster import SILENT_AFTER_MS, natural_key
from starlit.unhooks import REPEAT_MS

T0_MS = (VERSION_BASE_S + 1000) * 1000
ROOT = "starlit/home/"


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "j.sqlite", lambda: T0_MS / 1000)
    journal.start()
    yield journal
    journal.stop()


@pytest.fixture
def make(journal):
    def make(members=("pod-1", "pod-2"), seed=7, at_ms=T0_MS):
        coordinator = Coordinator("home", TEST_KEY, seed, journal, list(members), tz_min=60)
        coordinator.start(at_ms)
        return coordinator

    return make


def say(coordinator, pod, leaf, body, at_ms=T0_MS, retained=False):
    topic = f"{ROOT}pod/{pod}/{leaf}"
    payload = seal(TEST_KEY, topic, json.dumps(body), version=1)
    return coordinator.handle(topic, payload, at_ms * 1000, retained=retained)


def opened(out):
    return open_envelope(TEST_KEY, out.topic, out.payload)


def by_topic(outs):
    return {out.topic.removeprefix(ROOT): out for out in outs}


def test_at_connect_sky_and_desired_state_stand_signed_and_retained(make):
    outs = by_topic(make().connected())
    assert set(outs) == {"all/sky", "pod/pod-1/set/desired", "pod/pod-2/set/desired"}
    assert all(out.retain and out.qos == 1 for out in outs.values())
    sky = opened(outs["all/sky"]).body
    assert sky["seed"] == 7 and sky["members"] == ["pod-1", "pod-2"] and sky["pace_ms"] >= 4000
    desired = opened(outs["pod/pod-1/set/desired"]).body
    assert desired["friends"] == ["pod-2"] and desired["tz_min"] == 60


def test_a_reconnect_says_the_same_again(make):
    coordinator = make()
    assert coordinator.connected() == coordinator.connected()


def test_a_restarted_host_takes_up_its_sky_under_a_newer_version(make):
    first, second = make(), make(at_ms=T0_MS + 60_000)
    before, after = (opened(by_topic(c.connected())["all/sky"]) for c in (first, second))
    assert after.body == before.body
    assert after.version > before.version


def test_the_next_evening_has_a_sky_of_its_own(make):
    epoch = make(seed=None).sky.epoch
    assert make(seed=None, at_ms=T0_MS + SKY_MAX_AGE_MS).sky.epoch == epoch + 1


def test_a_sky_does_not_change_while_a_pod_is_awake_under_it(make):
    coordinator = make(seed=None)
    late_ms = T0_MS + SKY_MAX_AGE_MS
    say(coordinator, "pod-1", "tele", {"nonce": "a", "mode": "evening"}, late_ms)
    epoch = coordinator.sky.epoch
    coordinator.tick(late_ms)
    assert coordinator.sky.epoch == epoch
    say(coordinator, "pod-1", "tele", {"nonce": "b", "mode": "idle"}, late_ms + 1000)
    coordinator.tick(late_ms + 1000)
    assert coordinator.sky.epoch == epoch + 1


def test_a_new_pod_joins_the_sky_in_its_place(make):
    coordinator = make(["pod-10"])
    coordinator.connected()
    say(coordinator, "pod-2", "state", {"online": True})
    sky = opened(by_topic(coordinator.tick(T0_MS))["all/sky"])
    assert sky.body["members"] == ["pod-2", "pod-10"]
    assert coordinator.tick(T0_MS) == []


def test_a_ping_is_answered_with_both_times_since_the_skys_epoch(make):
    coordinator = make()
    topic = f"{ROOT}pod/pod-1/ping"
    ping = seal(TEST_KEY, topic, '{"n":5}', version=1)
    rx_us, now_us = T0_MS * 1000 + 2_000_300, T0_MS * 1000 + 2_001_450
    (pong,) = coordinator.handle(topic, ping, now_us, rx_us)
    assert pong.topic == f"{ROOT}pod/pod-1/set/pong" and not pong.retain
    answer = opened(pong)
    assert answer.nonce == "5"
    assert answer.body == {
        "n": 5,
        "rx_ms": 2000,
        "rx_us": 300,
        "tx_ms": 2001,
        "tx_us": 450,
        "epoch": coordinator.sky.epoch,
        "unix_s": T0_MS // 1000 + 2,
    }


def test_a_star_reaches_the_others_under_their_newest_nonce(make):
    coordinator = make(["pod-1", "pod-2", "pod-3"])
    for pod in ("pod-1", "pod-2", "pod-3"):
        say(coordinator, pod, "tele", {"nonce": f"nonce-{pod}"})
    outs = say(coordinator, "pod-1", "send/star", {}, T0_MS + 100)
    assert {out.topic for out in outs} == {f"{ROOT}pod/{p}/set/play" for p in ("pod-2", "pod-3")}
    for out in outs:
        assert not out.retain
        assert opened(out).nonce == f"nonce-{out.topic.split('/')[3]}"
        assert opened(out).body == {"do": "star", "from": "pod-1", "place": 0}


def test_a_star_waits_for_the_next_nonce_but_not_for_long(make):
    coordinator = make()
    assert say(coordinator, "pod-1", "send/star", {}) == []
    assert len(say(coordinator, "pod-2", "tele", {"nonce": "n"}, T0_MS + 900)) == 1
    say(coordinator, "pod-1", "send/star", {}, T0_MS + 4000)
    assert say(coordinator, "pod-2", "tele", {"nonce": "m"}, T0_MS + 9000) == []
    assert coordinator.gifts.dropped == 1


def tell_nonces(coordinator, *pods, **more):
    for pod in pods:
        body = {"nonce": f"nonce-{pod}", **more.get(pod.replace("-", ""), {})}
        say(coordinator, pod, "tele", body)


def given_to(outs):
    return {out.topic.split("/")[3]: opened(out).body for out in outs}


def test_a_shadow_and_a_farewell_go_to_all_with_their_start_and_place(make):
    coordinator = make(["pod-1", "pod-2", "pod-3"])
    tell_nonces(coordinator, "pod-1", "pod-2", "pod-3")
    shadow = given_to(say(coordinator, "pod-2", "send/shadow", {"start_ms": 5, "else": 1}))
    body = {"do": "shadow", "from": "pod-2", "place": 1, "start_ms": 5}
    assert shadow == {"pod-1": body, "pod-3": body}
    star = {"farewell": True, "start_ms": 9}
    farewell = given_to(say(coordinator, "pod-3", "send/star", star))
    body = {"do": "star", "from": "pod-3", "place": 2, **star}
    assert farewell == {"pod-1": body, "pod-2": body}


def test_a_pulse_passes_only_between_two_that_have_both_agreed(make):
    coordinator = make(["pod-1", "pod-2", "pod-3"])
    dips = {"dips_ms": [7, 8]}
    tell_nonces(coordinator, "pod-1", "pod-2", "pod-3", pod1={"pulse": "pod-2"})
    assert say(coordinator, "pod-1", "send/pulse", dips) == []
    tell_nonces(coordinator, "pod-2", pod2={"pulse": "pod-3"})
    assert say(coordinator, "pod-1", "send/pulse", dips) == []
    tell_nonces(coordinator, "pod-2", pod2={"pulse": "pod-1"})
    body = {"do": "pulse", "from": "pod-1", **dips}
    assert given_to(say(coordinator, "pod-1", "send/pulse", dips)) == {"pod-2": body}


@pytest.mark.parametrize("wild", (["pod-2"], {}, 3, True))
def test_an_agreement_with_nobody_passes_nothing(make, wild):
    coordinator = make()
    tell_nonces(coordinator, "pod-1", "pod-2", pod1={"pulse": wild}, pod2={"pulse": "pod-1"})
    assert say(coordinator, "pod-1", "send/pulse", {"dips_ms": [7]}) == []


def event(coordinator, pod, at_ms, seq, name="ritual", **more):
    body = {"event": name, "boot": 1, "seq": seq, "oldest": 1, **more}
    return say(coordinator, pod, "event", body, at_ms)


def test_the_evenings_first_goodnight_is_announced_as_the_ritual_of_all(make):
    coordinator = make()
    coordinator.connected()
    (sky,) = event(coordinator, "pod-1", T0_MS + 60_000, 1, age_ms=1500)
    assert sky.topic == ROOT + "all/sky" and sky.retain
    assert opened(sky).body["ritual_ms"] == 58_500
    assert event(coordinator, "pod-2", T0_MS + 300_000, 1) == []
    (sky,) = event(coordinator, "pod-2", T0_MS + 3_600_000, 2)
    assert opened(sky).body["ritual_ms"] == 3_600_000


def test_an_event_that_comes_again_is_no_news(make):
    coordinator = make()
    news = []
    coordinator.on_news = lambda one: news.append(one.body["seq"])
    for seq in (1, 2, 1, 2, 3):
        event(coordinator, "pod-1", T0_MS, seq, "plug")
    assert news == [1, 2, 3] and coordinator.inbox.again == 2


def test_a_pong_says_what_is_in_the_journal(make):
    coordinator = make()
    event(coordinator, "pod-1", T0_MS, 1, "plug")
    (pong,) = say(coordinator, "pod-1", "ping", {"n": 5})
    assert "seq" not in opened(pong).body
    coordinator.tick(T0_MS)
    (pong,) = say(coordinator, "pod-1", "ping", {"n": 6})
    assert opened(pong).body["seq"] == 1 and opened(pong).body["boot"] == 1


def test_a_retained_gift_is_nobodys(make):
    coordinator = make()
    say(coordinator, "pod-2", "tele", {"nonce": "n"})
    assert say(coordinator, "pod-1", "send/star", {}, retained=True) == []


def test_a_journaled_unhook_is_said_first_at_every_connect(make, journal):
    unhook = journal.add_unhook("all", ["pod-1"])
    first = make().connected()[0]
    assert first.topic == f"{ROOT}unhook/host" and first.retain
    assert opened(first).version == unhook.epoch
    assert opened(first).body == {"epoch": unhook.epoch, "target": "all"}


def test_an_unhook_is_repeated_until_the_pod_has_answered(make, journal):
    coordinator = make()
    coordinator.connected()
    unhook = journal.add_unhook("pod-1", ["pod-1"])
    say(coordinator, "pod-1", "tele", {"nonce": "n"}, T0_MS + REPEAT_MS)
    assert len(coordinator.tick(T0_MS + REPEAT_MS)) == 1
    assert coordinator.tick(T0_MS + REPEAT_MS + 1) == []
    later_ms = T0_MS + 2 * REPEAT_MS
    say(coordinator, "pod-1", "ack", {"unhooks": {"host": unhook.epoch}, "desired": 1}, later_ms)
    assert coordinator.tick(later_ms) == []
    assert journal.owed() == {}


def test_an_absent_pod_gets_its_unhook_though_a_newer_one_was_for_another(make, journal):
    coordinator = make()
    coordinator.connected()
    journal.add_unhook("all", ["pod-1", "pod-2"])
    newer = journal.add_unhook("pod-1", ["pod-1"])
    journal.settle("pod-1", newer.epoch)
    late_ms = T0_MS + REPEAT_MS
    say(coordinator, "pod-2", "tele", {"nonce": "n"}, late_ms)
    (out,) = coordinator.tick(late_ms)
    assert opened(out).body["target"] == "pod-2"
    assert opened(out).version > newer.epoch


def test_presence_does_not_depend_on_the_will(make):
    coordinator = make()
    say(coordinator, "pod-1", "state", {"online": True}, retained=True)
    record = coordinator.roster.pods["pod-1"]
    assert not record.online(T0_MS)
    say(coordinator, "pod-1", "tele", {"nonce": "n"})
    assert record.online(T0_MS + SILENT_AFTER_MS)
    assert not record.online(T0_MS + SILENT_AFTER_MS + 1)


def test_the_will_takes_a_pod_away_and_keeps_what_was_known(make):
    coordinator = make()
    say(coordinator, "pod-1", "state", {"online": True, "profile": "adult"})
    say(coordinator, "pod-1", "state", {"online": False, "boot": 3})
    record = coordinator.roster.pods["pod-1"]
    assert not record.online(T0_MS) and record.get("profile") == "adult"


def test_an_emptied_state_takes_a_pod_off_the_list(make):
    coordinator = make()
    say(coordinator, "pod-1", "state", {"online": True})
    coordinator.handle(f"{ROOT}pod/pod-1/state", b"", T0_MS * 1000)
    assert "pod-1" not in coordinator.roster.pods


def test_a_wrong_key_is_counted_and_dropped(make):
    coordinator = make()
    topic = f"{ROOT}pod/pod-1/ping"
    assert coordinator.handle(topic, seal(b"x", topic, '{"n":1}', version=1), T0_MS * 1000) == []
    assert coordinator.roster.bad == 1 and "bad mac" in coordinator.roster.last_bad


LEAVES = ["state", "tele", "event", "ack", "ping", "send/star", "send/x", "set/play", ""]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
)
KEYS = st.sampled_from(["n", "nonce", "unhooks", "desired", "online", "mode", "leds", "dose"])


@settings(deadline=None)  # a journal made anew, on a disk that others use too
@given(
    leaf=st.sampled_from(LEAVES),
    body=st.dictionaries(KEYS, JSON, max_size=4),
    raw=st.binary(max_size=200),
    signed=st.booleans(),
)
def test_nothing_that_a_pod_says_stops_the_coordinator(tmp_path_factory, leaf, body, raw, signed):
    journal = Journal(tmp_path_factory.mktemp("j") / "j.sqlite")
    journal.start()
    try:
        coordinator = Coordinator("home", TEST_KEY, 1, journal, ["pod-2"])
        coordinator.start(T0_MS)
        topic = f"{ROOT}pod/pod-1/{leaf}"
        payload = seal(TEST_KEY, topic, json.dumps(body), version=1) if signed else raw
        coordinator.handle(topic, payload, T0_MS * 1000)
        coordinator.tick(T0_MS + 1000)
        coordinator.roster.records()
    finally:
        journal.stop()


def test_pods_sort_as_people_count():
    assert sorted(["pod-10", "a", "pod-2"], key=natural_key) == ["a", "pod-2", "pod-10"]


def test_a_score_in_the_journal_is_handed_down_once_and_stands_at_every_connect(make, journal):
    coordinator = make()
    before = opened(by_topic(coordinator.connected())["pod/pod-1/set/desired"])
    assert before.body["score"] == "default"
    journal.set_score("pod-1", '[1,"mine",[],[]]')
    outs = by_topic(coordinator.tick(T0_MS + 500))
    assert set(outs) == {"pod/pod-1/set/desired"}
    after = opened(outs["pod/pod-1/set/desired"])
    assert after.body["score"] == [1, "mine", [], []] and after.version > before.version
    assert coordinator.tick(T0_MS + 1000) == []
    again = opened(by_topic(coordinator.connected())["pod/pod-1/set/desired"])
    assert again.body["score"] == [1, "mine", [], []]
