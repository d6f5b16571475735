"""JSON text that is the same on every interpreter."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from pod import jsontext

PLAIN = st.text("abcxyz_-0189", max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PLAIN, inner, max_size=4),
)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(VALUES)
def test_it_reads_back_with_sorted_keys(value):
    text = jsontext.dumps(value)
    assert json.loads(text) == value
    assert text == json.dumps(value, sort_keys=True, separators=(",", ":"))
