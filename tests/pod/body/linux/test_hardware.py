"""Pins and rail of a Raspberry Pi's pod: dark at the start, at the end, and without its parts."""

import pytest
from tests.pod.body.linux.world import Rig

from pod.body.linux.boards import BCM
from pod.io import FAULT_HOT, RESET_SOFT


@pytest.fixture
def rig():
    return Rig().start()


def test_the_rail_is_left_alone_until_the_dead_man_has_cleared_the_latch():
    rig = Rig()
    assert rig.now_us >= 600_000
    assert not rig.pi.rail.latched and not rig.pi.rail.on
    assert rig.pi.is_output[BCM["rail_enable"]] and not rig.pi.level[BCM["rail_enable"]]


def test_a_start_is_dark_and_stays_so_until_a_hand_has_pressed(rig):
    rig.run(30_000)
    assert not rig.pi.rail.on and not any(rig.pi.ring.shown())
    again = Rig(stored=rig.records).start(RESET_SOFT)
    again.run(30_000)
    assert not again.pi.rail.on


def test_a_goodnight_is_lit_and_the_heartbeat_goes_on(rig):
    rig.goodnight()
    cuts = rig.pi.rail.cuts
    rig.run(60_000)
    assert rig.pi.rail.on and any(rig.pi.ring.shown())
    assert rig.pi.rail.cuts == cuts


def test_the_switch_is_seen_within_30_ms(rig):
    rig.goodnight()
    rig.pi.switch("out")
    assert not rig.pi.rail.on  # by the hardware
    rig.run(30)
    assert rig.pod.state() == "unplugged"
    assert not rig.pi.level[BCM["rail_enable"]] and not rig.pi.level[BCM["amp_enable"]]


def test_a_loop_that_hangs_loses_its_light(rig):
    rig.goodnight()
    rig.now_us += 501_000
    assert not rig.pi.rail.on and not any(rig.pi.ring.shown())


def test_stop_is_dark_in_any_state(rig):
    rig.goodnight()
    rig.hardware.stop()
    assert not rig.pi.level[BCM["rail_enable"]] and not any(rig.pi.ring.shown())


def test_the_hot_line_makes_it_fail_dark(rig):
    rig.goodnight()
    rig.pi.fault("hot")
    rig.run(4000)
    assert rig.loop.inputs.faults & FAULT_HOT
    assert rig.pod.state() == "failed" and not any(rig.pi.ring.shown())


def test_a_bouncing_contact_is_one_press(rig):
    seen = []
    rig.loop.observe = lambda loop: seen.append(loop.inputs.button)
    for down in (True, False, True, False, True):
        rig.pi.button(down)
        rig.run(2)
    rig.run(200)
    rig.pi.button(False)
    rig.run(200)
    edges = sum(a != b for a, b in zip([False, *seen], seen, strict=False))
    assert edges == 2


def test_without_its_pins_the_pod_is_dark_says_so_once_and_goes_on(monkeypatch):
    import digitalio

    def refuse(*_):
        raise PermissionError("Cannot inspect Raspberry Pi GPIO controllers")

    monkeypatch.setattr(digitalio, "DigitalInOut", refuse)
    rig = Rig().start()
    rig.run(60_000)
    assert [line for line in rig.log.lines if "GPIO" in line] == rig.log.lines[:1]
    assert "stays dark" in rig.log.lines[0]
    assert rig.pod.state() == "unplugged" and rig.pi.frames == []


@pytest.mark.parametrize("missing", ["ring", "sound", "sensors"])
def test_with_one_part_missing_the_rest_works(missing):
    rig = Rig(backend="none" if missing == "ring" else "spi",
              sound="none" if missing == "sound" else "auto")  # fmt: skip
    if missing == "sensors":
        rig.pi.bus.dead = True
    rig.start().goodnight()
    rig.run(20_000)
    assert rig.pod.state() == "ritual"
    assert any(rig.pi.ring.shown()) == (missing != "ring")


def test_a_disk_that_refuses_fails_the_pod_dark_and_is_written_with_the_rail_off(rig):
    rig.records.broken = True
    rig.press(1100)
    rig.run(15_000)
    assert rig.records.rail_at_write is False
    assert rig.pod.state() == "failed"


def test_a_factory_reset_that_is_on_record_ends_the_loop_and_stays_dark():
    rig = Rig(stored={"forgetting": b"1"}).start()
    rig.run(1000)
    assert rig.loop.forgotten and not rig.pi.rail.on
