"""`params.toml` and `boards.toml`, and the few heights that follow from them."""

import tomllib
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace

HERE = Path(__file__).resolve().parent


def _names(value):
    if isinstance(value, dict):
        return SimpleNamespace(**{key: _names(inner) for key, inner in value.items()})
    return value


class Params(SimpleNamespace):
    """All sections as attributes, lengths in mm. `boards` holds what is bought."""

    @cached_property
    def z_base(self):
        return self.foot.height

    @cached_property
    def z_floor(self):
        return self.z_base + self.base.floor

    @cached_property
    def z_joint(self):
        return self.z_base + self.base.joint

    @cached_property
    def z_deck(self):
        """Top of the deck: where the roof stands."""
        return self.z_joint + self.body.wall_height

    @cached_property
    def z_under_deck(self):
        return self.z_deck - self.body.deck

    @cached_property
    def z_board(self):
        """Top of the carrier board."""
        return self.z_floor + self.boards.carrier.standoff + self.boards.carrier.thickness

    @cached_property
    def outer(self):
        """Half width of the walls outside; the house is square."""
        return self.body.width / 2

    @cached_property
    def inner(self):
        return self.outer - self.body.wall

    @cached_property
    def screw(self):
        """x and y of the four screws from below, one in each corner."""
        return self.inner - 4.6

    @cached_property
    def roof_screws(self):
        """x and y of the four screws that hold the roof, clear of what is under the deck."""
        side, back = self.inner - 5.1, self.inner - 12.6
        return [(-side, -25.0), (side, -25.0), (-back, side), (back, side)]


def load(folder=HERE, **changes):
    """Parameters from the two files; `changes` are {"roof.thickness": 2.0} for a variant."""
    tables = tomllib.loads((folder / "params.toml").read_text())
    tables["boards"] = tomllib.loads((folder / "boards.toml").read_text())
    for path, value in changes.items():
        *parents, last = path.split(".")
        table = tables
        for name in parents:
            table = table[name]
        if last not in table:
            raise KeyError(f"params.toml has no {path}")
        table[last] = value
    return Params(**vars(_names(tables)))
