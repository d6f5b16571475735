"""A bundle's steps leave the inline assembler alone, and each processor gets its twin."""

import pytest

from starlit.bundle.programs import left_out, twins_for

LOOP = """
import micropython
END = 320

@micropython.asm_thumb
def mix(r0, r1):
    \"\"\"Registers, labels and instructions have names of other things.\"\"\"
    mov(r2, 3)
    label(END)
    ldrh(r3, [r0, 2])
    and_(r3, r2)
    sub(r2, 1)
    bne(END)
    push({r4, r5})
    data(2, 0xBF00, 1)

def and_(r2, mov):
    return mix(r2, mov) + END

def go(r0):
    label = and_(r0, 2)
    return label, and_(label, r0)
"""
INSIDE = """
    mov(r2, 3)
    label(END)
    ldrh(r3, [r0, 2])
    and_(r3, r2)
    sub(r2, 1)
    bne(END)
    push({r4, r5})
    data(2, 48896, 1)
"""


def test_registers_labels_and_instructions_keep_their_names(joined):
    source = joined({"m.py": LOOP}, {"pod.all": ["pod.m:go"]}).sources["pod.all"]
    head, _, rest = source.partition("(r0, r1):\n")
    assert head.startswith("@micropython.asm_thumb\ndef ") and "import" not in head
    assert INSIDE in "\n" + rest and "320" in rest


def test_a_function_in_assembler_is_called_by_its_short_name(joined):
    source = joined({"m.py": LOOP}, {"pod.all": ["pod.m:go"]}).sources["pod.all"]
    short = source.partition("def ")[2].partition("(")[0]
    assert short != "mix" and f"return {short}(" in source


def test_one_that_nobody_calls_stays_out(joined):
    unused = LOOP + "\n@micropython.asm_thumb\ndef unused(r0):\n    add(r0, 1)\n"
    found = joined({"m.py": unused}, {"pod.all": ["pod.m:go"]})
    assert "pod.m:unused" in found.unused and "add(" not in found.sources["pod.all"]


@pytest.fixture
def package(tmp_path):
    for name in ("a", "a_viper", "a_thumb", "b", "b_viper", "c", "c_thumb", "d"):
        (tmp_path / "pod" / "part").mkdir(parents=True, exist_ok=True)
        (tmp_path / "pod" / "part" / f"{name}.py").touch()
    return tmp_path / "pod"


@pytest.mark.parametrize(
    "arch, taken",
    [
        ("armv6m", {"a_thumb", "b_viper", "c_thumb", "d"}),
        ("armv7emsp", {"a_thumb", "b_viper", "c_thumb", "d"}),
        ("x64", {"a_viper", "b_viper", "c", "d"}),
        ("xtensawin", {"a_viper", "b_viper", "c", "d"}),
        ("bytecode", {"a", "b", "c", "d"}),
    ],
)
def test_of_several_twins_a_processor_gets_the_best_that_it_runs(package, arch, taken):
    without = left_out(package, twins_for(arch))
    assert {path.stem for path in package.rglob("*.py")} - {
        name.rpartition(".")[2] for name in without if name.startswith("pod.part.")
    } == taken
