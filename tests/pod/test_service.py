"""What a host asks of a pod's body, by real messages: a virtual body on a virtual clock."""

import sys

import pytest
from tests.pod.update_kit import FILES, modulus, offer_of, piece_of

from pod import jsontext
from pod.config import Config
from pod.envelope import open_envelope, seal
from pod.guard import limits
from starlit.runner import PodRunner, VirtualClock
from starlit.virtual.flash import VirtualFlash


class Serviced:
    """A linked virtual pod, and the host's side of its channel."""

    def __init__(self, tmp_path):
        self.clock = VirtualClock()
        self.sent = []
        self.runner = PodRunner(Config(), self.clock, publish=lambda _, *m: self.sent.append(m))
        self.flash = VirtualFlash(self.runner, self.restart, tmp_path / "flash")
        self.flash.start()
        self.restarts = 0
        self.runner.start()
        self.runner.set_link(True)
        self.brightest = self.loudest = 0
        self.run(2)
        self.number = 0

    def restart(self):
        self.restarts += 1
        self.runner.reboot()
        self.runner.set_link(True)

    def run(self, seconds):
        end_us = self.clock.now_us + int(seconds * 1e6)
        while self.clock.now_us < end_us:
            self.clock.now_us = min(max(self.runner.next_us(), self.clock.now_us + 1), end_us)
            self.runner.advance()
            light = self.runner.pod.show.guard.light
            self.brightest = max(self.brightest, light.l)
            self.loudest = max(self.loudest, self.runner.outputs.sound_rms)

    def plug_in(self):
        self.runner.body.press(1200)
        self.runner.wake()
        self.run(2)

    def send(self, body):
        self.number += 1
        pod = self.runner.pod
        topic = pod.link.own + "set/service"
        text = jsontext.dumps({**body, "id": self.number})
        self.runner.deliver(topic, seal(Config().key, topic, text, nonce=pod.link.nonce))

    def answers(self):
        topic = self.runner.pod.link.own + "service"
        bodies = [open_envelope(Config().key, t, p).body for t, p, _, _ in self.sent if t == topic]
        return [body for body in bodies if body["id"] == self.number]

    def ask(self, body, seconds=1.1):
        self.send(body)
        self.run(seconds)
        return self.answers()[-1]

    def parts(self):
        lines = self.ask({"do": "test"}, 45)["lines"]
        return {part: (result, said) for part, result, said in lines}


@pytest.fixture
def pod(tmp_path):
    return Serviced(tmp_path)


def test_a_whole_pod_finds_nothing_wrong_and_the_guard_saw_all_of_it(pod):
    pod.plug_in()
    parts = pod.parts()
    results = {result for part, (result, _) in parts.items() if part not in ("clock", "wi-fi")}
    assert results == {"ok"}, parts
    assert parts["LEDs"][1].startswith("12 of 12 lit")
    assert parts["clock"] == ("failed", "not in step with a host")  # there is none here
    assert pod.brightest > 0 and pod.loudest > 0
    pod.run(5)
    assert pod.runner.pod.show.dark()


def test_memory_says_where_the_code_is(pod, monkeypatch):
    pod.plug_in()
    assert pod.parts()["memory"][1].endswith("KB free, 90 wanted")
    monkeypatch.setattr(sys, "path", ["/rom", *sys.path])  # as boot.py leaves it
    assert pod.parts()["memory"][1].endswith("90 wanted, code in flash")


@pytest.mark.parametrize(
    ("fault", "part", "says"),
    [
        ("bus", "i2c", "0 of 2"),
        ("bus", "pulse sensor", "nothing answers at 0x57"),
        ("identity", "pulse sensor", "another chip"),
        ("fifo", "pulse rate", "0.0 samples/s"),
        ("sensor", "pulse rate", "no light comes back"),
        ("hot", "case", "too hot"),
        ("config", "records", "checksum"),
        ("task", "tasks", "late"),
    ],
)
def test_what_is_broken_shows_in_its_line(pod, fault, part, says):
    pod.plug_in()
    pod.runner.fault(fault)
    pod.run(3)
    result, said = pod.parts()[part]
    assert result == "failed" and says in said


