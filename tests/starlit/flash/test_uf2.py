import pytest
from tests.starlit.flash.uf2_file import RISCV, RP2350, banner, blocks, write_uf2

from starlit.errors import UserError
from starlit.flash.uf2 import read_uf2


def test_it_tells_chip_board_and_version(tmp_path):
    image = read_uf2(write_uf2(tmp_path / "w.uf2"))
    assert (image.chip, image.micropython, image.board) == (
        "RP2040", "1.28.0", "Raspberry Pi Pico W",
    )  # fmt: skip


def test_a_pico_2_w_with_the_block_of_its_erratum_in_front(tmp_path):
    first = next(iter(blocks(b"\xef" * 256, 0xE48BFF57)))
    firmware = banner(board="Raspberry Pi Pico 2 W", chip="RP2350")
    image = read_uf2(write_uf2(tmp_path / "2w.uf2", firmware, RP2350, [first]))
    assert (image.chip, image.board) == ("RP2350", "Raspberry Pi Pico 2 W")


def test_a_version_that_spans_two_blocks_is_found(tmp_path):
    for shift in range(0, 60, 7):
        content = b"\x55" * (40 - 40 + shift) + banner()
        assert read_uf2(write_uf2(tmp_path / "w.uf2", content)).micropython == "1.28.0"


@pytest.mark.parametrize(
    ("content", "family", "says"),
    [
        (banner("1.26.1"), 0xE48BFF56, "MicroPython 1.26.1; a pod needs 1.27"),
        (banner(board="Raspberry Pi Pico"), 0xE48BFF56, "no Wi-Fi"),
        (banner(board="Raspberry Pi Pico2", chip="RP2350"), RP2350, "no Wi-Fi"),
        (b"CircuitPython", 0xE48BFF56, "no MicroPython"),
        (banner(), RISCV, "RISC-V"),
        (banner(), 0xADA52840, "family 0xada52840"),
    ],
)
def test_what_will_not_do_is_refused_with_what_to_take(tmp_path, content, family, says):
    with pytest.raises(UserError, match=says):
        read_uf2(write_uf2(tmp_path / "x.uf2", content, family))


def test_a_file_that_is_cut_short_torn_or_twice_there_is_refused(tmp_path):
    path = write_uf2(tmp_path / "w.uf2")
    whole = path.read_bytes()
    for data, says in [
        (whole[:-100], "cut short"),
        (whole[:-512], "blocks are there"),
        (whole[:512] + whole[1024:], "blocks are there"),
        (whole + whole[-512:], "twice"),
        (b"", "cut short"),
        (b"PK\x03\x04" + bytes(508), "no UF2 block"),
    ]:
        path.write_bytes(data)
        with pytest.raises(UserError, match=says) as error:
            read_uf2(path)
        assert "\n" not in str(error.value) and str(path) in str(error.value)
    with pytest.raises(UserError, match="No such file"):
        read_uf2(tmp_path / "absent.uf2")
