"""Three pods under one sky: what a person does at one is seen at the others, in order."""

import json
from functools import partial

import pytest

from starlit.check.run import check_traces
from starlit.scenario import Message, parse_lines
from starlit.simulate import Simulation
from starlit.trace import read_trace

PODS = ("pod-1", "pod-2", "pod-3")
GOODNIGHT = [
    {"t_ms": 0, "wall": 1767225600},
    {"t_ms": 0, "button_ms": 1200},
    {"t_ms": 5000, "button_ms": 300},
]


def proposes(event):
    return isinstance(event, Message) and event.topic.endswith("set/desired")


def body_of(line):
    return json.loads(line["payload"])


class Evening:
    def __init__(self, folder, actions, seconds, lines=GOODNIGHT, pods=3):
        texts = [json.dumps(line) for line in lines + actions]
        scenario = folder / "evening.scenario"
        scenario.write_text("\n".join(texts))
        # The checker reads of a proposal in the scenario; here it comes as from a command.
        events = [event for event in parse_lines(texts, "evening") if not proposes(event)]
        self.simulation = Simulation(
            pods, 5, events, sensor="beats", sound=False, trace_dir=folder
        )
        for line in lines + actions:
            if "desired" in line.get("topic", ""):
                proposal = partial(self.simulation.bus.propose, line["pod"], body_of(line))
                self.simulation.at(line["t_ms"] * 1000, proposal)
        try:
            self.simulation.start()
            self.simulation.run(seconds * 1_000_000)
        finally:
            self.simulation.stop()
        found = check_traces([folder], scenario)
        assert [violation.line() for violation in found.violations] == []
        self.traces = {
            path.stem: list(read_trace(path))[1:] for path in sorted(folder.glob("*.jsonl"))
        }

    def told(self, pod, key):
        return [(line["t_ms"], line[key]) for line in self.traces[pod] if key in line]

    def events(self, pod):
        return [event for _, event in self.told(pod, "sky_event")]

    def frames(self, pod, from_ms=0, to_ms=1 << 30):
        return [leds for t_ms, leds in self.told(pod, "leds") if from_ms <= t_ms < to_ms]

    def sent(self, pod, leaf):
        return [
            json.loads(json.loads(tx["payload"])["body"])
            for _, tx in self.told(pod, "tx")
            if tx["topic"].endswith(leaf)
        ]


@pytest.fixture(scope="module")
def evening(tmp_path_factory):
    """A star from pod-1, a hand over pod-2's sensor, pod-3 unplugged."""
    actions = [
        {"t_ms": 20_000, "pod": "pod-1", "button_ms": 300},
        {"t_ms": 45_000, "pod": "pod-2", "lux": 0.3},
        {"t_ms": 46_500, "pod": "pod-2", "lux": 5},
        {"t_ms": 80_000, "pod": "pod-3", "switch": "out"},
    ]
    return Evening(tmp_path_factory.mktemp("together"), actions, 120)


def test_all_pods_have_the_same_events_with_the_same_start_and_place(evening):
    one = evening.events("pod-1")
    assert [(event["kind"], event["place"]) for event in one] == [
        ("star", 0), ("shadow", 1), ("farewell", 2),
    ]  # fmt: skip
    assert evening.events("pod-2") == evening.events("pod-3") == one


def test_one_pod_unplugged_is_dark_and_stops_no_other(evening):
    assert all(led == "000000" for led in evening.frames("pod-3")[-1])
    for pod in ("pod-1", "pod-2"):
        assert len(evening.frames(pod, 81_000)) > 300
        assert evening.told(pod, "state")[-1][1] == "ritual"


