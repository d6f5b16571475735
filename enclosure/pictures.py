"""Pictures made from the model: hero, exploded view, section, print poses, assembly steps."""

import numpy as np
import pyvista as pv

from . import parts
from .params import HERE

pv.OFF_SCREEN = True
pv.global_theme.multi_samples = 1
FOLDER = HERE / "pictures"
PAPER, INK, GOLD = "#fbf9f4", "#3d3a36", "#ffcf6b"
BOUGHT = {
    "carrier": "#2f6b4f",
    "ring": "#26303a",
    "pulse": "#8c2f39",
    "light": "#35508c",
    "speaker": "#3b3b40",
    "toggle": "#7b8794",
    "button": "#d9614c",
    "cord": "#33363b",
}


def poly(mesh):
    faces = np.hstack([np.full((len(mesh.faces), 1), 3), mesh.faces]).ravel()
    return pv.PolyData(np.asarray(mesh.vertices), faces)


def colour(name):
    return parts.PRINTED[name].colour if name in parts.PRINTED else BOUGHT[name]


class Scene:
    """One picture: soft light from three sides, edges smoothed, written without metadata."""

    def __init__(self, size=(1200, 900), paper=PAPER, top=None):
        self.plotter = pv.Plotter(off_screen=True, window_size=size, lighting="none")
        self.plotter.set_background(paper, top=top)

    def studio(self, strength=1.0):
        for at, power in (
            ((-300, -400, 500), 0.62),
            ((400, -200, 250), 0.38),
            ((0, 400, 300), 0.3),
        ):
            self.plotter.add_light(
                pv.Light(position=at, focal_point=(0, 0, 60), intensity=power * strength)
            )
        self.plotter.add_light(pv.Light(light_type="headlight", intensity=0.18 * strength))
        return self

    def add(self, mesh, tint, **how):
        shape = mesh if isinstance(mesh, pv.PolyData) else poly(mesh)
        options = {
            "split_sharp_edges": True,
            "smooth_shading": True,
            "feature_angle": 28.0,
            "ambient": 0.12,
            "diffuse": 0.85,
            "specular": 0.06,
            **how,
        }
        return self.plotter.add_mesh(shape, color=tint, **options)

    def add_coloured(self, shape, **how):
        """A shape whose points have their own colours, as its "rgb"."""
        self.plotter.add_mesh(shape, scalars="rgb", rgb=True, smooth_shading=True, **how)

    def look(self, eye, at, zoom=1.0, parallel=False):
        self.plotter.camera_position = [eye, at, (0, 0, 1)]
        if parallel:
            self.plotter.enable_parallel_projection()
        self.plotter.camera.zoom(zoom)
        return self

    def fit(self, eye, at, zoom=1.0):
        self.plotter.camera_position = [eye, at, (0, 0, 1)]
        self.plotter.enable_parallel_projection()
        self.plotter.reset_camera()
        self.plotter.camera.zoom(zoom)
        return self

    def save(self, name, colours=128):
        from PIL import Image

        self.plotter.enable_anti_aliasing("ssaa")
        pixels = self.plotter.screenshot(return_img=True)
        self.plotter.close()
        image = Image.fromarray(pixels)
        if colours:
            image = image.quantize(
                colours,
                method=Image.Quantize.MEDIANCUT,
                dither=Image.Dither.FLOYDSTEINBERG if colours > 200 else Image.Dither.NONE,
            )
        FOLDER.mkdir(exist_ok=True)
        image.save(FOLDER / f"{name}.png", optimize=True)
        return pixels


