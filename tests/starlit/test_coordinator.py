"""Pure: messages and time in, messages out. A pod is what it says, in its envelope."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pod import jsontext
from pod.envelope import MAX_PAYLOAD, TEST_KEY, open_envelope, seal
from starlit.coordinator import SKY_MAX_AGE_MS, Coordinator
from starlit.journal import VERSION_BASE_S, Journal
from starlit.membership import HEARD_MAX
from starlit.roster import SILENT_AFTER_MS, STRANGERS_MAX, natural_key
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


def test_a_restarted_host_says_what_it_said_to_the_letter(make):
    before = make(seed=None).connected()
    assert make(seed=None, at_ms=T0_MS + 60_000).connected() == before


def test_what_the_broker_still_has_is_not_said_again(make, journal):
    coordinator = make()
    first = coordinator.connected()
    unhook = journal.add_unhook("all", ["pod-1"])
    coordinator.connecting()
    for out in first[1:]:
        coordinator.handle(out.topic, out.payload, T0_MS * 1000, retained=True)
    again = coordinator.connected()
    assert [out.topic for out in again] == [f"{ROOT}unhook/host", first[0].topic]
    assert opened(again[0]).version == unhook.epoch


def test_what_is_said_anew_has_a_newer_version(make):
    before = by_topic(make().connected())
    after = by_topic(make(["pod-1", "pod-2", "pod-3"]).connected())
    assert opened(after["all/sky"]).version > opened(before["all/sky"]).version
    topic = "pod/pod-1/set/desired"
    assert opened(after[topic]).version > opened(before[topic]).version


def test_a_heard_pod_keeps_its_place_through_a_restart(make):
    first = make(["pod-2"])
    say(first, "pod-1", "tele", {"nonce": "n"})
    first.tick(T0_MS)
    sky = opened(by_topic(make(["pod-2"]).connected())["all/sky"])
    assert sky.body["members"] == ["pod-1", "pod-2"]


def test_a_virtual_pod_that_vanishes_leaves_no_place_behind(make):
    coordinator = make(["pod-1"])
    say(coordinator, "guest", "tele", {"nonce": "n"})
    coordinator.tick(T0_MS)
    coordinator.handle(f"{ROOT}pod/guest/state", b"", T0_MS * 1000)
    sky = opened(by_topic(coordinator.tick(T0_MS))["all/sky"])
    assert sky.body["members"] == ["pod-1"]


def propose(journal, pod, calibration, version=None):
    """As `starlit calibrate` does."""
    topic = f"{ROOT}pod/{pod}/set/desired"
    body = json.dumps({"cottage": "home", "friends": [], "calibration": calibration})
    if version is not None:
        return topic, seal(TEST_KEY, topic, body, version=version)
    standing = journal.desire({topic: body})[topic]
    return topic, seal(TEST_KEY, topic, standing.body, version=standing.version)


def test_a_reconnect_repeats_what_a_command_has_put_there_and_nothing_older(make, journal):
    coordinator = make()
    coordinator.connected()
    topic, payload = propose(journal, "pod-1", {"transmission_ppm": 40000})
    again = by_topic(coordinator.connected())["pod/pod-1/set/desired"]
    assert opened(again).version == open_envelope(TEST_KEY, topic, payload).version
    assert opened(again).body["calibration"] == {"transmission_ppm": 40000}


def test_another_change_takes_no_proposal_away(make, journal):
    coordinator = make()
    coordinator.connected()
    propose(journal, "pod-1", {"transmission_ppm": 40000})
    say(coordinator, "pod-3", "tele", {"nonce": "n"})
    desired = opened(by_topic(coordinator.tick(T0_MS))["pod/pod-1/set/desired"]).body
    assert desired["friends"] == ["pod-2", "pod-3"]
    assert desired["calibration"] == {"transmission_ppm": 40000}


def test_a_proposal_of_a_command_that_was_killed_ends_with_the_next_start(make, journal):
    make().connected()
    propose(journal, "pod-1", {"transmission_ppm": 40000})
    assert "calibration" not in opened(by_topic(make().connected())["pod/pod-1/set/desired"]).body


def test_a_command_on_another_computer_is_followed_too(make, journal):
    coordinator = make()
    coordinator.connected()
    topic, payload = propose(journal, "pod-1", {"distance_mm": 600}, version=2_000_000)
    assert coordinator.handle(topic, payload, T0_MS * 1000) == []
    coordinator.connecting()
    again = opened(by_topic(coordinator.connected())["pod/pod-1/set/desired"])
    assert again.version == 2_000_000 and again.body["calibration"] == {"distance_mm": 600}


def test_an_older_state_that_a_broker_brings_back_is_put_right(make, journal):
    coordinator = make()
    first = by_topic(coordinator.connected())["pod/pod-1/set/desired"]
    topic, payload = propose(journal, "pod-1", {}, version=1)
    assert coordinator.handle(topic, payload, T0_MS * 1000, retained=True) == [first]


def test_a_pod_that_has_seen_a_newer_state_is_told_above_it(make):
    coordinator = make()
    coordinator.connected()
    (out,) = say(coordinator, "pod-1", "ack", {"unhooks": {}, "desired": 5_000_000})
    assert out.topic.endswith("pod-1/set/desired") and opened(out).version > 5_000_000
    assert say(coordinator, "pod-1", "ack", {"unhooks": {}, "desired": 5_000_000}) == []


def standing_sky(start_ms, version=3_000_000):
    topic = ROOT + "all/sky"
    body = {"seed": 99, "epoch": 40, "start_ms": start_ms, "pace_ms": 10000, "members": []}
    return topic, seal(TEST_KEY, topic, json.dumps(body), version=version)


def test_a_coordinator_on_another_computer_takes_up_tonights_sky(make):
    coordinator = make(seed=None)
    coordinator.handle(*standing_sky(T0_MS - 3_600_000), T0_MS * 1000, retained=True)
    sky = opened(by_topic(coordinator.connected())["all/sky"])
    assert sky.body["seed"] == 99 and sky.body["epoch"] == 40 and sky.version > 3_000_000
    assert make(seed=None).sky == coordinator.sky


def test_last_weeks_sky_is_not_taken_up_but_outrun(make):
    coordinator = make(seed=None)
    coordinator.handle(*standing_sky(T0_MS - 7 * 86_400_000), T0_MS * 1000, retained=True)
    sky = opened(by_topic(coordinator.connected())["all/sky"])
    assert sky.body["seed"] != 99 and sky.version > 3_000_000


def test_a_sky_once_told_is_not_given_up_for_another(make):
    coordinator = make(seed=None)
    coordinator.connected()
    (out,) = coordinator.handle(*standing_sky(T0_MS - 1000), T0_MS * 1000)
    assert opened(out).body["seed"] == coordinator.sky.seed != 99


def test_a_village_fits_into_one_message(make):
    coordinator = make([f"pod-{n}" for n in range(1, 2001)])
    sky = by_topic(coordinator.connected())["all/sky"]
    assert len(sky.payload) <= MAX_PAYLOAD and len(opened(sky).body["members"]) >= 250


def test_a_command_gets_the_time_as_a_pod_does(make):
    coordinator = make()
    topic = ROOT + "host/ping"
    ping = seal(TEST_KEY, topic, '{"n":9}', nonce="x")
    (pong,) = coordinator.handle_ask(ping, T0_MS * 1000 + 900, T0_MS * 1000 + 500, 1_800_000_000)
    assert pong.topic == ROOT + "host/pong" and opened(pong).nonce == "9"
    assert opened(pong).body["rx_us"] == 500 and opened(pong).body["unix_s"] == 1_800_000_000


def test_daylight_saving_is_told_at_noon_before_it_comes(make, journal):
    noon_ms = 1_774_695_600_000  # 2026-03-28 11:00 UTC; the night after, Berlin goes to +120 min
    coordinator = make(at_ms=noon_ms - 60_000)
    coordinator.tz_min = None
    coordinator.membership.set_zone("Europe/Berlin")
    before = opened(by_topic(coordinator.connected())["pod/pod-1/set/desired"]).body
    after = opened(by_topic(coordinator.tick(noon_ms + 1000))["pod/pod-1/set/desired"]).body
    assert (before["tz_min"], after["tz_min"]) == (60, 120)


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


def announced(coordinator, at_ms):
    """The ritual in the sky as it is announced next; None where nothing is."""
    sky = by_topic(coordinator.tick(at_ms)).get("all/sky")
    return sky and opened(sky).body["ritual_ms"]


def test_the_evenings_first_goodnight_is_announced_as_the_ritual_of_all(make):
    coordinator = make()
    coordinator.connected()
    event(coordinator, "pod-1", T0_MS + 60_000, 1, age_ms=1500)
    assert announced(coordinator, T0_MS + 60_500) == 58_500
    event(coordinator, "pod-2", T0_MS + 300_000, 1)
    assert announced(coordinator, T0_MS + 300_500) is None
    event(coordinator, "pod-2", T0_MS + 3_600_000, 2)
    assert announced(coordinator, T0_MS + 3_600_500) == 3_600_000


def test_a_restarted_host_knows_the_evenings_ritual_still(make):
    first = make()
    first.connected()
    event(first, "pod-1", T0_MS + 60_000, 1)
    first.tick(T0_MS + 60_500)
    assert make(at_ms=T0_MS + 90_000).ritual_ms == 60_000


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
    command = Journal(journal.path)  # of `starlit score use`, in another terminal
    command.start()
    command.set_score("pod-1", '[1,"mine",[],[]]')
    command.stop()
    outs = by_topic(coordinator.tick(T0_MS + 500))
    assert set(outs) == {"pod/pod-1/set/desired"}
    after = opened(outs["pod/pod-1/set/desired"])
    assert after.body["score"] == [1, "mine", [], []] and after.version > before.version
    assert coordinator.tick(T0_MS + 1000) == []
    again = opened(by_topic(coordinator.connected())["pod/pod-1/set/desired"])
    assert again.body["score"] == [1, "mine", [], []]


def test_a_thousand_names_make_a_roster_of_members_and_a_few(journal):
    """Thousands of topics, each sealed with the right key: a hostile pod on an open broker."""
    coordinator = Coordinator("home", TEST_KEY, None, journal, ["pod-1", "pod-2"])
    coordinator.start(T0_MS)
    for n in range(3000):
        topic = f"starlit/home/pod/stranger-{n}/event"
        body = jsontext.dumps({"event": "x", "boot": 1, "seq": 1})
        coordinator.handle(topic, seal(TEST_KEY, topic, body, version=n), T0_MS * 1000)
    topic = "starlit/home/pod/pod-2/tele"
    coordinator.handle(topic, seal(TEST_KEY, topic, "{}", version=1), T0_MS * 1000)
    coordinator.tick(T0_MS)
    assert "pod-2" in coordinator.roster.pods
    assert len(coordinator.roster.pods) <= 2 + HEARD_MAX + STRANGERS_MAX
    assert coordinator.roster.bad >= 3000 - HEARD_MAX - STRANGERS_MAX
    assert len(journal.heard()) <= HEARD_MAX + STRANGERS_MAX


def test_names_that_come_and_vanish_leave_nothing(journal):
    coordinator = Coordinator("home", TEST_KEY, None, journal, [])
    coordinator.start(T0_MS)
    for n in range(500):
        name = f"starlit/home/pod/passer-{n}/"
        body = jsontext.dumps({"event": "x", "boot": 1, "seq": 1})
        payload = seal(TEST_KEY, name + "event", body, version=n)
        coordinator.handle(name + "event", payload, T0_MS * 1000)
        coordinator.tick(T0_MS)
        coordinator.handle(name + "state", b"", T0_MS * 1000)
    coordinator.tick(T0_MS)
    assert coordinator.roster.pods == {} and journal.heard() == {}
    assert coordinator.membership.pods == []
