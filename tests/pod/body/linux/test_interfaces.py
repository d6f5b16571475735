"""Missing device files, missing rights, missing lines: one line each, with what mends it."""

import os

import pytest

from pod.body.linux import boards, interfaces

ZERO, FIVE = boards.find("RASPBERRY_PI_ZERO_2_W"), boards.find("RASPBERRY_PI_5")
WHOLE = """\
# For the pod
dtparam=i2c_arm=on,i2c_arm_baudrate=400000
dtparam=spi=on
[all]
dtoverlay=max98357a,no-sdmode
"""


@pytest.fixture
def root(tmp_path):
    (tmp_path / "dev").mkdir()
    (tmp_path / "boot" / "firmware").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def config(root):
    return root / "boot" / "firmware" / "config.txt"


@pytest.mark.parametrize(
    ("device", "command"),
    [
        ("/dev/i2c-1", "sudo raspi-config nonint do_i2c 0 && sudo reboot"),
        ("/dev/spidev0.0", "sudo raspi-config nonint do_spi 0 && sudo reboot"),
        ("/dev/gpiochip0", "sudo apt full-upgrade"),
    ],
)
def test_a_missing_device_file_names_the_command_that_makes_it(root, device, command):
    said = interfaces.why_not(device, str(root))
    assert said == f"{device} is not there; " + (
        f"update the kernel: {command}" if "gpio" in device else f"run: {command}"
    )
    assert "\n" not in said


@pytest.mark.parametrize(
    ("device", "group"),
    [("/dev/i2c-1", "i2c"), ("/dev/spidev0.0", "spi"), ("/dev/gpiochip0", "gpio")],
)
def test_a_missing_right_names_the_group(root, device, group, monkeypatch):
    (root / device.lstrip("/")).touch()
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr("getpass.getuser", lambda: "ada")
    said = interfaces.why_not(device, str(root))
    assert (
        said == f"no permission for {device}; run: sudo usermod -aG {group} ada, then log in anew"
    )


def test_a_device_that_may_be_used_is_no_problem(root):
    (root / "dev" / "i2c-1").touch()
    assert interfaces.why_not("/dev/i2c-1", str(root)) is None


def test_a_whole_config_txt_lacks_nothing(root, config):
    config.write_text(WHOLE)
    assert interfaces.overlays(ZERO, str(root)).missing == []


@pytest.mark.parametrize("line", [line for line, _ in interfaces.LINES])
def test_each_line_that_is_gone_is_named(root, config, line):
    lines = [one for one, _ in interfaces.LINES if one != line]
    config.write_text("\n".join(lines))
    assert [one for one, _ in interfaces.overlays(ZERO, str(root)).missing] == [line]


def test_a_comment_or_another_boards_section_does_not_count(root, config):
    config.write_text(WHOLE.replace("[all]", "[pi4]").replace("dtparam=spi", "#dtparam=spi"))
    missing = [line for line, _ in interfaces.overlays(FIVE, str(root)).missing]
    assert missing == ["dtparam=spi=on", "dtoverlay=max98357a,no-sdmode"]


def test_its_own_section_counts_and_the_last_word_wins(root, config):
    config.write_text("[pi5]\n" + WHOLE + "dtparam=spi=off\n")
    missing = [line for line, _ in interfaces.overlays(FIVE, str(root)).missing]
    assert missing == ["dtparam=spi=on"]


def test_other_spellings_of_the_same_setting_count(root, config):
    config.write_text(
        "dtparam=i2c=on\ndtparam=i2c_baudrate=400000\ndtparam=spi\n"
        "dtoverlay=max98357a,no-sdmode,other\n"
    )
    assert interfaces.overlays(ZERO, str(root)).missing == []


def test_where_there_is_no_config_txt_there_is_nothing_to_say(root):
    assert interfaces.overlays(ZERO, str(root)) == interfaces.Overlays(None, [])


def test_the_lines_are_those_of_the_circuits_page(repo_root):
    page = (repo_root / "schematics" / "README.md").read_text()
    for line, _ in interfaces.LINES:
        assert line in page
