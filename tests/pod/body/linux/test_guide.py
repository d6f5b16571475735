"""Every `starlit-pod` command of the documents is one that the program knows."""

import re

import pytest

from pod.body.linux.command import _parser
from pod.body.linux.interfaces import LINES

COMMAND = re.compile(
    r"(?:/starlit-pod/start|starlit-pod) (run|install|selftest|update|set|bench)([^`\n]*)"
)


def pages(repo_root):
    return [*sorted((repo_root / "docs").rglob("*.md")), repo_root / "README.md"]


def test_they_parse(repo_root):
    seen = set()
    for page in pages(repo_root):
        for command, rest in COMMAND.findall(page.read_text()):
            options = re.findall(r"--[a-z-]+", rest)
            known = commands()[command]
            assert set(options) <= known, (page.name, command, options)
            seen.add(command)
    assert seen >= {"install", "selftest", "update", "bench"}


def commands():
    found = {}
    for action in _parser()._actions:
        for name, parser in (getattr(action, "choices", None) or {}).items():
            found[name] = {option for one in parser._actions for option in one.option_strings}
    return found


@pytest.mark.parametrize("line", [line for line, _ in LINES])
def test_the_guide_has_every_line_of_config_txt(repo_root, line):
    assert f"\n{line}\n" in (repo_root / "docs" / "raspberry-pi.md").read_text()
