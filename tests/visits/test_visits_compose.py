"""From members to a visit problem: who hosts, who visits, and who is kept apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from matcher import config
from matcher.affinity import Affinity
from matcher.domain import Ban, Member, Organization, OrganizationType, Slot, Structure
from matcher.errors import InputError
from matcher.visits.compose import compose
from matcher.visits.problem import Problem

ONE, VIRTUAL, HOSTED = Structure
HOST = Member("h", "Hal", "o-h", host=True, seats=3, slots=(Slot(1, "am"), Slot(1, "pm")))


def composed(
    *members: Member,
    practice: str = "h",
    challenge: str = "hv",
    bans: tuple[Ban, ...] = (),
    visited: tuple[tuple[int, int], ...] = (),
    pins: tuple[tuple[str, str], ...] = (),
) -> Problem:
    return compose(
        members,
        [Organization(f"o-{m.id}", "School", OrganizationType.SCHOOL, "OH") for m in members],
        [Affinity(0, 1, 400, 300, 0, 250, 50)],
        with_practice=practice,
        with_challenge=challenge,
        hosted={"h": 2},
        bans=bans,
        visited=visited,
        start=date(2026, 9, 14),
        settings=config.Visits(),
        pins=pins,
    )


@pytest.mark.parametrize(
    ("interests", "visits"),
    [((), True), ((HOSTED,), True), ((ONE, HOSTED), True), ((ONE,), False), ((ONE, VIRTUAL), False)],
)
def test_who_asks_for_other_structures_only_is_no_visitor(
    interests: tuple[Structure, ...], visits: bool
) -> None:
    problem = composed(HOST, Member("v", "Val", "o-v", interests=interests), challenge="v")
    assert [visitor.id for visitor in problem.visitors] == ["v"] * visits
    assert len(problem.fits) == visits


def test_a_host_hosts_whatever_it_asks_for_itself() -> None:
    host = Member("h", "Hal", "o-h", host=True, seats=3, interests=(ONE,))
    problem = composed(host, Member("v", "Val", "o-v"))
    assert [each.id for each in problem.hosts] == ["h"]
    assert [each.id for each in problem.visitors] == ["v"]
    assert problem.fits == ((0, 0, 250),)


@pytest.mark.parametrize(
    "host",
    [Member("h", "Hal", "o-h", host=True), Member("h", "Hal", "o-h", seats=3)],
)
def test_without_seats_or_will_nobody_hosts(host: Member) -> None:
    assert composed(host, Member("v", "Val", "o-v")).hosts == ()
    assert composed(HOST, Member("v", "Val", "o-v"), practice="").hosts == ()


def test_weekdays_hostings_and_bars_reach_the_problem() -> None:
    val = Member("v", "Val", "o-v")
    problem = composed(HOST, val, bans=(Ban("v", "h", "kin"), Ban("v", "gone", "left")))
    assert (problem.hosts[0].weekdays, problem.hosts[0].hosted) == ((1,), 2)
    visitor = [each.id for each in problem.visitors].index("v")
    assert problem.apart == ((visitor, 0, "a decision of staff"),)
    assert composed(HOST, val, visited=((1, 0),)).apart == ((visitor, 0, "an earlier visit"),)


def on(*days: int, month: int = 10) -> tuple[date, ...]:
    return tuple(date(2026, month, day) for day in days)


@pytest.mark.parametrize(
    ("named", "away", "dates"),
    [
        ((), (), ()),
        ((), on(6), ()),
        (on(8, 6, 8), (), ("2026-10-06", "2026-10-08")),
        (on(6, 8), on(8, 9), ("2026-10-06",)),
        ((*on(13, month=9), *on(14, month=9)), (), ("2026-09-14",)),
        (on(8, month=5), on(8, month=5), ()),
    ],
)
def test_a_host_s_dates_in_the_term_reach_the_problem(
    named: tuple[date, ...], away: tuple[date, ...], dates: tuple[str, ...]
) -> None:
    problem = composed(replace(HOST, visit_dates=named, away=away), Member("v", "Val", "o-v"))
    assert [host.dates for host in problem.hosts] == [dates]


def test_a_host_that_is_away_on_all_its_dates_is_none() -> None:
    host = replace(HOST, visit_dates=(*on(8, month=5), *on(6)), away=on(5, 6, 7))
    val = Member("v", "Val", "o-v")
    assert composed(host, val).hosts == ()
    with pytest.raises(InputError, match=r"cannot host: .* away on all its dates"):
        composed(host, val, pins=(("v", "h"),))


def test_dates_on_which_a_visitor_is_away_reach_the_problem() -> None:
    problem = composed(HOST, Member("v", "Val", "o-v", away=(*on(8, 6, 8), *on(13, month=9))), challenge="v")
    assert [visitor.away for visitor in problem.visitors] == [("2026-10-06", "2026-10-08")]
