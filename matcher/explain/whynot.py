"""Why not these two, and what would be lost without these two: the price, from two solved plans.

The price of a match is the best plan that holds it against the best plan there is. Each is known as what
was reached and a bound, so that the price is a number where both are proven, and else a range.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matcher.errors import InfeasibleError, InputError, TimeLimitError
from matcher.explain import people
from matcher.explain.budget import Budget
from matcher.explain.measure import (
    WORST,
    Difference,
    Nested,
    change_text,
    difference,
    placed_text,
    worth_text,
)
from matcher.explain.room import AnyProblem, AnySolution, Room, ground_of, room_of
from matcher.explain.words import Words, counted, sentence
from matcher.optimize import Limits
from matcher.outcome import Moved
from matcher.watch import Watch

#: So many of those who change places are told of in a sentence each.
TOLD = 6


@dataclass(frozen=True, slots=True)
class Price:
    """The best plan with a match (``together``) or without it, against the plan at hand.

    ``one`` and ``other`` are members by index; of visits a visitor and a host. Where the match is not
    ``allowed``, ``broken`` says which rules forbid it, and there is no plan. ``overridden`` are soft rules
    that such a decision sets aside. ``change`` is what the plan has more or less; ``moved`` are those
    whose company changes. ``problem`` and ``solution`` are the plan, solved, with what is pinned or banned
    in the problem; of the plan at hand where it was so already (``holds``). ``sentences`` say it all.
    ``cut_short``: the clock or the caller ended the search before its planned work was done."""

    one: int
    other: int
    together: bool
    holds: bool
    allowed: bool
    broken: tuple[str, ...]
    overridden: tuple[str, ...]
    change: Difference | None
    moved: tuple[Moved, ...]
    problem: AnyProblem
    solution: AnySolution | None
    sentences: tuple[str, ...]
    solves: int
    cut_short: bool


def price(
    problem: AnyProblem,
    solution: AnySolution,
    one: int,
    other: int,
    words: Words | None = None,
    limits: Limits | None = None,
    watch: Watch | None = None,
) -> Price:
    """What it costs that ``one`` and ``other`` meet: the best plan that holds it, solved.

    Raises InputError where there are no such two members.
    """
    return _price(problem, solution, one, other, words or Words(), limits, watch, together=True)


def runner_up(
    problem: AnyProblem,
    solution: AnySolution,
    one: int,
    other: int,
    words: Words | None = None,
    limits: Limits | None = None,
    watch: Watch | None = None,
) -> Price:
    """What is lost where ``one`` and ``other`` do not meet: the best plan without it, solved.

    Raises InputError where there are no such two members.
    """
    return _price(problem, solution, one, other, words or Words(), limits, watch, together=False)


def forbidden(problem: AnyProblem, one: int, other: int, words: Words) -> tuple[str, ...]:
    """Sentences on the rules by which ``one`` and ``other`` cannot meet, whatever staff decide; empty where
    they can. Nothing is solved."""
    broken = room_of(problem).barred_hard(problem, one, other, words)
    return (f"No plan can have {people.meeting(problem, one, other, words)}:", *broken) if broken else ()


def _price(
    problem: AnyProblem,
    solution: AnySolution,
    one: int,
    other: int,
    words: Words,
    limits: Limits | None,
    watch: Watch | None,
    *,
    together: bool,
) -> Price:
    room = room_of(problem)
    if not people.known(problem, one, other):
        raise InputError(f"There are no two such members as {one} and {other}.", cure="Give their indices.")
    meeting = people.meeting(problem, one, other, words)
    overridden = room.overridden(problem, one, other, words) if together else ()

    def answer(
        holds: bool = False,
        allowed: bool = True,
        broken: tuple[str, ...] = (),
        change: Difference | None = None,
        moved: tuple[Moved, ...] = (),
        told: tuple[str, ...] = (),
        then: tuple[AnyProblem, AnySolution | None] = (problem, None),
        budget: Budget | None = None,
    ) -> Price:
        solves, cut = (0, False) if budget is None else (budget.solves, budget.cut_short)
        return Price(
            one, other, together, holds, allowed, broken, overridden, change, moved, *then, told, solves, cut
        )  # fmt: skip

    if room.matched(solution, one, other) is together:
        has = "has" if together else "does not have"
        return answer(True, then=(problem, solution), told=(f"This plan {has} {meeting}.",))
    if together and (told := forbidden(problem, one, other, words)):
        return answer(allowed=False, broken=told[1:], told=told)
    budget = Budget(limits, 1, watch, "why not")
    share, inner = budget.share()
    asked = (room.pinned if together else room.banned)(problem, one, other)
    try:
        then = room.solve(asked, share, inner, solution)
    except (InfeasibleError, TimeLimitError) as error:
        return answer(
            allowed=not isinstance(error, InfeasibleError),
            broken=(str(error),),
            told=(str(error),),
            then=(asked, None),
            budget=budget,
        )
    budget.cut_short = budget.cut_short or then.cut_short
    was_pinned = {one, other} in [set(pin) for pin in ground_of(problem).pins(problem)]
    change = _change(room, problem, solution, then, free=not (overridden or was_pinned), together=together)
    moved = room.moved(solution, then)
    told = _told(room, problem, change, moved, (one, other), meeting, words, together)
    told += tuple(f"It sets a rule aside: {text}" for text in overridden)
    return answer(change=change, moved=moved, told=told, then=(asked, then), budget=budget)


def _change(
    room: Room[Any, Any],
    problem: AnyProblem,
    now: AnySolution,
    then: AnySolution,
    *,
    free: bool,
    together: bool,
) -> Difference:
    """``free``: no rule is set aside, and so the other plan is one of the problem at hand. A floor for the
    worst-off does not count those who are pinned: where there is one, a pin makes plans incomparable."""
    before, after = room.aims(now), room.aims(then)
    nested = free and not (together and any(aim.name == WORST for aim in before))
    placed, points = room.figures(problem, now)
    placed_then, points_then = room.figures(problem, then)
    return difference(
        before,
        after,
        nested=Nested.TIGHTER if nested else Nested.NEITHER,
        found=(placed_then - placed, points_then - points),
        scale=room.SCALE,
    )


def _told(
    room: Room[Any, Any],
    problem: AnyProblem,
    change: Difference,
    moved: tuple[Moved, ...],
    both: tuple[int, int],
    meeting: str,
    words: Words,
    together: bool,
) -> tuple[str, ...]:
    what = f"The best plan {'with' if together else 'without'} {meeting}"
    text = change_text(change)
    cause = room.cause(problem, *both, moved, words) if together else ""
    first = f"{what}: {text or 'as good, nothing is lost'}{f', because {cause}' if cause and text else ''}"
    told = [sentence(first)]
    if cause and not text:
        told.append(sentence(f"For that {cause}"))
    if change.points.exact is None:
        placed, points = change.found
        than = f"The plan found {worth_text(points, change.scale)} the one at hand"
        told.append(sentence(f"{than}, and {placed_text(placed)}" if placed else than))
    ordered = sorted(moved, key=lambda move: (move.member != both[0], move.member != both[1], move.member))
    told += [room.tell(problem, move, words) for move in ordered[:TOLD]]
    if len(moved) > TOLD:
        rest = len(moved) - TOLD
        told.append(f"{counted(rest, 'other')} {'changes' if rest == 1 else 'change'} places as well.")
    return tuple(told)
