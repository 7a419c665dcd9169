"""Who a problem is about, whatever its structure, and whose company one plan changes against another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from matcher.explain.room import AnyProblem
from matcher.explain.words import Words
from matcher.outcome import Moved
from matcher.visits.problem import Problem as VisitProblem


def people(problem: AnyProblem) -> tuple[Sequence[Any], Sequence[Any]]:
    """Those for whom places are sought, and those whom they meet: of visits visitors and hosts, else members
    in both."""
    if isinstance(problem, VisitProblem):
        return problem.visitors, problem.hosts
    return problem.members, problem.members


def name(problem: AnyProblem, one: int, words: Words) -> str:
    """Of a member, or of a visitor. Raises IndexError where there is none."""
    called: str = words.name(people(problem)[0][one].id)
    return called


def names(problem: AnyProblem, one: int, other: int, words: Words) -> tuple[str, str]:
    """Of two who may meet: of visits a visitor and a host. Raises IndexError where there is none."""
    return name(problem, one, words), words.name(people(problem)[1][other].id)


def meeting(problem: AnyProblem, one: int, other: int, words: Words) -> str:
    """``"Ana and Ben together"``; of visits ``"Ana on a visit to Hal"``."""
    first, second = names(problem, one, other, words)
    if isinstance(problem, VisitProblem):
        return f"{first} on a visit to {second}"
    return f"{first} and {second} together"


def known(problem: AnyProblem, one: int, other: int) -> bool:
    """Whether there are two such."""
    first, second = people(problem)
    return one in range(len(first)) and other in range(len(second)) and (first is not second or one != other)


def new_company(
    before: Mapping[int, tuple[int, ...]], after: Mapping[int, tuple[int, ...]]
) -> tuple[Moved, ...]:
    """Those who meet others than before; ``before`` and ``after`` have all who meet anybody, with whom."""
    return tuple(
        Moved(index, before.get(index, ()), after.get(index, ()))
        for index in sorted({*before, *after})
        if before.get(index) != after.get(index)
    )


def best_hours(offered: Iterable[int], staff: Sequence[tuple[int, ...]] | None, most: int) -> list[int]:
    """The ``most`` hours that are ``offered`` most often, the earlier first, at which one of the ``staff``
    can: one with no hours can at any. None: nobody of the staff is needed."""
    anytime = staff is None or not all(staff)
    able = {hour for hours in staff or () for hour in hours}
    count = Counter(hour for hour in offered if anytime or hour in able)
    return [hour for hour, _ in sorted(count.items(), key=lambda each: (-each[1], each[0]))[:most]]
