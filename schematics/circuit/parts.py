"""Every part of both bodies: what it is called on the sheets and what to buy.

`KINDS` says what a part is, `PARTS` which reference is which kind. Part numbers are from the
makers' catalogues; prices are estimates for one piece, in euro, of `PRICED`.
The hundred of a reference is its sheet: 100 power, 200 dead-man, 300 outputs, 400 senses,
500 the Pico's root, 600 the Raspberry Pi's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

PRICED = "2026-11"


@dataclass(frozen=True)
class Item:
    symbol: str
    value: str
    footprint: str = ""
    maker: str = ""
    mpn: str = ""
    alternate: str = ""  # maker and number of what may stand in its place
    euro: float = 0.0
    what: str = ""  # for the shopping list
    optional: bool = False  # not fitted unless its note says so
    in_bom: bool = True
    on_board: bool = True


AXIAL = "Resistor_THT:R_Axial_DIN0207_L6.3mm_D2.5mm_P10.16mm_Horizontal"
AXIAL_1W = "Resistor_THT:R_Axial_DIN0414_L11.9mm_D4.5mm_P15.24mm_Horizontal"
DISC = "Capacitor_THT:C_Disc_D4.7mm_W2.5mm_P5.00mm"
DIP14 = "Package_DIP:DIP-14_W7.62mm_Socket"
DIP8 = "Package_DIP:DIP-8_W7.62mm_Socket"
TO92 = "Package_TO_SOT_THT:TO-92_Inline"
HEADER = "Connector_PinHeader_2.54mm:PinHeader_1x{:02d}_P2.54mm_Vertical"


def resistor(value: str, code: str) -> Item:
    return Item(
        "R",
        value,
        AXIAL,
        "Yageo",
        f"MFR-25FBF52-{code}",
        f"Vishay MRS25000C{_vishay(code)}FCT00",
        0.09,
        f"resistor {value}, 1 %, 0.25 W, metal film",
    )


def _vishay(code: str) -> str:
    """Vishay's four-figure code of a Yageo value: three figures and an exponent of ten."""
    letter = next(c for c in code if c in "RKM")
    whole, _, part = code.partition(letter)
    ohms = float(f"{whole}.{part or 0}") * {"R": 1, "K": 1e3, "M": 1e6}[letter]
    exponent = 0
    while ohms >= 999.5:
        ohms, exponent = ohms / 10, exponent + 1
    while ohms < 99.95:
        ohms, exponent = ohms * 10, exponent - 1
    return f"{round(ohms)}{ {-2: 8, -1: 9}.get(exponent, exponent) }"


def header(
    pins: int,
    value: str,
    what: str,
    maker: str = "",
    mpn: str = "",
    alternate: str = "",
    euro: float = 0.0,
    **more: bool,
) -> Item:
    """A breakout or a lead, shown as the connector that it is on the board."""
    return Item(
        f"Conn_{pins}", value, HEADER.format(pins), maker, mpn, alternate, euro, what, **more
    )


