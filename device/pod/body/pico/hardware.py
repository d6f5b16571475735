"""All hardware of one Pico pod and none of its decisions: fill an `Inputs`, apply an `Outputs`."""

import time

from machine import ADC, Pin

from pod.drivers.sensors import Sensors
from pod.io import FAULT_HOT
from pod.pins import PINS
from pod.ticks import diff

from ...compat import const
from . import heat
from .bus import Bus
from .ring import Ring
from .speaker import Speaker

_FREE_MS = const(600)  # RAIL_ENABLE is left alone after a reset: the dead-man clears the latch
_BOUNCE_MS = const(20)
_HEAT_MS = const(1000)


class Hardware:
    def __init__(self):
        gp = {name: pico for name, pico, _ in PINS}
        self._gp = gp
        self.bus = Bus(gp["i2c_sda"], gp["i2c_scl"])
        self.sensors = Sensors(self.bus)
        self.ring = Ring(gp["led_data"])
        self.speaker = Speaker(gp["i2s_bclk"], gp["i2s_lrclk"], gp["i2s_din"], gp["amp_enable"])
        self.fault = 0  # what the loop found broken
        self.mem_free = 0
        self.rail = False
        self._alive = 0
        self._down = False
        self._moved_ms = 0
        self._heat_ms = 0
        self._temp_c = 20
        self._asked = False
        self._seen = [False, False, 0]  # switch, button, faults of the last fill
        self._pressed = self._opened = False  # set by interrupts

    def start(self):
        """Dark, silent, off. Takes 600 ms: a reset clears the latch by leaving the rail alone."""
        gp = self._gp
        self._rail_pin = Pin(gp["rail_enable"], Pin.IN)
        began_ms = time.ticks_ms()
        self._heart = Pin(gp["heartbeat"], Pin.OUT, value=0)
        self._switch = Pin(gp["switch_sense"], Pin.IN)  # internal pulls stay off: RP2350 E9
        self._button = Pin(gp["button"], Pin.IN)
        self._hot = Pin(gp["hot"], Pin.IN)
        self._ntc = ADC(Pin(gp["ntc"]))
        self.speaker.start()
        self.ring.start()
        self.bus.start()
        time.sleep_ms(max(_FREE_MS - time.ticks_diff(time.ticks_ms(), began_ms), 0))
        self._rail_pin = Pin(gp["rail_enable"], Pin.OUT, value=0)
        self._switch.irq(self._on_switch, Pin.IRQ_FALLING)
        self._button.irq(self._on_button, Pin.IRQ_FALLING)
        now_ms = time.ticks_ms()
        self._heat_ms = self._moved_ms = now_ms
        self._down = self.button_down()  # held as power came (pod.powerup): from the first step on
        self.sensors.start(now_ms)
        self._measure()

    # Interrupts set flags and nothing else: a stall of the loop hides no press and no pull.

    def _on_switch(self, _):
        self._opened = True

    def _on_button(self, _):
        if not self._down and diff(time.ticks_ms(), self._moved_ms) >= _BOUNCE_MS:
            self._pressed = True

    def button_down(self):
        return not self._button()

    def fill(self, inputs, now_ms, now_us):
        """Fills everything but messages, wall, link and setup; polls what is due. True where
        something in it is new to the pod."""
        inputs.now_ms = now_ms
        inputs.now_us = now_us
        news = self.sensors.poll(now_ms, inputs)
        if diff(now_ms, self._heat_ms) >= _HEAT_MS:
            self._heat_ms = now_ms
            self._measure()
        faults = inputs.faults & ~FAULT_HOT | self.fault
        hot = self._temp_c >= heat.HOT_C or self._temp_c == heat.OPEN_C or not self._hot()
        inputs.faults = faults | FAULT_HOT if hot else faults
        inputs.switch_in = self._switch() == 1 and not self._opened
        self._opened = False
        inputs.button = self._debounce(now_ms)
        inputs.case_temp_c = self._temp_c
        inputs.mem_free = self.mem_free
        self._asked = self.speaker.due(now_ms)
        inputs.sound_due = 1 if self._asked else 0
        return self._changed(inputs) or news or self._asked

    def _measure(self):
        self._temp_c = heat.celsius(self._ntc.read_u16())

    def _debounce(self, now_ms):
        down = self._pressed or not self._button()
        self._pressed = False
        if down != self._down and diff(now_ms, self._moved_ms) >= _BOUNCE_MS:
            self._down = down
            self._moved_ms = now_ms
        return self._down

    def _changed(self, inputs):
        seen = self._seen
        changed = (
            seen[0] != inputs.switch_in or seen[1] != inputs.button or seen[2] != inputs.faults
        )
        seen[0], seen[1], seen[2] = inputs.switch_in, inputs.button, inputs.faults
        return changed

    def apply(self, outputs, now_ms):
        """Carries a step's outputs to the hardware."""
        now_us = time.ticks_us()
        if not outputs.rail:
            self._rail_off(now_us)
        elif not self.rail:
            self.rail = True
            self._rail_pin(1)
            self.ring.power(True, now_us)
        if outputs.alive != self._alive:
            self._alive = outputs.alive
            self._heart.toggle()
        if outputs.leds_changed:
            self.ring.write(outputs.leds, now_us)
        if self._asked:
            self._asked = False
            self.speaker.play(outputs.sound if outputs.sound_ready else None, now_ms)
        self.speaker.want(outputs.sound_wanted and self.rail, now_ms)
        self.bus.busy = outputs.sound_wanted

    def _rail_off(self, now_us):
        if self.rail:
            self.speaker.stop()
            self._rail_pin(0)
            self.rail = False
            self.ring.power(False, now_us)

    def dark(self):
        """Whatever went wrong: off, without another thought. The latch then waits for a hand."""
        self._rail_pin(0)
        self.rail = False
        self.speaker.stop()
