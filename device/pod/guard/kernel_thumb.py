"""The loops of `kernel` for a Pico, in ARMv6-M's instructions; a test holds the two equal.

Each function says what its registers hold; r12 and r14 are free as r0 to r7 are. `copy` and `clear`
move words: an array begins at a whole one.
"""

# mypy: ignore-errors
import micropython


@micropython.asm_thumb
def isqrt(r0):
    # r0 what is left of n, r1 root, r2 bit, r3 scratch
    mov(r1, 0)
    mov(r2, 1)
    lsl(r2, r2, 28)
    label(BIT)
    add(r3, r1, r2)
    lsr(r1, r1, 1)
    cmp(r0, r3)
    blt(NEXT)
    sub(r0, r0, r3)
    add(r1, r1, r2)
    label(NEXT)
    lsr(r2, r2, 2)
    bne(BIT)
    mov(r0, r1)


@micropython.asm_thumb
def measure(r0, r1, r2, r3):
    # r0 block, r1 shift, r2 cap, r3 result, r4 total, r5 eight squares, r6 peak, r7 sample
    # r12 end of eight samples, r14 end
    mov(r4, 0)
    mov(r6, 0)
    mov(r7, 5)
    lsl(r7, r7, 7)
    add(r7, r7, r0)
    mov(r14, r7)
    label(EIGHT)
    mov(r5, 0)
    mov(r7, r0)
    add(r7, 16)
    mov(r12, r7)
    label(SAMPLE)
    ldrh(r7, [r0, 0])
    lsl(r7, r7, 16)
    asr(r7, r7, 16)
    bpl(POSITIVE)
    neg(r7, r7)
    label(POSITIVE)
    cmp(r7, r6)
    ble(NO_PEAK)
    mov(r6, r7)
    label(NO_PEAK)
    cmp(r7, r2)
    ble(BELOW)
    mov(r7, r2)
    label(BELOW)
    mul(r7, r7)
    add(r5, r5, r7)
    add(r0, 2)
    mov(r7, r12)
    cmp(r0, r7)
    bne(SAMPLE)
    lsr(r5, r1)
    add(r4, r4, r5)
    mov(r7, r14)
    cmp(r0, r7)
    bne(EIGHT)
    str(r6, [r3, 4])
    # The nearest root is the largest m with 320 (2m - 1)^2 <= 4 * sum of squares. Without a
    # division, and within 32 bits: 5 (2m - 1)^2 <= sum / 16, which r4 becomes.
    cmp(r1, 2)
    beq(FINE)
    lsl(r4, r4, 2)
    b(ROOT)
    label(FINE)
    lsr(r4, r4, 2)
    label(ROOT)
    mov(r0, 0)  # m
    mov(r1, 1)  # its next bit
    lsl(r1, r1, 13)
    label(BIT)
    add(r2, r0, r1)
    lsl(r5, r2, 1)
    sub(r5, 1)
    mul(r5, r5)
    lsl(r7, r5, 2)
    add(r5, r5, r7)
    cmp(r5, r4)
    bhi(TOO_LARGE)
    mov(r0, r2)
    label(TOO_LARGE)
    lsr(r1, r1, 1)
    bne(BIT)
    cmp(r0, 0)
    bne(KEEP)
    cmp(r6, 0)
    beq(KEEP)
    mov(r0, 1)
    label(KEEP)
    str(r0, [r3, 0])


@micropython.asm_thumb
def ramp(r0, r1, r2):
    # r0 block, r1 out, r2 gains, then end; r3 gain, r4 step, r5 cap, r6 sample, r7 scratch
    ldr(r3, [r2, 0])
    ldr(r4, [r2, 4])
    ldr(r5, [r2, 8])
    mov(r2, 5)
    lsl(r2, r2, 7)
    add(r2, r2, r0)
    label(SAMPLE)
    add(r3, r3, r4)
    ldrh(r6, [r0, 0])
    lsl(r6, r6, 16)
    asr(r6, r6, 16)
    asr(r7, r3, 8)
    mul(r6, r7)
    asr(r6, r6, 15)
    cmp(r6, r5)
    ble(LOW_ENOUGH)
    mov(r6, r5)
    label(LOW_ENOUGH)
    neg(r7, r5)
    cmp(r6, r7)
    bge(HIGH_ENOUGH)
    mov(r6, r7)
    label(HIGH_ENOUGH)
    strh(r6, [r1, 0])
    add(r0, 2)
    add(r1, 2)
    cmp(r0, r2)
    bne(SAMPLE)


@micropython.asm_thumb
def replay(r0, r1, r2, r3):
    # r0 last, r1 out, r2 gain, r3 cap, r4 quotient, r5 scratch, r6 dividend, r7 its sign
    # r12 end, r14 2 or -2: to or fro
    mov(r7, 5)
    lsl(r7, r7, 7)
    mov(r4, 2)
    lsr(r5, r2, 1)  # an odd number of blocks left: fro
    bcc(FORWARDS)
    add(r0, r0, r7)
    sub(r0, 2)
    neg(r4, r4)
    label(FORWARDS)
    mov(r14, r4)
    add(r4, r1, r7)
    mov(r12, r4)
    lsr(r7, r7, 1)
    mul(r2, r7)
    label(SAMPLE)
    ldrh(r6, [r0, 0])
    lsl(r6, r6, 16)
    asr(r6, r6, 16)
    mul(r6, r2)
    # By 8000 (25 blocks of 320 samples), rounded down: a shift by 6, then by 125 as 16777 / 2**21,
    # which is at most 2 too small.
    asr(r7, r6, 31)
    eor(r6, r7)
    lsr(r6, r6, 6)
    lsr(r4, r6, 7)
    mov(r5, 65)
    lsl(r5, r5, 8)
    add(r5, 137)
    mul(r4, r5)
    lsr(r4, r4, 14)
    mov(r5, 125)
    mul(r5, r4)
    sub(r6, r6, r5)
    label(CORRECT)
    cmp(r6, 125)
    bcc(DIVIDED)
    sub(r6, 125)
    add(r4, 1)
    b(CORRECT)
    label(DIVIDED)
    eor(r4, r7)
    cmp(r4, r3)
    ble(LOW_ENOUGH)
    mov(r4, r3)
    label(LOW_ENOUGH)
    neg(r5, r3)
    cmp(r4, r5)
    bge(HIGH_ENOUGH)
    mov(r4, r5)
    label(HIGH_ENOUGH)
    strh(r4, [r1, 0])
    sub(r2, 1)
    mov(r5, r14)
    add(r0, r0, r5)
    add(r1, 2)
    mov(r5, r12)
    cmp(r1, r5)
    bne(SAMPLE)


@micropython.asm_thumb
def copy(r0, r1):
    mov(r2, 40)
    label(EIGHT)
    data(2, 0xC8F0)  # ldmia r0!, {r4, r5, r6, r7}: the assembler has no name for it
    data(2, 0xC1F0)  # stmia r1!, {r4, r5, r6, r7}
    sub(r2, 1)
    bne(EIGHT)


@micropython.asm_thumb
def clear(r0):
    mov(r2, 0)
    mov(r1, 160)
    label(TWO)
    data(2, 0xC004)  # stmia r0!, {r2}: a word, two samples
    sub(r1, 1)
    bne(TWO)
