"""Updates: two virtual environments, a and b, and which of them runs.

The new one is made in the slot that does not run. It is on trial until it has run for a minute and
reported; after two starts without that, the launcher (`start`, outside both) goes back. `slots` in
the state folder says so: `good`, `trial`, `tries`, `failed`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from .files import write_private
from .problem import Log, Problem

OPT = Path("/opt/starlit-pod")
TRIES = 2
PACKAGE = "starlit-cottage[pi]"
# POSIX sh: it must start whatever has become of both environments. Power may fail at any line.
START = f"""#!/bin/sh
# The environment on trial, {TRIES} starts at most, then the good one again (starlit-pod update).
here=$(dirname "$0")
file=${{STARLIT_POD_SLOTS:-/var/lib/starlit-pod/slots}}
good=a trial= tries=0 failed=
if [ -r "$file" ]; then
    while IFS='=' read -r name value; do
        case $name=$value in
        good=[ab]) good=$value ;;
        trial=[ab]) trial=$value ;;
        tries=[0-9]) tries=$value ;;
        failed=?*) failed=$value ;;
        esac
    done <"$file"
fi
keep() {{
    printf 'good=%s\\ntrial=%s\\ntries=%s\\nfailed=%s\\n' "$good" "$trial" "$tries" "$failed" \\
        >"$file.new" && sync "$file.new" && mv "$file.new" "$file"
}}
slot=$good
# Only a run is a trial; a selftest or an update is done by the good one.
if [ -n "$trial" ] && [ "$1" = run ]; then
    if [ "$tries" -lt {TRIES} ]; then
        tries=$((tries + 1))
        keep && slot=$trial
    else
        echo "the update in $trial has not proved good: back to $good" >&2
        failed=$trial trial= tries=0
        keep
    fi
fi
exec "$here/$slot/bin/starlit-pod" "$@"
"""


class Slots:
    """`state`: the folder that the service may write; `opt`: where the environments are."""

    def __init__(self, state: Path, opt: Path = OPT) -> None:
        self._file = state / "slots"
        self._opt = opt

    def read(self) -> dict[str, str]:
        found = {"good": "a", "trial": "", "tries": "0", "failed": ""}
        try:
            text = self._file.read_text()
        except (OSError, UnicodeDecodeError):
            return found
        found.update(re.findall(r"^(good|trial|tries|failed)=(\w*)$", text, re.MULTILINE))
        return found

    def running(self) -> str | None:
        """The slot that this process runs from."""
        prefix = Path(sys.prefix)
        return prefix.name if prefix.parent == self._opt and prefix.name in "ab" else None

    def waits(self) -> bool:
        """Whether an update waits to be started."""
        found = self.read()
        running = self.running()
        return running is not None and found["trial"] not in ("", running)

    def good(self, log: Log) -> None:
        """This one has run and reported."""
        found = self.read()
        if found["trial"] and found["trial"] == self.running():
            log.say(f"the update in {found['trial']} is good")
            self._write(good=found["trial"])

    def other(self) -> str:
        return "b" if (self.running() or self.read()["good"]) == "a" else "a"

    def put_on_trial(self, slot: str) -> None:
        self._write(good="b" if slot == "a" else "a", trial=slot)

    def _write(self, **words: str) -> None:
        found = {"good": "a", "trial": "", "tries": "0", "failed": "", **words}
        text = "".join(f"{name}={value}\n" for name, value in found.items())
        owner = self._file.parent.stat()
        write_private(self._file, text.encode())
        try:
            shutil.chown(self._file, owner.st_uid, owner.st_gid)  # made by root, kept by the pod
        except PermissionError:
            pass


def make_environment(folder: Path, spec: str, python: str = sys.executable) -> str:
    """A fresh virtual environment with `spec` in it; the version that it says it is."""
    shutil.rmtree(folder, ignore_errors=True)
    for command in environment_commands(folder, spec, python):
        try:
            subprocess.run(command, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise Problem(f"{' '.join(command)}: failed ({error}); what runs stays") from None
    return environment_version(folder)


def environment_commands(folder: Path, spec: str, python: str) -> list[list[str]]:
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    return [[python, "-m", "venv", str(folder)], [*pip, "--disable-pip-version-check", spec]]


def environment_version(folder: Path) -> str:
    program = folder / "bin" / "starlit-pod"
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Problem(f"{program} does not run ({error}); what runs stays") from None
    return done.stdout.split()[-1]


def is_older(new: str, old: str) -> bool:
    return _numbers(new) < _numbers(old)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", text.split("+")[0])]


def update(slots: Slots, spec: str, opt: Path, old: str, downgrade: bool, log: Log) -> str:
    """Makes `spec` in the other slot and puts it on trial; the slot."""
    trial = slots.read()["trial"]
    if trial:
        raise Problem(f"the last update ({trial}) is still on trial; wait for it, or restart twice")
    slot = slots.other()
    log.say(f"installing {spec} in {opt / slot} (a Zero 2 W takes minutes) ...")
    new = make_environment(opt / slot, spec)
    if is_older(new, old) and not downgrade:
        shutil.rmtree(opt / slot, ignore_errors=True)
        raise Problem(f"{new} is older than {old}, which runs; --downgrade takes it all the same")
    slots.put_on_trial(slot)
    log.say(f"{new} starts when nothing shows; good after a minute and a report, or {old} returns")
    return slot