def test_a_button_that_sticks_is_told(pod):
    pod.runner.body.press(60_000)
    pod.runner.wake()
    result, said = pod.parts()["button"]
    assert result == "failed" and "sticks" in said


def test_nothing_shines_where_no_hand_has_plugged_in(pod):
    parts = pod.parts()
    assert parts["LEDs"] == parts["sound"] == (
        "not tried", "plug in first: hold the button at the pod for 1 s",
    )  # fmt: skip
    assert pod.brightest == pod.loudest == 0


def test_an_unhook_ends_the_lights_of_a_test(pod):
    pod.plug_in()
    pod.send({"do": "test"})
    pod.run(8)
    assert pod.brightest > 0
    pod.runner.pod.plug.stop()
    pod.runner.pod.darken("unhooked")
    pod.brightest = 0
    pod.run(30)
    assert pod.brightest == 0
    lines = pod.answers()[-1]["lines"]
    assert ["LEDs", "not tried", "ended by a hand, an unhook or a night"] in lines


def test_in_a_night_nothing_is_tried_and_nothing_is_updated(pod):
    pod.flash.use_key(modulus())
    pod.plug_in()
    assert pod.runner.pod.goodnight(False) is None
    pod.run(3)
    for body in ({"do": "test"}, {"do": "update", **offer_of()}):
        answer = pod.ask(body)
        assert not answer["ok"] and "night" in answer["why"]
    # Nor after a morning, for the 14 h of a night: somebody may have gone back to sleep.
    pod.runner.pod.director.end_night(pod.runner.pod.now_ms, "morning")
    pod.run(5)
    assert "night" in pod.ask({"do": "update", **offer_of()})["why"]
    assert limits.NIGHT_MS == 14 * 3600 * 1000


def test_an_update_never_writes_while_the_rail_is_on(pod, monkeypatch):
    pod.flash.use_key(modulus())
    pod.plug_in()
    assert pod.runner.outputs.rail  # a hand keeps it on
    real, railed = pod.flash.slots.flash.write, []
    monkeypatch.setattr(
        pod.flash.slots.flash, "write",
        lambda *a: (railed.append(pod.runner.body.rail_on), real(*a)),
    )  # fmt: skip
    assert pod.ask({"do": "update", **offer_of()})["ok"]
    assert railed and not any(railed)


def update(pod, offer):
    answer = pod.ask({"do": "update", **offer})
    while answer.get("want") is not None:
        answer = pod.ask({"do": "update", **piece_of(FILES, answer["want"])})
    return pod.ask({"do": "update", "step": "switch"}, 3) if answer["ok"] else answer


def test_a_new_program_that_never_reports_is_gone_at_the_next_start(pod):
    pod.flash.use_key(modulus())
    assert update(pod, offer_of())["restart"]
    assert pod.restarts == 1 and pod.runner.config.firmware == "0.2.0"
    assert pod.flash.slots.on_trial()
    pod.run(120)  # it runs, and has no host to report to
    assert pod.flash.slots.on_trial()
    pod.restart()
    assert pod.runner.config.firmware == "0.1.0" and pod.flash.slots.rolled_back


def test_a_restart_that_is_asked_for_is_answered_first_and_never_comes_in_a_night(pod):
    assert pod.ask({"do": "restart"}, 1.2)["ok"] and pod.restarts == 0
    pod.run(2)
    assert pod.restarts == 1
    pod.plug_in()
    assert pod.runner.pod.goodnight(False) is None
    pod.run(3)
    assert "night" in pod.ask({"do": "restart"})["why"]
    pod.run(3)
    assert pod.restarts == 1


def test_requests_are_as_fresh_as_commands_and_answer_to_nobody_else(pod):
    topic = pod.runner.pod.link.own + "set/service"
    text = jsontext.dumps({"do": "test", "id": 7})
    pod.number = 7
    for payload in (
        seal(Config().key, topic, text, version=1),
        seal(Config().key, topic, text, nonce="0" * 12),
        seal(b"another key", topic, text, nonce=pod.runner.pod.link.nonce),
    ):
        pod.runner.deliver(topic, payload)
        pod.run(1)
    assert pod.answers() == [] and pod.runner.pod.link.refused == 3
