"""What provisioning and the set-up page gave this pod: who it is, its cottage, its way there.

One record of the store, from the file that `starlit pod add` writes (host/starlit/trust) and what
a phone has told.
"""

import json
from binascii import a2b_base64, unhexlify

from pod.config import Config

KEY = "config"
FILE = "provision.json"  # put there by whoever flashes; taken into the store, then removed
VERSION = 1
# name -> the longest it may be; what the set-up page may change
WIFI = {"ssid": 32, "wifi_password": 63}


class Settings:
    """`given`: as provisioned; {} for a pod that knows nobody."""

    def __init__(self, given):
        self.given = given
        get = given.get
        self.pod = get("pod", "pod-1")
        self.host = get("host")
        self.port = get("port", 8883)
        self.user = get("user", "")
        self.password = get("password", "")
        self.ca = a2b_base64(given["ca_der"]) if get("ca_der") else None
        self.ssid = get("ssid")
        self.wifi_password = get("wifi_password", "")
        self.radio_at_night = get("radio_at_night", True)
        self.setup_password = get("setup_password", "")

    def linked(self):
        """Whether there is anybody to connect to."""
        return bool(self.ssid and self.host and self.given.get("key"))

    def config(self, chance):
        """The core's. Without a provisioned key nothing that comes over a link verifies."""
        given = self.given
        config = Config(self.pod, given.get("cottage", "home"), chance(32), seed=given["seed"])
        config.body = "pico"
        if given.get("key"):
            config.key = unhexlify(given["key"])
        for name in ("key_id", "area_mm2", "tz_min"):
            if name in given:
                setattr(config, name, given[name])
        if given.get("pod_key"):
            config.pod_key = unhexlify(given["pod_key"])
        return config.check()


def load(store, chance):
    """The settings in force. A provisioning file that lies there is taken in first."""
    given = _read(store)
    new = _provisioned()
    if new is not None:
        given.update(new)
    if "seed" not in given:
        given["seed"] = int.from_bytes(chance(4), "big") >> 2
        new = new or {}
    if "setup_password" not in given:
        # Ten digits: nobody tries them all in ten minutes.
        given["setup_password"] = "%010d" % (int.from_bytes(chance(5), "big") % 10**10)
        new = new or {}
    if new is not None and save(store, given):
        _remove()
    return Settings(given)


def save(store, given):
    given["version"] = VERSION
    return store.keep([(KEY, json.dumps(given).encode())])


def _read(store):
    try:
        given = json.loads(store.records[KEY])
        return given if given.get("version") == VERSION else {}
    except (KeyError, ValueError):
        return {}


def _provisioned():
    try:
        with open(FILE) as file:
            given = json.load(file)
        Settings(given)
        return given if given.get("version") == VERSION else None
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def _remove():
    import os

    try:
        os.remove(FILE)
    except OSError:
        pass
