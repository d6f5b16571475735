"""The last second in buckets: never less than a second is remembered, nor much more."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from pod.guard import light_state as at
from pod.guard import window as windows


class Window:
    """One of a guard's array."""

    def __init__(self, w=at.WINDOW):
        self.s, self.w = at.fresh(), w

    @property
    def low(self):
        return self.s[self.w + at.LOW]

    @property
    def high(self):
        return self.s[self.w + at.HIGH]

    def fill(self, value):
        windows.fill(self.s, self.w, value)

    def advance(self, dt_ms, value):
        windows.advance(self.s, self.w, dt_ms, value)

    def put(self, value):
        windows.put(self.s, self.w, value)

    def after_dip(self, depth):
        return windows.after_dip(self.s, self.w, depth)


STEPS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 10**6)), min_size=1, max_size=60)


def standing(history, now_ms, ms):
    """Values that stood within the last `ms`; history is (since, value)."""
    begin = now_ms - ms
    return [
        value
        for i, (since, value) in enumerate(history)
        if since >= begin or i + 1 == len(history) or history[i + 1][0] > begin
    ]


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(STEPS, st.sampled_from(((at.WINDOW, 1000), (at.DAWN_WINDOW_M, 10000))))
def test_extremes_cover_a_whole_window_and_little_more(steps, which):
    window, window_ms = Window(which[0]), which[1]
    history, now_ms = [(-(10**6), 0)], 0
    for dt_ms, value in steps:
        now_ms += dt_ms
        window.advance(dt_ms, history[-1][1])
        window.put(value)
        history.append((now_ms, value))
        must, may = (standing(history, now_ms, ms) for ms in (window_ms, window_ms * 12 // 10))
        assert min(may) <= window.low <= min(must)
        assert max(must) <= window.high <= max(may)


def test_after_a_dip_the_light_may_come_back_by_the_depth_only():
    window = Window()
    window.fill(5000)
    window.put(3000)
    assert window.after_dip(500) == 3500
    assert window.after_dip(2500) == -1
    window.advance(1200, 3000)
    assert window.after_dip(500) == -1


def test_a_steady_fall_is_no_dip_to_come_back_from_but_bounds_the_return():
    window = Window()
    window.fill(1000)
    for value in range(1000, 0, -100):
        window.put(value)
        window.advance(50, value)
    assert window.after_dip(500) == 100 + 500


def test_fill_forgets_the_past():
    window = Window()
    window.put(900)
    window.fill(0)
    assert (window.low, window.high) == (0, 0)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 10**6))
def test_what_was_spent_counts_for_a_second_and_at_most_a_tenth_more(seed):
    rng = random.Random(seed)
    s, history, now_ms = at.fresh(), [], 0
    for _ in range(60):
        dt_ms = rng.choice((0, 1, 33, 99, 100, 101, 450, 3000))
        now_ms += dt_ms
        windows.forget_spent(s, dt_ms)
        amount = rng.randrange(1000)
        windows.spend(s, amount)
        history.append((now_ms, amount))
        assert s[at.RED + at.TOTAL] >= sum(a for t, a in history if t > now_ms - 1000)
        assert s[at.RED + at.TOTAL] <= sum(a for t, a in history if t >= now_ms - 1100)