def hero(house):
    """Dusk on a bedside table, the roof alight."""
    scene = Scene((1120, 840), paper="#0d1123", top="#070914")
    pl = scene.plotter
    pl.add_light(
        pv.Light(position=(420, -160, 260), focal_point=(0, 0, 50), color="#aebcf5", intensity=0.95)
    )
    pl.add_light(
        pv.Light(
            position=(-260, -430, 170), focal_point=(0, 0, 40), color="#ffc79e", intensity=0.62
        )
    )
    pl.add_light(
        pv.Light(position=(-60, 300, 380), focal_point=(0, 0, 60), color="#5b6fd0", intensity=0.35)
    )
    meshes = house.meshes()
    for name, mesh in meshes.items():
        if name in (
            "roof",
            "walls",
            "crank",
            "toggle",
            "carrier",
            "ring",
            "chamber",
            "strain",
            "light",
        ):
            continue
        scene.add(mesh, colour(name), ambient=0.08, specular=0.12)
    _warm_walls(scene, meshes["walls"], house.p)
    _lit_roof(scene, meshes["roof"], house.p)
    _table(scene)
    scene.look((262, -372, 176), (3, 0, 66), zoom=1.22)
    return scene.save("hero", colours=0)


def _warm_walls(scene, mesh, p):
    """The walls, warmed near the eaves by the roof's own light."""
    shape = poly(mesh).compute_normals(split_vertices=True, feature_angle=28.0)
    z = shape.points[:, 2]
    glow = np.clip((z - p.z_joint) / (p.z_deck - p.z_joint), 0, 1) ** 3
    base, warm = np.array((0.925, 0.874, 0.765)), np.array((1.0, 0.90, 0.66))
    shape["rgb"] = np.clip(base + (warm - base) * glow[:, None], 0, 1)
    scene.add_coloured(shape, ambient=0.10, diffuse=0.85, specular=0.05)


def _lit_roof(scene, mesh, p):
    """Each point glows by the thickness of plastic between it and the ring's light."""
    shape = poly(mesh.subdivide_to_size(1.15, max_iter=10)).compute_normals(
        split_vertices=True, feature_angle=25.0
    )
    glow = _glow(shape, p)
    dusk, warm, white = (
        np.array(c) for c in ((0.30, 0.26, 0.40), (1.0, 0.72, 0.36), (1.0, 0.97, 0.86))
    )
    low, high = np.clip(glow * 2, 0, 1)[:, None], np.clip(glow * 2 - 1, 0, 1)[:, None]
    shape["rgb"] = np.clip(dusk + (warm - dusk) * low + (white - warm) * high, 0, 1)
    scene.add_coloured(shape, ambient=0.84, diffuse=0.36, specular=0.02)


def _glow(shape, p):
    """0 dark, 0.5 roof, 1 star: from position over the ring and from the stars' own outlines."""
    from .roof import MOON_Z, apex_z, gable_stars, sky, slope_frame

    points, normal = shape.points, shape.point_normals
    height = (points[:, 2] - p.z_deck) / (apex_z(p) - p.z_deck)
    fall = np.exp(-(((points[:, 1]) / 52.0) ** 2)) * np.exp(
        -(((np.clip(height, 0, 1) - 0.30) / 0.62) ** 2)
    )
    glow = 0.14 + 0.40 * fall
    eaves = points[:, 2] < p.z_deck + p.roof.fascia + 1.5
    verge = np.abs(points[:, 1]) > p.outer + 0.05
    glow[eaves | (verge & (np.abs(normal[:, 1]) > 0.4))] *= 0.45
    glow[verge] *= 0.75
    for side in (-1, 1):
        frame = slope_frame(p, side)
        here = _local(points, frame)
        facing = (here[:, 2] > -0.4) & (here[:, 2] < 2.5)
        for x, y, radius in sky(p, side):
            near = _star_shine(here[:, 0] - x, here[:, 1] - y, radius)
            glow = np.where(facing, np.maximum(glow, near), glow)
        at_gable = np.abs(points[:, 1] - side * p.outer) < 0.05
        for x, z, radius in gable_stars():
            near = _star_shine(points[:, 0] - x, points[:, 2] - (p.z_deck + 3 + z), radius)
            glow = np.where(at_gable, np.maximum(glow, near), glow)
        dx, dz = points[:, 0] * (1 if side < 0 else -1), points[:, 2] - p.z_deck - MOON_Z
        moon = (np.hypot(dx, dz) < 8.0) & (np.hypot(dx - 4.4, dz - 2.2) > 7.0)
        glow = np.where(at_gable & moon, 1.0, glow)
    return glow


