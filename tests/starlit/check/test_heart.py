"""Invariant 9 between two runs: never above the open gate, five seconds around, plus a level."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.starlit.check.conftest import Tape, ring

from starlit.check import check_pair
from starlit.check.heart import NEAR_MS, Step, compare
from starlit.errors import UserError


def pair(tmp_path, a, b):
    first, second = Tape(tmp_path), Tape(tmp_path)
    a(first)
    b(second)
    return check_pair(first.write("a"), second.write("b")).kinds()


def test_equal_runs_are_clean(tmp_path):
    run = lambda tape: tape.show(1000, ring("0a0a00")).sound(2000, 50).note(9000, night=1)  # noqa: E731
    assert pair(tmp_path, run, run) == set()


@pytest.mark.parametrize(
    ("shift_ms", "kinds"), [(5000, set()), (5001, {"pair-m", "pair-l"}), (-5000, set())]
)
def test_the_same_light_up_to_five_seconds_apart(tmp_path, shift_ms, kinds):
    """Earlier by 5 s and 1 ms is too early; later, B's light has ended 1 ms too long ago."""

    def light(tape, t_ms):
        tape.show(t_ms, ring("0a0a00")).show(t_ms + 1, ring("000000")).note(90_000, night=1)

    assert (
        pair(tmp_path, lambda t: light(t, 20_000 - shift_ms), lambda t: light(t, 20_000)) == kinds
    )


def test_light_that_outlasts_the_other_by_more_than_five_seconds(tmp_path):
    for extra_ms, kinds in ((5000, set()), (5001, {"pair-l"})):
        kinds_found = pair(
            tmp_path,
            lambda t, extra=extra_ms: (
                t.show(1000, ring("0a0000"))
                .show(9000 + extra, ring("000000"))
                .note(60_000, night=1)
            ),
            lambda t: t.show(1000, ring("0a0000")).show(9000, ring("000000")),
        )
        assert kinds_found == kinds


def test_one_level_of_one_led_more_is_allowed_and_two_are_not(tmp_path):
    """The strongest channel: blue for M, green for L."""
    base = ring("0a0a0a")
    for first, kinds in (
        ("0a0a0b", set()), ("0a0b0a", set()), ("0a0a0c", {"pair-m"}), ("0a0c0a", {"pair-l"})
    ):  # fmt: skip
        frame = [first, *base[1:]]
        assert pair(tmp_path, lambda t, f=frame: t.show(0, f), lambda t: t.show(0, base)) == kinds


def test_louder_than_the_open_gate(tmp_path):
    for rms, kinds in ((101, set()), (102, {"pair-s"})):
        assert pair(tmp_path, lambda t, r=rms: t.sound(0, r), lambda t: t.sound(0, 100)) == kinds


def test_runs_of_other_pods_are_no_pair(tmp_path):
    a, b = Tape(tmp_path), Tape(tmp_path, seed=2)
    with pytest.raises(UserError, match="seed differs"):
        check_pair(a.write("a"), b.write("b"))


STEPS = st.lists(st.tuples(st.integers(1, 4000), st.integers(0, 5)), max_size=25).map(
    lambda gaps: _steps(gaps)
)


def _steps(gaps):
    t_ms, steps = 0, [Step(0, 0.0)]
    for gap_ms, value in gaps:
        t_ms += gap_ms
        steps.append(Step(t_ms, float(value)))
    return steps


def _at(steps, from_ms, to_ms):
    ends = [step.t_ms for step in steps[1:]] + [float("inf")]
    return [
        step.value
        for step, end in zip(steps, ends, strict=True)
        if step.t_ms <= to_ms and end > from_ms
    ]


@given(STEPS, STEPS)
def test_comparison_finds_exactly_what_every_millisecond_would_show(own, other):
    """Looked at where anything can change, which is what a millisecond's grid would find."""
    end_ms = own[-1].t_ms + 1
    found = bool(list(compare("L", own, other, 0.0, end_ms)))
    moments = {s.t_ms for s in own} | {s.t_ms + NEAR_MS for s in other}
    moments |= {m + 1 for m in moments} | {s.t_ms - NEAR_MS for s in other}
    expected = any(
        max(_at(own, t, t)) > max(_at(other, t - NEAR_MS, t + NEAR_MS))
        for t in moments
        if 0 <= t <= end_ms
    )
    assert found is expected
