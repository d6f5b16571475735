"""A hand at a virtual pod: JSON lines over a local socket, never over MQTT.

One request a line, one answer a line: {"do": "switch", "pod": "pod-1", "to": "out"} ->
{"ok": true, "said": "..."} or {"ok": false, "why": "..."}.
"""

import asyncio
import json
import os
import socket
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlit.errors import UserError
from starlit.heard import parse_json

LINE_MAX = 65536
CONNECT_TIMEOUT_S = 3
IDLE_S = 60.0  # a hand that says nothing for so long is let go
HANDS_MAX = 32  # at once; further ones are let go at once
Handler = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


class HandsServer:
    """Only the owner of `up` can reach it: a private folder, and a socket of mode 0600."""

    def __init__(self, path: Path, handler: Handler, idle_s: float = IDLE_S):
        self.path = path
        self._idle_s = idle_s
        self._handler = handler
        self._server: asyncio.AbstractServer | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        own_folder(self.path.parent)
        self.path.unlink(missing_ok=True)  # a killed `up` left it; two never share a cottage
        self._server = await asyncio.start_unix_server(
            self._serve, path=str(self.path), limit=LINE_MAX
        )
        self.path.chmod(0o600)

    async def stop(self) -> None:
        if self._server is None:
            return
        self._server.close()
        self._server = None
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.path.unlink(missing_ok=True)
        if self.path.name == "s":  # the short folder of `settings.socket_path`
            self.path.parent.rmdir()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._tasks) >= HANDS_MAX:
            writer.close()
            return
        self._tasks.add(task)
        try:
            while line := await asyncio.wait_for(reader.readline(), self._idle_s):
                writer.write(json.dumps(await self.answer(line)).encode() + b"\n")
                await asyncio.wait_for(writer.drain(), self._idle_s)
        except TimeoutError:
            writer.transport.abort()  # closing would wait for one that does not read
        except (ValueError, ConnectionError, asyncio.CancelledError):
            pass  # a line beyond the limit, a hand that left, or the end
        finally:
            self._tasks.discard(task)
            writer.close()

    async def answer(self, line: bytes) -> dict[str, Any]:
        """What one line gets back; a wrong one is told why."""
        try:
            request = parse_json(line)
        except ValueError:
            return {"ok": False, "why": "not JSON"}
        if not isinstance(request, dict):
            return {"ok": False, "why": "not an object"}
        try:
            return await self._handler(request)
        except UserError as error:
            return {"ok": False, "why": str(error)}


def own_folder(folder: Path) -> None:
    """Makes it private, or refuses one that is somebody else's (it may lie in /tmp)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    info = folder.lstat()
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.getuid():
        raise UserError(f"{folder} belongs to somebody else: set STARLIT_HOME to a short path")


class Hands:
    """The command's side: one connection, one request after the other."""

    def __init__(self, path: Path):
        self.path = path
        self._socket: socket.socket | None = None
        self._lines: Any = None

    def __enter__(self) -> "Hands":
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(CONNECT_TIMEOUT_S)
        try:
            self._socket.connect(str(self.path))
        except OSError as error:
            self._socket.close()
            raise UserError(
                f"no virtual pods answer at {self.path} ({error.strerror}): "
                "start some with `starlit up --virtual 3`"
            ) from None
        self._lines = self._socket.makefile("rwb")
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            self._lines.close()
            self._socket.close()

    def ask(self, request: dict[str, Any], timeout_s: float = CONNECT_TIMEOUT_S) -> dict[str, Any]:
        """The answer, or a UserError with the reason."""
        assert self._socket is not None
        self._socket.settimeout(timeout_s)
        try:
            self._lines.write(json.dumps(request).encode() + b"\n")
            self._lines.flush()
            answer = json.loads(self._lines.readline())
        except (OSError, ValueError):
            raise UserError(
                f"the virtual pods at {self.path} went away: is `starlit up` still running?"
            ) from None
        if not answer.get("ok"):
            raise UserError(str(answer.get("why", "refused")))
        return answer
