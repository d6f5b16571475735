"""Messages that wait for the pod's next steps, and what happens when there are too many of them.

Every body has one between its client and the core. It is bounded in messages and in bytes; when it
is full the newest is dropped and counted, so what waits is never moved or copied. Unhooks wait in a
lane of their own and go first: no flood of anything else delays them.
"""

from .compat import const
from .envelope import MAX_PAYLOAD
from .io import MESSAGES_A_STEP

_WRAP = const(0x3FFFFFFF)
WAITING = 16
WAITING_BYTES = 8192
UNHOOKS = 4  # any one of them stops the pod, and a host repeats its own until it is acknowledged


class Inbox:
    """`prefix`: of the cottage's topics, as `Link.prefix`."""

    def __init__(self, prefix):
        self.dropped = 0
        self._unhook = prefix + "unhook/"
        self._unhooks = []
        self._others = []
        self._bytes = 0

    def __len__(self):
        return len(self._unhooks) + len(self._others)

    def put(self, topic, payload, at_us):
        """`at_us`: when it came off the wire, on the body's clock."""
        if topic.startswith(self._unhook):
            if len(self._unhooks) == UNHOOKS:
                self.dropped += 1
                return
            if len(payload) > MAX_PAYLOAD:
                payload = b"?"  # not genuine, and an unhook all the same: its length is not kept
            self._unhooks.append((topic, payload, at_us))
            return
        size = len(topic) + len(payload)
        if len(payload) > MAX_PAYLOAD or len(self._others) == WAITING \
                or self._bytes + size > WAITING_BYTES:
            self.dropped += 1
            return
        self._bytes += size
        self._others.append((topic, payload, at_us))

    def give(self, inputs, now_us):
        """As many as one step takes, into `inputs.messages`, the oldest first. `now_us` may have
        wrapped since, at 2**30 as a Pico's does."""
        messages = inputs.messages
        while len(messages) < MESSAGES_A_STEP and (self._unhooks or self._others):
            if self._unhooks:
                topic, payload, at_us = self._unhooks.pop(0)
            else:
                topic, payload, at_us = self._others.pop(0)
                self._bytes -= len(topic) + len(payload)
            messages.append((topic, payload, now_us - at_us & _WRAP))
        inputs.messages_dropped = self.dropped

    def clear(self):
        """The link is gone, and what it brought is old; but who said unhook has said it."""
        self._others.clear()
        self._bytes = 0
