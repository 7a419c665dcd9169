"""Repair against every repair there is, and what holds of any repair."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build_cohorts import members, random_problem
from build_repairs import best_repair, carried, drawn, only
from matcher.cohorts import check, scope
from matcher.cohorts.model import solve
from matcher.cohorts.problem import BAN, Cohort, CohortRules, Facilitator, Problem
from matcher.cohorts.repair import Repaired, repair
from matcher.errors import InfeasibleError, InputError
from matcher.optimize import Limits
from matcher.watch import Moment, Watch

QUICK = Limits(seconds=10.0)
RULES = CohortRules(3, 4, practice=False)


def changed_problem(seed: int, count: int = 7) -> tuple[Problem, tuple[Cohort, ...]]:
    """A problem of today and the plan of an earlier day, in its indices."""
    problem, was, now = drawn(seed, count)
    before = solve(only(problem, was), Limits(3.0))
    return only(problem, now), carried(before.cohorts, was, now)


def figures(repaired: Repaired) -> tuple[int, int, int]:
    return repaired.changes, repaired.solution.placed, repaired.solution.objective


@pytest.mark.parametrize("first", [0, 20, 850])
def test_equal_to_trying_every_repair(first: int) -> None:
    changes = []
    for seed in range(first, first + 20):
        problem, before = changed_problem(seed)
        repaired = repair(problem, before, limits=QUICK)
        assert figures(repaired) == best_repair(problem, before), f"seed {seed}"
        assert repaired.fewest == repaired.changes, f"seed {seed}"
        changes.append(repaired.changes)
    assert 0 in changes
    assert max(changes) >= 2


@given(st.integers(1000, 100_000), st.booleans())
@settings(max_examples=20, deadline=None, derandomize=True)
def test_no_rule_is_broken_and_changes_are_counted(seed: int, few: bool) -> None:
    problem, before = changed_problem(seed, 14)
    with pytest.MonkeyPatch.context() as patch:
        if few:  # as if the cohorts were too many to decide on at once
            patch.setattr(scope, "ALL_AT_ONCE", 0)
        repaired = repair(problem, before, limits=QUICK)
    after = repaired.solution
    assert check.violations(problem, after) == []
    home = {i: set(cohort.members) for cohort in before for i in cohort.members}
    place = {i: cohort for cohort in after.cohorts for i in cohort.members}
    kept = {
        i
        for cohort in before
        for i in cohort.members
        if i in place and (place[i].hour, place[i].facilitator) == (cohort.hour, cohort.facilitator)
    }
    assert repaired.fewest <= repaired.changes
    assert len(home) - len(kept) <= repaired.changes
    assert {each.member for each in repaired.moved} >= set(home) - set(place)
    for each in repaired.moved:
        assert set(each.before) == home.get(each.member, {each.member}) - {each.member}
        now = set(place[each.member].members) if each.member in place else {each.member}
        assert set(each.after) == now - {each.member}
    assert sum(each.member in home for each in repaired.moved) == repaired.changes
    for option in repaired.options:
        assert (option.changes, option.placed) > (repaired.changes, after.placed)


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_many_cohorts_are_repaired_as_well_as_few(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    problem, before = changed_problem(seed, 24)
    exact = repair(problem, before, limits=QUICK)
    monkeypatch.setattr(scope, "ALL_AT_ONCE", 0)
    searched = repair(problem, before, limits=QUICK)
    assert searched.fewest <= exact.changes <= searched.changes
    assert exact.fewest == exact.changes
    if searched.changes == exact.changes:
        assert searched.solution.placed <= exact.solution.placed


def three_cohorts() -> tuple[Problem, tuple[Cohort, ...]]:
    """3 cohorts of 4, 3 and 3; who waited, 10, can only meet at the second one's hour."""
    hours = ((9, 10),) * 4 + ((10,),) * 3 + ((9, 11),) * 3 + ((10,),)
    pairs = tuple((i, j, 1 + 97 * i * j % 900) for i in range(11) for j in range(i + 1, 11))
    problem = Problem(members(11, hours=hours), pairs, rules=RULES)
    before = (Cohort((0, 1, 2, 3), 9), Cohort((4, 5, 6), 10), Cohort((7, 8, 9), 11))
    return problem, before


