"""Write one KiCad 9 schematic sheet: parts at hand-chosen places, wires, labels, boxes, notes.

Coordinates are whole steps of 1.27 mm (KiCad's 50 mil grid), y downwards, as on the screen. Every
identifier is a uuid5 of what it names, so drawing the same sheet again changes no byte.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .library import Placed, Point, embedded, pins_of, turned
from .parts import PARTS, Item
from .sexpr import at, effects, identity, mm, quoted


@dataclass
class Project:
    """A root sheet that a shared sheet appears under, and the path of the shared one in it."""

    name: str

    @property
    def root(self) -> str:
        return identity(self.name, "sheet")

    def path(self, sheet: str) -> str:
        return (
            f"/{self.root}" if sheet == self.name else f"/{self.root}/{identity(self.name, sheet)}"
        )


@dataclass
class Sheet:
    name: str
    title: str
    projects: tuple[Project, ...]
    paper: str = "A4"
    items: list[str] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    wires: list[tuple[Point, Point]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    powers: int = 0

    def _id(self, kind: str) -> str:
        return identity(self.name, kind, len(self.items))

    # -- parts ---------------------------------------------------------------------------------

    def part(
        self,
        ref: str,
        where: Point,
        *,
        unit: int = 1,
        angle: int = 0,
        mirror: str = "",
        ref_at: tuple[float, float] | None = None,
        value_at: tuple[float, float] | None = None,
        justify: str | None = None,
        show: str = "both",
    ) -> Placed:
        """A part of `parts.PARTS`; `*_at` are offsets of its two texts from its origin."""
        item = PARTS[ref]
        placed = Placed(item.symbol, ref, where, unit, angle, mirror)
        self.placed.append(placed)
        self.used.add(item.symbol)
        default_ref, default_value, default_just = _text_places(item.symbol, angle)
        texts = _Texts(
            ref_at or default_ref,
            value_at or default_value,
            default_just if justify is None else justify,
            show,
        )
        self.items.append(self._symbol(placed, item, texts))
        return placed

    def power(self, net: str, where: Point, angle: int = 0) -> None:
        """A power symbol; ground points down and the others up unless turned."""
        self.powers += 1
        hundred = "".join(c for c in identity(self.name) if c.isdigit())[:4]
        ref = (
            f"#PWR{hundred}{self.powers:02d}"
            if net != "PWR_FLAG"
            else f"#FLG{hundred}{self.powers:02d}"
        )
        down = net == "GND"
        dx, dy = turned(0, (-4 if down else 3), angle, "")
        placed = Placed(net, ref, where, 1, angle, "")
        self.placed.append(placed)
        self.used.add(net)
        texts = _Texts((0, 0), (dx, dy), "", "none" if net == "GND" else "value")
        item = Item(symbol=net, value=net, in_bom=False)
        self.items.append(self._symbol(placed, item, texts))

    def _symbol(self, placed: Placed, item: Item, texts: _Texts) -> str:
        yes_no = {True: "yes", False: "no"}
        upright = 90 if placed.angle in (90, 270) else 0
        rows = [
            f"\t(symbol (lib_id {quoted('starlit:' + placed.symbol)}) {at(placed.at, placed.angle)}"
            + (f" (mirror {placed.mirror})" if placed.mirror else "")
            + f" (unit {placed.unit}) (exclude_from_sim no) (in_bom {yes_no[item.in_bom]})"
            f" (on_board {yes_no[item.on_board]}) (dnp {yes_no[item.optional]})",
            f'\t\t(uuid "{identity(self.name, placed.ref, placed.unit)}")',
        ]
        shown = {"Reference": ("both", "ref"), "Value": ("both", "value")}
        for name, text, offset in (
            ("Reference", placed.ref, texts.ref),
            ("Value", item.value, texts.value),
            ("Footprint", item.footprint, (0, 0)),
            ("Datasheet", "", (0, 0)),
            ("Manufacturer", item.maker, (0, 0)),
            ("MPN", item.mpn, (0, 0)),
        ):
            hide = texts.show not in shown.get(name, ())
            where = placed.at[0] + offset[0], placed.at[1] + offset[1]
            rows.append(
                f"\t\t(property {quoted(name)} {quoted(text)} {at(where, upright)}"
                f" {effects(justify=texts.justify, hide=hide)})"
            )
        for number in pins_of(placed.symbol, placed.unit):
            own = identity(self.name, placed.ref, placed.unit, "pin", number)
            rows.append(f'\t\t(pin "{number}" (uuid "{own}"))')
        rows.append("\t\t(instances")
        for project in self.projects:
            rows.append(
                f'\t\t\t(project "{project.name}" (path "{project.path(self.name)}"'
                f' (reference "{placed.ref}") (unit {placed.unit})))'
            )
        rows.append("\t\t)\n\t)")
        return "\n".join(rows)

    # -- connections ---------------------------------------------------------------------------

    def wire(self, *points: Point) -> None:
        for start, end in zip(points, points[1:], strict=False):
            assert start[0] == end[0] or start[1] == end[1], (self.name, start, end)
            if start != end:
                self.wires.append((start, end))

    def label(self, net: str, where: Point, angle: int = 0) -> None:
        just = "right bottom" if angle == 180 else "left bottom"
        self.items.append(
            f"\t(label {quoted(net)} {at(where, angle)} {effects(justify=just)}"
            f' (uuid "{self._id("label")}"))'
        )

    def port(self, net: str, where: Point, shape: str, side: str) -> None:
        """A hierarchical label; its text stands to the `side` of the point."""
        angle, just = (180, "right") if side == "left" else (0, "left")
        self.items.append(
            f"\t(hierarchical_label {quoted(net)} (shape {shape}) {at(where, angle)}"
            f' {effects(justify=just)} (uuid "{self._id("port")}"))'
        )

    def unused(self, *points: Point) -> None:
        for point in points:
            self.items.append(f'\t(no_connect {at(point)} (uuid "{self._id("nc")}"))')

    def junctions(self) -> list[Point]:
        """Where three or more ends meet."""
        ends = [end for wire in self.wires for end in wire]
        pins = {p.pin(n) for p in self.placed for n in pins_of(p.symbol, p.unit)}
        found = []
        for point in sorted(set(ends) | pins):
            through = sum(_inside(point, wire) for wire in self.wires)
            if ends.count(point) + 2 * through + (point in pins) >= 3:
                found.append(point)
        return found

    def segments(self) -> list[tuple[Point, Point]]:
        """The wires, cut wherever something joins them: KiCad connects ends only."""
        ends = {end for wire in self.wires for end in wire}
        ends |= {p.pin(n) for p in self.placed for n in pins_of(p.symbol, p.unit)}
        pieces: list[tuple[Point, Point]] = []
        for wire in self.wires:
            on_it = [wire[0], *(p for p in ends if _inside(p, wire)), wire[1]]
            on_it.sort(reverse=wire[1] < wire[0])
            pieces += zip(on_it, on_it[1:], strict=False)
        return pieces

    # -- what a reader sees --------------------------------------------------------------------

    def box(self, title: str, left: int, top: int, right: int, bottom: int) -> None:
        left, top, right = max(left, 11), max(top, 11), min(right, 222)  # inside the paper's frame
        self.items.append(
            f"\t(rectangle (start {mm(left)} {mm(top)}) (end {mm(right)} {mm(bottom)})"
            f" (stroke (width 0.2) (type dash) (color 120 120 120 1)) (fill (type none))"
            f' (uuid "{self._id("box")}"))'
        )
        self.items.append(
            f"\t(text {quoted(title)} (exclude_from_sim no) {at((left + 1, top + 2.2), 0)}"
            f' {effects(1.9, "left", bold=True)} (uuid "{self._id("title")}"))'
        )

    def note(self, text: str, where: tuple[float, float]) -> None:
        self.items.append(
            f"\t(text {quoted(text)} (exclude_from_sim no) {at(where, 0)}"
            f' {effects(1.27, "left top")} (uuid "{self._id("note")}"))'
        )

    def child(
        self,
        sheet: str,
        title: str,
        box: tuple[int, int, int, int],
        page: int,
        pins: list[tuple[str, str, str, int]],
    ) -> None:
        """A sheet symbol; pins are (net, shape, side, y in steps from its top)."""
        x, y, width, height = box
        project = self.projects[0]
        own = identity(project.name, sheet)
        rows = [
            f"\t(sheet {at((x, y))} (size {mm(width)} {mm(height)}) (exclude_from_sim no)"
            " (in_bom yes) (on_board yes) (dnp no)",
            "\t\t(stroke (width 0.2) (type solid)) (fill (color 255 255 230 1))",
            f'\t\t(uuid "{own}")',
            f'\t\t(property "Sheetname" {quoted(title)} {at((x, y - 0.6), 0)}'
            f" {effects(1.6, 'left bottom', bold=True)})",
            f'\t\t(property "Sheetfile" "{sheet}.kicad_sch" {at((x, y + height + 0.6), 0)}'
            f" {effects(1.27, 'left top')})",
        ]
        for net, shape, side, down in pins:
            where = (x if side == "left" else x + width, y + down)
            angle, just = (180, "left") if side == "left" else (0, "right")
            rows.append(
                f"\t\t(pin {quoted(net)} {shape} {at(where, angle)} {effects(justify=just)}"
                f' (uuid "{identity(own, net)}"))'
            )
        rows.append(
            f'\t\t(instances (project "{project.name}"'
            f' (path "/{project.root}" (page "{page}"))))\n\t)'
        )
        self.items.append("\n".join(rows))

    def text(self, date: str, revision: str) -> str:
        """The whole file."""
        root = len(self.projects) == 1 and self.projects[0].name == self.name
        wires = [
            f"\t(wire (pts (xy {mm(a[0])} {mm(a[1])}) (xy {mm(b[0])} {mm(b[1])}))"
            f' (stroke (width 0) (type default)) (uuid "{identity(self.name, "wire", a, b)}"))'
            for a, b in self.segments()
        ]
        dots = [
            f"\t(junction {at(p)} (diameter 0) (color 0 0 0 0)"
            f' (uuid "{identity(self.name, "dot", p)}"))'
            for p in self.junctions()
        ]
        return "\n".join(
            [
                "(kicad_sch\n\t(version 20250114)",
                '\t(generator "starlit")\n\t(generator_version "9.0")',
                f'\t(uuid "{identity(self.name, "sheet")}")\n\t(paper "{self.paper}")',
                f"\t(title_block (title {quoted(self.title)}) (date {quoted(date)})"
                f' (rev {quoted(revision)}) (company "Starlit Cottage")'
                ' (comment 1 "CERN-OHL-P-2.0")'
                ' (comment 2 "Drawn by schematics/hardware.py: edit there"))',
                "\t(lib_symbols",
                *[embedded(name) for name in sorted(self.used)],
                "\t)",
                *dots,
                *wires,
                *self.items,
                *(['\t(sheet_instances (path "/" (page "1")))'] if root else []),
                "\t(embedded_fonts no)\n)\n",
            ]
        )


@dataclass
class _Texts:
    ref: tuple[float, float]
    value: tuple[float, float]
    justify: str
    show: str


def _text_places(symbol: str, angle: int) -> tuple[tuple[float, float], tuple[float, float], str]:
    """Offsets of reference and value, and their justification, where a part says nothing."""
    if symbol in ("R", "C", "C_Polarized", "Thermistor_NTC", "Polyfuse") and angle in (0, 180):
        return (2, -1), (2, 1), "left"
    if symbol in ("R", "Polyfuse", "C"):
        return (0, -2), (0, 2), ""
    if symbol.startswith("D"):
        return ((0, -2), (0, 2), "") if angle in (0, 180) else ((2, -1), (2, 1), "left")
    if symbol.startswith("Q_"):
        return (4, -1), (4, 1), "left"
    if symbol == "TestPoint":
        return (2, -3), (2, -1.5), "left"
    return (0, -6), (0, 6), ""


def _inside(point: Point, wire: tuple[Point, Point]) -> bool:
    (ax, ay), (bx, by) = wire
    if point in wire:
        return False
    if ax == bx == point[0]:
        return min(ay, by) < point[1] < max(ay, by)
    return ay == by == point[1] and min(ax, bx) < point[0] < max(ax, bx)
