"""What of the pod goes into which file: the only place that knows the pod's own modules."""

from collections.abc import Sequence
from pathlib import Path

from starlit.bundle.compile import BYTECODE

# A file's module name -> what is taken from it by name. All that these need comes with them, but
# for what an earlier file has already: what must start where the rest is broken stands first.
PROGRAMS = {
    "pod.link": (  # what safe mode needs, with the next two
        "pod.link:Link",
        "pod.inbox:Inbox",
        "pod.config:Config",
        "pod.io:Inputs",
        "pod.io:Outputs",
        "pod.drivers.sensors:Sensors",
    ),
    "pod.body.pico.start": (
        "pod.body.pico.start:start",
        "pod.body.pico.wire:Wire",
        "pod.service:Service",
        "pod.slots:Flash",
        "pod.slots:NAMES",
        "pod.slots:Slots",
        "pod.body.pico.safe:Safe",
    ),
    "pod.core": ("pod.core:Pod",),
    "pod.body.pico.loop": (
        "pod.body.pico.loop:Loop",
        "pod.body.pico.portal:Portal",
    ),
    "pod.body.pico.page": ("pod.body.pico.page:fields", "pod.body.pico.page:form"),
    # Loaded when a host asks for it (pod.service).
    "pod.update": ("pod.update:Updater",),
    # Called before anything else, by device/boot.py.
    "pod.body.pico.rom": ("pod.body.pico.rom:keep",),
    # And this; `try_parts` is called over the serial console, by `starlit flash`.
    "pod.body.pico.cable": ("pod.body.pico.cable:try_parts", "pod.selftest:SelfTest"),
}

# Loaded where a body has recordings; and a body for CPython.
NOT_ON_A_PICO = ("pod.sound.recording", "pod.body.linux")
_BODY = "pico"
# Twins of a module in machine code have its name and one of these; the plain one always is there.
_THUMB = "_thumb"  # the inline assembler's, for ARM's Cortex-M alone
_VIPER = "_viper"


def twins_for(arch: str) -> tuple[str, ...]:
    """Which twins run on a processor, the best one first."""
    if arch == BYTECODE:
        return ()
    return (_THUMB, _VIPER) if arch.startswith(("armv6m", "armv7")) else (_VIPER,)


def left_out(package: Path, twins: Sequence[str]) -> list[str]:
    """Modules of the package's folder that a bundle goes without: all twins but the first of
    `twins` that is there, other bodies, and what no Pico loads."""
    out = list(NOT_ON_A_PICO)
    names = set()
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        name = ".".join([package.name, *parts])
        names.add(name)
        if parts[0] == "body" and len(parts) > 2 and parts[1] != _BODY:
            out.append(name.removesuffix(".__init__"))
    for plain in sorted({name.removesuffix(_THUMB).removesuffix(_VIPER) for name in names}):
        there = [suffix for suffix in (_THUMB, _VIPER, "") if plain + suffix in names]
        taken = next((suffix for suffix in twins if suffix in there), "")
        out += [plain + suffix for suffix in there if suffix != taken]
    return out
