"""`time` of the simulated board: its ticks are the board's, nothing else passes."""

from simboard import board

try:
    # asyncio's queue in C puts a new task at the built-in clock's time: the board's is an hour
    # ahead of that, so that none ever waits for it.
    from utime import ticks_ms as _real_ms

    _BEGAN_US = (_real_ms() + 3600000) * 1000
except ImportError:
    _BEGAN_US = 0
_PERIOD = 1 << 30
_HALF = 1 << 29


def ticks_ms():
    return (_BEGAN_US + board.now_us + board.ticks_from_us) // 1000 % _PERIOD


def ticks_us():
    return (_BEGAN_US + board.now_us + board.ticks_from_us) % _PERIOD


def ticks_add(ticks, delta):
    return (ticks + delta) % _PERIOD


def ticks_diff(later, earlier):
    return (later - earlier + _HALF) % _PERIOD - _HALF


def sleep_us(us):
    board.spend(us)


def sleep_ms(ms):
    board.spend(ms * 1000)


def sleep(s):
    board.spend(int(s * 1000000))


def time():
    return board.now_us // 1000000
