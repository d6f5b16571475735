"""Whether files made anew equal the committed ones.

STEP, STL, 3MF, drawing, labels and slice report are compared byte by byte first. Another processor
may round the last digit of a coordinate differently, so what differs is compared by meaning: meshes
and solids by volume, area, bounding box and number of faces (1 part in 10,000), text by its numbers
(0.11 apart at most), the slice report within 2 %. Pictures are compared as pixels at a quarter of
their size, mean difference under 2 % of full scale: renderers differ in their last bit.
"""

import json
import re
from pathlib import Path

import numpy as np

NUMBER = re.compile(r"-?\d+\.?\d*(?:[eE][-+]?\d+)?")
CLOSE = 1e-4


def compare(old, new):
    """None if equal, else what differs; the two are paths of the same kind."""
    old, new = Path(old), Path(new)
    if not old.exists():
        return "is not committed"
    if old.read_bytes() == new.read_bytes():
        return None
    return KINDS[old.suffix](old, new)


def mesh_numbers(path):
    import trimesh

    mesh = trimesh.load(path, force="mesh")
    return [len(mesh.faces), mesh.volume, mesh.area, *mesh.bounds.ravel()]


def step_numbers(path):
    from build123d import import_step

    solid = import_step(str(path))
    box = solid.bounding_box()
    return [len(solid.faces()), solid.volume, solid.area, *box.min, *box.max]


def _far(one, other, scale=CLOSE):
    return any(abs(a - b) > scale * max(1.0, abs(a)) for a, b in zip(one, other, strict=True))


def _by(numbers):
    def differ(old, new):
        one, other = numbers(old), numbers(new)
        return f"differs: {one[:3]} was, {other[:3]} is" if _far(one, other) else None

    return differ


def text(old, new):
    one, other = old.read_text(), new.read_text()
    if NUMBER.sub("#", one) != NUMBER.sub("#", other):
        return "differs in its words or the number of its lines"
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    worst = max((abs(float(a) - float(b)) for a, b in pairs), default=0)
    return f"differs by {worst:g}" if worst > 0.11 else None


def report(old, new):
    one, other = json.loads(old.read_text()), json.loads(new.read_text())
    if one.keys() != other.keys():
        return "lists other parts"
    for name, got in one.items():
        for key, value in got.items():
            if abs(other[name][key] - value) > max(1.0, 0.02 * value):
                return f"{name}: {key} was {value}, is {other[name][key]}"
    return None


def picture(old, new):
    from PIL import Image

    one, other = (Image.open(path).convert("RGB") for path in (old, new))
    if one.size != other.size:
        return f"is {other.size}, was {one.size}"
    small = (one.size[0] // 4, one.size[1] // 4)
    arrays = [np.asarray(image.resize(small), float) / 255 for image in (one, other)]
    mean = float(np.abs(arrays[0] - arrays[1]).mean())
    return f"differs by {mean:.1%} of full scale" if mean > 0.02 else None


KINDS = {
    ".stl": _by(mesh_numbers),
    ".3mf": _by(mesh_numbers),
    ".step": _by(step_numbers),
    ".svg": text,
    ".txt": text,
    ".md": text,
    ".json": report,
    ".png": picture,
}


def folders(old, new):
    """[(path, what differs)] over two trees, both ways."""
    old, new = Path(old), Path(new)
    out = []
    for path in sorted(p for p in new.rglob("*") if p.is_file()):
        problem = compare(old / path.relative_to(new), path)
        if problem:
            out.append((str(path.relative_to(new)), problem))
    made = {p.relative_to(new) for p in new.rglob("*") if p.is_file()}
    for path in sorted(p for p in old.rglob("*") if p.is_file()):
        if path.relative_to(old) not in made:
            out.append((str(path.relative_to(old)), "is committed but no longer made"))
    return out
