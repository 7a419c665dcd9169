"""Reasons for visits, held against every plan of small problems."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import combinations, product

import pytest

from matcher.errors import InfeasibleError, InputError
from matcher.explain import Words, price, rule_costs, runner_up, why_infeasible, why_waiting
from matcher.explain.filtering import changed
from matcher.explain.visit_rules import eases, lifts, looser
from matcher.optimize import Limits
from matcher.visits import check
from matcher.visits.days import event_on, hosting_days
from matcher.visits.model import solve
from matcher.visits.problem import EARLIER_VISIT, Event, Problem, Solution
from visits.build_visits import FREE, broken, host, network, solution, visitor

LIMITS = Limits(seconds=60)


@cache
def solved(seed: int, visitors: int, each: int) -> tuple[Problem, Solution]:
    problem = network(2, visitors, seed, tiny=True, per_visitor=each, events=2)
    return problem, solve(problem, LIMITS)


def plans(problem: Problem) -> Iterator[tuple[Event, ...]]:
    """Every plan that the rules allow."""
    choices: list[list[Event | None]] = []
    for index in range(len(problem.hosts)):
        events = (
            event_on(index, day, group)
            for size in range(1, len(problem.visitors) + 1)
            for group in combinations(range(len(problem.visitors)), size)
            for day in hosting_days(problem.hosts[index])
        )
        choices.append([None, *(event for event in events if broken(problem, event) <= {"pin", "events"})])
    for chosen in product(*choices):
        events = tuple(event for event in chosen if event is not None)
        if not broken(problem, *events):
            yield events


def best(problem: Problem) -> int | None:
    """The worth of the best plan; None where the pins cannot be held."""
    return max((check.objective(problem, solution(*events)) for events in plans(problem)), default=None)


def coverable(problem: Problem, wanted: frozenset[int]) -> bool:
    return any(wanted <= {i for event in events for i in event.visitors} for events in plans(problem))


def two() -> Problem:
    """Ana and Ben would go to Hal, who has one seat."""
    return Problem(
        (host("Hal", seats=1),),
        (visitor("Ana"), visitor("Ben")),
        ((0, 0, 80), (1, 0, 49)),
        rules=FREE,
    )


def test_the_price_and_the_runner_up_are_true() -> None:
    asked = 0
    for seed in range(60):
        problem, plan = solved(seed, 4, 2)
        draw = random.Random(seed)
        one, other = draw.randrange(4), draw.randrange(2)
        for question in (price, runner_up):
            found = question(problem, plan, one, other, limits=LIMITS)
            if found.holds:
                continue
            if not found.allowed:
                pinned = replace(problem, pins=((one, other),))
                assert best(pinned) is None
                assert found.broken
                continue
            assert found.change is not None
            assert isinstance(found.problem, Problem)
            now, then = best(problem), best(found.problem)
            assert now is not None
            assert then is not None
            assert found.change.points.exact == then - now
            asked += 1
    assert asked > 15


def test_a_price_in_words_names_who_loses_the_seat() -> None:
    problem = two()
    found = price(problem, solve(problem, LIMITS), 1, 0)
    assert found.sentences == (
        "The best plan with Ben on a visit to Hal: 31 points less, because it takes a seat at Hal from Ana.",
        "Ben visits Hal.",
        "Ana makes no visit, and no longer goes to Hal.",
    )
    assert runner_up(problem, solve(problem, LIMITS), 0, 0).sentences[0] == (
        "The best plan without Ana on a visit to Hal: 31 points less."
    )


def test_a_price_names_the_visit_that_is_given_up() -> None:
    hosts = (host("Hal"), host("Ida"))
    problem = Problem(hosts, (visitor("Ana"),), ((0, 0, 80), (0, 1, 49)), rules=FREE)
    found = price(problem, solve(problem, LIMITS), 0, 1)
    assert found.sentences == (
        "The best plan with Ana on a visit to Ida: 31 points less, "
        "because it takes Ana from the visit to Hal.",
        "Ana visits Ida instead of Hal.",
    )


def test_what_a_pin_sets_aside_is_said() -> None:
    far = (visitor("Ana", latitude=40.0, longitude=-80.0),)
    rules = replace(FREE, threshold=60, points_per_100_km=15)
    at = (host("Hal", latitude=40.0, longitude=-90.0),)
    problem = Problem(at, far, ((0, 0, 49),), ((0, 0, EARLIER_VISIT),), rules)
    found = price(problem, solve(problem, LIMITS), 0, 0)
    assert found.overridden == (
        "The help is 49, 11 points below the least of 60.",
        "The 851 km cost 127 points, no less than the help of 49.",
        "Ana and Hal are barred by an earlier visit.",
    )
    assert found.change is not None
    assert found.change.points.exact == 49 - 127


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (replace(two(), apart=((0, 0, "a decision of staff"),)), "are barred by a decision of staff."),
        (replace(two(), rules=replace(FREE, events=0)), "No visits are held this term (most events 0)."),
        (replace(two(), rules=replace(FREE, min_visitors=2)), "Hal has 1 seat, and a visit takes 2 at"),
        (replace(two(), rules=replace(FREE, per_visitor=0)), "Ana makes no visits this term."),
        (
            replace(two(), hosts=(host("Hal", weekdays=(0,)),), visitors=(visitor("Ana", weekdays=(1,)),) * 1,
                    fits=((0, 0, 80),)),
            "Ana cannot come on any day on which Hal hosts.",
        ),
        (
            replace(two(), visitors=(visitor("Ana", organization_id="org Hal"), visitor("Ben"))),
            "Ana and Hal are of one organization.",
        ),
    ],
)  # fmt: skip
def test_what_forbids_a_visit_is_said(problem: Problem, said: str) -> None:
    found = price(problem, solve(problem, LIMITS), 0, 0)
    assert not found.allowed
    assert any(said in text for text in found.broken)
    assert found.sentences == ("No plan can have Ana on a visit to Hal:", *found.broken)


def test_nobody_has_such_an_index() -> None:
    with pytest.raises(InputError, match="no two such members"):
        price(two(), solve(two(), LIMITS), 0, 1)


def test_every_rule_is_tried_and_gains_what_it_gains() -> None:
    asked = 0
    for seed in range(25):
        problem, plan = solved(seed, 4, 1)
        steps = {step.words: step for step in looser(problem, Words(), frozenset())}
        found = rule_costs(problem, plan, limits=LIMITS)
        assert {each.done for each in found.tried} == set(steps)
        for each in found.tried:
            step = steps[each.done]
            now, then = best(problem), best(step.change(problem))
            assert now is not None
            assert then is not None
            gain = then - now
            if step.pure:
                assert each.gain.points.exact == gain
                asked += 1
            else:  # valued at the old price, a plan for another price cannot be better
                assert each.gain.points.exact is not None
                assert each.gain.points.exact <= 0 <= gain
                value = check.objective(problem, solution(*_events(each.solution), problem=problem))
                assert each.gain.points.exact == value - plan.objective
        ranks = [each.gain.least for each in found.tried]
        assert ranks == sorted(ranks, reverse=True)
    assert asked > 40


def _events(plan: object) -> tuple[Event, ...]:
    assert isinstance(plan, Solution)
    return plan.events


def test_a_lower_price_may_open_what_was_too_far() -> None:
    """At the old price the new plan is worth less: that is what is told."""
    at = (host("Hal", latitude=40.0, longitude=-90.0),)
    far = (visitor("Ana", latitude=40.0, longitude=-80.0),)
    problem = Problem(at, far, ((0, 0, 125),), rules=replace(FREE, points_per_100_km=15))
    found = rule_costs(problem, solve(problem, LIMITS), limits=LIMITS)
    travel = next(each for each in found.tried if each.rule == "travel")
    assert travel.text == ("Let 100 km cost 10 points, not 15: 2 points less, 1 member more is placed.")


def test_the_rules_that_clash_are_fewest_and_each_way_out_holds() -> None:
    asked = helped = 0
    for seed in range(60):
        problem, plan = solved(seed, 3, 1)
        for one in [index for index, _ in plan.left_out][:1]:
            wanted = frozenset({one, *(i for event in plan.events for i in event.visitors)})
            found = why_waiting(problem, plan, one, limits=LIMITS)
            assert found.possible == coverable(problem, wanted)
            if found.possible:
                continue
            rules = lifts(problem, one, Words())
            others = [step for step in rules if step.name not in found.rules]
            if found.rules:
                assert not coverable(changed(problem, others), wanted)
                for step in rules:
                    if step.name in found.rules:
                        assert coverable(changed(problem, [*others, step]), wanted)
                asked += 1
            steps = {step.words: step for step in eases(problem, plan, one, Words())}
            for way in found.ways:
                assert coverable(changed(problem, [steps[done] for done in way.done]), wanted)
                helped += 1
            for done in found.impossible:
                assert not coverable(steps[done].change(problem), wanted)
    assert asked > 10
    assert helped > 10


def test_why_a_visitor_waits_in_words() -> None:
    problem = two()
    found = why_waiting(problem, solve(problem, LIMITS), 1, limits=LIMITS)
    assert found.rules == ("seats",)
    assert found.ways[0].text == "Have 2 seats at Hal: 1 member more is placed, 49 points more."
    assert (found.ways[0].placed, found.ways[0].objective) == (1, 49)
    assert lifts(problem, 1, Words({"Ben": "Benjamin"}))[0].words == "the days on which Benjamin can come"


def test_who_could_go_but_is_not_worth_it_is_told_the_price() -> None:
    """Hal hosted before: that costs more than Ana gains, while both would be worth it."""
    problem = Problem(
        (host("Hal", hosted=1), host("Ida", seats=1)),
        (visitor("Ana"), visitor("Ben")),
        ((0, 0, 60), (0, 1, 50), (1, 0, 55), (1, 1, 90)),
        rules=replace(FREE, points_per_hosting=50),
    )
    plan = solve(problem, LIMITS)
    assert plan.left_out == ()
    alone = replace(problem, rules=replace(problem.rules, points_per_hosting=60, per_visitor=1))
    plan = solve(alone, LIMITS)
    assert [index for index, _ in plan.left_out] == [0]
    found = why_waiting(alone, plan, 0, limits=LIMITS)
    assert not found.possible
    assert "hosting" in found.rules


def test_pins_that_clash_are_told_and_taken_away() -> None:
    problem = replace(two(), pins=((0, 0), (1, 0)))
    with pytest.raises(InfeasibleError):
        solve(problem, LIMITS)
    found = why_infeasible(problem, limits=LIMITS)
    assert found.rules == ("seats", "pin", "pin")
    assert found.ways[0].done == ("take away the pin of Ben and Hal",)
    assert found.ways[0].text == "Take away the pin of Ben and Hal: 1 member placed, 80 points."
    assert why_infeasible(two(), limits=LIMITS).possible
