"""Sound, bit for bit: on every interpreter, and with the machine code of a Pico's loops."""

import runpy
from types import SimpleNamespace

import pytest

from pod.guard import sound as guard_sound
from pod.sound import NAMES, layers, synth
from starlit.bench.loops import emulated

pytestmark = pytest.mark.micropython


@pytest.fixture(scope="module")
def script(repo_root):
    return repo_root / "tests" / "micropython" / "scripts" / "sound_digest.py"


@pytest.fixture(scope="module")
def expected(script, run_cpython):
    return run_cpython(script)


def test_every_kind_has_a_digest_of_its_own(expected):
    lines = expected.splitlines()
    assert len(lines) == 9 and len({line.split()[1] for line in lines}) == 9


def test_the_unix_port_sounds_the_same(script, expected, run_micropython):
    assert run_micropython(script) == expected


def test_a_picos_machine_code_sounds_the_same(script, expected, monkeypatch, capsys):
    """Its loops on an emulated Cortex-M0, all around them on this Python."""
    loops, voices, guard_loops = (
        SimpleNamespace(**emulated(module))
        for module in ("sound.kernel", "sound.voice_kernel", "guard.sound_kernel")
    )
    monkeypatch.setattr(layers, "kernel", loops)
    monkeypatch.setattr(layers, "voice_kernel", voices)
    monkeypatch.setattr(synth, "voice_kernel", voices)
    monkeypatch.setattr(guard_sound, "kernel", guard_loops)
    monkeypatch.setattr(synth, "clear", guard_loops.clear)
    runpy.run_path(str(script))
    assert capsys.readouterr().out == expected


def test_the_webassembly_build_sounds_the_same(script, expected, run_wasm):
    assert run_wasm(script) == expected


def test_no_kind_of_sound_allocates_in_a_block(repo_root, run_micropython):
    said = run_micropython(repo_root / "tests" / "micropython" / "scripts" / "sound_heap.py")
    assert said.split() == list(NAMES[1:-1])
