"""The senses sheet: sensors, case temperature, and the logic's supplies. Shared by both bodies."""

from .sheet import Project, Sheet

I2C_WHY = """One of J401 and J403 only: both sensors answer at 0x57. The child profile has no J403.
The lead comes off at a magnetic plug: F401 for its bare contacts, D401 and D402 for static.
MAX30102 boards that pull the bus up to 1.8 V need that resistor pair removed."""
HEAT_WHY = """HOT falls at 45 C, whatever the firmware does: a Raspberry Pi has no ADC, and half of
U203 is free. The Pico reads NTC too. A broken wire reads cold: the Pico sees that at
its ADC, a Raspberry Pi has the MAX30102's own thermometer for a second opinion."""


def draw(projects: tuple[Project, ...]) -> Sheet:
    s = Sheet("senses", "Senses, heat, supplies of the logic", projects)
    _i2c(s)
    _heat(s)
    _supplies(s)
    return s


def _i2c(s: Sheet) -> None:
    s.box("1  Sensors on I2C", 9, 9, 112, 88)
    for net, y in (("I2C_SCL", 22), ("I2C_SDA", 26)):
        s.port(net, (21, y), "bidirectional", "left")
        s.wire((21, y), (30, y))
        s.label(net, (30, y), 180)
    for ref, x in (("J401", 54), ("J402", 92)):
        plug = s.part(ref, (x, 24), ref_at=(2, -1), value_at=(2, 1), justify="left")
        s.power("+3V3", (x - 7, 19))
        s.wire((x - 7, 19), (x - 7, 22), plug.pin(1))
        for pin, net in ((2, "I2C_SCL"), (3, "I2C_SDA")):
            s.label(net, (x - 14, plug.pin(pin)[1]))
            s.wire((x - 14, plug.pin(pin)[1]), plug.pin(pin))
        s.wire(plug.pin(4), (x - 7, 28), (x - 7, 32))
        s.power("GND", (x - 7, 32))
    _lead(s)
    s.note(I2C_WHY, (13, 80))


def _lead(s: Sheet) -> None:
    plug = s.part("J403", (94, 48), ref_at=(2, -1), value_at=(2, 1), justify="left")
    s.power("+3V3", (20, 42))
    s.part("F401", (30, 46), angle=90)
    s.wire((20, 42), (20, 46), (27, 46))
    s.wire((33, 46), plug.pin(1))
    s.label("LEAD_3V3", (72, 46))
    for net, lead, y, ref, diode, x, turn in (
        ("I2C_SCL", "LEAD_SCL", 54, "R403", "D401", 60, 82),
        ("I2C_SDA", "LEAD_SDA", 66, "R404", "D402", 48, 86),
    ):
        s.label(net, (16, y))
        s.part(ref, (30, y), angle=90)
        s.wire((16, y), (27, y))
        pin = plug.pin(2 if net == "I2C_SCL" else 3)
        s.wire((33, y), (turn, y), (turn, pin[1]), pin)
        s.label(lead, (68, y))
        part = s.part(diode, (x, y + 5), angle=270)
        s.wire((x, y), part.pin(1))
        s.power("GND", (x, y + 9))
        s.wire(part.pin(2), (x, y + 9))
    s.wire(plug.pin(4), (88, 52), (88, 70))
    s.power("GND", (88, 70))


def _heat(s: Sheet) -> None:
    s.box("2  Case temperature: 45 C", 116, 9, 224, 88)
    s.part("R405", (128, 24))
    s.power("+3V3", (128, 20))
    s.wire((128, 20), (128, 21))
    s.part("TH401", (128, 38), ref_at=(3, -1), value_at=(3, 1))
    s.wire((128, 27), (128, 35))
    s.wire((128, 41), (128, 44))
    s.power("GND", (128, 44))
    cmp = s.part("U203", (182, 33), unit=2, ref_at=(1, -5), value_at=(2, 5))
    s.wire((128, 31), cmp.pin(5))
    s.part("C401", (144, 38))
    s.wire((144, 31), (144, 35))
    s.wire((144, 41), (144, 44))
    s.power("GND", (144, 44))
    s.wire((150, 31), (150, 24), (154, 24))
    s.port("NTC", (154, 24), "output", "right")
    s.power("+3V3", (158, 44))
    s.part("R406", (158, 49))
    s.wire((158, 44), (158, 46))
    s.part("R407", (158, 60))
    s.wire((158, 52), (158, 57))
    s.wire((158, 63), (158, 65))
    s.power("GND", (158, 65))
    s.wire((158, 55), (172, 55), (172, 57))
    s.part("C402", (172, 60))
    s.wire((172, 63), (172, 65))
    s.power("GND", (172, 65))
    s.wire((166, 55), (166, 35), cmp.pin(6))
    s.part("R409", (182, 22), angle=90)
    s.wire((172, 31), (172, 22), (179, 22))
    s.wire((185, 22), (192, 22), (192, 33))
    s.wire(cmp.pin(7), (208, 33))
    s.part("R408", (198, 26))
    s.power("+3V3", (198, 22))
    s.wire((198, 22), (198, 23))
    s.wire((198, 29), (198, 33))
    s.part("TP401", (204, 33))
    s.port("HOT", (208, 33), "output", "right")
    s.note(HEAT_WHY, (118, 76))


def _supplies(s: Sheet) -> None:
    s.box("3  Supplies and spare gates of the logic", 9, 92, 224, 128)
    for ref, unit, x, net, up, down, cap in (
        ("U201", 5, 20, "+3V3", 14, 7, "C206"),
        ("U202", 5, 50, "+3V3", 14, 7, "C207"),
        ("U205", 3, 80, "+3V3", 14, 7, "C208"),
        ("U203", 3, 110, "+5V", 8, 4, "C209"),
    ):
        chip = s.part(ref, (x, 111), unit=unit, ref_at=(5, -2), value_at=(5, 0), justify="left")
        (px, top), (_, low) = chip.pin(up), chip.pin(down)
        s.power(net, (px, 100))
        s.wire((px, 100), (px, top))
        s.wire((px, low), (px, 122))
        s.power("GND", (px, 122))
        s.part(cap, (x + 16, 113), ref_at=(1.4, -2), value_at=(1.4, 2))
        s.wire((px, 101), (x + 16, 101), (x + 16, 110))
        s.wire((x + 16, 116), (x + 16, 121), (px, 121))
    for unit, x, a, b, out in ((3, 146, 9, 10, 8), (4, 166, 12, 13, 11)):
        gate = s.part("U202", (x, 108), unit=unit, ref_at=(0, -5), show="ref")
        s.wire(gate.pin(a), (x - 8, 106), (x - 8, 114))
        s.wire(gate.pin(b), (x - 8, 110))
        s.power("GND", (x - 8, 114))
        s.unused(gate.pin(out))
    spare = s.part("U205", (192, 108), unit=2, ref_at=(4, -6), show="ref")
    s.power("+3V3", (192, 99))
    s.wire((192, 99), spare.pin(10))
    s.wire(spare.pin(12), (184, 106), (184, 120), (192, 120))
    s.wire(spare.pin(11), (184, 108))
    s.wire(spare.pin(13), (192, 120))
    s.power("GND", (192, 120))
    s.unused(spare.pin(9), spare.pin(8))
    s.part("TP205", (212, 112))
    s.power("+3V3", (208, 112))
    s.wire((208, 112), (212, 112))
