"""The credentials of a bench's pods, from the program that made their cottage to those that are
them: a file in its own folder, which goes with it."""

import json
from pathlib import Path

from starlit.trust.files import write_private
from starlit.trust.provision import Credential


def save(path: Path, credentials: dict[str, Credential]) -> None:
    data = {
        pod: {**vars(one), "pod_key": one.pod_key.hex(), "key": one.key.hex()}
        for pod, one in credentials.items()
    }
    write_private(path, json.dumps(data).encode())


def load(path: str) -> dict[str, Credential]:
    return {
        pod: Credential(
            **{**one, "pod_key": bytes.fromhex(one["pod_key"]), "key": bytes.fromhex(one["key"])}
        )
        for pod, one in json.loads(Path(path).read_text()).items()
    }
