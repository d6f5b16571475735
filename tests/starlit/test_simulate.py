"""Nights in seconds: the same core, a virtual clock, no network."""

import json
import subprocess
import sys
import wave

import pytest
from jsonschema import Draft202012Validator

from starlit.errors import UserError
from starlit.heartfile import HeartNight, find_heart_files, read_heart
from starlit.scenario import parse_lines
from starlit.simulate import simulate
from starlit.trace import read_trace

EVENING = ['{"t_ms":0,"wall":1767297600}', '{"t_ms":0,"button_ms":1200}']


def run(tmp_path, lines=None, seconds=20, pods=1, **options):
    """(report, each pod's changes) of a short run."""
    events = None if lines is None else parse_lines(lines, "test")
    folder = tmp_path / "trace"
    report = simulate(pods, seconds / 3600, 5, events, trace_dir=folder, **options)
    ids = [f"pod-{i + 1}" for i in range(pods)]
    return report, [list(read_trace(folder / f"{pod}.jsonl"))[1:] for pod in ids]


def values(lines, key):
    return [line[key] for line in lines if key in line]


def at(lines, key, t_ms):
    """What lasts at an instant."""
    return [line[key] for line in lines if key in line and line["t_ms"] <= t_ms][-1]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Three pods as `simulate` runs them when nothing is said."""
    return run(tmp_path_factory.mktemp("plain"), pods=3, seconds=40)


def test_every_line_follows_the_public_schema(plain, repo_root):
    path = repo_root / "host" / "starlit" / "schemas" / "trace-1.schema.json"
    schema = Draft202012Validator(json.loads(path.read_text()))
    for line in [line for lines in plain[1] for line in lines[:1500]]:
        schema.validate(line)


def test_a_pod_is_dark_until_its_button_is_held_and_then_shows_the_ritual(plain):
    lines = plain[1][0]
    dark = ["000000"] * 12
    assert all(x["leds"] == dark for x in lines if "leds" in x and x["t_ms"] < 1000)
    assert at(lines, "rail", 0) is False
    assert at(lines, "rail", 1500) is True
    assert at(lines, "state", 12_000) == "ritual"
    assert any(frame != dark for frame in values(lines, "leds"))


def test_one_sky_is_the_same_on_all_pods_at_the_same_shared_second(plain):
    skies = [
        {x["second"]: x["sky_hash"] for x in lines if "sky_hash" in x and x["t_ms"] > 15_000}
        for lines in plain[1]
    ]
    shared = set(skies[0]) & set(skies[1]) & set(skies[2])
    assert len(shared) > 15
    assert all(skies[0][s] == skies[1][s] == skies[2][s] for s in shared)
    assert len(set(skies[0].values())) > 5


def test_the_report_counts_what_came_out(plain):
    report = plain[0].to_dict()
    assert json.loads(json.dumps(report)) == report
    for pod in report["pods"]:
        assert pod["frames"] > 20
        assert 0 < pod["max_luminance_cd_m2"] <= 60
        assert 0 < pod["max_melanopic_lx"] <= 0.1  # the child's cap
        assert pod["rejected"] == 0


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        simulate(2, 15 / 3600, 9, trace_dir=tmp_path / name)
    for pod in ("pod-1.jsonl", "pod-2.jsonl"):
        assert (tmp_path / "a" / pod).read_bytes() == (tmp_path / "b" / pod).read_bytes()


def test_an_open_switch_cuts_the_light_at_once_and_only_a_hand_brings_it_back(tmp_path):
    lines = [*EVENING, '{"t_ms":5000,"button_ms":300}', '{"t_ms":9000,"switch":"out"}',
             '{"t_ms":11000,"switch":"in"}', '{"t_ms":14000,"button_ms":1300}']  # fmt: skip
    _, (trace,) = run(tmp_path, lines, seconds=18)
    dark = ["000000"] * 12
    assert [x["t_ms"] for x in trace if x.get("switch") == "out"] == [9000]
    late = [x["leds"] for x in trace if "leds" in x and 9100 <= x["t_ms"] < 15_000]
    assert all(frame == dark for frame in late)
    assert at(trace, "rail", 9100) is False
    assert at(trace, "rail", 13_900) is False
    assert at(trace, "rail", 17_900) is True


def test_a_finger_gives_a_heart_rate_through_the_chip_and_by_beats_alone(tmp_path):
    for beats_only in (False, True):
        _, (trace,) = run(
            tmp_path / str(beats_only), [*EVENING, '{"t_ms":2000,"heart_bpm":72}'], 40,
            beats_only=beats_only,
        )  # fmt: skip
        assert abs(at(trace, "heart", 40_000)["bpm"] - 72) <= 4


def test_a_hung_controller_is_cut_by_hardware_within_half_a_second(tmp_path):
    lines = [*EVENING, '{"t_ms":5000,"button_ms":300}', '{"t_ms":9000,"fault":"hang"}']
    _, (trace,) = run(tmp_path, lines, seconds=12)
    cut = [x["t_ms"] for x in trace if x.get("rail") is False and x["t_ms"] > 9000]
    assert cut and cut[0] <= 9500
    assert at(trace, "heartbeat_line", 10_000) == "stuck"
    assert at(trace, "leds", 12_000) == ["000000"] * 12


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ('"reboot":true', "soft"),
        ('"fault":"watchdog"', "watchdog"),
        ('"fault":"brownout"', "brownout"),
    ],
)
def test_a_pod_starts_again_dark_and_says_why(tmp_path, line, cause):
    lines = [*EVENING, '{"t_ms":5000,"button_ms":300}', '{"t_ms":9000,' + line + "}"]
    _, (trace,) = run(tmp_path, lines, seconds=13)
    boots = values(trace, "boot")
    assert [boot["cause"] for boot in boots] == ["power", cause]
    assert boots[1]["n"] == boots[0]["n"] + 1
    assert all(frame == ["000000"] * 12 for frame in
               [x["leds"] for x in trace if "leds" in x and x["t_ms"] > 9000])  # fmt: skip


def test_messages_arrive_signed_with_the_pods_nonce_and_garbage_is_counted(tmp_path):
    star = '"topic":"pod/pod-1/set/play","payload":"{\\"do\\":\\"star\\",\\"from\\":\\"pod-2\\"}"}'
    lines = [
        *EVENING,
        '{"t_ms":8000,"sign":true,' + star,
        '{"t_ms":9000,' + star,
        '{"t_ms":12000,"sign":true,"nonce_age_ms":4000,' + star,
        '{"t_ms":13000,"topic":"all/sky","payload_b64":"AP8="}',
    ]
    report, (trace,) = run(tmp_path, lines, seconds=16)
    refused = [x["t_ms"] for x in trace if "rx" in x and not x["rx"]["ok"]]
    assert [t // 1000 for t in refused] == [9, 12, 13]
    assert report.pods[0].rejected == 3


def test_a_pod_without_its_link_sends_nothing_and_gets_what_was_retained_later(tmp_path):
    lines = [*EVENING, '{"t_ms":0,"link":"down"}', '{"t_ms":15000,"link":"up"}']
    _, (trace,) = run(tmp_path, lines, seconds=25)
    sent = [x["t_ms"] for x in trace if "tx" in x and x["t_ms"] > 0]
    assert min(sent) >= 15_000
    assert any("rx" in x and x["rx"]["ok"] and x["t_ms"] >= 15_000 for x in trace)


def test_a_hand_in_the_setup_window_and_wall_time_are_in_the_trace(tmp_path):
    lines = [*EVENING, '{"t_ms":3000,"set":{"profile":"adult","dawn":"06:30"}}']
    _, (trace,) = run(tmp_path, lines, seconds=6)
    assert at(trace, "dawn", 6000) == "06:30"
    assert at(trace, "wall", 6000) in range(1767297599, 1767297610)


def test_a_clock_that_steps_makes_the_pod_fail_dark(tmp_path):
    lines = [*EVENING, '{"t_ms":5000,"button_ms":300}',
             '{"t_ms":9000,"fault":"clock","step_ms":3600000}']  # fmt: skip
    _, (trace,) = run(tmp_path, lines, seconds=14)
    assert at(trace, "state", 13_000) == "failed"
    assert at(trace, "leds", 13_000) == ["000000"] * 12


def test_a_night_of_heart_rate_becomes_beats(tmp_path):
    path = tmp_path / "night_hr.csv"
    path.write_text("t_s,bpm\n-30,70\n-2,60\n5,60\n65,60\n400,90\n405,90\n")
    assert read_heart(path)[0] == (-2.0, 60.0)
    (first, end_ms), (second, _) = HeartNight(read_heart(path)).segments_ms()
    assert 68 <= len(first) <= 72
    assert end_ms == 70_000
    assert second[0] > 400_000
    assert find_heart_files(tmp_path) == [path]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("t_s,bpm\n1,x\n", "night:2: '1,x'"), ("1,60\n", "fewer than two rows"),
     ("1,60\n2,9\n", "night:2")],
)  # fmt: skip
def test_a_bad_heart_file_is_a_users_error(tmp_path, text, expected):
    path = tmp_path / "night"
    path.write_text(text)
    with pytest.raises(UserError, match=expected):
        read_heart(path)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"pods": 0}, "--pods 0"),
        ({"hours": 0}, "--hours 0"),
        ({"seed": -1}, "--seed -1"),
        ({"profile": "baby"}, "--profile baby"),
        ({"wav": True}, "add --trace"),
    ],
)
def test_a_bad_option_is_a_users_error(options, expected):
    with pytest.raises(UserError, match=expected):
        simulate(**options)


def test_a_cue_sounds_in_the_trace_and_in_the_wave_file(tmp_path):
    tide = '"topic":"pod/pod-1/set/play","payload":"{\\"do\\":\\"cue\\",\\"cue\\":\\"tide\\"}"}'
    lines = [*EVENING, '{"t_ms":5000,"button_ms":300}', '{"t_ms":9000,"sign":true,' + tide]
    report, (trace,) = run(tmp_path, lines, 20, wav=True)
    blocks = [x["t_ms"] for x in trace if x.get("sound_rms")]
    assert len(blocks) > 300 and min(blocks) >= 9000
    assert 10 < report.pods[0].max_sound_dba <= 35
    with wave.open(str(tmp_path / "trace" / "pod-1.wav")) as sound:
        assert sound.getframerate() == 16000
        assert abs(sound.getnframes() / 320 - report.pods[0].blocks) <= 1


def test_a_folder_that_cannot_be_made_is_a_users_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be made"):
        simulate(1, 0.001, trace_dir=tmp_path / "file" / "trace")


def test_the_command_prints_a_report(repo_root):
    done = subprocess.run(
        [sys.executable, "-m", "starlit", "simulate", "--hours", "0.002", "--json"],
        capture_output=True, text=True, cwd=repo_root,
        env={"PYTHONPATH": f"{repo_root}/device:{repo_root}/host", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["pods"][0]["pod"] == "pod-1"


# -- true stages ---------------------------------------------------------------------------------


def stage_night(folder, stages):
    (folder / "a_hr.csv").write_text("".join(f"{t_s},60\n" for t_s in range(0, 7200, 5)))
    (folder / "a_stages.csv").write_text(stages)
    return folder


def test_slots_are_reported_by_true_stage(tmp_path):
    heart = stage_night(tmp_path, "".join(f"{30 * k},{2 if k < 150 else 5}\n" for k in range(240)))
    report = simulate(1, 3.0, 1, heart=heart, profile="adult", armed=True)
    pod = report.pods[0]
    assert pod.slots and {slot.stage for slot in pod.slots} <= {"N2", "REM", "unscored"}
    assert all(
        (slot.stage == "N2") == (slot.t_s - 5 < 4500) for slot in pod.slots if slot.t_s < 7205
    )
    counts = report.to_dict()["pods"][0]["slots_by_stage"]
    played = sum(one["played"] for one in counts.values())
    assert played == pod.cues.get("start", 0) == sum(slot.played for slot in pod.slots)


def test_without_a_stage_file_slots_have_no_stage(tmp_path):
    (tmp_path / "b.csv").write_text("t_s,bpm\n0,60\n7000,60\n")
    report = simulate(1, 2.0, 1, heart=tmp_path / "b.csv", profile="adult", armed=True)
    assert report.pods[0].slots and report.pods[0].by_stage() == {}


def test_a_stage_that_is_none_is_named_with_its_line(tmp_path):
    heart = stage_night(tmp_path, "0,0\n30,4\n")
    with pytest.raises(UserError, match="line 2"):
        simulate(1, 0.01, heart=heart)


def test_arming_belongs_to_the_scenario_where_there_is_one():
    with pytest.raises(UserError, match="--armed"):
        simulate(1, 0.01, scenario=parse_lines(EVENING, "test"), armed=True)


def test_alone_a_pod_has_its_night_without_host_and_broker(tmp_path):
    heart = stage_night(tmp_path, "0,0\n")
    report = simulate(1, 2.0, 1, heart=heart, profile="adult", armed=True, alone=True)
    pod = report.pods[0]
    assert pod.state == "night" and pod.slots
    with pytest.raises(UserError, match="--alone"):
        simulate(1, 0.01, scenario=parse_lines(EVENING, "test"), alone=True)
