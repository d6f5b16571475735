"""A real mosquitto that listens with TLS on loopback, and certificates to go wrong with."""

import getpass
import socket
import subprocess
import time

from starlit.address import Address
from starlit.broker import find_mosquitto, free_port


class TlsMosquitto:
    """`folder` holds broker.pem, broker.key and ca.pem; `more`: further lines of configuration."""

    def __init__(self, folder, more="allow_anonymous true\n"):
        self.folder = folder
        self.more = more
        self.port = free_port()
        self._child = None

    def __enter__(self):
        config = self.folder / "tls.conf"
        config.write_text(
            f"user {getpass.getuser()}\nlistener {self.port} 127.0.0.1\n"
            f"certfile {self.folder}/broker.pem\nkeyfile {self.folder}/broker.key\n"
            f"{self.more}"
        )
        self._child = subprocess.Popen(
            [find_mosquitto(), "-c", str(config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return self
            except OSError:
                time.sleep(0.01)
        raise AssertionError("mosquitto does not listen")

    def __exit__(self, *_):
        self._child.kill()
        self._child.wait()

    def address(self, host="127.0.0.1", ca=None, **login):
        return Address(host, self.port, tls=True, ca=ca or self.folder / "ca.pem", **login)


def listen_for(link, seconds):
    """What a link hears within so long."""
    time.sleep(seconds)
    return link.take()
