"""A package written by a test, joined as the pod is."""

import pytest

from starlit.bundle.join import join


@pytest.fixture
def joined(tmp_path):
    """(sources of a package named `pod`, programs, left out) -> Joined."""

    def make(modules, programs, without=()):
        for name, text in modules.items():
            path = tmp_path / "pod" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return join(tmp_path / "pod", programs, without)

    return make


@pytest.fixture
def run(joined):
    """The same, run as one file: its globals."""

    def make(modules, *symbols, without=()):
        found = joined(modules, {"pod.all": symbols}, without)
        scope = {"__name__": "pod.all"}
        exec(compile(found.sources["pod.all"], "pod/all.py", "exec"), scope)
        return scope

    return make
