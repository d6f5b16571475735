"""A virtual pod's flash for programs: a folder, and the same code as on a Pico.

What lies there is compiled for a Pico and cannot run here: of a program that has been switched to,
the virtual pod takes its version, and everything that slots, trial and report do is real.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pod.service import Service
from pod.slots import MANIFEST, Flash, Slots
from starlit import settings

if TYPE_CHECKING:
    from starlit.runner import PodRunner


class VirtualFlash:
    """`restart`: as the pod itself does for a new program."""

    def __init__(
        self, runner: PodRunner, restart: Callable[[], None], folder: Path | None = None
    ) -> None:
        self._runner = runner
        self._restart = restart
        self.folder = folder or settings.state_dir() / f"virtual-{runner.config.pod}-flash"
        self._key: int | None = None
        self.slots = Slots(Flash(str(self.folder)))

    def start(self) -> None:
        """Factory-new, as its pod is."""
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "a").mkdir(parents=True, mode=0o700)
        manifest = {"format": 1, "pod": self._runner.config.firmware, "files": []}
        (self.folder / f"a{MANIFEST}").write_text(json.dumps(manifest))
        self.boot()
        self._runner.booting = self.boot

    def use_key(self, modulus: int) -> None:
        self._key = modulus
        self._serve()

    def boot(self) -> None:
        """As `main.py` does on a Pico."""
        self.slots = Slots(Flash(str(self.folder)))
        running = self.folder / self.slots.begin()
        text = (running / MANIFEST.strip("/")).read_text()
        self._runner.set_firmware(str(json.loads(text)["pod"]))
        self._serve()

    def _serve(self) -> None:
        body = self._runner.body
        parts = (body.bus, body.sensors, None, lambda: body.rail_on)
        self._runner.service = Service(self.slots, self._restart, parts, self._key)
