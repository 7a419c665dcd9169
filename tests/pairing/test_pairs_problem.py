"""What a problem refuses to be made of."""

from __future__ import annotations

from typing import Any

import pytest

from build_pairs import member
from matcher.errors import InputError
from matcher.pairing.problem import PairFacilitator, PairGroup, Problem

TWO = (member(0), member(1))
NAN: Any = float("nan")


def test_a_problem_within_all_limits() -> None:
    Problem(
        (member(0, wanted=0, hours=(0, 167)), member(1)),
        ((0, 1, 0),),
        bans=((1, 0),),
        met=((0, 1),),
        pins=((1, 0),),
        facilitators=(PairFacilitator("f", 0, (167,)), PairFacilitator("g", 0)),
        groups=(PairGroup("g", (0, 1), 0), PairGroup("g", (1,), 3)),
    )


@pytest.mark.parametrize(
    ("said", "given"),
    [
        ("bans holds? \\(0, 2\\)", {"bans": ((0, 2),)}),
        ("met holds? \\(1, 1\\)", {"met": ((1, 1),)}),
        ("pins holds? \\(-1, 0\\)", {"pins": ((-1, 0),)}),
        ("no pair a < b", {"candidates": ((1, 0, 5),)}),
        ("no pair a < b", {"candidates": ((0, 2, 5),)}),
        ("twice", {"candidates": ((0, 1, 5), (0, 1, 6))}),
        ("is -1", {"candidates": ((0, 1, -1),)}),
        ("is 1001", {"candidates": ((0, 1, 1001),)}),
        ("is 5.5", {"candidates": ((0, 1, 5.5),)}),
        ("is nan", {"candidates": ((0, 1, NAN),)}),
        ("is True", {"candidates": ((0, 1, True),)}),
        ("is '5'", {"candidates": ((0, 1, "5"),)}),
        ("is 1000000", {"candidates": ((0, 1, 10**30),)}),
        ("wants nan pairs", {"members": (member(0, wanted=NAN), member(1))}),
        ("wants 1.5 pairs", {"members": (member(0, wanted=1.5), member(1))}),
        ("capacity nan", {"facilitators": (PairFacilitator("f", NAN),)}),
        ("'Ohio' may take -1 pairs", {"groups": (PairGroup("Ohio", (0,), -1),)}),
        ("'Ohio' has no members", {"groups": (PairGroup("Ohio", (), 1),)}),
        ("'Ohio' holds a member twice", {"groups": (PairGroup("Ohio", (1, 1), 1),)}),
        ("'Ohio' holds 2, which is none of 2 members", {"groups": (PairGroup("Ohio", (0, 2), 1),)}),
        ("wants -1 pairs", {"members": (member(0, wanted=-1), member(1))}),
        ("not all in a week", {"members": (member(0, hours=(168,)), member(1))}),
        ("not all in a week", {"facilitators": (PairFacilitator("f", 1, (-1,)),)}),
        ("capacity -1", {"facilitators": (PairFacilitator("f", -1),)}),
        ("same id", {"facilitators": (PairFacilitator("f", 1), PairFacilitator("f", 2))}),
    ],
)
def test_what_is_refused(said: str, given: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=said):
        Problem(**({"members": TWO, "candidates": ()} | given))


def test_a_text_that_holds_a_wrong_problem_is_refused_too() -> None:
    text = Problem(TWO, ((0, 1, 5),)).to_json()
    with pytest.raises(InputError, match="is 5000"):
        Problem.from_json(text.replace("[0,1,5]", "[0,1,5000]"))
    with pytest.raises(ValueError, match="validation error"):
        Problem.from_json(text.replace("[0,1,5]", '[0,1,"five"]'))
