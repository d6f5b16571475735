"""The bill of materials, the list of dependencies, and the audit that says when it was not done."""

import importlib.util
import json
import os
import subprocess
import sys

import jsonschema
import pytest

import starlit


@pytest.fixture
def tool(repo_root):
    def load(name):
        spec = importlib.util.spec_from_file_location(name, repo_root / "tools" / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def bom(repo_root):
    path = repo_root / "build" / "sbom.cdx.json"
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("build/sbom.cdx.json is not here: make sbom", pytrace=False)
        pytest.skip("build/sbom.cdx.json is not here: make sbom")
    return json.loads(path.read_text())


# What readers lean on; `make sbom` holds it against the whole CycloneDX 1.6 schema.
SHAPE = {
    "type": "object",
    "required": ["bomFormat", "specVersion", "version", "metadata", "components", "dependencies"],
    "properties": {
        "bomFormat": {"const": "CycloneDX"},
        "specVersion": {"const": "1.6"},
        "components": {
            "type": "array",
            "minItems": 10,
            "items": {
                "required": ["type", "name", "version", "purl", "bom-ref"],
                "properties": {"type": {"const": "library"}, "purl": {"pattern": "^pkg:pypi/"}},
            },
        },
    },
}


def test_the_bill_of_materials_names_what_a_cottage_runs_on_and_nothing_else(bom, tool):
    jsonschema.validate(bom, SHAPE)
    pins = dict(tool("dependencies").pins("run.txt"))
    listed = {c["purl"].split("/")[1].split("@")[0]: c["version"] for c in bom["components"]}
    assert listed == pins, "build/sbom.cdx.json is not of these pins: make sbom"
    root = bom["metadata"]["component"]
    assert (root["name"], root["version"]) == ("starlit-cottage", starlit.__version__)
    refs = {c["bom-ref"] for c in bom["components"]} | {root["bom-ref"]}
    assert all(set(d.get("dependsOn", [])) <= refs for d in bom["dependencies"])


def test_every_component_states_its_licence(bom):
    silent = [c["name"] for c in bom["components"] if not c.get("licenses")]
    assert silent == []


def test_the_page_lists_every_pin_with_a_date(repo_root, tool):
    dependencies = tool("dependencies")
    page = dependencies.PAGE.read_text()
    known = dependencies.dated(page)
    for name in dependencies.LISTS:
        missing = [pin for pin in dependencies.pins(name) if pin not in known]
        assert missing == [], "run make dependencies"


def test_a_row_keeps_its_date_until_its_version_changes(tool):
    dependencies = tool("dependencies")
    before = dependencies.written("", "2026-01-01")
    again = dependencies.written(before.replace("| rich | ", "| rich | 0."), "2026-02-02")
    rows = {line.split(" | ")[0]: line for line in again.splitlines() if line.startswith("| ")}
    assert "2026-02-02" in rows["| rich"] and "2026-01-01" in rows["| numpy"]


AUDITS = {
    "nothing is known": ([{"name": "a", "version": "1", "vulns": []}], 0, "1 of 1"),
    "no database": ([{"name": "a", "skip_reason": "not found"}], 0, "NOT DONE"),
    "no answer": (None, 0, "NOT DONE"),
    "a known one": (
        [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}],
        1, "a 1: CVE-1, fixed in 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", AUDITS)
def test_an_audit_that_could_not_look_says_so_and_fails_nothing(tool, monkeypatch, capsys, case):
    told, code, said = AUDITS[case]
    audit = tool("audit_dependencies")
    monkeypatch.setattr(audit, "look_up", lambda files: told)
    assert audit.main(["x"]) == code
    assert said in capsys.readouterr().out


def test_an_audit_without_its_tool_is_not_done(repo_root):
    """The tests' environment has no pip-audit."""
    tool = repo_root / "tools" / "audit_dependencies.py"
    done = subprocess.run([sys.executable, tool, "x"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "NOT DONE" in done.stdout


def test_no_two_lists_pin_another_version_of_the_same(repo_root):
    """They are installed one over the other."""
    pinned = {}
    for path in sorted((repo_root / "requirements").glob("*.txt")):
        for line in path.read_text().splitlines():
            name, equals, version = line.partition("==")
            if equals:
                pinned.setdefault(name.lower(), set()).add(version.split()[0])
    assert {name: found for name, found in pinned.items() if len(found) > 1} == {}