def test_a_hand_in_a_dark_room_or_at_an_idle_pod_casts_no_shadow(tmp_path):
    actions = [
        {"t_ms": 0, "lux": 0.5},
        {"t_ms": 30_000, "pod": "pod-1", "lux": 0.1},
        {"t_ms": 31_500, "pod": "pod-1", "lux": 0.5},
    ]
    assert Evening(tmp_path, actions, 40).events("pod-1") == []
    idle = [{"t_ms": 20_000, "lux": 0.1}, {"t_ms": 21_500, "lux": 5}]
    folder = tmp_path / "idle"
    folder.mkdir()
    assert Evening(folder, idle, 30, GOODNIGHT[:2]).events("pod-1") == []


def test_an_unhook_of_one_pod_stops_that_one_and_of_all_stops_all(tmp_path):
    def unhook(t_ms, epoch, target):
        body = json.dumps({"epoch": epoch, "target": target})
        line = {"t_ms": t_ms, "topic": "unhook/host", "payload": body, "sign": True}
        return {**line, "version": epoch}

    actions = [unhook(20_000, 900_000_000, "pod-2"), unhook(40_000, 900_000_001, "all")]
    evening = Evening(tmp_path, actions, 60)
    states = {pod: dict(evening.told(pod, "state")) for pod in PODS}
    assert states["pod-2"][20_000] == "unhooked"
    assert states["pod-1"][40_000] == states["pod-3"][40_000] == "unhooked"
    assert len(evening.frames("pod-1", 21_000, 39_000)) > 80


@pytest.mark.parametrize("fault", ("hang", "task", "watchdog"))
def test_a_pod_that_fails_changes_nothing_at_the_others(tmp_path, fault):
    actions = [{"t_ms": 20_000, "pod": "pod-2", "fault": fault}]
    with_fault = Evening(tmp_path, actions, 40)
    folder = tmp_path / "whole"
    folder.mkdir()
    whole = Evening(folder, [], 40)
    for pod in ("pod-1", "pod-3"):
        assert with_fault.told(pod, "leds") == whole.told(pod, "leds")


# -- a heartbeat star ---------------------------------------------------------------------------


def proposed(pod, friend):
    body = json.dumps({"pulse": friend})
    return {"t_ms": 2500, "pod": pod, "topic": f"pod/{pod}/set/desired", "payload": body,
            "sign": True}  # fmt: skip


HEART = [
    *GOODNIGHT[:2],
    proposed("pod-1", "pod-2"),
    proposed("pod-2", "pod-1"),
    {"t_ms": 10_000, "button_ms": 300},
    {"t_ms": 12_000, "pod": "pod-1", "heart_bpm": 80},
]


def agree(pod):
    return {"t_ms": 3000, "pod": pod, "button_ms": 3300}


def friends_star(evening, pod, from_ms):
    """Red levels of LED 6, where the friend's star is."""
    return [int(leds[6][:2], 16) for leds in evening.frames(pod, from_ms)]


def dips(levels):
    """How often it falls by two levels or more and returns by as much."""
    found, falling, turn = 0, False, levels[0]
    for level in levels:
        if falling == (level < turn) and level != turn:
            turn = level
        elif abs(level - turn) >= 2:
            found += falling
            falling, turn = not falling, level
    return found


def test_a_friends_sky_dims_with_the_pulse_once_both_have_agreed(tmp_path):
    evening = Evening(tmp_path, [agree("pod-1"), agree("pod-2")], 60, HEART)
    assert 35 <= dips(friends_star(evening, "pod-2", 30_000)) <= 45, "80 a minute for half of one"
    told = evening.sent("pod-1", "send/pulse")
    assert len(told) > 30 and all(list(body) == ["dips_ms"] for body in told)
    assert evening.sent("pod-2", "send/pulse") == [], "nobody touches its window"
    assert not any("leds" in body for body in evening.sent("pod-2", "tele")[20:])


@pytest.mark.parametrize("who", ([], ["pod-1"], ["pod-2"]))
def test_without_both_presses_no_pulse_is_seen(tmp_path, who):
    evening = Evening(tmp_path, [agree(pod) for pod in who], 45, HEART)
    assert dips(friends_star(evening, "pod-2", 30_000)) <= 1
    if "pod-1" not in who:
        assert evening.sent("pod-1", "send/pulse") == []


