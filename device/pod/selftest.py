"""What a pod can find out about its own parts: one line each, over 20 s (docs/flash.md).

A body steps it with what its hardware gives. With a `pod`, light and sound are tried too: through
the guard, where a hand has plugged the pod in and no night runs. Without one (at a cable, before
the pod runs) those two are left for later.
"""

import sys

from . import io, ticks
from .compat import const
from .drivers import max30102, veml7700

_COUNT_MS = const(4000)  # samples of the pulse sensor are counted for so long
_LED_MS = const(800)  # each LED more; slower than the guard lets it rise
_TONE_MS = const(3000)
_MEM_MIN = const(90 * 1024)  # DESIGN, Budget on the Pico
_SYNC_MAX_US = const(20000)

OK, FAILED, SKIPPED = "ok", "failed", "not tried"


def _id_of(bus, address, register, size):
    """The low byte of an identity register; -1 where nothing answers."""
    data = bytearray(size)
    try:
        bus.readfrom_mem_into(address, register, data)
    except OSError:
        return -1
    return data[0]


def _chip(bus, name, address, register, size, wanted):
    found = _id_of(bus, address, register, size)
    if found == wanted:
        return OK, "%s at 0x%02x, id 0x%02x" % (name, address, found)
    if found < 0:
        return FAILED, "nothing answers at 0x%02x: look at SDA, SCL, 3.3 V and ground" % address
    return FAILED, "at 0x%02x is id 0x%02x, not 0x%02x: another chip than a %s" % (
        address, found, wanted, name,
    )  # fmt: skip


