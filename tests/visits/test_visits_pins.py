"""Pins: held where they can be, whatever they are worth; refused with numbers where they cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build_visits import FREE, broken, brute_force, host, network, visitor, with_pins
from matcher.errors import InfeasibleError, TimeLimitError
from matcher.optimize import CpAnswer, Limits
from matcher.visits import check, model
from matcher.visits.offers import Table
from matcher.visits.problem import EARLIER_VISIT, Event, Problem
from matcher.visits.repair import repair
from matcher.watch import Watch

LIMITS = Limits(seconds=20.0)
HOSTS = (host("a", seats=2, weekdays=(0,)), host("b", seats=2, weekdays=(0, 1)))
VISITORS = (visitor("u", visits=2), visitor("w", weekdays=(1,)), visitor("x"))
BASE = Problem(HOSTS, VISITORS, ((0, 0, 500), (0, 1, 900), (2, 0, 400)), (), FREE)


def pinned(*pins: tuple[int, int], **rules: Any) -> Problem:
    return replace(BASE, pins=pins, rules=replace(FREE, **rules))


def test_check_wants_the_pin_held() -> None:
    assert broken(pinned((2, 0)), Event(0, 0, (2,))) == set()
    assert broken(pinned((2, 0)), Event(0, 0, (0,))) == {"pin"}
    assert broken(pinned((2, 0))) == {"pin"}


def test_a_pin_is_held_although_another_host_is_better() -> None:
    free = model.solve(replace(BASE, rules=replace(FREE, per_visitor=1)), LIMITS)
    assert Event(1, 0, (0,)) in free.events
    held = model.solve(pinned((0, 0), per_visitor=1), LIMITS)
    assert held.events == (Event(0, 0, (0, 2)),)
    assert held.objective == held.bound < free.objective


def test_a_pin_overrides_threshold_fit_travel_and_an_earlier_visit() -> None:
    """All at once, and below nothing: 1,001 km cost 1,001 points, and no help was found."""
    far = Problem(
        (host("a", latitude=0.0, longitude=0.0, hosted=2),),
        (visitor("u", latitude=0.0, longitude=9.0),),
        (),
        ((0, 0, EARLIER_VISIT),),
        replace(FREE, threshold=300, points_per_100_km=100, points_per_hosting=50),
        ((0, 0),),
    )
    found = model.solve(far, LIMITS)
    assert found.events[0].visitors == (0,)
    assert found.objective == found.bound == -1001 - 100


@pytest.mark.parametrize("why", ["a decision of staff", "a ban"])
def test_no_pin_overrides_a_ban(why: str) -> None:
    problem = replace(pinned((0, 0)), apart=((0, 0, EARLIER_VISIT), (0, 0, why)))
    assert broken(problem, Event(0, 0, (0,))) == {"apart"}
    with pytest.raises(InfeasibleError, match=f"visitor 'u' at host 'a' is barred by {why}"):
        model.solve(problem, LIMITS)


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        (
            replace(pinned((0, 0)), visitors=(visitor("u", organization_id="org a"), *VISITORS[1:])),
            "The pin of visitor 'u' at host 'a' is within one organization.",
        ),
        (pinned((1, 0)), r"visitor 'w' at host 'a' has no day: .* none of the host's \(Mon\)"),
        (pinned((0, 0), (2, 0), events=0), "pinned at 1 host; the most held are 0"),
        (pinned((0, 0), (2, 1), events=1), "pinned at 2 hosts; the most held are 1. Allow 2 visits"),
        (pinned((0, 0), (0, 1), per_visitor=1), r"'u' is pinned to 2 visits, and makes at most 1 .*wish 2"),
        (
            replace(pinned((0, 0), (2, 0)), hosts=(replace(HOSTS[0], seats=1), HOSTS[1])),
            "2 visitors are pinned to host 'a', which has 1 seat. Give it 2 seats",
        ),
        (
            pinned((0, 0), min_visitors=3),
            "pinned to host 'a', which has 2 seats; the fewest visitors are 3",
        ),
        (
            replace(pinned((0, 0), min_visitors=2), fits=()),
            "at most 1 visitor could come there on one day; the fewest are 2",
        ),
        (
            replace(pinned((0, 1), (1, 1)), visitors=(replace(VISITORS[0], weekdays=(0,)), *VISITORS[1:])),
            r"No day of host 'b' \(Mon, Tue\) suits all 2 visitors pinned to it",
        ),
        (
            replace(pinned((0, 0), (0, 1), (2, 0)), hosts=(HOSTS[0], replace(HOSTS[1], weekdays=(0,)))),
            r"^2 pins cannot be held together .*: visitor 'u' at host 'a' \(Mon\); visitor 'u' at host 'b' "
            r"\(Mon\)\. Take one of these pins away",
        ),
    ],
)
def test_pins_that_cannot_be_held_say_why_and_what_to_do(problem: Problem, message: str) -> None:
    assert brute_force(problem) is None
    with pytest.raises(InfeasibleError, match=message) as caught:
        model.solve(problem, LIMITS)
    assert caught.value.cure


def many_pins() -> Problem:
    guests = tuple(visitor(f"v{i}", visits=2) for i in range(12))
    hosts = tuple(host(f"h{i}", seats=6) for i in range(6))
    fits = tuple((v, h, 100 + 7 * v + h) for v in range(12) for h in range(6))
    return Problem(hosts, guests, fits, (), FREE, tuple((h, h) for h in range(6)))


def test_out_of_time_is_not_infeasible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "_WORK_A_SECOND", 0.0)
    with pytest.raises(TimeLimitError, match="Whether the 6 hosts with pins"):
        model.solve(many_pins(), Limits(seconds=0.001))


def test_out_of_time_with_a_plan_that_holds_the_pins_it_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = many_pins()
    before = model.solve(problem, LIMITS)
    monkeypatch.setattr(model, "_WORK_A_SECOND", 0.0)
    late = Limits(seconds=0.001)
    found = model.solve(problem, late, start=before.events)
    assert check.violations(problem, found) == []
    assert found.cut_short
    assert found.objective == before.objective
    mended = repair(problem, before.events, limits=late)
    assert (mended.changes, mended.solution.cut_short) == (0, True)
    assert check.violations(problem, mended.solution) == []
    # An earlier plan in which a pinned host has no day is no help.
    with pytest.raises(TimeLimitError, match="Whether the 6 hosts with pins"):
        model.solve(problem, late, start=before.events[1:])


def test_a_watch_that_is_stopped_ends_the_holding_of_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = many_pins()
    before = model.solve(problem, LIMITS).events
    best = model.programme.best

    def stoppable(*given: Any, watch: Watch | None = None, **more: Any) -> CpAnswer:
        if watch is not None and watch.stopped():
            return CpAnswer(None, 2**62, infeasible=False)
        return best(*given, watch=watch, **more)

    monkeypatch.setattr(model.programme, "best", stoppable)
    stopped = Watch(stop=lambda: True)
    with pytest.raises(TimeLimitError, match="before the search was stopped"):
        model.solve(problem, LIMITS, stopped)
    assert model.solve(problem, LIMITS, stopped, start=before).cut_short
    mended = repair(problem, before, most_changes=3, limits=LIMITS, watch=stopped)
    assert (mended.changes, mended.solution.cut_short) == (0, True)


def test_pins_that_clash_are_named_although_it_was_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which of them could be spared is not found out then: all are named."""
    asked: list[Problem] = []

    def alone(table: Table, *_: object) -> None:
        asked.append(table.problem)
        if len(asked) > 1:
            raise TimeLimitError("Stopped.")

    monkeypatch.setattr(model, "_pins_alone", alone)
    with pytest.raises(InfeasibleError, match="6 pins cannot be held together"):
        model.solve(many_pins(), LIMITS)
    assert len(asked) == 7


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(2, 5), st.integers(1, 2))
def test_the_optimum_with_pins_or_the_news_that_there_is_none(
    seed: int, hosts: int, visitors: int, fewest: int
) -> None:
    tiny = network(hosts, visitors, seed, tiny=True, events=2, min_visitors=fewest, threshold=200)
    problem = with_pins(tiny, seed)
    best = brute_force(problem)
    if best is None:
        with pytest.raises(InfeasibleError):
            model.solve(problem, LIMITS)
        return
    found = model.solve(problem, LIMITS)
    assert check.violations(problem, found) == []
    assert found.objective == found.bound == best


def test_pins_of_a_larger_network_are_all_held() -> None:
    problem = network(8, 60, 3, events=6)
    plan = model.solve(problem, LIMITS)
    closed = {index for index, _ in plan.unused}
    pins = [(v, h) for v, h, points in problem.fits if h in closed and points > 600]
    barred = {each[:2] for each in problem.apart}
    one = next(
        (v, h)
        for v, h in pins
        if (v, h) not in barred and problem.visitors[v].organization_id != problem.hosts[h].organization_id
    )
    kept = next((v, event.host) for event in plan.events for v in event.visitors if v != one[0])
    held = model.solve(replace(problem, pins=tuple(sorted((one, kept)))), LIMITS)
    seated = {(v, event.host) for event in held.events for v in event.visitors}
    assert {one, kept} <= seated
    assert held.objective <= plan.bound
    assert held.objective == held.bound
