"""One button, told apart by how long it is held."""

import pytest

from pod import button


def held(ms, step_ms=20, now_ms=0):
    """All that a press of `ms` asks for, with when it asked."""
    b, asked = button.Button(), []
    for t_ms in range(0, ms + step_ms, step_ms):
        act = b.step((now_ms + t_ms) & 0x3FFFFFFF, t_ms < ms)
        if act:
            asked.append((act, t_ms))
    return asked


@pytest.mark.parametrize("now_ms", (0, (1 << 30) - 300))
@pytest.mark.parametrize(
    ("ms", "acts"),
    (
        (100, [button.SHORT]), (580, [button.SHORT]), (600, []), (980, []),
        (1000, [button.PLUG_IN]),
        (2900, [button.PLUG_IN]), (3000, [button.PLUG_IN, button.CONSENT]),
        (6000, [button.PLUG_IN, button.SET_UP]), (15000, [button.PLUG_IN, button.SET_UP]),
    ),
)  # fmt: skip
def test_a_press_asks_for_what_its_length_says(ms, acts, now_ms):
    assert [act for act, _ in held(ms, now_ms=now_ms)] == acts


def test_plugging_in_counts_at_one_second_while_still_held():
    assert held(5000)[0] == (button.PLUG_IN, 1000)


def test_a_press_seen_only_at_its_end_counts_as_long_as_it_was():
    b = button.Button()
    b.step(0, True)
    assert b.step(1500, False) == button.PLUG_IN


def test_two_short_presses_are_no_long_one():
    b = button.Button()
    acts = [b.step(t, t % 700 < 400) for t in range(0, 2100, 20)]
    assert [a for a in acts if a] == [button.SHORT] * 3


def test_a_button_that_nobody_touches_asks_for_nothing():
    b = button.Button()
    assert not any(b.step(t, False) for t in range(0, 10000, 100))
