"""From members to a pairing problem: who wants a pair, and what reaches the rules."""

from __future__ import annotations

from datetime import date

import pytest

from matcher import config
from matcher.affinity import Affinity
from matcher.domain import Ban, Facilitator, Member, Organization, OrganizationType, Slot, Structure
from matcher.pairing.compose import compose
from matcher.pairing.problem import PairGroup, Problem

ONE, VIRTUAL, HOSTED = Structure
MONDAY = date(2026, 9, 14)


def composed(
    *members: Member,
    bans: tuple[Ban, ...] = (),
    pins: tuple[tuple[int, int], ...] = (),
    settings: config.Pairs | None = None,
) -> Problem:
    return compose(
        members,
        [
            Organization(m.organization_id, f"School {m.organization_id}", OrganizationType.SCHOOL, "OH")
            for m in members
        ],
        [Affinity(0, 1, 400, 300, 200, 100, 50)],
        bans=bans,
        met=[(0, 1)],
        facilitators=[Facilitator("F1", "Fay", "UTC", (Slot(0, "am"),), 3)],
        week_of=MONDAY,
        settings=settings or config.Pairs(threshold=7),
        pins=pins,
    )


@pytest.mark.parametrize(
    ("interests", "wanted"),
    [((), 2), ((ONE,), 2), ((ONE, VIRTUAL), 2), ((VIRTUAL, HOSTED), 0), ((HOSTED,), 0)],
)
def test_who_asks_for_other_structures_only_wants_no_pair(
    interests: tuple[Structure, ...], wanted: int
) -> None:
    ana = Member("a", "Ana", "o-a", one_to_ones=2, interests=interests)
    problem = composed(ana, Member("b", "Bo", "o-b"))
    assert [member.wanted for member in problem.members] == [wanted, 1]


def test_bans_met_candidates_and_hours_reach_the_problem() -> None:
    ana = Member("a", "Ana", "o-a", timezone="UTC", slots=(Slot(0, "am"),))
    problem = composed(ana, Member("b", "Bo", "o-b"), bans=(Ban("b", "a", "kin"), Ban("a", "gone", "left")))
    assert [sorted(pair) for pair in problem.bans] == [[0, 1]]
    assert problem.met == ((0, 1),)
    assert problem.candidates == ((0, 1, 400),)
    assert problem.members[0].hours == (8, 9, 10, 11)
    assert problem.facilitators[0].hours == (8, 9, 10, 11)
    assert problem.rules.threshold == 7


def test_fairness_is_a_setting() -> None:
    two = (Member("a", "Ana", "o-a"), Member("b", "Bo", "o-b"))
    assert composed(*two).rules.fair
    assert not composed(*two, settings=config.Pairs(fair=False)).rules.fair


def test_an_organization_takes_no_more_than_its_limit() -> None:
    members = (
        Member("a", "Ana", "o-1", one_to_ones=2),
        Member("b", "Bo", "o-2"),
        Member("c", "Cy", "o-1"),
        Member("d", "Di", "o-3", one_to_ones=4),
        Member("e", "Ed", "o-2", interests=(VIRTUAL,)),
    )
    assert composed(*members).groups == ()
    limited = composed(*members, settings=config.Pairs(per_organization=2))
    assert limited.groups == (PairGroup("o-1", (0, 2), 2), PairGroup("o-3", (3,), 2))


def test_what_was_pinned_is_taken_whatever_the_limit() -> None:
    members = (
        Member("a", "Ana", "o-1"),
        Member("b", "Bo", "o-2"),
        Member("c", "Cy", "o-1"),
        Member("d", "Di", "o-3"),
    )
    problem = composed(*members, pins=((0, 1), (2, 3)), settings=config.Pairs(per_organization=1))
    assert problem.groups == (PairGroup("o-1", (0, 2), 2),)
