from __future__ import annotations

import logging
from dataclasses import replace
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build_visits import FREE, brute_force, host, network, visitor, with_pins
from matcher.errors import InfeasibleError
from matcher.optimize import Limits, Status
from matcher.visits import check, model, programme, relax
from matcher.visits.grid import SCALE, ints, lay_out, spread
from matcher.visits.offers import tabulate
from matcher.visits.problem import Event, Host, Problem, Solution
from matcher.visits.report import compare
from matcher.watch import Moment, Watch

LIMITS = Limits(seconds=20.0)


@st.composite
def tiny(draw: st.DrawFn) -> Problem:
    """Two or three hosts and up to five visitors, with every rule at work."""
    return network(
        draw(st.integers(1, 3)),
        draw(st.integers(1, 5)),
        draw(st.integers(0, 10**6)),
        tiny=True,
        events=draw(st.integers(0, 3)),
        min_visitors=draw(st.integers(1, 3)),
        threshold=draw(st.sampled_from((0, 250, 600))),
        points_per_100_km=draw(st.sampled_from((0, 15, 40))),
        points_per_hosting=draw(st.sampled_from((0, 100, 700))),
        per_visitor=draw(st.integers(0, 2)),
    )


def assert_sound(problem: Problem, found: Solution) -> None:
    assert check.violations(problem, found) == []
    assert found.objective == check.objective(problem, found) <= found.bound
    assert found.gap == (found.bound - found.objective) / max(1, abs(found.bound))
    assert (found.status is Status.OPTIMAL) == (found.objective == found.bound)
    assert Solution.from_json(found.to_json()) == found


@settings(max_examples=60, deadline=None)
@given(tiny())
def test_the_optimum_of_tiny_networks(problem: Problem) -> None:
    found = model.solve(problem, LIMITS)
    assert_sound(problem, found)
    assert (found.objective, found.status) == (brute_force(problem), Status.OPTIMAL)


def test_the_optimum_of_small_networks_most_of_which_hold_visits() -> None:
    held = 0
    for seed in range(16):
        rules = {"events": 1 + seed % 3, "min_visitors": 1 + seed % 2, "threshold": 200}
        problem = network(3, 6, seed, tiny=True, **rules)
        found = model.solve(problem, LIMITS)
        assert_sound(problem, found)
        assert found.objective == found.bound == brute_force(problem)
        held += bool(found.events)
    assert held >= 12


@settings(max_examples=40, deadline=None)
@given(tiny())
def test_the_programme_alone_finds_the_optimum(problem: Problem) -> None:
    """Without a step of the relaxation and without its plans, CP-SAT has all the work."""
    with mock.patch.object(relax, "ROUNDS", 0), mock.patch.object(model.Plan, "fill"):
        search = model._Search(problem, LIMITS, Watch())
        search.run(())
    assert search.best.value() == search.bound == brute_force(problem)


@settings(max_examples=40, deadline=None)
@given(tiny(), st.lists(st.integers(0, 400_000), min_size=30, max_size=30))
def test_the_relaxation_bounds_and_never_rules_out_the_optimum(problem: Problem, prices: list[int]) -> None:
    best = brute_force(problem)
    table = tabulate(problem)
    grid = lay_out(table, spread(table))
    if grid is None:
        assert best == 0
        return
    people, clashes = len(grid.caps), len(grid.clashes)
    at = relax.Prices(ints(prices[:people]), ints([*prices[people : people + clashes], 0]))
    relaxed = relax.relax(grid, at)
    assert relaxed.bound >= best * SCALE
    if best > 0:
        left = lay_out(table, relax.survivors(grid, relaxed, best - 1))
        assert left is not None
        stated = programme.state(left)
        answer = programme.best(stated, programme.worth(stated), LIMITS, 10.0, work=10.0, start={})
        assert answer.bound == best


@pytest.mark.parametrize("seed", range(6))
def test_networks_of_some_size_are_proven(seed: int) -> None:
    problem = network(6, 30, seed, events=4)
    found = model.solve(problem, LIMITS)
    assert_sound(problem, found)
    assert found.status is Status.OPTIMAL
    assert found.events


def test_the_same_plan_every_time() -> None:
    problem = network(8, 40, seed=5)
    first, second = (replace(model.solve(problem, LIMITS), seconds=0.0) for _ in range(2))
    assert first == second


