"""The speaker's chamber: a sealed cup behind the left wall."""

import math

from build123d import Axis, Pos, Rot

from .shapes import rod, round_edges, slab
from .walls import BOSS, speaker_screws


def make(p):
    speaker, (y, z) = p.boards.speaker, p.speaker.centre
    mouth = -p.inner + 0.1
    back = -p.inner + p.speaker.chamber
    bore = speaker.diameter / 2 + p.printer.clearance
    outer = bore + p.speaker.chamber_wall
    shoulder = -p.inner + BOSS + 0.1
    cup = rod("x", (y, z), outer, (mouth, back))
    block = slab((shoulder, back), (y - 25.5, y + 25.5), (z - 25.5, z + 25.5))
    block = round_edges(block, block.edges().filter_by(Axis.X), 4.0)
    cup += block
    # The frame is pressed against the wall (foam between); behind it the basket, then air.
    cup -= rod("x", (y, z), bore, (mouth - 1, -p.inner + speaker.flange + 0.6))
    cup -= rod("x", (y, z), speaker.basket / 2 + 0.5, (mouth - 1, back - 2.0))
    for at in speaker_screws(p):
        cup -= _screw(at, shoulder, back)
    cup -= rod("x", (y - 12, z - 8), 1.5, (back - 3, back + 1))
    return cup


def _screw(at, shoulder, back):
    """From the back: a bore, a 45-degree seat for a countersunk head, 5 mm of shank."""
    seat = shoulder + 5.0
    return (
        rod("x", at, 3.0, (seat, back + 1))
        + rod("x", at, 1.7, (seat - 1.3, seat), top=3.0)
        + rod("x", at, 1.7, (shoulder - 1, seat))
    )


def volume_ml(p):
    """Air behind the speaker, in ml, the speaker's own body taken off."""
    speaker = p.boards.speaker
    radius = speaker.basket / 2 + 0.5
    depth = p.speaker.chamber - 2.0 - speaker.flange - 0.6
    body = math.pi * (speaker.basket / 2) ** 2 * (speaker.height - speaker.flange) * 0.5
    return (math.pi * radius**2 * depth - body) / 1000


def print_pose(part, p):
    """Its closed end on the bed."""
    back = -p.inner + p.speaker.chamber
    y, z = p.speaker.centre
    return Rot(0, 90, 0) * Pos(-back, -y, -z) * part
