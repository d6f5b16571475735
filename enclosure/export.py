"""Files to make it from: STEP in the house's axes, STL and 3MF as they lie on the bed."""

import io
import re
import uuid
import zipfile
from pathlib import Path

from build123d import Compound, export_step

from . import parts, roof

STAMP = re.compile(r"FILE_NAME\(.*?\);", re.DOTALL)
LONG = re.compile(r"-?\d+\.\d{9,}(?:E[-+]\d+)?|-?\d+\.\d*E-\d+")
UUID = re.compile(rb'UUID="([0-9a-fA-F-]{36})"')


def write_all(house, folder):
    """Write everything under a folder; returns the paths."""
    folder = Path(folder)
    for kind in ("step", "stl", "3mf"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    out = []
    for name in parts.PRINTED:
        out.append(step(house.level[name], name, folder / "step" / f"{name}.step"))
        out.append(stl(house.posed_mesh(name), folder / "stl" / f"{name}.stl"))
        out.append(three_mf(house.posed_mesh(name), name, folder / "3mf" / f"{name}.3mf"))
    out.append(step(house.bought["carrier"], "carrier", folder / "step" / "carrier-stand-in.step"))
    solids = {**house.solids(), "roof": roof.make(house.p, shingled=False)}
    for name, solid in solids.items():
        solid.label = name
    out.append(
        step(
            Compound(children=list(solids.values()), label="starlit-cottage"),
            "starlit-cottage",
            folder / "step" / "assembly.step",
        )
    )
    return out


def step(solid, name, path):
    """STEP without its moment and maker, so that the same solid is the same file."""
    solid.label = name
    export_step(solid, str(path), write_pcurves=False)
    text = path.read_text()
    stamp = f"FILE_NAME('{name}','',(''),(''),'','','');"
    text = STAMP.sub(stamp, text, count=1)
    path.write_text(LONG.sub(_ten_decimals, text))
    return path


def _ten_decimals(match):
    """A tenth of a nanometre is enough; what follows differs between processors."""
    short = f"{float(match.group()):.10f}".rstrip("0")
    return "0." if short == "-0." else short


def stl(mesh, path):
    """Binary STL, single precision; vertices rounded to 0.0001 mm."""
    rounded = mesh.copy()
    rounded.vertices = rounded.vertices.round(4)
    path.write_bytes(rounded.export(file_type="stl"))
    return path


def three_mf(mesh, name, path):
    """3MF through lib3mf, its random identifiers replaced by ones that follow from the name."""
    import lib3mf  # comes with build123d

    wrapper = lib3mf.Wrapper()
    model = wrapper.CreateModel()
    model.SetUnit(lib3mf.ModelUnit.MilliMeter)
    thing = model.AddMeshObject()
    thing.SetName(name)
    points = [_position(lib3mf, vertex) for vertex in mesh.vertices.round(4)]
    faces = [_triangle(lib3mf, f) for f in mesh.faces]
    thing.SetGeometry(points, faces)
    model.AddBuildItem(thing, wrapper.GetIdentityTransform())
    writer = model.QueryWriter("3mf")
    writer.WriteToFile(str(path))
    path.write_bytes(steady_zip(path.read_bytes(), name))
    return path


def _position(lib3mf, vertex):
    position = lib3mf.Position()
    for k in range(3):
        position.Coordinates[k] = float(vertex[k])
    return position


def _triangle(lib3mf, face):
    triangle = lib3mf.Triangle()
    for k in range(3):
        triangle.Indices[k] = int(face[k])
    return triangle


def steady_zip(data, name):
    """The same archive with fixed dates and identifiers."""
    names = iter(range(10**6))

    def steady(_):
        return b'UUID="%s"' % str(uuid.uuid5(uuid.NAMESPACE_URL, f"{name}/{next(names)}")).encode()

    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for entry in sorted(old.namelist()):
            info = zipfile.ZipInfo(entry, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            new.writestr(info, UUID.sub(steady, old.read(entry)))
    return out.getvalue()
