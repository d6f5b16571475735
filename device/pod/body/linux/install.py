"""`starlit-pod install`: user, folders, environment, launcher, unit; each step shown, or done."""

from __future__ import annotations

import grp
import os
import pwd
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import settings, unit
from .problem import Problem
from .slots import OPT, START, environment_commands


@dataclass(frozen=True)
class Step:
    """What it says, and what it does."""

    line: str
    do: Callable[[], object]
    text: str = ""  # of a file it writes


@dataclass(frozen=True)
class Plan:
    """Where things go; `root` is "/" but in tests."""

    spec: str
    provision: Path | None = None
    opt: Path = OPT
    state: Path = Path(settings.STATE)
    config: Path = Path(settings.CONFIG)
    units: Path = Path("/etc/systemd/system")


def steps(plan: Plan) -> list[Step]:
    """In order; what is there already is left out, so it may be run again."""
    found: list[Step] = []
    if not _user_exists(unit.USER):
        found.append(_command(
            "useradd", "--system", "--user-group", "--no-create-home",
            "--home-dir", str(plan.state), "--shell", "/usr/sbin/nologin", unit.USER,
        ))  # fmt: skip
    owner = ("--owner", unit.USER, "--group", unit.USER)
    found.append(_command("install", "-d", "-m", "0700", *owner, str(plan.state)))
    found.append(_command("install", "-d", "-m", "0755", str(plan.config.parent), str(plan.opt)))
    if not plan.config.exists():
        found.append(_write(plan.config, settings.EXAMPLE, 0o644))
    if plan.provision is not None:
        target = str(plan.state / "provision.json")
        found.append(_command("install", "-m", "0600", *owner, str(plan.provision), target))
    if not (plan.opt / "a").exists():
        for command in environment_commands(plan.opt / "a", plan.spec, sys.executable):
            found.append(_command(*command))
    found.append(_write(plan.opt / "start", START, 0o755))
    text = unit.text(plan.opt / "start", plan.config, _groups())
    found.append(_write(plan.units / unit.NAME, text, 0o644))
    found.append(_command("systemctl", "daemon-reload"))
    found.append(_command("systemctl", "enable", "--now", unit.NAME))
    return found


def show(plan: Plan) -> str:
    lines = []
    for step in steps(plan):
        lines.append(step.line)
        lines += ["    " + line if line else "" for line in step.text.splitlines()]
    return "\n".join(lines)


def install(plan: Plan, say: Callable[[str], None]) -> None:
    if os.geteuid() != 0:
        raise Problem("install needs root; run: sudo starlit-pod install, or add --dry-run")
    if plan.provision is not None:
        settings.check_provision(plan.provision)
    for step in steps(plan):
        say(step.line)
        try:
            step.do()
        except (OSError, subprocess.CalledProcessError) as error:
            raise Problem(f"{step.line}: {error}; mend that and run it again") from None


def _command(*words: str) -> Step:
    return Step(shlex.join(words), lambda: subprocess.run(words, check=True))


def _write(path: Path, text: str, mode: int) -> Step:
    def do() -> None:
        path.write_text(text)
        path.chmod(mode)

    return Step(f"write {path} (mode {mode:o})", do, text)


def _user_exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _groups() -> tuple[str, ...]:
    """Those of ours that this system has: systemd refuses a unit with an unknown one."""
    there = {group.gr_name for group in grp.getgrall()}
    return tuple(name for name in unit.GROUPS if name in there)
