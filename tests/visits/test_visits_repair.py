"""Repair: fewest changes, then most placed, then value; by brute force on small networks."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build_visits import FREE, every_plan, host, network, visitor
from matcher.errors import InfeasibleError, InputError, TimeLimitError
from matcher.optimize import Limits
from matcher.outcome import Moved, Option
from matcher.visits import check, model
from matcher.visits.days import day_of
from matcher.visits.grid import Grid
from matcher.visits.plan import Plan
from matcher.visits.problem import Event, Problem
from matcher.visits.repair import _Mending, moved, repair
from matcher.watch import Watch

LIMITS = Limits(seconds=20.0)


def seats(events: tuple[Event, ...]) -> set[tuple[int, int, int]]:
    return {(event.host, day_of(event), visitor) for event in events for visitor in event.visitors}


def placed(events: tuple[Event, ...]) -> int:
    return len({visitor for event in events for visitor in event.visitors})


def ruled(problem: Problem, before: tuple[Event, ...], events: tuple[Event, ...]) -> tuple[int, int, int]:
    """By the rule of repair: fewer changes, more placed, more value."""
    return -len(seats(before) - seats(events)), placed(events), check.worth(problem, events)


def disturbed(seed: int) -> tuple[Problem, tuple[Event, ...]]:
    """A small problem after a visitor dropped out, and often after hosts lost a seat and days; and the
    best plan of before, without that visitor."""
    draw = random.Random(seed)
    problem = network(
        1 + seed % 3, 3 + seed % 4, seed, tiny=True, events=3, min_visitors=1 + seed % 2, threshold=200
    )
    earlier = model.solve(problem, LIMITS).events
    gone = draw.randrange(len(problem.visitors))
    visitors = tuple(replace(v, visits=0) if i == gone else v for i, v in enumerate(problem.visitors))
    hosts = problem.hosts
    if draw.random() < 0.5:
        hosts = tuple(
            replace(h, seats=max(0, h.seats - draw.randint(0, 1)), weekdays=(draw.choice((0, 1)),))
            for h in hosts
        )
    stay = tuple(replace(e, visitors=tuple(v for v in e.visitors if v != gone)) for e in earlier)
    return replace(problem, visitors=visitors, hosts=hosts), tuple(event for event in stay if event.visitors)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_the_best_repair_of_all(seed: int) -> None:
    problem, before = disturbed(seed)
    plans = list(every_plan(problem))
    found = repair(problem, before, limits=LIMITS)
    assert check.violations(problem, found.solution) == []
    best = max(ruled(problem, before, plan) for plan in plans)
    assert ruled(problem, before, found.solution.events) == best
    assert (found.changes, found.proven) == (-best[0], True)
    assert found.solution.bound >= max(check.worth(problem, plan) for plan in plans)
    assert found.moved == moved(before, found.solution.events)
    for option in found.options:
        changes, most, value = max(
            ruled(problem, before, plan) for plan in plans if placed(plan) >= option.placed
        )
        assert option == Option(-changes, most, value)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 3))
def test_the_best_within_so_many_changes(seed: int, most: int) -> None:
    problem, before = disturbed(seed)
    within = [plan for plan in every_plan(problem) if len(seats(before) - seats(plan)) <= most]
    if not within:
        with pytest.raises(InfeasibleError, match=f"At most {most} changes are allowed, and"):
            repair(problem, before, most_changes=most, limits=LIMITS)
        return
    found = repair(problem, before, most_changes=most, limits=LIMITS)
    best = max((placed(plan), check.worth(problem, plan)) for plan in within)
    assert (placed(found.solution.events), found.solution.objective) == best
    assert found.changes <= most


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_a_confirmed_visit_stays_as_it_is(seed: int) -> None:
    problem, before = disturbed(seed)
    if not before:
        return
    number = seed % len(before)
    held = [plan for plan in every_plan(problem) if before[number] in plan]
    if not held:
        with pytest.raises(InfeasibleError):
            repair(problem, before, confirmed=(number,), limits=LIMITS)
        return
    found = repair(problem, before, confirmed=(number,), limits=LIMITS)
    assert before[number] in found.solution.events
    best = max(ruled(problem, before, plan) for plan in held)
    assert ruled(problem, before, found.solution.events) == best


HOSTS = (host("a", seats=2, weekdays=(0,)), host("b", seats=2, weekdays=(0,)))
VISITORS = (visitor("u"), visitor("w"), visitor("x"))
EVERY = tuple((v, h, 500 + 100 * h) for v in range(3) for h in range(2))
BASE = Problem(HOSTS, VISITORS, EVERY, (), replace(FREE, per_visitor=1))


def test_who_stays_is_not_moved_to_a_better_host_and_who_comes_is_no_change() -> None:
    better = tuple((v, h, 500 + (400 if v == 0 else 100) * h) for v in range(3) for h in range(2))
    found = repair(replace(BASE, fits=better), (Event(0, 0, (0,)),), limits=LIMITS)
    assert found.solution.events == (Event(0, 0, (0,)), Event(1, 0, (1, 2)))
    assert (found.changes, found.options) == (0, ())
    assert found.moved == (Moved(1, (), (1,)), Moved(2, (), (1,)))
    assert (found.solution.objective, found.proven) == (1700, True)
    assert found.solution.bound >= 2000  # of all plans: u at b


def test_a_host_that_drops_out_has_no_index_and_costs_no_change() -> None:
    alone = Problem(HOSTS[:1], VISITORS, tuple(fit for fit in EVERY if fit[1] == 0), (), BASE.rules)
    found = repair(alone, (Event(0, 0, (0, 2)),), limits=LIMITS)
    assert (found.solution.events, found.changes, found.moved) == ((Event(0, 0, (0, 2)),), 0, ())


def test_more_are_placed_for_more_changes_only_as_an_option() -> None:
    """x can visit host a alone, which is full; u there could go to b."""
    problem = replace(BASE, fits=((0, 0, 500), (0, 1, 300), (1, 0, 500), (2, 0, 500)))
    before = (Event(0, 0, (0, 1)),)
    found = repair(problem, before, limits=LIMITS)
    assert (found.changes, placed(found.solution.events)) == (0, 2)
    assert found.options == (Option(1, 3, 1300),)
    more = repair(problem, before, most_changes=1, limits=LIMITS)
    assert more.solution.events == (Event(0, 0, (1, 2)), Event(1, 0, (0,)))
    assert more.moved == (Moved(0, (0,), (1,)), Moved(2, (), (0,)))


def test_what_keeps_a_confirmed_visit_from_staying_is_said() -> None:
    before = (Event(0, 0, (0, 1)),)
    small = replace(BASE, hosts=(replace(HOSTS[0], seats=1), HOSTS[1]))
    message = "A confirmed visit breaks a rule. Host 'a' has 2 visitors and 1 seats."
    with pytest.raises(InfeasibleError, match=message):
        repair(small, before, confirmed=(0,), limits=LIMITS)
    pinned = replace(BASE, pins=((2, 0),))
    with pytest.raises(InfeasibleError, match="3 visitors are pinned to host 'a', which has 2 seats"):
        repair(pinned, before, confirmed=(0,), limits=LIMITS)


@pytest.mark.parametrize(
    ("before", "confirmed", "message"),
    [
        ((Event(2, 0, (0,)),), (), r"before\[0\] names host 2, and there are 2"),
        ((Event(0, 0, (0, 3)),), (), r"before\[0\] names visitor 3, and there are 3"),
        ((Event(0, 0, (0,)),), (1,), "Visit 1 of the earlier plan is confirmed, and it has 1"),
    ],
)
def test_nonsense_is_refused(before: tuple[Event, ...], confirmed: tuple[int, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        repair(BASE, before, confirmed=confirmed, limits=LIMITS)


def test_stopped_at_once_it_gives_a_sound_plan_that_keeps_what_it_can() -> None:
    problem = network(8, 40, seed=5)
    before = model.solve(problem, LIMITS).events
    found = repair(problem, before, limits=LIMITS, watch=Watch(stop=lambda: True))
    assert check.violations(problem, found.solution) == []
    assert found.solution.cut_short
    assert (found.changes, found.solution.objective) == (0, check.worth(problem, before))
    within = repair(problem, before, most_changes=2, limits=LIMITS, watch=Watch(stop=lambda: True))
    assert check.violations(problem, within.solution) == []
    assert within.changes <= 2
    assert within.solution.cut_short


def test_out_of_time_within_so_many_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.visits.repair._WORK_A_SECOND", 0.0)
    with pytest.raises(TimeLimitError, match=r"No repair with at most 1 changes was found in 0\.001 s"):
        repair(network(8, 40, seed=5), (Event(0, 0, (0, 1)),), most_changes=1, limits=Limits(seconds=0.001))


def test_out_of_time_a_repair_that_was_found_within_the_changes_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = network(8, 40, seed=5)
    before = model.solve(problem, LIMITS).events
    best = _Mending._best

    def slow(mending: _Mending, grid: Grid, aims: tuple[str, ...], **asked: int) -> Plan | None:
        """Only the fewest changes are found in time."""
        mending.cut, mending.proven = True, False
        return best(mending, grid, aims, **asked) if aims == ("changes",) else None

    monkeypatch.setattr(_Mending, "_best", slow)
    lost = Event(before[0].host, before[0].weekday, before[0].visitors[:1])
    monkeypatch.setattr("matcher.visits.repair.resume", lambda pinned, _: pinned)  # begins from nothing
    found = repair(problem, (lost, *before[1:]), most_changes=1, limits=LIMITS)
    assert found.changes <= 1
    assert found.solution.cut_short
    assert check.violations(problem, found.solution) == []


def test_the_same_repair_every_time() -> None:
    problem = network(6, 30, seed=2)
    before = model.solve(problem, LIMITS).events
    hosts = tuple(replace(each, seats=max(0, each.seats - 1)) for each in problem.hosts)
    first, second = (repair(replace(problem, hosts=hosts), before, limits=LIMITS) for _ in range(2))
    assert replace(first.solution, seconds=0.0) == replace(second.solution, seconds=0.0)
    assert (first.changes, first.moved, first.options) == (second.changes, second.moved, second.options)
    assert first.changes > 0
