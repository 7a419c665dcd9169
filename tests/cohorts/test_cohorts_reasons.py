"""Each reason to wait, from its cause; and that no reason is given where there is room."""

from __future__ import annotations

import pytest

from build_cohorts import allowed, members, random_problem
from matcher.cohorts import reasons
from matcher.cohorts.model import solve
from matcher.cohorts.problem import CohortRules, Facilitator, Problem
from matcher.cohorts.tables import hour_classes
from matcher.optimize import Limits

LOOSE = CohortRules(2, 3, per_state=9, per_organization=9, practice=False)
QUICK = Limits(seconds=2.0)


def reason_of(problem: Problem, member: int) -> str:
    return dict(solve(problem, QUICK).waitlist)[member]


def test_too_few_members() -> None:
    problem = Problem(members(4))
    assert reason_of(problem, 2) == "4 members in all: a cohort takes at least 5"


def test_no_facilitator_at_the_hours_given() -> None:
    problem = Problem(
        members(3, hours=((), (), (9, 10))), rules=LOOSE, facilitators=(Facilitator("f", (30,)),)
    )
    assert reason_of(problem, 2) == "no facilitator is free at any of the 2 hours given"


def test_no_hour_with_enough_others() -> None:
    problem = Problem(members(4, hours=((9,), (9,), (9,), (50,))), rules=LOOSE)
    assert reason_of(problem, 3) == "no hour shared with 1 other that it may meet: at most 0"


def test_may_meet_too_few() -> None:
    problem = Problem(members(3), apart=((0, 2), (1, 2)), apart_why=("ban", "met"), rules=LOOSE)
    reason = reason_of(problem, 2)
    assert reason == "no hour shared with 1 other that it may meet: at most 0; it may not meet 2 (1 by ban)"


@pytest.mark.parametrize("field", ["state", "organization_id"])
def test_caps_leave_too_few(field: str) -> None:
    rules = CohortRules(3, 3, per_state=1, per_organization=1, practice=False)
    names = ("A", "B", "C", "A", "A")
    hours = ((9,), (9,), (9, 20), (20,), (20,))
    problem = Problem(members(5, **{field: names}, hours=hours), rules=rules)
    assert reason_of(problem, 4) == (
        "no hour shared with 2 others within at most 1 a state and 1 an organization: "
        "at most 1 of the 2 that it may meet"
    )


def test_left_over_where_cohorts_are_full() -> None:
    problem = Problem(members(4), rules=CohortRules(3, 3, practice=False))
    ((_, reason),) = solve(problem, QUICK).waitlist
    assert reason == (
        "1 member left over, too few for a cohort of 3; of 1 cohort: 1 full at 3; "
        "no plan places more than 3 of 4"
    )


def test_left_over_where_facilitators_have_no_hour_left() -> None:
    problem = Problem(
        members(4), rules=CohortRules(2, 2, practice=False), facilitators=(Facilitator("f", (9,)),)
    )
    reasons_given = {reason for _, reason in solve(problem, QUICK).waitlist}
    assert reasons_given == {
        "2 members left over, facilitators have no hour left beside 1 cohort; of 1 cohort: 1 full at 2; "
        "no plan places more than 2 of 4"
    }


def obstacle(problem: Problem, group: tuple[int, ...], newcomer: int, *others: tuple[int, ...]) -> str:
    return reasons.obstacle(reasons.facts(problem, hour_classes(problem)), group, newcomer, others)


def test_obstacles() -> None:
    free = Problem(members(5), rules=LOOSE)
    assert obstacle(free, (0, 1), 2) == ""
    assert obstacle(free, (0, 1, 3), 2) == "full"
    assert (
        obstacle(Problem(members(3), apart=((1, 2),), apart_why=("met",), rules=LOOSE), (0, 1), 2) == "apart"
    )
    one_each = CohortRules(2, 3, per_state=1, per_organization=1, practice=False)
    assert obstacle(Problem(members(3, state=("A", "B", "A")), rules=one_each), (0, 1), 2) == "state"
    same = Problem(members(3, organization_id=("A", "B", "A")), rules=one_each)
    assert obstacle(same, (0, 1), 2) == "organization"
    assert obstacle(Problem(members(4, hours=((1, 2), (2,), (1,), ())), rules=LOOSE), (0, 1), 2) == "hour"
    # with member 2 the topic is t, on which nobody in the cohort holds a practice
    topics = (("u",), ("t",), ("t",), ())
    practices = (("u",), (), (), ("t",))
    duty = Problem(
        members(4, challenge_topics=topics, practice_topics=practices), rules=CohortRules(2, 3, 9, 9, True)
    )
    assert obstacle(duty, (0, 1), 2) == "practice"


def test_an_obstacle_is_the_hour_that_is_taken() -> None:
    problem = Problem(
        members(6, hours=((1, 2), (1, 2), (2,), (2,), (2,), ())),
        rules=LOOSE,
        facilitators=(Facilitator("f", (1, 2)),),
    )
    assert obstacle(problem, (0, 1), 2) == ""
    assert obstacle(problem, (0, 1), 2, (3, 4)) == "facilitator"


@pytest.mark.parametrize("seed", range(40))
def test_whoever_waits_fits_in_no_cohort(seed: int) -> None:
    problem = random_problem(seed, 9)
    solution = solve(problem, QUICK)
    for one, reason in solution.waitlist:
        assert reason
        if not problem.facilitators:
            assert not any(allowed(problem, tuple(sorted((*c.members, one)))) for c in solution.cohorts)
