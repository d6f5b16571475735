"""Sound, bit for bit: plain kernels on every interpreter, and those in machine code."""

import pytest

pytestmark = pytest.mark.micropython


@pytest.fixture(scope="module")
def script(repo_root):
    return repo_root / "tests" / "micropython" / "scripts" / "sound_digest.py"


@pytest.fixture(scope="module")
def expected(script, run_cpython):
    return run_cpython(script, "plain")


def test_every_kind_has_a_digest_of_its_own(expected):
    lines = expected.splitlines()
    assert len(lines) == 9 and len({line.split()[1] for line in lines}) == 9


def test_the_unix_port_sounds_the_same(script, expected, run_micropython):
    assert run_micropython(script, "plain") == expected


def test_machine_code_sounds_the_same(script, expected, run_micropython):
    assert run_micropython(script, "viper") == expected


def test_the_webassembly_build_sounds_the_same(script, expected, run_wasm):
    assert run_wasm(script, "plain") == expected


def test_the_guards_loops_in_machine_code_are_the_plain_ones(repo_root, run_micropython):
    """Over blocks of every size of noise, full scale and silence."""
    twins = repo_root / "tests" / "micropython" / "scripts" / "guard_twins.py"
    said = run_micropython(twins)
    assert said.splitlines()[-1] == "equal 400"


def test_no_kind_of_sound_allocates_in_a_block(repo_root, run_micropython):
    said = run_micropython(repo_root / "tests" / "micropython" / "scripts" / "sound_heap.py")
    assert said.split() == ["plain", "viper"]
