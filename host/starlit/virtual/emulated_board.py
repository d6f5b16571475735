"""A Pico W of rp2040py with a pod's parts around it, for `rp2040py micropython --board-spec`.

The chips, the rail and the hands are the virtual body's own; here they meet real firmware at
its pins: I2C byte by byte, the ring's waveform, levels, the thermistor's voltage. STARLIT_HANDS
names a Unix socket for the hands: `press 1100`, `switch out`, `finger 66`, `look`, a line each;
each is answered by what a person at the pod would see, as JSON.
"""

import asyncio
import json
import os

# Run by rp2040py, in an interpreter of its own (starlit.bench.emulator); not a dependency:
# mypy: ignore-errors
from rp2040py.boards import BoardSpec
from rp2040py.external.cyw43 import Cyw43439
from rp2040py.external.ws2812 import Ws2812
from rp2040py.gpio_pin import GPIOPinState
from rp2040py.peripherals.i2c import I2CMode

from pod.pins import PINS
from starlit.virtual.hands import Hands

PIN = {name: pico for name, pico, _ in PINS}
NTC_CODE = 1831  # of 4095: 30 C
HOST_POLL_US = 1000
_WORD_CHIP = 0x10


class QuietHost:
    """rp2040py's USB host fills every armed OUT transfer after 10 us, with nothing if it has
    nothing: the firmware then handles 37 empty packets a millisecond and never sleeps. A real
    host sends no such packets. Filled once a millisecond, the processor idles in between, which
    the emulator skips: a second of waiting takes half a second instead of 18."""

    def attach(self, rp2040):
        rp2040.usb_ctrl.read_delay_microseconds = HOST_POLL_US


class Wifi(Cyw43439):
    """rp2040py's chip grants one frame more to send with each frame that it gives out. What comes
    in from the network is no answer to one that was sent: after 256 of those the grant, a byte,
    stands where the driver's own count does, and the driver waits for ever. A real chip is some
    frames ahead, always."""

    def __init__(self):
        super().__init__()
        give = self.bus._build_data_frame

        def give_and_grant_nothing(*args, **options):
            self.bus._bus_data_credit = (self.bus._bus_data_credit - 1) & 0xFF
            return give(*args, **options)

        self.bus._build_data_frame = give_and_grant_nothing
        self._forget_connections()

    def _forget_connections(self):
        """Nor does rp2040py's network hear of a reset. A pod that starts anew connects from the
        ports that it had: what then looks like a packet of an old connection is never answered."""
        power_off = self.bus.power_off

        def off():
            power_off()
            self.bus.nat_bridge.reset()

        self.bus.power_off = off


class Wires:
    """The I2C bus: bytes of the controller to register access of the virtual chips."""

    def __init__(self, bus):
        self._bus = bus
        self._address = self._register = 0
        self._bytes = []
        self._word = b""
        self._reading = False

    def attach(self, i2c):
        self._i2c = i2c
        i2c.on_connect = self._connect
        i2c.on_write_byte = self._write
        i2c.on_read_byte = self._read
        i2c.on_stop = self._stop

    def _connect(self, address, mode):
        self._flush()
        self._address, self._reading = address, mode == I2CMode.READ
        self._word = b""
        self._i2c.complete_connect(address in self._bus.scan())

    def _write(self, value):
        self._bytes.append(value)
        self._i2c.complete_write(True)

    def _read(self, _):
        self._flush()
        if self._address == _WORD_CHIP:
            value = self._word_byte()
        else:
            value = self._ask(self._register, 1)[0]
            self._register += self._register != 7  # a burst stays at the FIFO
        self._i2c.complete_read(value)

    def _word_byte(self):
        self._word = self._word or self._ask(self._register, 2)
        value, self._word = self._word[0], self._word[1:]
        return value

    def _ask(self, register, count):
        buf = bytearray(count)
        self._bus.readfrom_mem_into(self._address, register, buf)
        return bytes(buf)

    def _stop(self):
        self._flush()
        self._i2c.complete_stop()

    def _flush(self):
        """What was written before: where to read, or a register and its bytes."""
        given, self._bytes = self._bytes, []
        if given:
            self._register = given[0]
            if len(given) > 1:
                self._bus.writeto_mem(self._address, given[0], bytes(given[1:]))


