"""Which of several rules clash, and which steps out of a clash do it: both by trying.

The smallest set of rules is found by deletion filtering: a rule that the clash does without is taken away
for good, the others stay (Chinneck and Dravnieks, "Locating minimal infeasible constraint sets in linear
programs", ORSA J. Computing 3, 1991). What is left clashes, and without any one of it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeAlias

from matcher.explain.measure import in_points, placed_text
from matcher.explain.room import AnyProblem, Cover, Step
from matcher.explain.words import counted, sentence

#: Where no step alone helps, so many twos of them are tried.
TWOS = 15
#: Steps of these kinds come by size: where one helps, the larger ones are not tried.
BY_SIZE = frozenset({"threshold"})
#: Whether it can be with some rules changed; None where the time is over.
Test: TypeAlias = Callable[[Sequence[Step[Any]]], Cover | None]


@dataclass(frozen=True, slots=True)
class Way:
    """A way out that was tried and does it: ``done`` in words, one entry a step. ``placed`` and
    ``objective`` are what the plan found has more than the one at hand; ``text`` says it."""

    done: tuple[str, ...]
    placed: int
    objective: int
    text: str


@dataclass(frozen=True, slots=True)
class Tried:
    """``ways`` that do it, cheapest first; single steps that are ``impossible``, those for which no plan
    was found although there may be one (``not_found``), and those for which the time was too short."""

    ways: tuple[Way, ...] = ()
    impossible: tuple[str, ...] = ()
    not_found: tuple[str, ...] = ()
    out_of_time: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Smallest:
    """The rules that clash; none where it cannot be even without all of them (``hopeless``) or where
    time was over. ``proven``: that, and not only that nothing was found; ``cut_short`` as of a cover."""

    rules: tuple[Step[Any], ...]
    hopeless: bool
    proven: bool
    cut_short: bool = False


def changed(problem: AnyProblem, changes: Sequence[Step[Any]]) -> Any:
    """The problem with all of ``changes``."""
    for step in changes:
        problem = step.change(problem)
    return problem


def smallest(items: Sequence[Step[Any]], test: Test, base: Cover | None) -> Smallest:
    """Those of ``items`` that clash; ``base`` is the answer with none of them changed."""
    whole = None if base is None else test(items)
    if base is None or whole is None:
        return Smallest((), hopeless=False, proven=False)
    if not whole.found:
        return Smallest((), hopeless=True, proven=whole.proven, cut_short=whole.cut_short)
    away: list[Step[Any]] = []
    kept: list[Step[Any]] = []
    last = base
    for item in items:
        answer = test([*away, item])
        if answer is None:
            return Smallest((), hopeless=False, proven=False)
        if answer.found:
            kept.append(item)
        else:
            away.append(item)
            last = answer
    return Smallest(tuple(kept), hopeless=False, proven=last.proven, cut_short=last.cut_short)


def ways_out(steps: Sequence[Step[Any]], test: Test, now: tuple[int, int], scale: int) -> Tried:
    """Each step tried alone, and where none helps two at a time. ``now``: members placed and objective of
    the plan that the ways are held against."""
    ways: list[Way] = []
    failed: list[tuple[str, Cover | None]] = []
    helped: set[str] = set()
    for step in steps:
        if step.name in BY_SIZE & helped:
            continue
        answer = test((step,))
        if answer is not None and answer.found:
            ways.append(way((step.words,), answer, now, scale))
            helped.add(step.name)
        else:
            failed.append((step.words, answer))
    if not ways:
        twos = [two for two in combinations(steps, 2) if two[0].name != two[1].name]
        for one, other in twos[:TWOS]:
            answer = test((one, other))
            if answer is not None and answer.found:
                ways.append(way((one.words, other.words), answer, now, scale))
    return sort_out(ways, failed)


def sort_out(ways: list[Way], failed: Sequence[tuple[str, Cover | None]]) -> Tried:
    """All that was tried: ``ways`` by how many steps they take, then by what they give, and each step that
    ``failed`` with its answer, None where there was no time to ask."""
    ordered = sorted(ways, key=lambda each: (len(each.done), -each.placed, -each.objective))
    late = tuple(done for done, answer in failed if answer is None or answer.cut_short)
    sure = tuple(done for done, answer in failed if answer is not None and answer.proven)
    rest = tuple(done for done, _ in failed if done not in {*late, *sure})
    return Tried(tuple(ordered), sure, rest, late)


def way(done: tuple[str, ...], found: Cover, now: tuple[int, int], scale: int) -> Way:
    """A way in words."""
    placed, objective = found.placed - now[0], found.objective - now[1]
    worth = "worth as much"
    if objective:
        worth = f"{in_points(objective, scale)} {'more' if objective > 0 else 'less'}"
    text = f"{placed_text(placed)}, {worth}"
    return Way(done, placed, objective, sentence(f"{' and '.join(done)}: {text}" if done else text))


def clash_text(clash: Smallest, aim: str, count: int) -> tuple[str, ...]:
    """What clashes, in words: ``aim`` is what is wanted, ``count`` how many rules there are."""
    late = " within the time" if clash.cut_short else ""
    if clash.rules:
        listed = "; ".join(step.words for step in clash.rules)
        one = len(clash.rules) == 1
        stand = "One rule stands" if one else f"{len(clash.rules)} rules together stand"
        lifted = "even if all others were lifted"
        sure = "" if clash.proven else f" (no plan was found{late}; that there is none is not proven)"
        return (sentence(f"{stand} in the way of {aim}, {lifted}: {listed}{sure}"),)
    if not clash.hopeless:
        return ("Which rules clash was not found out in the time given.",)
    sure = "is not possible" if clash.proven else f"was not found{late}"
    return (sentence(f"{aim} {sure}, even without {counted(count, 'rule')} that could be lifted"),)


def ways_text(tried: Tried) -> tuple[str, ...]:
    """Each way in a sentence, and those that do not help."""
    told = [way.text for way in tried.ways]
    if tried.impossible:
        told.append(sentence(f"Would not help alone: {'; '.join(tried.impossible)}"))
    if tried.not_found:
        told.append(sentence(f"May help, but no plan was found: {'; '.join(tried.not_found)}"))
    if tried.out_of_time:
        told.append(
            sentence(f"May help, but no plan was found within the time: {'; '.join(tried.out_of_time)}")
        )
    return tuple(told)
