"""The interpreters themselves: both are real MicroPython and run what CPython runs."""

import sys

import pytest

pytestmark = pytest.mark.micropython


@pytest.fixture(scope="module")
def probe(repo_root):
    return repo_root / "tests" / "micropython" / "scripts" / "probe.py"


@pytest.fixture(scope="module")
def expected(probe, run_cpython):
    return run_cpython(probe)


def test_the_unix_port_answers_as_cpython_does(probe, expected, run_micropython):
    assert run_micropython(probe) == expected


def test_the_webassembly_build_answers_as_cpython_does(probe, expected, run_wasm):
    assert run_wasm(probe) == expected


def test_an_exception_in_a_script_is_a_failure(tmp_path, run_micropython, run_wasm):
    script = tmp_path / "fails.py"
    script.write_text("raise ValueError('seen')\n")
    for run in (run_micropython, run_wasm):
        with pytest.raises(AssertionError, match="seen"):
            run(script)


def test_neither_is_cpython(tmp_path, run_micropython, run_wasm):
    script = tmp_path / "name.py"
    script.write_text("import sys\nprint(sys.implementation.name)\n")
    assert sys.implementation.name == "cpython"
    for run in (run_micropython, run_wasm):
        assert run(script) == "micropython\n"