def test_out_of_time_or_stopped_gives_a_sound_plan_with_an_honest_bound() -> None:
    problem = network(12, 80, seed=1)
    best = model.solve(problem, LIMITS)
    assert not best.cut_short
    asked = 0

    def later() -> bool:
        nonlocal asked
        asked += 1
        return asked > 40

    for hasty in (
        model.solve(problem, Limits(seconds=0.001)),
        model.solve(problem, LIMITS, Watch(stop=lambda: True)),
        model.solve(problem, LIMITS, Watch(stop=later)),
    ):
        assert_sound(problem, hasty)
        assert hasty.events
        assert hasty.cut_short
        assert hasty.bound >= best.objective >= hasty.objective


def test_stopped_in_the_middle_of_the_proof() -> None:
    """After a step of the relaxation CP-SAT begins, with seconds of work; it is told to stop at once."""
    problem = network(20, 100, seed=2, events=12)
    stages: list[str] = []
    watch = Watch(tell=lambda moment: stages.append(moment.stage), stop=lambda: "proof" in stages)
    with mock.patch.object(relax, "ROUNDS", 1):
        found = model.solve(problem, LIMITS, watch)
    assert_sound(problem, found)
    assert found.cut_short
    assert found.objective < found.bound


def test_a_start_is_kept_where_it_is_still_allowed() -> None:
    problem = network(12, 80, seed=1)
    best = model.solve(problem, LIMITS)
    stop = Watch(stop=lambda: True)
    again = model.solve(problem, LIMITS, stop, start=best.events)
    assert_sound(problem, again)
    assert again.objective == best.objective
    gone, *others = best.events
    rules = replace(problem.rules, events=len(others))
    smaller = replace(problem, rules=rules, hosts=_without_seats(problem, gone.host))
    kept = model.solve(smaller, LIMITS, Watch(stop=lambda: True), start=best.events)
    assert_sound(smaller, kept)
    assert kept.objective >= check.worth(smaller, tuple(others))
    wild = (Event(99, 0, (0,)), Event(0, 6, (0, 999)), *best.events)
    assert model.solve(problem, LIMITS, Watch(stop=lambda: True), start=wild).objective == best.objective


def _without_seats(problem: Problem, host_index: int) -> tuple[Host, ...]:
    return tuple(
        replace(each, seats=0) if index == host_index else each for index, each in enumerate(problem.hosts)
    )


def test_a_start_with_pins_keeps_the_pinned_days() -> None:
    problem = network(6, 30, seed=4, events=5)
    plan = model.solve(problem, LIMITS)
    event = plan.events[0]
    pinned = replace(problem, pins=((event.visitors[0], event.host),))
    again = model.solve(pinned, LIMITS, Watch(stop=lambda: True), start=plan.events)
    assert_sound(pinned, again)
    assert again.objective == plan.objective


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6))
def test_baselines_keep_the_rules_and_are_no_better(seed: int) -> None:
    problem = with_pins(network(5, 20, seed, events=4), seed, most=1)
    try:
        found = model.solve(problem, LIMITS)
    except InfeasibleError:
        problem = replace(problem, pins=())
        found = model.solve(problem, LIMITS)
    assert [each.name for each in found.baselines] == ["greedy", "random"]
    assert all(each.objective <= found.objective for each in found.baselines)
    table = tabulate(problem)
    pinned = model.hold_pins(table, LIMITS, Watch())
    assert compare(pinned, LIMITS.seed) == found.baselines
    for fill in (lambda plan: plan.fill(), lambda plan: plan.scatter(LIMITS.seed)):
        fill(plan := pinned.copy())
        assert check.broken(problem, plan.events()) == []
        assert check.worth(problem, plan.events()) in {each.objective for each in found.baselines}


def test_hosting_is_spread_over_terms() -> None:
    """Three hosts as good as each other for the only visit of each of six terms: each hosts twice, and
    without a price for having hosted the first does it all."""
    guests = (visitor("u"), visitor("w"))
    fits = tuple((v, h, 500) for v in range(2) for h in range(3))

    def hosted(points: int) -> list[int]:
        rules = replace(FREE, events=1, min_visitors=2, per_visitor=1, points_per_hosting=points)
        times = [0, 0, 0]
        for _ in range(6):
            hosts = tuple(host(f"h{i}", hosted=times[i]) for i in range(3))
            (event,) = model.solve(Problem(hosts, guests, fits, (), rules), LIMITS).events
            times[event.host] += 1
        return times

    assert hosted(100) == [2, 2, 2]
    assert hosted(0) == [6, 0, 0]


