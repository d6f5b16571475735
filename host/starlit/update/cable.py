"""A new program by cable: into the slot that does not run, on trial for one start, as by link."""

from dataclasses import dataclass
from pathlib import Path

from starlit.errors import UserError
from starlit.flash import find, install
from starlit.flash.board import Board
from starlit.flash.find import Places
from starlit.update.package import read
from starlit.views.steps import Steps


@dataclass
class ByCable:
    """What was done, for `--json`."""

    port: str
    board: str
    version: str
    bytes: int
    slot: str
    good: bool = False  # it has reported


def port_of(places: Places) -> str:
    port = find.one_port(places)
    if port is None:
        raise UserError(
            "say which pod: --pod ID (`starlit status` lists them), or plug one in by its cable"
        )
    return port


def by_cable(port: str, bundle: Path | None, steps: Steps) -> ByCable:
    """The pod then restarts into it. A cable that is pulled midway leaves what runs."""
    with Board(port) as board:
        board.check()
        slot = install.spare(board)
        manifest, files = read(bundle, board.arch)
        install.check_mpy(board, manifest)
        version, total = str(manifest["pod"]), sum(map(len, files.values()))
        with steps.step(f"{port}: {version} into slot {slot}", total) as done:
            install.fill(board, slot, files, manifest, done)
        install.on_trial(board, slot)
        told = ByCable(port, board.about["machine"], version, total, slot)
        board.restart()
    return told
