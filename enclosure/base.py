"""The base: a stone plinth that carries the board, the toggle and the cord's saddle."""

from build123d import Axis, Pos

from .shapes import Plane as P
from .shapes import countersunk, prism, rod, round_edges, rounded_prism, slab
from .strain import saddle


def make(p):
    body = _plinth(p) + _corner_bosses(p) + _standoffs(p) + _bracket(p) + _stop(p) + saddle(p)
    return body - _holes(p)


def _plinth(p):
    half = p.outer + p.base.proud
    shell = rounded_prism(half, half, p.body.corner_radius + p.base.proud, (p.z_base, p.z_joint))
    shell = round_edges(shell, shell.faces().sort_by(Axis.Z)[-1].edges(), p.base.round)
    shell = round_edges(shell, shell.faces().sort_by(Axis.Z)[0].edges(), 1.0)
    lip_out = p.inner - p.printer.clearance
    lip_in = lip_out - p.base.lip_wall
    shell += rounded_prism(lip_out, lip_out, 2.5, (p.z_joint - 1, p.z_joint + p.base.lip))
    shell -= rounded_prism(lip_in, lip_in, 1.5, (p.z_floor, p.z_joint + p.base.lip + 1))
    return shell - _stones(p, half) - _lip_gaps(p)


def _stones(p, half):
    """V-grooves of two courses of stone."""
    depth, middle = p.body.groove, (p.z_base + p.z_joint) / 2
    span = half - p.body.corner_radius - p.base.proud - 1
    cut = []
    for turn in range(4):
        here = P.XY.rotated((0, 0, 90 * turn))
        tooth = [(-half, -depth), (-half + depth, 0), (-half, depth)]
        level = P(
            here.from_local_coords((0, -span, middle)),
            x_dir=here.x_dir,
            z_dir=here.y_dir,
        )
        # x_dir and z_dir fix y_dir = z cross x, which points down: the tooth is symmetric.
        cut.append(prism(tooth, level, 2 * span))
        for k in range(6):
            for low, high, shift in (
                (p.z_base + 1.5, middle, 0),
                (middle, p.z_joint - 1.8, 0.5),
            ):
                y = -span + (k + 0.5 + shift) * 2 * span / 6
                if abs(y) < span:
                    upright = P(
                        here.from_local_coords((0, y, low)), x_dir=here.x_dir, z_dir=(0, 0, 1)
                    )
                    cut.append(prism(tooth, upright, high - low))
    return cut


def _lip_gaps(p):
    """The lip stands back where the door's flange and the cord are."""
    door = p.door.width / 2 + p.door.flange + 3.5
    inner, top = p.inner + 1, p.z_joint + p.base.lip + 1
    return [
        slab((-door, door), (-inner, -p.inner + 4), (p.z_joint, top)),
        slab((-14, 14), (p.inner - 4, inner), (p.z_joint, top)),
    ]


def _corner_bosses(p):
    low, high = p.inner - 10, p.inner - p.printer.clearance - 0.5
    out = []
    for sx in (-1, 1):
        for sy in (-1, 1):
            out.append(
                slab(
                    sorted((sx * low, sx * high)),
                    sorted((sy * low, sy * high)),
                    (p.z_floor - 0.5, p.z_joint + p.base.lip),
                )
            )
    return out


def _standoffs(p):
    carrier = p.boards.carrier
    span = (p.z_floor - 0.5, p.z_floor + carrier.standoff)
    return [rod("z", at, 3.2, span) for at in carrier.holes]


def bracket_y(p):
    """(front, back) of the plate that holds the toggle, its pivot on the lever's axis."""
    toggle = p.boards.toggle
    back = p.lever.pivot[0] + toggle.bushing_length - toggle.pivot
    return back - 3.0, back


TOGGLE_X = 30.0


def _bracket(p):
    front, back = bracket_y(p)
    half = p.boards.toggle.body[0] / 2 + 1.6
    top = p.lever.pivot[1] + 7
    plate = slab((TOGGLE_X - half, TOGGLE_X + half), (front, back), (p.z_floor - 0.5, top))
    foot = 12.0
    ribs = []
    for x in (TOGGLE_X - half, TOGGLE_X + half - 2.4):
        side = P((x, 0, 0), x_dir=(0, 1, 0), z_dir=(1, 0, 0))
        z = p.z_floor - 0.5
        low = p.lever.pivot[1] - p.boards.toggle.body[1] / 2 - 1.5
        ribs.append(prism([(back - 1, z), (back + foot, z), (back - 1, low)], side, 2.4))
    return [plate, *ribs]


def stop_z(p):
    """Heights of the two stops that keep a child's pull off the toggle: (lower, upper)."""
    return p.lever.pivot[1] - 9.1, p.lever.pivot[1] + 9.1


def _stop(p):
    y = p.lever.pivot[0]
    return [slab((36.6, 42.8), (y - 14, y - 8), (p.z_floor - 0.5, stop_z(p)[0]))]


def _holes(p):
    z = p.z_base
    cut = []
    for sx in (-1, 1):
        for sy in (-1, 1):
            cut.append(countersunk((sx * p.screw, sy * p.screw), z, 5.0, 30))
    for at in p.boards.carrier.holes:
        top = p.z_floor + p.boards.carrier.standoff
        cut.append(rod("z", at, p.printer.self_tap_m25 / 2, (z + 1.2, top + 1)))
    for at in foot_screws(p):
        cut.append(rod("z", at, p.printer.self_tap_m3 / 2, (z - 1, z + 7.5)))
    toggle, (front, back) = p.boards.toggle, bracket_y(p)
    cut.append(
        rod(
            "y",
            (TOGGLE_X, p.lever.pivot[1]),
            toggle.bushing / 2 + 0.15,
            (front - 1, back + 1),
        )
    )
    # Half of the cord's exit; the other half is in the walls.
    cut.append(rod("y", (0, p.z_joint), p.cord.diameter / 2 + 0.2, (p.inner - 4, p.outer + 5)))
    cut.append(flare(p, p.outer, p.outer + p.base.proud))
    cut += _vents(p)
    return cut


def flare(p, start, end):
    """The mouth of the cord's exit widens outwards, so that no edge works on the jacket."""
    radius = p.cord.diameter / 2 + 0.2
    return rod("y", (0, p.z_joint), radius, (start, end + 0.01), top=radius + 1.15 * (end - start))


def foot_screws(p):
    mid = p.outer + p.base.proud - 4.7
    return [(0, -mid), (0, mid), (-mid, 0), (mid, 0)]


def _vents(p):
    """Holes in the floor, clear of standoffs, saddle and bracket."""
    out = []
    for x in (-30, -24, -18, -12, -6, 0, 6, 12):
        for y in (-24, -18, -12, -6, 0, 15, 21):
            out.append(rod("z", (x, y), p.base.vent / 2, (p.z_base - 1, p.z_floor + 1)))
    return out


def print_pose(part, p):
    return Pos(0, 0, -p.z_base) * part
