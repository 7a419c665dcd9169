"""From members to a visit problem: who hosts, who visits, and who is kept apart."""

from __future__ import annotations

import pytest

from matcher import config
from matcher.affinity import Affinity
from matcher.domain import Ban, Member, Organization, OrganizationType, Slot, Structure
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
        settings=config.Visits(),
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
