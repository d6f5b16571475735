"""SECURITY.md names tests: each of them exists, and each of the thirteen groups has one."""

import ast
import re

import pytest

NAMED = re.compile(r"`(tests/[a-z0-9_/]+\.py)::([a-z0-9_]+)`")
GROUPS = [f"5.{n}" for n in range(1, 14)]


@pytest.fixture
def page(repo_root):
    return (repo_root / "SECURITY.md").read_text()


def names_in(path):
    return {n.name for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.FunctionDef)}


def test_every_test_that_it_names_exists(page, repo_root):
    named = NAMED.findall(page)
    assert len(named) >= len(GROUPS)
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (repo_root / file).exists() or name not in names_in(repo_root / file)
    ]
    assert missing == []


@pytest.mark.parametrize("group", GROUPS)
def test_each_group_names_what_holds_it(page, group):
    rows = [line for line in page.splitlines() if line.startswith(f"| {group} |")]
    assert len(rows) == 1
    cells = [cell.strip() for cell in rows[0].strip("|").split("|")]
    assert len(cells) == 4 and len(cells[2]) > 40 and NAMED.search(cells[3])


def test_every_stranger_of_the_threat_model_is_told_what_remains(page):
    strangers = page.split("## Who might")[1].split("\n## ")[0]
    paragraphs = [part for part in strangers.split("\n\n") if part.strip().startswith("**")]
    assert len(paragraphs) == 8
    alone = [part for part in paragraphs if "Remains" not in part and "far cottage" not in part]
    assert alone == []
