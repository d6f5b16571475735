"""Turning points: what counts as a reversal, and what may not yet."""

from pod.guard import light_state as at
from pod.guard import zigzag, zigzag_kernel

APART_MS = 4000


class Turns:
    """Those of L in a guard's array, or of M."""

    def __init__(self, z=at.TURN_L, s=None):
        self.s, self.z = at.fresh() if s is None else s, z
        self.s[at.REVERSAL] = APART_MS
        self.threshold(1000, 0)
        self.s[z + at.RISING] = 1

    @property
    def wait_ms(self):
        return self.s[self.z + at.WAIT_MS]

    @property
    def rising(self):
        return self.s[self.z + at.RISING]

    def threshold(self, measure, value):
        zigzag.threshold(self.s, self.z, measure, value)

    def move(self, value):
        return zigzag_kernel.move(self.s, self.z, value)

    def age(self, dt_ms):
        zigzag_kernel.age(self.s, self.z, dt_ms)

    def floor(self, held=False):
        return zigzag_kernel.floor(self.s, self.z, held)

    def ceiling(self, held=False):
        return zigzag_kernel.ceiling(self.s, self.z, held)

    def echo(self, rising):
        zigzag_kernel.echo(self.s, self.z, rising)

    def may_oppose(self, other):
        return zigzag_kernel.may_oppose(self.s, self.z, other.z)


def test_going_on_in_one_way_is_no_reversal():
    z = Turns()
    assert not any(z.move(v) for v in range(0, 50000, 700))
    assert z.floor() == 0 and z.ceiling() == -1


def test_a_fall_of_the_threshold_counts_once():
    z = Turns()
    z.move(5000)
    assert not z.move(4100)
    assert z.move(3900)
    assert not z.move(2000)


def test_after_a_counted_fall_a_rise_of_the_threshold_has_to_wait():
    z = Turns()
    z.move(5000)
    z.move(3000)
    assert 3000 < z.ceiling() < 4000
    z.age(3999)
    assert z.ceiling() > 0
    z.age(1)
    assert z.ceiling() == -1


def test_the_ceiling_follows_the_fall():
    z = Turns()
    z.move(5000)
    z.move(3000)
    first = z.ceiling()
    z.move(1000)
    assert z.ceiling() == first - 2000


def test_after_a_counted_rise_a_fall_has_to_wait():
    z = Turns()
    z.move(5000)
    z.move(3000)
    z.age(4000)
    assert z.move(4200)
    assert 3200 < z.floor() < 4200


def test_a_count_in_doubt_begins_its_wait_anew_until_it_is_sure():
    z = Turns()
    z.move(5000)
    assert z.move(4010)  # 99 %: somebody's rounding may see a reversal
    z.age(3000)
    assert z.move(3990)  # 101 %: or only now
    z.age(3000)
    assert z.ceiling() > 0
    assert z.move(3900)  # beyond doubt, counted here at the latest
    z.age(3000)
    assert not z.move(3800)
    z.age(1000)
    assert z.ceiling() == -1


def test_an_echo_holds_only_who_goes_the_same_way():
    z = Turns()
    z.move(5000)
    z.echo(False)
    assert z.wait_ms == 0
    z.echo(True)
    assert z.wait_ms == 4000
    assert z.floor() > 0


def test_another_threshold_measures_from_here_in_the_same_direction():
    z = Turns()
    z.move(5000)
    z.move(4500)
    z.threshold(100, 4500)
    assert z.rising and not z.move(4450)
    assert z.move(4390)


def test_the_same_threshold_again_forgets_nothing():
    z = Turns()
    z.move(5000)
    z.move(4500)
    z.threshold(1000, 4500)
    assert z.move(4000)


def test_what_is_held_counts_nothing():
    z = Turns()
    z.move(5000)
    assert z.ceiling(held=True) == -1 and 4000 < z.floor(held=True) < 5000
    z.move(4010)  # in doubt: any step further may be the one that counts
    assert z.floor(held=True) == 4010
    z.age(4000)
    assert z.floor() == 0 and 4010 < z.ceiling(held=True) < 5010


def test_two_that_go_one_way_for_sure_cannot_turn_against_each_other():
    one = Turns()
    other = Turns(at.TURN_M, one.s)
    assert not one.may_oppose(other)
    other.move(5000)
    other.move(3000)
    assert one.may_oppose(other)
