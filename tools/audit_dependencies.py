"""Known vulnerabilities in what is pinned, by pip-audit. Run by `make audit`.

Exit 1 where one is known. A database that cannot be reached is no failure, and no clean bill: the
last line says how many packages were looked up.
"""

import json
import subprocess
import sys
from typing import Any

TIMEOUT_S = 120


def look_up(files: list[str]) -> list[dict[str, Any]] | None:
    """What pip-audit says of each package, or None where it says nothing."""
    command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "-f", "json"]
    for file in files:
        command += ["-r", file]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S)
        return json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return None


def main(files: list[str]) -> int:
    told = look_up(files)
    looked_up = [one for one in told or [] if "vulns" in one]
    known = [(one, vuln) for one in looked_up for vuln in one["vulns"]]
    for one, vuln in known:
        fixed = ", ".join(vuln.get("fix_versions", [])) or "no version yet"
        print(f"audit: {one['name']} {one['version']}: {vuln['id']}, fixed in {fixed}")
    if not looked_up:
        print("audit: NOT DONE: the vulnerability database was not reached; nothing was looked up")
        return 0
    print(f"audit: {len(looked_up)} of {len(told or [])} packages looked up, {len(known)} known")
    return 1 if known else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
