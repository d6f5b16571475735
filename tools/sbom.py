"""The software bill of materials of what `make run` installs: CycloneDX 1.6, as JSON.

    sbom.py PYTHON OUTPUT

`PYTHON` is the interpreter of the environment that `requirements/run.txt` was installed into; what
is in it for the tests is left out. Run in an environment with cyclonedx-bom (`make sbom`).
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).resolve().parents[1]
PINS = ROOT / "requirements" / "run.txt"
VERSION = re.compile(r'__version__ = "([^"]+)"')


def normal(name: str) -> str:
    """PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned() -> dict[str, str]:
    lines = (line for line in PINS.read_text().splitlines() if line and not line.startswith("#"))
    return dict(line.split("==") for line in lines)


def of_environment(python: str) -> dict[str, Any]:
    command = [
        sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible",
        "--pyproject", str(ROOT / "pyproject.toml"), "--sv", "1.6", python,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"sbom: cyclonedx-py: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)


def shipped(bom: dict[str, Any], pins: dict[str, str]) -> dict[str, Any]:
    """Only what is pinned for a run, and what depends on what among that."""
    components = [c for c in bom["components"] if normal(c["name"]) in pins]
    found = {normal(c["name"]): c["version"] for c in components}
    wrong = sorted(name for name in pins if found.get(name) != pins[name])
    if wrong:
        sys.exit(f"sbom: not installed as pinned: {', '.join(wrong)}; run make setup first")
    root = bom["metadata"]["component"]
    root["version"] = version()
    kept = {c["bom-ref"] for c in components} | {root["bom-ref"]}
    depends = [
        {**d, "dependsOn": [ref for ref in d.get("dependsOn", []) if ref in kept]}
        for d in bom["dependencies"]
        if d["ref"] in kept
    ]
    return {**bom, "components": components, "dependencies": depends}


def version() -> str:
    found = VERSION.search((ROOT / "host" / "starlit" / "__init__.py").read_text())
    assert found is not None
    return found[1]


def main(python: str, output: str) -> None:
    bom = shipped(of_environment(python), pinned())
    text = json.dumps(bom, indent=1, sort_keys=True) + "\n"
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong is not None:
        sys.exit(f"sbom: not valid CycloneDX 1.6: {wrong}")
    Path(output).parent.mkdir(parents=True, exist_ok=True)
    Path(output).write_text(text)
    print(f"wrote {output}: CycloneDX 1.6, valid, {len(bom['components'])} components")


if __name__ == "__main__":
    main(*sys.argv[1:])
