"""Files that only their owner may read, written whole or not at all."""

import os
import secrets
from pathlib import Path

from starlit.errors import UserError


def private_folder(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise UserError(
            f"cannot make {folder} ({error.strerror}): set STARLIT_HOME to a folder of yours"
        ) from None
    return folder


def write_private(path: Path, data: bytes) -> None:
    """Mode 0600 from the first byte, on disk before it takes the old file's place."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
