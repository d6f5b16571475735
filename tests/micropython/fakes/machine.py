"""`machine` of the simulated Pico W. Sources: MicroPython's documentation and ports/rp2."""

from simboard import Reset, board

PWRON_RESET = 1
WDT_RESET = 3
_ETIMEDOUT = 110
_EIO = 5


def reset_cause():
    return board.cause


def reset():
    raise Reset("soft")  # on this port by the watchdog too: the cause then says WDT_RESET


def unique_id():
    return b"\x01\x02\x03\x04\x05\x06\x07\x08"


class _Memory:
    """`mem32`: registers that survive a reset of the watchdog; `CTRL` of it is seen."""

    def __getitem__(self, address):
        return board.scratch.get(address, 0)

    def __setitem__(self, address, value):
        if address & 0xFFFF == 0xB000 and value & 1 << 30:  # its alias that clears bits
            board.watchdog_due_us = None
        board.scratch[address] = value


mem32 = _Memory()


class Pin:
    IN, OUT, OPEN_DRAIN, ALT = 0, 1, 2, 3
    IRQ_FALLING, IRQ_RISING = 4, 8
    PULL_UP, PULL_DOWN = 1, 2

    def __init__(self, number, mode=None, pull=None, value=None):
        assert pull is None, "internal pulls stay off (schematics, RP2350 E9)"
        self.number = number
        if mode is not None:
            board.mode[number] = mode
        if value is not None:
            board.drive(number, value)

    def __call__(self, value=None):
        if value is None:
            return board.level[self.number]
        assert board.mode[self.number] in (Pin.OUT, Pin.OPEN_DRAIN), "an input is not driven"
        if board.mode[self.number] == Pin.OPEN_DRAIN and value:
            board.scl_clocks += 1
            if board.scl_clocks >= 9:
                board.stuck_sda = False
        board.drive(self.number, value)

    value = __call__

    def toggle(self):
        board.drive(self.number, 1 - board.level[self.number])

    def irq(self, handler=None, trigger=12):
        board.handlers[self.number] = (handler, trigger)


class ADC:
    def __init__(self, pin):
        assert pin.number in (26, 27, 28)
        self._pin = pin.number

    def read_u16(self):
        return board.adc.get(self._pin, 0)


class I2C:
    """What is on the bus answers, or nobody does and the call stalls."""

    def __init__(self, id, scl, sda, freq, timeout):
        assert id == 0 and sda.number % 4 == 0 and scl.number == sda.number + 1
        assert timeout == 50000
        self._byte_us = 9 * 1000000 // freq

    def readfrom_mem_into(self, addr, memaddr, buf):
        self._transfer(board.i2c and board.i2c.readfrom_mem_into, addr, memaddr, buf)

    def writeto_mem(self, addr, memaddr, buf):
        self._transfer(board.i2c and board.i2c.writeto_mem, addr, memaddr, buf)

    def _transfer(self, call, addr, memaddr, buf):
        if board.i2c_timed:
            board.spend(self._byte_us * (3 + len(buf)))
        if board.stuck_sda or call is None:
            board.spend(board.i2c_stall_us)
            raise OSError(_ETIMEDOUT)
        try:
            call(addr, memaddr, buf)
        except OSError:
            board.spend(board.i2c_stall_us)
            raise OSError(_EIO)


class WDT:
    def __init__(self, id=0, timeout=5000):
        assert id == 0 and timeout <= 8388, "more than an RP2040's watchdog can"
        board.watchdog_us = timeout * 1000
        self.feed()

    def feed(self):
        board.watchdog_due_us = board.now_us + board.watchdog_us


_HALF_US = 2000  # 128 bytes of DMA: 32 frames of 16 bit stereo
_HALF = 64  # bytes of the ring for them, mono
_PIECE = 512  # copied from a block at a time, in the interrupt


class I2S:
    """As ports/rp2 has it: a ring that DMA empties each 2 ms; in its callback mode a block is
    copied in pieces, by the same interrupt, once the ring has room."""

    TX, MONO = 1, 0

    def __init__(self, id, sck, ws, sd, mode, bits, format, rate, ibuf):
        assert ws.number == sck.number + 1 and mode == I2S.TX and bits == 16 and rate == 16000
        if board.i2s_error is not None:
            error, board.i2s_error = board.i2s_error, None
            raise error
        assert board.i2s is None, "created twice"
        board.i2s = self
        board.starts.append(len(board.played))
        self._size = ibuf
        self._ring = bytearray()
        self._callback = None
        self._block = None
        self._at = 0
        self._on = True
        self._due_us = board.now_us + _HALF_US
        self.pins = (sck.number, ws.number, sd.number)
        board.at(self._due_us, self._interrupt)

    def irq(self, handler):
        self._callback = handler

    def write(self, block):
        if self._callback is None:
            data = bytes(memoryview(block))
            assert len(data) <= self._space(), "a blocking write that blocks"
            self._ring.extend(data)
        else:
            self._block = memoryview(block)
            self._at = 0
        return 0

    def deinit(self):
        self._on = False
        board.i2s = None

    def _space(self):
        return self._size - 1 - len(self._ring)

    def _interrupt(self):
        if not self._on:
            return
        if self._block is not None:
            self._copy()
        if len(self._ring) >= _HALF:
            if board.keep_sound:
                board.played.extend(self._ring[:_HALF])
            self._ring = self._ring[_HALF:]
        else:
            board.underflows += 1
            if board.keep_sound:
                board.played.extend(bytes(_HALF))
        self._due_us += _HALF_US
        board.at(self._due_us, self._interrupt)

    def _copy(self):
        whole = bytes(self._block)
        piece = whole[self._at : self._at + _PIECE]
        if self._space() < len(piece):
            return
        self._ring.extend(piece)
        self._at += len(piece)
        if self._at >= len(whole):
            self._block = None
            if board.drop_callbacks:  # the scheduler's queue was full
                board.drop_callbacks -= 1
            else:
                self._callback(self)
