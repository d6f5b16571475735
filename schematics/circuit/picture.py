"""A small SVG writer for the drawings of a build."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.sax.saxutils import escape

INK, PAPER, SOFT = "#1c2833", "#fdfcf8", "#7f8c8d"
POWER = {"GND": "#1c2833", "+3V3": "#d68910", "+5V": "#c0392b", "+5V_SW": "#a93226"}
COLOURS = ("#2471a3", "#1e8449", "#7d3c98", "#b9770e", "#148f77", "#cb4335", "#5d6d7e", "#884ea0")
FONT = "font-family='DejaVu Sans, Verdana, sans-serif'"


@dataclass
class Picture:
    width: int
    height: int
    rows: list[str] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 12,
        colour: str = INK,
        anchor: str = "start",
        bold: bool = False,
    ) -> None:
        weight = " font-weight='bold'" if bold else ""
        self.rows.append(
            f"<text x='{x:g}' y='{y:g}' font-size='{size:g}' fill='{colour}'"
            f" text-anchor='{anchor}'{weight}>{escape(words)}</text>"
        )

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str = "#ffffff",
        edge: str = INK,
    ) -> None:
        self.rows.append(
            f"<rect x='{x:g}' y='{y:g}' width='{width:g}' height='{height:g}' rx='5'"
            f" fill='{fill}' stroke='{edge}' stroke-width='1.4'/>"
        )

    def line(self, points: list[tuple[float, float]], colour: str, width: float = 2.4) -> None:
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        self.rows.append(
            f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='{width:g}'"
            " stroke-linejoin='round'/>"
        )

    def dot(self, x: float, y: float, colour: str) -> None:
        self.rows.append(f"<circle cx='{x:g}' cy='{y:g}' r='3.4' fill='{colour}'/>")

    def svg(self) -> str:
        return "\n".join(
            [
                f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {self.width} {self.height}'"
                f" width='{self.width}' height='{self.height}' {FONT}>",
                f"<rect width='{self.width}' height='{self.height}' fill='{PAPER}'/>",
                *self.rows,
                "</svg>\n",
            ]
        )
