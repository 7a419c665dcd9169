"""Problems of pairs with one rule changed: each gives a new problem and leaves the given one."""

from __future__ import annotations

from dataclasses import replace

from matcher.pairing.check import ordered
from matcher.pairing.problem import Problem


def threshold(problem: Problem, least: int) -> Problem:
    return replace(problem, rules=replace(problem.rules, threshold=min(least, problem.rules.threshold)))


def forget(problem: Problem, pairs: frozenset[tuple[int, int]]) -> Problem:
    return replace(problem, met=tuple(pair for pair in problem.met if ordered(*pair) not in pairs))


def allow(problem: Problem, pair: tuple[int, int]) -> Problem:
    return replace(problem, bans=tuple(each for each in problem.bans if ordered(*each) != pair))


def no_bans(problem: Problem, one: int | None) -> Problem:
    return replace(problem, bans=tuple(pair for pair in problem.bans if one is not None and one not in pair))


def no_hours(problem: Problem, one: int) -> Problem:
    """The member's hours are as good as not given: any hour suits it."""
    return _with_member(problem, one, hours=())


def free(problem: Problem, one: int, hour: int) -> Problem:
    """One hour more, where the member named any."""
    hours = problem.members[one].hours
    return _with_member(problem, one, hours=tuple(sorted({*hours, hour})) if hours else ())


def any_hour(problem: Problem) -> Problem:
    return replace(problem, members=tuple(replace(each, hours=()) for each in problem.members))


def wish(problem: Problem, one: int, wanted: int) -> Problem:
    return _with_member(problem, one, wanted=max(wanted, problem.members[one].wanted))


def _with_member(problem: Problem, one: int, **fields: object) -> Problem:
    changed = replace(problem.members[one], **fields)  # type: ignore[arg-type]
    return replace(problem, members=(*problem.members[:one], changed, *problem.members[one + 1 :]))


def wish_more(problem: Problem) -> Problem:
    return _all_wish(problem, 1)


def wish_any(problem: Problem) -> Problem:
    return _all_wish(problem, len(problem.members))


def _all_wish(problem: Problem, more: int) -> Problem:
    wishes = (replace(each, wanted=each.wanted + more if each.wanted else 0) for each in problem.members)
    return replace(problem, members=tuple(wishes))


def convene(problem: Problem, who: str | None) -> Problem:
    """One pair more for the facilitator ``who``, for None each that convenes any."""
    staff = (
        replace(each, capacity=each.capacity + 1)
        if each.id == who or (who is None and each.capacity)
        else each
        for each in problem.facilitators
    )
    return replace(problem, facilitators=tuple(staff))


def group(problem: Problem, which: int | None) -> Problem:
    """One pair more for the group ``which``, for None each."""
    groups = (
        replace(each, capacity=each.capacity + 1) if which in (None, index) else each
        for index, each in enumerate(problem.groups)
    )
    return replace(problem, groups=tuple(groups))


def not_fair(problem: Problem) -> Problem:
    return replace(problem, rules=replace(problem.rules, fair=False))
