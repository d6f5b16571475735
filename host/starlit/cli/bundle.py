"""`starlit bundle`."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from starlit.bundle import BUDGET_BYTES, Bundle, build
from starlit.errors import UserError


def bundle_command(
    out: Annotated[Path, typer.Option(help="Where the bundle goes; read by --explain.")],
    arch: Annotated[
        str, typer.Option(help="armv6m: Pico W; armv7emsp: Pico 2 W; bytecode: any board.")
    ] = "armv6m",
    packed: Annotated[
        bool, typer.Option("--packed", help="Compressed, with what unpacks it on the pod.")
    ] = False,
    mpy_cross: Annotated[
        str | None, typer.Option("--mpy-cross", metavar="PATH", help="Another compiler.")
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Instead: a traceback in readable names; - is stdin."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifest.")] = False,
) -> None:
    """Compile the pod for a Pico: few files, short names, a manifest with hashes."""
    if explain is not None:
        _explain(out, explain)
        return
    from rich.console import Console

    with Console(stderr=True).status("joining and compiling the pod"):
        bundle = build(arch, packed, mpy_cross=mpy_cross)
    bundle.write(out)
    if as_json:
        print(json.dumps(bundle.manifest))
    else:
        _report(bundle, out)


def _report(bundle: Bundle, out: Path) -> None:
    manifest = bundle.manifest
    print(
        f"{out}: pod {manifest['pod']}, {manifest['arch']}, MicroPython "
        f"{manifest['micropython']}, mpy v{manifest['mpy']}"
    )
    for entry in manifest["files"]:
        print(f"{entry['bytes']:>8,} bytes  {entry['sha256'][:16]}  {entry['path']}")
    left = BUDGET_BYTES - bundle.total_bytes
    verdict = f"{left:,} bytes left" if left >= 0 else f"{-left:,} bytes too many"
    print(f"{bundle.total_bytes:>8,} bytes in all, {BUDGET_BYTES:,} at most: {verdict}")


def _explain(out: Path, named: str) -> None:
    from starlit.bundle.atlas import explain, read_atlas
    from starlit.bundle.build import read_names

    try:
        text = sys.stdin.read() if named == "-" else Path(named).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UserError(f"{named}: {error}; name a file with a traceback") from None
    print(explain(read_atlas(read_names(out)), text), end="")
