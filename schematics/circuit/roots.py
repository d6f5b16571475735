"""The two root sheets: a controller, its supply, and the four shared sheets."""

from pod import pins

from .sheet import Project, Sheet

PICO = Project("pod-pico")
HAT = Project("pod-hat")
PROJECTS = (PICO, HAT)

USB_WHY = """R501 and R502 ask the supply for 5 V.
A breakout that has them on board takes
the place of J501, R501 and R502."""
PICO_WHY = """D501: a computer at the Pico's own USB port powers
the Pico and never the rail. R503 keeps the Pico's
47 uF from sparking at plug-in: 1.6 A, not 5.8."""
CONTRACT = """What the circuit asks of the firmware (device/pod/pins.py)
HEARTBEAT: toggled by the main loop itself. Never PWM, PIO, a timer or a thread:
what toggles by itself outlives a hang.
RAIL_ENABLE: left alone for the first 600 ms after a reset, so that the dead-man
clears the latch; then driven low until the rail is wanted.
BUTTON and HOT are low when pressed and when hot."""
HAT_WHY = """The Pi has its own supply; the rail takes 5 V from its header,
through F101 and D102: nothing flows back. No ID EEPROM:
the settings stand in config.txt, as docs and README say.
I2C is pulled up on the Pi. Lights of the Pi to turn off: README."""

CHILDREN = (
    (
        "power",
        "Power, load switch, unplug switch",
        [
            ("5V_IN", "input", "left"),
            ("RAIL_ON", "input", "left"),
            ("RAIL_OFF", "input", "left"),
            ("SWITCH_SENSE", "output", "right"),
            ("RAIL_SENSE", "output", "right"),
        ],
    ),
    (
        "deadman",
        "Dead-man's cut and latch",
        [
            ("HEARTBEAT", "input", "left"),
            ("RAIL_ENABLE", "input", "left"),
            ("SWITCH_SENSE", "input", "left"),
            ("BUTTON", "output", "right"),
            ("RAIL_ON", "output", "right"),
            ("RAIL_OFF", "output", "right"),
        ],
    ),
    (
        "outputs",
        "Ring and sound",
        [
            ("LED_DATA", "input", "left"),
            ("I2S_LRCLK", "input", "left"),
            ("I2S_BCLK", "input", "left"),
            ("I2S_DIN", "input", "left"),
            ("AMP_ENABLE", "input", "left"),
        ],
    ),
    (
        "senses",
        "Senses, heat, supplies of the logic",
        [
            ("I2C_SCL", "bidirectional", "left"),
            ("I2C_SDA", "bidirectional", "left"),
            ("NTC", "output", "right"),
            ("HOT", "output", "right"),
        ],
    ),
)


def pico() -> Sheet:
    s = Sheet("pod-pico", "Pod with a Raspberry Pi Pico W", (PICO,))
    _usb(s)
    s.box("2  Controller", 60, 9, 142, 128)
    board = s.part("U501", (102, 76), ref_at=(10, -34), value_at=(14, -32))
    for row in pins.PINS:
        if row[1] is not None:
            _named(s, row[0].upper(), board.pin(PICO_PADS[row[1]]), board.at)
    wanted = {PICO_PADS[row[1]] for row in pins.PINS if row[1] is not None}
    s.unused(*(board.pin(pad) for gp, pad in PICO_PADS.items() if pad not in wanted))
    s.unused(*(board.pin(pad) for pad in (30, 37, 35, 40)))
    s.wire(board.pin(33), (board.pin(33)[0] + 4, board.pin(33)[1]), (124, 106))
    s.power("GND", (124, 106))
    s.wire(board.pin(3), (102, 106))
    s.power("GND", (102, 106))
    s.wire(board.pin(36), (106, 38))
    s.power("+3V3", (106, 38))
    s.power("+5V", (68, 26))
    s.part("D501", (76, 28), angle=180)
    s.wire((68, 26), (68, 28), (73, 28))
    s.part("R503", (86, 28), angle=90)
    s.wire((79, 28), (83, 28))
    s.wire((89, 28), (98, 28), board.pin(39))
    s.power("PWR_FLAG", (94, 28))
    s.note(PICO_WHY, (64, 116))
    _pull_ups(s)
    _children(s, ())
    s.note(CONTRACT, (13, 136))
    return s


