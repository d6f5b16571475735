"""A UF2 file of a given firmware, as the specification has it."""

import struct

RP2040, RP2350, RISCV = 0xE48BFF56, 0xE48BFF59, 0xE48BFF5A


def banner(version="1.28.0", board="Raspberry Pi Pico W", chip="RP2040"):
    return (
        b"\x00MicroPython v%s on 2026-04-06\x00; %s with %s\x00"
        % (version.encode(), board.encode(), chip.encode())
    )


def blocks(content, family=RP2040, flags=0x2000):
    pieces = [content[at : at + 256].ljust(256, b"\x00") for at in range(0, len(content), 256)]
    for n, piece in enumerate(pieces):
        head = struct.pack(
            "<8I", 0x0A324655, 0x9E5D5157, flags, 0x10000000 + 256 * n, 256, n, len(pieces), family
        )
        yield head + piece.ljust(476, b"\x00") + struct.pack("<I", 0x0AB16F30)


def write_uf2(path, content=None, family=RP2040, more=()):
    body = b"\x55" * 200 + (banner() if content is None else content) + bytes(3000)
    path.write_bytes(b"".join([*more, *blocks(body, family)]))
    return path
