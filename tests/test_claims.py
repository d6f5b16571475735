"""What a reader is told: the wording of SAFETY.md, and none of the words that claim more."""

import ast
import re

import pytest

from starlit.cli import HELP

# The words as stems, so that no form of them slips through.
BANNED = re.compile(r"\b(distress|abnormal|alarm|therap|diagnos)\w*", re.IGNORECASE)
WORDING = (
    "Not a medical device or baby monitor. It does not detect, monitor, prevent or treat any "
    "condition, and does not alert anyone."
)


def readable(root):
    names = "README.md", "SAFETY.md", "SECURITY.md", "CONTRIBUTING.md"
    yield from (root / name for name in names)
    yield from sorted((root / "docs").rglob("*.md"))


def strings(path):
    """Every text in a module that a person may come to read: help, messages, docstrings."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def plain(text):
    return re.sub(r"[\s>]+", " ", text)


def test_no_banned_word_in_what_a_person_reads(repo_root):
    for path in readable(repo_root):
        if path.exists():
            assert BANNED.findall(path.read_text(encoding="utf-8")) == [], path


def test_no_banned_word_in_any_string_of_the_program(repo_root):
    for folder in ("device/pod", "host/starlit"):
        for path in sorted((repo_root / folder).rglob("*.py")):
            for text in strings(path):
                assert not BANNED.search(text), f"{path}: {text[:80]}"


@pytest.mark.parametrize("name", ["README.md", "SAFETY.md"])
def test_it_says_what_it_is_not(repo_root, name):
    assert WORDING in plain((repo_root / name).read_text(encoding="utf-8"))


def test_the_command_says_what_it_is_not():
    assert WORDING in plain(HELP)
