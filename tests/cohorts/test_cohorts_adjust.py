"""A change by hand: what it does, and each rule by which it cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build_cohorts import members, plan, random_problem
from matcher.cohorts import check
from matcher.cohorts.adjust import Adjusted, adjust
from matcher.cohorts.model import solve
from matcher.cohorts.problem import BAN, MET, Cohort, CohortRules, Facilitator, Problem, Solution
from matcher.errors import InputError
from matcher.optimize import Limits, Status, grade
from matcher.outcome import Change, ChangeKind

PIN, BANNED, MOVE, SWAP = ChangeKind.PIN, ChangeKind.BAN, ChangeKind.MOVE, ChangeKind.SWAP
RULES = CohortRules(2, 3, per_state=2, practice=False)
PAIRS = ((0, 1, 500), (0, 2, 100), (2, 3, 300), (2, 4, 200), (3, 4, 40))


def two_cohorts(**changed: object) -> tuple[Problem, Solution]:
    """Members 0 and 1 at hour 9, 2 to 4 at hour 10, 5 waits; all are free at 9 and 10."""
    given = {"affinities": PAIRS, "rules": RULES, **changed}
    people = given.pop("members", members(6, hours=((9, 10),) * 6))
    problem = Problem(people, **given)  # type: ignore[arg-type]
    return problem, loose(problem, Cohort((0, 1), 9), Cohort((2, 3, 4), 10))


def loose(problem: Problem, *cohorts: Cohort) -> Solution:
    """A plan of ``cohorts`` with bounds that leave room."""
    known = plan(problem, *cohorts)
    bound = max(known.objective, 10**6)
    figures = {"placed_bound": len(problem.members), "bound": bound, "status": Status.FEASIBLE}
    return plan(problem, *cohorts, gap=grade(known.objective, bound).gap, **figures)


def groups(adjusted: Adjusted) -> list[tuple[int, ...]]:
    assert adjusted.solution is not None, adjusted.verdict.broken
    return [cohort.members for cohort in adjusted.solution.cohorts]


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (Change(MOVE, 2, to=0), [(0, 1, 2), (3, 4)]),
        (Change(MOVE, 4, to=-1), [(0, 1), (2, 3)]),
        (Change(MOVE, 5, to=0), [(0, 1, 5), (2, 3, 4)]),
        (Change(MOVE, 2, to=1), [(0, 1), (2, 3, 4)]),
        (Change(SWAP, 1, 2), [(0, 2), (1, 3, 4)]),
        (Change(SWAP, 5, 2), [(0, 1), (3, 4, 5)]),
        (Change(SWAP, 2, 3), [(0, 1), (2, 3, 4)]),
        (Change(PIN, 2, 0), [(0, 1, 2), (3, 4)]),
        (Change(PIN, 0, 5), [(0, 1, 5), (2, 3, 4)]),
        (Change(PIN, 5, 0), [(0, 1, 5), (2, 3, 4)]),
        (Change(PIN, 3, 2), [(0, 1), (2, 3, 4)]),
        (Change(BANNED, 3, 2), [(0, 1), (2, 4)]),
        (Change(BANNED, 3, 0), [(0, 1), (2, 3, 4)]),
    ],
)
def test_what_a_change_does(change: Change, after: list[tuple[int, ...]]) -> None:
    problem, before = two_cohorts()
    adjusted = adjust(problem, before, change)
    assert groups(adjusted) == after
    assert adjusted.solution is not None
    assert check.violations(adjusted.problem, adjusted.solution) == []
    assert [cohort.hour for cohort in adjusted.solution.cohorts] == [9, 10]
    pair = (min(change.one, change.other), max(change.one, change.other))
    assert adjusted.problem.together == ((pair,) if change.kind == PIN else ())
    assert adjusted.problem.apart == ((pair,) if change.kind == BANNED else ())


def test_the_figures_of_a_verdict() -> None:
    problem, before = two_cohorts()
    verdict = adjust(problem, before, Change(MOVE, 2, to=0)).verdict
    assert (verdict.placed, verdict.placed_change) == (5, 0)
    # 0, 1 and 2 score 600 together, over two others each; 3 and 4 score 40.
    assert verdict.objective == 100 * (600 + 80)
    assert verdict.objective_change == 100 * (680 - 2 * 500 - 540)
    # The worst-off was 4, with 240 over two others; now it is 3 or 4, with 40 from the other.
    assert (verdict.worst, verdict.worst_change) == (40, 40 - 120)


def test_bounds_stay_true() -> None:
    problem, before = two_cohorts()
    best = solve(problem, Limits(5.0))
    for change in (Change(MOVE, 4, to=-1), Change(SWAP, 1, 2), Change(BANNED, 0, 1), Change(PIN, 0, 2)):
        proven = replace(before, placed_bound=best.placed_bound)
        if best.placed == before.placed:
            proven = replace(proven, bound=best.bound, gap=grade(before.objective, best.bound).gap)
        adjusted = adjust(problem, proven, change)
        if adjusted.solution is None:
            continue
        again = solve(adjusted.problem, Limits(5.0))
        assert adjusted.solution.placed_bound >= again.placed
        if adjusted.solution.placed == again.placed:
            assert adjusted.solution.bound >= again.objective


@pytest.mark.parametrize(
    ("changed", "change", "sentence"),
    [
        ({}, Change(MOVE, 5, to=1), "Cohort 2 would have 4 members, and may have at most 3."),
        ({}, Change(MOVE, 0, to=-1), "Cohort 1 would have 1 member, and needs at least 2."),
        (
            {"members": members(6, state=("OH", "OH", "OH", "", "", ""))},
            Change(MOVE, 2, to=0),
            "Cohort 1 would have 3 members of state 'OH', and may have at most 2.",
        ),
        (
            {"members": members(6, organization_id=("o1", "", "o1", "", "", ""))},
            Change(SWAP, 1, 2),
            "Cohort 1 would have 2 members of organization 'o1', and may have at most 1.",
        ),
        (
            {"apart": ((0, 2),), "apart_why": (BAN,)},
            Change(MOVE, 2, to=0),
            "'m0' and 'm2' in cohort 1 are kept apart by staff.",
        ),
        (
            {"apart": ((0, 2),), "apart_why": (MET,)},
            Change(SWAP, 1, 2),
            "'m0' and 'm2' in cohort 1 met before or are a pair of this term.",
        ),
        (
            {"apart": ((0, 2),), "apart_why": (BAN,)},
            Change(PIN, 2, 0),
            "'m0' and 'm2' in cohort 1 are kept apart by staff.",
        ),
        (
            {"members": members(6, hours=((9,), (9,), (10,), (10,), (10,), (10,)))},
            Change(MOVE, 5, to=0),
            "Cohort 1 would have no hour at which all 3 members are free.",
        ),
        (
            {
                "members": members(
                    6,
                    challenge_topics=(("t",), ("t",), ("u",), ("u",), ("u",), ()),
                    practice_topics=((), ("t",), ("u",), (), (), ()),
                ),
                "rules": replace(RULES, practice=True),
            },
            Change(SWAP, 5, 1),
            "None of the 2 members of cohort 1 would have a practice on 't'.",
        ),
        (
            {"together": ((2, 3),)},
            Change(MOVE, 2, to=0),
            "'m2' and 'm3' are pinned to meet; would be apart.",
        ),
        (
            {"together": ((2, 4), (3, 4))},
            Change(BANNED, 2, 3),
            "'m2' and 'm4' are pinned to meet; 'm2' would wait.",
        ),
    ],
)
def test_each_broken_rule_has_its_sentence(changed: dict[str, object], change: Change, sentence: str) -> None:
    problem, before = two_cohorts(**changed)
    problem_topics = [("t" if 0 in c.members else "u") for c in before.cohorts]
    if any(member.challenge_topics for member in problem.members):
        cohorts = [replace(c, topic=t) for c, t in zip(before.cohorts, problem_topics, strict=True)]
        before = loose(problem, *cohorts)
    adjusted = adjust(problem, before, change)
    assert sentence in adjusted.verdict.broken
    assert (adjusted.solution, adjusted.problem) == (None, problem)


def test_a_ban_lifts_the_pin_of_the_two() -> None:
    problem, before = two_cohorts(together=((2, 3),))
    adjusted = adjust(problem, before, Change(BANNED, 3, 2))
    assert groups(adjusted) == [(0, 1), (2, 4)]
    assert (adjusted.problem.together, adjusted.problem.apart_why) == ((), (BAN,))


def test_a_pin_of_two_who_both_wait() -> None:
    problem, _ = two_cohorts()
    before = loose(problem, Cohort((2, 3, 4), 10))
    adjusted = adjust(problem, before, Change(PIN, 0, 1))
    assert adjusted.solution is None
    assert "Both wait: move one of them into a cohort first." in adjusted.verdict.broken


def test_a_pin_overrides_having_met() -> None:
    problem, before = two_cohorts(apart=((0, 2),), apart_why=(MET,))
    adjusted = adjust(problem, before, Change(PIN, 2, 0))
    assert groups(adjusted) == [(0, 1, 2), (3, 4)]
    assert adjusted.solution is not None
    assert adjusted.solution.objective <= adjusted.solution.bound


def test_a_cohort_takes_another_hour_and_facilitator_where_it_has_to() -> None:
    hours = ((9, 10), (9, 10), (9, 10), (9, 10), (9, 10), (10,))
    staff = (Facilitator("f", (9,)), Facilitator("g", (9, 10)), Facilitator("h", (10,)))
    problem = Problem(members(6, hours=hours), PAIRS, rules=RULES, facilitators=staff)
    before = loose(problem, Cohort((0, 1), 9, "", "f"), Cohort((2, 3, 4), 10, "", "g"))
    adjusted = adjust(problem, before, Change(MOVE, 5, to=0))
    assert adjusted.solution is not None
    assert adjusted.solution.cohorts[0] == Cohort((0, 1, 5), 10, "", "h")
    assert adjusted.solution.cohorts[1] == before.cohorts[1]
    without = replace(problem, facilitators=staff[:2])
    broken = adjust(without, before, Change(MOVE, 5, to=0)).verdict.broken
    assert broken == ("No facilitator is free at the hour that the 3 members of cohort 1 share.",)


def test_two_cohorts_that_want_the_same_facilitator() -> None:
    hours = ((9,), (9, 10), (10,), (9, 10))
    staff = (Facilitator("f", (9, 10)),)
    problem = Problem(members(4, hours=hours), PAIRS[:1], rules=RULES, facilitators=staff)
    before = loose(problem, Cohort((0, 1), 9, "", "f"), Cohort((2, 3), 10, "", "f"))
    assert groups(adjust(problem, before, Change(SWAP, 1, 3))) == [(0, 3), (1, 2)]
    both = replace(problem, members=members(4, hours=((9,), (9, 10), (9, 10), (9,))))
    again = loose(both, Cohort((0, 1), 9, "", "f"), Cohort((2,), 10, "", "f"))
    assert check.violations(both, again)  # a cohort of one: a plan that has to be repaired first
    with pytest.raises(InputError, match="Repair it first"):
        adjust(both, again, Change(MOVE, 3, to=1))
    two = loose(both, Cohort((0, 3), 9, "", "f"), Cohort((1, 2), 10, "", "f"))
    broken = adjust(both, two, Change(SWAP, 3, 1)).verdict.broken
    assert broken == ("No facilitator is free for both of cohorts 1 and 2.",)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Change(MOVE, 6, to=0), "There is no member 6. Name one from 0 to 5."),
        (Change(SWAP, 0, -1), "There is no member -1. Name one from 0 to 5."),
        (Change(PIN, 3, 3), "Member 'm3' is named twice. Name two members."),
        (Change(MOVE, 0, to=2), "There is no cohort 2. Name one from 0 to 1, or -1 for the waitlist."),
    ],
)
def test_a_change_that_names_nobody(change: Change, message: str) -> None:
    problem, before = two_cohorts()
    with pytest.raises(InputError) as caught:
        adjust(problem, before, change)
    assert str(caught.value) == message


def test_who_is_put_on_the_waitlist_by_hand_is_told_so() -> None:
    problem, before = two_cohorts()
    adjusted = adjust(problem, before, Change(MOVE, 4, to=-1))
    assert adjusted.solution is not None
    reasons = dict(adjusted.solution.waitlist)
    assert reasons[4] == "put on the waitlist by hand; of 2 cohorts: 2 with room for it"
    assert reasons[5] == "2 left over; of 2 cohorts: 2 with room for it"


@given(st.integers(0, 10_000), st.sampled_from(list(ChangeKind)), st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_change_either_breaks_a_rule_or_leaves_a_sound_plan(
    seed: int, kind: ChangeKind, data: st.DataObject
) -> None:
    problem = random_problem(seed, 7)
    before = solve(problem, Limits(3.0))
    one = data.draw(st.integers(0, 6))
    other = data.draw(st.integers(0, 6).filter(lambda i: i != one))
    to = data.draw(st.integers(-1, len(before.cohorts) - 1))
    adjusted = adjust(problem, before, Change(kind, one, other, to))
    verdict = adjusted.verdict
    assert (verdict.placed_change, verdict.objective_change) == (
        verdict.placed - before.placed,
        verdict.objective - before.objective,
    )
    if adjusted.solution is None:
        assert verdict.broken
        return
    after = adjusted.solution
    assert not verdict.broken
    assert check.violations(adjusted.problem, after) == []
    assert (after.placed, after.objective) == (verdict.placed, verdict.objective)
    moved = {i for cohort in after.cohorts for i in cohort.members}
    same = {i for cohort in before.cohorts for i in cohort.members}
    assert moved ^ same <= {one, other}
