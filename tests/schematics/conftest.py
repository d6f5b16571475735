"""Fixtures of the circuit: its program, KiCad, ngspice."""

import os
import shutil
import sys

import pytest
from tests.conftest import REPO_ROOT

FOLDER = REPO_ROOT / "schematics"
if str(FOLDER) not in sys.path:
    sys.path.insert(0, str(FOLDER))


@pytest.fixture(scope="session")
def kicad():
    """KiCad 9, or a skip; with CI=true a failure."""
    from circuit import kicad

    return kicad.find() or missing("KiCad 9", "tools/get_kicad.sh")


@pytest.fixture(scope="session")
def ngspice():
    return shutil.which("ngspice") or missing("ngspice", "apt install ngspice")


@pytest.fixture
def copies(tmp_path):
    """A folder with copies of the sheets, to spoil."""
    from circuit import checks

    for path in checks.sources():
        shutil.copy(path, tmp_path)
    return tmp_path


def missing(what, remedy):
    message = f"{what} is not here: {remedy}"
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
