"""Why a member waits or pins cannot be held: the rules that clash, and the ways out, each tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from matcher.errors import InfeasibleError, InputError, TimeLimitError
from matcher.explain import people
from matcher.explain.budget import Budget
from matcher.explain.filtering import (
    Smallest,
    Tried,
    Way,
    changed,
    clash_text,
    smallest,
    sort_out,
    way,
    ways_out,
    ways_text,
)
from matcher.explain.measure import PLACED, Aim, in_points
from matcher.explain.room import AnyProblem, AnySolution, Cover, Step, ground_of, room_of
from matcher.explain.words import Words, counted, sentence
from matcher.optimize import Limits
from matcher.watch import Watch

Pin = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Clash:
    """Why a ``member`` waits, or (None) why pins cannot be held.

    ``reason``: what the plan, or the error, says. ``alone``: why the member could not be placed whatever
    the others do. ``possible``: it can be, with all that is given, and a way says what comes of it.
    ``rules`` and ``texts``: the names of the smallest set that clashes, and what each says; empty where
    even without all of them it cannot be, or where the time was over. ``proven``: that they clash is
    certain, not just that no plan was found. ``ways`` come cheapest first; ``impossible`` are steps that do
    not help alone, ``not_found`` those for which no plan was found although there may be one. ``sentences``
    say it all. ``solves``: questions asked of a solver; ``cut_short``: the clock or the caller ended them.
    """

    member: int | None
    reason: str
    alone: tuple[str, ...]
    possible: bool
    rules: tuple[str, ...]
    texts: tuple[str, ...]
    proven: bool
    ways: tuple[Way, ...]
    impossible: tuple[str, ...]
    not_found: tuple[str, ...]
    sentences: tuple[str, ...]
    solves: int
    cut_short: bool


def why_waiting(
    problem: AnyProblem,
    solution: AnySolution,
    member: int,
    words: Words | None = None,
    limits: Limits | None = None,
    watch: Watch | None = None,
) -> Clash:
    """Why ``member`` (of visits: a visitor) is not placed as well as everybody who is, and what would do it.

    ``limits`` are for the whole question. Raises InputError where the member is placed, or there is none.
    """
    room, ground, words = room_of(problem), ground_of(problem), words or Words()
    reasons = ground.waiting(solution)
    if member not in reasons:
        raise InputError(f"Member {member} does not wait.", cure="Ask of one on the waitlist.")
    name = people.name(problem, member, words)
    wanted = frozenset({*ground.seated(solution), member})
    lifts = ground.lifts(problem, member, words)
    steps = ground.eases(problem, solution, member, words)
    alone = ground.alone(problem, member, words)
    budget = Budget(limits, 2 + len(lifts) + len(steps), watch, "why it waits")

    def test(changes: Sequence[Step[Any]], *, valued: bool = False) -> Cover | None:
        if budget.spent():
            return None
        share, inner = budget.share()
        asked = changed(problem, changes)
        return budget.noted(ground.cover(asked, solution, wanted, share, inner, problem if valued else None))

    most: Aim = room.aims(solution)[0]
    known = bool(alone) or (most.name == PLACED and most.bound < len(wanted))
    base = Cover(found=False, proven=True) if known else test((), valued=True)
    now = room.figures(problem, solution)
    reason = reasons[member]
    because = alone or (f"{name} waits: {sentence(reason)}",)
    answer = partial(_answer, member, reason, alone, budget)
    if base is not None and base.found:
        only = way((), base, now, room.SCALE)
        told = (*because, f"{name} can be placed beside everybody who is placed now: {only.text}")
        return answer(Smallest((), hopeless=False, proven=True), Tried((only,)), told, possible=True)
    clash = smallest(lifts, test, base)
    tried = ways_out(steps, partial(test, valued=True), now, room.SCALE)
    aim = f"a place for {name} beside everybody who is placed now"
    told = (*because, *clash_text(clash, aim, len(lifts)), *ways_text(tried))
    return answer(clash, tried, told)


def why_infeasible(
    problem: AnyProblem,
    words: Words | None = None,
    limits: Limits | None = None,
    watch: Watch | None = None,
) -> Clash:
    """Which pins and rules clash in a problem that has no plan, and which pins would have to go.

    ``limits`` are for the whole question. Where the problem has a plan, ``possible`` says so.
    """
    room, ground, words = room_of(problem), ground_of(problem), words or Words()
    pins: tuple[Pin, ...] = ground.pins(problem)
    named = {pin: " and ".join(people.names(problem, *pin, words)) for pin in pins}
    lifts = ground.lifts(problem, None, words)
    items = [*lifts, *(Step("pin", f"the pin of {named[pin]}", partial(_without, pin=pin)) for pin in pins)]
    budget = Budget(limits, 2 + len(items) + 2 * len(pins), watch, "which pins clash")
    errors: list[str] = []

    def test(changes: Sequence[Step[Any]]) -> Cover | None:
        if budget.spent():
            return None
        share, inner = budget.share()
        try:
            plan = room.solve(changed(problem, changes), share, inner, None)
        except InfeasibleError as error:
            errors.append(str(error))
            return Cover(found=False, proven=True)
        except TimeLimitError:
            return budget.noted(Cover(found=False, proven=False, cut_short=True))
        return Cover(True, True, *room.figures(problem, plan))

    base = test(())
    reason = errors[0] if errors else ""
    answer = partial(_answer, None, reason, (), budget)
    if base is not None and base.found:
        there = ("There is a plan that holds all pins.",)
        return answer(Smallest((), hopeless=False, proven=True), Tried(), there, possible=True)
    clash = smallest(items, test, base)
    tried = _pins_away(problem, pins, named, test, room.SCALE)
    told = (
        reason or "No plan that holds all pins was found.",
        *clash_text(clash, "a plan that holds all pins", len(items)),
        *ways_text(tried),
    )
    return answer(clash, tried, told)


def _pins_away(
    problem: AnyProblem, pins: tuple[Pin, ...], named: dict[Pin, str], test: Any, scale: int
) -> Tried:
    """Each pin taken away alone; where none is enough, as few as is found by putting pins in one by one
    while there is a plan."""

    def without(gone: Sequence[Pin]) -> Cover | None:
        answer: Cover | None = test([Step("pin", "", partial(_without, pin=pin)) for pin in gone])
        return answer

    ways: list[Way] = []
    failed: list[tuple[str, Cover | None]] = []

    def keep(gone: Sequence[Pin], answer: Cover) -> None:
        done = tuple(f"take away the pin of {named[pin]}" for pin in gone)
        text = f"{counted(answer.placed, 'member')} placed, {in_points(answer.objective, scale)}"
        ways.append(Way(done, answer.placed, answer.objective, sentence(f"{' and '.join(done)}: {text}")))

    for pin in pins:
        answer = without([pin])
        if answer is not None and answer.found:
            keep([pin], answer)
        else:
            failed.append((f"take away the pin of {named[pin]}", answer))
    if not ways:
        gone = list(pins)
        best = without(gone)
        for pin in pins:
            fewer = [each for each in gone if each != pin]
            answer = without(fewer)
            if answer is not None and answer.found:
                gone, best = fewer, answer
        if best is not None and best.found:
            keep(gone, best)
    return sort_out(ways, failed)


def _without(problem: AnyProblem, pin: Pin) -> Any:
    ground = ground_of(problem)
    return ground.with_pins(problem, tuple(each for each in ground.pins(problem) if each != pin))


def _answer(
    member: int | None,
    reason: str,
    alone: tuple[str, ...],
    budget: Budget,
    clash: Smallest,
    tried: Tried,
    told: tuple[str, ...],
    *,
    possible: bool = False,
) -> Clash:
    return Clash(
        member=member,
        reason=reason,
        alone=alone,
        possible=possible,
        rules=tuple(step.name for step in clash.rules),
        texts=tuple(step.words for step in clash.rules),
        proven=clash.proven,
        ways=tried.ways,
        impossible=tried.impossible,
        not_found=tried.not_found + tried.out_of_time,
        sentences=told,
        solves=budget.solves,
        cut_short=budget.cut_short,
    )