def _local(points, plane):
    """Coordinates in a plane's own axes, for many points at once."""
    origin = np.array(tuple(plane.origin))
    axes = np.array([tuple(plane.x_dir), tuple(plane.y_dir), tuple(plane.z_dir)])
    return (points - origin) @ axes.T


def _star_shine(x, y, radius):
    """1 inside a five-pointed star, with a soft halo around it."""
    angle = np.arctan2(x, y)
    far = np.hypot(x, y)
    sector = np.abs(((angle + np.pi / 5) % (2 * np.pi / 5)) - np.pi / 5)
    inner = radius * 0.46
    # The edge of a star between its tip and its inner corner, in polar form.
    tip, notch = np.array((0.0, radius)), inner * np.array((np.sin(np.pi / 5), np.cos(np.pi / 5)))
    px, py = far * np.sin(sector), far * np.cos(sector)
    side = (notch[0] - tip[0]) * (py - tip[1]) - (notch[1] - tip[1]) * (px - tip[0])
    return np.where(side <= 0, 1.0, 0.62 * np.exp(-((far / (radius * 1.25)) ** 2)))


def _table(scene):
    """A wooden table top with the pool of light that the house throws on it."""
    side = 200
    x, y = np.meshgrid(np.linspace(-900, 900, side), np.linspace(-700, 900, side))
    sheet = pv.StructuredGrid(x, y, np.full_like(x, -0.02))
    sheet = sheet.extract_surface(algorithm="dataset_surface")
    px, py = sheet.points[:, 0], sheet.points[:, 1]
    far = np.hypot(px, py)
    pool = np.exp(-(((far - 50) / 120.0) ** 2)) * 0.42
    contact = 1 - 0.62 * np.exp(
        -(((np.maximum(np.abs(px), np.abs(py)) - 44).clip(0) / 11.0) ** 1.4)
    )
    grain = 0.5 + 0.5 * np.sin(
        py / 9.0 + 1.7 * np.sin(px / 95.0) + 0.6 * np.sin(px / 31.0 + py / 47.0)
    )
    wood = np.array((0.255, 0.185, 0.165))[None] * (0.86 + 0.14 * grain[:, None])
    fade = np.exp(-((far / 560.0) ** 2))[:, None]
    rgb = (wood + pool[:, None] * np.array((0.85, 0.55, 0.28))) * contact[:, None]
    far_colour = np.array((0.051, 0.067, 0.137))
    sheet["rgb"] = np.clip(rgb * fade + far_colour * (1 - fade), 0, 1)
    scene.plotter.add_mesh(sheet, scalars="rgb", rgb=True, lighting=False)


EXPLODED_BOUGHT = {
    "carrier": (0, 0, 8),
    "cord": (0, 34, 4),
    "toggle": (0, 0, 30),
    "ring": (0, 0, 80),
    "pulse": (0, -30, 30),
    "light": (0, 26, 52),
    "speaker": (-62, 0, 52),
    "button": (0, -78, 52),
}


def offsets():
    moves = {name: np.array(spec.exploded, float) for name, spec in parts.PRINTED.items()}
    moves.update({name: np.array(at, float) for name, at in EXPLODED_BOUGHT.items()})
    return moves


LABELS = {
    "roof": "roof, the diffuser",
    "ring": "ring of 12 LEDs",
    "walls": "walls and deck",
    "lever": "unplug lever",
    "crank": "crank",
    "window": "door: finger window",
    "pulse": "pulse sensor",
    "chamber": "speaker chamber",
    "speaker": "speaker",
    "toggle": "toggle, DPDT",
    "carrier": "carrier board",
    "strain": "strain relief",
    "cord": "USB-C cord",
    "base": "base",
    "foot": "foot, TPU",
    "button": "button",
    "light": "light sensor",
}