class Parts(Hands):
    """Everything on the pod's board that is not the Pico."""

    def __init__(self):
        super().__init__(self.clock_us, 1, None)
        self._wires = Wires(self.bus)
        self._lights = Ws2812(PIN["led_data"], on_pixels=self._shown)
        self.beats_of_loop = 0
        self.reset_s = 0.0
        self.loop_s = None  # of the first heartbeat after that
        self.brightest = 0

    def clock_us(self):
        return int(self._clock.nanos // 1000) if hasattr(self, "_clock") else 0

    def attach(self, rp2040):
        self._gpio, self._clock = rp2040.gpio, rp2040.clock
        self._let_go = rp2040.clock.create_alarm(self.sync)
        self._watch_reset(rp2040)
        self._wires.attach(rp2040.i2c[0])
        self._lights.attach(rp2040)
        rp2040.adc.channel_values[PIN["ntc"] - 26] = NTC_CODE
        self._gpio[PIN["hot"]].set_input_value(True)
        self._gpio[PIN["rail_enable"]].add_listener(self._enable)
        self._gpio[PIN["heartbeat"]].add_listener(self._beat)
        self.sync()
        path = os.environ.get("STARLIT_HANDS")
        if path:
            serving = asyncio.start_unix_server(self._serve, path)
            self._server = asyncio.get_running_loop().create_task(serving)

    def _watch_reset(self, rp2040):
        """Of the chip, whatever was its cause: nothing tells parts of it."""
        reset = rp2040.reset

        def watched(**how):
            self.reset_s, self.loop_s = self._now_s(), None
            reset(**how)

        rp2040.reset = watched

    def _now_s(self):
        return self.clock_us() / 1e6

    def sync(self):
        """What hands did reaches the pins; what the pins did reaches the light."""
        self._shine()
        gpio = self._gpio
        gpio[PIN["switch_sense"]].set_input_value(self.rail.sense_in)
        gpio[PIN["button"]].set_input_value(not self.button_contact.down)

    def _enable(self, level, _):
        self.rail.enable(level == GPIOPinState.HIGH)
        self._shine()

    def _beat(self, level, before):
        if {level, before} == {GPIOPinState.HIGH, GPIOPinState.LOW}:
            self.beats_of_loop += 1
            self.loop_s = self.loop_s or self._now_s()
            self.rail.toggle()

    def _shown(self, pixels):
        self.ring.write(bytes(one for rgb in pixels[:12] for one in rgb))
        self.brightest = max(self.brightest, *self.ring.shown())
        self._shine()

    async def _serve(self, reader, writer):
        while line := await reader.readline():
            self._obey(*line.decode().split())
            writer.write(json.dumps(self.look()).encode() + b"\n")
        writer.close()

    def _obey(self, what, value=""):
        if what == "press":
            self.press(int(value))
            self._let_go.schedule(int(value) * 1e6 + 1000)
        elif what == "switch":
            self.switch(value)
        elif what == "finger":
            self.finger(float(value) if value else None)
        self.sync()

    def look(self):
        return {
            "s": self._now_s(),
            "reset_s": self.reset_s,
            "loop_s": self.loop_s,
            "rail": self.rail.on,
            "frames": self.ring.frames,
            "beats": self.beats_of_loop,
            "brightest": self.brightest,
            "lit": sum(any(self.ring.shown()[i : i + 3]) for i in range(0, 36, 3)),
        }


# Lists of makers: rp2040py makes its parts anew for each board.
BOARD = BoardSpec(extras=(Wifi, QuietHost, Parts))
