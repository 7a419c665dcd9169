"""Reasons for pairs, held against every plan of small problems."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from matcher.errors import InfeasibleError, InputError
from matcher.explain import Words, price, rule_costs, runner_up, why_infeasible, why_waiting, whynot
from matcher.explain.filtering import changed
from matcher.explain.pair_rules import eases, lifts, looser
from matcher.explain.people import best_hours
from matcher.optimize import Limits
from matcher.pairing.model import solve
from matcher.pairing.problem import PairFacilitator, PairRules, Problem, Solution
from matcher.watch import Moment, Watch
from pairing.build_pairs import brute_force, member, plans, tiny, worth


@cache
def solved(seed: int) -> tuple[Problem, Solution] | None:
    problem = tiny(random.Random(seed))
    if len(problem.members) > 5:
        return None
    try:
        return problem, solve(problem)
    except InfeasibleError:
        return None


def cases(count: int) -> Iterator[tuple[Problem, Solution, random.Random]]:
    for seed in range(count):
        found = solved(seed)
        if found:
            yield *found, random.Random(seed)


def best(problem: Problem) -> tuple[int, ...]:
    found = brute_force(problem)
    assert found is not None
    return found


def coverable(problem: Problem, wanted: frozenset[int]) -> tuple[int, ...] | None:
    """The best plan, most placed first and then the total, in which all of ``wanted`` have a pair."""
    plain = replace(problem, rules=replace(problem.rules, fair=False))
    listed = (pairs for pairs in plans(problem) if wanted <= {i for pair in pairs for i in pair})
    return max((worth(plain, pairs) for pairs in listed), default=None)


def wanted_with(solution: Solution, one: int) -> frozenset[int]:
    return frozenset({one, *(i for pair in solution.pairs for i in (pair.a, pair.b))})


def three(threshold: int = 0, **given: object) -> Problem:
    """Ana and Ben suit each other best, Cy suits Ben."""
    return Problem(
        (member("Ana"), member("Ben"), member("Cy")),
        ((0, 1, 80), (1, 2, 49)),
        PairRules(threshold),
        **given,  # type: ignore[arg-type]
    )


def four() -> Problem:
    """As three, and Cy has a pair as well."""
    return Problem(tuple(map(member, ("Ana", "Ben", "Cy", "Dee"))), ((0, 1, 80), (1, 2, 49), (2, 3, 50)))


def test_the_price_is_the_best_plan_less_the_best_with_it() -> None:
    asked = 0
    for problem, solution, draw in cases(150):
        one, other = draw.sample(range(len(problem.members)), 2)
        found = price(problem, solution, one, other)
        if found.holds:
            continue
        pinned = replace(problem, pins=(*problem.pins, (one, other)))
        if not found.allowed:
            assert brute_force(pinned) is None
            assert found.broken
            continue
        now, then = best(problem), best(pinned)
        assert found.change is not None
        assert found.change.placed.exact == then[0] - now[0]
        assert found.change.points.exact == then[-1] - now[-1]
        asked += 1
    assert asked > 10


def test_the_runner_up_is_the_best_plan_without_it() -> None:
    asked = 0
    for problem, solution, _ in cases(80):
        for pair in solution.pairs[:1]:
            found = runner_up(problem, solution, pair.a, pair.b)
            pins = tuple(pin for pin in problem.pins if set(pin) != {pair.a, pair.b})
            without = replace(problem, bans=(*problem.bans, (pair.a, pair.b)), pins=pins)
            now, then = best(problem), best(without)
            assert found.change is not None
            assert (found.change.placed.exact, found.change.points.exact) == (
                then[0] - now[0],
                then[-1] - now[-1],
            )
            asked += 1
    assert asked > 10


def test_a_price_in_words_names_who_loses_whom() -> None:
    problem = three()
    found = price(problem, solve(problem), 1, 2)
    assert found.sentences == (
        "The best plan with Ben and Cy together: 31 points less, because it takes Ben from Ana.",
        "Ben is paired with Cy instead of Ana.",
        "Cy is paired with Ben.",
        "Ana waits, no longer paired with Ben.",
    )
    assert [move.member for move in found.moved] == [0, 1, 2]


def test_a_price_says_which_soft_rule_it_sets_aside() -> None:
    problem = three(threshold=60)
    found = price(problem, solve(problem), 1, 2)
    assert found.overridden == ("Their affinity is 49, 11 points short of 60.",)
    assert found.sentences[-1] == "It sets a rule aside: Their affinity is 49, 11 points short of 60."


def test_who_met_may_have_met_in_a_cohort_of_this_term() -> None:
    problem = three(met=((1, 2),))
    assert price(problem, solve(problem), 1, 2).overridden == (
        "Ben and Cy met in an earlier term, share a cohort of this term, or declined.",
    )


def test_of_many_who_change_places_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whynot, "TOLD", 2)
    problem = three()
    assert price(problem, solve(problem), 1, 2).sentences[-1] == "1 other changes places as well."


@pytest.mark.parametrize(
    ("staff", "hours"),
    [(None, [2, 1, 3]), ([()], [2, 1, 3]), ([(1, 7)], [1]), ([(3,), (2,)], [2, 3]), ([], [])],
)
def test_an_hour_is_offered_where_most_can_and_one_of_the_staff(
    staff: list[tuple[int, ...]] | None, hours: list[int]
) -> None:
    assert best_hours((3, 2, 1, 2), staff, 9) == hours
    assert best_hours((3, 2, 1, 2), staff, 1) == hours[:1]


def test_what_holds_already_costs_nothing() -> None:
    problem = three()
    solution = solve(problem)
    found = price(problem, solution, 0, 1)
    assert found.holds
    assert found.solution is solution
    assert runner_up(problem, solution, 0, 2).holds


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bans": ((0, 2),)}, "Staff keep Ana and Cy apart."),
        ({"members": (member("Ana"), member("Ben"), member("Cy", organization_id="org Ana"))}, "one organi"),
        (
            {"members": (member("Ana", hours=(1,)), member("Ben"), member("Cy", hours=(2, 3)))},
            "no hour in common (Ana offers 1 hour, Cy offers 2 hours)",
        ),
        ({"members": (member("Ana"), member("Ben"), member("Cy", wanted=0))}, "Cy takes 0 pairs this term."),
        ({"pins": ((0, 1),)}, "Ana takes 1 pair this term, and has 1 pinned pair."),
        ({"facilitators": (PairFacilitator("f", 0),)}, "No facilitator is free at an hour that suits both."),
    ],
)
def test_what_forbids_a_pair_is_said(changes: dict[str, object], said: str) -> None:
    problem = replace(three(), **changes)  # type: ignore[arg-type]
    found = price(problem, solve(problem), 0, 2)
    assert not found.allowed
    assert any(said in text for text in found.broken)
    assert found.solution is None


def test_nobody_has_such_an_index() -> None:
    problem = three()
    with pytest.raises(InputError, match="no two such members"):
        price(problem, solve(problem), 0, 7)


def test_a_stopped_question_gives_a_true_range() -> None:
    problem = three()
    found = price(problem, solve(problem), 1, 2, watch=Watch(stop=lambda: True))
    assert found.change is not None
    points = found.change.points
    assert points.least is None or points.least <= -31
    assert points.most is None or points.most >= -31


def test_every_rule_is_tried_and_gains_what_it_gains() -> None:
    asked = 0
    for problem, solution, _ in cases(40):
        steps = {step.words: step for step in looser(problem, Words(), frozenset())}
        found = rule_costs(problem, solution)
        assert {each.done for each in found.tried} == set(steps)
        assert not found.cut_short
        for each in found.tried:
            now, then = best(problem), best(steps[each.done].change(problem))
            assert each.gain.placed.exact == then[0] - now[0]
            assert each.gain.points.exact == then[-1] - now[-1]
            asked += 1
        ranks = [each.gain.least for each in found.tried]
        assert ranks == sorted(ranks, reverse=True)
    assert asked > 40


def test_a_rule_that_gains_is_told_with_its_numbers() -> None:
    problem = three(threshold=60, met=((0, 2),))
    found = rule_costs(problem, solve(problem), oldest=frozenset())
    assert {each.rule for each in found.tried} == {"threshold", "met", "wanted"}
    assert found.tried[0].text == (
        "Let those meet again who met in earlier terms, share a cohort of this term, or declined each other "
        "(1 pair): nothing is gained."
    )
    text = next(each.text for each in found.tried if each.rule == "threshold")
    assert text == "Lower the least affinity from 60 to 10: nothing is gained."
    assert rule_costs(four(), solve(four())).tried[0].text == (
        "Let each member take one pair more than it wished: 49 points more."
    )


def test_a_shorter_window_is_tried_where_it_is_given() -> None:
    problem = three(met=((0, 1), (1, 2)))
    found = rule_costs(problem, solve(problem), oldest=frozenset({(1, 0)}))
    window = next(each for each in found.tried if each.rule == "window")
    assert window.text == (
        "Look back one term less: 1 pair of 2 may meet again: 2 members more are placed, "
        "80 points more in total."
    )
    assert found.tried[0].gain.least == (2, 80)


def test_a_question_cut_short_says_what_it_did_not_try() -> None:
    problem = three(threshold=60)
    found = rule_costs(problem, solve(problem), watch=Watch(stop=lambda: True))
    assert found.cut_short
    assert len(found.untried) == 2
    assert not found.tried


def test_the_rules_that_clash_are_fewest_and_each_way_out_holds() -> None:
    asked = 0
    for problem, solution, _ in cases(120):
        for one in [each.member for each in solution.waitlist][:1]:
            found = why_waiting(problem, solution, one)
            wanted = wanted_with(solution, one)
            rules = lifts(problem, one, Words())
            others = [step for step in rules if step.name not in found.rules]
            assert not found.possible
            assert found.proven
            if found.rules:
                assert coverable(changed(problem, others), wanted) is None
                for step in rules:
                    if step.name in found.rules:
                        assert coverable(changed(problem, [*others, step]), wanted) is not None
                asked += 1
            else:
                assert coverable(changed(problem, rules), wanted) is None
            steps = {step.words: step for step in eases(problem, solution, one, Words())}
            for way in found.ways:
                reached = coverable(changed(problem, [steps[done] for done in way.done]), wanted)
                assert reached is not None
                assert way.placed == reached[0] - solution.placed
                assert way.objective == reached[-1] - solution.objective
            for done in found.impossible:
                assert coverable(steps[done].change(problem), wanted) is None
            lengths = [(len(way.done), -way.placed, -way.objective) for way in found.ways]
            assert lengths == sorted(lengths)
            assert not found.not_found
    assert asked > 10


def test_why_a_member_waits_in_words() -> None:
    problem = three(threshold=60)
    found = why_waiting(problem, solve(problem), 2)
    assert found.rules == ("wanted",)
    assert found.sentences == (
        "Cy has 1 candidate (best affinity 49), and none can be: 1 below the least affinity.",
        "One rule stands in the way of a place for Cy beside everybody who is placed now, even if all others "
        "were lifted: the number of pairs that each member wished.",
        "Would not help alone: lower the least affinity from 60 to 49.",
    )


def test_who_has_no_candidate_is_told_so_before_anything_is_solved() -> None:
    problem = replace(three(), candidates=((0, 1, 80),))
    found = why_waiting(problem, solve(problem), 2)
    assert found.alone == ("Cy has no candidate: nothing that it wrote is near what others wrote.",)
    assert found.ways == ()


def test_who_is_placed_does_not_wait() -> None:
    problem = three()
    with pytest.raises(InputError, match="does not wait"):
        why_waiting(problem, solve(problem), 0)


def test_pins_that_clash_are_told_and_taken_away() -> None:
    problem = replace(three(pins=((0, 1), (1, 2))))
    with pytest.raises(InfeasibleError):
        solve(problem)
    found = why_infeasible(problem)
    assert found.rules == ("wanted", "pin", "pin")
    assert found.proven
    assert [way.done for way in found.ways] == [
        ("take away the pin of Ben and Cy",),
        ("take away the pin of Ana and Ben",),
    ]
    assert found.ways[0].text == "Take away the pin of Ben and Cy: 2 members placed, 80 points."


def test_pins_that_clash_in_every_small_problem() -> None:
    asked = 0
    for seed in range(300):
        problem = tiny(random.Random(seed))
        if len(problem.members) > 5 or brute_force(problem) is not None:
            continue
        found = why_infeasible(problem)
        rules = lifts(problem, None, Words())
        pins = [pin for pin in problem.pins if _named(problem, pin) in found.texts]
        assert found.proven
        assert not found.possible
        kept = replace(changed(problem, [step for step in rules if step.name not in found.rules]), pins=pins)
        assert brute_force(kept) is None
        for pin in pins:
            assert brute_force(replace(kept, pins=tuple(each for each in pins if each != pin))) is not None
        for way in found.ways:
            left = [pin for pin in problem.pins if f"take away {_named(problem, pin)}" not in way.done]
            reached = brute_force(replace(problem, pins=tuple(left)))
            assert reached is not None
            assert (way.placed, way.objective) == (reached[0], reached[-1])
        asked += 1
    assert asked > 10


def _named(problem: Problem, pin: tuple[int, int]) -> str:
    return f"the pin of {' and '.join(problem.members[i].id for i in sorted(pin))}"


def test_pins_that_do_not_clash() -> None:
    found = why_infeasible(three(pins=((0, 1),)))
    assert found.possible
    assert found.sentences == ("There is a plan that holds all pins.",)


def test_progress_is_told_and_the_limit_is_shared() -> None:
    moments: list[Moment] = []
    problem = three(threshold=60)
    found = why_waiting(problem, solve(problem), 2, limits=Limits(30), watch=Watch(moments.append))
    assert found.solves == len(moments) > 3
    shares = [moment.share for moment in moments]
    assert shares == sorted(shares)
    assert {moment.stage for moment in moments} == {"why it waits"}
