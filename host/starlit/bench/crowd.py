"""A thousand light pods in one process: what a broker and a coordinator see of pods, and no more.

Started as `python -m starlit.bench.crowd '{"count":...}'`. Each has its connection, subscribes as a
pod does, and sends signed telemetry and a ping once a second. It notes when the sky reaches each
after a connect, and when each broadcast does. Connections that are lost come back as those of real
pods do, with the jitter of `starlit.link`. It writes what it saw when its stdin ends.
"""

import contextlib
import errno
import json
import random
import selectors
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from pod import jsontext
from pod.envelope import seal
from starlit.bench import mqtt_wire as wire
from starlit.bench.credentials import load
from starlit.broker import LOOPBACK
from starlit.clock import steady_ns
from starlit.link import KEEPALIVE_S, RETRY_FIRST_S, RETRY_LAST_S
from starlit.topics import Topics
from starlit.trust.provision import Credential

SAY_US = 1_000_000
CONNECTS_AT_ONCE = 40  # at the start, so that the broker's backlog of 100 suffices
RECV_BYTES = 65536


@dataclass(frozen=True)
class CrowdOptions:
    count: int
    cottage: str
    port: int
    file: str
    credentials: str  # a file
    seed: int = 1

    def as_json(self) -> str:
        return json.dumps(asdict(self))


def crowd_ids(count: int) -> list[str]:
    return [f"light-{n + 1}" for n in range(count)]


class Light:
    """One pod's connection."""

    def __init__(self, credential: Credential, cottage: str):
        self.id = credential.pod
        self.credential = credential
        self.topics = Topics(cottage)
        self.socket: socket.socket | None = None
        self.buffer = bytearray()
        self.out = bytearray()
        self.connected = False  # TCP
        self.up = False  # the sky has come
        self.try_us = 0
        self.say_us = 0
        self.wait_s = 0.0
        self.said = 0

    def hello(self) -> None:
        self.out += wire.connect(f"bench-{self.id}", KEEPALIVE_S, self.id, self.credential.password)
        self.out += wire.subscribe(self.topics.for_pod(self.id))
        state = {"online": True, "boot": 1, "state": "idle", "mode": "idle", "profile": "child"}
        self.out += self._sealed("state", state, 2)
        self.out += self._sealed("ack", {"unhooks": {}, "desired": -1}, 3)

    def say(self) -> None:
        self.said += 1
        tele = {
            "nonce": f"{self.said:012x}", "quality": 0, "contact": False, "heart_bpm": None,
            "lux_mlx": 120, "temp_c": 24, "mem_free": 120000, "state": "idle", "mode": "idle",
            "switch": "in", "rail": False, "dose": {"cues": 20, "ms": 200000}, "bad_rx": 0,
            "sync_error_us": 2100, "coasting": False, "sky": {"second": self.said, "hash": 12345},
        }  # fmt: skip
        self.out += self._sealed("tele", tele) + self._sealed("ping", {"n": self.said})

    def _sealed(self, leaf: str, body: dict, kept: int = 0) -> bytes:
        topic = self.topics.pod(self.id, leaf)
        payload = seal(self.credential.key, topic, jsontext.dumps(body), version=self.said)
        return wire.publish(topic, payload, kept)


class Crowd:
    def __init__(self, options: CrowdOptions):
        self.options = options
        known = load(options.credentials)
        self.lights = [Light(known[pod], options.cottage) for pod in crowd_ids(options.count)]
        self.rng = random.Random(options.seed)
        self.ups: list[tuple[int, int]] = []  # (when, connect since the start), us
        self.heard: list[tuple[int, int]] = []  # (broadcast's version, when)
        self.pongs: list[int] = []
        self.lost = 0
        self._selector = selectors.DefaultSelector()
        self._sky = Topics(options.cottage).sky
        self._cue = Topics(options.cottage).cue
        self._told = 0

    def run(self) -> None:
        began_us = steady_ns() // 1000
        for n, light in enumerate(self.lights):
            light.try_us = began_us + n // CONNECTS_AT_ONCE * 20_000
        self._selector.register(sys.stdin, selectors.EVENT_READ)
        while self._step():
            pass
        told = {"ups": self.ups, "heard": self.heard, "pongs": self.pongs, "lost": self.lost}
        Path(self.options.file).write_text(json.dumps(told))

    def _step(self) -> bool:
        taken = []
        for key, _ in self._selector.select(0.005):
            if key.fileobj is sys.stdin:
                return False
            taken.append((key.data, self._receive(key.data), steady_ns() // 1000))
        for light, data, at_us in taken:  # all are read first: the next must not wait for parsing
            self._take(light, data, at_us)
        now_us = steady_ns() // 1000
        for light in self.lights:
            self._serve(light, now_us)
        up = sum(light.up for light in self.lights)
        if up != self._told:
            self._told = up
            print(up, flush=True)
        return True

    def _receive(self, light: Light) -> bytes | None:
        """None where the connection is lost."""
        assert light.socket is not None
        try:
            return light.socket.recv(RECV_BYTES) or None
        except BlockingIOError:
            return b""
        except OSError:
            return None

    def _take(self, light: Light, data: bytes | None, at_us: int) -> None:
        if data is None:
            self._lose(light)
            return
        light.buffer += data
        for packet in wire.packets(light.buffer):
            if packet.kind == wire.PUBLISH:
                self._hear(light, packet, at_us)

    def _hear(self, light: Light, packet: wire.Packet, at_us: int) -> None:
        topic, payload, number = packet.publish
        if number is not None:
            light.out += wire.puback(number)
        if topic == self._sky and not light.up:
            light.up = True
            light.wait_s = 0.0
            light.say_us = at_us + self.rng.randrange(SAY_US)
            self.ups.append((at_us, len(self.ups)))
        elif topic == self._cue:
            self.heard.append((json.loads(payload)["version"], at_us))
        elif topic.endswith("/set/pong"):
            self.pongs.append(at_us)

    def _serve(self, light: Light, now_us: int) -> None:
        if light.socket is None:
            if now_us >= light.try_us:
                self._connect(light)
            return
        if light.up and now_us >= light.say_us:
            light.say_us += SAY_US
            light.say()
        if light.out:
            self._flush(light)

    def _connect(self, light: Light) -> None:
        light.socket = socket.socket()
        light.socket.setblocking(False)
        light.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        light.buffer.clear()
        light.out.clear()
        light.hello()
        code = light.socket.connect_ex((LOOPBACK, self.options.port))
        if code not in (0, errno.EINPROGRESS):
            self._lose(light)
            return
        self._selector.register(light.socket, selectors.EVENT_READ, light)

    def _flush(self, light: Light) -> None:
        assert light.socket is not None
        try:
            del light.out[: light.socket.send(light.out)]
        except (BlockingIOError, InterruptedError):
            pass  # still connecting, or the broker is busy
        except OSError as error:
            if error.errno != errno.ENOTCONN:
                self._lose(light)

    def _lose(self, light: Light) -> None:
        """Back after a while, and after twice that where it fails again, as paho has it."""
        if light.socket is not None:
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(light.socket)
            light.socket.close()
        self.lost += light.up
        light.socket, light.up = None, False
        first_s = self.rng.uniform(*RETRY_FIRST_S)
        light.wait_s = min(light.wait_s * 2 or first_s, self.rng.uniform(*RETRY_LAST_S))
        light.try_us = steady_ns() // 1000 + int(light.wait_s * 1e6)


def main() -> None:
    Crowd(CrowdOptions(**json.loads(sys.argv[1]))).run()


if __name__ == "__main__":
    main()
