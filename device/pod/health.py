"""What makes a pod fail dark (SAFETY 8): it watches and names the fault, the core goes dark."""

from . import io

CLOCK_STEP_MS = 1950  # 2 s, less the 33 ms that a lit pod may have waited
DEAD_MAN_MS = 500  # without a step, after which the hardware cuts the rail (SAFETY 8)
STALLED = "stalled for half a second: the hardware has cut the rail, hold the button for 1 s"
SENSOR_FAULT_MS = 10000

SENSOR_FAULTS = io.FAULT_SENSOR | io.FAULT_BUS | io.FAULT_IDENTITY | io.FAULT_FIFO
RESETS = ("power", "soft", "watchdog", "brownout")

CLOCK = ("clock", "the local clock stepped")
SENSOR = ("sensor", "a sensor is broken during a cue")
_FAULTS = (
    (io.FAULT_TASK, ("task", "a task is late by more than 5 s")),
    (io.FAULT_CONFIG, ("config", "the configuration's checksum is wrong")),
    (io.FAULT_HOT, ("hot", "45 C or more inside the case")),
)


def reset_fault(cause):
    """(fault, why) of a start that must stay dark, or None."""
    if cause == io.RESET_WATCHDOG or cause == io.RESET_BROWNOUT:
        return RESETS[cause], "reset by " + RESETS[cause]
    return None


def kept_fault(name):
    """(fault, why) of a failure stored before a reboot (bytes, empty or None for none)."""
    if not name:
        return None
    return name.decode(), "failed before the reboot: " + name.decode()


class Health:
    def __init__(self):
        self.sensor_ok = True
        self._broken_ms = 0  # for how long, up to SENSOR_FAULT_MS

    def watch(self, faults, dt_ms, cue_plays, age_ms=0):
        """(fault, why) to fail dark for, or None. A broken sensor only ends what needs it; when
        that is seen first it has been so for `age_ms`."""
        for bit, fault in _FAULTS:
            if faults & bit:
                return fault
        broken = faults & SENSOR_FAULTS != 0
        since_ms = age_ms if self.sensor_ok else self._broken_ms + dt_ms
        self._broken_ms = min(since_ms, SENSOR_FAULT_MS) if broken else 0
        self.sensor_ok = not broken
        return SENSOR if cue_plays and self.sensor_lost() else None

    def sensor_lost(self):
        """Broken for so long that no cue may play."""
        return self._broken_ms >= SENSOR_FAULT_MS
