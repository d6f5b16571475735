"""The dimensioned drawing: four views projected from the model, as SVG."""

from xml.sax.saxutils import escape

from build123d import Compound

from . import parts, roof

INK, DIM, HIDE = "#2b2b2b", "#9a4a1f", "#9aa0a6"
SCALE = 2.0
VIEWS = {  # name: (eye, up, which model axes become right and up, where on the sheet)
    "front": ((0, -1000, 0), (0, 0, 1), (185, 330)),
    "right": ((1000, 0, 0), (0, 0, 1), (505, 330)),
    "top": ((0, 0, 1000), (0, 1, 0), (185, 660)),
    "back": ((0, 1000, 0), (0, 0, 1), (505, 760)),
}


def _lines(solids, eye, up):
    """Visible edges as polylines in the view's plane, mm."""
    visible, _ = Compound(children=list(solids)).project_to_viewport(eye, up, (0, 0, 0))
    out = []
    for edge in visible:
        count = 2 if edge.geom_type.name == "LINE" else max(4, min(24, int(edge.length)))
        points = [edge @ (k / (count - 1)) for k in range(count)]
        out.append([(point.X, point.Y) for point in points])
    return out


def _path(lines, origin):
    x0, y0 = origin
    parts_ = []
    for line in lines:
        steps = [f"{x0 + SCALE * x:.1f},{y0 - SCALE * y:.1f}" for x, y in line]
        if len(set(steps)) > 1:
            parts_.append("M" + "L".join(steps))
    return f'<path d="{"".join(sorted(set(parts_)))}"/>'


class Sheet:
    def __init__(self):
        self.items = []

    def text(self, x, y, words, size=11, anchor="middle", fill=INK, turn=0):
        at = f' transform="rotate({turn} {x:.1f} {y:.1f})"' if turn else ""
        self.items.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
            f'fill="{fill}"{at}>{escape(words)}</text>'
        )

    def line(self, x1, y1, x2, y2, ends=False, width=0.7):
        arrows = ' marker-start="url(#a)" marker-end="url(#b)"' if ends else ""
        self.items.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{DIM}" '
            f'stroke-width="{width}"{arrows}/>'
        )

    def across(self, origin, low, high, level, edge, words=None):
        """A horizontal dimension at sheet distance `level` (mm of model) from the origin."""
        x0, y0 = origin
        y = y0 - SCALE * level
        for x in (low, high):
            self.line(
                x0 + SCALE * x, y0 - SCALE * edge, x0 + SCALE * x, y - (4 if level > edge else -4)
            )
        self.line(x0 + SCALE * low, y, x0 + SCALE * high, y, ends=True)
        self.text(x0 + SCALE * (low + high) / 2, y - 3, words or f"{high - low:g}", fill=DIM)

    def upright(self, origin, low, high, level, edge, words=None):
        x0, y0 = origin
        x = x0 + SCALE * level
        for z in (low, high):
            self.line(
                x0 + SCALE * edge, y0 - SCALE * z, x + (4 if level > edge else -4), y0 - SCALE * z
            )
        self.line(x, y0 - SCALE * low, x, y0 - SCALE * high, ends=True)
        middle = y0 - SCALE * (low + high) / 2
        self.text(x - 3, middle, words or f"{high - low:g}", fill=DIM, turn=-90)


def n(value):
    """A length for a drawing: one decimal, none where it is zero."""
    return f"{round(value, 1):g}"


def draw(house, path):
    p, sheet = house.p, Sheet()
    solids = house.solids()
    solids["roof"] = roof.make(p, shingled=False)
    outside = [
        solids[name] for name in ("foot", "base", "walls", "window", "lever", "roof", "button")
    ]
    views = {name: _path(_lines(outside, eye, up), at) for name, (eye, up, at) in VIEWS.items()}
    _front(sheet, p)
    _right(sheet, p)
    _top(sheet, p)
    _back(sheet, p)
    _title(sheet, p)
    body = "\n".join(f'<g id="{name}">{view}</g>' for name, view in views.items())
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 900" width="700" height="900" '
        'font-family="DejaVu Sans, Arial, sans-serif">\n'
        f'<defs><marker id="a" markerWidth="8" markerHeight="6" refX="0" refY="3" orient="auto">'
        f'<path d="M8,0L0,3L8,6z" fill="{DIM}"/></marker><marker id="b" markerWidth="8" '
        f'markerHeight="6" refX="8" refY="3" orient="auto"><path d="M0,0L8,3L0,6z" fill="{DIM}"/>'
        "</marker></defs>\n"
        '<rect width="700" height="900" fill="#ffffff"/>\n'
        f'<g fill="none" stroke="{INK}" stroke-width="0.6" stroke-linecap="round">{body}</g>\n'
        + "\n".join(sheet.items)
        + "\n</svg>\n"
    )
    return path


def _front(sheet, p):
    at = VIEWS["front"][2]
    half, top = roof.half_width(p), roof.apex_z(p)
    proud = p.outer + p.base.proud
    sheet.text(at[0], at[1] + 68, "front", 13)
    sheet.across(at, -proud, proud, -14, 0, n(2 * proud))
    sheet.across(at, -half, half, top + 12, p.z_deck, n(2 * half))
    sheet.upright(at, 0, top, -half - 22, -half, n(top))
    sheet.upright(at, 0, p.z_deck, -half - 9, -half, n(p.z_deck))
    sheet.upright(at, 0, p.door.sensor_z, half + 9, 0, n(p.door.sensor_z))
    sheet.across(at, -p.door.width / 2, p.door.width / 2, -25, p.z_joint, n(p.door.width))


def _right(sheet, p):
    at = VIEWS["right"][2]
    verge = p.outer + p.roof.verge
    y, z = p.lever.pivot
    sheet.text(at[0], at[1] + 62, "right: the unplug lever", 13)
    sheet.across(at, -verge, verge, roof.apex_z(p) + 12, p.z_deck, n(2 * verge))
    sheet.across(at, y - p.lever.arm, y, -14, z, n(p.lever.arm))
    sheet.upright(at, 0, z, verge + 12, y, n(z))
    sheet.text(at[0], at[1] + 46, f"throw {p.lever.throw_deg:g} degrees", fill=DIM)


def _top(sheet, p):
    at = VIEWS["top"][2]
    sheet.text(at[0], at[1] + 140, "top", 13)
    reach = p.outer + p.lever.gap + p.lever.thickness
    sheet.across(at, 0, reach, -62, 0, n(reach))


def _back(sheet, p):
    at = VIEWS["back"][2]
    sheet.text(at[0], at[1] + 40, "back: cord and label", 13)
    sheet.upright(at, 0, p.z_joint, -p.outer - 16, 0, n(p.z_joint))
    sheet.across(at, -30, 30, -9, 24, "60, label")


def _title(sheet, p):
    got = parts.PRINTED
    sheet.text(350, 858, "Starlit Cottage: enclosure", 15)
    sheet.text(
        350,
        876,
        f"all lengths in mm, {len(got)} printed parts, walls {p.body.wall:g}, "
        f"roof {p.roof.thickness:g}, outside edges rounded by 1 or more",
        10,
    )
    sheet.text(
        350, 890, "drawn from the model by `make enclosure`; nothing has been printed yet", 10
    )
