"""Each rule of a cohort plan, kept and broken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from build_cohorts import members, plan
from matcher.cohorts import check
from matcher.cohorts.problem import Cohort, CohortMember, CohortRules, Facilitator, Problem, Solution
from matcher.optimize import Status

LOOSE = CohortRules(2, 3, per_state=3, per_organization=3, practice=False)


def rules_broken(problem: Problem, solution: Solution) -> list[str]:
    return [each.rule for each in check.violations(problem, solution)]


def test_a_plan_that_keeps_all_rules() -> None:
    problem = Problem(
        members(
            5,
            state=("A", "A", "B", "B", ""),
            organization_id=("x", "y", "z", "", ""),
            hours=((10, 11), (11,), (), (40,), (40, 41)),
            challenge_topics=(("t",), ("t", "u"), (), ("u",), ("u",)),
            practice_topics=((), ("t",), (), (), ("u",)),
        ),
        ((0, 1, 500), (3, 4, 100)),
        rules=CohortRules(2, 3, per_state=2, per_organization=1),
        facilitators=(Facilitator("f", (11,)), Facilitator("g")),
    )
    solution = plan(problem, Cohort((0, 1, 2), 11, "t", "f"), Cohort((3, 4), 40, "u", "g"))
    assert check.violations(problem, solution) == []
    assert check.placed(solution) == 5
    assert check.objective(problem, solution) == 2 * 500 * 100 // 2 + 2 * 100 * 100


@pytest.mark.parametrize(
    ("cohort", "rule"),
    [
        (Cohort((0,), None), "size"),
        (Cohort((0, 1, 2, 3), None), "size"),
        (Cohort((1, 0), None), "order"),
        (Cohort((0, 1), 168), "hour"),
        (Cohort((0, 1), None, "t"), "topic"),
        (Cohort((0, 1), None, "", "f"), "facilitator"),
    ],
)
def test_shape(cohort: Cohort, rule: str) -> None:
    problem = Problem(members(4), rules=LOOSE)
    assert rule in rules_broken(problem, plan(problem, cohort))


def test_everybody_stands_in_the_plan_once() -> None:
    problem = Problem(members(4), rules=LOOSE)
    good = plan(problem, Cohort((0, 1), None), Cohort((2, 3), None))
    assert rules_broken(problem, good) == []
    assert rules_broken(problem, replace(good, cohorts=good.cohorts[:1])) == ["once", "once"]
    assert rules_broken(problem, plan(problem, Cohort((0, 1), None), Cohort((1, 2), None))) == ["once"]
    assert rules_broken(problem, replace(good, waitlist=((9, "why"),))) == ["member"]
    assert rules_broken(problem, replace(good, cohorts=good.cohorts[:1], waitlist=((2, ""), (3, "x")))) == [
        "reason"
    ]


@pytest.mark.parametrize("field", ["state", "organization_id"])
def test_caps(field: str) -> None:
    rule = field.removesuffix("_id")
    capped = replace(LOOSE, per_state=1, per_organization=1)
    for names, broken in ((("A", "B"), []), (("", ""), []), (("A", "A"), [rule])):
        problem = Problem(members(2, **{field: names}), rules=capped)
        assert rules_broken(problem, plan(problem, Cohort((0, 1), None))) == broken


@pytest.mark.parametrize("why", ["ban", "met"])
def test_pairs_kept_apart(why: str) -> None:
    problem = Problem(members(4), apart=((0, 2),), apart_why=(why,), rules=LOOSE)
    assert rules_broken(problem, plan(problem, Cohort((0, 1), None), Cohort((2, 3), None))) == []
    found = check.violations(problem, plan(problem, Cohort((0, 2), None)))
    assert [each.rule for each in found] == ["apart"]
    assert why in found[0].message


def test_hours() -> None:
    problem = Problem(members(2, hours=((10, 11), ())), rules=LOOSE)
    assert rules_broken(problem, plan(problem, Cohort((0, 1), 11))) == []
    assert rules_broken(problem, plan(problem, Cohort((0, 1), 12))) == ["hour"]
    assert rules_broken(problem, plan(problem, Cohort((0, 1), None))) == ["hour"]
    free = Problem(members(2), rules=LOOSE)
    assert rules_broken(free, plan(free, Cohort((0, 1), None))) == []
    assert rules_broken(free, plan(free, Cohort((0, 1), 5))) == []
    staffed = replace(free, facilitators=(Facilitator("f"),))
    assert rules_broken(staffed, plan(staffed, Cohort((0, 1), None, "", "f"))) == ["hour"]


def test_facilitators() -> None:
    problem = Problem(
        members(4), rules=LOOSE, facilitators=(Facilitator("f", (10,)), Facilitator("g", (10, 12)))
    )

    def broken(*named: tuple[int, str]) -> list[str]:
        pairs = ((0, 1), (2, 3))
        cohorts = [Cohort(pair, hour, "", name) for pair, (hour, name) in zip(pairs, named, strict=True)]
        return rules_broken(problem, plan(problem, *cohorts))

    assert broken((10, "f"), (10, "g")) == []
    assert broken((10, "g"), (12, "g")) == []
    assert broken((10, "f"), (10, "f")) == ["facilitator"]
    assert broken((10, "f"), (12, "f")) == ["facilitator"]
    assert broken((10, "f"), (10, "")) == ["facilitator"]
    assert broken((10, "f"), (10, "nobody")) == ["facilitator"]


def test_the_topic_is_one_most_members_have() -> None:
    problem = Problem(members(3, challenge_topics=(("t",), ("t", "u"), ())), rules=LOOSE)
    assert rules_broken(problem, plan(problem, Cohort((0, 1, 2), None, "t"))) == []
    assert rules_broken(problem, plan(problem, Cohort((0, 1, 2), None, "u"))) == ["topic"]
    assert rules_broken(problem, plan(problem, Cohort((0, 1, 2), None, ""))) == ["topic"]
    tie = Problem(members(2, challenge_topics=(("t",), ("u",))), rules=LOOSE)
    for topic in "tu":
        assert rules_broken(tie, plan(tie, Cohort((0, 1), None, topic))) == []


def people(challenges: str, practices: str) -> tuple[CohortMember, ...]:
    """A member for each letter, with that topic or none (``-``)."""
    topics = [tuple(letter.strip("-")) for letter in challenges], [tuple(p.strip("-")) for p in practices]
    return members(len(challenges), challenge_topics=topics[0], practice_topics=topics[1])


def test_a_practice_on_the_topic() -> None:
    rules = replace(LOOSE, practice=True)
    held = Problem(people("tttt", "t--t"), rules=rules)
    assert rules_broken(held, plan(held, Cohort((0, 1), None, "t"), Cohort((2, 3), None, "t"))) == []
    assert rules_broken(held, plan(held, Cohort((1, 2), None, "t"))) == ["practice"]
    off = replace(held, rules=LOOSE)
    assert rules_broken(off, plan(off, Cohort((1, 2), None, "t"))) == []


def test_a_scarce_topic_has_no_duty() -> None:
    rules = replace(LOOSE, practice=True)  # cohorts of up to 3: four with a challenge would fill two
    one_practice = Problem(people("tttt", "t---"), rules=rules)
    assert check.practice_duty(one_practice) == frozenset()
    assert rules_broken(one_practice, plan(one_practice, Cohort((1, 2), None, "t"))) == []
    enough = Problem(people("ttt-", "t---"), rules=rules)
    assert check.practice_duty(enough) == {"t"}
    assert rules_broken(enough, plan(enough, Cohort((1, 2), None, "t"))) == ["practice"]


def test_figures_are_what_the_plan_is_worth() -> None:
    problem = Problem(members(4), ((0, 1, 300), (2, 3, 100)), rules=LOOSE)
    cohorts = (Cohort((0, 1), None), Cohort((2, 3), None))
    value = 2 * 100 * 400
    assert rules_broken(problem, plan(problem, *cohorts)) == []
    wrong = (
        {"objective": value + 1},
        {"placed": 3},
        {"bound": value - 1},
        {"placed_bound": 3},
        {"status": Status.FEASIBLE},
        {"gap": 0.5},
        {"bound": 2 * value, "gap": 0.5},  # optimal though not proven
        {"placed_bound": 5},
    )
    for changed in wrong:
        assert rules_broken(problem, plan(problem, *cohorts, **changed)) == ["figures"]
    loose = {"bound": 2 * value, "gap": 0.5, "status": Status.FEASIBLE}
    assert rules_broken(problem, plan(problem, *cohorts, **loose)) == []
