"""systemd's notification protocol (sd_notify(3)): a datagram to a socket that it names."""

from __future__ import annotations

import os
import socket


class Notify:
    """Says nothing where no systemd listens. `watchdog_us`: how often `alive` must come, or 0."""

    def __init__(self) -> None:
        self._address = os.environ.get("NOTIFY_SOCKET", "")
        ours = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self.watchdog_us = int(os.environ.get("WATCHDOG_USEC", "0")) if ours else 0
        self._socket: socket.socket | None = None
        self._next_us = 0
        if self._address.startswith("@"):
            self._address = "\0" + self._address[1:]
        if self._address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)

    def say(self, text: str) -> None:
        if self._socket is not None:
            try:
                self._socket.sendto(text.encode(), self._address)
            except OSError:
                pass

    def alive(self, now_us: int) -> None:
        """Called by the main loop itself, and by nothing else: a hang must be seen."""
        if self.watchdog_us and now_us >= self._next_us:
            self._next_us = now_us + self.watchdog_us // 4
            self.say("WATCHDOG=1")
