"""Every check of the house holds, and catches a house that is spoiled on purpose."""

import pytest

NAMES = (
    "solids", "interference", "clearance", "captive", "envelopes", "drivers", "finger traps",
    "small parts", "edges", "lit area", "baffle", "heat", "cord", "speaker", "bed", "supports",
)  # fmt: skip


@pytest.fixture(scope="module")
def checks(cad):
    from enclosure.checks import all_checks

    return {check.name: check for check in all_checks()}


def test_the_list_here_is_the_whole_list(checks):
    assert set(checks) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_house_holds(checks, house, name):
    problems, figure = checks[name].run(house)
    assert problems == []
    assert figure


@pytest.mark.parametrize("name", NAMES)
def test_a_spoiled_house_is_caught(checks, house, name):
    caught, _ = checks[name].control(house)
    assert caught, checks[name].spoiled
