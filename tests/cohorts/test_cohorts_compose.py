"""From members, statements and topics to a cohort problem."""

from __future__ import annotations

from datetime import date

from matcher import config
from matcher.affinity import Affinity
from matcher.cohorts.compose import compose
from matcher.cohorts.problem import BAN, MET
from matcher.domain import (
    Ban,
    Facilitator,
    Member,
    Organization,
    OrganizationType,
    Slot,
    Statement,
    StatementKind,
)


def test_topics_bars_and_hours_reach_the_problem() -> None:
    members = [Member(id_, id_, f"o-{id_}", timezone="UTC", slots=(Slot(1, "pm"),)) for id_ in "abc"]
    problem = compose(
        members,
        [Organization(f"o-{each.id}", "School", OrganizationType.SCHOOL, "OH") for each in members],
        [Affinity(0, 2, 400, 300, 200, 100, 50)],
        statements=[
            Statement("s1", "a", StatementKind.CHALLENGE, "x"),
            Statement("s2", "a", StatementKind.PRACTICE, "y"),
            Statement("s3", "b", StatementKind.PRACTICE, "z"),
            Statement("s4", "gone", StatementKind.PRACTICE, "z"),
        ],
        topic_of={"s1": "t1", "s2": "t2", "s4": "t2"},
        bans=[Ban("c", "a", "kin"), Ban("a", "gone", "left")],
        met=[(2, 0), (1, 0)],
        facilitators=[Facilitator("F1", "Fay", "UTC", (Slot(1, "pm"),))],
        week_of=date(2026, 9, 14),
        settings=config.Cohorts(min_size=2, max_size=3),
    )
    assert [member.challenge_topics for member in problem.members] == [("t1",), (), ()]
    assert [member.practice_topics for member in problem.members] == [("t2",), (), ()]
    assert dict(zip(problem.apart, problem.apart_why, strict=True)) == {(0, 1): MET, (0, 2): BAN}
    assert problem.affinities == ((0, 2, 400),)
    assert problem.members[0].hours == problem.facilitators[0].hours == (36, 37, 38, 39)
    assert (problem.rules.min_size, problem.rules.max_size) == (2, 3)
