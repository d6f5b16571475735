"""Out of safe mode by the link: a pod whose core cannot even be loaded takes a new program."""

import json
import shutil

import pytest
from tests.micropython.flashed import Pico
from tests.micropython.test_rom import compiled
from tests.pod.update_kit import piece_of, signed

from pod.update import PIECE
from starlit.bundle import build
from starlit.update.package import compact

pytestmark = pytest.mark.micropython


def update(bundle):
    """Everything that a host asks of a pod for an update."""
    text = compact(bundle.manifest)
    offer = {"step": "offer", "manifest": text, "signature": signed(text.encode()).hex()}
    files = {entry["path"]: bundle.files[entry["path"]] for entry in bundle.manifest["files"]}
    pieces = [
        piece_of(files, [at, offset])
        for at, data in enumerate(files.values())
        for offset in range(0, len(data), PIECE)
    ]
    return [{"do": "update", **body} for body in (offer, *pieces, {"step": "switch"})]


def test_a_pod_whose_core_is_gone_takes_a_program_and_runs_it(pico):
    pico.into_safe_mode()
    told = pico.start(seconds=120, asks=update(pico.bundle))
    assert told["states"] == ["safe"] and not told["core"]
    assert told["answers"][-1]["restart"] and told["ended"] == "soft"
    told = pico.start(seconds=50)
    assert told["slot"] == "b" and told["core"] and told["states"][0] == "idle"
    assert told["from_rom"] is bool(pico.rom)
    assert pico.slots().good == "b", "it has run and reported"


def test_it_listens_only_to_what_is_signed_and_fresh(pico):
    pico.into_safe_mode()
    status = {"do": "update", "step": "status"}
    forged = {"sealed": json.dumps(
        {"body": '{"do":"restart","id":1}', "expiry_s": 0, "nonce": "0", "mac": "0" * 64})
    }  # fmt: skip
    asks = [forged, {"sealed": "junk"}, status, {"again": 1}, {"do": "test"}, {"again": 1}]
    told = pico.start(seconds=30, asks=asks)
    assert told["ended"] == "console" and told["bad_rx"] == 4
    assert [answer["ok"] for answer in told["answers"]] == [True, False]
    assert told["answers"][0]["running"] == "a"


def test_a_program_that_another_has_signed_is_refused(pico):
    pico.into_safe_mode()
    offer = update(pico.bundle)[0]
    offer["signature"] = f"{int(offer['signature'], 16) ^ 1:0512x}"
    told = pico.start(asks=[offer, {"do": "update", "step": "switch"}])
    assert [answer["ok"] for answer in told["answers"]] == [False, False]
    assert "signature" in told["answers"][0]["why"] and not (pico.root / "b").exists()


def test_a_restart_leads_out_of_it_where_the_cause_is_gone(pico):
    pico.into_safe_mode()
    core = pico.bundle.files["pod/core.mpy"]
    (pico.root / "a" / "pod" / "core.mpy").write_bytes(core)
    assert pico.start()["states"] == ["safe"], "it stays in it by itself"
    told = pico.start(asks=[{"do": "restart"}])
    assert told["answers"] == [{"ok": True, "id": 1}] and told["ended"] == "soft"
    told = pico.start()
    assert told["states"][0] == "idle" and told["from_rom"] is bool(pico.rom)


def test_a_program_that_raises_in_rom_makes_way_for_another(
    tmp_path, micropython, repo_root, packed_bundle
):
    """What is torn on flash never comes into ROM; what is whole and wrong does."""
    plain = build("bytecode")
    files = {**plain.files, "pod/core.mpy": compiled(tmp_path, "raise ValueError")}
    files["manifest.json"] = compact({**plain.manifest, "pod": "0.0.9"}).encode()
    pico = Pico(tmp_path / "flash", micropython, repo_root, packed_bundle, rom=True)
    shutil.rmtree(pico.root / "a")
    for path, content in files.items():
        (pico.root / "a" / path).parent.mkdir(parents=True, exist_ok=True)
        (pico.root / "a" / path).write_bytes(content)
    for _ in range(3):
        told = pico.start()
        assert told["ended"] == "soft" and told["from_rom"]
    told = pico.start(seconds=120, asks=update(packed_bundle))
    assert told["states"] == ["safe"] and told["from_rom"] and not told["core"]
    told = pico.start(seconds=50)
    assert (told["slot"], told["from_rom"], told["states"][0]) == ("b", True, "idle")
