"""The documents are true as far as a program can tell: links, pictures, commands, file names."""

import re
import shlex
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest
import typer

from starlit.cli import HELP, app

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("docs", "device", "enclosure", "host", "schematics", "tests", "tools")
PAGES = sorted(ROOT.glob("*.md")) + sorted(
    page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md")
)
PICTURES = sorted((ROOT / "docs" / "pictures").glob("*"))

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
INLINE = re.compile(r"`([^`\n]+)`")
INDENTED = re.compile(r"^    .*$", re.MULTILINE)
BLOCK = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
PROMPT = re.compile(r"^(?:\$ )?(?:\.venv/bin/)?(?=(?:starlit|make|python) )")
PLACEHOLDER = re.compile(r"[A-Z]+(\.\.\.)?|\.\.\.")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def commands(page: Path) -> list[str]:
    """Every `starlit ...`, `make ...` and `python ...` that a reader could type."""
    text = page.read_text()
    blocks = "\n".join(BLOCK.findall(text) + INDENTED.findall(text))
    lines = [line.strip() for line in blocks.splitlines()]
    lines += [code.replace("\\|", "|") for code in INLINE.findall(BLOCK.sub("", text))]
    return [PROMPT.sub("", line) for line in lines if PROMPT.match(line)]


def words(command: str) -> list[str]:
    return shlex.split(re.sub(r"[\[\]]", " ", command), comments=True)


@cache
def click_app():
    return typer.main.get_command(app)


def wrong(command: str) -> str | None:
    """What of a `starlit` command the real command line does not know."""
    here, *rest = [click_app(), *words(command)[1:]]
    for word in rest:
        is_group = hasattr(here, "resolve_command")
        if word.startswith("-"):
            known = {"--help", "-h"}
            for param in here.params:
                known.update(param.opts + param.secondary_opts)
            if word.split("=")[0] not in known:
                return f"no option {word} in `{here.name}`"
        elif is_group and not PLACEHOLDER.fullmatch(word):
            try:
                here = here.resolve_command(typer.Context(here), [word])[1]
            except Exception:
                return f"no command {word}"
    return None


@pages
def test_every_relative_link_leads_somewhere(page):
    for target in LINK.findall(BLOCK.sub("", page.read_text())):
        if not re.match(r"[a-z]+:|#", target):
            assert (page.parent / target.split("#")[0]).exists(), target


@pages
def test_every_starlit_command_is_one_that_the_command_line_knows(page):
    for command in commands(page):
        if command.startswith("starlit "):
            assert wrong(command) is None, f"{command}: {wrong(command)}"


@pages
def test_every_make_target_and_every_tool_is_there(page):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for command in commands(page):
        first, *rest = words(command)
        if first == "make" and rest and not re.match(r"[A-Z]+=", rest[0]):
            assert rest[0] in targets, command
        if first == "python" and rest and rest[0].endswith(".py"):
            assert (ROOT / rest[0]).exists(), command


def test_a_wrong_command_would_be_found():
    assert wrong("starlit up --virtual 3 --welcome") is None
    assert wrong("starlit virtual switch pod-1 out") is None
    assert wrong("starlit up --colour") == "no option --colour in `up`"
    assert wrong("starlit dance") == "no command dance"
    assert wrong("starlit virtual tickle pod-1") == "no command tickle"


@pages
def test_every_source_file_that_is_named_exists(page):
    sources = [str(path) for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    for code in INLINE.findall(BLOCK.sub("", page.read_text())):
        if re.fullmatch(r"[a-z0-9_/]+\.py", code):
            assert any(path.endswith("/" + code) for path in sources), code


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_a_picture(picture):
    data = picture.read_bytes()
    assert len(data) > 1000
    if picture.suffix == ".svg":
        assert ET.fromstring(data).tag.endswith("svg")
    else:
        assert data.startswith(b"\x89PNG\r\n")


def test_every_picture_is_shown_somewhere():
    shown = {Path(t).name for page in PAGES for t in LINK.findall(page.read_text())}
    assert {picture.name for picture in PICTURES} <= shown


def test_readme_and_command_line_say_the_same_of_what_this_is_not():
    said = " ".join(HELP.split())
    wording = said[said.index("A bedside") :]
    readme = " ".join(re.sub(r"^> ?", "", (ROOT / "README.md").read_text(), flags=re.M).split())
    assert wording in readme


def test_the_readme_speaks_of_no_illness():
    text = (ROOT / "README.md").read_text().lower()
    for word in ("distress", "abnormal", "alarm", "therap", "diagnos"):
        assert word not in text
