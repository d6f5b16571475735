"""`starlit bench device`: what a Pico would carry, measured where it can be measured without one.

The bundle, not its source, runs on MicroPython's unix port, on the heap that stands for a Pico's:
the core and the sensors' drivers, without the Pico's own body and its network, which need a Pico.
Its heap is measured twice: with the code in it, and with the code in a ROM partition.
With a UF2 of MicroPython, firmware.py measures the rest on an emulated Pico W.
Sizes are a Pico's own, and so are the cycles of its loops (loops.py, frames.py). Times are this
computer's: they say what grew, not whether a Pico keeps up.
"""

import json
import re
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from starlit.bench import cortex, frames, loops
from starlit.bench.core import find_micropython, probe_output
from starlit.bundle import BUDGET_BYTES, Bundle, build
from starlit.bundle.atlas import translate
from starlit.errors import UserError

HEAP = "380k"  # for a Pico's 190 KB, where every object is twice as large (DESIGN)
FREE_BAR = 180 * 1024
BLOCK_BAR = 20 * 1024  # one piece for TLS's 16 KB of bytes, which are no larger here
BUDGET_US = {"sample": 300, "frame": 500, "block": 900}  # on a Pico
BOARDS = {"Pico W": "armv6m", "Pico 2 W": "armv7emsp"}
KINDS = {"bytecode": "bytecode", "viper": "x64"}
ROM_BYTES = 160 * 1024  # device/firmware
_SCRIPTS = ("core_probe.py", "device_probe.py", "probe_clock.py", "rom_flash.py")
_LARGEST = re.compile(r"max free sz: (\d+)")


def run(
    progress: Callable[[int, int, str], None] = lambda *_: None,
    uf2: Path | None = None,
    mip: Path | None = None,
) -> dict[str, Any]:
    """All figures. `ok` holds what they are held against, None where this cannot be known here."""
    steps = [*BOARDS, *KINDS]
    firmware = None
    if uf2 is not None:  # first: whatever is wrong with it shows before the minutes of the others
        from starlit.bench.firmware import run as run_firmware

        firmware = run_firmware(uf2, mip, partial(progress, 0, len(steps)))
    sizes: dict[str, Any] = {}
    for board, arch in BOARDS.items():
        progress(len(sizes), len(steps), f"bundle for a {board}")
        sizes[board] = _sizes(arch)
    cycles = loops.cycles_per_sample() if cortex.is_there() else None
    frame = frames.cycles_per_frame() if cortex.is_there() else None
    interpreter = find_micropython()
    speed: dict[str, Any] = {}
    heap = rom = None
    if interpreter:
        for kind, arch in KINDS.items():
            progress(len(sizes) + len(speed), len(steps), f"running it, {kind}")
            with tempfile.TemporaryDirectory() as folder:
                measuring = _Measuring(interpreter, build(arch), Path(folder))
                speed[kind] = measuring.speed()
                if kind == "viper":
                    heap, rom = measuring.heap(), measuring.heap(from_rom=True)
    result: dict[str, Any] = {
        "version": 1,
        "size": {"budget": BUDGET_BYTES, "boards": sizes},
        "cycles_per_sample": {"bar": loops.BAR, "loops": cycles},
        "cycles_per_frame": {"bar": frames.BAR, "loops": frame},
        "speed": {"budget_us": BUDGET_US, **speed},
        "heap": heap,
        "heap_from_rom": rom,
        "firmware": firmware,
    }
    result["ok"] = {
        "size": max(one["packed"]["total"] for one in sizes.values()) <= BUDGET_BYTES,
        "cycles": max(cycles.values()) <= loops.BAR if cycles else None,
        "frame_cycles": frame["most"] <= frames.BAR if frame else None,
        "no_allocation": _no_allocation(speed) if speed else None,
        "heap": heap and heap["free"] >= FREE_BAR,
        "largest_block": heap and heap["largest_free"] >= BLOCK_BAR,
        "rom_heap": rom and rom["free"] >= FREE_BAR,
        "rom_largest_block": rom and rom["largest_free"] >= BLOCK_BAR,
        "firmware_heap": firmware and firmware["free"] >= firmware["bar"],
        "time": None,
    }
    return result


def _sizes(arch: str) -> dict[str, Any]:
    """Bytes of each file and of all, as they are and packed."""
    sizes: dict[str, Any] = {}
    for name, packed in (("plain", False), ("packed", True)):
        bundle = build(arch, packed)
        files = {entry["path"]: entry["bytes"] for entry in bundle.manifest["files"]}
        sizes[name] = {"total": bundle.total_bytes, "files": files}
    return sizes


class _Measuring:
    """One bundle, in a folder of its own."""

    def __init__(self, interpreter: str, bundle: Bundle, folder: Path):
        self._interpreter = interpreter
        self._folder = folder
        bundle.write(folder / "bundle")
        for name in _SCRIPTS:
            source = Path(__file__).with_name(name).read_text(encoding="utf-8")
            (folder / name).write_text(translate(bundle.atlas, source), encoding="utf-8")

    def speed(self) -> dict[str, Any]:
        return _paths(_last(self._say("core_probe.py")))

    def heap(self, from_rom: bool = False) -> dict[str, Any]:
        rom = self._folder / "rom.bin"
        rom.write_bytes(b"\xff" * ROM_BYTES)
        return _heap(self._say("device_probe.py", *[str(rom)] * from_rom))

    def _say(self, script: str, *args: str) -> str:
        device = str(self._folder / "bundle")
        return probe_output(self._interpreter, HEAP, self._folder / script, device, *args)


