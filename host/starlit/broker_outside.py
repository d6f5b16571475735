"""A broker that somebody else runs: checked before anything is started, never stopped."""

import os
import socket

from starlit.address import Address
from starlit.errors import UserError
from starlit.link import Link


class OutsideBroker:
    """Somebody else's: only checked, never stopped."""

    kind = "outside"

    def __init__(self, address: Address):
        self.address = address

    def start(self) -> None:
        check_broker(self.address)

    def died(self) -> bool:
        return False  # not ours to watch

    def reload(self) -> None:
        pass  # its passwords are its owner's

    def stop(self) -> None:
        pass


def check_broker(address: Address) -> None:
    """One line when it does not answer or refuses, before anything else is started."""
    try:
        socket.create_connection((address.host, address.port), 3).close()
    except OSError as error:
        raise UserError(
            f"broker {address.shown} does not answer ({error.strerror or error}); "
            "start it, or correct --broker"
        ) from None
    probe = Link(address, f"starlit-check-{os.getpid()}", [("starlit/check", 0)])
    probe.start()
    try:
        if not probe.wait_ready(3):
            raise UserError(
                f"broker {address.shown} takes connections but speaks no MQTT; correct --broker"
            )
    finally:
        probe.stop()
