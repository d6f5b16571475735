"""What `pip install 'starlit-cottage[pi]'` brings: neither numpy nor matplotlib."""

import importlib.metadata as metadata
import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def brought(requirements):
    """Names of all distributions that these need, by what the installed ones say."""
    found, waiting = set(), [Requirement(text) for text in requirements]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name in found or one.marker and not one.marker.evaluate({"extra": ""}):
            continue
        found.add(name)
        waiting += [Requirement(text) for text in metadata.requires(one.name) or []]
    return found


def project(repo_root):
    return tomllib.loads((repo_root / "pyproject.toml").read_text())["project"]


def test_the_extra_brings_what_is_pinned_and_nothing_else(repo_root):
    pins = (repo_root / "requirements" / "pi.txt").read_text()
    pinned = {canonicalize_name(name) for name in re.findall(r"^([\w-]+)==", pins, re.M)}
    extra = brought(project(repo_root)["optional-dependencies"]["pi"])
    assert extra == pinned
    assert not extra & {"numpy", "matplotlib", "scipy", "pydantic", "typer"}


def test_the_base_brings_nothing(repo_root):
    assert project(repo_root)["dependencies"] == []


def test_the_hosts_extra_would_have_been_noticed(repo_root):
    assert "numpy" in brought(project(repo_root)["optional-dependencies"]["host"])


def test_shared_pins_are_the_same_version(repo_root):
    def pins(name):
        text = (repo_root / "requirements" / name).read_text()
        return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.M))

    run, pi = pins("run.txt"), pins("pi.txt")
    assert {name: run[name] for name in run if name in pi} == {
        name: pi[name] for name in pi if name in run
    }


def test_the_pod_starts_with_blinkas_stand_in_for_micropython():
    """It brings CPython a `micropython` whose decorators refuse: the plain kernels are taken."""
    import micropython

    from pod.guard import sound, sound_kernel
    from pod.sound import layers

    assert "adafruit" in (micropython.__doc__ or "").lower() or hasattr(micropython, "viper")
    assert sound.kernel is sound_kernel and layers.kernel.__name__ == "pod.sound.kernel"