def test_each_visit_hosted_before_costs_as_much_again() -> None:
    """A host is chosen while what it offers more outweighs the visits it held: 3 x 100 of 350, not 4."""
    guests = (visitor("u"), visitor("w"))
    fits = ((0, 0, 675), (1, 0, 675), (0, 1, 500), (1, 1, 500))
    rules = replace(FREE, events=1, min_visitors=2, per_visitor=1, points_per_hosting=100)
    chosen = [
        model.solve(Problem((host("a", hosted=n), host("b")), guests, fits, (), rules), LIMITS).events[0].host
        for n in (0, 3, 4)
    ]
    assert chosen == [0, 0, 1]


@pytest.mark.parametrize(
    "problem",
    [
        Problem(),
        Problem((host("a"),)),
        Problem((), (visitor("u"),)),
        Problem((host("a"),), (visitor("u"),)),
        Problem((host("a"),), (visitor("u"),), ((0, 0, 900),), (), replace(FREE, events=0)),
        Problem((host("a"),), (visitor("u"),), ((0, 0, 900),), (), replace(FREE, per_visitor=0)),
        Problem((host("a"),), (visitor("u"),), ((0, 0, 900),), (), replace(FREE, min_visitors=2)),
        Problem((host("a", seats=0),), (visitor("u"),), ((0, 0, 900),), (), FREE),
    ],
)
def test_nothing_to_hold_is_an_empty_plan_with_reasons(problem: Problem) -> None:
    found = model.solve(problem, LIMITS)
    assert (found.events, found.objective, found.bound, found.status) == ((), 0, 0, Status.OPTIMAL)
    assert len(found.left_out) == len(problem.visitors)
    assert len(found.unused) == len(problem.hosts)


def test_numbers_beyond_any_use_do_no_harm() -> None:
    huge = 10**30
    hosts = (host("a", seats=huge), host("b", hosted=huge))
    fits = ((0, 0, 500), (0, 1, 900))
    problem = Problem(hosts, (visitor("u", visits=huge),), fits, (), replace(FREE, points_per_hosting=huge))
    found = model.solve(problem, LIMITS)
    assert found.events == (Event(0, 0, (0,)),)


def test_of_two_hosts_as_good_the_fair_load_picks_the_rested_one() -> None:
    hosts = (host("a", hosted=1), host("b"))
    visitors = (visitor("u"), visitor("w"))
    fits = tuple((v, h, 500) for v in range(2) for h in range(2))
    rules = replace(FREE, min_visitors=2, per_visitor=1, points_per_hosting=1)
    found = model.solve(Problem(hosts, visitors, fits, (), rules), LIMITS)
    assert [event.host for event in found.events] == [1]


def test_travel_that_cannot_be_counted_is_named() -> None:
    visitors = (visitor("u", latitude=40.0, longitude=-90.0), visitor("w"))
    problem = Problem(
        (host("a", latitude=41.0, longitude=-91.0),), visitors, ((0, 0, 500), (1, 0, 500)), (), FREE
    )
    assert model.solve(problem, LIMITS).uncounted == ((1, 0),)


def test_a_plan_that_breaks_a_rule_is_never_shown() -> None:
    problem = network(3, 9, seed=2)
    wrong = [check.Violation("seats", "host 0: 9 in 2 seats")]
    with (
        mock.patch.object(check, "violations", return_value=wrong),
        pytest.raises(AssertionError, match=r"breaks 1 rules, first .*9 in 2 seats"),
    ):
        model.solve(problem, LIMITS)


def test_progress_closes_in_and_one_line_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Moment] = []
    problem = network(8, 40, seed=5)
    with caplog.at_level(logging.INFO, logger="matcher"):
        found = model.solve(problem, LIMITS, Watch(tell=seen.append))
    values, bounds = [each.value or 0 for each in seen], [each.bound or 0 for each in seen]
    assert (values[-1], bounds[-1]) == (found.objective, found.bound)
    assert {each.stage for each in seen} == {"prices", "proof"}
    assert all(value <= bound for value, bound in zip(values, bounds, strict=True))
    assert values == sorted(values)
    assert bounds == sorted(bounds, reverse=True)
    assert len(caplog.records) == 1
    assert caplog.messages[0].startswith("visits hosts=8 visitors=40 ")
