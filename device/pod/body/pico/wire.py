"""The link: one MQTT connection of mqtt_as at a time, under a supervisor, and nobody waits for it.

mqtt_as connects, reads and writes; when to, and what happens after, is decided here. What would
stall the loop (the radio's start, looking up a name, the arithmetic of TLS) waits until the rail
rests. Every connection is a new client: the name is looked up again, everything is subscribed
again, and what was not sent is dropped, since the pod says it again (pod.reporter).
"""

import asyncio
from os import urandom
from time import ticks_diff, ticks_ms, ticks_us

from pod.inbox import Inbox

from ...compat import const

NOW = const(8)  # QoS 0 that wait to be sent: the oldest is dropped
LATER = const(40)  # QoS 1: 32 events, state, acknowledgement
_JOIN_MS = const(20000)
_CONNECT_MS = const(20000)
_SUBSCRIBE_MS = const(10000)
_NO_SLEEP = const(0xA11140)  # the radio's power saving off (Pico W data sheet, 3.6.3)
_PAUSE_MAX = const(5)  # 2 s doubled so often: 64 s


def client_of(config):
    """A client of mqtt_as that neither joins a network nor connects again by itself."""
    import mqtt_as

    class Client(mqtt_as.MQTTClient):
        async def wifi_connect(self, quick=False):
            pass

        async def _keep_connected(self):
            pass

    whole = mqtt_as.config.copy()
    whole.update(config)
    return Client(whole)


