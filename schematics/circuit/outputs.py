"""The outputs sheet: level shifter and ring, amplifier and speaker. Shared by both bodies."""

from .sheet import Project, Sheet

RING_WHY = """U301 hangs on the rail that it feeds: with the rail off it holds no LED up through its
data pin. 3.3 V of the controller are too low for a WS2812B at 5 V; AHCT inputs take them.
R301 keeps a controller that still drives the line from feeding the rail."""
AMP_WHY = """R307 from GAIN to VIN: 3 dB, the lowest there is. R309: off until the firmware asks.
R304 to R306 and R308: a controller stuck high feeds at most 15 mA into a dead rail, and R105
or Q103 carry them off."""
SPEAKER_WHY = """R310 to R312 bound the sound in hardware: a full-scale tone of 1.8 V
becomes 0.03 V at 4 ohm, and 0.06 V at most however high the speaker's
impedance rises at its resonance. R310 alone would add 13 dB and more there.
Two side by side: a bad joint costs 6 dB, not 20."""


def draw(projects: tuple[Project, ...]) -> Sheet:
    s = Sheet("outputs", "Ring and sound", projects)
    _ring(s)
    _spares(s)
    _amplifier(s)
    _speaker(s)
    return s


def _ring(s: Sheet) -> None:
    s.box("1  Level shifter and ring", 9, 9, 132, 60)
    s.port("LED_DATA", (24, 26), "input", "left")
    s.part("R301", (31, 26), angle=90)
    s.wire((24, 26), (28, 26))
    gate = s.part("U301", (56, 26), ref_at=(1, -4), value_at=(7, 4))
    s.wire((34, 26), gate.pin(2))
    s.part("R303", (41, 33))
    s.wire((41, 26), (41, 30))
    s.wire((41, 36), (41, 38))
    s.power("GND", (41, 38))
    s.wire(gate.pin(1), (56, 38))
    s.power("GND", (56, 38))
    s.part("R302", (74, 26), angle=90)
    s.wire(gate.pin(3), (71, 26))
    ring = s.part("J301", (108, 26), ref_at=(2, -1), value_at=(2, 1), justify="left")
    s.wire((77, 26), ring.pin(2))
    s.part("TP301", (84, 26))
    s.power("+5V_SW", (98, 22))
    s.wire((98, 22), (98, 24), ring.pin(1))
    s.wire(ring.pin(3), (100, 28), (100, 38))
    s.power("GND", (100, 38))
    s.note(RING_WHY, (13, 48))


def _spares(s: Sheet) -> None:
    s.box("2  U301: supply and spare gates", 136, 9, 224, 60)
    unit = s.part("U301", (146, 36), unit=5, ref_at=(5, -1), value_at=(5, 1), justify="left")
    s.power("+5V_SW", (146, 22))
    s.wire((146, 22), unit.pin(14))
    s.wire(unit.pin(7), (146, 48))
    s.power("GND", (146, 48))
    s.part("C301", (166, 36))
    s.wire((146, 24), (166, 24), (166, 33))
    s.wire((166, 39), (166, 46), (146, 46))
    for number, (x, y, pin, oe, out) in enumerate(
        ((190, 18, 5, 4, 6), (190, 33, 9, 10, 8), (190, 48, 12, 13, 11)), start=2
    ):
        gate = s.part("U301", (x, y), unit=number, ref_at=(6, -3), value_at=(7, 4), show="ref")
        s.wire(gate.pin(pin), (x - 10, y), (x - 10, y + 6), (x, y + 6))
        s.wire(gate.pin(oe), (x, y + 6))
        s.power("GND", (x, y + 6))
        s.unused(gate.pin(out))


def _amplifier(s: Sheet) -> None:
    s.box("3  Amplifier at 3 dB", 9, 64, 116, 124)
    for net, ref, y in (
        ("I2S_LRCLK", "R304", 74),
        ("I2S_BCLK", "R305", 80),
        ("I2S_DIN", "R306", 86),
    ):
        s.port(net, (24, y), "input", "left")
        s.part(ref, (31, y), angle=90, value_at=(6, -1.2), ref_at=(-1, -2))
        s.wire((24, y), (28, y))
    amp = s.part("J302", (94, 88), ref_at=(2, -1), value_at=(2, 1), justify="left")
    s.wire((34, 74), (74, 74), (74, 82), amp.pin(1))
    s.wire((34, 80), (70, 80), (70, 84), amp.pin(2))
    s.wire((34, 86), amp.pin(3))
    s.wire(amp.pin(4), (60, 88), (60, 91))
    s.label("AMP_GAIN", (62, 88))
    s.part("R307", (60, 94))
    s.wire((60, 97), (60, 99), (54, 99), (54, 92))
    s.power("+5V_SW", (54, 92))
    s.port("AMP_ENABLE", (24, 104), "input", "left")
    s.part("R308", (31, 104), angle=90, value_at=(6, -1.2), ref_at=(-1, -2))
    s.wire((24, 104), (28, 104))
    s.wire((34, 104), (76, 104), (76, 90), amp.pin(5))
    s.part("R309", (46, 109))
    s.wire((46, 104), (46, 106))
    s.wire((46, 112), (46, 113))
    s.power("GND", (46, 113))
    s.wire(amp.pin(6), (80, 92), (80, 108))
    s.power("GND", (80, 108))
    s.wire(amp.pin(7), (86, 94), (86, 101), (104, 101), (104, 104))
    s.power("+5V_SW", (96, 101))
    s.part("C302", (104, 107))
    s.wire((104, 110), (104, 112))
    s.power("GND", (104, 112))
    s.note(AMP_WHY, (13, 117.5))


def _speaker(s: Sheet) -> None:
    s.box("4  Speaker, bounded", 120, 64, 224, 124)
    amp = s.part("J303", (132, 82), mirror="y", ref_at=(-2, -4), value_at=(-2, 6))
    s.wire(amp.pin(1), (153, 82))
    s.part("TP302", (144, 82))
    s.part("R310", (156, 82), angle=90)
    speaker = s.part("J304", (198, 82), ref_at=(2, 0), value_at=(2, 2), justify="left")
    s.wire((159, 82), speaker.pin(1))
    s.label("SPEAKER", (184, 82))
    for ref, x in (("R311", 168), ("R312", 178)):
        s.part(ref, (x, 88))
        s.wire((x, 82), (x, 85))
        s.wire((x, 91), (x, 94))
    s.wire(amp.pin(2), (140, 84), (140, 94), (188, 94), (188, 84), speaker.pin(2))
    s.label("SPEAKER_RETURN", (144, 94))
    s.note(SPEAKER_WHY, (122, 104))