KINDS = {
    "r3": resistor("3.3", "3R3"),
    "r4": resistor("4.7", "4R7"),
    "r330": resistor("330", "330R"),
    "r470": resistor("470", "470R"),
    "r1k": resistor("1k", "1K"),
    "r4k3": resistor("4.32k", "4K32"),
    "r4k7": resistor("4.7k", "4K7"),
    "r5k1": resistor("5.1k", "5K1"),
    "r10k": resistor("10k", "10K"),
    "r15k": resistor("15k", "15K"),
    "r17k": resistor("17.4k", "17K4"),
    "r10k2": resistor("10.2k", "10K2"),
    "r82k": resistor("82k", "82K"),
    "r100k": resistor("100k", "100K"),
    "r1m": resistor("1M", "1M"),
    "r2m": resistor("2.00M", "2M"),
    "r47w": Item(
        "R",
        "47, 1 W",
        AXIAL_1W,
        "Yageo",
        "FMP100JR-52-47R",
        "Vishay PR01000104709JR500",
        0.18,
        "resistor 47, 5 %, 1 W, metal film",
    ),
    "r100w": Item(
        "R",
        "100, 1 W",
        AXIAL_1W,
        "Yageo",
        "FMP100JR-52-100R",
        "Vishay PR01000101000JR500",
        0.18,
        "resistor 100, 5 %, 1 W, metal film",
    ),
    "r100": resistor("100", "100R"),
    "c1n": Item(
        "C",
        "1n",
        DISC,
        "Kemet",
        "C315C102J5G5TA",
        "TDK FG18C0G1H102JNT06",
        0.20,
        "capacitor 1 nF, 5 %, C0G, 50 V",
    ),
    "c10n": Item(
        "C",
        "10n",
        DISC,
        "Kemet",
        "C315C103J5G5TA",
        "TDK FG18C0G1H103JNT06",
        0.25,
        "capacitor 10 nF, 5 %, C0G, 50 V",
    ),
    "c22n": Item(
        "C",
        "22n",
        DISC,
        "Kemet",
        "C315C223K5R5TA",
        "TDK FG18X7R1H223KNT06",
        0.20,
        "capacitor 22 nF, 10 %, X7R, 50 V",
    ),
    "c100n": Item(
        "C",
        "100n",
        DISC,
        "Kemet",
        "C320C104K5R5TA",
        "TDK FG18X7R1H104KNT06",
        0.20,
        "capacitor 100 nF, 10 %, X7R, 50 V",
    ),
    "c220n": Item(
        "C",
        "220n",
        DISC,
        "Kemet",
        "C320C224K5R5TA",
        "TDK FG18X7R1H224KNT06",
        0.25,
        "capacitor 220 nF, 10 %, X7R, 50 V",
    ),
    "c220c0g": Item(
        "C",
        "220n C0G 5%",
        "Capacitor_THT:C_Rect_L7.2mm_W4.5mm_P5.00mm_FKS2_FKP2_MKS2_MKP2",
        "Kemet",
        "C330C224J5G5TA",
        "TDK B32529C0224J000",
        1.10,
        "capacitor 220 nF, 5 %, C0G or film: it sets the dead-man's time, no other kind",
    ),
    "c10u": Item(
        "C_Polarized",
        "10u",
        "Capacitor_THT:CP_Radial_D5.0mm_P2.00mm",
        "Panasonic",
        "ECA-1HM100",
        "Nichicon UVR1H100MDD",
        0.20,
        "electrolytic 10 uF, 50 V",
    ),
    "c100u": Item(
        "C_Polarized",
        "100u",
        "Capacitor_THT:CP_Radial_D6.3mm_P2.50mm",
        "Panasonic",
        "EEU-FR1C101",
        "Nichicon UHE1C101MED",
        0.30,
        "electrolytic 100 uF, 20 %, 16 V, low ESR: not larger",
    ),
    "fuse": Item(
        "Polyfuse",
        "0.5 A hold",
        "Fuse:Fuse_Bourns_MF-RHT050",
        "Bourns",
        "MF-R050",
        "Littelfuse RXEF050",
        0.45,
        "resettable fuse, 0.5 A hold, 1 A trip, radial",
    ),
    "fuse_lead": Item(
        "Polyfuse",
        "0.1 A hold",
        "Fuse:Fuse_Bourns_MF-RHT050",
        "Bourns",
        "MF-R010",
        "Littelfuse RXEF010",
        0.45,
        "resettable fuse, 0.1 A hold, radial",
        optional=True,
    ),
    "tvs": Item(
        "D_TVS",
        "SA5.0A",
        "Diode_THT:D_DO-15_P10.16mm_Horizontal",
        "Littelfuse",
        "SA5.0A",
        "Vishay P6KE6.8A",
        0.50,
        "transient suppressor, unidirectional, 5 V stand-off",
    ),
    "schottky3": Item(
        "D_Schottky",
        "1N5822",
        "Diode_THT:D_DO-201AD_P15.24mm_Horizontal",
        "Vishay",
        "1N5822-E3/54",
        "STMicroelectronics 1N5822",
        0.40,
        "Schottky diode, 3 A, 40 V",
    ),
    "schottky1": Item(
        "D_Schottky",
        "1N5817",
        "Diode_THT:D_DO-41_SOD81_P10.16mm_Horizontal",
        "Vishay",
        "1N5817-E3/54",
        "STMicroelectronics 1N5817",
        0.30,
        "Schottky diode, 1 A, 20 V",
    ),
    "d4148": Item(
        "D",
        "1N4148",
        "Diode_THT:D_DO-35_SOD27_P7.62mm_Horizontal",
        "Vishay",
        "1N4148-TAP",
        "onsemi 1N4148TR",
        0.08,
        "small-signal diode",
    ),
    "esd": Item(
        "D_TVS",
        "PESD5V0U1BA",
        "Diode_SMD:D_SOD-323",
        "Nexperia",
        "PESD5V0U1BA,115",
        "Bourns CDSOD323-T05LC",
        0.35,
        "ESD diode below 5 pF, SOD-323 on an adapter",
        optional=True,
    ),
    "pfet": Item(
        "Q_PMOS_GDS",
        "SUP53P06-20",
        "Package_TO_SOT_THT:TO-220-3_Vertical",
        "Vishay",
        "SUP53P06-20-E3",
        "Infineon IPP80P03P4L-04",
        1.40,
        "P-channel MOSFET, TO-220, on-resistance specified at 4.5 V of drive",
    ),
    "npn": Item(
        "Q_NPN_CBE",
        "BC547C",
        TO92,
        "onsemi",
        "BC547CBU",
        "Diotec BC547C",
        0.12,
        "NPN transistor BC547C",
    ),
    "npn_bleed": Item(
        "Q_NPN_CBE",
        "BC337-40",
        TO92,
        "onsemi",
        "BC33740BU",
        "Diotec BC337-40",
        0.15,
        "NPN transistor BC337-40",
    ),
    "nand": Item(
        "74HC132",
        "74HC132",
        DIP14,
        "Texas Instruments",
        "SN74HC132N",
        "Texas Instruments CD74HC132E",
        0.70,
        "quad NAND with Schmitt trigger, DIP-14",
    ),
    "xor": Item(
        "74HC86",
        "74HC86",
        DIP14,
        "Texas Instruments",
        "SN74HC86N",
        "Texas Instruments CD74HC86E",
        0.70,
        "quad XOR, DIP-14",
    ),
    "latch": Item(
        "74HC74",
        "74HC74",
        DIP14,
        "Texas Instruments",
        "SN74HC74N",
        "Texas Instruments CD74HC74E",
        0.70,
        "dual D flip-flop, DIP-14",
    ),
    "comparator": Item(
        "TLC393",
        "TLC393",
        DIP8,
        "Texas Instruments",
        "TLC393CP",
        "STMicroelectronics TS393IN",
        1.30,
        "dual CMOS comparator, open drain, DIP-8; an LM393 leaks too much here",
    ),
    "supervisor": Item(
        "MCP120",
        "MCP120-300D",
        TO92,
        "Microchip",
        "MCP120-300DI/TO",
        "Microchip MCP120-315DI/TO",
        0.70,
        "reset supervisor 3.0 V, open drain, no pull-up, TO-92, pinout D",
    ),
    "shifter": Item(
        "74AHCT125",
        "74AHCT125",
        DIP14,
        "Texas Instruments",
        "SN74AHCT125N",
        "Texas Instruments SN74HCT125N",
        0.80,
        "quad buffer, TTL inputs, DIP-14",
    ),
    "dpdt": Item(
        "SW_DPDT",
        "UNPLUG",
        "Connector_PinHeader_2.54mm:PinHeader_2x03_P2.54mm_Vertical",
        "E-Switch",
        "100DP1T1B4M2QE",
        "C&K 7201SYZQE",
        4.20,
        "toggle switch, DPDT on-on, break before make",
        on_board=False,
    ),
    "button": Item(
        "SW_Push",
        "BUTTON",
        HEADER.format(2),
        "C&K",
        "PVA1EEH4",
        "APEM PHAP5-10VA2A2S2N4",
        1.10,
        "push button, normally open",
        on_board=False,
    ),
    "ntc": Item(
        "Thermistor_NTC",
        "10k B3988",
        HEADER.format(2),
        "TDK",
        "B57861S0103F040",
        "Vishay NTCLE203E3103FB0",
        1.10,
        "NTC 10 k, 1 %, on leads, in the warmest corner of the case",
        on_board=False,
    ),
    "usb": Item(
        "USB_C_Power",
        "USB-C 5 V",
        "Connector_USB:USB_C_Receptacle_GCT_USB4125-xx-x-0190_6P_TopMnt_Horizontal",
        "GCT",
        "USB4125-GF-A-0190",
        "Adafruit 4090 (breakout with the two 5.1k on it)",
        0.90,
        "USB-C socket, power only; on a breadboard the breakout, without R501 and R502",
    ),
    "pico": Item(
        "Pico_W",
        "Pico W or Pico 2 W",
        "Module:RaspberryPi_Pico_Common_THT",
        "Raspberry Pi",
        "SC0919 (Pico WH)",
        "Raspberry Pi SC1634 (Pico 2 WH)",
        7.50,
        "controller with Wi-Fi and soldered headers",
    ),
    "pi": Item(
        "Raspberry_Pi",
        "Raspberry Pi Zero 2 W, 4 or 5",
        "Connector_PinSocket_2.54mm:PinSocket_2x20_P2.54mm_Vertical",
        "Samtec",
        "SSQ-120-03-T-D",
        "Adafruit 2223",
        3.60,
        "2 x 20 stacking socket; the computer itself is counted apart",
    ),
    "ring": header(
        3,
        "RING 12 x WS2812B",
        "ring of 12 WS2812B",
        "Adafruit",
        "1643",
        "Seeed 104020168 (other outline)",
        7.80,
    ),
    "amp": header(
        7, "MAX98357A", "MAX98357A breakout", "Adafruit", "3006", "SparkFun DEV-14809", 6.20
    ),
    "amp_out": header(
        2,
        "FROM AMPLIFIER",
        "two wires to the breakout's speaker terminals",
        "Wurth",
        "61300211121",
        "Harwin M20-9990246",
        0.10,
    ),
    "speaker": header(
        2,
        "SPEAKER 4R",
        "speaker 4 ohm, at most 84 dB for 1 W at 1 m",
        "Visaton",
        "BF 45 - 4 Ohm",
        "Adafruit 3968",
        9.50,
    ),
    "finger": header(
        4,
        "MAX30102",
        "MAX30102 breakout, in the window",
        "Maxim",
        "MAXREFDES117#",
        "MIKROE-2000 (other board)",
        12.00,
    ),
    "lux": header(4, "VEML7700", "VEML7700 breakout", "Adafruit", "4162", "MIKROE-3100", 4.90),
    "lead": header(
        4,
        "ADULT LEAD",
        "magnetic breakaway plug, 4 poles",
        "Adafruit",
        "5468",
        "Adafruit 5358",
        4.50,
        optional=True,
    ),
    "tp": Item(
        "TestPoint",
        "",
        "TestPoint:TestPoint_Loop_D2.54mm_Drill1.5mm_Beaded",
        "Keystone",
        "5001",
        "Vero 20-2137",
        0.25,
        "test point loop",
    ),
}

