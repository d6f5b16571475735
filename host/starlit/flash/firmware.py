"""MicroPython onto the board: its UF2 copied to the BOOTSEL drive, which then restarts."""

import contextlib
import errno
import os
from collections.abc import Callable
from pathlib import Path

from starlit.errors import UserError
from starlit.flash.find import HOLD, Drive
from starlit.flash.uf2 import Image

_PIECE = 64 * 1024
_NAME = "firmware.uf2"


def fits(image: Image, drive: Drive) -> None:
    if image.chip != drive.chip:
        other = "RPI_PICO2_W" if drive.chip == "RP2350" else "RPI_PICO_W"
        raise UserError(
            f"{image.path}: for {image.chip}, but the board at {drive.path} has {drive.chip}: "
            f"take the UF2 of {other}"
        )


def copy(image: Image, drive: Drive, progress: Callable[[int], None]) -> None:
    """Byte by byte of the file; the board restarts by itself at the last block."""
    data = image.path.read_bytes()
    target = drive.path / _NAME
    done = 0
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        try:
            while done < len(data):
                done += os.write(descriptor, data[done : done + _PIECE])
                if done < len(data):
                    os.fsync(descriptor)
                progress(done)
        finally:
            _close(descriptor, done == len(data))
    except OSError as error:
        raise _failed(error, drive.path, done, len(data)) from None


def _close(descriptor: int, whole: bool) -> None:
    """With the last block the board restarts, and its drive is gone: that is no error."""
    with contextlib.suppress(OSError):
        if whole:
            os.fsync(descriptor)
    with contextlib.suppress(OSError):
        os.close(descriptor)


def _failed(error: OSError, path: Path, done: int, total: int) -> UserError:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return UserError(
            f"{path}: {error.strerror}; it is mounted for somebody else or read-only: mount it as "
            "yourself (open it in the file manager)"
        )
    return UserError(
        f"{path}: the drive went away after {done:,} of {total:,} bytes ({error.strerror}): "
        f"{HOLD}, and start again: nothing is broken"
    )
