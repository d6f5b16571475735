"""The `starlit` command. Heavy modules are imported by the command that needs them."""

import importlib
import os
import sys
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from starlit.cli import pods, up, virtual
from starlit.errors import UserError

HELP = """A cottage of pods under one sky.

""" + " ".join(
    (
        "A bedside light-and-sound companion for bedtime and dreaming.",
        "Not a medical device or baby monitor.",
        "It does not detect, monitor, prevent or treat any condition, and does not alert anyone.",
        "Heart readings are used only to make it quieter.",
    )
)

# name -> module, attribute, what the overview says; imported only when named
_LATER = {
    "simulate": (
        "starlit.cli.simulate",
        "simulate_command",
        "Run the same pods through nights on a virtual clock, with no network.",
    ),
    "check": (
        "starlit.cli.check",
        "check_command",
        "Hold traces against the ten invariants of SAFETY.",
    ),
    "fuzz": (
        "starlit.cli.fuzz",
        "fuzz_command",
        "Throw random and hostile nights at simulated pods, judged by `check`.",
    ),
    "score": (
        "starlit.cli.score",
        "score_app",
        "What a pod plays in an evening, a night and a dawn: list, check, preview, use.",
    ),
    "calibrate": (
        "starlit.cli.calibrate",
        "calibrate_app",
        "Set transmission, distance and sound level from a phone's meters.",
    ),
    "pulse": (
        "starlit.cli.pulse",
        "pulse_command",
        "Propose a heartbeat star to two pods, for both people to agree to.",
    ),
    "sky": (
        "starlit.cli.sky",
        "sky_command",
        "Draw a night: its constellation, and what the rings show over time.",
    ),
    "cottage": (
        "starlit.cli.cottage",
        "cottage_app",
        "Make cottages, let pods join and leave, choose friends.",
    ),
    "pod": (
        "starlit.cli.pod",
        "pod_app",
        "Each pod's own credential: add, list, revoke, rotate.",
    ),
    "sound": (
        "starlit.cli.sound",
        "sound_command",
        "Listen to a layer of the pod's own sound: list the kinds, or write a WAV.",
    ),
    "why": (
        "starlit.cli.why",
        "why_command",
        "Tell a night in sentences: what played, what was dropped, and why.",
    ),
    "bundle": (
        "starlit.cli.bundle",
        "bundle_command",
        "Compile the pod for a Pico: few files, short names, a manifest with hashes.",
    ),
    "audit": (
        "starlit.cli.audit",
        "audit_command",
        "Look for what a stranger could find at a running cottage, and say what to do.",
    ),
    "forget": (
        "starlit.cli.forget",
        "forget_command",
        "Delete all of a cottage, or of one pod, that is kept here; it asks first.",
    ),
    "flash": (
        "starlit.cli.flash",
        "flash_command",
        "Make a pod of a Pico: firmware, program, credential, self-test.",
    ),
    "update": (
        "starlit.cli.update",
        "update_app",
        "Give a pod a new program over the link: signed, and taken back if it fails.",
    ),
    "doctor": (
        "starlit.cli.doctor",
        "doctor_command",
        "Let a pod try each of its parts.",
    ),
    "restart": (
        "starlit.cli.restart",
        "restart_command",
        "Let a pod start anew, out of safe mode too.",
    ),
    "bench": ("starlit.cli.bench", "bench_app", "Measure speed, memory, beats, clock and link."),
}


class LazyGroup(TyperGroup):
    def __init__(self, **attrs: Any):
        super().__init__(**attrs)
        for name, (_, _, text) in _LATER.items():
            self.add_command(TyperCommand(name=name, help=text))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] in _LATER:
            return args[0], _load(args[0]), args[1:]
        return super().resolve_command(ctx, args)


def _load(name: str) -> Any:
    module, attribute, _ = _LATER[name]
    found = getattr(importlib.import_module(module), attribute)
    if isinstance(found, typer.Typer):
        return typer.main.get_command(found)
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return typer.main.get_command(alone)


app = typer.Typer(
    cls=LazyGroup,
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from starlit import __version__

        print(f"starlit {__version__}")
        raise typer.Exit()


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    pass


app.command("up")(up.up)
app.command("status")(pods.status)
app.command("watch")(pods.watch)
app.command("goodnight")(pods.goodnight)
app.command("morning")(pods.morning)
app.command("cue")(pods.cue)
app.command("unhook")(pods.unhook)
app.add_typer(virtual.app, name="virtual")


def _complain(message: str) -> None:
    print("starlit: " + " ".join(message.split()), file=sys.stderr)


def run(args: list[str] | None = None) -> int:
    """The exit code; everything that a person can cause is one line on stderr."""
    try:
        code = app(args=args, standalone_mode=False, prog_name="starlit")
    except UserError as error:
        _complain(str(error))
        return 2
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        return _usage(error)
    return code if isinstance(code, int) else 0


def _usage(error: Any) -> int:
    """Typer's and click's own complaints, in our one line."""
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx is not None else "starlit"
    message = error.format_message()
    if not message or type(error).__name__ == "NoArgsIsHelpError":
        if ctx is not None:
            print(ctx.get_help())
        return 2
    _complain(f"{message.rstrip('.')}; see `{path} --help`")
    return 2


def main() -> None:
    sys.exit(run())
