"""Where members stand in a plan of pairs, cohorts or visits, by the numbers in its list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matcher.errors import InputError
from matcher.explain import Words
from matcher.explain.words import listed as in_words
from matcher.outcome import ChangeKind
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


def sessions_meant(
    plans: Sequence[tuple[Any, Any]],
    kind: RunKind,
    change: ChangeKind,
    ids: Sequence[str],
    to: str,
    of: int | None,
) -> tuple[Sequence[int], int]:
    """The sessions (their indices) that a change by hand of the members ``ids`` is about, and the index of
    the cohort that ``to`` numbers in it, -1 where it numbers none. ``of`` is the session that was named, from
    1. Raises InputError where there is none, or it is not clear which one is meant."""
    count = len(plans)
    if of is not None and not 1 <= of <= count:
        there = f"There are {count} sessions" if count > 1 else "There is one session"
        raise InputError(f"There is no session {of}.", cure=f"{there} in this plan.")
    if kind is RunKind.COHORTS and change is ChangeKind.MOVE and to:
        session, place = _cohort(plans, to)
        if of not in (None, session + 1):
            raise InputError(
                f"Cohort {to} is of session {session + 1}.",
                cure="Leave --session away, or give another cohort.",
            )
        return (session,), place
    if of is not None:
        return (of - 1,), -1
    if change is ChangeKind.BAN:
        return range(count), -1
    found = [n for n, plan in enumerate(plans) if {*ids} & {*placed(kind, *plan)}] if count > 1 else [0]
    if len(found) != 1:
        where = (
            f"in sessions {in_words(str(n + 1) for n in found)}" if found else f"in none of {count} sessions"
        )
        raise InputError(
            f"Those who are named have places {where}.",
            cure=f"Say which is meant, as in: --session {found[0] + 1 if found else 1}",
        )
    return found, -1


def _cohort(plans: Sequence[tuple[Any, Any]], to: str) -> tuple[int, int]:
    """The session of the cohort with the number ``to`` in the whole list, and its index there."""
    if not to.isdigit() or int(to) < 1:
        raise InputError(f"'{to}' is no number of a cohort.", cure="Give one, as in: --to 3")
    number = int(to) - 1
    for session, (_, solution) in enumerate(plans):
        if number < len(solution.cohorts):
            return session, number
        number -= len(solution.cohorts)
    total = int(to) - 1 - number
    raise InputError(f"There is no cohort {to}.", cure=f"The last has number {total}.")


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
