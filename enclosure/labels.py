"""The labels: what the house says about itself, as text and as an SVG to print at true size."""

from xml.sax.saxutils import escape

# The wording of SAFETY.md; tests/test_claims.py reads these strings too.
IS_NOT = (
    "A bedside light-and-sound companion for bedtime and dreaming. Not a medical device or baby "
    "monitor. It does not detect, monitor, prevent or treat any condition, and does not alert "
    "anyone. Heart readings are used only to make it quieter."
)
LABELS = {
    "back": [  # in the recess, 60 x 24 mm
        "Starlit Cottage   5 V 0.5 A, USB-C",
        "Keep house and cord 0.9 m from a crib.",
        "Not for children under 36 months.",
        "Not a medical device or baby monitor.",
        "Eye and pillow at least 0.5 m away.",
    ],
    "under": [  # on the floor, between the foot's rails, 76 x 28 mm
        "Lever down: unplugged, dark and silent.",
        "Lever up, then hold the button 1 s: plugged in.",
        "Open with a screwdriver only; no part comes off by hand.",
        "Unplug the cord before you open it.",
        "A bedside light-and-sound companion for bedtime and dreaming.",
        "Not a medical device or baby monitor.",
        "It does not detect, monitor, prevent or treat any condition,",
        "and does not alert anyone.",
        "Heart readings are used only to make it quieter.",
    ],
}
SIZE = {"back": (60, 24, 3.6), "under": (76, 28, 2.75)}


def text():
    out = []
    for name, lines in LABELS.items():
        wide, tall, _ = SIZE[name]
        out += [f"[{name}] {wide} x {tall} mm", *lines, ""]
    return "\n".join(out)


def svg():
    y, items, total = 2.0, [], sum(size[1] + 4 for size in SIZE.values())
    for name, lines in LABELS.items():
        wide, tall, step = SIZE[name]
        items.append(
            f'<rect x="2" y="{y}" width="{wide}" height="{tall}" rx="1.5" fill="#fff" '
            'stroke="#888" stroke-width="0.15"/>'
        )
        step = min(step, (tall - 3) / len(lines))
        for k, line in enumerate(lines):
            weight = ' font-weight="bold"' if k == 0 else ""
            size = min(step * 0.74, (wide - 4) / (0.56 * len(line)))
            items.append(
                f'<text x="4" y="{y + 1.2 + step * (k + 0.85):.2f}" font-size="{size:.2f}"'
                f"{weight}>{escape(line)}</text>"
            )
        y += tall + 4
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="80mm" height="{total:g}mm" '
        f'viewBox="0 0 80 {total:g}" font-family="DejaVu Sans, Arial, sans-serif" fill="#222">\n'
        + "\n".join(items)
        + "\n</svg>\n"
    )


def write(folder):
    (folder / "labels.txt").write_text(text())
    (folder / "labels.svg").write_text(svg())
