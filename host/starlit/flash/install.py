"""What goes onto a board with MicroPython: packages, the program, who the pod is."""

import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from starlit.bundle.build import Bundle, pod_package
from starlit.bundle.compile import BYTECODE, find_compiler
from starlit.errors import UserError
from starlit.flash.board import Board
from starlit.trust.provision import Provision
from starlit.update.package import compact

Progress = Callable[[int], None]

# mqtt_as 0.8.3 at a commit, so that what is installed is what was tested
# (github.com/peterhinch/micropython-mqtt).
MQTT_AS = "7b6a11dd7910f7bb8275341fdc24b89ed1dfbc47"
MQTT_FILES = ("mqtt_as/__init__.py",)
_INDEX = "github:peterhinch/micropython-mqtt/{path}@{commit}"
_MIP_S = 120

_RUNNING = """
import json, slots
s = slots.Slots(slots.Flash())
print(json.dumps([s.running or s.good, s.spare()]))
"""
_EMPTY = """
import os
def clear(path):
    for name, kind, *_ in os.ilistdir(path):
        inside = path + '/' + name
        if kind == 0x4000:
            clear(inside)
            os.rmdir(inside)
        else:
            os.remove(inside)
"""
_READ = """
from binascii import b2a_base64
f = open({path!r}, 'rb')
b = f.read(510)
print('"', end='')
while b:
    print(b2a_base64(b).decode().strip(), end='')
    b = f.read(510)
print('"')
"""
_REMOVE = """
import os
os.remove({path!r})
print('null')
"""
_CLEAR = (
    _EMPTY
    + """
for name in ('manifest.json', 'offer'):
    try:
        os.remove({path!r} + '/' + name)
    except OSError:
        pass
try:
    clear({path!r})
except OSError:
    os.mkdir({path!r})
print('null')
"""
)
_POINT = """
import slots
s = slots.Slots(slots.Flash())
s.{how}({name!r})
print('null')
"""
_ERASE = (
    _EMPTY
    + """
clear('')
print('null')
"""
)


def erase(board: Board) -> None:
    """Every file of the board: the program, the credential, the dose, all of it."""
    board.ask(_ERASE, 60)


def packages(board: Board, folder: Path | None, progress: Progress) -> None:
    """mqtt_as into /lib: from `folder` where one is given, else by mip from its repository."""
    if folder is None:
        _mip(board)
        for name in MQTT_FILES:
            _compile_there(board, name, progress)
        return
    done = 0
    for name in MQTT_FILES:
        try:
            source = (folder / name).read_text(encoding="utf-8")
        except OSError:
            raise UserError(
                f"{folder}: there is no {name} in it; name a folder of micropython-mqtt"
            ) from None
        done += _put_compiled(board, name, source, _after(progress, done))


def _put_compiled(board: Board, name: str, source: str, progress: Progress) -> int:
    """A third of the size, no compiler's peak at start, and it can run from ROM."""
    module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    data = find_compiler(None).compile(module, source, BYTECODE)
    board.put(f"/lib/{name.removesuffix('.py')}.mpy", data, progress)
    return len(data)


def _compile_there(board: Board, name: str, progress: Progress) -> None:
    """mip copies a repository's file as it is: as source."""
    path = "/lib/" + name
    source = base64.b64decode(board.ask(_READ.format(path=path), 60)).decode()
    _put_compiled(board, name, source, progress)
    board.ask(_REMOVE.format(path=path))


def _after(progress: Progress, before: int) -> Progress:
    return lambda done: progress(before + done)


def _mip(board: Board) -> None:
    """mpremote's own mip, in a process of its own: it fetches here and copies over the port."""
    board.close()
    try:
        for path in MQTT_FILES:
            target = "/lib/" + path.rpartition("/")[0]
            package = _INDEX.format(path=path, commit=MQTT_AS)
            command = [
                sys.executable, "-m", "mpremote", "connect", board.port,
                "mip", "install", "--target", target, package,
            ]  # fmt: skip
            _run_mip(command)
    finally:
        board.__enter__()


def _run_mip(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_MIP_S)
        why = (done.stderr or done.stdout).strip().splitlines()[-1:] if done.returncode else []
    except subprocess.TimeoutExpired:
        why = ["no answer within two minutes"]
    if why:
        raise UserError(
            f"mqtt_as cannot be fetched ({why[0]}): connect this computer to the internet, or name "
            "a folder of micropython-mqtt with --mip or STARLIT_MIP"
        )


