"""The model against exact oracles, trying everything, tight clocks, and clashing pins."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from build_pairs import assert_optimal, brute_force, member, tiny
from matcher.errors import InfeasibleError, InputError
from matcher.optimize import Limits, Status
from matcher.pairing.check import Bars, able_facilitators, barred, shared_hours, violations
from matcher.pairing.model import solve
from matcher.pairing.problem import PairFacilitator, PairGroup, PairRules, Problem, Solution


@pytest.mark.parametrize("seed", range(10))
def test_equals_trying_everything_with_all_the_rules(seed: int) -> None:
    rnd = random.Random(seed)
    pinned = refused = 0
    for _ in range(40):
        problem = tiny(rnd)
        best = brute_force(problem)
        if best is None:
            refused += 1
            with pytest.raises(InfeasibleError):
                solve(problem)
        else:
            pinned += bool(problem.pins)
            assert_optimal(problem, solve(problem), best)
    assert refused < 30
    assert pinned


def staffed(size: int, seed: int) -> Problem:
    rnd = random.Random(seed)
    pairs = {tuple(sorted(rnd.sample(range(size), 2))) for _ in range(6 * size)}
    return Problem(
        members=tuple(
            member(i, wanted=rnd.randint(1, 3), hours=tuple(sorted(rnd.sample(range(20), 5))))
            for i in range(size)
        ),
        candidates=tuple((a, b, rnd.randint(1, 1000)) for a, b in sorted(pairs)),
        facilitators=tuple(
            PairFacilitator(f"f{i}", size // 12, tuple(sorted(rnd.sample(range(20), 4)))) for i in range(5)
        ),
    )


def by_another_model(problem: Problem) -> tuple[int, int]:
    """The optimum from a programme in other words: a column for each pair with each facilitator."""
    bars = Bars.of(problem)
    columns = [
        (a, b, affinity, each)
        for a, b, affinity in problem.candidates
        if not barred(problem, bars, a, b, affinity)
        for each in able_facilitators(problem, shared_hours(problem, a, b))
    ]
    size, count = len(problem.members), len(columns)
    ends = np.zeros((size, count))
    seats = np.zeros((len(problem.facilitators), count))
    once: dict[tuple[int, int], np.ndarray] = {}  # type: ignore[type-arg]
    for column, (a, b, _, each) in enumerate(columns):
        ends[[a, b], column] = 1
        seats[each, column] = 1
        once.setdefault((a, b), np.zeros(count))[column] = 1
    points = np.array([affinity for _, _, affinity, _ in columns] + size * [0])
    placed = np.array(count * [0] + size * [1])

    def rows(block: np.ndarray, placing: np.ndarray, right: object) -> LinearConstraint:  # type: ignore[type-arg]
        return LinearConstraint(np.hstack([block, placing]), ub=right)

    rules = [
        rows(ends, np.zeros((size, size)), [each.wanted for each in problem.members]),
        rows(-ends, np.eye(size), 0),
        rows(seats, np.zeros((len(seats), size)), [each.capacity for each in problem.facilitators]),
        rows(np.array(list(once.values())), np.zeros((len(once), size)), 1),
    ]
    given = {"integrality": np.ones(count + size), "bounds": Bounds(0, 1), "options": {"mip_rel_gap": 0}}
    most = round(-milp(-placed, constraints=rules, **given).fun)
    best = milp(-points, constraints=[*rules, LinearConstraint(placed, lb=most)], **given)
    return most, round(-best.fun)


@pytest.mark.parametrize("seed", range(20))
def test_equals_another_model_where_facilitators_are_short(seed: int) -> None:
    rnd = random.Random(seed)
    problem = staffed(rnd.randint(10, 45), seed)
    capacity = rnd.randint(1, 6)
    problem = replace(
        problem, facilitators=tuple(replace(each, capacity=capacity) for each in problem.facilitators)
    )
    assert_optimal(problem, solve(problem), by_another_model(problem))


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.1, 0.3])
def test_a_short_clock_still_gives_a_sound_plan_with_true_bounds(seconds: float) -> None:
    problem = staffed(120, 3)
    whole, cut = solve(problem), solve(problem, Limits(seconds))
    assert whole.status is Status.OPTIMAL
    assert violations(problem, cut) == []
    assert whole.placed <= cut.placed_bound <= len(problem.members)
    assert cut.placed <= whole.placed
    assert cut.placed < whole.placed or cut.objective <= whole.objective <= cut.bound
    assert cut.placed > whole.placed // 2


def test_a_clock_that_stands_at_zero_proves_little_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = staffed(120, 3)
    monkeypatch.setattr(Limits, "left", lambda self, started: 0.0)
    cut, whole = solve(problem, Limits(0.0)), staffed(120, 3)
    assert whole == problem
    assert cut.status is Status.FEASIBLE
    assert cut.placed
    assert cut.gap > 0
    assert violations(problem, cut) == []
    monkeypatch.undo()
    best = solve(problem)
    assert cut.placed_bound >= best.placed
    assert cut.bound >= best.objective


@pytest.mark.parametrize("seconds", [0.0, 60.0])
def test_pins_are_staffed_before_anything_else(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first pin could take the only facilitator of the second."""
    if not seconds:
        monkeypatch.setattr(Limits, "left", lambda self, started: 0.0)
    problem = Problem(
        members=(member(0), member(1), member(2, hours=(3,)), member(3), member(4), member(5)),
        candidates=((0, 1, 1), (2, 3, 1), (4, 5, 1000)),
        pins=((1, 0), (3, 2)),
        facilitators=(PairFacilitator("f", 1, (3,)), PairFacilitator("g", 1, (4,))),
    )
    solution = solve(problem, Limits(seconds))
    assert {(pair.a, pair.b): pair.facilitator for pair in solution.pairs} == {(0, 1): "g", (2, 3): "f"}


