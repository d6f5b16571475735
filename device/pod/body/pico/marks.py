"""What a reset leaves behind: why it came, and how many starts in a row went wrong.

Kept in the watchdog's first scratch register, which a reset by the watchdog keeps and a loss of
power clears, so counting wears no flash (RP2040 data sheet, 4.7; RP2350, 12.9). MicroPython's
`machine.reset` goes by the watchdog too: a reset that was meant is marked.
"""

import sys

import machine

from pod.io import RESET_BROWNOUT, RESET_POWER, RESET_SOFT, RESET_WATCHDOG

from ...compat import const

_RP2350 = "RP2350" in getattr(sys.implementation, "_machine", "")
_WATCHDOG = 0x400D8000 if _RP2350 else 0x40058000
_REASON, _TIMED_OUT = _WATCHDOG + 0x08, 1  # of the last reset by it
_SCRATCH = _WATCHDOG + 0x0C
_CLEAR = _WATCHDOG + 0x3000  # writing here clears bits of CTRL
_ENABLE = 1 << 30
# RP2350, POWMAN CHIP_RESET: HAD_BOR. An RP2040 has one bit for power-on and brown-out.
_CHIP_RESET, _BROWNOUT = 0x4010002C, 1 << 17
_MAGIC = const(0x2A5A0000)
_MEANT = const(0x100)
_COUNT = const(0xFF)


def begin():
    """(cause of this start, starts before it that went wrong). This one counts as wrong until
    `good`."""
    word = machine.mem32[_SCRATCH]
    if machine.reset_cause() != machine.WDT_RESET:
        brownout = _RP2350 and machine.mem32[_CHIP_RESET] & _BROWNOUT
        cause, wrong = RESET_BROWNOUT if brownout else RESET_POWER, 0
    else:
        wrong = word & _COUNT
        cause = RESET_SOFT if word & _MEANT else RESET_WATCHDOG
        if word & ~(_MEANT | _COUNT) != _MAGIC:
            wrong = 0
            # No pod ran before, and nothing timed out: the board has just been flashed.
            cause = RESET_WATCHDOG if machine.mem32[_REASON] & _TIMED_OUT else RESET_POWER
    machine.mem32[_SCRATCH] = _MAGIC | min(wrong + 1, _COUNT)
    return cause, wrong


def good():
    machine.mem32[_SCRATCH] = _MAGIC


def restart():
    """A reset that is meant."""
    machine.mem32[_SCRATCH] = _MAGIC | _MEANT
    machine.reset()


def disarm():
    """Ends the watchdog, for whoever works at the USB console, and takes their next reset for one
    that is meant. The dead-man needs no program."""
    machine.mem32[_SCRATCH] = _MAGIC | _MEANT
    machine.mem32[_CLEAR] = _ENABLE
