"""`rp2` of the simulated Pico W: an assembler for the instructions that the pod uses, state
machines and DMA. Encodings: RP2040 data sheet, 3.4.
"""

from simboard import board


class PIO:
    OUT_LOW = 2
    SHIFT_LEFT, SHIFT_RIGHT = 0, 1
    JOIN_NONE, JOIN_TX = 0, 1


class Program:
    """`words`: 16-bit instructions; the rest is what the state machine is set up with."""

    def __init__(self, words, wrap_target, wrap, **options):
        self.words = words
        self.wrap_target = wrap_target
        self.wrap = wrap
        self.options = options


class _Line:
    def __init__(self, word, label=None):
        self.word, self.label, self.delay, self.level = word, label, 0, None

    def side(self, level):
        self.level = level
        return self

    def __getitem__(self, delay):
        assert 0 <= delay <= 15, "one bit of side-set leaves four for the delay"
        self.delay = delay
        return self


def asm_pio(**options):
    def assemble(function):
        lines, labels, marks = [], {}, {}

        def emit(word, label=None):
            lines.append(_Line(word, label))
            return lines[-1]

        def jmp(condition, label=None):
            if label is None:
                condition, label = 0, condition
            return emit(condition << 5, label)

        names = {
            "wrap_target": lambda: marks.__setitem__("target", len(lines)),
            "wrap": lambda: marks.__setitem__("wrap", len(lines) - 1),
            "label": lambda name: labels.__setitem__(name, len(lines)),
            "out": lambda to, count: emit(0x6000 | to << 5 | count & 31),
            "jmp": jmp,
            "nop": lambda: emit(0xA042),
            "x": 1,
            "not_x": 1,
        }
        space = function.__globals__
        kept = {name: space[name] for name in names if name in space}
        space.update(names)
        try:
            function()
        finally:
            for name in names:
                del space[name]
            space.update(kept)
        words = []
        for line in lines:
            assert line.level is not None, "each instruction sets the side pin, or none does"
            target = labels[line.label] if line.label is not None else 0
            words.append(line.word | target | line.level << 12 | line.delay << 8)
        return Program(words, marks["target"], marks["wrap"], **options)

    return assemble


class StateMachine:
    def __init__(self, id, program, freq, sideset_base):
        assert 0 <= id < 8
        self.id, self.program, self.freq = id, program, freq
        self.pin = sideset_base.number
        self.running = False
        board.state_machine = self

    def active(self, on):
        self.running = bool(on)


_FIFO = 8  # words, joined for TX
_BIT_NS = 1280


class DMA:
    """One channel from memory to the state machine's FIFO, at the pace of its bits."""

    def __init__(self):
        self.read = self.write = None
        self.count = 0
        self._until_us = 0

    def pack_ctrl(self, size=2, inc_read=True, inc_write=True, treq_sel=0x3F):
        assert size == 2 and inc_read
        return (inc_write, treq_sel)

    def config(self, read, write, count, ctrl, trigger=False):
        assert ctrl == (False, write.id), "paced by the state machine that it feeds"
        self.read, self.write, self.count = read, write, count

    def active(self, on=None):
        if on:
            assert not self.active(), "started while it is busy"
            self._start()
        return board.now_us < self._until_us

    def _start(self):
        assert self.write.running
        words = list(self.read)
        shown = bytearray()
        for word in words:
            shown.extend(bytes(((word >> 16) & 255, (word >> 24) & 255, (word >> 8) & 255)))
        board.frames.append((board.now_us, bytes(shown)))
        self._until_us = board.now_us + (self.count - _FIFO) * 24 * _BIT_NS // 1000
        buffer = self.read

        def ended():
            if list(buffer) != words:
                board.torn += 1

        board.at(self._until_us, ended)
