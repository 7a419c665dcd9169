"""Each rule: a plan that keeps it, and the nearest one that breaks it, and it alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from build_pairs import member
from matcher.optimize import Status
from matcher.outcome import Baseline, Stage
from matcher.pairing.check import (
    PLACED,
    TOTAL,
    WORST_OFF,
    affinities,
    gains,
    objective,
    placed,
    violations,
    worst_off,
)
from matcher.pairing.problem import (
    Pair,
    PairFacilitator,
    PairGroup,
    PairMember,
    PairRules,
    Problem,
    Solution,
    Unpaired,
)

MEMBERS = (
    member(0, state="A", role_group="x", organization_type="s", wanted=2, hours=(1, 2)),
    member(1, state="B", role_group="x", organization_type="s", wanted=1, hours=(2, 3)),
    member(2, state="C", role_group="x", organization_type="s", wanted=1),
    member(3, state="D", role_group="x", organization_type="s", wanted=1),
    member(4, wanted=0),
)
PROBLEM = Problem(
    members=MEMBERS,
    candidates=((0, 1, 400), (0, 2, 300), (0, 3, 200), (1, 3, 100)),
    facilitators=(PairFacilitator("f", 1, (2,)), PairFacilitator("g", 2)),
)
PLAN = Solution(
    pairs=(Pair(0, 1, 400, 2, "f"), Pair(0, 2, 300, 1, "g")),
    waitlist=(Unpaired(3, "why"),),
    placed=3,
    placed_bound=3,
    objective=700,
    bound=700,
    gap=0.0,
    status=Status.OPTIMAL,
    seconds=0.0,
    stages=(Stage(PLACED, 3, 3), Stage(TOTAL, 700, 700)),
)


def broken(problem: Problem = PROBLEM, **changed: Any) -> list[str]:
    """The rules broken by the plan with these changes; its stages say what its figures do."""
    plan = replace(PLAN, **changed)
    if "stages" not in changed:
        placing = Stage(PLACED, plan.placed, plan.placed_bound)
        plan = replace(plan, stages=(placing, Stage(TOTAL, plan.objective, plan.bound)))
    return [found.rule for found in violations(problem, plan)]


def with_members(**changed: PairMember) -> Problem:
    members = list(MEMBERS)
    for name, value in changed.items():
        members[int(name[1:])] = value
    return replace(PROBLEM, members=tuple(members))


def rules(**on: Any) -> Problem:
    return replace(PROBLEM, rules=PairRules(**on))


def plan(*pairs: Pair, **changed: Any) -> dict[str, Any]:
    """These pairs, with every figure as it should be."""
    draft = replace(PLAN, pairs=pairs)
    paired = {index for pair in pairs for index in (pair.a, pair.b)}
    value = objective(PROBLEM, draft)
    return {
        "pairs": pairs,
        "waitlist": tuple(Unpaired(i, "why") for i in range(4) if i not in paired),
        "placed": placed(draft),
        "placed_bound": placed(draft),
        "objective": value,
        "bound": value,
    } | changed


FIRST, SECOND = PLAN.pairs


def test_a_sound_plan_breaks_nothing() -> None:
    assert broken() == []
    assert broken(**plan()) == []
    assert broken(rules(threshold=300, across_states=True, same_role=True, same_type=True)) == []
    assert broken(replace(PROBLEM, bans=((1, 2),), met=((1, 3),), pins=((1, 0),))) == []
    assert broken(replace(PROBLEM, groups=(PairGroup("g", (0, 1), 3), PairGroup("h", (2,), 1)))) == []


@pytest.mark.parametrize("wrong", [Pair(0, 0, 0), Pair(0, 9, 0), Pair(-1, 2, 0)])
def test_no_pair_of_members(wrong: Pair) -> None:
    found = violations(PROBLEM, replace(PLAN, **plan(FIRST, SECOND, wrong)))
    assert found[0].rule == "pair"
    assert found[0].members == (wrong.a, wrong.b)


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("organization", with_members(m1=replace(MEMBERS[1], organization_id="org 0"))),
        ("ban", replace(PROBLEM, bans=((1, 0),))),
        ("met", replace(PROBLEM, met=((2, 0),))),
        ("threshold", rules(threshold=301)),
        (
            "across states",
            replace(with_members(m2=replace(MEMBERS[2], state="A")), rules=PairRules(across_states=True)),
        ),
        (
            "same role",
            replace(with_members(m2=replace(MEMBERS[2], role_group="y")), rules=PairRules(same_role=True)),
        ),
        (
            "same type",
            replace(
                with_members(m2=replace(MEMBERS[2], organization_type="y")), rules=PairRules(same_type=True)
            ),
        ),
        ("candidate", replace(PROBLEM, candidates=PROBLEM.candidates[:1] + PROBLEM.candidates[2:])),
        ("wanted", with_members(m0=replace(MEMBERS[0], wanted=1))),
        ("pin", replace(PROBLEM, pins=((3, 1),))),
        ("group", replace(PROBLEM, groups=(PairGroup("g", (0, 3), 1), PairGroup("h", (0, 1, 2), 4)))),
        ("group", replace(PROBLEM, groups=(PairGroup("g", (0, 1), 2), PairGroup("h", (0,), 2)))),
        ("capacity", replace(PROBLEM, facilitators=(PairFacilitator("f", 0), PairFacilitator("g", 2)))),
    ],
)
def test_a_rule_of_the_problem(rule: str, problem: Problem) -> None:
    known = {(a, b): w for a, b, w in problem.candidates}
    pairs = tuple(replace(pair, affinity=known.get((pair.a, pair.b), 0)) for pair in PLAN.pairs)
    total = sum(pair.affinity for pair in pairs)
    assert broken(problem, pairs=pairs, objective=total, bound=total) == [rule]


@pytest.mark.parametrize("rule", ["met", "threshold", "across states", "same role", "same type", "candidate"])
def test_a_pin_overrides_what_staff_may_decide(rule: str) -> None:
    other = replace(MEMBERS[2], state="A", role_group="y", organization_type="y")
    problem = replace(
        with_members(m2=other),
        met=((0, 2),),
        pins=((0, 2),),
        rules=PairRules(400, across_states=True, same_role=True, same_type=True),
    )
    assert broken(problem) == []
    assert broken(replace(problem, pins=())).count(rule) == (rule == "met")


@pytest.mark.parametrize("rule", ["organization", "ban", "hours"])
def test_a_pin_does_not_override_the_rest(rule: str) -> None:
    problem = {
        "organization": with_members(m1=replace(MEMBERS[1], organization_id="org 0")),
        "ban": replace(PROBLEM, bans=((0, 1),)),
        "hours": with_members(m1=replace(MEMBERS[1], hours=(3,))),
    }[rule]
    assert rule in broken(replace(problem, pins=((0, 1),)))


@pytest.mark.parametrize(
    ("rules_broken", "pair"),
    [
        (["affinity"], replace(FIRST, affinity=401)),
        (["hours", "facilitator"], replace(FIRST, hour=1, facilitator="f", a=0)),
        (["facilitator"], replace(FIRST, facilitator="")),
        (["facilitator"], replace(FIRST, facilitator="nobody")),
    ],
)
def test_what_a_pair_says_of_itself(rules_broken: list[str], pair: Pair) -> None:
    assert broken(pairs=(pair, SECOND)) == rules_broken


def test_hours_of_the_members_and_of_the_facilitator() -> None:
    roomy = replace(PROBLEM, facilitators=(PairFacilitator("f", 1, (2,)), PairFacilitator("g", 2)))
    assert broken(roomy, pairs=(FIRST, replace(SECOND, hour=2))) == []
    assert broken(roomy, pairs=(FIRST, replace(SECOND, hour=3))) == ["hours"]
    assert broken(roomy, pairs=(FIRST, replace(SECOND, hour=None))) == ["hours"]
    late = replace(PROBLEM, facilitators=(PairFacilitator("f", 1, (3,)), PairFacilitator("g", 2)))
    assert broken(late) == ["facilitator"]


def test_without_facilitators_none_is_named() -> None:
    free = replace(PROBLEM, facilitators=())
    nobody = tuple(replace(pair, facilitator="") for pair in PLAN.pairs)
    assert broken(free, pairs=nobody) == []
    assert broken(free) == ["facilitator", "facilitator"]


def test_a_pair_is_chosen_once() -> None:
    problem = with_members(m0=replace(MEMBERS[0], wanted=3), m1=replace(MEMBERS[1], wanted=3))
    twice = (FIRST, SECOND, replace(FIRST, a=1, b=0, facilitator="g"))
    assert broken(problem, pairs=twice, objective=1100, bound=1100) == ["once"]


@pytest.mark.parametrize(
    ("rules_broken", "changed"),
    [
        (["objective", "stages"], {"objective": 699, "bound": 699}),
        (["objective"], {"bound": 699}),
        (["placed", "stages"], {"placed": 2, "placed_bound": 2}),
        (["placed"], {"placed_bound": 2, "status": Status.FEASIBLE}),
        (["waitlist"], {"waitlist": ()}),
        (["waitlist"], {"waitlist": (Unpaired(3, ""),)}),
        (["waitlist"], {"waitlist": (Unpaired(3, "why"), Unpaired(3, "why"))}),
        (["waitlist"], {"waitlist": (Unpaired(3, "why"), Unpaired(4, "wants none"))}),
        (["status"], {"status": Status.FEASIBLE}),
        (["status"], {"placed_bound": 4}),
        (["status"], {"gap": 0.1}),
        (["status"], {"bound": 1400, "gap": 0.5}),
        ([], {"bound": 1400, "gap": 0.5, "status": Status.FEASIBLE}),
        ([], {"placed_bound": 4, "status": Status.FEASIBLE}),
    ],
)
def test_what_a_solution_says_of_itself(rules_broken: list[str], changed: dict[str, Any]) -> None:
    assert broken(**changed) == rules_broken


FAIR = replace(PROBLEM, rules=PairRules(fair=True))
THREE = (Stage(PLACED, 3, 3), Stage(WORST_OFF, 300, 300), Stage(TOTAL, 700, 700))


@pytest.mark.parametrize(
    ("rules_broken", "changed"),
    [
        ([], {}),
        (["stages"], {"stages": ()}),
        (["stages"], {"stages": THREE[::2]}),
        (["stages"], {"stages": THREE[::-1]}),
        (["stages"], {"stages": (THREE[0], Stage(WORST_OFF, 400, 400), THREE[2])}),
        (["stages", "status"], {"stages": (THREE[0], Stage(WORST_OFF, 300, 299), THREE[2])}),
        (["stages", "status"], {"stages": (Stage(PLACED, 3, 4), *THREE[1:])}),
        (["stages", "status"], {"stages": (*THREE[:2], Stage(TOTAL, 700, 800))}),
        (["status"], {"stages": (THREE[0], Stage(WORST_OFF, 300, 400), THREE[2])}),
        (
            [],
            {
                "stages": (THREE[0], Stage(WORST_OFF, 300, 400), THREE[2]),
                "status": Status.FEASIBLE,
            },
        ),
        ([], {"baselines": (Baseline("greedy", 3, 700), Baseline("random", 2, 800))}),
        (["baselines"], {"baselines": (Baseline("greedy", 4, 1),)}),
    ],
)
def test_stages_and_baselines_of_fair_rules(rules_broken: list[str], changed: dict[str, Any]) -> None:
    assert broken(FAIR, **({"stages": THREE} | changed)) == rules_broken


def test_a_baseline_above_the_bound_of_the_total() -> None:
    assert broken(baselines=(Baseline("greedy", 3, 700),)) == []
    assert broken(baselines=(Baseline("greedy", 3, 701),)) == ["baselines"]


def test_the_worst_off_has_its_best_pair_and_no_pin() -> None:
    """0 has 400 and 300, 1 has 400, 2 has 300."""
    known = affinities(PROBLEM)
    gained = gains(known, PLAN.pairs)
    assert gained == {0: 400, 1: 400, 2: 300}
    assert worst_off(PROBLEM, gained) == 300
    assert worst_off(replace(PROBLEM, pins=((0, 2),)), gained) == 400
    assert worst_off(replace(PROBLEM, pins=((0, 2), (1, 0))), gained) == 0
    assert worst_off(PROBLEM, {}) == 0


def test_messages_hold_the_numbers_and_no_name() -> None:
    (found,) = violations(with_members(m0=replace(MEMBERS[0], wanted=1)), PLAN)
    assert found.members == (0,)
    assert found.message == "2 pairs for a member that wants 1."
