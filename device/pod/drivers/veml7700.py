"""VEML7700 light sensor: 0.0042 lx to 140 klx, ranging by itself.

Sources: Vishay data sheet 84286 (registers: section 'Command Register Format') and its
application note 84323, 'Designing the VEML7700 Into an Application' (resolutions, ranging,
correction above 1000 lx).
"""

from pod.drivers import WrongChip
from pod.ticks import add, diff

from ..compat import const

ADDRESS = 0x10
DEVICE_ID = const(0x81)  # low byte of register 7

_CONFIG = const(0x00)
_POWER_SAVING = const(0x03)
_ALS = const(0x04)
_ID = const(0x07)
_SHUTDOWN = const(0x01)
_WAKE_MS = const(3)  # 2.5 ms from power-on to the first integration

_FEW = const(100)  # counts: application note, flow chart of the ranging
_MANY = const(10000)
_MANY_SLOW = const(1000)  # faster readings at once when there is light enough (this project)
_CLIPPED = const(65535)

# From least to most sensitive: register 0, integration in ms, multiples of 4.2 mlx a count.
_CODE = (0x1300, 0x1000, 0x1800, 0x0000, 0x0800, 0x0840, 0x0880, 0x08C0)
_INTEGRATION_MS = (25, 100, 100, 100, 100, 200, 400, 800)
_MULTIPLE = (512, 128, 64, 16, 8, 4, 2, 1)
_LAST = const(7)
_FIRST = const(4)  # gain 2, 100 ms: a bedroom in the evening


def corrected_lx(raw_lx):
    """True lux for a reading above 1000 lx; integers within 31 bits up to 140 klx.

    Application note: 6.0135e-13 x^4 - 9.3924e-9 x^3 + 8.1488e-5 x^2 + 1.0023 x, here with
    x in units of 16384 and the coefficients likewise.
    """
    x = min(raw_lx, 24000)
    y = (43331 * x >> 14) - 41309
    y = ((y >> 1) * x >> 13) + 21874
    y = ((y >> 1) * x >> 13) + 16422
    return (y >> 3) * x >> 11


class Veml7700:
    """One sensor. `wait_ms` says when the next `read_mlx` can bring something new."""

    def __init__(self, i2c, address=ADDRESS):
        self._i2c = i2c
        self._address = address
        self._word = bytearray(2)
        self._range = _FIRST
        self._ready_ms = 0
        self.wait_ms = 0

    def start(self, now_ms):
        """Checks the id and starts to measure. `now_ms` in ticks. WrongChip, OSError."""
        self.check()
        self._write(_POWER_SAVING, 0)
        self._set_range(_FIRST, now_ms)

    def stop(self):
        """Shuts the chip down. OSError."""
        self._write(_CONFIG, _SHUTDOWN)

    def check(self):
        """Raises WrongChip unless a VEML7700 answers."""
        found = self._read(_ID) & 0xFF
        if found != DEVICE_ID:
            raise WrongChip("no VEML7700 at 0x%02x: id 0x%02x" % (self._address, found))

    def read_mlx(self, now_ms):
        """Illuminance in millilux, or -1 while a first value in a new range integrates.

        Each reading also chooses the next range; a clipped one is thrown away. OSError.
        """
        early_ms = diff(self._ready_ms, now_ms)
        if early_ms > 0:
            self.wait_ms = early_ms
            return -1
        counts = self._read(_ALS)
        at = self._range
        self.wait_ms = _INTEGRATION_MS[at]
        self._choose(counts, now_ms)
        if counts == _CLIPPED and at > 0:
            return -1
        mlx = counts * 21 * _MULTIPLE[at] // 5
        return mlx if mlx < 1000000 else corrected_lx(mlx // 1000) * 1000

    def _choose(self, counts, now_ms):
        at = self._range
        if counts == _CLIPPED and at > 0:
            self._set_range(0, now_ms)
        elif counts > (_MANY if _INTEGRATION_MS[at] <= 100 else _MANY_SLOW) and at > 0:
            self._set_range(at - 1, now_ms)
        elif counts < _FEW and at < _LAST:
            self._set_range(at + 1, now_ms)

    def _set_range(self, at, now_ms):
        # Shut down before a change, as the application note's flow chart does: the running
        # integration would otherwise mix two ranges.
        self._write(_CONFIG, _CODE[at] | _SHUTDOWN)
        self._write(_CONFIG, _CODE[at])
        self._range = at
        # 10 % for the tolerance of the chip's oscillator
        self.wait_ms = _WAKE_MS + _INTEGRATION_MS[at] * 11 // 10
        self._ready_ms = add(now_ms, self.wait_ms)

    def _read(self, register):
        self._i2c.readfrom_mem_into(self._address, register, self._word)
        return self._word[0] | self._word[1] << 8

    def _write(self, register, value):
        self._word[0] = value & 0xFF
        self._word[1] = value >> 8
        self._i2c.writeto_mem(self._address, register, self._word)
