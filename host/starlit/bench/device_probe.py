"""Memory of a pod with everything running: a ritual, a pulse, a link, sound (MicroPython only).

`micropython device_probe.py DEVICE_DIR [ROM]`. With a file for ROM, its code is run from a ROM
partition (rom_flash.py). Prints what the interpreter says of its heap, then one
JSON object; sizes in bytes.
"""

# MicroPython has no typing, and its modules:
# mypy: ignore-errors
import gc
import json
import sys

import micropython

if len(sys.argv) > 2:
    import rom_flash

    sys.path.insert(0, sys.argv[1])
    rom_flash.plug_in(rom_flash.Flash(sys.argv[2]))
    rom_flash.run_from_rom(sys.argv[1], sys.argv[1])
    sys.argv[1] = "/rom"
gc.collect()
before = gc.mem_free()

import core_probe  # noqa: E402 (what it brings is what is measured)

gc.collect()
loaded = gc.mem_free()


class Bench(core_probe.Bench):
    """Collects garbage every 5 s, as the Pico's loop does."""

    def run(self, ms):
        while ms > 0:
            core_probe.Bench.run(self, min(ms, 5000))
            gc.collect()
            ms -= 5000


bench = Bench()
bench.start()
bench.inputs.link_up = True
bench.run(3000)
gc.collect()
running = gc.mem_free()
micropython.mem_info()
print()
print(
    json.dumps(
        {
            "heap": before + gc.mem_alloc() - (before - running),
            "block": 32 if sys.maxsize > 1 << 31 else 16,
            "free_before": before,
            "code": before - loaded,
            "pod": loaded - running,
            "free": running,
        }
    )
)
