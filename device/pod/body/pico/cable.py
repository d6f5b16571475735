"""The self-test at a cable, before the pod has ever run: no light, no sound, no link.

`starlit flash` calls it over the serial console and prints what it returns.
"""

import gc
import time

import network

from pod.io import Inputs
from pod.selftest import SelfTest

from .hardware import Hardware

_POLL_MS = 20


def try_parts(ssid=None, password=None):
    """[part, result, text] each. With `ssid`, the network is joined to see how well it is heard."""
    hardware = Hardware()
    hardware.start()
    inputs = Inputs()
    wlan = _join(ssid, password) if ssid else None
    test = SelfTest(
        hardware.bus, hardware.sensors, None, (lambda: _level(wlan)) if wlan else None, None
    )
    gc.collect()
    hardware.mem_free = gc.mem_free()
    try:
        test.start(time.ticks_ms())
        while True:
            now_ms = time.ticks_ms()
            hardware.fill(inputs, now_ms, 0)
            if test.step(now_ms, inputs):
                break
            time.sleep_ms(_POLL_MS)
    finally:
        hardware.dark()
        if wlan:
            wlan.active(False)
    return test.lines


def _join(ssid, password):
    wlan = network.WLAN(network.STA_IF)
    wlan.active(True)
    wlan.connect(ssid, password or None)
    began_ms = time.ticks_ms()
    while not wlan.isconnected() and time.ticks_diff(time.ticks_ms(), began_ms) < 15000:
        time.sleep_ms(100)
    return wlan


def _level(wlan):
    """dBm; -99 where the network cannot be joined."""
    return wlan.status("rssi") if wlan.isconnected() else -99
