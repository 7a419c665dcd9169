"""The grouping core: sizes kept, value as recomputed, as good as brute force, repeatable, stoppable."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.cohorts import diverse_search
from matcher.cohorts.diverse import Aim, Grouping, group, worth
from matcher.errors import InfeasibleError, InputError
from matcher.optimize import Limits
from matcher.watch import Moment, Watch

WORK = 300_000


def random_weights(seed: int, n: int, *, decimals: int = 0, least: int = 0) -> np.ndarray:
    draw = np.random.default_rng(seed)
    upper = np.triu(draw.uniform(least, 100, (n, n)).round(decimals), 1)
    return upper + upper.T


def by_hand(weights: np.ndarray, groups: tuple[tuple[int, ...], ...], aim: Aim) -> float:
    """The value, pair by pair."""
    total, n = 0.0, len(weights)
    for one in groups:
        pairs = [weights[i, j] for i in one for j in one if i < j]
        if aim is Aim.TOTAL:
            total += sum(pairs)
        elif pairs:
            total += np.mean(pairs) * (len(one) / n if aim is Aim.MEMBERS else 1 / len(groups))
    return total


def best_by_hand(weights: np.ndarray, sizes: list[tuple[int, int]], aim: Aim) -> float:
    n, best = len(weights), -math.inf
    for homes in product(range(len(sizes)), repeat=n):
        groups = tuple(tuple(i for i in range(n) if homes[i] == g) for g in range(len(sizes)))
        if all(low <= len(one) <= high for one, (low, high) in zip(groups, sizes, strict=True)):
            best = max(best, by_hand(weights, groups, aim))
    return best


def is_partition(found: Grouping, n: int, sizes: list[tuple[int, int]]) -> bool:
    return sorted(i for one in found.groups for i in one) == list(range(n)) and all(
        low <= len(one) <= high for one, (low, high) in zip(found.groups, sizes, strict=True)
    )


@pytest.mark.parametrize("aim", Aim)
@pytest.mark.parametrize(
    "sizes", [[(3, 3), (3, 3)], [(1, 4), (2, 5)], [(2, 2), (1, 3), (1, 3)], [(0, 6), (0, 6)]]
)
def test_as_good_as_brute_force(aim: Aim, sizes: list[tuple[int, int]]) -> None:
    for seed in range(6):
        weights = random_weights(seed, 6, decimals=seed % 3, least=-50 if seed % 2 else 0)
        found = group(weights, sizes, aim=aim, work=WORK)
        assert is_partition(found, 6, sizes)
        assert found.value == pytest.approx(best_by_hand(weights, sizes, aim))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_sizes_hold_and_the_value_is_what_it_says(data: st.DataObject) -> None:
    spare = st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 3))
    # each group has its number of members, so that there is a partition
    drawn = data.draw(st.lists(spare, min_size=1, max_size=6))
    sizes = [(max(0, size - less), size + more) for size, less, more in drawn]
    n = sum(size for size, _, _ in drawn)
    aim = data.draw(st.sampled_from(Aim))
    weights = random_weights(data.draw(st.integers(0, 99)), n, decimals=2, least=-20)
    found = group(weights, sizes, Limits(seed=data.draw(st.integers(0, 9))), aim=aim, work=WORK)
    assert is_partition(found, n, sizes)
    assert found.value == pytest.approx(by_hand(weights, found.groups, aim))
    assert worth(weights, found.groups, aim) == found.value
    assert not found.cut_short


@pytest.mark.parametrize("aim", Aim)
def test_the_search_keeps_count_of_what_it_changes(aim: Aim) -> None:
    """Tables that are kept up move by move are those worked out anew, past a chunk of members."""
    from matcher.cohorts import diverse_kernels as kernels

    n, sizes = 150, [(5, 25)] * 10
    low, high = np.array(sizes).T.copy()
    whole = diverse_search.whole(random_weights(1, n, decimals=1), low, high, aim)
    search = diverse_search.Search(whole, Limits(seed=3), Watch(), 0.0, 1)
    search.descend_from(np.repeat(np.arange(10), 15).astype(np.uint32))
    spread = float(whole.weight.std()) * float(whole.credit[15])
    kernels.sweeps(whole, search.state, np.full(5, 3 * spread), search.logs)
    kept = [array.copy() for array in search.state]
    assert search.moves > 10 * n
    kernels.settle(whole, search.state)
    for name, before, after in zip(search.state._fields, kept, search.state, strict=True):
        if name not in ("random", "counts", "best"):
            assert (before == after).all(), name
    assert kept[search.state._fields.index("counts")][kernels.VALUE] == search.state.counts[kernels.VALUE]
    assert len(np.unique(search.state.size)) > 1


def test_planted_groups_are_found() -> None:
    homes = np.random.default_rng(2).permutation(np.repeat(np.arange(20), 5))
    weights = (homes[:, None] == homes[None]) * 3.0
    found = group(weights, [(4, 6)] * 20, aim=Aim.MEMBERS, work=30_000_000)
    assert found.value == pytest.approx(3.0)


def test_large_groups_where_the_total_counts() -> None:
    """All weights alike: what counts is the number of pairs."""
    found = group(np.ones((20, 20)), [(2, 8), (3, 9), (4, 7), (1, 6)], work=WORK)
    assert found.value == max(
        sum(s * (s - 1) // 2 for s in sizes)
        for sizes in product(range(2, 9), range(3, 10), range(4, 8), range(1, 7))
        if sum(sizes) == 20
    )


def test_the_same_seed_gives_the_same_groups() -> None:
    weights, sizes = random_weights(5, 60), [(8, 12)] * 6
    first = group(weights, sizes, Limits(seed=4), work=3_000_000)
    again = group(weights, sizes, Limits(seed=4), work=3_000_000)
    assert (first.groups, first.work, first.moves) == (again.groups, again.work, again.moves)
    other = group(weights, sizes, Limits(seed=5), work=3_000_000)
    assert other.groups != first.groups


def test_better_than_descent_and_never_worse_than_the_start() -> None:
    weights, sizes = random_weights(7, 80), [(8, 8)] * 10
    start = tuple(tuple(range(8 * g, 8 * g + 8)) for g in range(10))
    before = worth(weights, start)
    descended = group(weights, sizes, work=0, start=start)
    assert descended.value > before
    assert group(weights, sizes, work=0, start=descended.groups).groups == descended.groups
    annealed = group(weights, sizes, work=20_000_000, start=descended.groups)
    assert annealed.value > descended.value
    assert group(weights, sizes, Limits(seed=2), work=1, start=annealed.groups).value >= annealed.value


def test_one_who_stops_gets_the_best_so_far() -> None:
    weights, sizes = random_weights(8, 60), [(10, 10)] * 6
    moments: list[Moment] = []
    found = group(weights, sizes, watch=Watch(moments.append, lambda: len(moments) == 3), work=50_000_000)
    assert found.cut_short
    assert is_partition(found, 60, sizes)
    assert found.value > by_hand(weights, tuple(tuple(range(g, 60, 6)) for g in range(6)), Aim.TOTAL)
    shares = [moment.share for moment in moments]
    assert len(shares) == 3
    assert 0 < shares[0] < shares[1] < shares[2] < 1


def test_the_clock_ends_it_early() -> None:
    found = group(random_weights(9, 40), [(8, 8)] * 5, Limits(seconds=0.05), work=10**12)
    assert found.cut_short
    assert found.work < 10**12


def test_nobody_and_one() -> None:
    assert group(np.zeros((0, 0)), [(0, 3)]).groups == ((),)
    assert group([[5.0]], [(1, 1)]).groups == ((0,),)
    assert group([[5.0]], [(0, 1), (0, 1)], work=10).value == 0.0
    assert group(np.zeros((4, 4)), [(2, 2)] * 2, work=WORK).value == 0.0


@pytest.mark.parametrize("scale", [1e-90, 1e-6, 1e60])
def test_the_unit_of_the_weights_does_not_matter(scale: float) -> None:
    weights = random_weights(4, 7)
    found = group(weights * scale, [(2, 3), (4, 5)], work=WORK)
    assert found.value == pytest.approx(best_by_hand(weights, [(2, 3), (4, 5)], Aim.TOTAL) * scale)


def test_the_diagonal_does_not_count() -> None:
    weights = random_weights(3, 6)
    marked = weights + np.diag([1000.0, 0, 0, 0, 0, 1e9])
    found, plain = (group(one, [(3, 3)] * 2, work=WORK) for one in (marked, weights))
    assert (found.groups, found.value) == (plain.groups, plain.value)


@pytest.mark.parametrize(
    ("weights", "sizes", "words"),
    [
        (np.zeros((2, 3)), [(1, 2)], r"shape \(2, 3\)"),
        ([[0, math.nan], [math.nan, 0]], [(2, 2)], "members 0 and 1 is nan"),
        ([[0, -1e200], [-1e200, 0]], [(2, 2)], r"is -1e\+200"),
        ([[0, 1], [2, 0]], [(2, 2)], "0 and 1 weigh 1, but 1 and 0 weigh 2"),
        (np.zeros((4, 4)), [(3, 2), (1, 2)], "Group 0 is to have from 3 to 2"),
        (np.zeros((4, 4)), [(-1, 4)], "Group 0 is to have from -1 to 4"),
    ],
)
def test_what_makes_no_sense_is_said(weights: object, sizes: list[tuple[int, int]], words: str) -> None:
    with pytest.raises(InputError, match=words):
        group(weights, sizes, work=10)  # type: ignore[arg-type]


def test_sizes_that_no_partition_has() -> None:
    with pytest.raises(InfeasibleError, match="2 groups of such sizes hold 2 to 6 members, and there are 7"):
        group(np.zeros((7, 7)), [(1, 3)] * 2)
    with pytest.raises(InfeasibleError, match="hold 8 to 8 members, and there are 7"):
        group(np.zeros((7, 7)), [(4, 4)] * 2)


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ([[0, 1], [2]], "Name each of the 4 members once"),
        ([[0, 1], [2, 2]], "Name each of the 4 members once"),
        ([[0, 1, 2], [3]], "groups of 3, 1 members"),
        ([[0, 1, 2, 3]], "groups of 4 members"),
    ],
)
def test_a_start_that_is_no_such_partition(start: list[list[int]], words: str) -> None:
    with pytest.raises(InputError, match=words):
        group(np.zeros((4, 4)), [(2, 2)] * 2, start=start)
