"""`starlit-pod selftest`: each part, whether it works, and what to do where it does not.

Nothing lights and nothing sounds: the rail stays off, and only the guard may turn it on.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable
from dataclasses import asdict, dataclass

from pod.drivers import WrongChip
from pod.drivers.max30102 import Max30102
from pod.drivers.veml7700 import Veml7700

from . import boards, interfaces
from .boards import BCM, Board
from .bus import Bus
from .problem import Log, Problem
from .ring import Ring
from .settings import Settings
from .speaker import Speaker

_LISTEN_S = 2.0


@dataclass(frozen=True)
class Check:
    """`ok`: True, False, or None where there is nothing to say."""

    part: str
    ok: bool | None
    said: str


class _Quiet(Log):
    def say(self, line: str) -> None:
        pass


def checks(given: Settings, root: str = "/", sleep: Callable[[float], None] = time.sleep):
    """One `Check` after another, as they are done."""
    try:
        board = boards.find(given.board)
        backend, why = boards.led_backend(board, given.backend)
    except Problem as problem:
        yield Check("board", False, str(problem))
        return
    yield Check("board", True, f"{board.name} ({board.id})")
    yield from _config(board, root)
    yield from _sensors(board, sleep)
    yield from _pins()
    yield from _ring(board, backend, why)
    yield from _sound(given.device)


def as_dict(check: Check) -> dict[str, object]:
    return asdict(check)


def _config(board: Board, root: str):
    found = interfaces.overlays(board, root)
    if found.path is None:
        yield Check("config.txt", None, "not here: this is no Raspberry Pi OS")
        return
    for line, use in found.missing:
        yield Check(
            "config.txt", False, f"{found.path} lacks {line} ({use}); add it under [all], reboot"
        )
    if not found.missing:
        yield Check("config.txt", True, f"{found.path} has all {len(interfaces.LINES)} lines")


def _sensors(board: Board, sleep: Callable[[float], None]):
    log = _Quiet()
    bus = Bus(log, lambda: time.monotonic_ns() // 1000, board.i2c)
    bus.start()
    if log.lost:
        yield Check("I2C", False, next(iter(log.lost.values())))
        return
    yield Check("I2C", True, board.i2c)
    try:
        yield _pulse(Max30102(bus), sleep)
        yield _light(Veml7700(bus), sleep)
    finally:
        bus.stop()


def _pulse(chip: Max30102, sleep: Callable[[float], None]) -> Check:
    part = "pulse sensor"
    try:
        chip.start()
        out, count = array("i", [0] * 64), 0
        for _ in range(int(_LISTEN_S / 0.1)):
            sleep(0.1)
            chip.read(out, 0, len(out))
            count += chip.arrived
        peak = chip.peak
        chip.stop()
    except (OSError, WrongChip) as error:
        return Check(part, False, f"MAX30102 at 0x57: {error}; check its four wires")
    if not count:
        return Check(part, False, "MAX30102 answers and gives no samples; its chip is faulty")
    touched = "a finger lies on it" if chip.touched else "no finger"
    return Check(
        part, True, f"MAX30102, {count} samples in {_LISTEN_S:g} s, {peak} counts, {touched}"
    )


def _light(chip: Veml7700, sleep: Callable[[float], None]) -> Check:
    part = "light sensor"
    try:
        chip.start(0)
        lux_mlx, now_ms = -1, 0
        while lux_mlx < 0 and now_ms < 3000:
            sleep(0.1)
            now_ms += 100
            lux_mlx = chip.read_mlx(now_ms)
    except (OSError, WrongChip) as error:
        return Check(part, False, f"VEML7700 at 0x10: {error}; check its four wires")
    if lux_mlx < 0:
        return Check(part, False, "VEML7700 answers and measures nothing")
    return Check(part, True, f"VEML7700, {lux_mlx / 1000:.3f} lx")


def _pins():
    try:
        import board
        import digitalio

        pins = {
            name: digitalio.DigitalInOut(getattr(board, f"D{BCM[name]}"))
            for name in ("switch_sense", "button", "hot", "rail_sense")
        }
        level = {name: bool(pin.value) for name, pin in pins.items()}
        for pin in pins.values():
            pin.deinit()
    except Exception as error:  # no board, no gpiod, no permission, or the service holds them
        why = interfaces.why_not(interfaces.gpio_chip()) or str(error).splitlines()[0]
        yield Check(
            "GPIO", False, f"{why}; if the pod runs, stop it: sudo systemctl stop starlit-pod"
        )
        return
    yield Check("switch", True, "in" if level["switch_sense"] else "out (or its wire is broken)")
    yield Check("button", True, "up" if level["button"] else "held down")
    if level["hot"]:
        yield Check("case", True, "below 45 C")
    else:
        yield Check("case", False, "45 C or more, or the thermistor's comparator is not wired")
    if level["rail_sense"]:
        yield Check(
            "rail", False, "has power although nothing asks for it; see schematics, bring-up 4"
        )
    else:
        yield Check("rail", True, "off, as nothing asks for it")


def _ring(board: Board, backend: str, why: str):
    if backend == "none":
        yield Check("LEDs", None, f"none ({why})")
        return
    log = _Quiet()
    ring = Ring(log, board, backend)
    ring.start()
    ring.stop()
    lost = next(iter(log.lost.values()), "")
    yield Check("LEDs", not lost, lost or f"{backend} ({why}); not lit")


def _sound(device: str):
    if device == "none":
        yield Check("sound", None, "none (as pod.toml says)")
        return
    log = _Quiet()
    speaker = Speaker(log, device)
    speaker.start()
    lost = next(iter(log.lost.values()), "")
    yield Check("sound", not lost, lost or f"{speaker.chosen}; not played")
