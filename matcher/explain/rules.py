"""What a rule costs: each soft rule one looser, solved, and ranked by what is surely gained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matcher.errors import InfeasibleError, TimeLimitError
from matcher.explain.budget import Budget
from matcher.explain.measure import (
    POINTS,
    UNKNOWN,
    Aim,
    Difference,
    Nested,
    amount,
    change_text,
    difference,
    in_points,
)
from matcher.explain.room import AnyProblem, AnySolution, Step, ground_of, room_of
from matcher.explain.words import Words, counted, sentence
from matcher.optimize import Limits
from matcher.watch import Watch


@dataclass(frozen=True, slots=True)
class Loosened:
    """A ``rule`` one looser, in words what is ``done``, and what the best plan then has more
    (``gain``; valued as the problem at hand values it). ``solution`` is that plan."""

    rule: str
    done: str
    gain: Difference
    solution: AnySolution
    text: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Every rule that was tried, the one that surely gains most first. ``untried``: what the time was
    over for, in words. ``cut_short`` as for a solution."""

    tried: tuple[Loosened, ...]
    untried: tuple[str, ...]
    solves: int
    cut_short: bool


def rule_costs(
    problem: AnyProblem,
    solution: AnySolution,
    words: Words | None = None,
    limits: Limits | None = None,
    watch: Watch | None = None,
    *,
    oldest: frozenset[tuple[int, int]] = frozenset(),
) -> Rules:
    """Each soft rule of ``problem`` one looser, the others as they are, against its plan ``solution``.

    ``limits`` are for all of it. ``oldest`` are the pairs, by index, that a window shorter by a term would
    no longer bar; where none are given, only all earlier meetings as a whole are tried.
    """
    room, ground, words = room_of(problem), ground_of(problem), words or Words()
    steps = ground.looser(problem, words, oldest)
    budget = Budget(limits, len(steps), watch, "what a rule costs")
    tried, untried, cut = [], [], False
    for step in steps:
        if budget.spent():
            untried.append(step.words)
            continue
        share, inner = budget.share()
        try:
            found = room.solve(step.change(problem), share, inner, solution)
        except (
            InfeasibleError,
            TimeLimitError,
        ):  # a looser rule may still clash with a pin by its side effects
            untried.append(step.words)
            continue
        cut = cut or found.cut_short
        gain = _gain(problem, solution, step, found)
        tried.append(Loosened(step.name, step.words, gain, found, _text(step, gain)))
    tried.sort(key=lambda each: (_less(each.gain), each.rule, each.done))
    return Rules(tuple(tried), tuple(untried), budget.solves, cut or budget.cut_short)


def _gain(problem: AnyProblem, now: AnySolution, step: Step[Any], then: AnySolution) -> Difference:
    room = room_of(problem)
    placed, value = room.figures(problem, then)
    placed_now, value_now = room.figures(problem, now)
    aims = room.aims(then)
    if not step.pure and value != then.objective:  # another price: this plan's worth, as it was valued
        aims = tuple(Aim(aim.name, value, value) if aim.name == POINTS else aim for aim in aims)
    return difference(
        room.aims(now),
        aims,
        nested=Nested.LOOSER if step.pure else Nested.NEITHER,
        found=(placed - placed_now, value - value_now),
        scale=room.SCALE,
    )


def _less(gain: Difference) -> tuple[int, ...]:
    """For ranking: what is surely gained, then what was found."""
    placed, points = gain.least
    return -placed, -points, -gain.found[0], -gain.found[1]


def _text(step: Step[Any], gain: Difference) -> str:
    """Nothing is claimed that lies within the gap of the two plans."""
    sure_placed, sure_points = gain.placed.exact, gain.points
    if sure_placed == 0 and sure_points.exact == 0 and (gain.worst is None or gain.worst.exact == 0):
        return sentence(f"{step.words}: nothing is gained")
    if sure_placed is not None and (sure_points.exact is not None or sure_points == UNKNOWN):
        text = change_text(gain)
        return sentence(f"{step.words}: {text or 'nothing is gained'}")
    return sentence(f"{step.words}: {_open_text(gain)}")


def _open_text(gain: Difference) -> str:
    placed, points = gain.placed, gain.points
    parts = []
    if placed.least is not None and placed.least > 0:
        parts.append(f"at least {counted(placed.least, 'member')} more placed")
    elif placed.exact is None:
        most = "" if placed.most is None else f" (at most {placed.most} more)"
        parts.append(f"whether more are placed is unknown{most}")
    if points.least is not None and points.least > 0:
        sure = points.least // gain.scale * gain.scale  # rounded down: it is what is sure
        parts.append(f"at least {in_points(sure or points.least, gain.scale)} more")
    elif points.exact is None:
        text = amount(points, "point", "points", scale=gain.scale)
        found = gain.found[1]
        has = (
            f"has {in_points(found, gain.scale)} {'more' if found > 0 else 'less'}"
            if found
            else "has no more"
        )
        parts.append(f"whether points are gained is unknown ({text}; the plan found {has})")
    elif extra := amount(points, "point", "points", scale=gain.scale):
        parts.append(extra)
    return ", ".join(parts)
