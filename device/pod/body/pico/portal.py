"""Set-up from a phone: the pod's own access point and one page, for ten minutes after a hand has
held the button for 6 s. Nothing else ever opens it.

The network has a password, made by chance at the first start and shown on the USB console: what
is typed into the page includes the house's own.
"""

import asyncio
import socket
from time import ticks_add, ticks_diff, ticks_ms

from ...compat import const
from . import settings

OPEN_MS = const(600000)
_CALM_MS = const(120000)  # the light of a night that has just ended may take so long to fade
_HEAD = const(2048)  # bytes of a request's head, and of its body
_BODY = const(1024)
_REQUEST_MS = const(5000)
_CLIENTS = const(3)
_ADDRESS = b"\xc0\xa8\x04\x01"  # 192.168.4.1, the radio's own default
_ANSWER = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04" + _ADDRESS


class Portal:
    """`loop`: pod.body.pico.loop.Loop, which gets what was set."""

    def __init__(self, given, store, loop, access_point, port=80, dns_port=53, open_ms=OPEN_MS):
        self._given = given
        self._store = store
        self._loop = loop
        self._access_point = access_point
        self._ports = (port, dns_port)
        self._open_ms = open_ms
        self._wanted = False
        self._clients = 0
        self._until_ms = 0
        self.open = False
        self.asks_rest = False
        self.refused = 0
        self._saved = False

    def begin(self):
        """A hand has asked for it."""
        self._wanted = True

    async def run(self):
        while True:
            while not self._wanted:
                await asyncio.sleep_ms(200)
            self._wanted = False
            self.asks_rest = True
            try:
                if await self._calm():
                    await self._window()
            except Exception:  # no memory, no radio: the night goes on
                self.refused += 1
            self.asks_rest = self.open = False
            self._access_point.active(False)
            if self._saved:
                self._loop.restart()

    async def _calm(self):
        """The radio's start stalls the loop: not while anything is lit."""
        began_ms = ticks_ms()
        while not self._loop.calm():
            if ticks_diff(ticks_ms(), began_ms) > _CALM_MS:
                return False
            await asyncio.sleep_ms(100)
        return True

    async def _window(self):
        access_point = self._access_point
        access_point.config(ssid="starlit-" + self._given.pod, password=self._given.setup_password)
        access_point.active(True)
        self.open, self.asks_rest = True, False
        self._until_ms = ticks_add(ticks_ms(), self._open_ms)
        server = await asyncio.start_server(self._serve, "0.0.0.0", self._ports[0])
        names = asyncio.create_task(self._names())
        try:
            while ticks_diff(self._until_ms, ticks_ms()) > 0:
                await asyncio.sleep_ms(200)
        finally:
            names.cancel()
            server.close()

    async def _names(self):
        """Every name is the pod: a phone that looks whether it is online finds the page."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        sock.bind(socket.getaddrinfo("0.0.0.0", self._ports[1])[0][-1])
        try:
            while True:
                try:
                    query, asker = sock.recvfrom(256)
                    end = query.index(b"\0", 12) + 5
                    head = query[:2] + b"\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00"
                    sock.sendto(head + query[12:end] + _ANSWER, asker)
                except (OSError, ValueError):
                    await asyncio.sleep_ms(50)
        finally:
            sock.close()

    async def _serve(self, reader, writer):
        self._clients += 1
        try:
            if self._clients > _CLIENTS:
                self.refused += 1
            else:
                await asyncio.wait_for_ms(self._answer(reader, writer), _REQUEST_MS)
        except Exception:  # too slow, too long, gone
            self.refused += 1
        finally:
            self._clients -= 1
            writer.close()
            await writer.wait_closed()

    async def _answer(self, reader, writer):
        from .page import fields, form  # in memory only once somebody sets up

        line = await reader.readline()
        head, length = len(line), 0
        while True:
            text = await reader.readline()
            head += len(text)
            if head > _HEAD:
                raise ValueError
            if text in (b"\r\n", b"\n", b""):
                break
            name, _, value = text.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not 0 <= length <= _BODY:
            raise ValueError
        said = ""
        if line.startswith(b"POST "):
            said = self._take(fields(await reader.readexactly(length)))
        page = form(self._given, self._loop.pod.config, said)
        writer.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n")
        writer.write(page.encode())
        await writer.drain()

    def _take(self, told):
        """What the page sent: Wi-Fi into the store, the rest to the pod, which checks it."""
        given = self._given.given
        for name, most in settings.WIFI.items():
            if len(told.get(name, "").encode()) > most:
                return "Too long: " + name
        if told.get("ssid"):
            given["ssid"] = told["ssid"]
            given["wifi_password"] = told.get("wifi_password", "")
        given["radio_at_night"] = "radio_at_night" in told
        self._loop.setup = {
            "profile": told.get("profile", "child"),
            "share_heart": "share_heart" in told,
            "dawn": told.get("dawn") or None,
        }
        if not settings.save(self._store, given):
            return "Not kept: the pod's flash refuses. Try again."
        self._saved = True
        self._until_ms = ticks_add(ticks_ms(), 5000)
        return "Kept. The pod starts anew and joins " + (given.get("ssid") or "no network") + "."
