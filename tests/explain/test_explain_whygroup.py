"""Why this cohort, why this visit: the numbers are the problem's."""

from __future__ import annotations

from datetime import date

from cohorts.build_cohorts import members
from matcher.cohorts.problem import Cohort, Problem
from matcher.explain import Seat, Words, why_cohort, why_visit
from matcher.visits import check
from matcher.visits.problem import Event, VisitRules
from matcher.visits.problem import Problem as VisitProblem
from visits.build_visits import host, solution, visitor

WORDS = Words({"m0": "Ana", "m1": "Ben", "m2": "Cy", "t": "Reading"}, "America/New_York", date(2026, 9, 14))


def test_a_cohort() -> None:
    people = members(
        4,
        state=("OH", "OH", "IA", ""),
        challenge_topics=(("t",), ("t",), (), ()),
        practice_topics=((), ("t",), (), ()),
    )
    problem = Problem(people, ((0, 1, 300), (1, 2, 600), (0, 3, 900)))
    found = why_cohort(problem, Cohort((0, 1, 2), 37, "t"), WORDS)
    assert found.means == ((0, 150), (1, 450), (2, 300))
    assert found.best == ((1, 2, 600), (0, 1, 300))
    assert (found.challenges, found.practices) == ((0, 1), (1,))
    assert found.value == 2 * 100 * 900 // 2
    assert found.sentences == (
        "2 of 3 members face its topic, Reading.",
        "A practice on it is brought by Ben.",
        "Ben and Cy gain most from each other (600 of 1000).",
        "Its members score 300 of 1000 with each other on average.",
        "All of them can meet at Tue 9 am.",
        "They come from 2 states.",
    )


def test_a_topic_that_one_member_faces() -> None:
    problem = Problem(members(2, challenge_topics=(("t",), ())))
    assert "1 of 2 members faces its topic, t." in why_cohort(problem, Cohort((0, 1), None, "t")).sentences


def test_a_cohort_without_topic_hour_or_scores() -> None:
    found = why_cohort(Problem(members(2)), Cohort((0, 1), None))
    assert found.best == ()
    assert found.sentences == ("Its members score 0 of 1000 with each other on average.",)


def test_a_visit() -> None:
    problem = VisitProblem(
        (host("h", seats=3, hosted=1, latitude=40.0, longitude=-90.0),),
        (visitor("a", latitude=40.0, longitude=-80.0), visitor("b"), visitor("c")),
        ((0, 0, 500), (1, 0, 400), (2, 0, 100)),
        rules=VisitRules(points_per_100_km=15, points_per_hosting=100),
    )
    event = Event(0, 1, (0, 1))
    found = why_visit(problem, event, Words({"h": "Hal", "a": "Ana", "b": "Ben"}))
    assert found.seats == (Seat(1, 400, None, 0, 400), Seat(0, 500, 851, 127, 373))
    assert found.hosting == 100
    assert found.value == check.objective(problem, solution(event))
    assert found.sentences == (
        "Hal hosts on Tuesday, which suits all; 2 of 3 seats are taken.",
        "Ben gains 400 points; the way is not known.",
        "Ana gains 500 points; 851 km cost 127 points.",
        "Hal hosted 1 visit before, which counts 100 points against it.",
        "The visit adds 673 points to the plan.",
    )
