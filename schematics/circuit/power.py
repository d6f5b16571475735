"""The power sheet: input, load switch, unplug switch, bleed. Shared by both bodies."""

from .sheet import Project, Sheet

INPUT_WHY = """F101 holds 0.5 A and trips at 1 A. D101 takes surges and static;
reversed it conducts, and F101 trips.
D102: nothing flows back into the supply, and nothing at all reversed.
Only 100 nF stand here: what plugs in fast is what sparks."""
SWITCH_WHY = """Turned on through R101 the rail takes 4 ms to rise (C103): 0.2 A into C105.
Turned off through D103 it is off in 2 ms.
C102, ten times C103, keeps the gate at its source when 5 V jumps up."""
SENSE_WHY = """In: 3.0 V. Out, or a broken wire: 0 V, which reads unplugged
and clears the latch by itself."""
UNPLUG_WHY = """SW101 is drawn out. Nothing but its contact joins +5V to +5V_SW.
Out: R105 bleeds the rail, 100 uF below 1 V in 8 ms.
In and cut: Q103 bleeds it the same way.
C105 stays 100 uF: with 1000 uF a cut would come too late."""


def draw(projects: tuple[Project, ...]) -> Sheet:
    s = Sheet("power", "Power, load switch, unplug switch", projects)
    _input(s)
    _load_switch(s)
    _sense(s)
    _unplug(s)
    return s


def _input(s: Sheet) -> None:
    s.box("1  Input: fuse, surge, reverse, back-feed", 9, 9, 104, 56)
    s.port("5V_IN", (20, 26), "input", "left")
    s.part("F101", (28, 26), angle=90)
    s.wire((20, 26), (25, 26))
    s.wire((31, 26), (47, 26))
    d101 = s.part("D101", (38, 33), angle=270)
    s.wire((38, 26), d101.pin(1))
    s.power("GND", (38, 38))
    s.wire(d101.pin(2), (38, 38))
    s.part("D102", (50, 26), angle=180)
    s.wire((53, 26), (92, 26))
    s.part("C101", (62, 33))
    s.wire((62, 26), (62, 30))
    s.wire((62, 36), (62, 38))
    s.power("GND", (62, 38))
    s.part("TP101", (74, 26))
    s.power("+5V", (84, 26))
    s.power("PWR_FLAG", (92, 26))
    s.note(INPUT_WHY, (13, 45))


def _load_switch(s: Sheet) -> None:
    s.box("2  Load switch: slow on, fast off", 108, 9, 224, 66)
    s.port("RAIL_ON", (120, 38), "input", "left")
    s.part("R103", (125, 38), angle=90)
    s.wire((120, 38), (122, 38))
    q102 = s.part("Q102", (136, 38))
    s.wire((128, 38), q102.pin(2))
    s.part("R104", (130, 44))
    s.wire((130, 38), (130, 41))
    s.power("GND", (130, 48))
    s.wire((130, 47), (130, 48))
    s.wire(q102.pin(3), (138, 48))
    s.power("GND", (138, 48))
    s.part("R102", (138, 23))
    s.wire((138, 20), (138, 18), (170, 18))
    s.wire((138, 26), q102.pin(1))
    s.wire((138, 30), (145, 30))
    s.label("GATE_DRV", (138, 30))
    s.part("R101", (150, 30), angle=90, ref_at=(0, -4), value_at=(0, -2))
    s.part("D103", (150, 37), angle=180)
    s.wire((145, 30), (147, 30), (147, 37))
    s.wire((153, 30), (153, 37))
    q101 = s.part("Q101", (168, 30), mirror="x")
    s.wire((153, 30), q101.pin(1))
    s.part("C102", (159, 24))
    s.wire((159, 18), (159, 21))
    s.wire((159, 27), (159, 30))
    s.wire((159, 30), (159, 33))
    s.part("C103", (159, 36))
    s.wire((159, 39), (159, 42), (170, 42))
    s.wire((170, 18), q101.pin(3))
    s.power("+5V", (170, 18))
    s.wire(q101.pin(2), (170, 42), (206, 42))
    s.part("TP102", (188, 42))
    s.label("RAIL_FET", (206, 42), 180)
    s.note(SWITCH_WHY, (144, 53))


def _sense(s: Sheet) -> None:
    s.box("3  Sense: the switch's second pole", 9, 60, 104, 100)
    s.power("+3V3", (18, 74))
    s.part("R106", (25, 76), angle=90)
    s.wire((18, 74), (18, 76), (22, 76))
    sw = s.part("SW101", (42, 78), unit=2, mirror="y", ref_at=(0, -5), value_at=(0, 5))
    s.wire((28, 76), sw.pin(4))
    s.wire(sw.pin(6), (32, 80), (32, 84))
    s.power("GND", (32, 84))
    s.wire(sw.pin(5), (80, 78))
    s.part("R107", (54, 85))
    s.wire((54, 78), (54, 82))
    s.part("C104", (66, 85))
    s.wire((66, 78), (66, 82))
    for x in (54, 66):
        s.wire((x, 88), (x, 90))
        s.power("GND", (x, 90))
    s.port("SWITCH_SENSE", (80, 78), "output", "right")
    s.note(SENSE_WHY, (13, 95))


def _unplug(s: Sheet) -> None:
    s.box("4  Unplug switch, rail, bleed", 108, 70, 224, 128)
    sw = s.part("SW101", (136, 86), mirror="y", ref_at=(0, -5), value_at=(0, 5))
    s.label("RAIL_FET", (116, 84))
    s.wire((116, 84), sw.pin(1))
    s.wire(sw.pin(3), (122, 88), (122, 92))
    s.part("R105", (122, 95))
    s.wire((122, 98), (122, 100))
    s.power("GND", (122, 100))
    s.wire(sw.pin(2), (204, 86))
    s.power("+5V_SW", (146, 86))
    s.part("TP103", (154, 86))
    s.power("PWR_FLAG", (166, 86))
    for x, ref in ((146, "C105"), (158, "C106")):
        s.part(ref, (x, 93))
        s.wire((x, 86), (x, 90))
        s.wire((x, 96), (x, 98))
        s.power("GND", (x, 98))
    s.part("R108", (178, 93))
    s.wire((178, 86), (178, 90))
    q103 = s.part("Q103", (176, 104))
    s.wire((178, 96), q103.pin(1))
    s.wire(q103.pin(3), (178, 110))
    s.power("GND", (178, 110))
    s.part("R109", (164, 104), angle=90)
    s.wire((167, 104), q103.pin(2))
    s.port("RAIL_OFF", (158, 104), "input", "left")
    s.wire((158, 104), (161, 104))
    s.part("R111", (204, 93))
    s.wire((204, 86), (204, 90))
    s.part("R112", (204, 103))
    s.wire((204, 96), (204, 100))
    s.wire((204, 98), (210, 98))
    s.port("RAIL_SENSE", (210, 98), "output", "right")
    s.wire((204, 106), (204, 108))
    s.power("GND", (204, 108))
    s.part("TP104", (134, 106))
    s.wire((134, 106), (134, 108))
    s.power("GND", (134, 108))
    s.note(UNPLUG_WHY, (110, 115))
