"""Facilitators: loads as even as can be, by trying everything."""

from __future__ import annotations

import random
from collections import Counter
from itertools import product

import pytest

from matcher.optimize import ContradictionError
from matcher.pairing.problem import PairFacilitator, Problem
from matcher.pairing.staff import Roster, staffing


def least_squares(capacities: list[int], able: list[tuple[int, ...]]) -> int | None:
    sums = []
    for choice in product(*able):
        load = Counter(choice)
        if all(load[each] <= capacity for each, capacity in enumerate(capacities)):
            sums.append(sum(count * count for count in load.values()))
    return min(sums, default=None)


@pytest.mark.parametrize("seed", range(150))
def test_loads_are_even(seed: int) -> None:
    rnd = random.Random(seed)
    capacities = [rnd.randint(0, 4) for _ in range(rnd.randint(1, 4))]
    kinds = [
        tuple(sorted(rnd.sample(range(len(capacities)), rnd.randint(1, len(capacities))))) for _ in range(3)
    ]
    able = [rnd.choice(kinds) for _ in range(rnd.randint(1, 6))]
    problem = Problem(
        (), (), facilitators=tuple(PairFacilitator(str(i), c) for i, c in enumerate(capacities))
    )
    least = least_squares(capacities, able)
    if least is None:
        with pytest.raises(ContradictionError):
            staffing(problem, able)
        return
    chosen = staffing(problem, able)
    load = Counter(chosen)
    assert all(each in names for each, names in zip(chosen, able, strict=True))
    assert all(load[each] <= capacity for each, capacity in enumerate(capacities))
    assert sum(count * count for count in load.values()) == least


def test_pairs_are_handed_on_to_make_room() -> None:
    roster = Roster([1, 1])
    assert roster.add((0, 1))
    assert roster.convener == [0]
    assert roster.fits((0,))
    assert roster.convener == [0]
    assert roster.add((0,))
    assert roster.convener == [1, 0]
    assert not roster.add((0, 1))
    assert not roster.add((0, 1))
    assert not roster.add(())
    assert not roster.fits((0,))
    assert not Roster([0]).fits((0,))
