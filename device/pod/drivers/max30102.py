"""MAX30102 pulse sensor: infrared only, 100 samples a second, 18 bit.

Source: Maxim MAX30102 data sheet 19-7740, rev 1 (10/18); its section names stand in brackets.
The red LED stays off: it would be a light that the guard does not see (SAFETY, Electrical).
"""

from pod.drivers import WrongChip
from pod.drivers.led_current import NOMINAL, REST, LedCurrent

from ..compat import const

ADDRESS = 0x57
PART_ID = const(0x15)
DEPTH = const(32)  # samples in the FIFO [FIFO Data Register]
FULL_SCALE = const(262143)  # 18 bit

_STATUS = const(0x00)
_ENABLE = const(0x02)
_FIFO_WR = const(0x04)
_FIFO_RD = const(0x06)
_FIFO_DATA = const(0x07)
_FIFO_CONFIG = const(0x08)
_MODE = const(0x09)
_OPTICS = const(0x0A)  # the data sheet's 'SpO2 Configuration'
_LED1 = const(0x0C)  # red
_LED2 = const(0x0D)  # infrared
_SLOTS = const(0x11)
_TEMPERATURE = const(0x1F)
_TEMPERATURE_START = const(0x21)
_PART = const(0xFF)

_A_FULL = const(0x80)
_POWER_READY = const(0x01)
_RESET = const(0x40)
_SHUTDOWN = const(0x80)
_MULTI_LED = const(0x07)  # 'heart rate' mode lights the red LED; only slots give infrared alone
_SLOT1_INFRARED = const(0x02)

# Range 4096 nA, pulse width 411 us (18 bit); FIFO rollover on, A_FULL at no free space.
_FULL_OPTICS = const(0x2F)  # 400 conversions a second
_FULL_FIFO = const(0x50)  # mean of 4: 100 samples a second
_REST_OPTICS = const(0x23)  # 50 conversions a second
_REST_FIFO = const(0x70)  # mean of 8: 6.25 samples a second

_SETTLE = const(2)  # the first mean after a step still mixes both currents
_MARGIN = const(2)  # samples given up on overflow, see _after_overflow

NOT_READY = const(-32768)
_EIO = const(5)
_ETIMEDOUT = const(110)


