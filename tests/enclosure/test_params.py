"""Parameters: one place, heights that follow, a mistake that is named."""

import tomllib

import pytest
from enclosure.params import HERE, load


def test_the_roof_stands_on_the_walls_and_the_walls_on_the_base(p):
    assert p.z_joint == p.foot.height + p.base.joint
    assert p.z_deck == p.z_joint + p.body.wall_height
    assert p.z_board < p.z_joint


def test_a_variant_changes_one_number():
    assert load(**{"roof.thickness": 2.4}).roof.thickness == 2.4
    assert load(**{"boards.ring.outer": 50.0}).boards.ring.outer == 50.0


def test_a_parameter_that_is_not_there_is_named():
    with pytest.raises(KeyError, match="roof.colour"):
        load(**{"roof.colour": 1})


def test_every_bought_thing_says_where_its_numbers_come_from():
    boards = tomllib.loads((HERE / "boards.toml").read_text())
    for name, table in boards.items():
        assert len(table["source"]) > 20, name


def test_the_carriers_holes_lie_on_the_carrier(p):
    c = p.boards.carrier
    for x, y in c.holes:
        assert c.x[0] + 3 <= x <= c.x[1] - 3
        assert c.y[0] + 3 <= y <= c.y[1] - 3