def _last(said: str) -> dict[str, Any]:
    return json.loads(said.rpartition("\n")[2])


def _paths(found: dict[str, Any]) -> dict[str, Any]:
    """`sample`, `frame`, `block`: microseconds, bytes allocated, and what `heap_lock` said."""
    paths: dict[str, Any] = {name: found.get(name) for name in ("samples", "frame", "block")}
    missing = [name for name, one in paths.items() if one is None]
    if missing:
        raise UserError(f"bench device: {', '.join(missing)} never came; run core_probe.py by hand")
    paths["sample"] = {**paths.pop("samples"), "us": round(found["us_per_sample"], 1)}
    return paths


def _heap(said: str) -> dict[str, Any]:
    found = _last(said)
    largest = _LARGEST.search(said)
    found["largest_free"] = int(largest[1]) * found.pop("block") if largest else 0
    return {"bar": FREE_BAR, "largest_bar": BLOCK_BAR, **found}


def _no_allocation(speed: dict[str, Any]) -> bool:
    return all(
        path["bytes"] == 0 and path["heap_lock"] == "ok"
        for paths in speed.values()
        for path in paths.values()
    )


def table(result: dict[str, Any]) -> Any:
    """Each figure beside its budget and a verdict."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("", "measured", "budget", "verdict"):
        table.add_column(column, justify="left" if column in ("", "verdict") else "right")
    ok = result["ok"]
    for board, one in result["size"]["boards"].items():
        budget = result["size"]["budget"]
        for name in ("plain", "packed"):
            total = one[name]["total"]
            # Packed is what stands in flash.
            held = [f"{budget:,} B", _verdict(total <= budget)] if name == "packed" else []
            table.add_row(f"bundle, {board}, {name}", f"{total:,} B", *held)
    bar = result["cycles_per_sample"]["bar"]
    for name, cycles in (result["cycles_per_sample"]["loops"] or {}).items():
        figures = f"{cycles:g} cycles a sample", f"{bar}"
        table.add_row(name, *figures, _verdict(cycles <= bar))
    bar, frame = result["cycles_per_frame"]["bar"], result["cycles_per_frame"]["loops"] or {}
    for name, cycles in frame.items():
        held = [f"{bar:,}", _verdict(cycles <= bar)] if name == "most" else []
        table.add_row(f"frame: {name.rpartition('.')[2]}", f"{cycles:,} cycles", *held)
    _add_heap(table, "heap", result["heap"], ok["heap"], ok["largest_block"])
    rom = result["heap_from_rom"]
    _add_heap(table, "from ROM", rom, ok["rom_heap"], ok["rom_largest_block"])
    _add_firmware(table, result["firmware"], ok["firmware_heap"])
    for path, budget in result["speed"]["budget_us"].items():
        for kind in KINDS:
            one = result["speed"].get(kind, {}).get(path)
            if one:
                _add_path(table, f"{path}, {kind}", one, budget)
    return table


def _add_heap(table: Any, name: str, heap: dict[str, Any] | None, *ok: Any) -> None:
    if heap is None:
        return
    table.add_row(f"{name}: code", f"{heap['code']:,} B", "", "")
    table.add_row(f"{name}: a pod that runs", f"{heap['pod']:,} B", "", "")
    for key, words, bar, holds in (
        ("free", "free of 380 KB", "bar", ok[0]),
        ("largest_free", "largest free block", "largest_bar", ok[1]),
    ):
        figures = f"{heap[key]:,} B", f"{heap[bar]:,} B"
        table.add_row(f"{name}: {words}", *figures, _verdict(holds))


def _add_firmware(table: Any, found: dict[str, Any] | None, ok: Any) -> None:
    if found is None:
        return
    where = "flash" if found["from_flash"] else "memory"
    table.add_row("firmware", found["micropython"], "", f"code in {where}")
    for path, budget in BUDGET_US.items():
        table.add_row(f"firmware: {path}", f"{found['us'][path]:g} us", f"{budget} us", "emulated")
    table.add_row("firmware: reset to loop", f"{found['boot_s']:g} s", "", "")
    table.add_row("firmware: reset to cottage", f"{found['joined_s']:g} s", "", "")
    free = f"{found['free']:,} B", f"{found['bar']:,} B"
    table.add_row("firmware: free, in a ritual", *free, _verdict(ok))


def _add_path(table: Any, name: str, one: dict[str, Any], budget: int) -> None:
    free = one["bytes"] == 0 and one["heap_lock"] == "ok"
    verdict = "allocates nothing" if free else f"allocates {one['bytes']} B"
    table.add_row(name, f"{one['us']:g} us here", f"{budget} us on a Pico", verdict)


def _verdict(holds: bool) -> str:
    return "within" if holds else "over"
