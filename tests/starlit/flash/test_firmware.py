import errno
import os

import pytest
from tests.starlit.flash.uf2_file import write_uf2

from starlit.errors import UserError
from starlit.flash import firmware
from starlit.flash.find import Drive
from starlit.flash.uf2 import read_uf2


@pytest.fixture
def image(tmp_path):
    path = write_uf2(tmp_path / "w.uf2")
    path.write_bytes(path.read_bytes())
    return read_uf2(path)


@pytest.fixture
def drive(tmp_path):
    folder = tmp_path / "RPI-RP2"
    folder.mkdir()
    return Drive(folder, "RP2040")


def test_it_arrives_whole_and_tells_how_far_it_is(image, drive):
    told = []
    firmware.copy(image, drive, told.append)
    assert (drive.path / "firmware.uf2").read_bytes() == image.path.read_bytes()
    assert told[-1] == image.bytes


def test_firmware_of_the_other_chip_is_refused_before_anything_is_copied(image, drive):
    with pytest.raises(UserError, match="RPI_PICO2_W"):
        firmware.fits(image, Drive(drive.path, "RP2350"))


def test_a_drive_that_goes_away_midway_is_one_line_that_says_what_to_do(image, drive, monkeypatch):
    monkeypatch.setattr(firmware, "_PIECE", 1000)
    real, left = os.write, [2]

    def pulled(descriptor, data):
        if not left[0]:
            raise OSError(errno.EIO, "Input/output error")
        left[0] -= 1
        return real(descriptor, data)

    monkeypatch.setattr(firmware.os, "write", pulled)
    with pytest.raises(UserError, match=r"went away after 2,000 of .*hold BOOTSEL") as error:
        firmware.copy(image, drive, lambda _: None)
    assert "\n" not in str(error.value)


def test_a_full_drive_is_told(image, drive):
    (drive.path / "firmware.uf2").symlink_to("/dev/full")
    with pytest.raises(UserError, match="No space left"):
        firmware.copy(image, drive, lambda _: None)


def test_a_board_that_restarts_at_the_last_block_is_no_failure(image, drive, monkeypatch):
    def gone(_):
        raise OSError(errno.ENODEV, "No such device")

    monkeypatch.setattr(firmware.os, "fsync", gone)
    firmware.copy(image, drive, lambda _: None)


def test_a_drive_that_may_not_be_written_says_so(image, drive, monkeypatch):
    def refused(*_):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(firmware.os, "open", refused)
    with pytest.raises(UserError, match="mount it as yourself"):
        firmware.copy(image, drive, lambda _: None)
