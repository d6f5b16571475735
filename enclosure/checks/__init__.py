"""Checks of the enclosure. Each has a control: a house spoiled on purpose, which it must catch."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """`run(house)` and `control(house)` return (problems, figure); a control must have problems."""

    name: str
    says: str
    run: Callable
    control: Callable
    spoiled: str


def all_checks():
    from . import air, edges, hands, joints, light, loads, printing, solids

    return [
        check
        for module in (solids, joints, hands, air, edges, light, loads, printing)
        for check in module.CHECKS
    ]
