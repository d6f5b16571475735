"""A cottage has one coordinator, and its death in the middle of a night breaks no sky."""

import json
import shutil
import signal

import pytest
from tests.e2e.cottage import Cottage, run

from starlit.broker import Mosquitto, find_mosquitto
from starlit.shared_time import TimedVisit
from starlit.topics import Topics
from starlit.trust.gate import access_of
from starlit.trust.rotation import keyring_of
from starlit.trust.store import TrustStore

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.skipif(not find_mosquitto(), reason="mosquitto is not installed"),
]
SKY = Topics("home").sky


@pytest.fixture
def trust(tmp_path):
    """One cottage's, on two computers."""
    store = TrustStore(tmp_path / "home" / "trust-home")
    made = store.create("home")
    shutil.copytree(store.folder, tmp_path / "elsewhere" / "trust-home")
    return store, made


@pytest.fixture
def broker(tmp_path, trust):
    broker = Mosquitto(find_mosquitto(), None, tmp_path / "broker", access_of(*trust))
    broker.start()
    yield broker
    broker.stop()


class SkyVisit(TimedVisit):
    """Also reads the sky that stands at the broker."""

    sky = None

    def __init__(self, address, keys):
        super().__init__("home", address, keys)
        self.link.topics.append((SKY, 1))

    def take_in(self, message):
        if message.topic == SKY:
            self.sky = self.keys.open(SKY, message.payload)
        super().take_in(message)


def told(broker, trust):
    """(the sky as it stands, the host's lead in us)."""
    with SkyVisit(broker.address, keyring_of(trust[1])) as visit:
        lead_us = visit.lead_us()
        assert lead_us is not None and visit.wait(lambda: visit.sky, 3)
        return visit.sky, lead_us


def start_up(home, *options):
    """`starlit up` that should not come up: (exit code, stderr)."""
    done = run(home, "up", "--plain", *options)
    return done.returncode, done.stderr


def test_a_killed_coordinator_takes_its_sky_up_again_to_the_millisecond(tmp_path, broker, trust):
    options = ("--broker", broker.address.url)
    with Cottage(tmp_path / "home", *options) as cottage:
        sky, lead_us = told(broker, trust)
        cottage.process.send_signal(signal.SIGKILL)
        cottage.process.wait()
    (tmp_path / "home" / "up-home.json").unlink()
    with Cottage(tmp_path / "home", *options) as cottage:
        again, lead_again_us = told(broker, trust)
        assert again.body == sky.body and again.version == sky.version
        assert abs(lead_again_us - lead_us) < 20_000  # a busy computer; the clock itself is equal
        cottage.end()


def test_a_second_coordinator_is_refused_here_and_on_another_computer(tmp_path, broker, trust):
    options = ("--broker", broker.address.url)
    with Cottage(tmp_path / "home", *options) as cottage:
        sky, _ = told(broker, trust)
        code, said = start_up(tmp_path / "home", *options)
        assert code == 2 and said.count("\n") == 1
        assert f"process {cottage.process.pid}" in said and "already up" in said
        code, said = start_up(tmp_path / "elsewhere", *options, "--virtual", "1")
        assert code == 2 and said.count("\n") == 1
        assert f"process {cottage.process.pid}" in said and "coordinator already" in said
        again, _ = told(broker, trust)
        assert again.version == sky.version
        cottage.end()


def test_another_computer_takes_up_the_night_where_the_first_one_died(tmp_path, broker, trust):
    options = ("--broker", broker.address.url)
    with Cottage(tmp_path / "home", *options) as cottage:
        sky, lead_us = told(broker, trust)
        cottage.process.send_signal(signal.SIGKILL)
        cottage.process.wait()
    with Cottage(tmp_path / "elsewhere", *options) as cottage:
        again, lead_again_us = told(broker, trust)
        assert again.body == sky.body and again.version > sky.version
        assert abs(lead_again_us - lead_us) < 200_000  # two wall clocks, here the same one
        cottage.end()


def test_members_and_friends_reach_a_running_cottage(tmp_path):
    with Cottage(tmp_path / "home", "--virtual", "2", "--welcome") as cottage:
        cottage.wait_status(lambda pod: pod["state"] == "ritual", 15, "the ritual")
        assert cottage.say("cottage", "join", "attic") == "cottage home: attic, pod-1, pod-2\n"
        friends = json.loads(cottage.say("cottage", "friends", "pod-1", "--add", "attic", "--json"))
        assert friends == {"pod": "pod-1", "chosen": ["attic"], "friends": ["attic"]}
        said = cottage.say("cottage", "leave", "nobody", expect=2)
        assert "does not belong" in said and "attic, pod-1, pod-2" in said
        said = cottage.say("cue", "comet", "--all")
        assert said.splitlines() == ["pod-1: comet", "pod-2: comet"]
        (home,) = json.loads(cottage.say("cottage", "list", "--json"))
        assert home["up"] and [one["pod"] for one in home["pods"]] == ["attic", "pod-1", "pod-2"]
        cottage.end()
