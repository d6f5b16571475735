"""The clock on the real interpreters: the same time and the same stated error, to the bit."""

import pytest

pytestmark = pytest.mark.micropython


@pytest.fixture(scope="module")
def script(repo_root):
    return repo_root / "tests" / "micropython" / "scripts" / "time_digest.py"


@pytest.fixture(scope="module")
def told(script, run_cpython):
    return run_cpython(script)


def test_three_hours_meet_a_wrap_and_three_jumps(told):
    assert [line.split()[3] for line in told.splitlines()] == ["1", "2", "3"]


def test_the_unix_port_tells_the_same_time(script, told, run_micropython):
    assert run_micropython(script) == told


def test_webassembly_tells_the_same_time(script, told, run_wasm):
    assert run_wasm(script) == told
