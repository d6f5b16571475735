"""What a hand has set outlives reboots, torn writes and versions that are not known yet."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pod.pod_on_a_bench import PodOnABench

from pod.config import CALIBRATION, SETTINGS, Config
from pod.record import _checksum
from pod.settings import kept_in

FIRST = {"profile": "adult", "armed": True, "calibration": {"distance_mm": 700}}
SECOND = {"armed": False, "dawn": "06:30", "calibration": {"transmission_ppm": 80000}}


def values(config):
    return {name: getattr(config, name) for name in SETTINGS + CALIBRATION}


def after(stored):
    """(settings that a pod starts with, it must not show)."""
    config = Config()
    record = kept_in(stored, config)
    return values(config), record.lost


class Store(dict):
    def keep(self, record):
        self[record[0]] = record[1]


def set_twice():
    """(what is stored, the settings before the last change, those after it)."""
    config, stored = Config(), Store()
    record = kept_in({}, config)
    seen = []
    for change in (FIRST, SECOND):
        config.change(change)
        record.keep(stored)
        seen.append(values(config))
    return stored, seen[0], seen[1]


def test_nothing_stored_leaves_the_configuration_as_given():
    assert after({}) == (values(Config()), False)


def test_the_newest_copy_wins():
    stored, _, newest = set_twice()
    assert after(stored) == (newest, False)


def test_a_torn_newest_copy_falls_back_to_the_one_before():
    stored, before, _ = set_twice()
    for torn in (b"", b"\xff", stored["settings"][:-1], stored["settings"] + b"0"):
        assert after({**stored, "settings": torn}) == (before, False)


def test_a_torn_first_write_falls_back_to_the_configuration_as_given():
    config, stored = Config(), Store()
    record = kept_in({}, config)
    config.change(FIRST)
    record.keep(stored)
    assert after({**stored, "settings": b"torn"}) == (values(Config()), False)


def test_power_lost_between_the_two_writes_loses_only_the_change():
    stored, before, newest = set_twice()
    config = Config()
    record, third = kept_in(stored, config), Store()
    config.change({"share_heart": True})
    record.keep(third)
    assert after({**stored, "settings_old": third["settings_old"]}) == (newest, False)
    assert after({**stored, "settings_old": b"torn"}) == (newest, False)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_a_flipped_bit_never_reads_as_something_new(data):
    stored, before, _ = set_twice()
    record = bytearray(stored["settings"])
    record[data.draw(st.integers(0, len(record) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert after({**stored, "settings": bytes(record)}) == (before, False)


def sealed(body):
    text = json.dumps(body)
    return (text + "#" + _checksum(text)).encode()


@pytest.mark.parametrize(
    "body",
    (
        {"version": 2, "armed": True},
        {"armed": True},
        {"version": 1, "transmission_ppm": 100},
        {"version": 1, "colour": "blue"},
        {"version": 1, "profile": "teen"},
        [],
    ),
)
def test_another_version_or_a_value_out_of_bounds_is_unreadable(body):
    stored, before, _ = set_twice()
    assert after({**stored, "settings": sealed(body)}) == (before, False)
    assert after({"settings": sealed(body), "settings_old": b"torn"}) == (values(Config()), True)


def test_what_a_hand_set_is_there_after_a_power_cycle():
    bench = PodOnABench().plug_in()
    bench.set_up(**FIRST)
    bench.run(2000)
    bench.config = Config()
    bench.boot()
    assert (bench.config.profile, bench.config.armed, bench.config.distance_mm) == (
        "adult", True, 700,
    )  # fmt: skip
    assert bench.said("profile")[-1]["profile"] == "adult"
    assert bench.said("calibration")[-1]["calibration"]["distance_mm"] == 700


def test_both_copies_unreadable_fail_dark_and_stay_so():
    bench = PodOnABench(stored={"settings": b"torn", "settings_old": b"torn"})
    bench.plug_in()
    bench.press(200)
    bench.run(3000)
    assert bench.state == "failed" and not bench.lit
    assert bench.said("fault")[0]["fault"] == "config"
    bench.press(1200)
    bench.run(1000)
    assert bench.state == "failed"


def test_a_night_without_a_hand_writes_no_settings():
    bench = PodOnABench(profile="adult", armed=True, link=True).asleep()
    bench.play("cue", cue="ember")
    bench.run(15000)
    assert "settings" not in bench.stored


def test_a_change_by_hand_is_two_records_and_what_happened_goes_with_them():
    bench = PodOnABench().plug_in()
    written = []
    collect = bench._collect
    bench._collect = lambda: (written.extend(key for key, _ in bench.outputs.store), collect())
    bench.set_up(armed=True)
    bench.run(2000)
    assert written == ["settings_old", "settings", "events"]
