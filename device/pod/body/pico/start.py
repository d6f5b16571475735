"""A Pico pod from power to its main loop, and what happens where that ends.

Everything is off before anything else is imported or read. An exception in the main loop is dark at
once and a reset: the pod then stays dark for the night (SAFETY 8). After `WRONG_STARTS` such starts
in a row it comes up in safe mode (pod.body.pico.safe).
"""

import asyncio
import gc
import io
import sys
from os import urandom

import machine
import network

from ...compat import const
from . import marks, settings
from .hardware import Hardware
from .store import Store

WRONG_STARTS = const(3)
_GOOD_MS = const(60000)  # a start that has run for so long was a good one
_WATCHDOG_MS = const(8000)  # an RP2040 counts to 8.3 s
_ARCHES = {4: "armv6m", 7: "armv7emsp"}  # of sys.implementation._mpy: RP2040, RP2350
_CRASH = const(600)  # bytes of a traceback that are kept


def start():
    cause, wrong = marks.begin()
    hardware = Hardware()
    hardware.start()
    store = Store()
    store.load()
    given = settings.load(store, urandom)
    safe = wrong >= WRONG_STARTS
    print("starlit", given.pod, "safe mode" if safe else "", "start", wrong + 1, "cause", cause)
    print("starlit: the password of the set-up network is", given.setup_password)
    try:
        asyncio.run(_safe(given, store) if safe else _pod(hardware, store, given, cause))
    except KeyboardInterrupt:
        hardware.dark()
        marks.disarm()
        print("starlit: dark; the console is yours, a reset starts the pod again")
    except Exception as error:
        hardware.dark()
        _keep_crash(store, error)
        machine.reset()


async def _pod(hardware, store, given, cause):
    from pod.core import Pod

    from .loop import Loop
    from .portal import Portal

    pod = Pod(given.config(urandom), dict(store.records))
    wire = _wire(given, pod.link, pod.report.will) if given.linked() else None
    loop = Loop(hardware, pod, store, wire)
    if wire is not None:
        wire.calm = loop.calm
        wire.night_off = not given.radio_at_night
        asyncio.create_task(wire.run())
    loop.portal = portal = Portal(given, store, loop, network.WLAN(network.AP_IF))
    asyncio.create_task(portal.run())
    asyncio.get_event_loop().set_exception_handler(lambda _, context: loop.stumbled(context))
    wlan = network.WLAN(network.STA_IF)
    parts = (
        hardware.bus,
        hardware.sensors,
        lambda: wlan.status("rssi") if wlan.isconnected() else None,
        None,
    )
    loop.service = _service(given, loop.restart, parts)
    loop.start(cause)
    gc.collect()
    watchdog = machine.WDT(timeout=_WATCHDOG_MS)
    store.feed = watchdog.feed
    await loop.run(watchdog, _GOOD_MS)


def _service(given, restart, parts):
    from pod.service import Service
    from pod.slots import NAMES, Flash, Slots

    slots = None
    for folder in sys.path:
        if folder[1:] in NAMES:  # boot.py has put it there
            slots = Slots(Flash())
            slots.running = folder[1:]
    mpy = getattr(sys.implementation, "_mpy", 0)
    text = "%d.%d" % (mpy & 0xFF, mpy >> 8 & 3)
    key = given.given.get("update_key")
    return Service(
        slots,
        restart,
        parts,
        int(key, 16) if key else None,
        ((_ARCHES.get(mpy >> 10), text), ("bytecode", text)),
    )


def _wire(given, link, will):
    from .wire import Wire

    return Wire(given, link, will, network.WLAN(network.STA_IF))


async def _safe(given, store):
    if not given.linked():
        while True:
            await asyncio.sleep_ms(1000)
    from .safe import Safe

    safe = Safe(given.config(urandom), store.records)
    wire = _wire(given, safe.link, safe.will)
    wire.calm = lambda: True
    asyncio.get_event_loop().set_exception_handler(
        lambda _, context: wire.stumbled(context["exception"])
    )
    asyncio.create_task(wire.run())
    await safe.run(wire, _service(given, marks.restart, None))


def _keep_crash(store, error):
    """Where it went wrong, for whoever asks later. The rail is off."""
    try:
        text = io.StringIO()
        sys.print_exception(error, text)
        store.keep([("crash", text.getvalue()[-_CRASH:].encode())])
    except Exception:
        pass
