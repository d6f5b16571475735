"""`starlit-pod` in a process of its own, with simulated parts at Blinka's pins.

    python rpi.py REPORT press MS,... -- run --config pod.toml

Presses the button after those milliseconds; at the end writes to REPORT what the ring showed.
"""

import json
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
sys.path[:0] = [str(ROOT / "device"), str(ROOT / "host")]

from starlit.virtual.pi import Pi  # noqa: E402


def clock_us():
    return time.monotonic_ns() // 1000


def hands(pi, script):
    for word in filter(None, script.split(",")):
        after_s, _, ms = word.partition(":")
        time.sleep(float(after_s))
        pi.press(int(ms))


def main():
    report, script = sys.argv[1:3]
    words = sys.argv[4:]
    Pi.install()
    pi = Pi(clock_us)
    pi.finger(64.0)
    if script == "missing":
        pi.bus.dead = True
    else:
        threading.Thread(target=hands, args=(pi, script), daemon=True).start()
    from pod.body.linux.command import main as starlit_pod

    code = starlit_pod(words)
    Path(report).write_text(json.dumps({
        "code": code,
        "rail": pi.rail.on,
        "lit_frames": sum(any(frame) for frame in pi.frames),
        "modules": sorted({name.partition(".")[0] for name in sys.modules}),
    }))  # fmt: skip
    return code


if __name__ == "__main__":
    sys.exit(main())
