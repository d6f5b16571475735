"""UF2 firmware images: whole, for which chip, and which MicroPython is in them.

Format and family ids: the UF2 specification (github.com/microsoft/uf2, README and
utils/uf2families.json) and RP2350 data sheet, 5.5.3.
"""

import re
import struct
from dataclasses import dataclass
from pathlib import Path

from starlit.errors import UserError

BLOCK = 512
_START0, _START1, _END = 0x0A324655, 0x9E5D5157, 0x0AB16F30
_HEAD = struct.Struct("<8I")
_NOT_MAIN_FLASH, _HAS_FAMILY = 0x0001, 0x2000
_PAYLOAD_MAX = 476

RP2040, RP2350 = 0xE48BFF56, 0xE48BFF59
CHIPS = {RP2040: "RP2040", RP2350: "RP2350"}
_OTHERS = {
    0xE48BFF5A: "RP2350 in RISC-V mode",
    0xE48BFF5B: "RP2350 in its non-secure mode",
    0xE48BFF58: "RP2xxx data",
}
# A block that an RP2350 image may begin with, because of its erratum E10: no firmware in it.
_ABSOLUTE = 0xE48BFF57
_SIZE_MAX = 16 << 20

MICROPYTHON = (1, 27)
# As MicroPython prints them: `MicroPython v1.28.0 on 2026-04-06; Raspberry Pi Pico W with RP2040`.
_VERSION = re.compile(rb"v?(\d+)\.(\d+)(?:\.(\d+))?(?:-[\w.-]+)? on \d{4}-\d\d-\d\d")
_BOARD = re.compile(rb"Raspberry Pi Pico(?: ?2)?(?: W)?(?= with RP2|\x00)")


@dataclass(frozen=True)
class Image:
    """`chip`: RP2040 or RP2350. `board` as the firmware names it."""

    path: Path
    chip: str
    micropython: str
    board: str
    bytes: int


def read_uf2(path: Path) -> Image:
    """A UserError for whatever is not MicroPython 1.27 or newer for a Pico with Wi-Fi."""
    try:
        data = path.read_bytes() if path.stat().st_size <= _SIZE_MAX else b""
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}; name a MicroPython UF2 with --uf2") from None
    family, flash = _content(path, data)
    version, board = _version(path, flash), _board(path, flash)
    return Image(path, CHIPS[family], version, board, len(data))


def _content(path: Path, data: bytes) -> tuple[int, bytes]:
    """Family and content, in the order of addresses; every block has to be there once."""
    if not data or len(data) % BLOCK:
        raise UserError(f"{path}: cut short or no UF2 file; download it again")
    families: dict[int, dict[int, bytes]] = {}
    totals: dict[int, set[int]] = {}
    for at in range(0, len(data), BLOCK):
        block = data[at : at + BLOCK]
        start0, start1, flags, address, size, number, total, family = _HEAD.unpack_from(block)
        end = struct.unpack_from("<I", block, BLOCK - 4)[0]
        if (start0, start1, end) != (_START0, _START1, _END) or size > _PAYLOAD_MAX:
            raise UserError(f"{path}: block {at // BLOCK} is no UF2 block; download it again")
        if flags & _NOT_MAIN_FLASH:
            continue
        family = family if flags & _HAS_FAMILY else 0
        blocks = families.setdefault(family, {})
        if number in blocks:
            raise UserError(f"{path}: block {number} is there twice; download it again")
        blocks[number] = struct.pack("<I", address) + block[32 : 32 + size]
        totals.setdefault(family, set()).add(total)
    families.pop(_ABSOLUTE, None)
    family = _one_family(path, families)
    blocks = families[family]
    if totals[family] != {len(blocks)} or set(blocks) != set(range(len(blocks))):
        raise UserError(
            f"{path}: {len(blocks)} of {max(totals[family])} blocks are there; download it again"
        )
    return family, _joined(blocks)


def _joined(blocks: dict[int, bytes]) -> bytes:
    pieces = sorted((struct.unpack_from("<I", one)[0], one[4:]) for one in blocks.values())
    return b"".join(piece for _, piece in pieces)


def _one_family(path: Path, families: dict[int, dict[int, bytes]]) -> int:
    wanted = [family for family in families if family in CHIPS]
    if len(families) == 1 and wanted:
        return wanted[0]
    names = [_OTHERS.get(f, f"family {f:#010x}") for f in families if f not in CHIPS]
    what = ", ".join(names) or "several chips"
    raise UserError(
        f"{path}: for {what}; a pod is a Pico W (RP2040) or Pico 2 W (RP2350, ARM): take the UF2 "
        "of RPI_PICO_W or RPI_PICO2_W"
    )


def _version(path: Path, flash: bytes) -> str:
    found = _VERSION.search(flash)
    if found is None:
        raise UserError(f"{path}: there is no MicroPython in it; take the UF2 of RPI_PICO_W")
    version = tuple(int(part or 0) for part in found.groups())
    text = ".".join(map(str, version))
    if version[:2] < MICROPYTHON:
        raise UserError(
            f"{path}: MicroPython {text}; a pod needs {'.'.join(map(str, MICROPYTHON))} or newer"
        )
    return text


def _board(path: Path, flash: bytes) -> str:
    names = {found.decode() for found in _BOARD.findall(flash)}
    name = max(names, key=len, default="")
    if not name.endswith(" W"):
        raise UserError(
            f"{path}: for {name or 'another board'}, which has no Wi-Fi; take the UF2 of "
            "RPI_PICO_W or RPI_PICO2_W"
        )
    return name
