"""Two cottages, each with its own broker, and between them one that a stranger could run."""

import json
import time

import pytest
from tests.e2e.cottage import Cottage, run, wait_for
from tests.starlit.trust.mosquitto_tls import TlsMosquitto

from pod.envelope import seal
from starlit.broker import find_mosquitto
from starlit.link import Link
from starlit.trust.certificates import make_broker, make_ca
from starlit.trust.files import private_folder
from starlit.trust.passwords import hashed

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.skipif(not find_mosquitto(), reason="mosquitto is not installed"),
]
USERS = ("one", "two", "spy")
FIELDS = {"sky": {"seed", "start_ms"}, "star": {"start_ms"}}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    folder = private_folder(tmp_path_factory.mktemp("far"))
    make_ca(folder, "far")
    make_broker(folder, ["127.0.0.1"])
    (folder / "users").write_text("".join(f"{user}:{hashed(user)}\n" for user in USERS))
    (folder / "users").chmod(0o600)
    return folder


@pytest.fixture
def far_broker(certificates):
    login = f"allow_anonymous false\npassword_file {certificates}/users\n"
    with TlsMosquitto(certificates, login) as broker:
        yield broker


class Spy:
    """Who runs the broker between them sees all of this."""

    def __init__(self, broker):
        self.heard = []
        self._link = Link(broker.address(user="spy", password="spy"), "spy", [("#", 1)])

    def __enter__(self):
        self._link.start()
        assert self._link.wait_ready(5)
        return self

    def __exit__(self, *_):
        self._link.stop()

    def look(self):
        self.heard += self._link.take()
        return self.heard

    def say(self, topic, payload, retain=False):
        self._link.publish(topic, payload, 1, retain)

    def of(self, leaf):
        return [m for m in self.look() if m.topic.endswith(leaf) and m.payload]


def url(broker, user, ca):
    return f"mqtts://{user}:{user}@127.0.0.1:{broker.port}?ca={ca}/ca.pem"


def cottage(tmp_path, name):
    trace = tmp_path / f"trace-{name}"
    return Cottage(tmp_path / name, "--virtual", "1", "--welcome", "--trace", str(trace)), trace


def stars(trace):
    """The shared time at which each star left that crossed this sky, its own among them."""
    lines = (trace / "pod-1.jsonl").read_text().splitlines()
    seen = [json.loads(line)["sky_event"] for line in lines if '"sky_event"' in line]
    return {one["start_ms"] for one in seen if one["kind"] == "star"}


def seed_of(folder):
    from starlit.journal import Journal

    journal = Journal(folder / "journal-home.sqlite")
    journal.start()
    try:
        return journal.last_sky().seed
    finally:
        journal.stop()


def in_ritual(one):
    one.wait_status(lambda pod: pod["state"] == "ritual", 10, "the ritual")


def test_sky_and_stars_pass_and_nothing_else(tmp_path, far_broker, certificates):
    (first, trace_1), (second, trace_2) = cottage(tmp_path, "one"), cottage(tmp_path, "two")
    with Spy(far_broker) as spy, first as one, second as two:
        file = tmp_path / "invitation.json"
        one.say("cottage", "far", "invite", "--broker", url(far_broker, "one", certificates),
                "--out", file)  # fmt: skip
        assert file.stat().st_mode & 0o777 == 0o600
        assert seed_of(one.home) != seed_of(two.home)
        two.say("cottage", "far", "join", file, "--broker", url(far_broker, "two", certificates))
        wait_for(lambda: seed_of(two.home) == seed_of(one.home), 10, f"one sky\n{two.log}")
        in_ritual(one), in_ritual(two)
        expect_one_sky(one, two)

        give_a_star(one, trace_1, trace_2)
        give_a_star(two, trace_2, trace_1)
        expect_only_what_may_pass(spy)
        expect_no_stranger_is_heard(spy, two, trace_2)

        far_broker.__exit__()
        time.sleep(1)
        in_ritual(one), in_ritual(two)
        far_broker.__enter__()
        wait_for(lambda: one.log.count("far cottage: connected") >= 2, 12, one.log)
        wait_for(lambda: two.log.count("far cottage: connected") >= 2, 12, two.log)
        give_a_star(one, trace_1, trace_2)

        one.say("cottage", "far", "leave")
        wait_for(lambda: "far cottage: left" in one.log, 5, "it left")
        wait_for(lambda: spy.look()[-1].payload == b"", 5, "what it had said is taken back")
        assert not (one.home / "trust-home" / "far.json").exists()
        for each in (one, two):
            each.end()
            assert "Traceback" not in each.log and each.process.returncode == 0, each.log


