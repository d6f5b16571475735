"""A board with MicroPython at a serial port, driven by mpremote's transport.

What is sent goes over the wire, never into a command line; nothing of it is printed.
"""

import base64
import contextlib
import errno
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from starlit.errors import UserError
from starlit.flash.uf2 import MICROPYTHON

MISSING = "mpremote is not installed: pip install 'starlit-cottage[host]', or `make setup`"
_ASK = """
import sys, json, gc, os
v = sys.implementation
gc.collect()
s = os.statvfs('/')
print(json.dumps({'version': list(v.version[:3]), 'machine': v._machine,
 'mpy': getattr(v, '_mpy', 0), 'mem_free': gc.mem_free(), 'flash_free': s[0] * s[3]}))
"""
_MEMORY = """
import sys, json, gc
gc.collect()
print(json.dumps(['/rom' in sys.path, gc.mem_free()]))
"""
# As pod.body.pico.marks says it: a reset that is meant, so that the pod takes it for no crash.
_RESTART = """
import machine, sys
at = 0x400d800c if 'RP2350' in sys.implementation._machine else 0x4005800c
machine.mem32[at] = 0x2a5a0100
machine.reset()
"""
_PIECE = 1536
_ENTER_S = 10.0
_START_S = 60.0  # with a program written into ROM: 40 erases of 0.4 s at most, and what is unpacked
_OPEN = """
import os
from binascii import a2b_base64 as a
p = ''
for d in {path!r}.split('/')[1:-1]:
    p += '/' + d
    try:
        os.mkdir(p)
    except OSError:
        pass
f = open({path!r}, 'wb')
w = f.write
"""
_HASH = """
import hashlib
f.close()
h = hashlib.sha256()
f = open({path!r}, 'rb')
b = f.read(512)
while b:
    h.update(b)
    b = f.read(512)
f.close()
print('"' + h.digest().hex() + '"')
"""
# Index is bits 10 to 15 of sys.implementation._mpy (MicroPython documentation, '.mpy files').
_ARCHES = (
    None, "x86", "x64", "armv6", "armv6m", "armv7m", "armv7em", "armv7emsp", "armv7emdp",
    "xtensa", "xtensawin", "rv32imc",
)  # fmt: skip


@dataclass(frozen=True)
class Memory:
    """After a start, with nothing of the program loaded."""

    from_flash: bool  # the program's code takes none of it
    free_bytes: int


