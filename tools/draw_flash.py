"""Draws docs/pictures/flash.svg: `starlit flash` at work, with no board there.

The steps are real, against MicroPython's unix port behind a pseudo-terminal; the lines are of the
self-test of a virtual pod.

    .venv/bin/python tools/draw_flash.py
"""

import io
import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "device"), str(ROOT / "host")]

from rich.console import Console  # noqa: E402
from rich.text import Text  # noqa: E402
from tests.pod.test_service import Serviced  # noqa: E402
from tests.starlit.flash.mp_on_wire import BoardOnWire  # noqa: E402
from tests.starlit.flash.uf2_file import write_uf2  # noqa: E402

from starlit.bench.device import ROM_BYTES  # noqa: E402
from starlit.cli.flash import from_where  # noqa: E402
from starlit.flash.find import MICROPYTHON, VENDOR, Places  # noqa: E402
from starlit.flash.flow import Flashing, Wanted  # noqa: E402
from starlit.flash.uf2 import read_uf2  # noqa: E402
from starlit.trust.provision import Provision  # noqa: E402
from starlit.views.parts import as_lines, lines_table, verdict  # noqa: E402
from starlit.views.steps import Steps  # noqa: E402

PICTURE = ROOT / "docs" / "pictures" / "flash.svg"
MICROPYTHON_UNIX = ROOT / ".cache" / "micropython" / "micropython"
GIVEN = Provision(1, "home", "attic", "192.0.2.1", 8883, "attic", "x", "", "ab" * 32, 1, "cd" * 32)


def main() -> None:
    console = Console(record=True, force_terminal=True, width=84, file=io.StringIO())
    command = "$ starlit flash --uf2 starlit-pico_w.uf2 --pod attic --wifi home-net"
    console.print(Text(command, "bold"))
    with tempfile.TemporaryDirectory() as folder:
        flash(Path(folder), console)
        pod = Serviced(Path(folder))
    lines = as_lines(_at_a_cable(pod))
    console.print(lines_table(lines))
    console.print(f"attic: {verdict(lines)}", highlight=False)
    following = "next: hold the button of attic for 1 s, then `starlit doctor --pod attic`"
    console.print(following, highlight=False)
    console.save_svg(str(PICTURE), title="starlit flash")
    print(f"wrote {PICTURE.relative_to(ROOT)}")


def _at_a_cable(pod: Serviced) -> list[list[str]]:
    """As `starlit flash` tries the parts: without the core."""
    from pod.selftest import SelfTest

    body, inputs = pod.runner.body, pod.runner.inputs
    test = SelfTest(body.bus, body.sensors)
    test.start(inputs.now_ms)
    for _ in range(100):
        pod.run(0.1)
        if test.step(inputs.now_ms, inputs):
            break
    return test.lines


def flash(folder: Path, console: Console) -> None:
    drive, root, mip = (folder / name for name in ("RPI-RP2", "flash", "mip"))
    for one in (drive, root, mip / "mqtt_as"):
        one.mkdir(parents=True)
    (drive / "INFO_UF2.TXT").write_text("UF2 Bootloader v3.0\nBoard-ID: RPI-RP2\n")
    (mip / "mqtt_as" / "__init__.py").write_text("VERSION = (0, 8, 3)\n")
    image = read_uf2(write_uf2(folder / "w.uf2"))
    rom = folder / "rom.bin"
    rom.write_bytes(b"\xff" * ROM_BYTES)
    board = BoardOnWire(MICROPYTHON_UNIX, root, rom=rom)

    def ports() -> list[tuple[str, int, int]]:
        there = (drive / "firmware.uf2").exists()
        return [(board.port, VENDOR, MICROPYTHON)] if there else []

    wifi = {"ssid": "home-net", "wifi_password": "not a secret"}
    wanted = Wanted(image=image, mip=mip, give=lambda: GIVEN, wifi=wifi, test=False)
    try:
        with Steps(console=Console(force_terminal=True, file=io.StringIO())) as steps:
            told = Flashing(wanted, Places(lambda: [drive], ports), steps).run()
            console.print(steps.picture())
    finally:
        board.stop()
    assert json.loads((root / "provision.json").read_text())["pod"] == "attic"
    console.print(f"{told.board}, MicroPython {told.micropython}: {told.bytes:,} bytes in slot "
                  f"{told.slot}", highlight=False)  # fmt: skip
    console.print(from_where(told), highlight=False)


if __name__ == "__main__":
    main()
