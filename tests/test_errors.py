"""The exception tree, and the one sentence each error becomes."""

from __future__ import annotations

import inspect

import pytest

from matcher import errors
from matcher.errors import (
    AmbiguousInputError,
    InfeasibleError,
    InputError,
    MatcherError,
    Place,
    TimeLimitError,
)

TREE = {
    name: value
    for name, value in vars(errors).items()
    if inspect.isclass(value) and issubclass(value, Exception)
}


def test_the_docstring_draws_the_tree_that_there_is() -> None:
    assert errors.__doc__ is not None
    drawn = {word for word in errors.__doc__.split() if word.endswith("Error")}
    assert drawn == set(TREE)
    assert all(issubclass(kind, MatcherError) for kind in TREE.values())
    assert issubclass(AmbiguousInputError, InputError)


@pytest.mark.parametrize("name", sorted(set(TREE) - {"AmbiguousInputError"}))
def test_message_and_cure_make_one_text(name: str) -> None:
    error = TREE[name]("It is wrong.", cure="Mend it.")
    assert str(error) == "It is wrong. Mend it."
    assert (error.message, error.cure) == ("It is wrong.", "Mend it.")
    assert str(TREE[name]("It is wrong.")) == "It is wrong."


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(), ""),
        (Place("a.csv"), "a.csv"),
        (Place("a.xlsx", "Form 1", 7, "State"), "a.xlsx, sheet 'Form 1', row 7, column 'State'"),
        (Place(row=0), "row 0"),
        (Place("a.csv", column="State"), "a.csv, column 'State'"),
    ],
)
def test_a_place(place: Place, text: str) -> None:
    assert str(place) == text
    assert str(InputError("Bad.", place=place)) == (f"{text}: Bad." if text else "Bad.")


def test_what_errors_carry() -> None:
    assert InputError("Bad.").place == Place()
    assert TimeLimitError("Late.", bound=7).bound == 7
    assert TimeLimitError("Late.").bound is None
    assert AmbiguousInputError("Which?", choices=("a", "b")).choices == ("a", "b")
    assert not issubclass(InfeasibleError, TimeLimitError)
