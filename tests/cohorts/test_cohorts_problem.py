"""What a cohort problem refuses, and that it comes back from JSON as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from build_cohorts import members, plan, random_problem
from matcher.cohorts.problem import (
    Cohort,
    CohortMember,
    CohortRules,
    Facilitator,
    Problem,
    Solution,
    cohort_value,
)
from matcher.errors import InputError

THREE = members(3)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: CohortRules(min_size=1), "smallest cohort is 1"),
        (lambda: CohortRules(min_size=5, max_size=4), "largest cohort, 4, is below the smallest, 5"),
        (lambda: CohortRules(per_state=0), "At most 0 members of one state"),
        (lambda: CohortRules(per_organization=0), "At most 0 members of one organization"),
        (lambda: Problem((CohortMember("a"), CohortMember("a"))), "member id 'a' is empty or there twice"),
        (lambda: Problem((CohortMember(""),)), "member id '' is empty"),
        (lambda: Problem((CohortMember("a", hours=(168,)),)), "hours of member 'a'"),
        (lambda: Problem((CohortMember("a", hours=(3, 3)),)), "hours of member 'a'"),
        (lambda: Problem((CohortMember("a", challenge_topics=("t", "t")),)), "empty topic or one twice"),
        (lambda: Problem((CohortMember("a", practice_topics=("",)),)), "empty topic or one twice"),
        (lambda: Problem(THREE, facilitators=(Facilitator("f", (-1,)),)), "hours of facilitator 'f'"),
        (lambda: Problem(THREE, facilitators=(Facilitator("f"), Facilitator("f"))), "facilitator id 'f'"),
        (lambda: Problem(THREE, ((0, 3, 5),)), "affinity of members 0 and 3 cannot be: there are 3 members"),
        (lambda: Problem(THREE, ((1, 0, 5),)), "affinity of members 1 and 0 cannot be"),
        (lambda: Problem(THREE, ((0, 1, 5), (0, 1, 6))), "affinity of members 0 and 1 is given twice"),
        (lambda: Problem(THREE, ((0, 1, 0),)), "affinity of members 0 and 1 is 0"),
        (lambda: Problem(THREE, ((0, 1, 1001),)), "affinity of members 0 and 1 is 1001"),
        (lambda: Problem(THREE, ((0, 1, 0.5),)), "is 0.5"),  # type: ignore[arg-type]
        (lambda: Problem(THREE, apart=((0, 0),), apart_why=("ban",)), "pair kept apart of members 0 and 0"),
        (lambda: Problem(THREE, apart=((0, 1), (0, 1)), apart_why=("ban", "met")), "is given twice"),
        (lambda: Problem(THREE, apart=((0, 1),)), "1 pairs are kept apart, with 0 reasons"),
        (lambda: Problem(THREE, apart=((0, 1),), apart_why=("maybe",)), "one reason, 'ban' or 'met'"),
    ],
)
def test_a_wrong_entry_is_named(make: Callable[[], object], words: str) -> None:
    with pytest.raises(InputError, match=words.replace("(", r"\(")):
        make()


def test_a_value_is_the_sum_of_mean_affinities() -> None:
    assert cohort_value(300, 3) == 30_000  # each of three pairs 100: each mean 100
    assert cohort_value(600, 4) == 40_000  # larger, same means: the value grows with the members only
    assert cohort_value(1, 4) == 66  # rounded down


def test_a_problem_comes_back_from_json() -> None:
    problem = random_problem(4, 7)
    assert Problem.from_json(problem.to_json()) == problem


def test_a_solution_comes_back_from_json() -> None:
    problem = Problem(members(5), rules=CohortRules(2, 3))
    solution = plan(problem, Cohort((0, 1), None), Cohort((2, 4), None))
    assert Solution.from_json(solution.to_json()) == solution


def test_a_text_that_is_no_problem_is_refused() -> None:
    with pytest.raises(ValueError, match="members"):
        Problem.from_json("{}")
    with pytest.raises(InputError, match="smallest cohort is 0"):
        Problem.from_json('{"members": [], "rules": {"min_size": 0}}')
