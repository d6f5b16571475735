"""Writes docs/dependencies.md from the pinned lists: `make dependencies`.

A version's date is the day on which it was pinned here; a row whose version has not changed keeps
its date. Licences come from the installed packages, so it runs in the environment of the tests.
"""

import datetime
import importlib.metadata
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "dependencies.md"
LISTS = {
    "run.txt": "What a cottage runs on (`make run`)",
    "pi.txt": "What a Raspberry Pi's pod runs on (`pip install 'starlit-cottage[pi]'`)",
    "test.txt": "What the tests need besides",
    "audit.txt": "What `make sbom` and `make audit` need",
    "cad.txt": "What the enclosure's source needs (`make cad`)",
}
HEAD = """\
# Dependencies

Written by `make dependencies` from [requirements](../requirements). Every version is pinned; the
date is the day on which this version was pinned here. `make sbom` writes the first list as a
CycloneDX bill of materials, `make audit` looks all of them up in the vulnerability database.

The pod itself has none: `device/pod` needs an interpreter and nothing else.

| besides, installed by the owner | for |
|---|---|
| Python 3.11 or newer | the host |
| mosquitto 2.0 or newer | the broker; without it amqtt, on this computer only |
| MicroPython 1.27 or newer, tested with 1.28 | a Pico's firmware |
| mqtt_as | a Pico's MQTT client, installed and pinned when it is flashed |
"""
COLUMNS = "| package | version | pinned | licence |\n|---|---|---|---|\n"
_ROW = re.compile(r"^\| ([a-z0-9.-]+) \| ([0-9][^ ]*) \| (\d{4}-\d\d-\d\d) \| ([^|]*) \|", re.M)


def pins(name: str) -> list[tuple[str, str]]:
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    split = (line.split("==") for line in lines if line and not line.startswith("#"))
    return [(package, version) for package, version in split]


def dated(page: str) -> dict[tuple[str, str], tuple[str, str]]:
    """(package, version) -> (date, licence), as the page has them."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for package, version, date, licence in _ROW.findall(page):
        found[package, version] = (date, licence)
    return found


def licence_of(package: str) -> str:
    """As its own metadata states it; empty where it is not installed."""
    try:
        told = importlib.metadata.metadata(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
    if told.get("License-Expression"):
        return told["License-Expression"]
    classified = [c.rpartition(" :: ")[2] for c in told.get_all("Classifier", [])
                  if c.startswith("License :: ") and not c.endswith("Approved")]  # fmt: skip
    stated = (told.get("License") or "").split("\n")[0]
    return " and ".join(classified) or (stated if len(stated) <= 40 else "")


def written(before: str, today: str) -> str:
    known = dated(before)
    parts = [HEAD]
    for name, title in LISTS.items():
        parts.append(f"\n## {title}\n\n{COLUMNS}")
        for package, version in pins(name):
            date, licence = known.get((package, version), (today, ""))
            # What is installed here says it best, and what is not was said before.
            licence = licence_of(package).replace("|", "/") or licence
            parts.append(f"| {package} | {version} | {date} | {licence} |\n")
    return "".join(parts)


def main() -> None:
    before = PAGE.read_text() if PAGE.exists() else ""
    PAGE.write_text(written(before, datetime.date.today().isoformat()))
    print(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
