"""`starlit-pod bench`: what this body costs on this machine, with whatever parts it has."""

from __future__ import annotations

import resource
import time
from typing import Any

from .notify import Notify
from .problem import Log
from .run import Service
from .settings import Settings


def measure(given: Settings, seconds: float) -> dict[str, Any]:
    """Runs the pod as `run` does. Processor time over wall time, after the start."""
    service = Service(given, Log(), Notify())
    service.start()
    # PortAudio looks around once, before the loop's own cost is counted.
    service.hardware.speaker.start()
    cpu_s, from_s = time.process_time(), time.monotonic()
    service.run(lambda: time.monotonic() - from_s >= seconds)
    passed_s = time.monotonic() - from_s
    return {
        "version": 1,
        "core_percent": 100 * (time.process_time() - cpu_s) / passed_s,
        "turns_a_s": service.loop.turns / passed_s,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "sensing_s": service.sensing_s,
        "seconds": passed_s,
    }