class Board:
    """Use as a context manager: raw REPL, whatever ran is interrupted. One that has just started
    may take `tries` to answer."""

    def __init__(self, port: str, tries: int = 1):
        self.port = port
        self._tries = tries
        self.about: dict[str, Any] = {}
        self._transport: Any = None

    def __enter__(self) -> Self:
        try:
            from mpremote.transport import TransportError
            from mpremote.transport_serial import SerialTransport
        except ImportError:
            raise UserError(MISSING) from None
        try:
            self._transport = SerialTransport(self.port, timeout=10)
        except (TransportError, OSError):
            raise _why_closed(self.port) from None
        for _ in range(self._tries):
            with contextlib.suppress(TransportError, OSError):
                self._enter(_ENTER_S)
                self.about = self.ask(_ASK)
                return self
        self.close()
        raise UserError(
            f"{self.port}: no MicroPython answers there; unplug the board, plug it in again, or "
            "give it MicroPython with --uf2"
        )

    def start_anew(self) -> None:
        """A soft reset: `boot.py` runs, `main.py` does not."""
        from mpremote.transport import TransportError

        try:
            self._enter(_START_S)
        except (TransportError, OSError) as error:
            raise self._lost(error) from None

    def _enter(self, timeout_s: float) -> None:
        with contextlib.redirect_stdout(io.StringIO()):  # mpremote prints what it reads
            self._transport.enter_raw_repl(timeout_overall=timeout_s)

    def memory(self) -> Memory:
        return Memory(*self.ask(_MEMORY))

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._transport is not None:
            with contextlib.suppress(Exception):
                self._transport.close()
            self._transport = None

    @property
    def version(self) -> str:
        return ".".join(map(str, self.about["version"]))

    @property
    def arch(self) -> str:
        number = self.about["mpy"] >> 10
        return (_ARCHES[number] if number < len(_ARCHES) else None) or "bytecode"

    @property
    def mpy(self) -> str:
        return f"{self.about['mpy'] & 0xFF}.{self.about['mpy'] >> 8 & 3}"

    def check(self) -> None:
        """That a pod can run here."""
        if tuple(self.about["version"][:2]) < MICROPYTHON:
            raise UserError(
                f"{self.port}: MicroPython {self.version}; a pod needs "
                f"{'.'.join(map(str, MICROPYTHON))} or newer: give it one with --uf2"
            )
        machine = self.about["machine"]
        if "Pico" not in machine or " W" not in machine:
            raise UserError(
                f"{self.port}: {machine}; a pod is a Raspberry Pi Pico W or Pico 2 W with the "
                "firmware of that board"
            )

    def run(self, script: str, timeout_s: float = 20.0) -> str:
        """What the script prints; a UserError with its last line where it raises."""
        from mpremote.transport import TransportError

        try:
            out, err = self._transport.exec_raw(script, timeout=timeout_s)
        except (TransportError, OSError, TypeError) as error:
            raise self._lost(error) from None
        if err:
            raise UserError(f"{self.port}: {err.decode(errors='replace').strip().splitlines()[-1]}")
        return str(out.decode(errors="replace"))

    def ask(self, script: str, timeout_s: float = 20.0) -> Any:
        """The last line that the script prints, as JSON."""
        lines = self.run(script, timeout_s).strip().splitlines()
        try:
            return json.loads(lines[-1])
        except (IndexError, ValueError):
            raise UserError(f"{self.port}: the board answers nonsense; plug it in again") from None

    def put(self, path: str, data: bytes, progress: Callable[[int], None] | None = None) -> None:
        """A file, read back by its hash."""
        self.run(_OPEN.format(path=path))
        for at in range(0, len(data), _PIECE):
            # As base64: a third of what mpremote's own `fs_writefile` sends for a compiled file.
            text = base64.b64encode(data[at : at + _PIECE]).decode()
            self.run(f"w(a('{text}'))")
            if progress:
                progress(min(at + _PIECE, len(data)))
        if self.ask(_HASH.format(path=path)) != hashlib.sha256(data).hexdigest():
            raise UserError(f"{self.port}: {path} is not what was written: the flash fails")

    def restart(self) -> None:
        """Into what is on its flash now; the port goes away for a moment."""
        with contextlib.suppress(Exception):
            self._transport.exec_raw_no_follow(_RESTART)
        self.close()

    def bootloader(self) -> None:
        """Into BOOTSEL mode, without a hand."""
        with contextlib.suppress(Exception):
            self._transport.exec_raw_no_follow("import machine\nmachine.bootloader()")
        self.close()

    def _lost(self, error: Exception) -> UserError:
        text = str(error)
        if "ENOSPC" in text or getattr(error, "errno", None) == errno.ENOSPC:
            return UserError(f"{self.port}: the board's flash is full: start again with --erase")
        return UserError(f"{self.port}: the board went away: plug it in again and start again")


def _why_closed(port: str) -> UserError:
    """Opens it once more for the reason that mpremote keeps to itself."""
    import serial

    try:
        serial.serial_for_url(port, exclusive=True).close()
    except (OSError, ValueError) as error:
        number = getattr(error, "errno", None)
        text = str(error)
        if number in (errno.EACCES, errno.EPERM) or "Permission denied" in text:
            return UserError(
                f"{port}: permission denied; on Linux: sudo usermod -aG dialout $USER, then log "
                "out and in"
            )
        if number in (errno.EBUSY, errno.EAGAIN) or "lock" in text or "busy" in text:
            return UserError(f"{port}: another program has it open (Thonny, mpremote?): close that")
        if number == errno.ENOENT or "No such file" in text:
            return UserError(f"{port}: there is no such port; plug the board in, or leave --port")
        return UserError(f"{port}: {text}")
    return UserError(f"{port}: cannot be opened; unplug the board and plug it in again")