def without(problem: Problem, before: tuple[Cohort, ...], *gone: int) -> tuple[Problem, tuple[Cohort, ...]]:
    now = [i for i in range(len(problem.members)) if i not in gone]
    return only(problem, now), carried(before, range(len(problem.members)), now)


def test_nothing_to_mend_changes_nothing_and_places_who_waits() -> None:
    repaired = repair(*three_cohorts(), limits=QUICK)
    assert (repaired.changes, repaired.fewest, repaired.options) == (0, 0, ())
    assert [cohort.members for cohort in repaired.solution.cohorts] == [
        (0, 1, 2, 3),
        (4, 5, 6, 10),
        (7, 8, 9),
    ]
    assert [(each.member, each.before, each.after) for each in repaired.moved] == [(10, (), (4, 5, 6))]


def test_a_short_cohort_is_filled_from_the_waitlist_or_else_from_a_cohort_with_room() -> None:
    problem, before = three_cohorts()
    filled = repair(*without(problem, before, 5), limits=QUICK)
    assert (filled.changes, filled.solution.placed) == (0, 10)
    # Nobody who waits can meet at 11: nor can those of the first two; that cohort is dissolved.
    dissolved = repair(*without(problem, before, 8), limits=QUICK)
    assert (dissolved.changes, dissolved.fewest) == (2, 2)
    problem = replace(
        problem,
        members=(
            *(replace(one, hours=(*one.hours, 11)) for one in problem.members[:4]),
            *problem.members[4:],
        ),
    )
    taken = repair(*without(problem, before, 8), limits=QUICK)
    assert (taken.changes, taken.fewest, taken.solution.placed) == (1, 1, 10)
    assert [len(cohort.members) for cohort in taken.solution.cohorts] == [3, 4, 3]


def test_confirmed_cohorts_stay_whatever_it_costs() -> None:
    problem, before = three_cohorts()
    problem = replace(
        problem,
        members=(
            *(replace(one, hours=(*one.hours, 11)) for one in problem.members[:4]),
            *problem.members[4:],
        ),
    )
    repaired = repair(*without(problem, before, 8), confirmed=(0, 1), limits=QUICK)
    assert repaired.changes == repaired.fewest == 2
    assert [cohort.members for cohort in repaired.solution.cohorts] == [(0, 1, 2, 3), (4, 5, 6)]
    assert any("confirmed as they are" in reason for _, reason in repaired.solution.waitlist)
    filled = repair(*without(problem, before, 5), confirmed=(1,), limits=QUICK)
    assert [cohort.members for cohort in filled.solution.cohorts] == [(0, 1, 2, 3), (4, 5, 9), (6, 7, 8)]


@pytest.mark.parametrize(
    ("gone", "changed", "message"),
    [
        (8, {}, "Confirmed cohort 3 has 2 members left, at least 3 are needed"),
        (5, {"apart": ((4, 6),), "apart_why": (BAN,)}, "Confirmed cohort 2 has 2 members left"),
        (10, {"apart": ((4, 5),), "apart_why": (BAN,)}, "'m4' and 'm5' in cohort 2 are kept apart by staff."),
        (10, {"facilitators": (Facilitator("f", (9, 11)),)}, "No facilitator is free at the hour"),
    ],
)
def test_a_confirmed_cohort_that_cannot_stay(gone: int, changed: dict[str, object], message: str) -> None:
    problem, before = three_cohorts()
    problem = replace(problem, **changed)  # type: ignore[arg-type]
    with pytest.raises(InfeasibleError) as caught:
        repair(*without(problem, before, gone), confirmed=(1, 2), limits=QUICK)
    assert message in str(caught.value)


def test_a_confirmed_cohort_at_an_hour_that_a_member_has_lost() -> None:
    problem, before = three_cohorts()
    people = list(problem.members)
    people[4] = replace(people[4], hours=(12,))
    with pytest.raises(InfeasibleError, match="1 of its 3 members cannot meet at its hour: 'm4'"):
        repair(replace(problem, members=tuple(people)), before, confirmed=(1,), limits=QUICK)


