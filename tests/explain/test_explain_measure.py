"""How two plans differ, as far as is proven."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.explain.measure import (
    PLACED,
    POINTS,
    UNKNOWN,
    WORST,
    Aim,
    Nested,
    Range,
    amount,
    change_text,
    difference,
    in_points,
    worth_text,
)
from matcher.explain.words import Words, counted, listed, sentence


def solved(*aims: tuple[str, int, int]) -> tuple[Aim, ...]:
    return tuple(Aim(*each) for each in aims)


def test_two_proven_plans_differ_by_a_number() -> None:
    now = solved((PLACED, 10, 10), (POINTS, 900, 900))
    then = solved((PLACED, 10, 10), (POINTS, 869, 869))
    change = difference(now, then, found=(0, -31), scale=1)
    assert (change.placed.exact, change.points.exact) == (0, -31)
    assert change_text(change) == "31 points less"


def test_what_is_not_proven_is_a_range() -> None:
    now = solved((PLACED, 10, 10), (POINTS, 900, 920))
    then = solved((PLACED, 10, 10), (POINTS, 880, 890))
    change = difference(now, then, found=(0, -20), scale=1)
    assert change.points == Range(-40, -10)
    assert change_text(change) == "10 to 40 points less"


def test_a_tighter_problem_has_no_better_plan() -> None:
    now = solved((PLACED, 10, 10), (POINTS, 900, 920))
    then = solved((PLACED, 10, 10), (POINTS, 880, 910))
    change = difference(now, then, nested=Nested.TIGHTER, found=(0, -20), scale=1)
    assert change.points == Range(-40, 0)
    assert change_text(change) == "at most 40 points less"


def test_a_looser_problem_has_no_worse_plan() -> None:
    now, then = solved((POINTS, 900, 920)), solved((POINTS, 900, 925))
    change = difference(now, then, nested=Nested.LOOSER, found=(0, 0), scale=1)
    assert change.points == Range(0, 25)


def test_points_are_unknown_while_it_is_open_who_is_placed() -> None:
    now = solved((PLACED, 10, 11), (POINTS, 900, 900))
    then = solved((PLACED, 11, 11), (POINTS, 950, 950))
    change = difference(now, then, found=(1, 50), scale=1)
    assert change.placed == Range(0, 1)
    assert change.points == UNKNOWN
    assert change_text(change) == "at most 1 member more are placed, an unknown number of points in total"


def test_fewer_placed_may_have_more_points() -> None:
    now = solved((PLACED, 10, 10), (POINTS, 900, 900))
    then = solved((PLACED, 9, 9), (POINTS, 950, 950))
    change = difference(now, then, nested=Nested.TIGHTER, found=(-1, 50), scale=1)
    assert change_text(change) == "1 member fewer is placed, 50 points more in total"


def test_the_worst_off_come_between() -> None:
    now = solved((PLACED, 10, 10), (WORST, 200, 200), (POINTS, 900, 900))
    then = solved((PLACED, 10, 10), (WORST, 150, 150), (POINTS, 950, 950))
    change = difference(now, then, nested=Nested.TIGHTER, found=(0, 50), scale=1)
    assert change.worst == Range(-50, -50)
    assert change_text(change) == "50 points less for the worst-off, 50 points more in total"


def test_an_aim_that_the_other_plan_does_not_have_is_not_compared() -> None:
    now = solved((PLACED, 10, 10), (WORST, 200, 200), (POINTS, 900, 900))
    change = difference(now, solved((PLACED, 10, 10), (POINTS, 950, 950)), found=(0, 50), scale=1)
    assert change.worst is None
    assert change.points.exact == 50


def test_where_value_is_the_aim_heads_only_follow() -> None:
    change = difference(solved((POINTS, 900, 900)), solved((POINTS, 950, 950)), found=(-2, 50), scale=1)
    assert change.by_value
    assert change.least == (0, 50)
    assert change_text(change) == "50 points more, 2 members fewer are placed"


@given(st.tuples(*[st.integers(0, 50)] * 6), st.booleans())
def test_the_true_difference_is_in_the_range(drawn: tuple[int, ...], nested: bool) -> None:
    """Whatever the bests of two problems are, and however near to them the solves came."""
    best, other, below, above, other_below, other_above = drawn
    if nested and other < best:
        best, other = other, best
    change = difference(
        solved((POINTS, best - below, best + above)),
        solved((POINTS, other - other_below, other + other_above)),
        nested=Nested.LOOSER if nested else Nested.NEITHER,
        found=(0, 0),
        scale=1,
    )
    assert change.points.least is not None
    assert change.points.most is not None
    assert change.points.least <= other - best <= change.points.most


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0, 0, ""),
        (1, 1, "1 point more"),
        (-31, -31, "31 points less"),
        (3, 31, "3 to 31 points more"),
        (-31, -3, "3 to 31 points less"),
        (0, 4, "at most 4 points more"),
        (-4, 0, "at most 4 points less"),
        (-4, 5, "anything from 4 points less to 5 points more"),
        (None, None, "an unknown number of points"),
    ],
)
def test_a_range_in_words(low: int | None, high: int | None, text: str) -> None:
    assert amount(Range(low, high), "point", "points") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1250, "13 points"),
        (1249, "12 points"),
        (-123_456, "1,235 points"),
        (95, "1 point"),
        (-7, "less than 1 point"),
        (0, "0 points"),
    ],
)
def test_hundredths_are_told_in_whole_points(value: int, text: str) -> None:
    assert in_points(value, 100) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (7, 7, "less than 1 point more"),
        (3_104, 3_104, "31 points more"),
        (7, 3_104, "at most 32 points more"),
        (-52_831, 37_231, "anything from 529 points less to 373 points more"),
    ],
)
def test_the_ends_of_a_range_are_rounded_outwards(low: int, high: int, text: str) -> None:
    assert amount(Range(low, high), "point", "points", scale=100) == text


def test_a_plan_that_is_worth_the_same_is_not_worth_nothing_more() -> None:
    assert worth_text(0, 100) == "is worth as much as"
    assert worth_text(-3_100, 100) == "has 31 points less than"
    assert worth_text(7, 100) == "has less than 1 point more than"


def test_words() -> None:
    assert counted(1, "member") == "1 member"
    assert counted(1200, "member") == "1,200 members"
    assert listed([]) == "nobody"
    assert listed(["Ana"]) == "Ana"
    assert listed(["Ana", "Ben", "Cy", "Dee"]) == "Ana, Ben, Cy and Dee"
    assert listed(["Ana", "Ben", "Cy", "Dee", "Eve"]) == "Ana, Ben, Cy and 2 others"
    assert sentence("it is so") == "It is so."
    assert sentence("It is so.") == "It is so."
    assert Words().hour(45) == "hour 45"
    assert Words({"a": "Ana"}).name("a") == "Ana"
    assert Words({"a": "Ana"}).name("b") == "b"
