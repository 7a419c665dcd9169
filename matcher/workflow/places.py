"""Where members stand in a plan of pairs, cohorts or visits, by the numbers in its list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matcher.explain import Words
from matcher.store import RunKind


def listed(kind: RunKind, solution: Any) -> list[Any]:
    """Pairs, cohorts or visits in the order in which they are shown, and so numbered."""
    if kind is RunKind.PAIRS:
        return sorted(solution.pairs, key=lambda pair: -pair.affinity)
    return list(solution.cohorts if kind is RunKind.COHORTS else solution.events)


def people(kind: RunKind, problem: Any) -> Sequence[Any]:
    """Those for whom the plan is made; hosts are not."""
    found: Sequence[Any] = problem.visitors if kind is RunKind.VISITS else problem.members
    return found


def placed(kind: RunKind, problem: Any, solution: Any) -> list[str]:
    """Ids of those who have a place; hosts are not counted."""
    seated = {i for each in listed(kind, solution) for i in _guests(kind, each)}
    return [people(kind, problem)[i].id for i in sorted(seated)]


def peers(kind: RunKind, problem: Any, solution: Any) -> dict[str, list[str]]:
    """Whom each placed member meets, by ids: its peers, the others of its cohort, the hosts it visits."""
    everybody = people(kind, problem)
    met: dict[str, list[str]] = {}
    for each in listed(kind, solution):
        guests = _guests(kind, each)
        for i in guests:
            others = [everybody[j].id for j in guests if j != i]
            found = [problem.hosts[each.host].id] if kind is RunKind.VISITS else others
            met.setdefault(everybody[i].id, []).extend(found)
    return met


def together(kind: RunKind, solution: Any, first: int, one: int, other: int) -> list[str]:
    """Where two meet, a sentence each; of visits ``other`` is the host. Numbers begin at ``first``."""
    told = []
    for number, each in enumerate(listed(kind, solution), start=first):
        guests = _guests(kind, each)
        if one in guests and (other == each.host if kind is RunKind.VISITS else other in guests):
            told.append(f"They are together in {kind.value[:-1]} {number}.")
    return told


def places(
    kind: RunKind, problem: Any, solution: Any, first: int, member: int, words: Words
) -> tuple[str, ...]:
    """Each place of a member, with those it meets there, a sentence each. Numbers begin at ``first``."""
    name = words.name(people(kind, problem)[member].id)
    told = []
    for number, each in enumerate(listed(kind, solution), start=first):
        guests = _guests(kind, each)
        if member in guests:
            others = [words.name(people(kind, problem)[i].id) for i in guests if i != member]
            met = f"with {', '.join(others)}"
            if kind is RunKind.VISITS:
                met = f"to {words.name(problem.hosts[each.host].id)}"
            told.append(f"{name} is in {kind.value[:-1]} {number}, {met}.")
    return tuple(told)


def hosted(problem: Any, solution: Any, host: str, words: Words) -> tuple[str, ...]:
    """The visits that the member ``host`` (its id) holds, with its visitors, a sentence each."""
    told = []
    for number, each in enumerate(listed(RunKind.VISITS, solution), start=1):
        if problem.hosts[each.host].id == host:
            guests = ", ".join(words.name(problem.visitors[i].id) for i in each.visitors)
            told.append(f"{words.name(host)} hosts visit {number}, for {guests}.")
    return tuple(told)


def _guests(kind: RunKind, each: Any) -> tuple[int, ...]:
    """Those who have a place in a pair, a cohort or a visit."""
    if kind is RunKind.PAIRS:
        return each.a, each.b
    guests: tuple[int, ...] = each.members if kind is RunKind.COHORTS else each.visitors
    return guests
