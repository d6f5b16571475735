"""The tables of README.md, written between their marks from the slice report and the parameters."""

import json
import re

from .labels import LABELS
from .params import HERE
from .parts import PRINTED
from .slicing import SETTINGS

README = HERE / "README.md"
LIES = {
    "foot": "its flat top on the bed",
    "base": "as it stands",
    "strain": "upside down",
    "walls": "upside down, deck on the bed",
    "window": "on its back",
    "chamber": "closed end down",
    "crank": "on its hub, prongs up",
    "lever": "star's face on the bed",
    "roof": "as it stands",
    "coupon": "flat",
}


def duration(minutes):
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def parts_table(report):
    rows = [
        "| part | material | lies | layer | infill | time | plastic |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, spec in PRINTED.items():
        got, how = report[name], SETTINGS[spec.quality]
        rows.append(
            f"| [{name}](pictures/part-{name}.png) | {spec.material} | {LIES[name]} | "
            f"{got['layer_mm']} mm | {how['fill-density']} | {duration(got['minutes'])} | "
            f"{got['grams']} g |"
        )
    house = [got for name, got in report.items() if PRINTED[name].in_house]
    rows.append(
        f"| **the house** | | | | | **{duration(sum(g['minutes'] for g in house))}** | "
        f"**{sum(g['grams'] for g in house):.0f} g** |"
    )
    return "\n".join(rows)


def label_text():
    return "\n".join(f"- *{name}*: " + " ".join(lines) for name, lines in LABELS.items())


def fill(text, tables):
    for name, table in tables.items():
        mark = re.compile(rf"(<!-- {name}: .*?-->\n).*?(<!-- end -->)", re.DOTALL)
        if not mark.search(text):
            raise ValueError(f"README.md has no mark for {name}")
        text = mark.sub(lambda m, t=table: m.group(1) + t + "\n" + m.group(2), text)
    return text


def readme_text(report):
    return fill(README.read_text(), {"parts": parts_table(report), "labels": label_text()})


def write(report_path):
    README.write_text(readme_text(json.loads(report_path.read_text())))
