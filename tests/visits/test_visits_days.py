from __future__ import annotations

from datetime import date

import pytest

from build_visits import FREE, brute_force, host, visitor
from matcher.errors import InputError
from matcher.optimize import Limits
from matcher.visits.days import can_come, day_of, day_text, event_on, hosting_days, weekday, weekdays
from matcher.visits.model import solve
from matcher.visits.problem import Event, Problem

TUE = "2026-10-06"
WED = "2026-10-07"
NEXT_TUE = "2026-10-13"


def number(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def test_empty_weekdays_are_monday_to_friday() -> None:
    assert weekdays(host("a")) == (0, 1, 2, 3, 4)
    assert weekdays(visitor("b", weekdays=(6, 1, 6))) == (1, 6)


def test_dates_take_the_place_of_weekdays() -> None:
    assert hosting_days(host("a", weekdays=(3, 1))) == (1, 3)
    assert hosting_days(host("a", weekdays=(3,), dates=(WED, TUE, WED))) == (number(TUE), number(WED))


def test_a_visitor_comes_on_its_weekdays_but_when_it_is_away() -> None:
    days = (1, 2, number(TUE), number(WED), number(NEXT_TUE))
    assert can_come(visitor("v", weekdays=(1,)), days) == (1, number(TUE), number(NEXT_TUE))
    assert can_come(visitor("v", weekdays=(1,), away=(TUE, WED)), days) == (1, number(NEXT_TUE))


def test_an_event_keeps_its_day() -> None:
    assert event_on(3, 4, [2, 1]) == Event(3, 4, (1, 2))
    assert event_on(3, number(TUE), [1]) == Event(3, 1, (1,), TUE)
    for day in (4, number(TUE)):
        assert day_of(event_on(0, day, [0])) == day
    assert [weekday(day) for day in (4, number(WED))] == [4, 2]
    assert [day_text(day) for day in (4, number(TUE))] == ["Fri", "Tue 2026-10-06"]


def test_two_visits_on_one_weekday_but_not_on_one_date() -> None:
    fits = ((0, 0, 500), (0, 1, 400))
    apart = Problem((host("a", dates=(TUE,)), host("b", dates=(NEXT_TUE,))), (visitor("v", visits=2),), fits)
    apart = Problem(apart.hosts, apart.visitors, fits, (), FREE)
    assert solve(apart, Limits(10.0)).events == (Event(0, 1, (0,), TUE), Event(1, 1, (0,), NEXT_TUE))
    same = Problem((host("a", dates=(TUE,)), host("b", dates=(TUE,))), apart.visitors, fits, (), FREE)
    assert solve(same, Limits(10.0)).events == (Event(0, 1, (0,), TUE),)


def test_the_date_that_suits_most_is_chosen() -> None:
    guests = (visitor("u", away=(TUE,)), visitor("v", away=(TUE,)), visitor("w", away=(NEXT_TUE,)))
    fits = tuple((v, 0, 500) for v in range(3))
    problem = Problem((host("a", dates=(TUE, NEXT_TUE)),), guests, fits, (), FREE)
    found = solve(problem, Limits(10.0))
    assert found.events == (Event(0, 1, (0, 1), NEXT_TUE),)
    assert found.objective == found.bound == brute_force(problem)
    assert found.left_out == (
        (
            2,
            "The only host that fits holds its visit on a day when the visitor is not free (Tue 2026-10-13).",
        ),
    )


@pytest.mark.parametrize("text", ["2026-13-01", "20261006", "6.10.2026", "0001-01-03", "", None])
def test_what_is_no_date_is_refused(text: str) -> None:
    for make in (
        lambda: Problem((host("a", dates=(text,)),)),
        lambda: Problem((), (visitor("v", away=(text,)),)),
    ):
        with pytest.raises(InputError, match=" is ") as caught:
            make()
        assert "2026-10-06" in str(caught.value)
