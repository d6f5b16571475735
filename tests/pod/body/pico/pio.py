"""A PIO state machine, cycle by cycle, for the instructions that the pod uses.

RP2040 data sheet: 3.4 (instructions), 3.5.1 (side-set), 3.5.4 (autopull), 3.2.1 (delay). It takes
16-bit words, as the hardware does, and refuses what it does not know.
"""

OUT, JMP, MOV = 0x6000, 0x0000, 0xA000
X = 1
NOT_X = 1


class StateMachine:
    """`program`: words, wrap and options as the fake `rp2` assembles them. `cycle` gives the
    side-set pin's level in one tick of the state machine's clock."""

    def __init__(self, program, fifo=()):
        assert program.options["autopull"] and program.options["out_shiftdir"] == 0  # left
        self._words = program.words
        self._wrap, self._target = program.wrap, program.wrap_target
        self._threshold = program.options["pull_thresh"]
        self.fifo = list(fifo)
        self._pc = 0
        self._delay = 0
        self._osr, self._shifted = 0, 32  # empty after a reset
        self._x = 0
        self.stalled = False

    def cycle(self):
        if self._delay:
            self._delay -= 1
            self._refill()
            return self._level
        word = self._words[self._pc]
        self._level = word >> 12 & 1  # also while it waits [3.5.1]
        self.stalled = not self._execute(word)
        if not self.stalled:
            self._delay = word >> 8 & 15
        return self._level

    def _execute(self, word):
        kind = word & 0xE000
        if kind == OUT:
            return self._out(word >> 5 & 7, word & 31 or 32)
        self._refill()
        if kind == JMP:
            condition = word >> 5 & 7
            assert condition in (0, NOT_X)
            taken = condition == 0 or self._x == 0
            self._pc = word & 31 if taken else self._after()
            return True
        assert word & 0xE0FF == MOV | 0x42, f"{word:#06x} is not known here"  # mov y, y
        self._pc = self._after()
        return True

    def _out(self, to, count):
        assert to == X
        if self._shifted >= self._threshold:
            self._refill()  # takes this cycle: it executes in the next
            return False
        self._x = self._osr >> 32 - count
        self._osr = self._osr << count & 0xFFFFFFFF
        self._shifted += count
        self._pc = self._after()
        return True

    def _refill(self):
        if self._shifted >= self._threshold and self.fifo:
            self._osr, self._shifted = self.fifo.pop(0), 0

    def _after(self):
        return self._target if self._pc == self._wrap else self._pc + 1
