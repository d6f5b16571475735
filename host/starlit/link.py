"""The MQTT edge: paho's own thread on one side, a bounded queue on the other. No decisions here."""

import random
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from pod.envelope import MAX_PAYLOAD
from starlit.address import Address
from starlit.allowance import Allowance, writer_of
from starlit.clock import steady_ns
from starlit.errors import UserError
from starlit.tls import client_context, why_untrusted

CONNECT_TIMEOUT_S = 3
KEEPALIVE_S = 15
INBOX_MAX = 512  # the oldest message is dropped, and counted
FIRST_MAX = 64  # of those that go first
OUTBOX_MAX = 256  # QoS 1 messages kept while offline; further ones are dropped, and counted
STOP_TIMEOUT_S = 0.8
TOO_LONG = b"?"  # instead of a payload that no envelope can have: its length is not kept
RETRY_FIRST_S, RETRY_LAST_S = (0.2, 1.0), (3.0, 5.0)  # it doubles in between


@dataclass(frozen=True)
class Received:
    topic: str
    payload: bytes
    at_ns: int  # clock.steady_ns when it came off the socket
    retained: bool


@dataclass(frozen=True)
class Will:
    topic: str
    payload: bytes


class Link:
    """One client: connects for ever, with jitter, and subscribes again at every connect."""

    def __init__(
        self,
        address: Address,
        client_id: str,
        topics: list[tuple[str, int]],
        will: Will | None = None,
        wake: Callable[[], None] = lambda: None,
        inbox_max: int = INBOX_MAX,
        outbox_max: int = OUTBOX_MAX,
        first: str | None = None,
        allowance: Allowance | None = None,
    ):
        """`first`: topics that begin so overtake the others and are not dropped for them;
        `allowance` bounds what each writer may say."""
        self.address = address
        self.client_id = client_id
        self.topics = topics
        self.will = will
        self.ready = False  # connected, and every subscription granted
        self.connects = 0
        self.dropped_in = 0
        self.dropped_out = 0
        self.refused = ""  # why the broker last refused, in its words, or why we refused it
        self._advice = ""
        self._wake = wake
        self._outbox_max = outbox_max
        self._inbox: deque[Received] = deque(maxlen=inbox_max)
        self._first_topics = first
        self._first: deque[Received] = deque(maxlen=FIRST_MAX)
        self._allowance = allowance
        self._client: mqtt.Client | None = None
        self._subscribe_mid: int | None = None

    def start(self) -> None:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=self.client_id, protocol=mqtt.MQTTv311
        )
        if self.address.user is not None:
            client.username_pw_set(self.address.user, self.address.password)
        if self.address.tls:
            client.tls_set_context(client_context(self.address.ca))
        if self.will is not None:
            client.will_set(self.will.topic, self.will.payload, qos=1, retain=True)
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.max_queued_messages_set(self._outbox_max)
        client.on_socket_open = _send_at_once
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        self._client = client
        self._jitter()
        client.connect_async(self.address.host, self.address.port, KEEPALIVE_S)
        client.loop_start()

    def stop(self, last: list[tuple[str, bytes]] | None = None) -> None:
        """Publishes `last` (retained), then leaves. Never waits longer than STOP_TIMEOUT_S."""
        client, self._client = self._client, None
        if client is None:
            return
        leaver = threading.Thread(target=self._leave, args=(client, last or []), daemon=True)
        leaver.start()
        leaver.join(STOP_TIMEOUT_S)
        self.ready = False

    def _leave(self, client: mqtt.Client, last: list[tuple[str, bytes]]) -> None:
        if client.is_connected():
            sent = [client.publish(topic, payload, 1, True) for topic, payload in last]
            for info in sent:
                info.wait_for_publish(STOP_TIMEOUT_S / 2)
        client.disconnect()
        client.loop_stop()

    def publish(self, topic: str, payload: bytes, qos: int = 0, retain: bool = False) -> None:
        """Never raises for an outage: QoS 0 is lost then, QoS 1 waits in a bounded store."""
        if self._client is None:
            return
        lost = (mqtt.MQTT_ERR_QUEUE_SIZE,) if qos else (mqtt.MQTT_ERR_NO_CONN,)
        if self._client.publish(topic, payload, qos, retain).rc in lost:
            self.dropped_out += 1

    def take(self) -> list[Received]:
        """Everything received since the last call, oldest first."""
        taken: list[Received] = []
        for queue in (self._first, self._inbox):
            for _ in range(len(queue)):
                taken.append(queue.popleft())
        return taken

    def wait_ready(self, timeout_s: float) -> bool:
        """Whether the link is up; a refusal by the broker is a UserError at once."""
        end_s = time.monotonic() + timeout_s
        while not self.ready and time.monotonic() < end_s:
            if self.refused:
                raise UserError(self.refusal())
            time.sleep(0.01)
        return self.ready

    def refusal(self) -> str:
        """One line for whoever named this broker."""
        return f"broker {self.address.shown}: {self.refused}; {self._advice}"

    def _jitter(self) -> None:
        """After an outage a village of clients must not come back in the same instant."""
        if self._client is not None:
            first_s, last_s = random.uniform(*RETRY_FIRST_S), random.uniform(*RETRY_LAST_S)
            # paho declares whole seconds and takes any number.
            self._client.reconnect_delay_set(first_s, last_s)  # type: ignore[arg-type]

    def _on_connect_fail(self, _client: Any, _user: Any) -> None:
        # paho calls this while it handles the error, and hands it to nobody.
        if why := why_untrusted(sys.exc_info()[1]):
            self.refused, self._advice = why, "check the host and ?ca= of its address"

    def _on_connect(
        self, client: mqtt.Client, _user: Any, _flags: Any, reason: Any, _properties: Any
    ) -> None:
        if reason.is_failure:
            self.refused = f"it refused ({reason})"
            self._advice = "check user and password in its address"
            return
        self.refused = ""
        _, self._subscribe_mid = client.subscribe(self.topics)

    def _on_subscribe(
        self, _client: Any, _user: Any, mid: int, reasons: list[Any], _properties: Any
    ) -> None:
        if mid != self._subscribe_mid:
            return
        if any(reason.is_failure for reason in reasons):
            self.refused = "it refused a subscription"
            self._advice = "check what its access list gives this user"
            return
        self.connects += 1
        self.ready = True
        self._wake()

    def _on_disconnect(
        self, _client: Any, _user: Any, _flags: Any, _reason: Any, _properties: Any
    ) -> None:
        self.ready = False
        self._jitter()
        self._wake()

    def _on_message(self, _client: Any, _user: Any, message: mqtt.MQTTMessage) -> None:
        at_ns = steady_ns()
        try:
            topic = message.topic
        except UnicodeDecodeError:  # only a broker that breaks its own protocol sends it
            self.dropped_in += 1
            return
        if self._allowance is not None and not self._allowance.admits(writer_of(topic), at_ns):
            self.dropped_in += 1
            return
        payload = bytes(message.payload) if len(message.payload) <= MAX_PAYLOAD else TOO_LONG
        self._put(Received(topic, payload, at_ns, bool(message.retain)))
        self._wake()

    def _put(self, received: Received) -> None:
        goes_first = self._first_topics and received.topic.startswith(self._first_topics)
        queue = self._first if goes_first else self._inbox
        if len(queue) == queue.maxlen:
            self.dropped_in += 1
        queue.append(received)


def _send_at_once(_client: mqtt.Client, _user: Any, opened: Any) -> None:
    """A ping behind telemetry must not wait for that to be acknowledged (Nagle, RFC 896)."""
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
