"""The link: one MQTT client by paho, in its own thread; the loop never waits for it.

TLS always, with the cottage's own authority and nothing that switches it off. What comes in waits
in the pod's inbox (bounded, unhooks first); what goes out is dropped while the link is down, since
the pod says it again (pod.reporter).
"""

from __future__ import annotations

import random
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from pod.inbox import Inbox
from pod.io import Inputs

from .problem import Log
from .settings import Broker

KEEPALIVE_S = 15
CONNECT_TIMEOUT_S = 3
OUTBOX_MAX = 40  # QoS 1: 32 events, state, acknowledgement
STOP_TIMEOUT_S = 0.8
# After an outage a house full of pods must not come back in one instant; it doubles in between.
RETRY_FIRST_S, RETRY_LAST_S = (0.5, 2.0), (30.0, 60.0)
PART = "the link to the cottage"


def tls_context(ca_der: bytes) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies certificate and name
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cadata=ca_der)
    return context


class Wire:
    """`prefix`, `own`: topics as in pod.link.Link; `will`: (topic, payload); `clock_us`: the
    loop's, for when a message came; `wake`: called from paho's thread."""

    def __init__(
        self,
        broker: Broker,
        prefix: str,
        own: str,
        will: Callable[[], tuple[str, bytes]],
        clock_us: Callable[[], int],
        log: Log,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self.broker = broker
        self.up = False  # connected, and every subscription granted
        self.connects = 0
        self.dropped_out = 0
        self._topics = [(prefix + "unhook/#", 1), (prefix + "all/#", 1), (own + "set/#", 1)]
        self._id = "starlit-" + own.removeprefix("starlit/").replace("/", "-").strip("-")
        self._will = will
        self._clock_us = clock_us
        self._log = log
        self._wake = wake
        self._inbox = Inbox(prefix)
        self._lock = threading.Lock()
        self._client: mqtt.Client | None = None
        self._subscribed: int | None = None

    # -- the loop's side ---------------------------------------------------------------------

    def start(self) -> None:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=self._id, protocol=mqtt.MQTTv311
        )
        client.username_pw_set(self.broker.user, self.broker.password)
        client.tls_set_context(tls_context(self.broker.ca_der))
        topic, payload = self._will()
        client.will_set(topic, payload, qos=1, retain=True)
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.max_queued_messages_set(OUTBOX_MAX)
        client.on_socket_open = _send_at_once
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        self._client = client
        self._jitter()
        client.connect_async(self.broker.host, self.broker.port, KEEPALIVE_S)
        client.loop_start()

    def stop(self) -> None:
        """Says that it is offline, and leaves. Never waits longer than STOP_TIMEOUT_S."""
        client, self._client = self._client, None
        if client is None:
            return
        leaver = threading.Thread(target=self._leave, args=(client,), daemon=True)
        leaver.start()
        leaver.join(STOP_TIMEOUT_S)
        self.up = False

    def send(self, messages: list[tuple[str, bytes, int, bool]]) -> None:
        """(topic, payload, qos, retain) each; never waits, never raises."""
        if self._client is None or not self.up:
            return
        for topic, payload, qos, retain in messages:
            if self._client.publish(topic, payload, qos, retain).rc != mqtt.MQTT_ERR_SUCCESS:
                self.dropped_out += 1

    def waiting(self) -> bool:
        return len(self._inbox) > 0

    def give(self, inputs: Inputs, now_us: int) -> None:
        """Into `inputs.messages`, a step's share of what waits."""
        with self._lock:
            self._inbox.give(inputs, now_us)

    # -- paho's thread -----------------------------------------------------------------------

    def _leave(self, client: mqtt.Client) -> None:
        if client.is_connected():
            topic, payload = self._will()
            client.publish(topic, payload, 1, True).wait_for_publish(STOP_TIMEOUT_S / 2)
        client.disconnect()
        client.loop_stop()

    def _jitter(self) -> None:
        if self._client is not None:
            first_s, last_s = random.uniform(*RETRY_FIRST_S), random.uniform(*RETRY_LAST_S)
            # paho declares whole seconds and takes any number.
            self._client.reconnect_delay_set(first_s, last_s)  # type: ignore[arg-type]

    def _on_connect_fail(self, _client: Any, _user: Any) -> None:
        # paho calls this while it handles the error, and hands it to nobody.
        error = sys.exc_info()[1]
        self._log.missing(PART, _why(self.broker, error))

    def _on_connect(
        self, client: mqtt.Client, _user: Any, _flags: Any, reason: Any, _properties: Any
    ) -> None:
        if reason.is_failure:
            advice = "the credential may have been revoked or rotated"
            self._log.missing(PART, f"{self.broker.host} refused it ({reason}); {advice}")
            return
        _, self._subscribed = client.subscribe(self._topics)

    def _on_subscribe(
        self, _client: Any, _user: Any, mid: int, reasons: list[Any], _properties: Any
    ) -> None:
        if mid != self._subscribed:
            return
        if any(reason.is_failure for reason in reasons):
            self._log.missing(PART, f"{self.broker.host} refused a subscription")
            return
        self.connects += 1
        self.up = True
        self._log.found(PART)
        self._wake()

    def _on_disconnect(
        self, _client: Any, _user: Any, _flags: Any, _reason: Any, _properties: Any
    ) -> None:
        self.up = False
        with self._lock:
            self._inbox.clear()
        self._jitter()
        self._wake()

    def _on_message(self, _client: Any, _user: Any, message: mqtt.MQTTMessage) -> None:
        at_us = self._clock_us()
        with self._lock:
            try:
                topic = message.topic
            except UnicodeDecodeError:  # only a broker that breaks its own protocol sends it
                self._inbox.dropped += 1
                return
            self._inbox.put(topic, bytes(message.payload), at_us)
        self._wake()


def _why(broker: Broker, error: BaseException | None) -> str:
    where = f"{broker.host}:{broker.port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{where} has a certificate that is not the cottage's ({error.verify_message})"
    return f"no broker at {where} ({getattr(error, 'strerror', None) or error}); tried again"


def _send_at_once(_client: mqtt.Client, _user: Any, opened: Any) -> None:
    """A ping behind telemetry must not wait for that to be acknowledged (Nagle, RFC 896)."""
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
