"""Every link cut at every stage of a night: the pods go on, and `starlit check` finds nothing.

The same pods on shorter nights: a ritual of 90 s with gifts under way, its fade, the first half
minute of sleep, and a second goodnight by hand in which what came back is at work. In each run a
pod's link, the broker and the host are lost at three different stages; over all runs each is lost
at each.
"""

import json
from functools import partial
from itertools import pairwise
from unittest.mock import patch

import pytest

from pod import night
from starlit.check.run import check_traces
from starlit.scenario import parse_lines
from starlit.simulate import Simulation
from starlit.trace import read_trace

PODS = ("pod-1", "pod-2", "pod-3")
SHORT = {"RITUAL_MS": 90_000, "FADE_MS": 20_000}
END_S = 165
CUT_S = 8
# Something goes on at each of these, in seconds.
STAGES = {
    "boot": 0, "idle": 3, "goodnight": 10, "ritual": 22, "star": 34, "shadow": 46, "pulse": 60,
    "farewell": 71, "fade": 104, "sleep": 124, "morning": 137,
}  # fmt: skip
NIGHT = [
    {"t_ms": 0, "wall": 1767225600},
    {"t_ms": 0, "button_ms": 1200},
    {"t_ms": 2000, "pod": "pod-1", "heart_bpm": 66},
    {"t_ms": 2000, "pod": "pod-2", "heart_bpm": 84},
    {"t_ms": 11_500, "button_ms": 300},
    {"t_ms": 36_000, "pod": "pod-1", "button_ms": 300},
    {"t_ms": 48_000, "pod": "pod-2", "lux": 0.4},
    {"t_ms": 50_000, "pod": "pod-2", "lux": 5},
    {"t_ms": 73_000, "pod": "pod-3", "switch": "out"},
    {"t_ms": 84_000, "pod": "pod-3", "switch": "in"},
    {"t_ms": 85_000, "pod": "pod-3", "button_ms": 1200},
    {"t_ms": 88_000, "pod": "pod-3", "button_ms": 300},
    {"t_ms": 139_000, "button_ms": 1500},
    {"t_ms": 146_000, "button_ms": 300},
]


def pulse_proposed(pod, friend):
    body = json.dumps({"pulse": friend, "friends": [friend]})
    topic = f"pod/{pod}/set/desired"
    return [
        {"t_ms": 4000, "pod": pod, "topic": topic, "payload": body, "sign": True},
        {"t_ms": 5000, "pod": pod, "button_ms": 3200},
    ]


AGREED = pulse_proposed("pod-1", "pod-2") + pulse_proposed("pod-2", "pod-1")


class Night:
    """One run: what the checker says of it, each pod's trace, and the host's news in order."""

    def __init__(self, folder, actions):
        proposals = [line for line in AGREED if "topic" in line]
        again = [{**line, "t_ms": up["t_ms"]} for up in actions if up.get("link") == "up"
                 for line in proposals]  # retained  # fmt: skip
        lines = [json.dumps(line) for line in NIGHT + AGREED + actions + again]
        scenario = folder / "night.scenario"
        scenario.write_text("\n".join(lines))
        # The checker reads of a proposal in the scenario; here it comes as from a command.
        events = parse_lines([line for line in lines if "desired" not in line], "night")
        simulation = Simulation(3, 11, events, sensor="beats", sound=False, trace_dir=folder)
        for line in proposals:
            proposal = partial(simulation.bus.propose, line["pod"], json.loads(line["payload"]))
            simulation.at(line["t_ms"] * 1000, proposal)
        self.news = []
        simulation.bus.on_news = self.news.append
        with patch.multiple(night, **SHORT):
            try:
                simulation.start()
                simulation.run(END_S * 1_000_000)
            finally:
                simulation.stop()
        self.report = check_traces([folder], scenario)
        self.traces = {pod: list(read_trace(folder / f"{pod}.jsonl"))[1:] for pod in PODS}

    def events(self, pod):
        """(boot, number, what) as the host took them, but for what only answers a message."""
        return [
            (news.body["boot"], news.body["seq"], news.body["event"])
            for news in self.news
            if news.pod == pod and news.leaf == "event"
            and news.body["event"] not in ("command", "pulse")
        ]  # fmt: skip

    def skies(self, pod, from_s):
        return {
            line["second"]: line["sky_hash"]
            for line in self.traces[pod]
            if "sky_hash" in line and line["t_ms"] >= from_s * 1000
        }

    def lit_ms(self, pod, from_s, to_s):
        """For how long something shone."""
        shown, lit_ms, at_ms = False, 0, from_s * 1000
        for line in self.traces[pod]:
            t_ms = min(max(line["t_ms"], from_s * 1000), to_s * 1000)
            lit_ms += (t_ms - at_ms) * shown
            at_ms = t_ms
            if "leds" in line:
                shown = any(led != "000000" for led in line["leds"])
        return lit_ms


def cut(what, at_s, for_s=CUT_S):
    """Lines that cut `what` (a pod's link, the broker, the host) and mend it."""
    ends = (("down", at_s), ("up", at_s + for_s))
    if what == "host":
        return [{"t_ms": t_s * 1000, "host": to} for to, t_s in ends]
    pod = {} if what == "broker" else {"pod": what}
    return [{"t_ms": t_s * 1000, "link": to, **pod} for to, t_s in ends]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The night with nothing cut."""
    return Night(tmp_path_factory.mktemp("whole"), [])


def complaints(night):
    return [violation.line() for violation in night.report.violations]


def test_the_whole_night_is_clean_and_has_everything_in_it(whole):
    assert complaints(whole) == []
    kinds = [line["sky_event"]["kind"] for line in whole.traces["pod-1"] if "sky_event" in line]
    assert kinds == ["star", "shadow", "farewell"]
    assert [what for *_, what in whole.events("pod-3")] == [
        "plug", "ritual", "dark", "plug", "ritual", "morning", "ritual",
    ]  # fmt: skip
    for pod in ("pod-1", "pod-2"):
        sent = [line["tx"]["topic"] for line in whole.traces[pod] if "tx" in line]
        assert sum(topic.endswith("send/pulse") for topic in sent) > 50


@pytest.mark.slow
@pytest.mark.parametrize("run", range(len(STAGES)))
def test_a_cut_at_any_stage_harms_nothing(run, whole, tmp_path):
    stages = list(STAGES.values())
    actions = []
    for turn, what in ((0, PODS[run % 3]), (4, "broker"), (8, "host")):
        actions += cut(what, stages[(run + turn) % len(stages)])
    night = Night(tmp_path, actions)
    assert complaints(night) == []
    for pod in PODS:
        missing_ms = whole.lit_ms(pod, 0, END_S) - night.lit_ms(pod, 0, END_S)
        assert abs(missing_ms) < 3000, f"{pod} shone {missing_ms} ms less than without the cuts"
        taken = night.events(pod)
        assert all(before < after for before, after in pairwise(taken)), "once, and in order"
        told = [what for *_, what in taken]
        assert told == [what for *_, what in whole.events(pod)], "nothing is lost"
    last = [night.skies(pod, END_S - 5) for pod in PODS]
    assert len(last[0]) >= 4 and last[0] == last[1] == last[2]