def exploded(house):
    scene = Scene((1300, 1500)).studio()
    moves, spots = offsets(), {}
    stretch = {
        "roof": 78,
        "ring": 62,
        "walls": 22,
        "lever": 22,
        "crank": 12,
        "window": -2,
        "pulse": -2,
        "chamber": 12,
        "speaker": 22,
        "light": 22,
        "button": 22,
        "base": -32,
        "foot": -48,
        "carrier": -26,
        "cord": -28,
        "strain": -16,
        "toggle": -20,
    }
    extra = {
        "window": (0, -50, 0),
        "pulse": (0, -20, 0),
        "chamber": (-60, 0, 0),
        "speaker": (-70, 0, 0),
        "crank": (34, 0, 0),
        "lever": (20, 0, 0),
        "light": (0, -120, 0),
        "button": (0, -20, 0),
    }
    for name, mesh in house.meshes().items():
        move = (
            moves[name]
            + np.array((0, 0, stretch.get(name, 0)))
            + np.array(extra.get(name, (0, 0, 0)))
        )
        scene.add(mesh.copy().apply_translation(move), colour(name))
        low, high = mesh.bounds
        spots[name] = (low + high) / 2 + move
    scene.plotter.add_point_labels(
        np.array(list(spots.values())),
        [LABELS[name] for name in spots],
        font_size=19,
        text_color=INK,
        shape_color="white",
        shape_opacity=0.72,
        show_points=False,
        always_visible=True,
        shape="rounded_rect",
        margin=4,
    )
    scene.fit((-300, -430, 270), (0, 0, 60), zoom=1.5)
    return scene.save("exploded")


def section(house):
    """Cut down the middle, seen from the left: what stands where."""
    scene = Scene((1300, 1150)).studio()
    for name, mesh in house.meshes().items():
        half = mesh.slice_plane((-4 if name not in ("cord",) else 0, 0, 0), (1, 0, 0), cap=True)
        if half.is_empty or not len(half.faces):
            continue
        scene.add(half, colour(name), ambient=0.42)
        cut = mesh.section((1, 0, 0), (-4.02 if name != "cord" else -0.02, 0, 0))
        if cut is not None:
            lines = pv.MultiBlock([pv.lines_from_points(line) for line in cut.discrete])
            scene.plotter.add_mesh(lines, color=INK, line_width=2.0)
    notes = {
        "stars cut from inside": (0, 20, 118),
        "ring": (0, -16, 79),
        "deck: the light baffle": (0, 22, 71),
        "finger window": (0, -49, 31),
        "pulse sensor": (0, -41, 45),
        "carrier board": (0, -12, 13),
        "plug": (0, 19, 14),
        "strain relief": (0, 37, 20),
        "cord": (0, 62, 15),
        "foot": (0, -44, 2),
        "toggle": (20, 24, 36),
    }
    scene.plotter.add_point_labels(
        np.array([(-60.0, y, z) for _, y, z in notes.values()]),
        list(notes),
        font_size=20,
        text_color=INK,
        shape_color="white",
        shape_opacity=0.8,
        show_points=False,
        always_visible=True,
        shape="rounded_rect",
        margin=4,
    )
    scene.fit((-500, 0, 66), (0, 8, 66), zoom=1.32)
    return scene.save("section")


def print_bed(house):
    """Every part as it lies on the bed."""
    scene = Scene((1500, 1000)).studio()
    places = {
        "roof": (-125, 60),
        "walls": (0, 60),
        "base": (125, 60),
        "foot": (125, -60),
        "chamber": (0, -48),
        "lever": (-80, -30),
        "window": (-132, -42),
        "strain": (-40, -92),
        "crank": (-75, -92),
        "coupon": (20, -112),
    }
    names = {}
    for name, (x, y) in places.items():
        mesh = house.posed_mesh(name).copy().apply_translation((x, y, 0))
        scene.add(mesh, colour(name))
        names[name] = (x, y - mesh.extents[1] / 2 - 8, 0)
    bed = pv.Plane(center=(0, -20, -0.4), i_size=390, j_size=270)
    scene.plotter.add_mesh(bed, color="#e7e2d6", lighting=False)
    scene.plotter.add_point_labels(
        np.array(list(names.values())),
        list(names),
        font_size=21,
        text_color=INK,
        shape=None,
        show_points=False,
        always_visible=True,
    )
    scene.fit((-150, -430, 420), (0, -20, 20), zoom=1.5)
    return scene.save("print-orientation")


