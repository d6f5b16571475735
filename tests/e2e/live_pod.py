"""A whole pod in this process, at a cottage in another, by its provisioning file and over TLS."""

import contextlib
import ssl
import threading
import time
from base64 import b64decode

from pod.config import Config
from starlit.address import Address
from starlit.clock import steady_ns
from starlit.link import Link, Will
from starlit.runner import PodRunner
from starlit.topics import Topics
from starlit.trust.provision import read_provision


class Stores(dict):
    """A pod's flash: it counts what is written."""

    writes = 0

    def __setitem__(self, key, value):
        self.writes += 1
        super().__setitem__(key, value)


class LivePod:
    """Use as a context manager; a thread steps it."""

    def __init__(self, file, folder, pod_seed=1):
        self.given = given = read_provision(file)
        ca = folder / f"{given.pod}-ca.pem"
        ca.write_text(ssl.DER_cert_to_PEM_cert(b64decode(given.ca_der)))
        self.address = Address(given.host, given.port, given.user, given.password, True, ca)
        config = Config(given.pod, given.cottage, bytes.fromhex(given.key), seed=pod_seed)
        config.key_id, config.pod_key = given.key_id, bytes.fromhex(given.pod_key)
        self.runner = PodRunner(
            config,
            lambda: steady_ns() // 1000,
            seed=pod_seed,
            sensor="beats",
            sound=False,
            publish=lambda _runner, *message: self.link.publish(*message),
        )
        self.runner.stored = Stores(self.runner.stored)
        self.runner.observe = self._observe
        self.refused = []  # (topic, why) of every message that it refused
        self.darkened = []  # why, each time
        self.link = self._make_link()
        self.lock = threading.Lock()
        self._end = False
        self._thread = threading.Thread(target=self._live, daemon=True)

    def _make_link(self):
        given = self.given
        topics = Topics(given.cottage).for_pod(given.pod)
        return Link(self.address, f"starlit-{given.cottage}-{given.pod}", topics)

    def _observe(self, runner):
        for note in runner.outputs.notes:
            if "unhooked" in str(note.get("why")):
                self.darkened.append(note["why"])
            if "rx" in note and not note["rx"]["ok"]:
                self.refused.append((note["rx"]["topic"], note["rx"]["why"]))

    def __enter__(self):
        self.runner.start()
        self.runner.advance()
        self.link.will = Will(*self.pod.report.will())
        self.link.start()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end = True
        self._thread.join()
        self.link.stop()
        self.runner.stop()

    def _live(self):
        while not self._end:
            with self.lock:
                if self.link.ready != self.runner.link_up:
                    self.runner.set_link(self.link.ready)
                for message in self.link.take():
                    self.runner.deliver(message.topic, message.payload, message.at_ns // 1000)
                if self.runner.next_us() <= steady_ns() // 1000:
                    self.runner.advance()
            time.sleep(0.005)

    def reboot(self):
        with self.lock:
            self.runner.reboot()
        self.link.stop()
        self.link = self._make_link()
        self.link.will = Will(*self.pod.report.will())
        self.link.start()

    @contextlib.contextmanager
    def away(self):
        """Stolen: its credential is somebody else's, and it is not in the house."""
        self.link.stop()
        yield
        self.link = self._make_link()
        self.link.start()

    def press(self, ms):
        with self.lock:
            self.runner.body.press(ms)
            self.runner.wake()
        time.sleep(ms / 1000 + 0.1)

    @property
    def pod(self):
        return self.runner.pod

    @property
    def keys(self):
        return self.pod.link.keys.ids()

    @property
    def writes(self):
        return self.runner.stored.writes

    @property
    def lit(self):
        return any(self.runner.body.leds_shown())