class SelfTest:
    """`bus` and `sensors` of a body; `wifi`: its level in dBm, None where it is not joined, or no
    such function; `rail`: whether the LEDs have voltage, where the body can tell."""

    def __init__(self, bus, sensors, pod=None, wifi=None, rail=None):
        self.lines = []  # [part, ok | failed | not tried, what was found]
        self._bus = bus
        self._sensors = sensors
        self._wifi = wifi
        self._rail = rail
        self._pod = pod
        self._began_ms = 0
        self._stage = None
        self._pressed = self._released = False
        self._lit = self._rms = 0
        self._railed = False

    def start(self, now_ms):
        self._began_ms = now_ms
        self._stage = self._count
        self._first = self._sensors.samples
        bus = self._bus
        pulse = _chip(bus, "MAX30102", max30102.ADDRESS, 0xFF, 1, max30102.PART_ID)
        light = _chip(bus, "VEML7700", veml7700.ADDRESS, 7, 2, veml7700.DEVICE_ID)
        answering = (pulse[1][:7] != "nothing") + (light[1][:7] != "nothing")
        self._say("i2c", answering == 2, "%d of 2 chips answer" % answering)
        self.lines.append(["pulse sensor"] + list(pulse))
        self.lines.append(["light sensor"] + list(light))

    def step(self, now_ms, inputs, outputs=None):
        """True once all lines are there."""
        if inputs.button:
            self._pressed = True
        else:
            self._released = True
        t_ms = ticks.diff(now_ms, self._began_ms)
        if self._stage is not None and self._stage(t_ms, inputs, outputs):
            self._began_ms = now_ms
        return self._stage is None

    def stop(self):
        if self._pod is not None and self._stage is not None:
            self._pod.shine(0)
            self._pod.hush()

    def _say(self, part, ok, said):
        self.lines.append([part, OK if ok else FAILED, said])

    # -- without light and sound -----------------------------------------------------------

    def _count(self, t_ms, inputs, outputs):
        if t_ms < _COUNT_MS:
            return False
        n = self._sensors.samples - self._first
        rate = n * 10000 // t_ms  # tenths of a Hz
        broken = inputs.faults & (io.FAULT_FIFO | io.FAULT_BUS | io.FAULT_SENSOR)
        # 6.25 Hz at rest, 100 Hz under a finger (drivers/max30102.py).
        good = 50 <= rate <= 1100 and not broken
        said = "%d.%d samples/s" % (rate // 10, rate % 10)
        self._say("pulse rate", good, said if good else said + ": no light comes back, or it hangs")
        self._inputs(inputs)
        self._rest()
        self._stage = self._shine
        return True

    def _inputs(self, inputs):
        lux = inputs.lux_mlx
        self._say("light", lux >= 0, "%d.%03d lx" % (lux // 1000, lux % 1000) if lux >= 0 else
                  "no reading")
        self._say("switch", True, "in" if inputs.switch_in else "out: nothing shows until it is in")
        self._say("button", self._released, "held all the time: it sticks, or its wire is shorted"
                  if not self._released else "pressed and let go" if self._pressed else "at rest")
        hot = inputs.faults & io.FAULT_HOT
        self._say("case", not hot, "%d C" % inputs.case_temp_c + (": too hot, or the thermistor's "
                  "wire is broken" if hot else ""))
        self._say("records", not inputs.faults & io.FAULT_CONFIG, "whole"
                  if not inputs.faults & io.FAULT_CONFIG else "a checksum is wrong, or flash fails")
        self._say("tasks", not inputs.faults & io.FAULT_TASK, "in time"
                  if not inputs.faults & io.FAULT_TASK else "one is late by 5 s and more")
        free = inputs.mem_free
        said = "%d KB free, %d wanted" % (free >> 10, _MEM_MIN >> 10)
        in_flash = ", code in flash" if "/rom" in sys.path else ""  # docs/pico.md
        self._say("memory", free >= _MEM_MIN, said + in_flash)

    def _rest(self):
        pod = self._pod
        if pod is None:
            self.lines.append(["clock", SKIPPED, "it needs the cottage: `starlit doctor`"])
        elif not pod.time.in_step():
            self._say("clock", False, "not in step with a host")
        else:
            error_us = pod.time.error_us(pod.now_ms)
            self._say("clock", error_us <= _SYNC_MAX_US, "within %d us" % error_us)
        level = None if self._wifi is None else self._wifi()
        if level is None:
            self.lines.append(["wi-fi", SKIPPED, "this body has none, or it is not joined"])
        else:
            self._say("wi-fi", level >= -80, "%d dBm" % level + ("" if level >= -80 else
                      ": weak; -70 is good"))

    # -- light and sound, through the guard ------------------------------------------------

    def _shine(self, t_ms, inputs, outputs):
        pod = self._pod
        n = t_ms // _LED_MS + 1
        if pod is None or not pod.shine(min(n, io.LEDS)):
            self._not_lit()
            return True
        lit = 0
        for i in range(0, io.FRAME_BYTES, 3):
            lit += 1 if outputs.leds[i] or outputs.leds[i + 1] else 0
        self._lit = max(self._lit, lit)
        self._railed = self._railed or (outputs.rail if self._rail is None else self._rail())
        if n <= io.LEDS + 1:
            return False
        pod.shine(0)
        said = "%d of 12 lit, one more each time: look at them" % self._lit
        if not self._railed:
            said = "the rail has no voltage"
        self._say("LEDs", self._lit == io.LEDS and self._railed, said)
        self._stage = self._dim
        return True

    def _dim(self, t_ms, inputs, outputs):
        """Until the ring is dark again; then the tone."""
        if t_ms < 1000:
            return False
        if self._pod.sound_tone():
            self._stage = self._tone
        elif t_ms > 12000:  # onsets of a layer are 10 s apart (SAFETY 5)
            self.lines.append(["sound", SKIPPED, "the guard did not let it begin"])
            self._stage = None
        return True if self._stage != self._dim else False

    def _tone(self, t_ms, inputs, outputs):
        if outputs.sound_ready:
            self._rms = max(self._rms, outputs.sound_rms)
        if t_ms < _TONE_MS:
            return False
        self._pod.hush()
        said = "1 kHz for 3 s: listen" if self._rms else "no block of sound was asked for"
        self._say("sound", self._rms > 0, said)
        self._stage = None
        return True

    def _not_lit(self):
        pod = self._pod
        if self._lit:
            why = "ended by a hand, an unhook or a night"
        elif pod is None:
            why = "they need the guard: plug in, then `starlit doctor`"
        elif pod.failed is not None:
            why = "the pod has failed dark: " + pod.failed
        else:
            why = "plug in first: hold the button at the pod for 1 s"
        self.lines.append(["LEDs", SKIPPED, why])
        self.lines.append(["sound", SKIPPED, why])
        self._stage = None
