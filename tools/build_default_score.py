#!/usr/bin/env python3
"""Writes host/starlit/scores/default.toml, compiled, into device/pod/score.py.

    .venv/bin/python tools/build_default_score.py
"""

import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "device"), str(ROOT / "host")]

from pod import jsontext  # noqa: E402
from starlit.score.catalogue import DEFAULT, load  # noqa: E402
from starlit.score.compile import compile_score  # noqa: E402

POD = ROOT / "device" / "pod" / "score.py"
BEGIN, END = "DEFAULT = (\n", "\n)\n"


def main() -> None:
    text = jsontext.dumps(compile_score(load(DEFAULT)))
    lines = textwrap.wrap(text, 90, break_long_words=True, break_on_hyphens=False)
    body = "\n".join(f"    '{line}'" for line in lines)
    source = POD.read_text()
    head, rest = source.split(BEGIN, 1)
    POD.write_text(head + BEGIN + body + END + rest.split(END, 1)[1])


if __name__ == "__main__":
    main()
