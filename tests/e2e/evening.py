"""An evening of a cottage for who watches its sockets: `evening.py HOME [N]`.

Runs most commands, or the last N. Prints the port of its broker.
"""

import json
import sys
import time
from pathlib import Path

from tests.e2e.cottage import Cottage, run

from starlit.address import parse_address

COMMANDS = (
    ("cue", "comet"), ("cue", "tide", "--all"), ("score", "use", "rain", "--pod", "pod-1"),
    ("virtual", "hand", "pod-1", "900"), ("cottage", "list"), ("why", "--pod", "pod-1"),
    ("morning", "--pod", "pod-2"), ("unhook",), ("status", "--json"),
)  # fmt: skip


def main(home, commands=99):
    with Cottage(home, "--virtual", "2", "--welcome", "--keep-nights") as cottage:
        told = json.loads((home / "up-home.json").read_text())
        print(parse_address(told["broker"]).port, flush=True)
        cottage.wait_status(lambda pod: pod["state"] == "ritual", 10, "the ritual")
        for words in COMMANDS[-commands:]:
            done = run(home, *words)
            assert done.returncode in (0, 1), (words, done.stderr)  # a pod may refuse
        run(home, "watch", "--svg", home / "watch.svg")
        time.sleep(1)
        cottage.end()
        assert "Traceback" not in cottage.log


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
