"""A broker that breaks its own protocol: the link survives it, and is there for an honest one."""

import random
import socket
import threading
import time

import pytest

from starlit import link as links
from starlit.address import Address
from starlit.bench import mqtt_wire as wire

pytestmark = pytest.mark.real_time

ROUNDS = 48
TOPIC = "starlit/home/all/sky"
CONNACK, SUBACK = b"\x20\x02\x00\x00", b"\x90\x03\x00\x01\x01"


def nonsense(chance, number):
    """What no broker may send."""
    publish = bytearray(wire.publish(TOPIC, b"x" * 50))
    publish[chance.randrange(len(publish))] ^= 1 << chance.randrange(8)
    return (
        chance.randbytes(300),
        b"\x30\xff\xff\xff\xff\x7f" + b"x" * 100,  # a length of five bytes
        b"\x30\x03\x00\x10x",  # a topic longer than its packet
        b"\x30\x04\x00\x02\xff\xfe",  # a topic that is no UTF-8
        b"\x32\x02\x00\x00",  # QoS 1 without a number
        b"\x90\x00\xb0\x00\x40\x00\x62\x01\x00\xf0\x00",  # empty acknowledgements
        CONNACK + b"\x20\x01\x00\x20\x05aaaaa",  # a second welcome, and worse ones
        bytes(publish),
    )[number % 8]


class Broker:
    """Welcomes a client, then says nonsense and hangs up; after `ROUNDS` it turns honest."""

    def __init__(self):
        self.rounds = 0
        self._chance = random.Random(20261124)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = Address(*self._listener.getsockname())
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self):
        self._stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self):
        while not self._stopping.is_set():
            try:
                client, _ = self._listener.accept()
                with client:
                    self._welcome(client)
            except OSError:
                continue

    def _welcome(self, client):
        client.settimeout(2)
        client.recv(1000)
        client.sendall(CONNACK)
        client.recv(1000)
        client.sendall(SUBACK)
        if self.rounds < ROUNDS:
            client.sendall(nonsense(self._chance, self.rounds))
            self.rounds += 1
            time.sleep(0.02)
            return
        while not self._stopping.is_set():
            client.sendall(wire.publish(TOPIC, b"honest"))
            time.sleep(0.05)


@pytest.fixture
def broker():
    broker = Broker()
    yield broker
    broker.stop()


def test_no_nonsense_of_a_broker_ends_the_link(broker, monkeypatch):
    monkeypatch.setattr(links, "RETRY_FIRST_S", (0.005, 0.01))
    monkeypatch.setattr(links, "RETRY_LAST_S", (0.01, 0.02))
    link = links.Link(broker.address, "test", [(TOPIC, 1)])
    link.start()
    try:
        end_s = time.monotonic() + 30
        while not any(message.payload == b"honest" for message in link.take()):
            assert time.monotonic() < end_s, f"lost after {broker.rounds} rounds"
            time.sleep(0.02)
        assert broker.rounds == ROUNDS
    finally:
        link.stop()
