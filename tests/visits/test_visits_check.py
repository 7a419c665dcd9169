"""Each rule: a plan that keeps it and the nearest one that breaks it, and it alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from build_visits import FREE, broken, host, solution, visitor
from matcher.visits import check
from matcher.visits.problem import Event, Problem

HOSTS = (host("a", seats=2, weekdays=(0, 1)), host("b", seats=2, weekdays=(0, 1)))
VISITORS = (visitor("u", weekdays=(0, 1), visits=2), visitor("w", weekdays=(1,)), visitor("x"))
ALL = tuple((v, h, 100 + 100 * v) for v in range(3) for h in range(2))
BASE = Problem(HOSTS, VISITORS, ALL, (), FREE)


def test_a_sound_plan_breaks_nothing() -> None:
    assert broken(BASE, Event(0, 0, (0, 2)), Event(1, 1, (0, 1))) == set()
    assert broken(BASE) == set()


def test_unknown_indices() -> None:
    assert broken(BASE, Event(0, 0, (0,))) == set()
    for wrong in (Event(2, 0, (0,)), Event(-1, 0, (0,)), Event(0, 0, (3,)), Event(0, 0, (-1,))):
        assert {v.rule for v in check.violations(BASE, solution(wrong))} == {"unknown"}


def test_most_events() -> None:
    two = (Event(0, 0, (0,)), Event(1, 1, (1,)))
    assert broken(replace(BASE, rules=replace(FREE, events=2)), *two) == set()
    assert broken(replace(BASE, rules=replace(FREE, events=1)), *two) == {"events"}


def test_a_host_holds_one_event() -> None:
    assert broken(BASE, Event(0, 0, (0,)), Event(1, 1, (1,))) == set()
    assert broken(BASE, Event(0, 0, (0,)), Event(0, 1, (1,))) == {"host once"}


def test_weekdays_of_host_and_visitor() -> None:
    assert broken(BASE, Event(0, 1, (1, 2))) == set()
    assert broken(BASE, Event(0, 0, (1,))) == {"visitor day"}
    assert broken(BASE, Event(0, 2, (2,))) == {"host day"}


def test_dates_of_host_and_visitor() -> None:
    tuesday = "2026-10-06"
    dated = replace(
        BASE,
        hosts=(replace(HOSTS[0], dates=(tuesday,)), HOSTS[1]),
        visitors=(*VISITORS[:2], replace(VISITORS[2], away=(tuesday,))),
    )
    assert broken(dated, Event(0, 1, (0,), tuesday), Event(1, 1, (1,))) == set()
    assert broken(dated, Event(0, 1, (0,), tuesday), Event(1, 1, (0,))) == set()  # one Tuesday of several
    assert broken(dated, Event(0, 1, (0,))) == {"host day"}
    assert broken(dated, Event(1, 1, (1,), tuesday)) == {"host day"}
    assert broken(dated, Event(0, 1, (2,), tuesday)) == {"visitor day"}
    assert broken(dated, Event(0, 0, (0,), tuesday)) == {"date"}


def test_seats() -> None:
    assert broken(BASE, Event(0, 1, (0, 1))) == set()
    assert broken(BASE, Event(0, 1, (0, 1, 2))) == {"seats"}


def test_fewest_visitors() -> None:
    two = replace(BASE, rules=replace(FREE, min_visitors=2))
    assert broken(two, Event(0, 1, (0, 1))) == set()
    assert broken(two, Event(0, 1, (0,))) == {"fewest"}


def test_an_event_adds_value() -> None:
    tired = replace(BASE, hosts=(replace(HOSTS[0], hosted=3), HOSTS[1]))
    event = Event(0, 1, (0, 1))  # help 300
    assert broken(replace(tired, rules=replace(FREE, points_per_hosting=99)), event) == set()
    assert broken(replace(tired, rules=replace(FREE, points_per_hosting=100)), event) == {"event value"}


def test_own_organization() -> None:
    kin = replace(BASE, visitors=(visitor("u", organization_id="org a"), *VISITORS[1:]))
    assert broken(kin, Event(1, 0, (0,))) == set()
    assert broken(kin, Event(0, 0, (0,))) == {"own organization"}


def test_apart() -> None:
    barred = replace(BASE, apart=((0, 0, "a ban"),))
    assert broken(barred, Event(1, 0, (0,)), Event(0, 1, (1,))) == set()
    assert broken(barred, Event(0, 0, (0,))) == {"apart"}


def test_fit_and_threshold() -> None:
    assert broken(replace(BASE, rules=replace(FREE, threshold=100)), Event(0, 0, (0,))) == set()
    assert broken(replace(BASE, rules=replace(FREE, threshold=101)), Event(0, 0, (0,))) == {"threshold"}
    partial = replace(BASE, fits=ALL[1:])
    assert broken(partial, Event(1, 0, (0,))) == set()
    assert broken(partial, Event(0, 0, (0, 2))) == {"fit"}


@pytest.mark.parametrize(("points", "rules"), [(9, set()), (10, {"travel"})])
def test_travel_is_worth_it(points: int, rules: set[str]) -> None:
    """111 km by one degree of longitude on the equator; help 11 more than the cost, then as much."""
    far = Problem(
        (host("a", latitude=0.0, longitude=0.0),),
        (visitor("u", latitude=0.0, longitude=9.0), visitor("w", latitude=0.0, longitude=0.0)),
        ((0, 0, 100), (1, 0, 500)),
        (),
        replace(FREE, points_per_100_km=points),
    )
    assert broken(far, Event(0, 0, (0, 1))) == rules  # 1,001 km cost 90, then 100 points


def test_most_visits_of_a_visitor() -> None:
    two = (Event(0, 0, (0,)), Event(1, 1, (0,)))
    assert broken(BASE, *two) == set()
    assert broken(replace(BASE, rules=replace(FREE, per_visitor=1)), *two) == {"visits"}
    once = replace(BASE, visitors=(replace(VISITORS[0], visits=1), *VISITORS[1:]))
    assert broken(once, *two) == {"visits"}


def test_two_visits_on_two_weekdays() -> None:
    assert broken(BASE, Event(0, 0, (0,)), Event(1, 1, (0,))) == set()
    assert broken(BASE, Event(0, 1, (0,)), Event(1, 1, (0,))) == {"same day"}
    assert broken(BASE, Event(0, 1, (0, 0))) == {"same day"}


def test_nobody_visits_on_the_weekday_it_hosts() -> None:
    both = replace(BASE, visitors=(visitor("b"), *VISITORS[1:]))
    assert broken(both, Event(0, 0, (0,)), Event(1, 1, (1,))) == set()
    assert broken(both, Event(0, 1, (0,)), Event(1, 1, (1,))) == {"hosting that day"}


def test_nobody_is_dropped_in_silence_and_figures_are_true() -> None:
    event = Event(0, 1, (0, 1))
    blind = ((0, 0), (1, 0))

    def found(**stated: object) -> set[str]:
        return {v.rule for v in check.violations(BASE, solution(event, problem=BASE, **stated))}

    assert found() == set()
    assert found(bound=300) == set()
    assert found(bound=299) == {"bound"}
    assert found(objective=301) == {"objective"}
    assert found(left_out=()) == {"left out"}
    assert found(left_out=((2, ""),)) == {"left out"}
    assert found(unused=()) == {"unused"}
    assert found(uncounted=blind[:1]) == {"uncounted"}


def test_objective_adds_help_less_travel_less_fair_load() -> None:
    problem = Problem(
        (host("a", latitude=0.0, longitude=0.0, hosted=2),),
        (visitor("u", latitude=0.0, longitude=9.0), visitor("w")),
        ((0, 0, 700), (1, 0, 500)),
        (),
        replace(FREE, points_per_100_km=15, points_per_hosting=100),
    )
    assert check.objective(problem, solution(Event(0, 0, (0, 1)))) == (700 - 150) + 500 - 200
    assert check.objective(problem, solution()) == 0
