"""`starlit-pod`: run, install, selftest, update, set, bench."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from . import settings
from .problem import Log, Problem
from .window import WORDS


def main(argv: list[str] | None = None) -> int:
    """The exit code: 0 done, 1 a part fails its test, 2 something that a user can mend."""
    args = _parser().parse_args(argv)
    try:
        return args.do(args)
    except Problem as problem:
        print(f"starlit-pod: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    from .run import version

    parser = argparse.ArgumentParser(
        prog="starlit-pod",
        description="The pod on a Raspberry Pi (docs/raspberry-pi.md).",
    )
    parser.add_argument("--version", action="version", version=f"starlit-pod {version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="run the pod until it is told to end")
    _config(run)
    run.add_argument("--seconds", type=float, help="end by itself after so long")
    run.set_defaults(do=_run)

    install = commands.add_parser("install", help="write and enable the systemd unit (root)")
    install.add_argument("--dry-run", action="store_true", help="show every step, do none")
    install.add_argument("--provision", type=Path, metavar="FILE", help="of `starlit pod add`")
    install.add_argument("--from", dest="spec", metavar="SPEC", help="what pip installs")
    install.set_defaults(do=_install)

    selftest = commands.add_parser("selftest", help="each part, and what to do where it fails")
    _config(selftest)
    selftest.add_argument("--json", action="store_true", dest="as_json", help="for programs")
    selftest.set_defaults(do=_selftest)

    update = commands.add_parser("update", help="a new version beside the old one (root)")
    _config(update)
    update.add_argument("spec", nargs="?", metavar="SPEC", help="what pip installs [the newest]")
    update.add_argument("--downgrade", action="store_true", help="also to an older version")
    update.set_defaults(do=_update)

    change = commands.add_parser("set", help="what a hand sets, in the set-up window")
    _config(change)
    change.add_argument("words", nargs="+", metavar="NAME=VALUE", help=", ".join(WORDS))
    change.set_defaults(do=_set)

    bench = commands.add_parser("bench", help="share of a core, memory, time to sensing")
    _config(bench)
    bench.add_argument("--seconds", type=float, default=20.0, help="how long [20]")
    bench.add_argument("--json", action="store_true", dest="as_json", help="for programs")
    bench.set_defaults(do=_bench)
    return parser


def _config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", type=Path, default=Path(settings.CONFIG), metavar="FILE",
        help=f"pod.toml [{settings.CONFIG}]",
    )  # fmt: skip


def _run(args: argparse.Namespace) -> int:
    from .run import serve

    return serve(settings.read(args.config), args.seconds)


def _install(args: argparse.Namespace) -> int:
    from .install import Plan, install, show
    from .run import version
    from .slots import PACKAGE

    plan = Plan(args.spec or f"{PACKAGE}=={version()}", args.provision)
    if args.dry_run:
        print(show(plan))
        return 0
    install(plan, print)
    print("running; `journalctl -u starlit-pod` has its lines, `starlit-pod selftest` its parts")
    return 0


def _selftest(args: argparse.Namespace) -> int:
    from .selftest import as_dict, checks

    given = settings.read(args.config)
    failed = False
    told = []
    for check in checks(given):
        failed = failed or check.ok is False
        told.append(as_dict(check))
        if not args.as_json:
            word = {True: "ok  ", False: "FAIL", None: "-   "}[check.ok]
            print(f"{word} {check.part}: {check.said}", flush=True)
    if args.as_json:
        print(json.dumps({"version": 1, "ok": not failed, "checks": told}, indent=2))
    return 1 if failed else 0


def _update(args: argparse.Namespace) -> int:
    from .run import version
    from .slots import OPT, PACKAGE, Slots, update

    if os.geteuid() != 0:
        raise Problem("update needs root; run: sudo starlit-pod update")
    given = settings.read(args.config)
    slots = Slots(given.state)
    if slots.running() is None:
        raise Problem(f"this is not the environment of the service; run {OPT}/start update")
    update(slots, args.spec or PACKAGE, OPT, version(), args.downgrade, Log())
    return 0


def _set(args: argparse.Namespace) -> int:
    from .window import give, parsed

    given = parsed(args.words)
    give(settings.read(args.config).state, given)
    print("given to the pod; `starlit status` and its lines say what it made of it")
    return 0


def _bench(args: argparse.Namespace) -> int:
    from .bench import measure

    found = measure(settings.read(args.config), args.seconds)
    if args.as_json:
        print(json.dumps(found))
        return 0
    print(
        f"loop: {found['core_percent']:.2f} % of one core, {found['turns_a_s']:.0f} turns a second"
    )
    print(f"memory: {found['rss_mb']:.1f} MB resident")
    print(f"start to sensing: {found['sensing_s']:.2f} s, the interpreter's own start included")
    return 0


if __name__ == "__main__":
    sys.exit(main())
