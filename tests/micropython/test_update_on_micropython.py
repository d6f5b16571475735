"""The updater on the real interpreter: signature, pieces, hashes, slots, in bounded memory."""

import json
import os

import pytest
from tests.conftest import output_of
from tests.pod.update_kit import modulus, offer_of, piece_of

from pod.slots import Flash, Slots
from pod.update import PIECE

pytestmark = pytest.mark.micropython

FILES = {"pod/core.mpy": bytes(range(256)) * 100, "unpack.mpy": b"u" * 370}


@pytest.fixture
def run_update(repo_root, micropython, tmp_path):
    def run(messages):
        folder = tmp_path / "flash"
        (folder / "a").mkdir(parents=True)
        (folder / "a" / "manifest.json").write_text("{}")
        Slots(Flash(str(folder))).trust("a")
        sent = tmp_path / "messages"
        lines = [f"{modulus():x}", *map(json.dumps, messages)]
        sent.write_text("".join(line + "\n" for line in lines))
        script = repo_root / "tests" / "micropython" / "scripts" / "update_pod.py"
        env = {**os.environ, "MICROPYPATH": f"{repo_root / 'device'}:.frozen"}
        command = [micropython, "-X", "heapsize=380k", script, folder, sent]
        return folder, output_of(command, env=env).split()

    return run


def everything():
    yield offer_of(FILES)
    for at, data in enumerate(FILES.values()):
        for offset in range(0, len(data), PIECE):
            yield piece_of(FILES, [at, offset])
    yield {"step": "switch"}


def test_a_signed_program_is_taken_in_with_a_flat_heap(run_update):
    folder, (ok, why, runs, heap) = run_update(everything())
    assert (ok, why, runs) == ("True", "None", "b")
    assert {path: (folder / "b" / path).read_bytes() for path in FILES} == FILES
    assert int(heap) < 16 * 1024


def test_a_signature_with_one_bit_changed_is_refused(run_update):
    offer = offer_of(FILES)
    offer["signature"] = f"{int(offer['signature'], 16) ^ 1:0512x}"
    _, words = run_update([offer])
    assert words[0] == "False" and words[2:5] == ["signature", "is", "not"]
    assert words[-2] == "a"
