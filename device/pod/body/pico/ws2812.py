"""The PIO program of the ring: one bit of a WS2812B in 32 ticks of 40 ns.

Within both data sheets, Worldsemi WS2812B and WS2812B-V5: high 0.32 us for a zero and 0.68 us for
a one, low 0.96 and 0.60 us. 25 MHz divides 125, 150 and 200 MHz without a fraction.
"""

# ruff: noqa: F821 (the names are the PIO assembler's own)
# mypy: ignore-errors
import rp2

TICK_HZ = 25_000_000
BIT_TICKS = 32


@rp2.asm_pio(
    sideset_init=rp2.PIO.OUT_LOW,
    out_shiftdir=rp2.PIO.SHIFT_LEFT,
    fifo_join=rp2.PIO.JOIN_TX,
    autopull=True,
    pull_thresh=24,
)
def ws2812():
    wrap_target()
    label("bit")
    out(x, 1).side(0)[14]  # waits here, low, for the next word
    jmp(not_x, "zero").side(1)[7]
    jmp("bit").side(1)[8]
    label("zero")
    nop().side(0)[8]
    wrap()
