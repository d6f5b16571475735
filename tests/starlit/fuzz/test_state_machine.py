"""Switch, unhook, reboot, power lost at any write, link up and down, and a lying host, in any
order: nothing shows without a closed switch and then a press of 1 s, and nothing ever resumes."""

import json
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pod import night
from pod.config import Config
from pod.core import Pod
from pod.envelope import TEST_KEY, open_envelope, seal
from pod.io import RESET_BROWNOUT, RESET_POWER, RESET_SOFT, RESET_WATCHDOG, Inputs, Outputs

PERIOD = 1 << 30
FRAME_MS = 33
PREFIX = "starlit/home/"
PLAY = PREFIX + "pod/pod-1/set/play"
DESIRED = PREFIX + "pod/pod-1/set/desired"
ODD = st.sampled_from([None, True, -1, 0, 1 << 40, "", "adult", [], {}, "06:30", [1], 1.5])
TORN = st.sampled_from(["lost", "half", "bits", "empty"])
BY_HAND = ("profile", "armed", "share_heart", "dawn", "transmission_ppm", "distance_mm")


class PodInTheDark(RuleBasedStateMachine):
    """`plugged`: the switch is in, and a press of 1 s came after all that asked for one."""

    @initialize(adult=st.booleans(), armed=st.booleans())
    def power_on(self, adult, armed):
        self.patch = patch.multiple(night, RITUAL_MS=3000, FADE_MS=1000)  # asleep in seconds
        self.patch.start()
        self.stored = {}
        self.now_ms = PERIOD - 5000
        self.switch_in = True
        self.link_up = True
        self.epoch = 0
        self.version = 0
        self.hand = [{"profile": "adult" if adult else "child", "armed": armed}]
        self.first = Config(profile=self.hand[0]["profile"])
        self.first.armed = armed
        self.boot(RESET_POWER, Config)
        self.plugged = False

    def teardown(self):
        if hasattr(self, "patch"):
            self.patch.stop()

    # -- the body ----------------------------------------------------------------------------

    def boot(self, cause, config=None):
        self.inputs, self.outputs = Inputs(), Outputs()
        self.config = Config(profile=self.first.profile)
        self.config.armed = self.first.armed
        self.pod = Pod(self.config, dict(self.stored))
        self.nonce = ""
        self.button = False
        self.cut_at = None  # how many writes until the power fails, and how
        self.pod.start(self.now_ms, cause, self.outputs)
        self.plugged = False
        self.lit = bytes(36)
        self.carry()

    def step(self, messages=(), setup=None):
        inputs = self.inputs
        inputs.now_ms = self.now_ms % PERIOD
        inputs.switch_in = self.switch_in
        inputs.button = self.button
        inputs.link_up = self.link_up
        inputs.lux_mlx = 3000
        inputs.wall_s = 1767297600 + (self.now_ms - PERIOD) // 1000 + 5
        inputs.sound_due = 1 if self.outputs.sound_wanted else 0
        inputs.setup = setup
        inputs.messages[:] = [(topic, payload, 0) for topic, payload in messages]
        self.pod.step(inputs, self.outputs)
        self.carry()

    def carry(self):
        """Light first, then the records one by one: the power may fail in any of them."""
        outputs = self.outputs
        if outputs.leds_changed:
            self.lit = bytes(outputs.leds)
        writes = list(outputs.store)
        if writes:
            assert not outputs.rail, "the rail is off before flash is written"
        for topic, payload, _, _ in outputs.messages:
            if topic.endswith("/tele"):
                self.nonce = open_envelope(TEST_KEY, topic, payload).body["nonce"]
        outputs.messages.clear()
        outputs.notes.clear()
        outputs.store.clear()
        for key, value in writes:
            if self.cut_at is not None and self.cut_at[0] == 0:
                self.fail_write(key, value, self.cut_at[1])
                return
            self.stored[key] = bytes(value)
            if self.cut_at is not None:
                self.cut_at = self.cut_at[0] - 1, self.cut_at[1]

    def fail_write(self, key, value, how):
        if how == "half":
            self.stored[key] = bytes(value[: len(value) // 2])
        elif how == "bits":
            self.stored[key] = bytes(b ^ 0x55 for b in value)
        elif how == "empty":
            self.stored[key] = b""
        self.boot(RESET_POWER)

    def pass_time(self, ms):
        while ms > 0:
            part = min(ms, FRAME_MS if self.outputs.rail or self.button else 200)
            self.now_ms += part
            ms -= part
            self.step()

    # -- hands -------------------------------------------------------------------------------

    @rule(ms=st.sampled_from([100, 300, 900, 1100, 3200]))
    def press(self, ms):
        pod = self.pod
        self.button = True
        self.step()
        self.pass_time(ms)
        self.button = False
        if ms >= 1000 and self.switch_in and pod is self.pod:
            self.plugged = True
        self.step()

    @rule()
    def plug_in_and_say_goodnight(self):
        self.switch_in = True
        self.step()
        self.press(1100)
        self.press(300)
        self.pass_time(1500)

    @rule()
    def fall_asleep(self):
        self.plug_in_and_say_goodnight()
        self.pass_time(12_000)

    @rule()
    def switch_out(self):
        self.switch_in = False
        self.plugged = False
        self.step()
        assert not any(self.lit) and not self.outputs.rail
        assert self.outputs.sound_peak == 0 or not self.outputs.sound_ready

    @rule()
    def switch_back(self):
        self.switch_in = True
        self.step()

    @rule(name=st.sampled_from(["profile", "armed", "share_heart", "dawn"]), value=st.booleans())
    def set_up(self, name, value):
        given = {
            "profile": "adult" if value else "child", "armed": value, "share_heart": value,
            "dawn": "06:30" if value else None,
        }[name]  # fmt: skip
        self.hand.append({name: given})
        self.step(setup={name: given})

    # -- the world ---------------------------------------------------------------------------

    @rule(s=st.sampled_from([1, 2, 11]))
    def wait(self, s):
        self.pass_time(1000 * s)

    @rule(up=st.booleans())
    def link(self, up):
        self.link_up = up
        self.step()

    @rule(cause=st.sampled_from([RESET_SOFT, RESET_WATCHDOG, RESET_BROWNOUT, RESET_POWER]))
    def reboot(self, cause):
        self.boot(cause)
        self.rests()

    @rule(writes=st.integers(0, 4), how=TORN)
    def power_will_fail(self, writes, how):
        """In the write that comes after so many more."""
        self.cut_at = writes, how

    def rests(self):
        """Never a resume: idle, whatever was."""
        assert self.pod.director.night.state == "idle"
        assert not any(self.lit) and not self.outputs.rail

    # -- messages ----------------------------------------------------------------------------

    def tell(self, topic, body, **stamp):
        if self.link_up:
            self.step([(topic, seal(TEST_KEY, topic, json.dumps(body), **stamp))])

    @rule(do=st.sampled_from(["goodnight", "morning", "cue", "star"]), cue=ODD)
    def host_plays(self, do, cue):
        state = self.pod.director.night.state
        self.tell(PLAY, {"do": do, "cue": cue}, nonce=self.nonce)
        if state == "night":
            assert self.pod.director.night.state == "night", "a message woke the pod"

    @rule(key=st.sampled_from([*BY_HAND, "calibration", "mode", "key"]), value=ODD)
    def host_lies(self, key, value):
        """Profile, arming, dawn and calibration are not the host's."""
        self.version += 1
        self.tell(DESIRED, {key: value, "tz_min": 0}, version=self.version)

    @rule(ppm=st.sampled_from([20_000, 500_000, 1, 10**6]))
    def host_proposes(self, ppm):
        self.version += 1
        body = {"calibration": {"transmission_ppm": ppm}}
        self.tell(DESIRED, body, version=self.version)

    @rule(garbage=st.binary(max_size=60))
    def bytes_come(self, garbage):
        if self.link_up:
            self.step([(PLAY, garbage), (DESIRED, garbage), (PREFIX + "all/sky", garbage)])

    @rule(signed=st.booleans())
    def unhook(self, signed):
        if not self.link_up:
            return
        self.epoch += 1
        topic = PREFIX + "unhook/host"
        body = json.dumps({"epoch": self.epoch, "target": "all"})
        payload = seal(TEST_KEY, topic, body, version=self.epoch) if signed else b"x"
        self.plugged = False
        self.step([(topic, payload)])
        assert not any(self.lit), "dark in the very step"

    # -- what always holds -------------------------------------------------------------------

    @invariant()
    def nothing_shows_unless_plugged_in(self):
        if not self.plugged:
            assert not any(self.lit), "light without a press of 1 s"

    @invariant()
    def the_switch_rules(self):
        if not self.switch_in:
            assert not self.outputs.rail

    @invariant()
    def only_hands_set(self):
        """Every setting is one that a hand gave (a torn write may bring the one before back)."""
        for name in ("profile", "armed", "share_heart", "dawn"):
            given = [one[name] for one in self.hand if name in one]
            assert getattr(self.config, name) in [*given, getattr(Config(), name)], name
        assert 20_000 <= self.config.transmission_ppm <= 500_000

    @precondition(lambda self: self.pod.failed is not None)
    @invariant()
    def failed_is_never_lit_by_a_message(self):
        assert self.pod.director.night.state == "idle"


PodInTheDark.TestCase.settings = settings(
    max_examples=120,
    stateful_step_count=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestPodInTheDark = pytest.mark.timeout(120)(PodInTheDark.TestCase)
