"""A simulated Pico W: time, pins, events. MicroPython grammar; runs on CPython as well.

`machine`, `rp2` and `network` beside this file are views of `board`, the only state there is.
Nothing passes time but `run_to` and what a call on the hardware takes (`spend`).
"""

PINS = 30


class Reset(BaseException):
    """The controller has been reset; `args[0]` says by what."""


class Board:
    def __init__(self):
        self.power_up()

    def power_up(self):
        """Everything as after the supply has come: pins are inputs, memory is empty."""
        self.scratch = {}  # what a watchdog's reset leaves alone
        self.reset()
        self.cause = 1  # machine.PWRON_RESET

    def reset(self):
        self.cause = 3  # machine.WDT_RESET
        self.now_us = 0
        self.ticks_from_us = 0  # added to what `time` shows
        self._events = []  # (at_us, order, action), sorted
        self._order = 0
        self.level = [0] * PINS  # what is on the wire
        self.mode = [None] * PINS  # None: as a reset leaves it, an input
        self.handlers = {}  # pin -> (handler, trigger)
        self.watch = {}  # pin -> callable(level), when an output moves
        self.adc = {}  # pin -> 0..65535
        self.i2c = None  # an object with readfrom_mem_into and writeto_mem
        self.i2c_timed = False  # its transfers take their time
        self.i2c_stall_us = 50000  # what a call without an answer takes
        self.stuck_sda = False
        self.scl_clocks = 0
        self.frames = []  # (at_us, r g b of each LED) when DMA began
        self.torn = 0  # frames that changed under the DMA
        self.played = bytearray()  # what I2S took out of its ring, 16 bit mono
        self.starts = []  # its length at each start of I2S
        self.keep_sound = True
        self.underflows = 0
        self.i2s = None
        self.i2s_error = None  # raised by the next I2S
        self.drop_callbacks = 0
        self.watchdog_us = None
        self.watchdog_due_us = None

    # -- time ------------------------------------------------------------------------------

    def at(self, at_us, action):
        self._order += 1
        item = (at_us, self._order, action)
        place = len(self._events)
        while place and self._events[place - 1][0] > at_us:
            place -= 1
        self._events.insert(place, item)

    def run_to(self, at_us):
        """Time passes; what is due happens, each at its instant."""
        while self._events and self._events[0][0] <= at_us:
            event = self._events.pop(0)
            self._pass(event[0])
            event[2]()
        self._pass(at_us)

    def _pass(self, at_us):
        due_us = self.watchdog_due_us
        if due_us is not None and due_us <= at_us:
            self.now_us, self.watchdog_due_us = max(due_us, self.now_us), None
            raise Reset("watchdog")
        self.now_us = max(at_us, self.now_us)

    def spend(self, us):
        self.run_to(self.now_us + us)

    # -- pins ------------------------------------------------------------------------------

    def put(self, pin, level):
        """The world drives an input; edges are interrupts."""
        before, self.level[pin] = self.level[pin], level
        if pin in self.handlers and before != level:
            handler, trigger = self.handlers[pin]
            if trigger & (4 if level < before else 8):  # IRQ_FALLING, IRQ_RISING
                handler(pin)

    def drive(self, pin, level):
        """An output moves."""
        before, self.level[pin] = self.level[pin], level
        if pin in self.watch and before != level:
            self.watch[pin](level)


board = Board()
