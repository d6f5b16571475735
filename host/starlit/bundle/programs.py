"""What of the pod goes into which file: the only place that knows the pod's own modules."""

from pathlib import Path

# A file's module name -> what whoever starts the pod takes from it. All that these need comes with
# them; what two of them need gets a file of its own. A body that has its own `main` goes here.
PROGRAMS = {
    "pod.core": (
        "pod.core:Pod",
        "pod.config:Config",
        "pod.io:Inputs",
        "pod.io:Outputs",
        "pod.drivers.sensors:Sensors",
    ),
    # Loaded when a host asks for it (pod.service).
    "pod.update": ("pod.update:Updater",),
    "pod.selftest": ("pod.selftest:SelfTest",),
    # Called over the serial console, by `starlit flash`.
    "pod.body.pico.cable": ("pod.body.pico.cable:try_parts",),
}

NOT_ON_A_PICO = ("pod.sound.recording",)  # loaded where a body has recordings
_TWIN = "_viper"  # in machine code; the plain one has the same name without it


def left_out(package: Path, machine_code: bool) -> list[str]:
    """Modules of the package's folder that a bundle goes without: one of each two twins, and what
    no Pico loads."""
    out = list(NOT_ON_A_PICO)
    for path in sorted(package.rglob(f"*{_TWIN}.py")):
        name = ".".join([package.name, *path.relative_to(package).with_suffix("").parts])
        out.append(name.removesuffix(_TWIN) if machine_code else name)
    return out
