"""Who belongs, and who is whose friend: as people would expect, and through a restart."""

import pytest

from starlit.membership import HEARD_MAX, SKIES_UNHEARD, Membership


@pytest.fixture
def make(journal):
    def make(*present):
        membership = Membership(journal, list(present))
        membership.load()
        return membership

    return make


def test_members_have_their_places_as_people_count(make):
    members = make("pod-2")
    members.join("pod-10")
    members.hear("pod-1", epoch=1)
    assert members.pods == ["pod-1", "pod-2", "pod-10"]


def test_who_joined_or_was_heard_belongs_after_a_restart_and_a_virtual_pod_does_not(make):
    members = make("pod-1")
    members.hear("pod-1", 1)
    members.join("attic")
    members.hear("guest", 1)
    members.save()
    assert make().pods == ["attic", "guest"]


def test_who_has_left_is_not_brought_back_by_being_heard(make):
    members = make("pod-1")
    members.leave("pod-1")
    members.hear("pod-1", 2)
    assert members.pods == [] and members.gone() == ["pod-1"]
    members.join("pod-1")
    assert make().pods == ["pod-1"]


def test_who_was_only_heard_long_ago_loses_its_place(make):
    members = make()
    members.hear("guest", 1)
    members.join("attic")
    members.new_sky(1 + SKIES_UNHEARD)
    assert members.pods == ["attic", "guest"]
    members.new_sky(2 + SKIES_UNHEARD)
    assert members.pods == ["attic"] == make().pods


def test_only_so_many_belong_by_being_heard_and_any_number_may_join(make):
    members = make()
    members.join(*(f"room-{n}" for n in range(100)))
    for n in range(10 * HEARD_MAX):
        members.hear(f"stranger-{n}", 1)
    assert len(members.pods) == 100 + HEARD_MAX
    members.hear("room-5", 2)
    members.save()
    assert len(make().pods) == 100 + HEARD_MAX


def friends(members, pod):
    return list(members.friends(pod))


def test_until_somebody_chooses_all_are_friends(make):
    members = make("pod-1", "pod-2", "pod-3")
    assert friends(members, "pod-2") == ["pod-1", "pod-3"]


def test_a_gift_needs_both_to_count_each_other_a_friend(make):
    members = make("pod-1", "pod-2", "pod-3")
    members.choose("pod-1", ["pod-2"])
    assert friends(members, "pod-1") == ["pod-2"]
    assert friends(members, "pod-2") == ["pod-1", "pod-3"]
    assert friends(members, "pod-3") == ["pod-2"]
    members.choose("pod-2", [])
    assert friends(members, "pod-1") == [] == friends(members, "pod-2")


def test_friends_last_and_end_with_leaving(make):
    make("pod-1", "pod-2").choose("pod-1", ["pod-2", "pod-2"])
    members = make("pod-1", "pod-2")
    assert members.chosen("pod-1") == ["pod-2"]
    members.leave("pod-1")
    members.join("pod-1")
    assert members.chosen("pod-1") is None


def test_a_friend_who_is_no_member_gets_nothing(make):
    members = make("pod-1")
    members.choose("pod-1", ["stranger"])
    assert friends(members, "pod-1") == []


def test_a_zone_is_remembered(make):
    members = make()
    members.set_zone("Europe/Berlin")
    assert make().zone == "Europe/Berlin"
    members.set_zone(None)
    assert make().zone is None
