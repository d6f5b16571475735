"""A Pico with a bundle on its flash, started again and again on MicroPython's unix port.

Each start is a process of its own, with what flash and the watchdog's registers have kept
(tests/micropython/scripts/pico_flashed.py).
"""

import json
import os
import shutil
from pathlib import Path

from tests.conftest import output_of
from tests.pod.update_kit import modulus

from pod.slots import Flash, Slots
from starlit.bench import device
from starlit.flash.install import entry_files
from starlit.update.package import compact

KEY = "bb" * 32
SCRATCH0 = 0x4005800C  # RP2040 data sheet, 4.7.6
GIVEN = {
    "version": 1, "cottage": "house", "pod": "attic", "host": "10.0.0.2", "port": 1883,
    "user": "attic", "password": "", "ca_der": "", "key": KEY, "key_id": 7, "pod_key": "cc" * 32,
    "ssid": "home", "wifi_password": "sesame-street",
}  # fmt: skip


class Pico:
    """A flash with a program in slot a, and what a reset keeps. `rom`: with a ROM partition, as
    firmware of `make firmware` has one, never written."""

    def __init__(self, root, micropython, repo_root, bundle, rom=False):
        self.root, self.bundle = root, bundle
        self.rom = root.parent / "rom.bin" if rom else None
        self._plan = root.parent / "plan.json"
        tests = repo_root / "tests" / "micropython"
        script, fakes = tests / "scripts" / "pico_flashed.py", tests / "fakes"
        self._command = [micropython, "-X", "heapsize=1m", script]
        folders = [fakes / "clock", fakes, ".frozen"]
        if self.rom:
            folders.insert(0, root.parent / "partition")
            folders[0].mkdir()
            shutil.copy(Path(device.__file__).with_name("rom_flash.py"), folders[0])
            self.rom.write_bytes(b"\xff" * device.ROM_BYTES)
        self._env = {**os.environ, "MICROPYPATH": ":".join(map(str, folders))}
        self.scratch = None
        for path, data in {
            **{f"/a/{path}": data for path, data in bundle.files.items()},
            **entry_files(),
            "/a/manifest.json": compact(bundle.manifest).encode(),
            "/provision.json": json.dumps({**GIVEN, "update_key": f"{modulus():x}"}).encode(),
        }.items():
            file = root / path[1:]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        self.slots().trust("a")

    def slots(self):
        return Slots(Flash(str(self.root)))

    def start(self, seconds=20, asks=(), power=False):
        plan = {"scratch": None if power else self.scratch, "seconds": seconds, "key": KEY}
        plan.update(asks=list(asks), rom=str(self.rom) if self.rom else None)
        self._plan.write_text(json.dumps(plan))
        said = output_of([*self._command, self.root, self._plan], env=self._env)
        told = json.loads(said.splitlines()[-1])
        self.scratch = told["scratch"]
        assert told["frames"] == told["rises"] == 0, "nothing is lit, and the rail stays off"
        told["slot"] = next(path[1:] for path in told["path"] if path in ("/a", "/b"))
        told["from_rom"] = "/rom" in told["path"]
        return told

    def break_core(self):
        (self.root / "a" / "pod" / "core.mpy").write_bytes(b"torn")

    def into_safe_mode(self):
        self.break_core()
        for _ in range(3):
            assert self.start()["ended"] == "soft"
