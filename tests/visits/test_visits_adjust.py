"""One change by hand: what it does to the plan, and which rules it breaks."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build_visits import FREE, brute_force, host, network, solution, visitor
from matcher.errors import InputError
from matcher.optimize import Limits
from matcher.outcome import Change, ChangeKind
from matcher.visits import check, model
from matcher.visits.adjust import Adjusted, adjust
from matcher.visits.problem import EARLIER_VISIT, Event, Host, Problem, Visitor, VisitRules

PIN, BAN, MOVE, SWAP = ChangeKind
#: a takes two, b one on Tuesday; u and w visit a, x visits b, y has no visit.
BASE = Problem(
    (host("a", seats=2, weekdays=(0,)), host("b", seats=1, weekdays=(1,)), host("c", weekdays=(1, 2))),
    (visitor("u", visits=2), visitor("w"), visitor("x", weekdays=(1, 2)), visitor("y")),
    ((0, 0, 500), (0, 1, 300), (0, 2, 100), (1, 0, 400), (1, 1, 350), (2, 1, 600), (3, 0, 200), (3, 1, 50)),
    (),
    FREE,
)
PLAN = (Event(0, 0, (0, 1)), Event(1, 1, (2,)))


def after(change: Change, problem: Problem = BASE, plan: tuple[Event, ...] = PLAN) -> Adjusted:
    made = adjust(problem, solution(*plan, problem=problem), change)
    if made.solution is not None:
        assert check.violations(made.problem, made.solution) == []
        assert made.verdict.objective == made.solution.objective <= made.solution.bound
        assert made.verdict.broken == ()
    else:
        assert made.verdict.broken
        assert made.problem is problem
    return made


def events(change: Change, problem: Problem = BASE) -> tuple[Event, ...]:
    made = after(change, problem).solution
    assert made is not None
    return made.events


def test_a_visitor_taken_out_waits_and_hears_that_there_is_a_seat() -> None:
    made = after(Change(MOVE, 1))
    assert made.solution is not None
    assert made.solution.events == (Event(0, 0, (0,)), Event(1, 1, (2,)))
    assert dict(made.solution.left_out)[1] == (
        "Of 2 hosts that fit: 1 is full (1 seat); 1 still has a free seat (Mon)."
    )
    verdict = made.verdict
    assert (verdict.placed, verdict.placed_change) == (2, -1)
    assert (verdict.objective, verdict.objective_change) == (1100, -400)
    assert (verdict.worst, verdict.worst_change) == (500, 100)


def test_a_visit_that_nobody_comes_to_is_not_held_and_could_be_opened() -> None:
    made = after(Change(MOVE, 2))
    assert made.solution is not None
    assert made.solution.events == (Event(0, 0, (0, 1)),)
    assert dict(made.solution.unused)[1] == "Opening it would still add 600 points."
    assert "holds no visit, as it could still be opened" in dict(made.solution.left_out)[2]


def test_a_move_leaves_the_visit_worth_least_and_opens_a_host() -> None:
    made = after(Change(MOVE, 0, to=2))
    assert made.solution is not None
    assert made.solution.events == (Event(0, 0, (1,)), Event(1, 1, (2,)), Event(2, 1, (0,)))
    assert made.verdict.objective_change == 100 - 500
    both = (Event(0, 0, (0, 1)), Event(1, 1, (0,)))
    made = after(Change(MOVE, 0, to=2), BASE, both)
    assert made.solution is not None
    assert made.solution.events == (Event(0, 0, (0, 1)), Event(2, 1, (0,)))


def test_a_pin_adds_a_visit_where_one_more_may_be_made_and_stays_in_the_problem() -> None:
    made = after(Change(PIN, 0, other=2))
    assert made.problem.pins == ((0, 2),)
    assert made.solution is not None
    assert made.solution.events == (*PLAN, Event(2, 1, (0,)))
    assert after(Change(MOVE, 0), made.problem, made.solution.events).verdict.broken == (
        "Visitor 'u' is pinned to host 'c' and is not there.",
    )


def test_a_pin_of_two_who_meet_already_changes_no_seat() -> None:
    made = after(Change(PIN, 0, other=0))
    assert made.solution is not None
    assert (made.solution.events, made.problem.pins) == (PLAN, ((0, 0),))
    assert made.verdict.objective_change == 0


def test_a_pin_may_bring_what_no_plan_had_before_and_the_bound_knows() -> None:
    roomy = (host("a", seats=3, weekdays=(0,)), *BASE.hosts[1:])
    met = replace(BASE, hosts=roomy, apart=((0, 0, EARLIER_VISIT),))
    before = model.solve(met, Limits(10.0))
    made = adjust(met, before, Change(PIN, 0, other=0))
    assert made.solution is not None
    assert brute_force(made.problem) is not None
    assert (brute_force(made.problem) or 0) > before.bound
    assert made.solution.bound >= (brute_force(made.problem) or 0)


def test_a_ban_takes_apart_and_lifts_a_pin() -> None:
    pinned = replace(BASE, pins=((0, 0),))
    made = after(Change(BAN, 0, other=0), pinned)
    assert made.solution is not None
    assert made.solution.events == (Event(0, 0, (1,)), Event(1, 1, (2,)))
    assert (made.problem.pins, made.problem.apart) == ((), ((0, 0, "a decision of staff"),))
    again = after(Change(PIN, 0, other=0), made.problem, made.solution.events)
    assert again.verdict.broken == ("Visitor 'u' is kept from host 'a' by a decision of staff.",)


def test_a_swap_gives_each_the_visits_of_the_other() -> None:
    assert events(Change(SWAP, 1, other=3)) == (Event(0, 0, (0, 3)), Event(1, 1, (2,)))
    assert after(Change(SWAP, 0, other=2)).verdict.broken == (
        "Visitor 'x' cannot come on the day of the visit to host 'a' (Monday).",
        "Visitor 'x' asked for nothing that host 'a' has been found to help with.",
    )


@pytest.mark.parametrize(
    ("change", "problem", "broken"),
    [
        (Change(MOVE, 3, to=0), BASE, ("Host 'a' has 3 visitors and 2 seats.",)),
        (Change(MOVE, 1), replace(BASE, rules=replace(FREE, threshold=500)), ()),
        (
            Change(MOVE, 3, to=2),
            BASE,
            (
                "The visit at host 'c' is worth 0 points, no more than nothing.",
                "Visitor 'y' asked for nothing that host 'c' has been found to help with.",
            ),
        ),
        (
            Change(MOVE, 0, to=2),
            replace(BASE, rules=replace(FREE, events=2)),
            ("3 visits are held; the most are 2.",),
        ),
        (
            Change(MOVE, 0, to=2),
            replace(
                BASE,
                hosts=(*BASE.hosts[:2], host("c", hosted=1)),
                rules=replace(FREE, points_per_hosting=100),
            ),
            ("The visit at host 'c' is worth 0 points, no more than nothing.",),
        ),
        (
            Change(PIN, 3, other=2),
            replace(BASE, visitors=(*BASE.visitors[:3], visitor("y", visits=0))),
            ("Visitor 'y' makes 1 visits; the most are 0.",),
        ),
    ],
)
def test_what_breaks_is_said_and_only_what_is_new(
    change: Change, problem: Problem, broken: tuple[str, ...]
) -> None:
    assert after(change, problem).verdict.broken == broken


def test_too_few_are_left_behind() -> None:
    problem = replace(BASE, rules=replace(FREE, min_visitors=2))
    made = after(Change(MOVE, 1), problem, PLAN[:1])
    assert made.verdict.broken == ("Host 'a' has 1 visitors; the fewest for a visit are 2.",)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Change(MOVE, 4), "names visitor 4, and there are 4. They count from 0 to 3."),
        (Change(MOVE, 0, to=3), "names host 3, and there are 3"),
        (Change(MOVE, 0, to=-2), "names host -2"),
        (Change(PIN, 0), "names host -1"),
        (Change(BAN, 0, other=3), "names host 3"),
        (Change(SWAP, 0, other=4), "names visitor 4"),
    ],
)
def test_nobody_of_that_number(change: Change, message: str) -> None:
    with pytest.raises(InputError, match=message):
        adjust(BASE, solution(*PLAN, problem=BASE), change)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_any_row_of_changes_keeps_the_rules_and_the_bound(seed: int) -> None:
    draw = random.Random(seed)
    problem = network(2, 4, seed, tiny=True, events=2, min_visitors=1, threshold=200)
    plan = model.solve(problem, Limits(10.0))
    for _ in range(4):
        kind = draw.choice(list(ChangeKind))
        others = problem.visitors if kind is SWAP else problem.hosts
        change = Change(
            kind, draw.randrange(len(problem.visitors)), draw.randrange(len(others)), draw.randint(-1, 1)
        )
        made = adjust(problem, plan, change)
        if made.solution is None:
            assert made.verdict.broken
            continue
        assert made.verdict.objective_change == made.solution.objective - plan.objective
        problem, plan = made.problem, made.solution
        assert check.violations(problem, plan) == []
        assert (brute_force(problem) or 0) <= plan.bound


def test_a_ban_that_lifts_a_pin_claims_nothing_that_is_not_proven() -> None:
    """A visitor is pinned to a host far away; without the pin a near one is worth far more."""
    hosts = (Host("far", "a", 1, (), 40.0, -120.0), Host("near", "b", 1, (), 40.0, -80.0))
    rules = VisitRules(events=2, min_visitors=1, threshold=0, points_per_100_km=100, points_per_hosting=0)
    visitor = Visitor("v", "c", (), 40.0, -80.0)
    problem = Problem(hosts, (visitor,), ((0, 0, 100), (0, 1, 900)), (), rules, ((0, 0),))
    adjusted = adjust(problem, model.solve(problem), Change(ChangeKind.BAN, 0, 0))
    assert adjusted.solution is not None
    assert adjusted.solution.bound >= model.solve(adjusted.problem).objective == 900