def test_most_placed_first_even_at_a_price() -> None:
    path = ((0, 1, 10), (1, 2, 1000), (2, 3, 10))
    solution = solve(Problem(tuple(map(member, range(4))), path))
    assert [(pair.a, pair.b) for pair in solution.pairs] == [(0, 1), (2, 3)]
    assert solution.objective == solution.bound == 20


def test_an_odd_cycle_leaves_one_and_takes_the_best_two() -> None:
    cycle = ((0, 1, 5), (1, 2, 5), (2, 3, 5), (3, 4, 5), (0, 4, 9))
    solution = solve(Problem(tuple(map(member, range(5))), cycle))
    assert (solution.placed, solution.placed_bound, solution.objective) == (4, 4, 14)
    assert len(solution.waitlist) == 1


@pytest.mark.parametrize(
    "problem",
    [
        Problem((), ()),
        Problem((member(0),), ()),
        Problem((member(0, wanted=0), member(1, wanted=0)), ((0, 1, 9),)),
        Problem((member(0), member(1)), ((0, 1, 9),), bans=((1, 0),)),
        Problem((member(0), member(1)), ((0, 1, 9),), facilitators=(PairFacilitator("f", 0),)),
        Problem((member(0), member(1)), ((0, 1, 9),), groups=(PairGroup("g", (1,), 0),)),
        Problem((member(0, hours=(1,)), member(1, hours=(2,))), ((0, 1, 9),)),
    ],
)
def test_nothing_to_pair(problem: Problem) -> None:
    """Everybody who wants a pair is on the waitlist, with the reason."""
    solution = solve(problem, prices=True)
    assert_optimal(problem, solution, (0, 0))
    assert solution.pairs == ()
    assert len(solution.waitlist) == sum(each.wanted > 0 for each in problem.members)
    fair = replace(problem, rules=PairRules(fair=True))
    assert_optimal(fair, solve(fair), (0, 0, 0))


