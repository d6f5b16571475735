"""The loops of a frame, bit for bit on every interpreter."""

import pytest

pytestmark = pytest.mark.micropython


@pytest.fixture(scope="module")
def script(repo_root):
    return repo_root / "tests" / "micropython" / "scripts" / "scene_digest.py"


@pytest.fixture(scope="module")
def expected(script, run_cpython):
    return run_cpython(script)


def test_every_loop_has_a_digest_of_its_own(expected):
    lines = expected.splitlines()
    assert len(lines) == len({line.split()[1] for line in lines}) == 5


def test_the_unix_port_draws_the_same(script, expected, run_micropython):
    assert run_micropython(script) == expected


def test_the_webassembly_build_draws_the_same(script, expected, run_wasm):
    assert run_wasm(script) == expected
