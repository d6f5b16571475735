"""A pod on the real interpreter under hostile messages: nothing raised, and memory flat."""

import pytest

pytestmark = pytest.mark.micropython

INPUTS = 12_000
GROWTH_BYTES = 4096  # a longer event or a wider number in a bounded store; no list that grows


@pytest.fixture(scope="module")
def told(repo_root, run_micropython):
    script = repo_root / "tests" / "micropython" / "scripts" / "hostile_link.py"
    said = run_micropython(script, str(INPUTS))
    return {line.split()[0]: [int(n) for n in line.split()[1:]] for line in said.splitlines()}


def test_every_message_is_survived_and_the_bad_ones_counted(told):
    assert told["inputs"] == [INPUTS]
    assert INPUTS // 2 < told["refused"][0] < INPUTS


def test_memory_is_flat_over_all_of_them(told):
    used = told["used"][2:]  # after the first fifth every bounded store is full
    assert max(used) - min(used) <= GROWTH_BYTES, told["used"]