def test_the_agreement_ends_with_the_ritual(tmp_path):
    ended = [{"t_ms": 30_000, "pod": "pod-1", "button_ms": 1500},
             {"t_ms": 36_000, "pod": "pod-1", "button_ms": 300}]  # fmt: skip
    evening = Evening(tmp_path, [agree("pod-1"), agree("pod-2"), *ended], 60, HEART)
    sent = [t_ms for t_ms, tx in evening.told("pod-1", "tx") if "send/pulse" in tx["topic"]]
    assert sent and max(sent) < 31_500


# -- joining and leaving ------------------------------------------------------------------------


def sky_with(members, version, t_ms):
    body = {"seed": 5, "pace_ms": 9200, "members": members}
    return {"t_ms": t_ms, "topic": "all/sky", "payload": json.dumps(body), "sign": True,
            "version": version}  # fmt: skip


def ring_sums(evening, pod, from_ms, to_ms):
    return [sum(int(led[k : k + 2], 16) for led in leds for k in (0, 2, 4))
            for leds in evening.frames(pod, from_ms, to_ms)]  # fmt: skip


def test_joining_and_leaving_change_the_others_sky_slowly(tmp_path):
    five = [*PODS, "pod-4", "pod-5"]
    base = 900_000_000
    actions = [sky_with(["pod-0", *five], base, 30_000), sky_with(five, base + 1, 60_000)]
    evening = Evening(tmp_path, actions, 90)
    folder = tmp_path / "alone"
    folder.mkdir()
    alone = Evening(folder, [], 90)
    assert evening.frames("pod-1", 50_000, 60_000) != alone.frames("pod-1", 50_000, 60_000)
    for from_ms in (30_000, 60_000):
        sums = ring_sums(evening, "pod-1", from_ms, from_ms + 3000)
        assert max(abs(b - a) for a, b in zip(sums, sums[1:], strict=False)) <= 12
        assert max(sums) - min(sums) < 0.35 * max(sums)


def test_a_pod_that_was_alone_comes_into_step_in_the_dark_and_then_agrees(tmp_path):
    """Its time is too far off to slew to, and no leap is shown: it waits for the ritual's end."""
    actions = [{"t_ms": 0, "pod": "pod-1", "link": "down"},
               {"t_ms": 15_000, "pod": "pod-1", "button_ms": 300},
               {"t_ms": 45_000, "pod": "pod-1", "link": "up"},
               {"t_ms": 65_000, "pod": "pod-1", "button_ms": 1500},
               {"t_ms": 80_000, "pod": "pod-1", "button_ms": 300}]  # fmt: skip
    evening = Evening(tmp_path, actions, 110)
    skies = [{line["second"]: line["sky_hash"] for line in evening.traces[pod]
              if "sky_hash" in line} for pod in ("pod-1", "pod-2")]  # fmt: skip
    assert not set(skies[0]) & set(range(20, 64)), "it counted its own time"
    assert all(skies[0][second] == skies[1][second] for second in range(80, 105))
    sums = ring_sums(evening, "pod-1", 44_000, 62_000)
    assert max(abs(b - a) for a, b in zip(sums, sums[1:], strict=False)) <= 12


@pytest.mark.parametrize("lux", (1.0, 200.0))
def test_a_hand_of_a_second_is_seen_through_the_sensor_from_one_lux_up(tmp_path, lux):
    actions = [{"t_ms": 0, "lux": lux},
               {"t_ms": 30_310, "pod": "pod-1", "lux": lux / 10},
               {"t_ms": 31_310, "pod": "pod-1", "lux": lux}]  # fmt: skip
    events = Evening(tmp_path, actions, 40).events("pod-2")
    assert [(event["kind"], event["place"]) for event in events] == [("shadow", 0)]