def expect_one_sky(one, two):
    """The same hash at the same second of shared time, at both ends of the world."""
    seen = [{}, {}]

    def agree():
        for cottage, found in zip((one, two), seen, strict=True):
            sky = cottage.status()["pod-1"]["sky"]
            found[sky["second"]] = sky["hash"]
        both = seen[0].keys() & seen[1].keys()
        return len(both) >= 2 and both

    both = wait_for(agree, 20, f"one time: {seen}")
    assert all(seen[0][second] == seen[1][second] for second in both), seen


def give_a_star(giver, trace, far_trace):
    """Until one of the giver's crosses the far sky; what was on its way before does not count."""
    before = stars(trace) | stars(far_trace)
    for _ in range(4):  # a star is rarer than a button
        giver.say("virtual", "button", "pod-1", "300")
        end_s = time.monotonic() + 3
        while time.monotonic() < end_s:
            if (stars(trace) & stars(far_trace)) - before:
                return
            time.sleep(0.1)
    raise AssertionError(f"no star\n{giver.log}")


def expect_only_what_may_pass(spy):
    def of_each():
        return all(spy.of(leaf) for leaf in ("a/sky", "b/sky", "a/star", "b/star"))

    wait_for(of_each, 5, f"a sky and a star of each: {spy.heard}")
    for message in [m for m in spy.look() if m.payload]:
        root, pair, side, leaf = message.topic.split("/")
        assert root == "starlit-far" and len(pair) == 16 and side in "ab" and leaf in FIELDS
        outer = json.loads(message.payload)
        assert outer.keys() == {"body", "expiry_s", "mac", "version"}
        assert json.loads(outer["body"]).keys() == FIELDS[leaf]


def expect_no_stranger_is_heard(spy, two, trace):
    """A replay, another key, odd fields, a flood: by who runs the broker between them."""
    time.sleep(3)  # stars that are still on their way
    before, seed = stars(trace), seed_of(two.home)
    star, sky = spy.of("a/star")[-1], spy.of("a/sky")[-1]
    spy.say(star.topic, star.payload)
    body = json.dumps({"start_ms": json.loads(json.loads(star.payload)["body"])["start_ms"]})
    spy.say(star.topic, seal(b"another key", star.topic, body, version=1 << 31))
    older = json.dumps({"seed": 1, "start_ms": 1})
    spy.say(sky.topic, seal(b"another key", sky.topic, older, version=1 << 31), retain=True)
    for n in range(3000):
        spy.say(star.topic, b"x" * (n % 2000))
    time.sleep(2)
    assert stars(trace) == before and seed_of(two.home) == seed
    in_ritual(two)
    spy.say(sky.topic, sky.payload, retain=True)


def test_a_broker_of_another_authority_is_told_nothing(tmp_path, far_broker, certificates):
    other = private_folder(tmp_path / "other")
    make_ca(other, "other")
    with Spy(far_broker) as spy, cottage(tmp_path, "one")[0] as one:
        one.say("cottage", "far", "invite", "--broker", url(far_broker, "one", other),
                "--out", tmp_path / "invitation.json")  # fmt: skip
        wait_for(lambda: "not to be trusted" in one.log, 10, one.log)
        in_ritual(one)
        assert spy.look() == []


@pytest.mark.parametrize("broker", ["mqtt://127.0.0.1:1883", "mqtts://h?ca=/nowhere/ca.pem", "x"])
def test_without_tls_or_its_authority_there_is_no_far_cottage(tmp_path, broker):
    run(tmp_path / "home", "cottage", "create", "home")
    done = run(tmp_path / "home", "cottage", "far", "invite", "--broker", broker)
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1, done.stderr
    assert not list(tmp_path.glob("*.json"))
