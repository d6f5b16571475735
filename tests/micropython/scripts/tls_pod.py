"""A pod's core, its provisioning file, and a broker over TLS, on MicroPython's unix port.

    micropython tls_pod.py FILE PORT

Verifies the broker by the cottage's authority and by its name, logs in, subscribes to unhooks, and
sends what the core wants to say until an unhook has come back through the core. Prints a line for
each step; one that is refused ends it with the reason.
"""

import json
import socket
import sys
import time
from binascii import a2b_base64, unhexlify

import tls

from pod.config import Config
from pod.core import Pod
from pod.io import RESET_POWER, Inputs, Outputs

CONNECT, PUBLISH, SUBSCRIBE = 0x10, 0x30, 0x82
END_MS = 5000


def packet(kind, body):
    size, head = len(body), bytearray([kind])
    while True:
        size, low = size >> 7, size & 127
        head.append(low | (128 if size else 0))
        if not size:
            return bytes(head) + body


def text(words):
    raw = words if isinstance(words, bytes) else words.encode()
    return len(raw).to_bytes(2, "big") + raw


class Broker:
    def __init__(self, given, port):
        self.given = given
        context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
        context.verify_mode = tls.CERT_REQUIRED
        context.load_verify_locations(a2b_base64(given["ca_der"]))
        raw = socket.socket()
        raw.connect(socket.getaddrinfo("127.0.0.1", port)[0][-1])
        self.link = context.wrap_socket(raw, server_hostname=given["host"])

    def hello(self):
        """The return code of CONNACK (MQTT 3.1.1, 3.2.2.3)."""
        given = self.given
        head = text("MQTT") + bytes([4, 0xC2, 0, 15])
        login = text("starlit-" + given["pod"]) + text(given["user"]) + text(given["password"])
        self.link.write(packet(CONNECT, head + login))
        return self._exactly(4)[3]

    def subscribe(self, topics):
        wanted = b"".join([text(topic) + b"\x01" for topic in topics])
        self.link.write(packet(SUBSCRIBE, b"\x00\x01" + wanted))

    def publish(self, topic, payload):
        self.link.write(packet(PUBLISH | 1, text(topic) + payload))

    def packet(self):
        """(kind, body) of the next one."""
        kind, size, shift = self._exactly(1)[0], 0, 0
        while True:
            digit = self._exactly(1)[0]
            size |= (digit & 127) << shift
            shift += 7
            if digit < 128:
                return kind, self._exactly(size) if size else b""

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            more = self.link.read(count - len(data))
            if not more:
                raise OSError("closed")
            data += more
        return data


def message(kind, body):
    size = int.from_bytes(body[:2], "big")
    skip = 2 if kind & 6 else 0
    return body[2 : 2 + size].decode(), body[2 + size + skip :]


def configured(given):
    config = Config(given["pod"], given["cottage"], unhexlify(given["key"]))
    config.key_id, config.pod_key = given["key_id"], unhexlify(given["pod_key"])
    return config.check()


def run(path, port):
    with open(path) as file:
        given = json.load(file)
    broker = Broker(given, port)
    print("verified")
    code = broker.hello()
    if code:
        print("refused", code)
        return
    print("logged in")
    root = "starlit/" + given["cottage"] + "/"
    pod, inputs, outputs = Pod(configured(given), {}), Inputs(), Outputs()
    pod.start(0, RESET_POWER, outputs)
    broker.subscribe([root + "unhook/#", root + "all/#", root + "pod/" + given["pod"] + "/set/#"])
    inputs.link_up = True
    for now_ms in range(0, END_MS, 50):
        inputs.now_ms = now_ms
        pod.step(inputs, outputs)
        inputs.messages = []
        for topic, payload, _, _ in outputs.messages:
            broker.publish(topic, payload)
        outputs.messages.clear()
        outputs.store.clear()
        if pod.plug.epochs:
            print("unhooked by", list(pod.plug.epochs))
            return
        if now_ms == 200:
            kind, body = broker.packet()
            while kind & 0xF0 != PUBLISH:  # SUBACK comes first
                kind, body = broker.packet()
            topic, payload = message(kind, body)
            inputs.messages = [(topic, payload, 0)]
        time.sleep_ms(5)
    print("nothing came")


try:
    run(sys.argv[1], int(sys.argv[2]))
except (OSError, ValueError) as error:
    print("no link:", error)
