"""amqtt in this process, for a few pods where mosquitto is not installed.

Its keep-alive will never fires, so nobody may derive presence from the last will alone.
"""

import asyncio
import logging
import threading
from dataclasses import replace
from typing import Any

from starlit.address import Address
from starlit.broker import LOOPBACK, START_TIMEOUT_S, STOP_TIMEOUT_S, check_port, free_port
from starlit.errors import UserError
from starlit.trust.access import Access
from starlit.trust.model import HOST

MAX_CONNECTIONS = 256
_log = logging.getLogger(__name__)


class AmqttBroker:
    kind = "amqtt"

    def __init__(self, port: int | None, access: Access):
        self.port = port
        self.access = access
        self.address = Address(LOOPBACK, port or 0, HOST, access.password)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stopping: asyncio.Event | None = None
        self._listening = threading.Event()
        self._error: Exception | None = None
        self.faults = 0  # errors of its own in a connection, since this program began

    def start(self) -> None:
        port = self.address.port or free_port()
        check_port(port)
        self.address = replace(self.address, port=port)
        self._listening.clear()
        self._error = None
        self._thread = threading.Thread(target=self._run, name="amqtt", daemon=True)
        self._thread.start()
        if not self._listening.wait(START_TIMEOUT_S) or self._error:
            self.stop()
            raise UserError(
                f"amqtt on port {port} did not start: {self._error or 'no answer'}; "
                "install mosquitto, or give a broker with --broker URL"
            )

    def died(self) -> bool:
        return False  # it ends with us

    def reload(self) -> None:
        """Passwords have changed. It knows no other way to throw a client out."""
        self.stop()
        self.start()

    def stop(self) -> None:
        thread, self._thread = self._thread, None
        if thread is None:
            return
        if self._loop is not None and self._stopping is not None and thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        thread.join(STOP_TIMEOUT_S)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:  # handed to `start`; afterwards the links show the outage
            self._error = error
        finally:
            self._listening.set()

    def _survive(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Where clients come and go at once, amqtt raises in one's own task and carries on."""
        self.faults += 1
        if self.faults == 1:
            what = context.get("exception") or context["message"]
            _log.warning("amqtt: %r in one connection; the others go on", what)

    async def _serve(self) -> None:
        from starlit.broker_amqtt_access import GuardedBroker  # amqtt is slow to import

        for name in ("amqtt", "transitions"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._survive)
        self._stopping = asyncio.Event()
        broker = GuardedBroker(self._config())
        broker.access = self.access
        await broker.start()
        self._listening.set()
        await self._stopping.wait()
        await asyncio.wait_for(broker.shutdown(), STOP_TIMEOUT_S / 2)

    def _config(self) -> dict:
        return {
            "listeners": {
                "default": {
                    "type": "tcp",
                    "bind": f"{self.address.host}:{self.address.port}",
                    "max_connections": MAX_CONNECTIONS,
                }
            },
            "plugins": {
                "starlit.broker_amqtt_access.Passwords": {"access": self.access},
            },
        }
