"""The bundle on disk: its manifest is true, its bytes are the same each time."""

import hashlib
import json
import os
import subprocess
import sys
import zlib

import pytest

from starlit.bundle import build, read_manifest
from starlit.bundle.squeeze import WINDOW_BITS
from starlit.cli import run
from starlit.errors import UserError


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle") / "out"
    assert run(["bundle", "--out", str(folder)]) == 0
    return folder


def test_the_manifest_says_what_is_there(bundle):
    manifest = read_manifest(bundle)
    assert (manifest["format"], manifest["arch"], manifest["mpy"]) == (1, "armv6m", "6.3")
    on_disk = {str(path.relative_to(bundle)) for path in bundle.rglob("*.mpy")}
    assert {entry["path"] for entry in manifest["files"]} == on_disk
    for entry in manifest["files"]:
        content = (bundle / entry["path"]).read_bytes()
        assert entry["bytes"] == len(content)
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
    assert manifest["total_bytes"] == sum(entry["bytes"] for entry in manifest["files"])


def test_another_process_makes_the_same_bytes(bundle, tmp_path):
    command = [sys.executable, "-m", "starlit", "bundle", "--out", str(tmp_path / "again")]
    path = os.pathsep.join(sys.path)
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": path}
    subprocess.run(command, env=env, check=True, capture_output=True)
    for name in ("manifest.json", "names.json"):
        assert (tmp_path / "again" / name).read_bytes() == (bundle / name).read_bytes()


def test_a_bundle_replaces_an_older_one_and_leaves_all_else_alone(bundle, tmp_path, capsys):
    old = tmp_path / "old"
    (old / "pod").mkdir(parents=True)
    (old / "pod" / "gone.mpy").write_bytes(b"old")
    (tmp_path / "outside.mpy").write_bytes(b"mine")
    files = [{"path": "pod/gone.mpy"}, {"path": "../outside.mpy"}]
    (old / "manifest.json").write_text(json.dumps({"files": files}))
    assert run(["bundle", "--out", str(old), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == read_manifest(old) == read_manifest(bundle)
    assert not (old / "pod" / "gone.mpy").exists()
    assert (tmp_path / "outside.mpy").exists()


def test_a_packed_bundle_says_what_comes_out_of_it(bundle, tmp_path):
    assert run(["bundle", "--out", str(tmp_path), "--packed"]) == 0
    plain = {entry["path"]: entry for entry in read_manifest(bundle)["files"]}
    manifest = read_manifest(tmp_path)
    for entry in manifest["files"]:
        content = (tmp_path / entry["path"]).read_bytes()
        if "unpacked" in entry:
            content = zlib.decompress(content, -WINDOW_BITS)
            assert entry["unpacked"] == plain.pop(entry["path"])
            assert hashlib.sha256(content).hexdigest() == entry["unpacked"]["sha256"]
    assert manifest["packed"] and not plain
    assert {entry["path"] for entry in manifest["files"]} >= {"unpack.mpy", "pod/core.mpy"}


def test_a_folder_with_other_things_is_not_touched(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("mine")
    assert run(["bundle", "--out", str(tmp_path)]) == 2
    assert "name an empty folder" in capsys.readouterr().err
    assert os.listdir(tmp_path) == ["thesis.txt"]


@pytest.mark.parametrize(
    "options, complaint",
    [
        (["--arch", "z80"], "--arch z80: give one of armv6m"),
        (["--mpy-cross", "/nowhere/mpy-cross"], "name another with --mpy-cross"),
        (["--mpy-cross", sys.executable], "no mpy-cross"),
        (["--explain", "/nowhere"], "name a file with a traceback"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(tmp_path, capsys, options, complaint):
    assert run(["bundle", "--out", str(tmp_path / "out"), *options]) == 2
    said = capsys.readouterr().err
    assert complaint in said and said.count("\n") == 1


def test_each_board_gets_machine_code_of_its_own():
    made = {arch: build(arch).files["pod/core.mpy"] for arch in ("armv6m", "armv7emsp", "bytecode")}
    # The third byte: the format's minor version, and which machine the code is for.
    assert {arch: content[2] >> 2 for arch, content in made.items()} == {
        "armv6m": 4, "armv7emsp": 7, "bytecode": 0,
    }  # fmt: skip
    with pytest.raises(UserError):
        build("z80")
