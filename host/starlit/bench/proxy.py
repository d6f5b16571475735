"""A network between pods and broker: TCP with a delay, jitter for each direction, loss, cuts.

Started as a process of its own: `python -m starlit.bench.proxy '{"port":...}'`.

Every chunk waits the base delay, the same both ways, and something more: upwards evenly between 0
and half the jitter, downwards between 0 and all of it (40 ms of jitter: on average 10 up, 20 down).
A lost one waits for its retransmission, and all behind it wait too, as TCP has it. Every connection
is cut after a while, and may come back at once.
"""

import asyncio
import contextlib
import json
import random
import socket
import sys
from dataclasses import asdict, dataclass

from starlit.broker import LOOPBACK

RETRANSMIT_S = 0.2  # the least that Linux waits (TCP_RTO_MIN)
CHUNK_BYTES = 65536


@dataclass(frozen=True)
class Network:
    port: int  # to listen on
    to_port: int  # the broker's
    base_ms: float = 2.0
    jitter_ms: float = 0.0
    loss: float = 0.0  # share of chunks
    cut_every_s: float = 0.0  # each connection, on average; 0 never
    seed: int = 1

    def as_json(self) -> str:
        return json.dumps(asdict(self))


class Proxy:
    def __init__(self, network: Network):
        self.network = network
        self._rng = random.Random(network.seed)

    async def serve(self) -> None:
        server = await asyncio.start_server(self._connected, LOOPBACK, self.network.port)
        async with server:
            await server.serve_forever()

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        broker = await asyncio.open_connection(LOOPBACK, self.network.to_port)
        for one in (writer, broker[1]):
            one.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        jitter_s = self.network.jitter_ms / 1000
        ways = [
            asyncio.create_task(self._carry(reader, broker[1], jitter_s / 2)),
            asyncio.create_task(self._carry(broker[0], writer, jitter_s)),
        ]
        life_s = self._rng.expovariate(1) * self.network.cut_every_s or None
        await asyncio.wait(ways, timeout=life_s, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for one in (writer, broker[1]):
            one.transport.abort()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, jitter_s: float
    ) -> None:
        """Chunks in order, each no earlier than its delay."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due_s, chunk = await waiting.get()
                if (left_s := due_s - loop.time()) > 0:
                    await asyncio.sleep(left_s)
                writer.write(chunk)

        delivering = asyncio.create_task(deliver())
        try:
            while chunk := await reader.read(CHUNK_BYTES):
                waiting.put_nowait((loop.time() + self._delay_s(jitter_s), chunk))
        finally:
            delivering.cancel()
            await asyncio.gather(delivering, return_exceptions=True)

    def _delay_s(self, jitter_s: float) -> float:
        lost = self._rng.random() < self.network.loss
        return (
            self.network.base_ms / 1000
            + self._rng.uniform(0, jitter_s)
            + (RETRANSMIT_S if lost else 0)
        )


def main() -> None:
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(Proxy(Network(**json.loads(sys.argv[1]))).serve())


if __name__ == "__main__":
    main()