def one_part(house, name):
    scene = Scene((620, 480)).studio()
    scene.add(house.posed_mesh(name), colour(name))
    size = max(house.posed_mesh(name).extents[:2]) * 0.62 + 8
    bed = pv.Plane(center=(0, 0, -0.3), i_size=2 * size, j_size=2 * size)
    scene.plotter.add_mesh(bed, color="#e7e2d6", lighting=False)
    scene.fit((-260, -420, 330), (0, 0, 10), zoom=1.2)
    return scene.save(f"part-{name}", colours=64)


STEPS = [
    # name, what is already there, what comes now and from where
    ("1", ["walls"], {"ring": (0, 0, 40)}, (-260, -330, 330), (0, 0, 66)),
    ("2", ["walls", "ring"], {"roof": (0, 0, 60)}, (-260, -380, 190), (0, 0, 92)),
    (
        "3",
        ["walls", "roof"],
        {"speaker": (26, 0, -84), "chamber": (74, 0, -84)},
        (90, -330, -190),
        (0, 0, 24),
    ),
    (
        "4",
        ["walls", "roof", "speaker", "chamber"],
        {"button": (0, -42, 0), "light": (0, 40, -70)},
        (-120, -330, -260),
        (0, 0, 40),
    ),
    (
        "5",
        ["walls", "roof", "speaker", "chamber", "light", "button"],
        {"window": (0, 0, -62), "pulse": (0, 14, -62)},
        (120, 330, -260),
        (0, 0, 35),
    ),
    (
        "6",
        ["walls", "roof", "window", "button"],
        {"lever": (50, 0, 0), "crank": (-4, 0, -78)},
        (360, -200, -110),
        (10, 0, 45),
    ),
    ("7", ["base"], {"carrier": (0, 0, 34), "toggle": (0, 34, 16)}, (-250, -330, 300), (0, 0, 25)),
    (
        "8",
        ["base", "carrier", "toggle"],
        {"cord": (0, 40, 4), "strain": (0, 0, 34)},
        (-200, 330, 300),
        (0, 0, 22),
    ),
    (
        "9",
        ["base", "carrier", "toggle", "cord", "strain"],
        dict.fromkeys(("walls", "roof", "window", "lever", "crank", "button", "ring"), (0, 0, 62)),
        (-300, -380, 200),
        (0, 0, 85),
    ),
    (
        "10",
        ["base", "walls", "roof", "window", "lever", "button", "cord"],
        {"foot": (0, 0, -34)},
        (-240, -300, -190),
        (0, 0, 40),
    ),
]


def step(house, name, there, coming, eye, at):
    scene = Scene((760, 620)).studio()
    scene.plotter.add_light(pv.Light(position=(0, 0, -400), focal_point=(0, 0, 40), intensity=0.35))
    meshes = house.meshes()
    for part in there:
        scene.add(meshes[part], colour(part), ambient=0.25)
    shown = set()
    for part, move in coming.items():
        scene.add(meshes[part].copy().apply_translation(move), colour(part), ambient=0.25)
        if len(coming) > 3 and move in shown:
            continue
        shown.add(move)
        low, high = meshes[part].bounds
        start, end = (low + high) / 2 + np.array(move, float), (low + high) / 2
        length = np.linalg.norm(end - start)
        arrow = pv.Arrow(
            start=start,
            direction=end - start,
            scale=length * 0.85,
            shaft_radius=0.012,
            tip_radius=0.035,
            tip_length=0.13,
        )
        scene.plotter.add_mesh(arrow, color="#d9472b", ambient=0.5)
    scene.fit(eye, at, zoom=1.18)
    return scene.save(f"step-{name}", colours=64)


def all_pictures(house):
    out = {
        "hero": hero(house),
        "exploded": exploded(house),
        "section": section(house),
        "print-orientation": print_bed(house),
    }
    for name in parts.PRINTED:
        out[f"part-{name}"] = one_part(house, name)
    for name, *how in STEPS:
        out[f"step-{name}"] = step(house, name, *how)
    return out