def slots_mpy() -> bytes:
    """`pod/slots.py` as `boot.py` loads it: alone, and never part of an update."""
    source = (pod_package() / "slots.py").read_text(encoding="utf-8")
    return find_compiler(None).compile("slots", source, BYTECODE)


def entry_files() -> dict[str, bytes]:
    """What starts a pod, outside of both slots."""
    device = pod_package().parent
    files = {"/slots.mpy": slots_mpy(), "/boot.py": (device / "boot.py").read_bytes()}
    main = device / "main.py"
    if main.exists():
        files["/main.py"] = main.read_bytes()
    return files


def program_size(bundle: Bundle) -> int:
    return bundle.total_bytes + sum(map(len, entry_files().values()))


def program(board: Board, bundle: Bundle, progress: Progress) -> str:
    """The bundle into the slot that does not run, and from now on it is the good one; its name.
    Power that goes in between leaves what was there."""
    entry = entry_files()
    slots = entry.pop("/slots.mpy")
    board.put("/slots.mpy", slots, progress)
    running, spare = board.ask(_RUNNING)
    slot: str = spare or ("b" if running == "a" else "a")
    done = fill(board, slot, bundle.files, bundle.manifest, _after(progress, len(slots)))
    for path, data in entry.items():
        board.put(path, data, _after(progress, len(slots) + done))
        done += len(data)
    board.ask(_POINT.format(how="trust", name=slot))
    return slot


def fill(
    board: Board,
    slot: str,
    files: Mapping[str, bytes],
    manifest: dict[str, Any],
    progress: Progress,
) -> int:
    """A bundle into a slot, its manifest last; how many bytes of files."""
    done = 0
    board.ask(_CLEAR.format(path="/" + slot), 60)
    for path, data in files.items():
        board.put(f"/{slot}/{path}", data, _after(progress, done))
        done += len(data)
    board.put(f"/{slot}/manifest.json", compact(manifest).encode())
    return done


def spare(board: Board) -> str:
    """The slot that may be filled, on a board that is a pod already."""
    try:
        slot: str | None = board.ask(_RUNNING)[1]
    except UserError as error:
        if "ImportError" not in str(error):
            raise
        raise UserError(
            f"{board.port}: no pod's program is there: make a pod of it with `starlit flash`"
        ) from None
    if slot is None:
        raise UserError(f"{board.port}: the last update is still on trial: let the pod run first")
    return slot


def on_trial(board: Board, slot: str) -> None:
    """From the next start on, for that one."""
    board.ask(_POINT.format(how="try_next", name=slot))


def check_mpy(board: Board, manifest: dict[str, Any]) -> None:
    """That this board's MicroPython loads the bundle."""
    arch, mpy = manifest["arch"], str(manifest["mpy"])
    if mpy.partition(".")[0] != board.mpy.partition(".")[0]:
        raise UserError(
            f"{board.port}: MicroPython {board.version} reads .mpy files of version {board.mpy}, "
            f"the bundle is of {mpy}: give the board MicroPython {manifest['micropython']} with "
            "`starlit flash --uf2`"
        )
    if arch not in (board.arch, BYTECODE):
        raise UserError(f"{board.port}: the bundle is for {arch}, the board is {board.arch}")


def provision(board: Board, given: Provision, wifi: dict[str, str], key: int | None) -> None:
    """Who the pod is. It takes the file in at its next start, and removes it."""
    words: dict[str, Any] = {**asdict(given), **wifi}
    if key is not None:
        words["update_key"] = f"{key:x}"
    board.put("/provision.json", json.dumps(words).encode())


def check_new(cottage: str, pod: str) -> None:
    """That a credential for `pod` can be made here, before anything is touched."""
    from starlit import cottages
    from starlit.trust.store import open_store

    with cottages.opened(cottage):
        store = open_store(cottage)
        if store.exists and pod in store.load().active():
            raise UserError(
                f"{pod} has a credential already: `starlit pod rotate {pod}` makes a new one, for "
                "--provision"
            )


def new_credential(cottage: str, pod: str, host: str | None) -> Provision:
    """Made here and now, where this computer has the cottage's trust."""
    from starlit.trust.members import add
    from starlit.trust.provision import read_provision

    with tempfile.TemporaryDirectory() as folder:
        return read_provision(add(cottage, pod, host, Path(folder, "pod.json")))
