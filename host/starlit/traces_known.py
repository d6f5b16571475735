"""Folders into which `starlit up --trace` has written, so that `starlit forget` finds them."""

from pathlib import Path

from starlit import settings


def _list(cottage: str) -> Path:
    return settings.state_dir() / f"traces-{cottage}.txt"


def remember(cottage: str, folder: Path) -> None:
    known = folders(cottage)
    if folder.absolute() not in known:
        _list(cottage).write_text("".join(f"{one}\n" for one in [*known, folder.absolute()]))


def folders(cottage: str) -> list[Path]:
    try:
        return [Path(line) for line in _list(cottage).read_text().splitlines() if line]
    except OSError:
        return []


def files(cottage: str, pod: str | None = None) -> list[Path]:
    """Traces of `up` that are still there; of one pod if it is named."""
    name = "*" if pod is None else pod
    return [path for folder in folders(cottage) for path in sorted(folder.glob(f"{name}.jsonl"))]
