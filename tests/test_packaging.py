"""The package and its pinned lists."""

import re
import tomllib

import pytest

import pod
import starlit


def test_pod_and_host_carry_one_version():
    assert pod.__version__ == starlit.__version__


def test_the_base_install_needs_nothing(repo_root):
    project = tomllib.loads((repo_root / "pyproject.toml").read_text())["project"]
    assert project["dependencies"] == []


@pytest.mark.parametrize("name", ["run.txt", "test.txt", "cad.txt", "audit.txt"])
def test_a_pinned_list_holds_names_and_versions_only(repo_root, name):
    lines = (repo_root / "requirements" / name).read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    assert [pin for pin in pins if not re.fullmatch(r"[a-z0-9.-]+==[0-9][0-9a-z.]*", pin)] == []


def test_every_extra_that_is_installed_is_pinned(repo_root):
    extras = tomllib.loads((repo_root / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    # An extra may lean on what the lists below it already pin.
    lists = {"host": ["run.txt"], "test": ["test.txt"], "cad": ["run.txt", "cad.txt"]}
    for extra, names in lists.items():
        pinned = "".join((repo_root / "requirements" / name).read_text() for name in names)
        for wanted in extras[extra]:
            package = re.match(r"[a-z0-9-]+", wanted).group()
            assert f"\n{package}==" in pinned, f"{package} of [{extra}] is not in {names}"
