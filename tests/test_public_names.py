"""The public surface: every word of the domain and every error, and nothing else."""

from __future__ import annotations

import inspect

import matcher
from matcher import domain, errors


def own_classes(module: object) -> set[str]:
    classes = inspect.getmembers(module, inspect.isclass)
    return {name for name, each in classes if each.__module__ == module.__name__}  # type: ignore[attr-defined]


def test_the_public_names_are_the_words_and_the_errors() -> None:
    # Place is where an error stands: it comes with one and is not made by users.
    assert set(matcher.__all__) == (own_classes(domain) | own_classes(errors)) - {"Place"}


def test_each_public_name_is_there_and_says_what_it_means() -> None:
    assert matcher.__all__ == sorted(matcher.__all__)
    for name in matcher.__all__:
        assert inspect.getdoc(getattr(matcher, name))
