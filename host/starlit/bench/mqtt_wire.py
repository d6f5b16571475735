"""As much of MQTT 3.1.1 as a thousand light clients in one process need.

A measuring instrument: a client library spends more on a message than the broker takes to deliver
it, and what is measured would be the library.
"""

from collections.abc import Iterator
from typing import NamedTuple

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ = 1, 2, 3, 4, 8, 9, 12


class Packet(NamedTuple):
    kind: int
    flags: int
    body: bytes

    @property
    def publish(self) -> tuple[str, bytes, int | None]:
        """Topic, payload, and the id that QoS 1 wants acknowledged."""
        size = int.from_bytes(self.body[:2])
        topic, at = self.body[2 : 2 + size].decode(), 2 + size
        if not self.flags >> 1 & 3:
            return topic, self.body[at:], None
        return topic, self.body[at + 2 :], int.from_bytes(self.body[at : at + 2])


def _packet(kind: int, flags: int, body: bytes) -> bytes:
    head, left = bytearray([kind << 4 | flags]), len(body)
    while True:
        left, low = left >> 7, left & 127
        head.append(low | (128 if left else 0))
        if not left:
            return bytes(head) + body


def _text(text: str) -> bytes:
    raw = text.encode()
    return len(raw).to_bytes(2) + raw


def connect(client_id: str, keepalive_s: int, user: str, password: str) -> bytes:
    clean_with_login = 0b1100_0010
    head = _text("MQTT") + bytes([4, clean_with_login]) + keepalive_s.to_bytes(2)
    return _packet(CONNECT, 0, head + _text(client_id) + _text(user) + _text(password))


def subscribe(topics: list[tuple[str, int]]) -> bytes:
    wanted = b"".join(_text(topic) + bytes([qos]) for topic, qos in topics)
    return _packet(SUBSCRIBE, 2, (1).to_bytes(2) + wanted)


def publish(topic: str, payload: bytes, kept: int = 0) -> bytes:
    """QoS 0; with a number for `kept`, QoS 1 under that number, and retained."""
    if kept:
        return _packet(PUBLISH, 3, _text(topic) + kept.to_bytes(2) + payload)
    return _packet(PUBLISH, 0, _text(topic) + payload)


def puback(number: int) -> bytes:
    return _packet(PUBACK, 0, number.to_bytes(2))


def packets(buffer: bytearray) -> Iterator[Packet]:
    """Takes whole packets off the front of what has come in."""
    while len(buffer) >= 2:
        size, at, shift = 0, 1, 0
        while True:
            if at >= len(buffer):
                return
            byte = buffer[at]
            size, at, shift = size | (byte & 127) << shift, at + 1, shift + 7
            if not byte & 128:
                break
        if len(buffer) < at + size:
            return
        yield Packet(buffer[0] >> 4, buffer[0] & 15, bytes(buffer[at : at + size]))
        del buffer[: at + size]
