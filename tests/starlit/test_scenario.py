"""A scenario line says one thing, or is refused with its place and a remedy."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from starlit import scenario
from starlit.errors import UserError
from starlit.scenario import addressed_to, full_topic, parse_line, parse_lines, read_scenario

GOOD = [
    '{"t_ms":0,"switch":"out"}',
    '{"t_ms":0,"pod":"pod-1","button_ms":1200}',
    '{"t_ms":0,"heart_bpm":72}',
    '{"t_ms":0,"heart_bpm":null}',
    '{"t_ms":0,"heart":"open"}',
    '{"t_ms":0,"lux":3.5}',
    '{"t_ms":0,"link":"down"}',
    '{"t_ms":0,"topic":"a","payload":""}',
    '{"t_ms":0,"topic":"a","payload_b64":"AP8="}',
    '{"t_ms":0,"topic":"a","payload":"{}","sign":true,"nonce_age_ms":3000,"expiry_ms":-1}',
    '{"t_ms":0,"topic":"a","payload":"{}","sign":true,"version":4}',
    '{"t_ms":0,"set":{"armed":true,"profile":"adult","dawn":"06:30","share_heart":true,'
    '"calibration":{"transmission":0.03,"sound":{"full_scale_dba":60}}}}',
    '{"t_ms":0,"set":{"dawn":null}}',
    '{"t_ms":0,"wall":1767297600}',
    '{"t_ms":0,"wall":null}',
    '{"t_ms":0,"fault":"clock","step_ms":-3000}',
    '{"t_ms":0,"fault":"none"}',
    '{"t_ms":0,"reboot":true}',
    '{"t_ms":0,"host":"up"}',
]

BAD = [
    ("{", "not JSON"),
    ("[1]", "not an object"),
    ('{"t_ms":0}', "no action; add one of switch"),
    ('{"switch":"out"}', "t_ms is missing"),
    ('{"t_ms":-1,"switch":"out"}', "t_ms is -1; it should be greater than or equal to 0"),
    ('{"t_ms":1.5,"switch":"out"}', "t_ms is 1.5"),
    ('{"t_ms":true,"switch":"out"}', "t_ms is true"),
    ('{"t_ms":0,"swich":"out"}', "unknown key swich; did you mean switch"),
    ('{"t_ms":0,"switch":"out","podd":"pod-1"}', "unknown key podd; did you mean pod"),
    ('{"t_ms":0,"switch":"open"}', "switch is \"open\"; it should be 'out' or 'in'"),
    ('{"t_ms":0,"switch":"out","lux":1}', "two actions, switch and lux"),
    ('{"t_ms":0,"button_ms":0}', "button_ms is 0"),
    ('{"t_ms":0,"heart_bpm":"72"}', 'heart_bpm is "72"'),
    ('{"t_ms":0,"heart_bpm":5}', "heart_bpm is 5"),
    ('{"t_ms":0,"lux":NaN}', "lux"),
    ('{"t_ms":0,"topic":"a"}', "one of payload and payload_b64"),
    ('{"t_ms":0,"topic":"a","payload":"","payload_b64":""}', "one of payload and payload_b64"),
    ('{"t_ms":0,"topic":"a","payload_b64":"!"}', "not base64"),
    ('{"t_ms":0,"topic":"a","payload":"","version":3}', 'need "sign":true'),
    ('{"t_ms":0,"set":{"armd":true}}', "unknown key set.armd; did you mean armed"),
    ('{"t_ms":0,"set":{"armed":1}}', "set.armed is 1"),
    ('{"t_ms":0,"set":{"armed":null}}', "set.armed is null"),
    ('{"t_ms":0,"set":{"dawn":"25:00"}}', "set.dawn"),
    ('{"t_ms":0,"set":{"calibration":{"distance":1}}}', "did you mean distance_m"),
    ('{"t_ms":0,"fault":"fire"}', 'fault is "fire"'),
    ('{"t_ms":0,"fault":"clock"}', "step_ms"),
    ('{"t_ms":0,"fault":"hot","step_ms":1}', "step_ms"),
    ('{"t_ms":0,"reboot":false}', "reboot is false"),
]


@pytest.fixture(scope="module")
def schema(repo_root):
    path = repo_root / "host" / "starlit" / "schemas" / "scenario-1.schema.json"
    return Draft202012Validator(json.loads(path.read_text()))


@pytest.mark.parametrize("line", GOOD)
def test_every_action_is_understood_and_in_the_schema(line, schema):
    parse_line(line, "x:1")
    schema.validate(json.loads(line))


@pytest.mark.parametrize(("line", "expected"), BAD)
def test_a_bad_line_is_refused_with_place_and_remedy(line, expected):
    with pytest.raises(UserError) as caught:
        parse_line(line, "night.jsonl:12")
    message = str(caught.value)
    assert message.startswith("scenario night.jsonl:12: ")
    assert expected in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "line",
    [line for line, _ in BAD if line.startswith("{") and len(line) > 1 and "NaN" not in line
     and "!" not in line],
)  # fmt: skip
def test_the_schema_refuses_what_the_parser_refuses(line, schema):
    assert not schema.is_valid(json.loads(line))


WORDS = st.text('ab07:"\\\n\u00e9\ud800', max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from([*scenario.ACTIONS, "t_ms", "pod", "payload", "sign", "step_ms"])


@given(st.dictionaries(KEYS, JSON | st.just(0)))
def test_any_line_is_either_an_event_or_one_line_of_error(line):
    try:
        parse_line(json.dumps(line), "x:1")
    except UserError as error:
        assert "\n" not in str(error)


def test_a_line_nested_too_deep_is_no_json():
    with pytest.raises(UserError, match="not JSON"):
        parse_line("[" * 100_000, "x:1")


def test_lines_are_sorted_by_time_and_keep_their_order_within_it():
    lines = [
        '{"t_ms":9,"lux":1}', "", '{"t_ms":5,"lux":2}', '{"t_ms":9,"lux":3}', '{"t_ms":5,"lux":4}'
    ]  # fmt: skip
    assert [event.lux for event in parse_lines(lines, "x")] == [2, 4, 1, 3]


def test_an_unknown_pod_is_named_with_a_suggestion():
    with pytest.raises(UserError, match=r"scenario x:2: unknown pod pod1; did you mean pod-1\?"):
        parse_lines(["", '{"t_ms":0,"pod":"pod1","lux":1}'], "x", ["pod-1", "pod-2"])


def test_a_hand_sets_only_what_it_names():
    event = parse_line('{"t_ms":0,"set":{"dawn":null,"calibration":{"distance_m":1}}}', "x:1")
    assert event.settings == {"dawn": None, "calibration": {"distance_m": 1.0}}


def test_payloads_are_bytes():
    assert parse_line(GOOD[8], "x:1").data == b"\x00\xff"
    assert parse_line('{"t_ms":0,"topic":"a","payload":"\\ud800"}', "x:1").data


def test_short_topics_stand_under_the_cottage():
    assert full_topic("all/sky", "home") == "starlit/home/all/sky"
    assert full_topic("starlit/away/all/sky", "home") == "starlit/away/all/sky"
    assert addressed_to("starlit/home/pod/pod-2/set/play", "home", "pod-2")
    assert not addressed_to("starlit/home/pod/pod-2/set/play", "home", "pod-1")
    assert addressed_to("starlit/home/all/sky", "home", "pod-1")


def test_files_are_read_and_their_faults_named(tmp_path):
    path = tmp_path / "night.jsonl"
    path.write_text('{"t_ms":0,"lux":1}\n\n{"t_ms":0,"luxx":1}\n')
    with pytest.raises(UserError, match=r"night\.jsonl:3: unknown key luxx; did you mean lux"):
        read_scenario(path)
    path.write_text('{"t_ms":0,"lux":1}\n')
    assert isinstance(read_scenario(path)[0], scenario.Lux)
    path.write_bytes(b"\xff")
    with pytest.raises(UserError, match="not UTF-8"):
        read_scenario(path)
    with pytest.raises(UserError, match="cannot be read"):
        read_scenario(tmp_path / "absent")


def test_the_public_examples_are_good(repo_root):
    text = (repo_root / "docs" / "trace.md").read_text().split("## Scenario")[1]
    lines = [line for line in text.splitlines() if line.startswith("{")]
    assert len(parse_lines(lines, "docs/trace.md")) > 5
