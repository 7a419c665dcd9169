"""Every reason on the waitlist, from its cause; and that it is true of the plan."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from build_pairs import member, plans, tiny
from matcher.optimize import Limits, Status
from matcher.pairing.model import solve
from matcher.pairing.problem import Pair, PairFacilitator, PairGroup, PairRules, Problem
from matcher.pairing.reasons import BY_HAND, REPAIRED, UNKNOWN, waitlist

ONE = Problem((member(0, state="A", role_group="x"), member(1, state="B", role_group="x")), ((0, 1, 40),))


def reason(problem: Problem) -> str:
    return {each.member: each.reason for each in solve(problem).waitlist}[0]


@pytest.mark.parametrize(
    ("said", "given"),
    [
        ("1 of its own organization", {"members": (member(0), member(1, organization_id="org 0"))}),
        ("1 kept apart by staff", {"bans": ((0, 1),)}),
        ("1 with no hour in common", {"members": (member(0, hours=(1,)), member(1, hours=(2,)))}),
        ("1 met within the window of terms", {"met": ((0, 1),)}),
        ("1 below the least affinity of 50", {"rules": PairRules(50)}),
        ("1 of its own state", {"members": (member(0), member(1)), "rules": PairRules(across_states=True)}),
        (
            "1 with another role",
            {"members": (member(0, role_group="x"), member(1)), "rules": PairRules(same_role=True)},
        ),
        (
            "1 of another type of organization",
            {"members": (member(0, organization_type="x"), member(1)), "rules": PairRules(same_type=True)},
        ),
        ("1 wishing no pair", {"members": (member(0), member(1, wanted=0))}),
        (
            "1 at hours when no facilitator is free",
            {
                "members": (member(0, hours=(1,)), member(1)),
                "facilitators": (PairFacilitator("f", 1, (2,)),),
            },
        ),
    ],
)
def test_all_candidates_ruled_out(said: str, given: dict[str, Any]) -> None:
    assert solve(ONE).waitlist == ()
    text = reason(replace(ONE, **given))
    assert text == f"Candidates: 1 (best affinity 40), none of them possible: {said}."


def test_no_candidate_at_all() -> None:
    assert reason(Problem((member(0),), ())).startswith("Nobody is near enough")


def test_partners_that_are_taken() -> None:
    text = reason(Problem(tuple(map(member, range(3))), ((0, 1, 5), (0, 2, 6), (1, 2, 7))))
    assert text.startswith("Possible partners: 2, all of them with as many pairs as they wished; no plan")


def test_facilitators_without_room() -> None:
    problem = Problem(
        tuple(map(member, range(4))),
        ((0, 1, 5), (0, 2, 5), (2, 3, 9)),
        facilitators=(PairFacilitator("f", 1),),
    )
    assert reason(problem).startswith("Possible partners with room: 1 of 2. The facilitators cannot")


def test_a_group_without_room() -> None:
    problem = Problem(
        tuple(map(member, range(4))),
        ((0, 2, 5), (1, 3, 9)),
        groups=(PairGroup("Ohio", (0, 1), 1),),
    )
    assert reason(problem).startswith("Its group 'Ohio' has 1 pairs of at most 1; no plan with it places")
    partner = replace(problem, groups=(PairGroup("Ohio", (1, 2), 1),))
    assert reason(partner).startswith(
        "Possible partners: 1, all of them with as many pairs as they or their groups may take; no plan"
    )


def test_a_group_that_may_not_take_two() -> None:
    text = reason(replace(ONE, groups=(PairGroup("Ohio", (0, 1), 1),)))
    assert text.endswith("none of them possible: 1 in a group with it that may not take two pairs.")


def test_what_is_said_of_fair_plans_and_of_others() -> None:
    problem = Problem(tuple(map(member, range(3))), ((0, 1, 5), (0, 2, 6), (1, 2, 7)))
    fair = reason(replace(problem, rules=PairRules(fair=True)))
    assert fair.endswith(
        "no plan with it places more members, or as many and is better by the worst-off or the total."
    )
    pairs = (Pair(1, 2, 7),)
    for said in (UNKNOWN, BY_HAND, REPAIRED):
        assert waitlist(problem, pairs, Status.FEASIBLE, said)[0].reason.endswith(f"; {said}.")
    assert waitlist(problem, pairs, Status.OPTIMAL, BY_HAND)[0].reason.endswith("with a higher total.")
    empty = waitlist(problem, (), Status.FEASIBLE)
    assert {each.reason for each in empty} == {
        "Possible partners with room: 2 of 2. Pair it by hand, or have the plan repaired."
    }


@pytest.mark.parametrize("seed", range(5))
def test_reasons_are_true_of_any_plan(seed: int) -> None:
    """Just who could still be paired is said to be; who has no possible partner is in no plan."""
    rnd = random.Random(seed)
    kinds: set[str] = set()
    for _ in range(40):
        problem = replace(tiny(rnd), pins=())
        every = [frozenset(plan) for plan in plans(problem)]
        worth = {(a, b): affinity for a, b, affinity in problem.candidates}
        plan = rnd.choice(every)
        more = {index for each in every if plan < each for pair in each - plan for index in pair}
        for each in waitlist(problem, tuple(Pair(a, b, worth[a, b]) for a, b in plan), Status.FEASIBLE):
            assert ("Pair it by hand" in each.reason) == (each.member in more)
            kinds.add(each.reason.split(":", maxsplit=1)[0])
            if "none of them possible" in each.reason:
                assert not any(each.member in pair for plan in every for pair in plan)
    assert {"Candidates", "Possible partners", "Possible partners with room"} <= kinds


@pytest.mark.parametrize("seconds", [0.0, 60.0])
@pytest.mark.parametrize("seed", range(3))
def test_reasons_of_a_solved_plan(seed: int, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody on the waitlist could simply be paired, and it is said where time ran out."""
    if not seconds:
        monkeypatch.setattr(Limits, "left", lambda self, started: 0.0)
    rnd = random.Random(seed)
    waiting = 0
    for _ in range(40):
        solution = solve(replace(tiny(rnd), pins=()), Limits(seconds))
        for each in solution.waitlist:
            assert "by hand" not in each.reason
            assert ("time ran out" in each.reason) <= (solution.status is Status.FEASIBLE)
            waiting += 1
    assert waiting > 20