def test_a_facilitator_who_left_is_replaced_at_the_same_hour() -> None:
    problem, _ = three_cohorts()
    staff = (Facilitator("g", (9, 10, 11)), Facilitator("h", (10,)))
    problem = replace(problem, facilitators=staff)
    before = (
        Cohort((0, 1, 2, 3), 9, "", "g"),
        Cohort((4, 5, 6), 10, "", "gone"),
        Cohort((7, 8, 9), 11, "", "g"),
    )
    repaired = repair(problem, before, limits=QUICK)
    assert repaired.changes == 0
    staffed = {cohort.hour: cohort.facilitator for cohort in repaired.solution.cohorts}
    assert (staffed[9], staffed[11]) == ("g", "g")
    assert staffed[10] in ("g", "h")
    nobody = replace(problem, facilitators=(Facilitator("g", (9, 11)),))
    assert repair(nobody, before, limits=QUICK).changes == 3


def test_a_new_pin_and_a_new_ban_are_changes() -> None:
    problem, before = three_cohorts()
    pinned = repair(replace(problem, together=((0, 10),)), before, limits=QUICK)
    assert any({0, 10} <= set(cohort.members) for cohort in pinned.solution.cohorts)
    # 10 can only meet at 10, where there is one place: 0 comes, and one of the three there goes.
    assert pinned.changes == pinned.fewest == 2
    banned = repair(replace(problem, apart=((0, 1),), apart_why=(BAN,)), before, limits=QUICK)
    assert banned.changes == banned.fewest == 1


def test_most_changes() -> None:
    problem, before = three_cohorts()
    people = tuple(replace(one, hours=(9, 10, 11)) for one in problem.members)
    values = []
    for most in (0, 2, 10):
        repaired = repair(replace(problem, members=people), before, most_changes=most, limits=QUICK)
        assert repaired.changes <= most
        assert repaired.solution.placed == 11
        values.append(repaired.solution.objective)
    assert values == sorted(values)
    assert values[0] < values[-1]
    with pytest.raises(InfeasibleError, match=r"At most 1 changes are allowed. There have to be 2."):
        repair(*without(problem, before, 8), most_changes=1, limits=QUICK)


def test_options_say_what_more_changes_would_place() -> None:
    """7 can only meet at 9, where the cohort is full; one of it could go to 10."""
    hours = ((9, 10),) * 4 + ((10,),) * 3 + ((9,),)
    problem = Problem(members(8, hours=hours), rules=RULES)
    before = (Cohort((0, 1, 2, 3), 9), Cohort((4, 5, 6), 10))
    repaired = repair(problem, before, limits=QUICK)
    assert (repaired.changes, repaired.solution.placed) == (0, 7)
    assert [(option.changes, option.placed) for option in repaired.options] == [(1, 8)]


@pytest.mark.parametrize(
    ("given_now", "message"),
    [
        ({"confirmed": (7,)}, "There is no cohort 7 to confirm: the earlier plan has 3."),
        ({"most_changes": -1}, "At most -1 changes are asked for."),
    ],
)
def test_what_is_not_there(given_now: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        repair(*three_cohorts(), **given_now)  # type: ignore[arg-type]
    assert message in str(caught.value)


def test_an_earlier_plan_in_other_indices() -> None:
    problem, before = three_cohorts()
    with pytest.raises(InputError, match="Cohort 3 of the earlier plan names member 9, who is not there"):
        repair(only(problem, range(9)), before)


def test_the_same_twice_and_a_stop_gives_a_plan() -> None:
    problem, before = three_cohorts()
    one, two = (repair(*without(problem, before, 8), limits=QUICK) for _ in range(2))
    assert replace(one.solution, seconds=0.0) == replace(two.solution, seconds=0.0)
    told: list[Moment] = []
    stopped = repair(
        *without(problem, before, 8), limits=QUICK, watch=Watch(tell=told.append, stop=lambda: True)
    )
    assert stopped.solution.cut_short
    assert told
    assert check.violations(without(problem, before, 8)[0], stopped.solution) == []


def test_sixty_members_and_all_rules() -> None:
    problem = random_problem(11, 60, large=True)
    was, now = list(range(57)), [i for i in range(60) if i not in (3, 17, 40)]
    before = solve(only(problem, was), Limits(2.0))
    today = only(problem, now)
    repaired = repair(today, carried(before.cohorts, was, now), limits=Limits(8.0))
    assert check.violations(today, repaired.solution) == []
    assert repaired.fewest <= repaired.changes <= 8
