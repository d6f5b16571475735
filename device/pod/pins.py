"""The pins of both bodies, one table: the schematics are tested against it.

The heartbeat is toggled by the main loop itself, never by PWM, PIO, a timer or a thread. The rail
enable is left alone for 600 ms after a reset, so that the dead-man clears the latch, and then
driven low. `button` and `hot` are low when pressed and when hot.
"""

# name, GP of the Pico W, BCM number on a Raspberry Pi; None where the body has none
PINS = (
    ("i2c_sda", 4, 2),
    ("i2c_scl", 5, 3),
    ("i2s_bclk", 10, 18),
    ("i2s_lrclk", 11, 19),  # MicroPython on the RP2040 wants it right after the bit clock
    ("i2s_din", 12, 21),
    ("amp_enable", 13, 24),
    ("switch_sense", 14, 17),
    ("button", 15, 27),
    ("heartbeat", 16, 22),
    ("rail_enable", 17, 23),
    ("hot", 18, 25),
    ("led_data", 22, 10),  # SPI0 MOSI on a Raspberry Pi: no root, and a Pi 5 has no other way
    ("ntc", 26, None),
    ("rail_sense", 27, 5),
)