class Wire:
    """`settings`: of a provisioned pod (pod.body.pico.settings). `calm`: whether the loop may
    stall now. `make`: for tests."""

    def __init__(self, settings, link, will, wlan, make=client_of):
        self._settings = settings
        self._topics = (
            link.prefix + "unhook/#",  # first: nothing may show before it
            link.prefix + "all/#",
            link.own + "set/#",
        )
        self._will = will
        self._wlan = wlan
        self._make = make
        self._client = None
        self._error = None
        self._joined = False  # the radio has been started
        self.calm = None
        self.wanted = True
        self.night_off = False  # the radio is off while somebody sleeps
        self.up = False  # connected, and subscribed to unhooks
        self.asks_rest = False
        self.inbox = Inbox(link.prefix)
        self._now, self._later = [], []
        self._more = asyncio.Event()
        self._more_later = asyncio.Event()
        self.dropped = self.failures = self.connects = 0
        self.why = "not yet connected"

    # -- the loop's side ---------------------------------------------------------------------

    def send(self, messages):
        """(topic, payload, qos, retain) each; never waits."""
        if not self.up:
            return
        for message in messages:
            queue, room = (self._later, LATER) if message[2] else (self._now, NOW)
            if len(queue) >= room:
                queue.pop(0)
                self.dropped += 1
            queue.append(message)
        if self._now:
            self._more.set()
        if self._later:
            self._more_later.set()

    def stumbled(self, error):
        """A task of the client ended by an exception that it does not know: start it anew."""
        self._error = error

    def heard(self, topic, payload, retained):
        """mqtt_as has a message; called in its own task."""
        try:
            self.inbox.put(topic.decode(), payload, ticks_us())
        except UnicodeError:
            self.inbox.dropped += 1

    # -- its own task ------------------------------------------------------------------------

    async def run(self):
        tries = 0
        while True:
            while not self.wanted:
                await asyncio.sleep_ms(500)
            try:
                await self._join()
                await self._connect()
                tries = 0
                await self._serve()
            except Exception as error:  # whatever it is, the night goes on without a link
                self.failures += 1
                self.why = repr(error)
            await self._end()
            # Drawn anew each time: a house full of pods does not come back in one instant.
            pause_ms = 2000 << min(tries, _PAUSE_MAX)
            tries += 1
            await asyncio.sleep_ms(pause_ms + (pause_ms * int.from_bytes(urandom(2), "big") >> 16))

    def _stalls(self):
        """Whether a connection may stall the loop: the first one, TLS, a name to look up."""
        host = self._settings.host
        return not self._joined or self._settings.ca or not host.replace(".", "").isdigit()

    def _may_go_on(self):
        return self.wanted and (not self._stalls() or self.calm())

    async def _join(self):
        self.asks_rest = self._stalls()
        while not self._may_go_on():
            if not self.wanted:
                raise OSError("radio off")
            await asyncio.sleep_ms(100)
        wlan = self._wlan
        wlan.active(True)
        self._joined = True
        if wlan.isconnected():
            return
        wlan.config(pm=_NO_SLEEP)
        wlan.connect(self._settings.ssid, self._settings.wifi_password)
        began_ms = ticks_ms()
        while not wlan.isconnected():
            status = wlan.status()
            if status < 0 or ticks_diff(ticks_ms(), began_ms) > _JOIN_MS:
                wlan.disconnect()
                raise OSError("no Wi-Fi: status %d" % status)
            await asyncio.sleep_ms(100)

    async def _connect(self):
        """Gives up at once when light is wanted meanwhile: then the loop must not stall."""
        self._error = self._client = None
        while not self._may_go_on():
            if not self.wanted:
                raise OSError("radio off")
            await asyncio.sleep_ms(100)
        task = asyncio.create_task(self._open())
        began_ms = ticks_ms()
        while not task.done():
            if not self._may_go_on() or ticks_diff(ticks_ms(), began_ms) > _CONNECT_MS:
                task.cancel()
                raise OSError("connecting was given up")
            await asyncio.sleep_ms(20)
        if self._error is not None:
            raise self._error
        self.asks_rest = False

    async def _open(self):
        try:
            self._client = self._make(self._config())
            await self._client.connect(quick=True)
        except Exception as error:
            self._error = error

    def _config(self):
        settings = self._settings
        topic, payload = self._will()
        config = {
            "client_id": settings.pod.encode(),
            "server": settings.host,
            "port": settings.port,
            "user": settings.user,
            "password": settings.password,
            "keepalive": 60,
            "response_time": 5,
            "clean": True,
            "max_repubs": 2,
            "will": (topic, payload, True, 1),
            "subs_cb": self.heard,
            "ssid": settings.ssid,
            "wifi_pw": settings.wifi_password,
        }
        if settings.ca:
            import ssl

            config["ssl"] = True
            # The handshake happens in the client's own reads and writes, which wait their turn.
            config["ssl_params"] = {
                "cert_reqs": ssl.CERT_REQUIRED,
                "cadata": settings.ca,
                "server_hostname": settings.host,
                "do_handshake": False,
            }
        return config

    async def _serve(self):
        client = self._client
        for topic in self._topics:
            await asyncio.wait_for_ms(client.subscribe(topic, 1), _SUBSCRIBE_MS)
        self.connects += 1
        self.why = None
        self.up = True
        tasks = (
            asyncio.create_task(self._pump(client, self._now, self._more)),
            asyncio.create_task(self._pump(client, self._later, self._more_later)),
        )
        try:
            while self.wanted and self._error is None and client.isconnected():
                await asyncio.sleep_ms(200)
        finally:
            self.up = False
            for task in tasks:
                task.cancel()
            self._now.clear()
            self._later.clear()
            self.inbox.clear()
        if self.wanted:
            raise self._error or OSError("the link is lost")

    async def _pump(self, client, queue, more):
        """What waits in `queue`, one after another: a publish of QoS 1 blocks until it has been
        answered, and while the link is down for good, so each queue has a task of its own."""
        while True:
            while queue:
                topic, payload, qos, retain = queue.pop(0)
                await client.publish(topic.encode(), payload, retain, qos)
            more.clear()
            await more.wait()

    async def _end(self):
        self.up = self.asks_rest = False
        client, self._client = self._client, None
        if client is not None:
            try:
                await asyncio.wait_for_ms(client.disconnect(), 2000)
            except Exception:
                pass
        if not self.wanted and self._joined:
            self._wlan.active(False)