def test_a_start_that_names_nobody() -> None:
    problem = Problem((member(0), member(1)), ((0, 1, 9),))
    assert solve(problem, start=((1, 0),)).placed == 2
    with pytest.raises(InputError, match="holds \\(0, 2\\), no pair of 2 members"):
        solve(problem, start=((0, 2),))


def test_numbers_above_what_there_is_are_harmless() -> None:
    problem = Problem(
        tuple(member(i, wanted=10**15) for i in range(4)),
        tuple((a, b, 1000) for a in range(4) for b in range(a + 1, 4)),
        facilitators=(PairFacilitator("f", 10**15), PairFacilitator("g", 3)),
    )
    assert_optimal(problem, solve(problem), (4, 6000))


def test_hours_that_one_side_gave_count_and_the_first_that_suits_all_is_taken() -> None:
    problem = Problem(
        (member(0, hours=(3, 5)), member(1), member(2), member(3)),
        ((0, 1, 9), (2, 3, 9)),
        facilitators=(PairFacilitator("f", 2, (4, 5, 6)),),
    )
    assert [pair.hour for pair in solve(problem).pairs] == [5, 4]
    alone = replace(problem, facilitators=())
    assert [pair.hour for pair in solve(alone).pairs] == [3, None]


BASE = Problem(
    (member(0), member(1), member(2), member(3)),
    ((0, 1, 500), (2, 3, 500)),
    pins=((0, 1), (2, 3)),
)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"bans": ((1, 0),)}, "a ban bars them"),
        (
            {"members": (member(0), member(1, organization_id="org 0"), *BASE.members[2:])},
            "one organization",
        ),
        ({"members": (member(0, hours=(1,)), member(1, hours=(2,)), *BASE.members[2:])}, "share no hour"),
        ({"members": (member(0, wanted=0), *BASE.members[1:])}, "0 has 1 pinned pairs and wants 0"),
        ({"pins": ((0, 1), (0, 2))}, "0 has 2 pinned pairs and wants 1"),
        (
            {
                "members": (member(0, hours=(1,)), *BASE.members[1:]),
                "facilitators": (PairFacilitator("f", 5, (2,)),),
            },
            "No facilitator can convene the pinned pair 0 and 1",
        ),
        ({"facilitators": (PairFacilitator("f", 1),)}, "cannot convene all of the 2 pinned pairs"),
        ({"groups": (PairGroup("Ohio", (0, 2), 1),)}, "'Ohio' has 2 pinned pairs and may take 1"),
        ({"groups": (PairGroup("Ohio", (0, 1), 1),)}, "'Ohio' has 2 pinned pairs and may take 1"),
    ],
)
def test_pins_that_clash(given: dict[str, object], said: str) -> None:
    assert solve(BASE).placed == 4
    with pytest.raises(InfeasibleError, match=said) as caught:
        solve(replace(BASE, **given))  # type: ignore[arg-type]
    assert caught.value.cure


def test_a_pin_overrides_the_soft_rules_and_the_candidates() -> None:
    problem = replace(BASE, candidates=((0, 1, 1),), met=((0, 1),), rules=PairRules(700, across_states=True))
    solution = solve(problem)
    assert [(pair.a, pair.b, pair.affinity) for pair in solution.pairs] == [(0, 1, 1), (2, 3, 0)]
    assert solve(replace(problem, pins=())).pairs == ()


def test_the_same_bytes_every_time_but_for_the_seconds() -> None:
    problem = staffed(60, 5)
    first, second = (replace(solve(problem), seconds=0.0).to_json() for _ in range(2))
    assert first == second


def test_json_round_trip() -> None:
    rnd = random.Random(4)
    for _ in range(20):
        problem = replace(tiny(rnd), pins=())
        assert Problem.from_json(problem.to_json()) == problem
        solution = solve(problem)
        assert Solution.from_json(solution.to_json()) == solution