SOCKET_14 = Item(
    "",
    "",
    "",
    "TE Connectivity",
    "1-2199298-3",
    "Preci-Dip 110-87-314-41-001101",
    0.35,
    "DIP socket, 14 pins",
)
SOCKET_8 = Item(
    "",
    "",
    "",
    "TE Connectivity",
    "1-2199298-2",
    "Preci-Dip 110-87-308-41-001101",
    0.25,
    "DIP socket, 8 pins",
)
BOARD = Item(
    "",
    "",
    "",
    "Vero",
    "01-3932",
    "Roth Elektronik RE200-HP",
    5.50,
    "perforated board, 100 x 160 mm, or a breadboard of 830 points",
)
WIRE = Item(
    "",
    "",
    "",
    "Adafruit",
    "3111",
    "Multicomp Pro MP010126",
    15.00,
    "hook-up wire, 0.3 mm2, six colours",
)
# What a pod needs and no sheet shows, by body: item, pieces.
OFF_SHEET = {
    "pod-pico": [
        (SOCKET_14, 4),
        (SOCKET_8, 1),
        (BOARD, 1),
        (WIRE, 1),
        (
            Item(
                "",
                "",
                "",
                "Raspberry Pi",
                "SC1153",
                "Mean Well SGA12U05-USB (with a cable)",
                8.50,
                "USB-C supply, 5 V, 1 A or more",
            ),
            1,
        ),
    ],
    "pod-hat": [
        (SOCKET_14, 4),
        (SOCKET_8, 1),
        (BOARD, 1),
        (WIRE, 1),
        (
            Item(
                "",
                "",
                "",
                "Raspberry Pi",
                "SC1176 (Zero 2 WH)",
                "Raspberry Pi SC0193 (4 B, 2 GB)",
                19.00,
                "Raspberry Pi Zero 2 W with header; a 4 or a 5 fits too",
            ),
            1,
        ),
        (
            Item(
                "",
                "",
                "",
                "Raspberry Pi",
                "SC1624 (microSD 32 GB)",
                "SanDisk SDSQUA4-032G-GN6MA",
                8.00,
                "microSD card, 32 GB",
            ),
            1,
        ),
        (
            Item(
                "",
                "",
                "",
                "Raspberry Pi",
                "SC0445 (micro USB, 12.5 W)",
                "Raspberry Pi SC1153 (USB-C, for a 4 or 5)",
                8.50,
                "the Pi's own supply",
            ),
            1,
        ),
    ],
}

