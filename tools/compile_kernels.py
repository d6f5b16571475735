"""Machine code for the Pico from device/native: writes the modules `*_kernel_thumb.py` of the pod.

`make kernels`, with arm-none-eabi-gcc in the path; `--check` only says whether what is committed is
what this compiler makes. Another version makes other code that does the same. Each exported
function becomes one in MicroPython's inline assembler: a call into its words, which need no address
to run at, and a jump behind them (by `bl`, which reaches further than `b`). The places in its
arrays come from the Python module that names them, so no number stands twice.
"""

import ast
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
NATIVE, POD = ROOT / "device" / "native", ROOT / "device" / "pod"
GCC, OBJCOPY, NM = "arm-none-eabi-gcc", "arm-none-eabi-objcopy", "arm-none-eabi-nm"
# Thumb of an RP2040, which an RP2350 runs as well; no constants beside the code, as nobody knows
# how it will be aligned.
FLAGS = (
    "-mcpu=cortex-m0plus", "-mthumb", "-mpure-code", "-ffreestanding", "-fno-jump-tables",
    "-fno-toplevel-reorder", "-ffunction-sections", "-std=c11", "-Wall", "-Wextra", "-Werror",
    "-fwrapv", "-nostdlib",
    # What is left in a bundle is packed, and packs better where code stays as it was written.
    "-fno-schedule-insns2", "-fno-tree-loop-optimize", "-fno-expensive-optimizations",
    "-fno-move-loop-invariants", "-fno-reorder-blocks",
)  # fmt: skip


class Kernel(NamedTuple):
    source: str
    module: str  # below `POD`
    places: tuple[str, ...]  # modules below `POD` whose numbers it knows
    functions: dict[str, int]  # exported -> number of arguments
    optimize: str = "-Os"


KERNELS = (
    Kernel(
        "guard_light.c", "guard/light_kernel_thumb.py", ("guard/light_state.py",),
        {"age": 2, "move": 3, "least": 3},
    ),
    Kernel(
        "guard_sound.c", "guard/sound_kernel_thumb.py", ("guard/sound_state.py", "guard/limits.py"),
        {"block": 4, "clear": 1}, "-O2",  # three loops over 320 samples: a sixth faster
    ),
    Kernel(
        "voice.c", "sound/voice_kernel_thumb.py", ("sound/__init__.py", "sound/voice_state.py"),
        {"sway": 1, "level": 2, "draw": 2},
    ),
    Kernel(
        "scene.c", "scene_kernel_thumb.py", ("scene_state.py",),
        {"look": 4, "spot": 4, "paint": 3, "settle": 3, "layer": 4},
    ),
    Kernel(
        "sky.c", "sky_kernel_thumb.py", ("scene_state.py", "sky_kernel.py"),
        {"advance": 4},
    ),
)  # fmt: skip

_HEAD = '''"""Made by `make kernels` from device/native/{source}, with GCC {gcc}: change that."""

# mypy: ignore-errors
import micropython
'''
_FUNCTION = """

@micropython.asm_thumb
def {name}({arguments}):
    bl(CODE)
    bl(END)
    label(CODE)
{words}
    label(END)
"""
_SCRIPT = "SECTIONS {{ .text 0 : {{ *(.text.{name}) *(.text.*) }} /DISCARD/ : {{ *(*) }} }}"


def numbers(path: Path) -> dict[str, int]:
    """`NAME = const(1)` of a module, and `NAME = 1`."""
    found = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = node.value.args[0] if isinstance(node.value, ast.Call) else node.value
            if isinstance(value, ast.Constant) and isinstance(value.value, int):
                found[node.targets[0].id] = value.value
    return found


def machine_code(kernel: Kernel, name: str, folder: Path) -> bytes:
    """Of one function and all that it calls; it begins at the first byte."""
    program, script, code = folder / "a.elf", folder / "a.ld", folder / "a.bin"
    script.write_text(_SCRIPT.format(name=name))
    known: dict[str, int] = {}
    for place in kernel.places:
        known |= numbers(POD / place)
    defines = [f"-D{key}={value}" for key, value in known.items() if not key.startswith("_")]
    link = [f"-Wl,-T,{script}", f"-Wl,-e,{name}", "-Wl,--gc-sections", "-Wl,--build-id=none"]
    source = str(NATIVE / kernel.source)
    _run([GCC, kernel.optimize, *FLAGS, *defines, *link, "-o", str(program), source])
    _run([OBJCOPY, "-O", "binary", "-j", ".text", str(program), str(code)])
    return code.read_bytes()


def module(kernel: Kernel) -> str:
    text = _HEAD.format(source=kernel.source, gcc=_run([GCC, "-dumpfullversion"]).strip())
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments in kernel.functions.items():
            registers = ", ".join(f"r{i}" for i in range(arguments))
            words = _words(machine_code(kernel, name, Path(folder)))
            text += _FUNCTION.format(name=name, arguments=registers, words=words)
    return text


def _words(code: bytes) -> str:
    code += b"\0" * (len(code) % 2)
    words = [f"{code[i] | code[i + 1] << 8:#x}" for i in range(0, len(code), 2)]
    lines = [", ".join(words[i : i + 10]) for i in range(0, len(words), 10)]
    return "\n".join(f"    data(2, {line})" for line in lines)


def _run(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        sys.exit(f"{command[0]} is not here: install GCC for ARM (gcc-arm-none-eabi)")
    if done.returncode:
        sys.exit(f"{command[0]}: {done.stderr.strip()}")
    return done.stdout


def main() -> None:
    check = "--check" in sys.argv[1:]
    stale = []
    for kernel in KERNELS:
        path, text = POD / kernel.module, module(kernel)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path.relative_to(ROOT)))
            if not check:
                path.write_text(text, encoding="utf-8")
    print("\n".join(stale) if stale else "nothing changed")
    if check and stale:
        sys.exit(1)


if __name__ == "__main__":
    main()
