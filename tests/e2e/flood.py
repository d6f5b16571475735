"""Floods a broker of this machine for a while: `flood.py PORT SECONDS RATE [USER PASSWORD]`.

Everything that a stranger on an open broker could send to pods and host, but no unhook: that would
darken a pod, which is what it is for. Prints how many messages it sent.
"""

import random
import select
import socket
import sys
import time

from pod.envelope import seal
from starlit.bench import mqtt_wire as wire

HOME = "starlit/home/"
BATCH_S = 0.02


def messages(chance, user):
    """Four thousand of them, made before the clock runs."""
    body = '{"do": "goodnight", "version": [[[[1]]]]}'
    for n in range(4000):
        topic = chance.choice((
            HOME + "pod/pod-1/set/play", HOME + "pod/pod-1/set/desired", HOME + "all/sky",
            HOME + "all/cue", HOME + "pod/pod-1/set/pong", HOME + "pod/pod-1/tele",
            f"{HOME}pod/{user}/tele", f"{HOME}pod/{user}/event", f"{HOME}pod/{user}/ping",
            f"{HOME}pod/stranger-{n}/state", f"{HOME}pod/stranger-{n}/event", HOME + "host/ping",
        ))  # fmt: skip
        yield topic, chance.choice((
            b"", b"x", b"{}", chance.randbytes(300), b"[" * 4000, b"y" * 9000,
            seal(b"a stranger's key", topic, body, version=n),
            seal(b"a stranger's key", topic, body, nonce="00ff00ff00ff"),
        ))  # fmt: skip


def main(port, seconds, rate, user="nobody", password="x"):
    packets = [wire.publish(*m) for m in messages(random.Random(1), user)]
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(wire.connect("flood", 60, user, password))
        sent, end_s = 0, time.monotonic() + seconds
        while time.monotonic() < end_s:
            began_s = time.monotonic()
            for _ in range(int(rate * BATCH_S)):
                link.sendall(packets[sent % len(packets)])
                sent += 1
            if select.select([link], [], [], 0)[0]:
                link.recv(65536)
            time.sleep(max(0.0, BATCH_S - (time.monotonic() - began_s)))
    print(sent)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
