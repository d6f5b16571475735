"""Nothing shows without a closed switch and a hand that held the button for a second since."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pod import jsontext
from pod.plug import WRITERS, Plug

RECORDS = st.one_of(
    st.none(), st.binary(max_size=40),
    st.sampled_from((b"0", b"1", b"{}", b'{"unhooked":false,"epochs":{}}', b'{"unhooked":0')),
)  # fmt: skip
ACTS = st.lists(
    st.sampled_from(("close", "open", "press", "stop", "unhook", "old unhook", "reboot", "torn")),
    max_size=40,
)


def plugged_in(stored=None):
    plug = Plug(stored or {})
    plug.set_switch(True)
    plug.press()
    return plug


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(ACTS, RECORDS, RECORDS)
def test_whatever_happens_only_a_press_with_the_switch_closed_lets_it_show(acts, one, two):
    stored = {k: v for k, v in (("unplugged", one), ("unhook", two)) if v is not None}
    plug, epoch = Plug(dict(stored)), 0
    pressed = False  # since the last opening, unhook or boot, with the switch closed
    for act in acts:
        if act in ("close", "open"):
            plug.set_switch(act == "close")
            pressed = pressed and act == "close"
        elif act == "press":
            pressed = pressed or plug.switch_in
            plug.press()
        elif act == "stop":
            plug.stop()
            pressed = False
        elif act == "unhook":
            epoch += 1
            assert plug.unhook("host", epoch)[0]
            pressed = False
        elif act == "old unhook":
            if plug.unhook("host", epoch)[0]:
                pressed = False
        else:
            closed = plug.switch_in
            record = dict([plug.record()])
            plug = Plug(record if act == "reboot" else {"unhook": record["unhook"][:-3]})
            plug.set_switch(closed)
            pressed = False
        assert plug.may_show() == (pressed and plug.switch_in)


def test_an_open_switch_refuses_the_press():
    plug = Plug({})
    assert not plug.press()
    plug.set_switch(True)
    assert not plug.may_show()


def test_opening_tells_once():
    plug = plugged_in()
    assert plug.set_switch(False)
    assert not plug.set_switch(False)


def test_a_pod_that_starts_with_its_switch_open_says_so_once():
    plug = Plug({})
    assert plug.set_switch(False)
    assert not plug.set_switch(False)


def test_a_press_on_a_plugged_pod_plugs_nothing():
    assert not plugged_in().press()


def test_the_same_unhook_stops_only_once():
    plug = plugged_in()
    assert plug.unhook("host", 7) == (True, True)
    plug.press()
    assert plug.unhook("host", 7) == (False, False)
    assert plug.may_show()


def test_an_older_epoch_stops_but_is_not_written():
    plug = plugged_in()
    plug.unhook("host", 7)
    plug.press()
    assert plug.unhook("host", 3) == (True, False)
    assert plug.epochs == {"host": 7}


def test_a_flood_of_genuine_unhooks_wears_no_flash():
    """A hostile host has the key: it can darken, and costs one write for each press of a hand."""
    plug = plugged_in()
    writes = []
    for epoch in range(1, 1000):
        writes.append(plug.unhook("host", epoch))
        plug.record()  # as the core keeps it
    assert writes == [(True, True)] + [(True, False)] * 998
    again = Plug(dict([plug.record()]))
    assert again.unhook("host", 2000) == (True, False)
    again.set_switch(True)
    again.press()
    assert again.epochs == {"host": 2000}
    assert again.unhook("host", 2001) == (True, True)


def test_epochs_outlive_a_reboot():
    plug = plugged_in()
    plug.unhook("host", 7)
    again = Plug(dict([plug.record()]))
    assert again.unhooked and again.epochs == {"host": 7}
    assert again.unhook("host", 7) == (False, False)


def test_beyond_sixteen_writers_it_stops_without_a_write():
    plug = plugged_in()
    for n in range(WRITERS):
        assert plug.unhook(f"writer-{n}", 1) == (True, True)
        plug.press()
    assert plug.unhook("one-more", 1) == (True, False)
    assert not plug.may_show()
    assert len(plug.epochs) == WRITERS


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 200))
def test_a_torn_record_reads_as_unhooked(length):
    plug = plugged_in()
    plug.unhook("host", 12)
    plug.press()
    record = plug.record()[1]
    torn = Plug({"unhook": record[: length % len(record)]})
    assert torn.unhooked


def test_a_record_is_plain_json():
    plug = plugged_in()
    plug.unhook("b", 2)
    assert plug.record() == (
        "unhook", jsontext.dumps({"epochs": {"b": 2}, "unhooked": True}).encode()
    )  # fmt: skip
