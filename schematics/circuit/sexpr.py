"""KiCad's text format: identifiers, coordinates, strings, the looks of a text."""

from __future__ import annotations

import uuid

NAMESPACE = uuid.UUID("5b1f7c4e-2f0a-5d0e-9c62-6f1a8f1f51ab")
STEP_MM = 1.27


def identity(*names: object) -> str:
    return str(uuid.uuid5(NAMESPACE, "/".join(str(name) for name in names)))


def mm(steps: float) -> str:
    return f"{round(steps * STEP_MM, 3):g}"


def at(point: tuple[float, float], angle: int | None = None) -> str:
    turn = "" if angle is None else f" {angle}"
    return f"(at {mm(point[0])} {mm(point[1])}{turn})"


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def effects(size: float = 1.27, justify: str = "", hide: bool = False, bold: bool = False) -> str:
    heavy = " (bold yes)" if bold else ""
    just = f" (justify {justify})" if justify else ""
    hidden = " (hide yes)" if hide else ""
    return f"(effects (font (size {size:g} {size:g}){heavy}){just}{hidden})"
