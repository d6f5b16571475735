"""What of a cottage, or of one pod, lies on this computer: for `starlit forget` and its reader."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from starlit import settings, traces_known
from starlit.trust.store import open_store, trust_folder

SIDE = ("-journal", "-wal", "-shm")  # what SQLite may leave beside a file


@dataclass(frozen=True)
class Kept:
    what: str
    path: Path
    bytes: int
    rows: int | None = None  # of it, where only these are a pod's

    def line(self) -> str:
        much = f"{self.rows} rows" if self.rows is not None else f"{self.bytes} bytes"
        return f"{self.what}: {much} in {self.path}"


def of_cottage(cottage: str) -> list[Kept]:
    state = settings.state_dir()
    journal, nights = settings.journal_path(cottage), settings.nights_path(cottage)
    wanted = [
        ("members, versions, skies, unhooks", [journal, *_side(journal)]),
        ("nights that were kept", [nights, *_side(nights)]),
        ("keys, passwords and certificates", _below(trust_folder(cottage))),
        ("what the broker keeps", _below(state / f"broker-{cottage}")),
        ("traces", traces_known.files(cottage)),
        ("where traces are", [state / f"traces-{cottage}.txt"]),
        ("how `up` is found", [settings.run_path(cottage), state / f"coordinator-{cottage}.lock"]),
    ]
    return [
        Kept(what, path, path.lstat().st_size)
        for what, paths in wanted
        for path in paths
        if path.exists()
    ]


def of_pod(cottage: str, pod: str) -> list[Kept]:
    """Rows of databases, and whole files that are this pod's alone."""
    found = []
    journal, nights = settings.journal_path(cottage), settings.nights_path(cottage)
    for what, path, queries in (
        ("membership, friends, score, events, desired state", journal, JOURNAL_ROWS),
        ("nights that were kept", nights, NIGHT_ROWS),
    ):
        if path.exists() and (rows := count(path, queries, _names(cottage, pod))):
            found.append(Kept(what, path, 0, rows))
    store = open_store(cottage)
    if store.exists and pod in store.load().pods:
        found.append(Kept("its credential", store.path, 0, 1))
    found += [Kept("a trace", p, p.stat().st_size) for p in traces_known.files(cottage, pod)]
    return found


# Of a pod, each as the rest of a statement after SELECT count(*) or DELETE.
JOURNAL_ROWS = (
    "FROM member WHERE pod = :pod",
    "FROM friends WHERE pod = :pod",
    "FROM score WHERE pod = :pod",
    "FROM heard WHERE pod = :pod",
    "FROM owed WHERE pod = :pod",
    "FROM unhook WHERE target = :pod",
    "FROM version WHERE name LIKE :topics ESCAPE '!'",
    "FROM desired WHERE topic LIKE :topics ESCAPE '!'",
    # The sky's list of members, and others' lists of friends: made anew, under a new version.
    "FROM desired WHERE instr(body, :quoted)",
)
NIGHT_ROWS = ("FROM event WHERE pod = :pod",)


def _names(cottage: str, pod: str) -> dict[str, str]:
    topics = f"starlit/{cottage}/pod/{pod}/".replace("_", "!_")
    return {"pod": pod, "topics": topics + "%", "quoted": f'"{pod}"'}


def count(path: Path, queries: tuple[str, ...], names: dict[str, str]) -> int:
    db = sqlite3.connect(path)
    try:
        return sum(db.execute(f"SELECT count(*) {rest}", names).fetchone()[0] for rest in queries)
    except sqlite3.OperationalError:  # of a version before this table
        return 0
    finally:
        db.close()


def delete_rows(cottage: str, pod: str) -> None:
    """Gone from the disk, not only from the tables."""
    for path, queries in (
        (settings.journal_path(cottage), JOURNAL_ROWS),
        (settings.nights_path(cottage), NIGHT_ROWS),
    ):
        if not path.exists():
            continue
        db = sqlite3.connect(path, isolation_level=None, timeout=5)
        try:
            for rest in queries:
                db.execute(f"DELETE {rest}", _names(cottage, pod))
            db.execute("VACUUM")
        finally:
            db.close()


def _side(path: Path) -> list[Path]:
    return [path.with_name(path.name + end) for end in SIDE]


def _below(folder: Path) -> list[Path]:
    if folder.is_symlink() or not folder.is_dir():
        return []
    return sorted(path for path in folder.rglob("*") if not path.is_dir())
