"""Copy the stock symbols that the sheets use out of KiCad's libraries into `starlit.kicad_sym`.

Run once per new symbol (`python schematics/hardware.py symbols`). With the copy in the repository
the sheets are drawn without KiCad and do not change when somebody's KiCad has newer libraries.
"""

import re
from pathlib import Path

# library, stock name, the name here
WANTED = (
    ("MCU_Module", "RaspberryPi_Pico_W", "Pico_W"),
    ("Connector", "Raspberry_Pi_4", "Raspberry_Pi"),
    ("Connector", "USB_C_Receptacle_PowerOnly_6P", "USB_C_Power"),
    ("Connector", "TestPoint", "TestPoint"),
    ("Connector_Generic", "Conn_01x02", "Conn_2"),
    ("Connector_Generic", "Conn_01x03", "Conn_3"),
    ("Connector_Generic", "Conn_01x04", "Conn_4"),
    ("Connector_Generic", "Conn_01x07", "Conn_7"),
    ("74xx", "74HC86", "74HC86"),
    ("74xx", "74LS132", "74HC132"),
    ("74xx", "74HC74", "74HC74"),
    ("74xx", "74AHCT125", "74AHCT125"),
    ("Comparator", "LM393", "TLC393"),
    ("Power_Supervisor", "MCP120-xxxDxTO", "MCP120"),
    ("Switch", "SW_DPDT_x2", "SW_DPDT"),
    ("Switch", "SW_Push", "SW_Push"),
    ("Transistor_FET", "Q_PMOS_GDS", "Q_PMOS_GDS"),
    ("Transistor_BJT", "Q_NPN_CBE", "Q_NPN_CBE"),
    ("Device", "R", "R"),
    ("Device", "C", "C"),
    ("Device", "C_Polarized", "C_Polarized"),
    ("Device", "D", "D"),
    ("Device", "D_Schottky", "D_Schottky"),
    ("Device", "D_Zener", "D_TVS"),
    ("Device", "Polyfuse", "Polyfuse"),
    ("Device", "Thermistor_NTC", "Thermistor_NTC"),
    ("power", "GND", "GND"),
    ("power", "+5V", "+5V"),
    ("power", "+5V", "+5V_SW"),
    ("power", "+3V3", "+3V3"),
    ("power", "PWR_FLAG", "PWR_FLAG"),
)

TEXTS = re.compile(r'\(property "(Datasheet|Description|ki_\w+|Footprint)" "(?:[^"\\]|\\.)*"')
HEAD = """(kicad_symbol_lib
\t(version 20241209)
\t(generator "starlit")
\t(generator_version "9.0")"""


def block(text: str, name: str) -> str:
    """The s-expression of one symbol of a library's text."""
    start = text.index(f'\n\t(symbol "{name}"\n') + 1
    return text[start : closing(text, start) + 1]


def closing(text: str, start: int) -> int:
    depth, quoted, at = 0, False, start
    while True:
        if text[at] == '"' and text[at - 1] != "\\":
            quoted = not quoted
        elif not quoted:
            depth += {"(": 1, ")": -1}.get(text[at], 0)
            if depth == 0 and text[at] == ")":
                return at
        at += 1


def flat(text: str, name: str, new: str) -> str:
    """One symbol under its new name, with what it inherits written out."""
    own = block(text, name)
    parent = re.search(r'\(extends "([^"]+)"', own)
    if parent:
        own, name = block(text, parent[1]), parent[1]
    own = re.sub(rf'\(symbol "{re.escape(name)}(?=["_])', f'(symbol "{new}', own)
    own = TEXTS.sub(lambda match: f'(property "{match[1]}" ""', own)
    # The stock Pico calls both its grounds a power output, which ERC takes for a short circuit.
    own = re.sub(
        r'pin power_out( line\n(?:(?!\(pin ).)*?"AGND")', r"pin passive\1", own, flags=re.S
    )
    return re.sub(r'(\(property "Value" )"[^"]*"', rf'\1"{new}"', own)


def extract(libraries: Path, out: Path) -> None:
    texts = {lib: (libraries / f"{lib}.kicad_sym").read_text() for lib, _, _ in WANTED}
    parts = [flat(texts[lib], name, new) for lib, name, new in WANTED]
    out.write_text("\n".join([HEAD, *parts, ")\n"]))
