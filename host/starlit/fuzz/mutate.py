"""Mutated cases: one that was made before, with lines moved, copied, swapped, bent or spliced."""

from dataclasses import replace
from random import Random

from starlit.fuzz.case import Case, Line
from starlit.fuzz.generate import RATES, make, something

SHARE = 0.35  # of a campaign's cases


def mutated(seed: int, number: int) -> Case:
    """Case `number` of a campaign: made anew, or out of an earlier one."""
    chance = Random(f"mutate {seed} {number}")
    if number == 0 or chance.random() > SHARE:
        return make(seed, number)
    case = make(seed, chance.randrange(number))
    lines = list(case.lines)
    for _ in range(chance.randrange(1, 10)):
        lines = _mutation(chance, lines, case.end_ms, make(seed, chance.randrange(number)))
    lines = sorted((line for line in lines if line["t_ms"] < case.end_ms), key=_time)
    lines = [line for line, before in zip(lines, [{}, *lines], strict=False) if line != before]
    return replace(case, lines=tuple(lines), seed=chance.randrange(1 << 30))


def _time(line: Line) -> int:
    return line["t_ms"]


def _mutation(chance: Random, lines: list[Line], end_ms: int, other: Case) -> list[Line]:
    if not lines:
        return something(chance, chance.randrange(end_ms))
    at = chance.randrange(len(lines))
    line = lines[at]
    way = chance.randrange(8)
    if way == 0:
        return lines[:at] + lines[at + 1 :]
    if way == 1:
        return [*lines, {**line, "t_ms": chance.randrange(end_ms)}]
    if way == 2:
        shift_ms = chance.choice((-1, 1, -20, 20, 33, -100, 100, 1000, -1000, 4000))
        return lines[:at] + [{**line, "t_ms": max(0, line["t_ms"] + shift_ms)}] + lines[at + 1 :]
    if way == 3:
        peer = chance.randrange(len(lines))
        swapped = list(lines)
        swapped[at] = {**lines[peer], "t_ms": line["t_ms"]}
        swapped[peer] = {**line, "t_ms": lines[peer]["t_ms"]}
        return swapped
    if way == 4:
        from_ms = chance.randrange(end_ms)
        inside = [one for one in other.lines if from_ms <= one["t_ms"] < from_ms + 60_000]
        return lines + inside[:20]
    if way == 5:
        return lines + something(chance, min(line["t_ms"] + 10, end_ms - 1))
    if way == 6:
        return lines[:at] + [_bent(chance, line)] + lines[at + 1 :]
    return [*lines, {"t_ms": line["t_ms"], "heart_bpm": chance.choice(RATES)}]


def _bent(chance: Random, line: Line) -> Line:
    """A number in it, doubled or gone by one."""
    if "button_ms" in line:
        return {**line, "button_ms": max(1, line["button_ms"] + chance.choice((-1, 1, 1000)))}
    if "step_ms" in line:
        return {**line, "step_ms": line["step_ms"] * 2 + chance.choice((-1, 1))}
    if line.get("heart_bpm"):
        return {**line, "heart_bpm": min(300, max(20, int(line["heart_bpm"] * 1.4)))}
    return line
