"""Reasons for cohorts, held against every plan of small problems."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from cohorts.build_cohorts import _disjoint, _hours_fit, cohorts_of, members, random_problem
from matcher.cohorts.model import solve
from matcher.cohorts.problem import BAN, MET, CohortRules, Facilitator, Problem, Solution, cohort_value
from matcher.errors import InputError
from matcher.explain import Words, price, rule_costs, runner_up, why_infeasible, why_waiting
from matcher.explain.cohort_rules import eases, lifts, looser
from matcher.explain.cohorts import moved
from matcher.explain.filtering import changed
from matcher.optimize import Limits

LIMITS = Limits(seconds=60)
Group = tuple[int, ...]


@cache
def solved(seed: int) -> tuple[Problem, Solution]:
    problem = random_problem(seed)
    return problem, solve(problem, LIMITS)


def cases(count: int) -> Iterator[tuple[Problem, Solution, random.Random]]:
    for seed in range(count):
        problem, solution = solved(seed)
        if 4 <= len(problem.members) <= 6:
            yield problem, solution, random.Random(seed)


def plans(problem: Problem) -> Iterator[tuple[Group, ...]]:
    """Every plan that the rules allow, pins apart."""
    return (chosen for chosen in _disjoint(cohorts_of(problem), ()) if _hours_fit(problem, chosen))


def worth(problem: Problem, plan: tuple[Group, ...]) -> tuple[int, int]:
    score = {(i, j): points for i, j, points in problem.affinities}
    value = sum(
        cohort_value(sum(score.get((i, j), 0) for i in group for j in group if i < j), len(group))
        for group in plan
    )
    return sum(map(len, plan)), value


def best(problem: Problem, together: tuple[int, int] | None = None) -> tuple[int, int] | None:
    """Members placed and value of the best plan in which two share a cohort; None where there is none."""
    fits = (
        worth(problem, plan)
        for plan in plans(problem)
        if together is None or any(set(together) <= set(group) for group in plan)
    )
    return max(fits, default=None)


def coverable(problem: Problem, wanted: frozenset[int]) -> bool:
    return any(wanted <= {i for group in plan for i in group} for plan in plans(problem))


def four(**rules: object) -> Problem:
    """Two cohorts of two: Ana with Ben, Cy with Dee."""
    given = {"min_size": 2, "max_size": 2, "per_state": 2, "practice": False, **rules}
    people = tuple(
        replace(one, id=name) for one, name in zip(members(4), ("Ana", "Ben", "Cy", "Dee"), strict=True)
    )
    scores = ((0, 1, 80), (0, 2, 60), (1, 3, 40), (2, 3, 75))
    return Problem(people, scores, rules=CohortRules(**given))  # type: ignore[arg-type]


def three() -> Problem:
    problem = four()
    return replace(problem, members=problem.members[:3], affinities=((0, 1, 80), (0, 2, 60)))


def test_the_price_and_the_runner_up_are_true() -> None:
    asked = 0
    for problem, solution, draw in cases(60):
        one, other = sorted(draw.sample(range(len(problem.members)), 2))
        now = best(problem)
        assert now is not None
        found = price(problem, solution, one, other, limits=LIMITS)
        free = [
            (pair, why)
            for pair, why in zip(problem.apart, problem.apart_why, strict=True)
            if pair != (one, other) or why == BAN
        ]
        again = replace(
            problem, apart=tuple(pair for pair, _ in free), apart_why=tuple(why for _, why in free)
        )
        if not found.holds:
            then = best(again, (one, other))
            assert found.allowed == (then is not None)
            if then is not None:
                assert found.change is not None
                assert found.change.placed.exact == then[0] - now[0]
                assert found.change.points.exact == then[1] - now[1]
                asked += 1
        found = runner_up(problem, solution, one, other, limits=LIMITS)
        if not found.holds:
            assert isinstance(found.problem, Problem)
            then = best(found.problem)
            assert then is not None
            assert found.change is not None
            assert (found.change.placed.exact, found.change.points.exact) == (
                then[0] - now[0],
                then[1] - now[1],
            )
            asked += 1
    assert asked > 15


def test_a_price_in_words_names_who_moves() -> None:
    problem = four()
    found = price(problem, solve(problem, LIMITS), 0, 2, limits=LIMITS)
    # 80 and 75 less 60 and 40, each for both of the two
    assert found.sentences[0].startswith(
        "The best plan with Ana and Cy together: 110 points less, because it"
    )
    assert len(found.moved) == 2
    assert any("and joins" in text for text in found.sentences[1:])


def test_what_a_pin_sets_aside_is_said() -> None:
    problem = replace(four(), apart=((0, 2),), apart_why=(MET,))
    found = price(problem, solve(problem, LIMITS), 0, 2, limits=LIMITS)
    assert found.overridden == ("Ana and Cy met in an earlier term, or are a pair of this term.",)


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (replace(four(), apart=((0, 2),), apart_why=(BAN,)), "Staff keep Ana and Cy apart."),
        (
            replace(four(), members=members(4, organization_id=("x", "y", "x", "z"))),
            "m0 and m2 are of one organization, of which a cohort takes 1 member.",
        ),
        (
            replace(four(per_state=1), members=members(4, state=("OH", "IA", "OH", "IA"))),
            "m0 and m2 are of one state, of which a cohort takes 1 member.",
        ),
        (
            replace(four(), members=members(4, hours=((1, 2), (), (3,), ()))),
            "m0 and m2 have no hour in common (m0 offers 2 hours, m2 1 hour).",
        ),
    ],
)
def test_what_forbids_two_is_said(problem: Problem, said: str) -> None:
    found = price(problem, solve(problem, LIMITS), 0, 2, limits=LIMITS)
    assert not found.allowed
    assert found.broken == (said,)


def test_nobody_has_such_an_index() -> None:
    with pytest.raises(InputError, match="no two such members"):
        price(four(), solve(four(), LIMITS), 0, 4)


def test_cohorts_that_share_most_members_are_the_same() -> None:
    problem = four()
    before = solve(problem, LIMITS)
    after = replace(before, cohorts=before.cohorts[::-1])
    assert moved(before, after) == ()
    gone = replace(before, cohorts=before.cohorts[:1])
    assert [move.member for move in moved(before, gone)] == list(before.cohorts[1].members)
    assert all(move.after == () for move in moved(before, gone))


def test_every_rule_is_tried_and_gains_what_it_gains() -> None:
    asked = 0
    for problem, solution, _ in cases(30):
        steps = {step.words: step for step in looser(problem, Words(), frozenset())}
        found = rule_costs(problem, solution, limits=LIMITS)
        assert {each.done for each in found.tried} == set(steps)
        for each in found.tried:
            now, then = best(problem), best(steps[each.done].change(problem))
            assert now is not None
            assert then is not None
            assert each.gain.placed.exact == then[0] - now[0]
            assert each.gain.points.exact == then[1] - now[1]
            asked += 1
        ranks = [each.gain.least for each in found.tried]
        assert ranks == sorted(ranks, reverse=True)
    assert asked > 40


def test_a_rule_that_gains_is_told_with_its_numbers() -> None:
    problem = three()
    found = rule_costs(problem, solve(problem, LIMITS), limits=LIMITS)
    assert found.tried[0].rule == "largest"
    assert found.tried[0].text == (
        # 2 * 140 / 2 for the three of them, less 2 * 80 for the two
        "Raise the largest cohort from 2 to 3: 1 member more is placed, 20 points less in total."
    )


def test_a_shorter_window_is_tried_where_it_is_given() -> None:
    problem = replace(four(), apart=((0, 1), (2, 3)), apart_why=(MET, MET))
    found = rule_costs(problem, solve(problem, LIMITS), limits=LIMITS, oldest=frozenset({(1, 0)}))
    window = next(each for each in found.tried if each.rule == "window")
    assert window.done == "look back one term less: 1 pair of 2 may meet again"
    # with Cy and Dee still apart, Ana and Ben alone would leave both of them out
    assert window.gain.points.exact == 0


def test_the_rules_that_clash_are_fewest_and_each_way_out_holds() -> None:
    asked = proven = helped = 0
    for problem, solution, _ in cases(30):
        for one in [index for index, _ in solution.waitlist][:1]:
            wanted = frozenset({one, *(i for cohort in solution.cohorts for i in cohort.members)})
            found = why_waiting(problem, solution, one, limits=LIMITS)
            assert not found.possible
            rules = lifts(problem, one, Words())
            others = [step for step in rules if step.name not in found.rules]
            if found.rules:
                proven += found.proven
                assert not (found.proven and coverable(changed(problem, others), wanted))
                for step in rules:
                    if step.name in found.rules:
                        assert coverable(changed(problem, [*others, step]), wanted)
                asked += 1
            steps = {step.words: step for step in eases(problem, solution, one, Words())}
            for way in found.ways:
                assert coverable(changed(problem, [steps[done] for done in way.done]), wanted)
                helped += 1
            for done in found.impossible:
                assert not coverable(steps[done].change(problem), wanted)
    assert asked > 5
    assert proven > 4
    assert helped > 5


def test_why_a_member_waits_in_words() -> None:
    problem = three()
    found = why_waiting(problem, solve(problem, LIMITS), 2, limits=LIMITS)
    assert set(found.rules) == {"largest"}
    assert found.proven
    assert found.ways[0].text == (
        "Raise the largest cohort from 2 to 3: 1 member more is placed, 20 points less."
    )


def test_who_can_be_in_no_cohort_is_told_so_before_anything_is_solved() -> None:
    problem = replace(three(), members=members(3, hours=((1,), (1,), (2,))))
    found = why_waiting(problem, solve(problem, LIMITS), 2, limits=LIMITS)
    assert found.alone == ("m2: no hour shared with 1 other that it may meet: at most 0.",)
    assert found.rules == ("largest",)
    assert found.ways[0].done == ("raise the largest cohort from 2 to 3", "free hour 1 for m2")


def test_a_facilitator_more_is_a_way_out() -> None:
    problem = replace(four(), facilitators=(Facilitator("f", (5,)),))
    solution = solve(problem, LIMITS)
    one = solution.waitlist[0][0]
    found = why_waiting(problem, solution, one, limits=LIMITS)
    assert "facilitators" in found.rules
    assert found.ways[0].text == (
        "Have one more facilitator, free at any hour: 2 members more are placed, 150 points more."
    )


def test_pins_that_clash_are_told_and_taken_away() -> None:
    problem = replace(four(), together=((0, 1), (1, 2)))
    found = why_infeasible(problem, limits=LIMITS)
    assert found.rules == ("largest", "pin", "pin")
    assert found.ways[0].done == ("take away the pin of Ben and Cy",)
    # Ana with Ben, Cy with Dee: 2 * 80 and 2 * 75 points
    assert found.ways[0].text == "Take away the pin of Ben and Cy: 4 members placed, 310 points."
    assert why_infeasible(four(), limits=LIMITS).possible
