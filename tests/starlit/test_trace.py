"""A trace says what changed, and a reader can trust its lines."""

import json

import pytest
from jsonschema import Draft202012Validator

from pod.config import Config
from starlit.errors import UserError
from starlit.trace import TraceWriter, make_header, read_trace

LIT = bytes([1, 2, 3]) + bytes(33)


@pytest.fixture(scope="module")
def schema(repo_root):
    path = repo_root / "host" / "starlit" / "schemas" / "trace-1.schema.json"
    return Draft202012Validator(json.loads(path.read_text()))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "pod-1.jsonl"


def written(path, record):
    with TraceWriter(path, make_header(Config())) as trace:
        record(trace)
    return list(read_trace(path))[1:]


def test_the_header_gives_geometry_in_si_units(path, schema):
    TraceWriter(path, make_header(Config(profile="adult", seed=7), 1767225600)).start().close()
    (header,) = read_trace(path)
    schema.validate(header)
    assert (header["version"], header["profile"], header["seed"]) == (1, "adult", 7)
    assert (header["transmission"], header["distance_m"]) == (0.05, 0.5)
    assert header["area_m2"] == 0.002827
    assert header["sound"] == {"full_scale_dba": 65.0, "rate_hz": 16000, "block": 320}
    assert header["start_unix_s"] == 1767225600


def test_light_is_twelve_colours_written_when_it_changes(path, schema):
    def record(trace):
        trace.leds(0, bytes(36), bytes(36))
        trace.leds(33, LIT, LIT)
        trace.leds(66, LIT, LIT)
        trace.leds(99, bytes(36), LIT)

    lines = written(path, record)
    assert [line["t_ms"] for line in lines] == [0, 33, 99]
    assert lines[1]["leds"] == ["010203"] + ["000000"] * 11
    assert "leds_cmd" not in lines[2]
    for line in lines:
        schema.validate(line)


def test_a_repeated_sound_level_is_left_out_and_silence_is_written(path):
    def record(trace):
        for t_ms, level in ((0, (0, 0)), (20, (9, 30)), (40, (9, 30)), (60, (0, 0))):
            trace.sound(t_ms, *level)

    lines = written(path, record)
    assert [(x["t_ms"], x["sound_rms"], x["sound_peak"]) for x in lines] == [
        (20, 9, 30),
        (60, 0, 0),
    ]


def test_what_lasts_is_written_once_and_what_happens_each_time(path):
    def record(trace):
        for t_ms in (1, 2):
            trace.note(t_ms, {"mode": "idle"})
            trace.note(t_ms, {"flash": "start"})
        trace.note(3, {"mode": "idle", "state": "ritual"})

    lines = written(path, record)
    assert [line for line in lines if "mode" in line] == [{"t_ms": 1, "mode": "idle"}]
    assert sum("flash" in line for line in lines) == 2
    assert lines[-1] == {"t_ms": 3, "state": "ritual"}


def test_null_is_a_value_and_is_written_at_first(path):
    lines = written(path, lambda trace: [trace.put(0, wall=None), trace.put(1, wall=None)])
    assert lines == [{"t_ms": 0, "wall": None}]


def test_a_decision_keeps_its_reason_beside_it(path):
    def record(trace):
        trace.note(1, {"state": "idle"})
        trace.note(2, {"state": "idle", "why": "the room has been dark"})

    assert written(path, record)[1] == {"t_ms": 2, "state": "idle", "why": "the room has been dark"}


def test_the_skys_hash_stands_once_a_second(path, schema):
    def record(trace):
        for t_ms, second in ((999, -1), (1000, 1), (1033, 1), (2000, 2)):
            trace.sky(t_ms, second, 40 + second)

    lines = written(path, record)
    assert [(x["second"], x["sky_hash"]) for x in lines] == [(1, 41), (2, 42)]
    schema.validate(lines[0])


def test_a_long_run_reaches_the_disk_before_it_ends(path):
    trace = TraceWriter(path, make_header(Config()), flush_ms=1000).start()
    trace.put(0, rail=False)
    trace.put(1500, rail=True)
    assert len(path.read_text().splitlines()) == 3
    trace.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", r"x\.jsonl:2: not JSON"),
        ("[]", r"x\.jsonl:2: not an object"),
        ('{"t_ms":1.5,"rail":true}', "t_ms must be an integer"),
        ('{"rail":true}', "t_ms must be an integer"),
        ('{"t_ms":5}', "nothing beside t_ms"),
        ('{"t_ms":5,"rail":true}\n{"t_ms":4,"rail":false}', r"x\.jsonl:3: t_ms 4 is before 5"),
    ],
)
def test_a_bad_line_is_named_by_file_and_number(tmp_path, text, expected):
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(make_header(Config())) + "\n" + text + "\n")
    with pytest.raises(UserError, match=expected):
        list(read_trace(path))


def test_another_version_and_a_missing_header_are_refused(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({**make_header(Config()), "version": 2}) + "\n")
    with pytest.raises(UserError, match="version 2 is not 1"):
        list(read_trace(path))
    path.write_text('{"t_ms":0,"rail":true}\n')
    with pytest.raises(UserError, match="header lacks version"):
        list(read_trace(path))


def test_a_file_that_cannot_be_read_or_written_is_a_users_error(tmp_path):
    with pytest.raises(UserError, match="cannot be read"):
        list(read_trace(tmp_path / "absent.jsonl"))
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        TraceWriter(tmp_path / "file" / "pod-1.jsonl", {}).start()
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="not UTF-8"):
        list(read_trace(tmp_path / "binary"))


def test_the_public_examples_follow_the_schema(repo_root, schema):
    text = (repo_root / "docs" / "trace.md").read_text().split("## Scenario")[0]
    lines = [line for line in text.splitlines() if line.startswith("{")]
    assert len(lines) > 8
    for line in lines:
        schema.validate(json.loads(line))
