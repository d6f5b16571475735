"""What of the pod goes into which file: the only place that knows the pod's own modules."""

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
}

NOT_ON_A_PICO = ("pod.sound.recording",)  # loaded where a body has recordings
KERNELS = ("pod.guard.kernel", "pod.sound.kernel")  # each has a twin in machine code
VIPER = "_viper"


def left_out(machine_code: bool) -> list[str]:
    """One of each two twins, and what no Pico loads."""
    twins = [name if machine_code else name + VIPER for name in KERNELS]
    return [*NOT_ON_A_PICO, *twins]