class Max30102:
    """One sensor. After each `read`:

    lost      samples lost before out[at]; the chip's overflow counter stops at 31, so from
              `saturated` on it is only known that at least so many are missing
    stepped   the LED current moved: out[at] starts at another level, which is no pulse
    touched   a finger (or something as bright) lies on the window
    arrived   samples the FIFO gave, also those that `read` kept back (at rest, settling)
    peak      the largest of them in raw counts, 0 to 262143
    """

    def __init__(self, i2c, address=ADDRESS):
        self._i2c = i2c
        self._address = address
        self._byte = bytearray(1)
        self._status = bytearray(7)
        self._burst = bytearray(3 * DEPTH)
        self._views = None
        self._next = 0  # where the read pointer must stand
        self._broken = False  # the last burst did not end well
        self._settle = 0
        self._current = LedCurrent()
        self.lost = 0
        self.saturated = False
        self.stepped = False
        self.touched = False
        self.arrived = 0
        self.peak = 0

    def start(self):
        """Checks the part id, resets and rests until touched. WrongChip, OSError."""
        if self._views is None:  # slicing a memoryview allocates: once, here
            whole = memoryview(self._burst)
            self._views = [whole[: 3 * n] for n in range(DEPTH + 1)]
        self.check()
        self._write(_MODE, _RESET)
        self._await_reset()
        self._i2c.readfrom_mem_into(self._address, _STATUS, self._status)  # clears power-ready
        self._write(_ENABLE, _A_FULL)
        self._write(_LED1, 0)
        self._write(_SLOTS, _SLOT1_INFRARED)
        self._write(_SLOTS + 1, 0)
        self._rest()

    def stop(self):
        """Shuts the chip down: LED off, registers kept [Mode Configuration]. OSError."""
        self._write(_MODE, _SHUTDOWN)

    def check(self):
        """Raises WrongChip unless a MAX30102 answers."""
        found = self._read(_PART)
        if found != PART_ID:
            raise WrongChip("no MAX30102 at 0x%02x: part id 0x%02x" % (self._address, found))

    def read(self, out, at, room):
        """Moves samples from the FIFO to `out[at:at + room]`; returns how many.

        `out` is an array('i') of counts, oldest first. Without a touch it returns 0 and keeps
        the LED at rest: 4 calls a second are enough. Touched, call every 100 to 250 ms: the
        FIFO holds 320 ms. OSError from the bus, also when the chip has lost its settings.
        """
        self.lost = 0
        self.saturated = False
        self.stepped = False
        self.arrived = 0
        count = self._available()
        if count > room and self.touched:
            count = room
        if count <= 0:
            return 0
        self._broken = True
        self._i2c.readfrom_mem_into(self._address, _FIFO_DATA, self._views[count])
        self._broken = False
        self._next = (self._next + count) & 31
        self.arrived = count
        if not self.touched:
            return self._watch(count)
        return self._take(out, at, count)

    @property
    def led(self):
        """The infrared LED's current in steps of 0.2 mA."""
        return self._current.led

    def start_temperature(self):
        """Starts one conversion of 29 ms [Die Temperature Config]. OSError."""
        self._write(_TEMPERATURE_START, 1)

    def temperature_c16(self):
        """The die in sixteenths of a degree Celsius, NOT_READY while converting. OSError."""
        if self._read(_TEMPERATURE_START) & 1:
            return NOT_READY
        whole = self._read(_TEMPERATURE)
        return ((whole ^ 0x80) - 0x80) * 16 + (self._read(_TEMPERATURE + 1) & 15)

    def _available(self):
        status = self._status
        self._i2c.readfrom_mem_into(self._address, _STATUS, status)
        if status[0] & _POWER_READY:  # a brownout of the chip: it sleeps with default settings
            raise OSError(_EIO)
        written = status[4] & 31
        overflow = status[5] & 31
        at = status[6] & 31
        if overflow:
            return self._after_overflow(written, overflow)
        if self._broken or at != self._next:
            return self._after_broken_burst(written, at)
        count = (written - at) & 31
        if count == 0 and status[0] & _A_FULL:  # equal pointers: full, not empty
            return DEPTH
        return count

    def _after_overflow(self, written, overflow):
        # The oldest sample lies at the write pointer. Whether the read pointer was pushed along
        # is not in the data sheet, and equal pointers would say 'empty': it is set, with room
        # for a sample that comes in between.
        self.saturated = overflow == 31
        self.lost = overflow + _MARGIN
        self._next = (written + _MARGIN) & 31
        self._write(_FIFO_RD, self._next)
        return DEPTH - _MARGIN

    def _after_broken_burst(self, written, at):
        # 'The processor can also write to this pointer [...] to allow rereading samples from
        # the FIFO if there is a data communication error' [FIFO Read Pointer].
        popped = (at - self._next) & 31
        unread = (written - at) & 31
        if popped + unread >= DEPTH:  # overwritten meanwhile
            self.lost = popped
            self._next = at
            popped = 0
        self._write(_FIFO_RD, self._next)
        return popped + unread

    def _take(self, out, at, count):
        burst = self._burst
        skip = 0
        if self._settle:
            skip = min(self._settle, count)
            self._settle -= skip
            self.lost += skip
            self.stepped = self._settle == 0
        j = 3 * skip
        total = 0
        peak = 0
        for i in range(at, at + count - skip):
            value = ((burst[j] & 3) << 16) | (burst[j + 1] << 8) | burst[j + 2]
            j += 3
            out[i] = value
            total += value
            if value > peak:
                peak = value
        self.peak = peak
        if count > skip:
            self._steer(total // (count - skip), count)
        return count - skip

    def _watch(self, count):
        j = 3 * (count - 1)
        burst = self._burst
        self.peak = ((burst[j] & 3) << 16) | (burst[j + 1] << 8) | burst[j + 2]
        if self._current.is_touch(self.peak):
            self.touched = True
            self._configure(_FULL_FIFO, _FULL_OPTICS, NOMINAL)
        return 0

    def _steer(self, mean, count):
        led = self._current.steer(mean, self.peak, count)
        if led == 0:
            self._rest()
        elif led != self._current.led:
            self._current.set(led)
            self._write(_LED2, led)
            self._settle = _SETTLE

    def _rest(self):
        self.touched = False
        self._configure(_REST_FIFO, _REST_OPTICS, REST)

    def _configure(self, fifo, optics, led):
        self._write(_MODE, _SHUTDOWN | _MULTI_LED)
        self._write(_FIFO_CONFIG, fifo)
        self._write(_OPTICS, optics)
        self._write(_LED2, led)
        for register in range(_FIFO_WR, _FIFO_RD + 1):  # cleared at each start [FIFO Data]
            self._write(register, 0)
        self._write(_MODE, _MULTI_LED)
        self._current.set(led)
        self._next = self._settle = 0
        self._broken = False

    def _await_reset(self):
        for _ in range(50):
            if not self._read(_MODE) & _RESET:
                return
        raise OSError(_ETIMEDOUT)

    def _read(self, register):
        self._i2c.readfrom_mem_into(self._address, register, self._byte)
        return self._byte[0]

    def _write(self, register, value):
        self._byte[0] = value
        self._i2c.writeto_mem(self._address, register, self._byte)
