"""Every reason on the waitlist, from its cause; and that it is true of the plan."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from build_pairs import brute_force, convenable, member, tiny
from matcher.optimize import Limits
from matcher.pairing.check import Bars, able_facilitators, barred, shared_hours
from matcher.pairing.model import solve
from matcher.pairing.problem import PairFacilitator, PairRules, Problem, Solution

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


def free_partners(problem: Problem, solution: Solution, index: int) -> list[int]:
    bars = Bars.of(problem)
    degree = [sum(i in (pair.a, pair.b) for pair in solution.pairs) for i in range(len(problem.members))]
    return [
        other
        for a, b, affinity in problem.candidates
        for other in ({a, b} - {index} if index in (a, b) else ())
        if not barred(problem, bars, a, b, affinity) and degree[other] < problem.members[other].wanted
    ]


@pytest.mark.parametrize("seconds", [0.0, 60.0])
@pytest.mark.parametrize("seed", range(5))
def test_reasons_are_true_of_the_plan(seed: int, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    if not seconds:
        monkeypatch.setattr(Limits, "left", lambda self, started: 0.0)
    rnd = random.Random(seed)
    seen: set[str] = set()
    for _ in range(40):
        problem = replace(tiny(rnd), pins=())
        assert brute_force(problem) is not None
        solution = solve(problem, Limits(seconds))
        capacities = tuple(each.capacity for each in problem.facilitators)
        able = [able_facilitators(problem, shared_hours(problem, pair.a, pair.b)) for pair in solution.pairs]
        for each in solution.waitlist:
            free = free_partners(problem, solution, each.member)
            more = [able_facilitators(problem, shared_hours(problem, each.member, other)) for other in free]
            kind = each.reason.split(":", maxsplit=1)[0]
            seen.add(kind)
            if kind == "Possible partners with room":
                assert any(more)
            else:
                assert not any(more)
                assert not free or problem.facilitators
            assert not any(convenable(capacities, [*able, one]) for one in more)
            assert ("time ran out" in each.reason) <= (solution.status == "feasible")
    assert "Candidates" in seen
