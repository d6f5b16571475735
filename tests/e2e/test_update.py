"""A virtual pod gets a new program over the link, and tries its parts."""

import json

import pytest
from tests.e2e.cottage import Cottage, run
from tests.micropython.flashed import Pico
from tests.starlit.flash.mp_on_wire import BoardOnWire

from starlit.bundle import build

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

FILES = {"pod/core.mpy": bytes(range(256)) * 20, "pod/base0.mpy": b"M" * 700}


def write_bundle(folder, version):
    import hashlib

    for path, data in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    manifest = {
        "format": 1, "pod": version, "micropython": "1.28.0", "mpy": "6.3", "arch": "armv6m",
        "files": [
            {"path": p, "bytes": len(d), "sha256": hashlib.sha256(d).hexdigest()}
            for p, d in FILES.items()
        ],
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_an_update_is_verified_tried_and_kept_and_an_older_one_is_refused(tmp_path):
    home, key = tmp_path / "home", tmp_path / "update.key"
    for version in ("0.2.0", "0.0.1"):
        (tmp_path / version).mkdir()
        write_bundle(tmp_path / version, version)
    with Cottage(home, "--virtual", "1") as cottage:
        cottage.say("update", "key", "--out", key)
        assert key.stat().st_mode & 0o77 == 0
        words = ("update", "--pod", "pod-1", "--key", key, "--bundle")
        assert "no update key" in cottage.say(*words, tmp_path / "0.2.0", expect=2)
        cottage.say("virtual", "key", "pod-1", f"{key}.pub")
        done = run(home, *words, tmp_path / "0.2.0", "--json", timeout_s=120)
        assert done.returncode == 0, done.stderr + cottage.log
        told = json.loads(done.stdout)
        assert (told["version"], told["slot"]) == ("0.2.0", "b")
        said = cottage.say(*words, tmp_path / "0.0.1", expect=2)
        assert "0.0.1 is older than 0.2.0" in said and said.count("\n") <= 2
        flash = home / "virtual-pod-1-flash"
        assert {p: (flash / "b" / p).read_bytes() for p in FILES} == FILES
        assert "pod-1 is back, dark" in cottage.say("restart", "--pod", "pod-1")
        # In a night: refused.
        cottage.say("virtual", "button", "pod-1", 1200)
        cottage.say("goodnight", "--pod", "pod-1")
        assert "a night is under way" in cottage.say(*words, tmp_path / "0.2.0", expect=2)
        assert "a night is under way" in cottage.say("doctor", "--pod", "pod-1", expect=2)
        cottage.end()


@pytest.mark.micropython
def test_by_cable_the_report_is_waited_for_over_the_link(tmp_path, micropython, repo_root):
    """The pod that reports is a virtual one, which runs what the cable's bundle is a version of."""
    bundle = build("bytecode", packed=True)
    bundle.write(tmp_path / "bundle")
    pico = Pico(tmp_path / "flash", micropython, repo_root, bundle)
    board = BoardOnWire(micropython, pico.root)
    words = ("update", "--port", board.port, "--pod", "pod-1", "--bundle", tmp_path / "bundle")
    try:
        home = tmp_path / "home"
        alone = run(home, *words, timeout_s=30)
        assert alone.returncode == 2 and "starlit up" in alone.stderr and board.heard == []
        with Cottage(home, "--virtual", "1") as cottage:
            done = run(home, *words, "--json", timeout_s=60)
            assert done.returncode == 0, done.stderr + cottage.log
            assert json.loads(done.stdout)["good"] is True and pico.slots().trial == "b"
            cottage.end()
    finally:
        board.stop()


def test_a_pod_tries_its_parts_and_says_which_one_is_broken(tmp_path):
    with Cottage(tmp_path / "home", "--virtual", "1") as cottage:
        home = cottage.home
        done = run(home, "doctor", "--pod", "pod-1", "--json", timeout_s=90)
        parts = {one["part"]: one for one in json.loads(done.stdout)["parts"]}
        assert done.returncode == 0 and parts["clock"]["result"] == "ok", parts
        assert "plug in first" in parts["LEDs"]["said"]  # plugged in: tests/pod/test_service.py
        cottage.say("virtual", "fault", "pod-1", "identity")
        done = run(home, "doctor", "--pod", "pod-1", timeout_s=90)
        assert done.returncode == 1
        assert "pulse sensor failed" in " ".join(done.stdout.split())
        assert "another chip" in done.stdout
        cottage.end()
