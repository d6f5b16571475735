"""What is bought, as solids in its place: what the printed parts are fitted to.

The carrier board here is a stand-in with outline, holes and connectors of `boards.toml`; the real
board is laid out to the same numbers and its STEP then takes this one's place.
"""

import math

from . import window
from .base import TOGGLE_X, bracket_y
from .shapes import Pos, Rot, rod, slab
from .strain import Y as SADDLE_Y


def carrier(p):
    """Board, the Pico, the USB-C receptacle and the room that other parts may take."""
    c = p.boards.carrier
    top, low = p.z_board, p.z_board - c.thickness
    board = slab(c.x, c.y, (low, top))
    board -= [rod("z", at, c.hole / 2, (low - 1, top + 1)) for at in c.holes]
    pico = slab(c.pico.x, c.pico.y, (top, top + c.pico.height))
    usb = slab(
        (c.usb.x - c.usb.width / 2, c.usb.x + c.usb.width / 2),
        (c.y[1] - c.usb.depth + 1, c.y[1] + 1),
        (top, top + c.usb.height),
    )
    under_chamber = slab((c.low_x[0] + 6, c.low_x[1]), (-8, c.y[1] - 6), (top, top + c.low))
    free = slab((c.low_x[1], c.x[1] - 6), (-8, 0), (top, top + c.tall))
    return board + pico + usb + under_chamber + free


def ring(p):
    r = p.boards.ring
    low = p.z_deck
    body = rod("z", (0, 0), r.outer / 2, (low, low + r.board))
    leds = [Pos(*at, low + r.board + (r.height - r.board) / 2) * _led(p) for at in led_spots(p)]
    return body + leds - rod("z", (0, 0), r.inner / 2, (low - 1, low + r.height + 1))


def _led(p):
    tall = p.boards.ring.height - p.boards.ring.board
    return slab((-2.5, 2.5), (-2.5, 2.5), (-tall / 2, tall / 2))


def led_spots(p):
    """(x, y) of the twelve LEDs."""
    radius = (p.boards.ring.outer + p.boards.ring.inner) / 4
    return [
        (radius * math.cos(math.radians(30 * k)), radius * math.sin(math.radians(30 * k)))
        for k in range(12)
    ]


def pulse(p):
    """The MAX30102 breakout behind the door, and the room for wires on its back."""
    b, (x, z) = p.boards.pulse, window.board_centre(p)
    front = window.back_y(p)
    half_x, half_z = b.size[0] / 2, b.size[1] / 2
    board = slab((x - half_x, x + half_x), (front, front + b.thickness), (z - half_z, z + half_z))
    board -= [
        rod("y", (x + dx, z + dz), 1.6, (front - 1, front + b.thickness + 1)) for dx, dz in b.holes
    ]
    wide, tall, deep = b.sensor_size
    sx, sz = x + b.sensor[0], z + b.sensor[1]
    sensor = slab(
        (sx - wide / 2, sx + wide / 2), (front - deep, front), (sz - tall / 2, sz + tall / 2)
    )
    wires = slab(
        (x - 6, x + 6),
        (front + b.thickness, front + b.thickness + b.parts),
        (z - half_z + 4, z + half_z - 4),
    )
    return board + sensor + wires


def light(p):
    """The VEML7700 breakout behind its tube."""
    b, (x, z) = p.boards.light, p.peep.at
    front = -p.inner + p.peep.tube
    half_x, half_z = b.size[0] / 2, b.size[1] / 2
    board = slab((x - half_x, x + half_x), (front, front + b.thickness), (z - half_z, z + half_z))
    board -= [
        rod("y", (x + dx, z + dz), 1.25, (front - 1, front + b.thickness + 1)) for dx, dz in b.holes
    ]
    tall, wide, deep = b.sensor[1], b.sensor[0], b.sensor[2]
    wide = min(wide, p.peep.diameter - 0.8)
    chip = rod("y", (x, z), min(wide, tall * 2) / 2, (front - 0.6 * deep, front))
    wires = slab(
        (x - 6, x + 6),
        (front + b.thickness, front + b.thickness + b.parts),
        (z - half_z + 4, z + half_z - 4),
    )
    return board + chip + wires


def speaker(p):
    s, at = p.boards.speaker, p.speaker.centre
    wall = -p.inner + 0.3  # a ring of foam
    frame = rod("x", at, s.diameter / 2, (wall, wall + s.flange))
    return frame + rod("x", at, s.basket / 2, (wall + s.flange, wall + s.height))


def toggle(p, degrees=0.0):
    """Body behind the bracket, bushing through it, bat towards the front."""
    t, (_, back), z = p.boards.toggle, bracket_y(p), p.lever.pivot[1]
    half = t.body[0] / 2
    body = slab((TOGGLE_X - half, TOGGLE_X + half), (back, back + t.body[2]), (z - half, z + half))
    pins = slab(
        (TOGGLE_X - 4, TOGGLE_X + 4),
        (back + t.body[2], back + t.body[2] + t.terminals),
        (z - 4, z + 4),
    )
    tip = back - t.bushing_length
    bushing = rod("y", (TOGGLE_X, z), t.bushing / 2 - 0.05, (tip, back))
    nut = rod("y", (TOGGLE_X, z), t.nut / 2, (back - 3 - 2, back - 3))
    bat = rod("y", (TOGGLE_X, z), t.bat / 2, (tip - t.bat_length, tip + t.pivot))
    y = p.lever.pivot[0]
    bat = Pos(0, y, z) * Rot(-degrees, 0, 0) * Pos(0, -y, -z) * bat
    return body + pins + bushing + nut + bat


def button(p):
    b, at = p.boards.button, p.button.at
    face = -p.outer - 1.5
    bezel = rod("y", at, b.bezel / 2, (face - b.bezel_height, face))
    cap = rod("y", at, b.cap / 2, (face - b.cap_height, face - b.bezel_height))
    thread = rod("y", at, b.thread / 2, (face, face + b.depth))
    nut = rod("y", at, b.nut / 2, (-p.inner, -p.inner + b.nut_height))
    return bezel + cap + thread + nut


def cord(p):
    """The plug in its receptacle, its overmold, and the cable out through the saddle."""
    c = p.boards.carrier
    z, mouth = p.z_board + c.usb.height / 2, c.y[1] + 1
    wide, tall, long = c.plug.overmold
    mold = slab((-wide / 2, wide / 2), (mouth, mouth + long), (z - tall / 2, z + tall / 2))
    radius = p.cord.diameter / 2
    cable = rod("y", (0, p.z_joint), radius, (SADDLE_Y[1], p.outer + 40))
    # In the saddle it is drawn as the teeth squeeze it.
    cable += rod("y", (0, p.z_joint), radius - 0.5, (mouth + long - 1, SADDLE_Y[1] + 1))
    return mold + cable


BOUGHT = {
    "carrier": carrier,
    "ring": ring,
    "pulse": pulse,
    "light": light,
    "speaker": speaker,
    "toggle": toggle,
    "button": button,
    "cord": cord,
}
