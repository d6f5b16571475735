"""The pin table: what each controller can do on the pins that the circuit gives it."""

from pod.pins import PINS

PICO = {name: pico for name, pico, _ in PINS if pico is not None}
PI = {name: pi for name, _, pi in PINS if pi is not None}


def test_no_name_and_no_pin_stands_twice():
    assert len({name for name, _, _ in PINS}) == len(PINS)
    assert len(set(PICO.values())) == len(PICO)
    assert len(set(PI.values())) == len(PI)


def test_the_pico_keeps_the_pins_of_its_radio():
    assert not {23, 24, 25, 29} & set(PICO.values())  # Pico W data sheet, 2.1


def test_the_pico_has_its_functions_where_the_rp2040_has_them():
    assert PICO["i2c_sda"] % 4 == 0 and PICO["i2c_scl"] == PICO["i2c_sda"] + 1  # I2C0
    assert PICO["i2s_lrclk"] == PICO["i2s_bclk"] + 1  # MicroPython's I2S on this port
    assert {PICO["ntc"], PICO["rail_sense"]} <= {26, 27, 28}  # with an ADC


def test_a_raspberry_pi_has_its_functions_where_its_kernel_has_them():
    assert (PI["i2c_sda"], PI["i2c_scl"]) == (2, 3)
    assert (PI["i2s_bclk"], PI["i2s_lrclk"], PI["i2s_din"]) == (18, 19, 21)
    assert PI["led_data"] == 10  # SPI0 MOSI
    assert not {0, 1, 14, 15} & set(PI.values())  # ID EEPROM, console
    assert "ntc" not in PI  # no ADC


def test_both_bodies_have_what_safety_needs():
    for name in ("switch_sense", "button", "heartbeat", "rail_enable", "amp_enable", "hot"):
        assert name in PICO and name in PI
