"""The house, built once. Without the CAD packages its tests are skipped, in CI they fail."""

import importlib.util
import locale
import os

import pytest

NEEDED = ("build123d", "manifold3d", "pyvista", "rtree", "scipy", "shapely", "trimesh")


def missing():
    return [name for name in NEEDED if importlib.util.find_spec(name) is None]


def absent(message):
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="module", autouse=True)
def own_locale():
    """The solid modeller sets the C locale for the whole process; later tests read UTF-8."""
    before = locale.setlocale(locale.LC_CTYPE)
    yield
    locale.setlocale(locale.LC_CTYPE, before)


@pytest.fixture(scope="session")
def cad():
    """Skips a test where the enclosure's source cannot run."""
    if missing():
        absent(f"the enclosure needs {', '.join(missing())}: make cad")


@pytest.fixture(scope="session")
def slicer(cad):
    from enclosure import slicing

    try:
        return slicing.slicer()
    except slicing.NoSlicer as problem:
        absent(str(problem))


@pytest.fixture(scope="session")
def p():
    from enclosure.params import load

    return load()


@pytest.fixture(scope="session")
def house(cad):
    from enclosure.model import House

    return House()
