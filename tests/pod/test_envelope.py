"""The signed envelope: what was sealed opens, nothing else does, nothing else is raised."""

import hashlib
import hmac
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pod.envelope import TEST_KEY, EnvelopeError, hmac_sha256, open_envelope, same, seal

TOPIC = "starlit/home/pod/pod-1/set/play"
HYPOTHESIS = settings(max_examples=200, deadline=None, derandomize=True, database=None)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


def refusal(payload, topic=TOPIC, key=TEST_KEY):
    with pytest.raises(EnvelopeError) as caught:
        open_envelope(key, topic, payload)
    return caught.value.args[0]


@HYPOTHESIS
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_the_mac_is_hmac_sha256(key, message):
    assert hmac_sha256(key, message) == hmac.new(key, message, hashlib.sha256).digest()


@HYPOTHESIS
@given(
    st.dictionaries(st.text(max_size=5), JSON, max_size=4),
    st.text(max_size=10),
    st.integers(0, 2**39),
)
def test_what_was_sealed_opens(body, nonce, expiry_s):
    text = json.dumps(body)
    opened = open_envelope(
        TEST_KEY, TOPIC, seal(TEST_KEY, TOPIC, text, nonce=nonce, expiry_s=expiry_s)
    )
    assert (opened.nonce, opened.version, opened.expiry_s) == (nonce, None, expiry_s)
    assert json.dumps(opened.body) == json.dumps(json.loads(text))


def test_another_topic_key_or_byte_does_not_open():
    payload = seal(TEST_KEY, TOPIC, '{"do":"goodnight"}', nonce="n")
    assert refusal(payload, topic=TOPIC + "x") == "bad mac"
    assert refusal(payload, key=b"another") == "bad mac"
    assert refusal(payload.replace(b"goodnight", b"goodnite ")) == "bad mac"
    assert refusal(payload.replace(b'"expiry_s":0', b'"expiry_s":1')) == "bad mac"


@HYPOTHESIS
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_with_a_reason(payload):
    assert isinstance(refusal(payload), str)


@HYPOTHESIS
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "nonce": JSON, "version": JSON, "expiry_s": JSON | st.just(0),
            "body": JSON | st.just("{}"),
            "mac": JSON | st.text(min_size=64, max_size=64) | st.just("\ud800" * 64),
        },
    )
)  # fmt: skip
def test_any_json_is_refused_with_a_reason(fields):
    assert isinstance(refusal(json.dumps(fields).encode()), str)


@pytest.mark.parametrize("where", ("nonce", "body", "mac"))
def test_half_a_character_is_refused(where):
    fields = {"nonce": "n", "expiry_s": 0, "body": "{}", "mac": "0" * 64}
    fields[where] = "\ud800" * 64
    assert isinstance(refusal(json.dumps(fields).encode()), str)


def test_a_body_that_is_no_object_is_refused():
    for text in ("[]", "1", "null", '"x"', "{", ""):
        assert refusal(seal(TEST_KEY, TOPIC, text, nonce="n")).startswith("body is not")


def test_versions_are_whole_numbers_and_stand_alone():
    for version in (-1, 1 << 40, True, 1.0, "1", None):
        assert refusal(seal(TEST_KEY, TOPIC, "{}", version=version)) in ("bad version", "not JSON")
    both = json.loads(seal(TEST_KEY, TOPIC, "{}", version=1))
    both["nonce"] = "1"
    assert refusal(json.dumps(both).encode()) == "needs a nonce or a version"


def test_a_long_payload_is_not_even_read():
    assert refusal(b"{" + b" " * 5000 + b"}") == "too long"


def test_deep_nesting_is_refused():
    assert refusal(b"[" * 4000) == "not JSON"
    assert refusal(seal(TEST_KEY, TOPIC, "[" * 3000, nonce="n")) == "body is not JSON"


def test_same_compares():
    assert same("abc", "abc") and not same("abc", "abd") and not same("abc", "ab")