def hat() -> Sheet:
    s = Sheet("pod-hat", "Pod as a board on a Raspberry Pi", (HAT,))
    s.box("1  Raspberry Pi Zero 2 W, 4 or 5", 9, 9, 142, 128)
    board = s.part("U601", (74, 62), ref_at=(0, -24), value_at=(0, -22))
    for row in pins.PINS:
        if row[2] is not None:
            _named(s, row[0].upper(), board.pin(PI_PADS[row[2]]), board.at)
    wanted = {PI_PADS[row[2]] for row in pins.PINS if row[2] is not None}
    s.unused(*(board.pin(pad) for pad in PI_PADS.values() if pad not in wanted))
    s.wire(board.pin(6), (74, 90))
    s.power("GND", (74, 90))
    s.wire(board.pin(2), (126, board.pin(2)[1]))
    s.label("5V_IN", (126, board.pin(2)[1]), 180)
    s.part("TP501", (109, board.pin(2)[1]))
    s.wire(board.pin(1), (134, board.pin(1)[1]))
    s.power("+3V3", (134, board.pin(1)[1]))
    s.note(HAT_WHY, (14, 104))
    _children(s, ("NTC",))
    s.note(CONTRACT, (13, 136))
    return s


def _usb(s: Sheet) -> None:
    s.box("1  USB-C, 5 V", 9, 9, 56, 64)
    usb = s.part("J501", (22, 32), ref_at=(0, -13), value_at=(0, -11.4))
    s.wire(usb.pin("A9"), (50, usb.pin("A9")[1]))
    s.label("5V_IN", (50, usb.pin("A9")[1]), 180)
    s.part("TP501", (39, usb.pin("A9")[1]))
    s.part("R502", (40, 44))
    s.wire(usb.pin("B5"), (40, usb.pin("B5")[1]), (40, 41))
    s.part("R501", (48, 44))
    s.wire(usb.pin("A5"), (48, usb.pin("A5")[1]), (48, 41))
    for x in (40, 48):
        s.wire((x, 47), (x, 49))
        s.power("GND", (x, 49))
    s.wire(usb.pin("A12"), (22, 49))
    s.power("GND", (22, 49))
    s.wire(usb.pin("S1"), (usb.pin("S1")[0], 47), (22, 47))
    s.note(USB_WHY, (13, 56))


def _pull_ups(s: Sheet) -> None:
    s.box("3  I2C pull-ups", 9, 68, 56, 96)
    for net, ref, x in (("I2C_SDA", "R504", 18), ("I2C_SCL", "R505", 36)):
        s.part(ref, (x, 80))
        s.power("+3V3", (x, 76))
        s.wire((x, 76), (x, 77))
        s.wire((x, 83), (x, 88), (x + 10, 88))
        s.label(net, (x + 10, 88), 180)


def _children(s: Sheet, without: tuple[str, ...]) -> None:
    s.box("2  Shared sheets" if s.name == HAT.name else "4  Shared sheets", 146, 9, 224, 128)
    top = 18
    for page, (sheet, title, ports) in enumerate(CHILDREN, start=2):
        rows = {"left": 0, "right": 0}
        placed = []
        for net, shape, side in ports:
            placed.append((net, shape, side, 3 + 4 * rows[side]))
            rows[side] += 1
        height = 2 + 4 * max(rows.values())
        s.child(sheet, title, (166, top, 38, height), page, placed)
        for net, _, side, down in placed:
            end = (166, top + down) if side == "left" else (204, top + down)
            if net in without:
                s.unused(end)
            else:
                _named(s, net, end, (185, top))
        top += height + 9


def _named(s: Sheet, net: str, pin: tuple[int, int], centre: tuple[int, int]) -> None:
    """A stub away from the body, and the net's name on it."""
    x, y = pin
    length = len(net) + 1
    if x < centre[0]:
        s.wire((x, y), (x - length, y))
        s.label(net, (x - length, y))
    else:
        s.wire((x, y), (x + length, y))
        s.label(net, (x + length, y), 180)


# Header pins by GP number (Raspberry Pi Pico W data sheet, figure 2) and by BCM number (Raspberry
# Pi documentation, GPIO and the 40-pin header).
PICO_PADS = dict(
    zip(
        [*range(16), *range(16, 23), 26, 27, 28],
        [
            1,
            2,
            4,
            5,
            6,
            7,
            9,
            10,
            11,
            12,
            14,
            15,
            16,
            17,
            19,
            20,
            21,
            22,
            24,
            25,
            26,
            27,
            29,
            31,
            32,
            34,
        ],
        strict=True,
    )
)
PI_PADS = {
    0: 27,
    1: 28,
    2: 3,
    3: 5,
    4: 7,
    5: 29,
    6: 31,
    7: 26,
    8: 24,
    9: 21,
    10: 19,
    11: 23,
    12: 32,
    13: 33,
    14: 8,
    15: 10,
    16: 36,
    17: 11,
    18: 12,
    19: 35,
    20: 38,
    21: 40,
    22: 15,
    23: 16,
    24: 18,
    25: 22,
    26: 37,
    27: 13,
}
