"""The ring of keys opens the host's boxes on the real interpreter as it does here."""

import pytest

from starlit.trust.rotation import wrap

pytestmark = pytest.mark.micropython
SCRIPT = "tests/micropython/scripts/keys_digest.py"
POD_KEY, FIRST, SECOND = b"\x00" * 31 + b"p", b"\xff" * 32, b"\x00" * 16 + b"\xfe" * 16


def test_both_interpreters_take_the_same_keys(run_cpython, run_micropython):
    box = wrap(POD_KEY, "home/pod-1", 2, SECOND)
    bent = box[:-1] + ("0" if box[-1] != "0" else "1")
    given = (POD_KEY.hex(), FIRST.hex(), SECOND.hex(), box, bent)
    here, there = run_cpython(SCRIPT, *given), run_micropython(SCRIPT, *given)
    assert here == there
    lines = here.splitlines()
    assert lines[0].startswith("False False [1]") and lines[1].startswith("False False [1]")
    assert lines[2].startswith("True True [1, 2]")
    assert lines[4] == "[1, 2] ['keys', 'keys_old']"
    assert lines[6] == f"True True [2] {SECOND}" and lines[7] == "bad mac"
