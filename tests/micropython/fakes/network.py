"""`network` of the simulated Pico W: a radio that knows one house. Status codes: MicroPython's
documentation of network.WLAN, and the driver's (cyw43.h, CYW43_LINK_*).
"""

from simboard import board

STA_IF, AP_IF = 0, 1
_IDLE, _JOINING, _UP, _FAIL, _NO_NETWORK, _BAD_AUTH = 0, 1, 3, -1, -2, -3
JOIN_US = 3000000
START_US = 1500000  # loading the radio's firmware blocks


class House:
    """The router: tests take it down, or change its password."""

    def __init__(self):
        self.name, self.password, self.up = "home", "sesame-street", True


def WLAN(interface=STA_IF):
    """One radio for each interface, however often it is asked for."""
    key = "wlan%d" % interface
    if not hasattr(board, key):
        setattr(board, key, Radio())
    if not hasattr(board, "house"):
        board.house = House()
    return getattr(board, key)


class Radio:
    def __init__(self):
        self._active = False
        self._joined_us = None
        self._status = _IDLE
        self.asked = []
        self.options = {}
        self.starts = 0

    def active(self, on=None):
        if on is None:
            return self._active
        if on and not self._active:
            self.starts += 1
            board.spend(START_US)
        self._active = bool(on)
        if not on:
            self._joined_us = None

    def config(self, *names, **options):
        if names:
            return self.options[names[0]]
        self.options.update(options)

    def connect(self, name, password):
        assert self._active, "the radio is off"
        house = board.house
        self.asked.append((board.now_us, name, password))
        if not house.up or name != house.name:
            self._joined_us, self._status = None, _NO_NETWORK
        elif password != house.password:
            self._joined_us, self._status = None, _BAD_AUTH
        else:
            self._joined_us, self._status = board.now_us + JOIN_US, _JOINING

    def disconnect(self):
        self._joined_us, self._status = None, _IDLE

    def isconnected(self):
        on = self._active and self._joined_us is not None and board.house.up
        return on and board.now_us >= self._joined_us

    def status(self, what=None):
        if what == "rssi":
            return -60
        return _UP if self.isconnected() else self._status

    def ifconfig(self, given=None):
        return ("192.168.4.1", "255.255.255.0", "192.168.4.1", "192.168.4.1")
