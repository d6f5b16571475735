"""The dead-man sheet: edges, timer, latch, and what the rail waits for. Shared by both bodies."""

from .sheet import Project, Sheet

EDGES_WHY = """U201A is late by 1 ms, so HEARTBEAT and its late opposite agree for 1 ms
after each edge, up or down. A line that stands still makes none."""
TIMER_WHY = """C202 charges to 0.63 of 3.3 V in 438 ms; each edge empties it.
RAIL_ENABLE driven low keeps it empty: it cannot trip.
A controller in reset drives nothing: R208 holds the line high,
the heart stops, and the time runs out."""
LATCH_WHY = """The press is an edge: a button that sticks sets nothing.
CLEAR_N wins: switch out, time out, supply below 3 V, power-up.
RAIL_ENABLE is not among them: rest keeps a set latch."""
LOGIC_WHY = """On: latched and enabled.
Either missing: the load switch is off
and the bleed is on."""


def draw(projects: tuple[Project, ...]) -> Sheet:
    s = Sheet("deadman", "Dead-man's cut and latch", projects)
    _edges(s)
    _timer(s)
    _latch(s)
    _logic(s)
    return s


def _edges(s: Sheet) -> None:
    s.box("1  Edges of the heartbeat", 9, 9, 112, 64)
    s.port("HEARTBEAT", (23, 24), "input", "left")
    xor = s.part("U202", (92, 26), ref_at=(0, -5), value_at=(0, 5))
    s.wire((23, 24), xor.pin(1))
    s.part("TP201", (27, 24))
    s.part("R202", (36, 31))
    s.wire((36, 24), (36, 28))
    s.wire((36, 34), (36, 36))
    s.power("GND", (36, 36))
    s.part("R203", (51, 42), angle=90)
    s.wire((46, 24), (46, 42), (48, 42))
    s.part("C201", (57, 48))
    s.wire((54, 42), (61, 42))
    s.wire((57, 42), (57, 45))
    s.wire((57, 51), (57, 53))
    s.power("GND", (57, 53))
    late = s.part("U201", (70, 42), ref_at=(0, -5), value_at=(0, 5))
    s.wire((61, 42), (61, 40), late.pin(1))
    s.wire((61, 42), (61, 44), late.pin(2))
    s.wire(late.pin(3), (80, 42), (80, 28), xor.pin(2))
    s.wire(xor.pin(3), (106, 26))
    s.label("QUIET", (106, 26), 180)
    s.note(EDGES_WHY, (13, 58))


def _timer(s: Sheet) -> None:
    s.box("2  Timer: 438 ms without an edge", 116, 9, 224, 74)
    s.port("RAIL_ENABLE", (131, 28), "input", "left")
    s.part("R208", (136, 22))
    s.power("+3V3", (136, 18))
    s.wire((136, 18), (136, 19))
    nand = s.part("U201", (147, 30), unit=2, ref_at=(0, -5), value_at=(0, 5))
    s.wire((131, 28), nand.pin(4))
    s.wire((136, 25), (136, 28))
    s.label("QUIET", (131, 32))
    s.wire((131, 32), nand.pin(5))
    s.part("R204", (158, 30), angle=90)
    s.wire(nand.pin(6), (155, 30))
    q201 = s.part("Q201", (167, 30), ref_at=(3.2, 1.2), value_at=(3.2, 3))
    s.wire((161, 30), q201.pin(2))
    s.wire(q201.pin(3), (169, 37))
    s.power("GND", (169, 37))
    s.part("R205", (169, 20))
    s.power("+3V3", (169, 16))
    s.wire((169, 16), (169, 17))
    s.wire((169, 23), q201.pin(1))
    cmp = s.part("U203", (206, 26), mirror="x", ref_at=(1, -5), value_at=(2, 5))
    s.wire((169, 24), cmp.pin(2))
    s.label("RAMP", (174, 24))
    s.part("C202", (182, 30))
    s.wire((182, 24), (182, 27))
    s.wire((182, 33), (182, 37))
    s.power("GND", (182, 37))
    s.power("+3V3", (188, 40))
    s.part("R206", (188, 44))
    s.wire((188, 40), (188, 41))
    s.part("R207", (188, 54))
    s.wire((188, 47), (188, 51))
    s.wire((188, 57), (188, 59))
    s.power("GND", (188, 59))
    s.wire((188, 49), (206, 49), (206, 51))
    s.wire((198, 49), (198, 28), cmp.pin(3))
    s.part("C203", (206, 54))
    s.wire((206, 57), (206, 59))
    s.power("GND", (206, 59))
    s.wire(cmp.pin(1), (220, 26))
    s.label("CLEAR_N", (220, 26), 180)
    s.note(TIMER_WHY, (118, 62))


