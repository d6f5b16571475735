"""The inline assembler's machine code, taken out of an .mpy and run on an emulated Cortex-M0."""

from array import array

import pytest

from starlit.bench.cortex import Broken, Cortex, cycles
from starlit.bench.mpy import machine_code

HEAD = "import micropython\n\n"
TOTAL = """
@micropython.asm_thumb
def total(r0, r1):
    mov(r2, 0)
    label(NEXT)
    ldr(r3, [r0, 0])
    add(r2, r2, r3)
    str(r2, [r0, 0])
    add(r0, 4)
    sub(r1, 1)
    bne(NEXT)
    mov(r0, r2)

def between(x):
    return lambda: x

@micropython.asm_thumb
def negated(r0):
    neg(r0, r0)
"""


@pytest.fixture
def made(tmp_path):
    def make(text, arch="armv6m"):
        (tmp_path / "m.py").write_text(HEAD + text)
        return machine_code(tmp_path / "m.py", arch)

    return make


@pytest.fixture
def one(made):
    """A function of these instructions."""

    def make(*instructions, counted=False):
        body = "".join(f"    {line}\n" for line in instructions)
        text = f"@micropython.asm_thumb\ndef f(r0, r1, r2, r3):\n{body}"
        return Cortex(made(text)["f"], counted)

    return make


@pytest.mark.parametrize("arch", ["armv6m", "armv7emsp"])
def test_each_function_is_found_by_its_name(made, arch):
    code = made(TOTAL, arch)
    assert list(code) == ["total", "negated"]
    assert Cortex(code["negated"])(7) == -7


def test_arrays_are_changed_in_place_and_words_come_back_with_their_sign(made):
    words = array("i", [5, -7, 1000, -(1 << 30)])
    assert Cortex(made(TOTAL)["total"])(words, 4) == 998 - (1 << 30)
    assert list(words) == [5, -2, 998, 998 - (1 << 30)]


def test_an_array_that_is_given_twice_is_one_array(one):
    move = one("ldrh(r2, [r0, 0])", "strh(r2, [r1, 2])", "ldrh(r3, [r0, 2])", "strh(r3, [r0, 4])")
    both = array("h", [-3, 0, 0])
    move(both, both)
    assert list(both) == [-3, -3, -3]


def test_cycles_and_instructions_are_counted(made):
    counted = Cortex(made(TOTAL)["total"], counted=True)
    counted(array("i", [1] * 10), 10)
    # push and pop of six with pc; of ten turns nine jump; two moves.
    assert counted.count.cycles == 7 + 1 + 10 * (2 + 1 + 2 + 1 + 1 + 1) + 9 + 1 + 9
    assert counted.count.instructions == 2 + 2 + 10 * 6


@pytest.mark.parametrize(
    "code, expected",
    [(0x4348, 1), (0x6808, 2), (0x5E50, 2), (0x4800, 2), (0xC8F0, 5), (0xB5F2, 7), (0xBDF2, 9),
     (0xB404, 2), (0xE7FE, 2), (0x4770, 2), (0xD1FC, 1)],
)  # fmt: skip
def test_an_instruction_takes_what_the_data_sheet_says(code, expected):
    assert cycles(code) == expected


@pytest.mark.parametrize(
    "instructions, why",
    [
        (["strh(r1, [r0, 4])"], "outside"),
        (["mov(r2, 4)", "sub(r0, r0, r2)", "str(r1, [r0, 0])"], "outside"),
        (["mov(r8, r1)"], "register"),
        (["push({r1})", "pop({r4})", "label(A)", "b(A)"], "still running"),
    ],
)
def test_what_compiled_code_relies_on_is_checked(one, instructions, why):
    with pytest.raises(Broken, match=why):
        one(*instructions)(array("h", [0, 0]), 7)


@pytest.mark.parametrize("opcode", ["0xF240, 0x0001", "0xFB90, 0xF0F1"], ids=["movw", "sdiv"])
def test_what_a_cortex_m0_does_not_have_is_refused(one, opcode):
    from unicorn import UcError

    with pytest.raises(UcError):
        one(f"data(2, {opcode})")(1, 1)


@pytest.mark.parametrize("opcode", ["0xB108", "0xBF08"], ids=["cbz", "it"])
def test_what_the_emulator_overlooks_is_refused_where_it_is_counted(one, opcode):
    with pytest.raises(Broken, match="not of ARMv6-M"):
        one(f"data(2, {opcode})", counted=True)(1, 1)