_USES = {
    # power
    "F101": "fuse",
    "D101": "tvs",
    "D102": "schottky3",
    "C101": "c100n",
    "Q101": "pfet",
    "C102": "c220n",
    "C103": "c22n",
    "R101": "r82k",
    "D103": "d4148",
    "R102": "r4k7",
    "Q102": "npn",
    "R103": "r10k",
    "R104": "r100k",
    "SW101": "dpdt",
    "R105": "r47w",
    "R106": "r470",
    "R107": "r4k7",
    "C104": "c1n",
    "C105": "c100u",
    "C106": "c100n",
    "Q103": "npn_bleed",
    "R108": "r47w",
    "R109": "r1k",
    "R111": "r10k",
    "R112": "r15k",
    # dead-man
    "R202": "r100k",
    "R203": "r10k",
    "C201": "c100n",
    "U201": "nand",
    "U202": "xor",
    "R204": "r10k",
    "Q201": "npn",
    "R205": "r2m",
    "C202": "c220c0g",
    "U203": "comparator",
    "R206": "r10k2",
    "R207": "r17k",
    "C203": "c10n",
    "R208": "r4k7",
    "R209": "r10k",
    "U204": "supervisor",
    "U205": "latch",
    "R210": "r10k",
    "R211": "r10k",
    "C204": "c100n",
    "SW201": "button",
    "R212": "r1k",
    "C206": "c100n",
    "C207": "c100n",
    "C208": "c100n",
    "C209": "c100n",
    # outputs
    "R301": "r1k",
    "R303": "r10k",
    "U301": "shifter",
    "R302": "r330",
    "J301": "ring",
    "J302": "amp",
    "R304": "r1k",
    "R305": "r1k",
    "R306": "r1k",
    "R307": "r100k",
    "R308": "r1k",
    "R309": "r10k",
    "R310": "r100w",
    "R311": "r4",
    "J303": "amp_out",
    "J304": "speaker",
    "C301": "c100n",
    "C302": "c10u",
    # senses
    "J401": "finger",
    "J402": "lux",
    "J403": "lead",
    "F401": "fuse_lead",
    "R403": "r100",
    "R404": "r100",
    "D401": "esd",
    "D402": "esd",
    "TH401": "ntc",
    "R405": "r10k",
    "C401": "c100n",
    "R406": "r10k",
    "R407": "r4k3",
    "R408": "r10k",
    "R409": "r1m",
    "C402": "c100n",
    "C403": "c100n",
    # the Pico's root
    "J501": "usb",
    "R501": "r5k1",
    "R502": "r5k1",
    "U501": "pico",
    "D501": "schottky1",
    "R503": "r3",
    "R504": "r4k7",
    "R505": "r4k7",
    # the Raspberry Pi's root
    "U601": "pi",
}
_TEST_POINTS = {
    "TP101": "+5V",
    "TP102": "RAIL_FET",
    "TP103": "+5V_SW",
    "TP104": "GND",
    "TP201": "HEARTBEAT",
    "TP202": "CLEAR_N",
    "TP203": "LATCHED",
    "TP204": "RAIL_ON",
    "TP205": "+3V3",
    "TP301": "LED_5V",
    "TP302": "AMP_OUT",
    "TP401": "HOT",
    "TP501": "5V_IN",
}
_OPTIONAL = {"R403", "R404"}  # of the adult lead


def _part(ref: str, kind: str) -> Item:
    item = KINDS[kind]
    return replace(item, optional=True) if ref in _OPTIONAL else item


PARTS = {ref: _part(ref, kind) for ref, kind in _USES.items()}
PARTS |= {ref: replace(KINDS["tp"], value=name) for ref, name in _TEST_POINTS.items()}