def _latch(s: Sheet) -> None:
    s.box("3  Latch: set by a press, cleared by everything else", 9, 68, 112, 140)
    s.port("SWITCH_SENSE", (26, 79), "input", "left")
    s.part("R209", (31, 79), angle=90)
    s.wire((26, 79), (28, 79))
    s.wire((34, 79), (76, 79))
    s.label("CLEAR_N", (76, 79), 180)
    sup = s.part("U204", (40, 95), ref_at=(-11, -3), value_at=(-16, 3), justify="left")
    s.power("+3V3", (40, 86))
    s.wire((40, 86), sup.pin(2))
    s.wire(sup.pin(3), (40, 104))
    s.power("GND", (40, 104))
    s.wire(sup.pin(1), (50, 95), (50, 79))
    s.part("TP202", (54, 79))
    ff = s.part("U205", (82, 97), ref_at=(4, -6), value_at=(4, 6), justify="left")
    s.power("+3V3", (70, 94))
    s.wire((70, 94), (70, 95), ff.pin(2))
    s.power("+3V3", (82, 89))
    s.wire((82, 89), ff.pin(4))
    s.wire(ff.pin(1), (82, 107), (90, 107))
    s.label("CLEAR_N", (90, 107), 180)
    s.wire(ff.pin(5), (110, 95))
    s.label("LATCHED", (110, 95), 180)
    s.part("TP203", (91, 95))
    s.unused(ff.pin(6))
    _button(s, ff.pin(3))
    s.note(LATCH_WHY, (13, 131))


def _button(s: Sheet, clock: tuple[int, int]) -> None:
    s.part("SW201", (20, 119), ref_at=(0, -4), value_at=(0, 2))
    s.wire((16, 119), (14, 119), (14, 122))
    s.power("GND", (14, 122))
    s.part("R212", (30, 119), angle=90)
    s.wire((24, 119), (27, 119))
    s.wire((33, 119), (45, 119))
    s.part("R210", (38, 114))
    s.power("+3V3", (38, 110))
    s.wire((38, 110), (38, 111))
    s.wire((38, 117), (38, 119))
    s.wire((38, 119), (38, 126), (42, 126))
    s.port("BUTTON", (42, 126), "output", "right")
    s.part("R211", (48, 119), angle=90)
    s.part("C204", (55, 124))
    s.wire((51, 119), (59, 119))
    s.wire((55, 119), (55, 121))
    s.wire((55, 127), (55, 128))
    s.power("GND", (55, 128))
    gate = s.part("U201", (70, 119), unit=3, ref_at=(0, -5), value_at=(0, 5))
    s.wire((59, 119), (59, 117), gate.pin(9))
    s.wire((59, 119), (59, 121), gate.pin(10))
    s.wire(gate.pin(8), (80, 119), (80, 113), (72, 113), (72, 97), clock)
    s.label("PRESSED", (73, 113))


def _logic(s: Sheet) -> None:
    s.box("4  On when latched and enabled", 116, 78, 224, 126)
    nand = s.part("U201", (144, 96), unit=4, ref_at=(0, -5), value_at=(0, 5))
    s.label("LATCHED", (128, 94))
    s.wire((128, 94), nand.pin(12))
    s.label("RAIL_ENABLE", (126, 98))
    s.wire((126, 98), nand.pin(13))
    s.wire(nand.pin(11), (196, 96))
    s.port("RAIL_OFF", (196, 96), "output", "right")
    xor = s.part("U202", (174, 108), unit=2, ref_at=(0, -5), value_at=(0, 5))
    s.wire((158, 96), (158, 106), xor.pin(4))
    s.power("+3V3", (152, 108))
    s.wire((152, 108), (152, 110), xor.pin(5))
    s.wire(xor.pin(6), (196, 108))
    s.part("TP204", (186, 108))
    s.port("RAIL_ON", (196, 108), "output", "right")
    s.note(LOGIC_WHY, (118, 114))
