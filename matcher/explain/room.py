"""What the questions ask of a structure. :mod:`pairs`, :mod:`cohorts` and :mod:`visits` answer it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from matcher.cohorts.problem import Problem as CohortProblem
from matcher.cohorts.problem import Solution as CohortSolution
from matcher.explain.measure import Aim
from matcher.explain.words import Words, counted
from matcher.optimize import Limits
from matcher.outcome import Moved
from matcher.pairing.problem import Problem as PairProblem
from matcher.pairing.problem import Solution as PairSolution
from matcher.visits.problem import Problem as VisitProblem
from matcher.visits.problem import Solution as VisitSolution
from matcher.watch import Watch

AnyProblem: TypeAlias = PairProblem | CohortProblem | VisitProblem
AnySolution: TypeAlias = PairSolution | CohortSolution | VisitSolution
P = TypeVar("P")
S = TypeVar("S")
S_contra = TypeVar("S_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Step(Generic[P]):
    """A rule made looser, or taken away: its ``name``, what is done (or what the rule is) in words with the
    numbers, and the ``change`` that makes the looser problem.

    ``pure``: every plan of the problem at hand is one of the looser one, and is worth the same."""

    name: str
    words: str
    change: Callable[[P], P]
    pure: bool = True


def meet_again(
    barring: Iterable[tuple[int, int]],
    oldest: Iterable[tuple[int, int]],
    who: str,
    forget: Callable[..., P],
) -> Iterator[Step[P]]:
    """Letting meet again those pairs of ``barring`` that only the ``oldest`` terms bar, and all of them; the
    smaller index of a pair stands first. ``who`` they are, in words; ``forget`` lifts the bar of some."""
    bars = frozenset(barring)
    old = bars & {(min(pair), max(pair)) for pair in oldest}
    shorter = f"look back one term less: {counted(len(old), 'pair')} of {len(bars)} may meet again"
    every = f"let those meet again who {who} ({counted(len(bars), 'pair')})"
    for name, pairs, text in (("window", old, shorter), ("met", bars, every)):
        if pairs and (pairs != bars or name == "met"):
            yield Step(name, text, partial(forget, pairs=pairs))


@dataclass(frozen=True, slots=True)
class Cover:
    """Whether some members can all be placed. ``found``: a plan that does it; how many it places and what
    it is worth is said where that was asked for. ``proven``: the answer is certain, as a plan always is.
    ``cut_short``: it is open because the clock or the caller ended the search.
    """

    found: bool
    proven: bool
    placed: int = 0
    objective: int = 0
    cut_short: bool = False


class Room(Protocol[P, S]):
    """A structure's side of "why not". Of visits ``one`` is a visitor and ``other`` a host."""

    SCALE: int

    def solve(self, problem: P, limits: Limits, watch: Watch | None, start: S | None) -> S: ...
    def aims(self, solution: S) -> tuple[Aim, ...]: ...
    def figures(self, problem: P, solution: S) -> tuple[int, int]: ...
    def matched(self, solution: S, one: int, other: int) -> bool: ...
    def pinned(self, problem: P, one: int, other: int) -> P: ...
    def banned(self, problem: P, one: int, other: int) -> P: ...
    def barred_hard(self, problem: P, one: int, other: int, words: Words) -> tuple[str, ...]: ...
    def overridden(self, problem: P, one: int, other: int, words: Words) -> tuple[str, ...]: ...
    def moved(self, before: S, after: S) -> tuple[Moved, ...]: ...
    def cause(self, problem: P, one: int, other: int, moved: tuple[Moved, ...], words: Words) -> str: ...
    def tell(self, problem: P, moved: Moved, words: Words) -> str: ...


class Ground(Protocol[P, S_contra]):
    """A structure's side of what rules cost and which clash."""

    def looser(self, problem: P, words: Words, oldest: frozenset[tuple[int, int]]) -> tuple[Step[P], ...]: ...
    def waiting(self, solution: S_contra) -> dict[int, str]: ...
    def seated(self, solution: S_contra) -> tuple[int, ...]: ...
    def alone(self, problem: P, one: int, words: Words) -> tuple[str, ...]: ...
    def lifts(self, problem: P, one: int | None, words: Words) -> tuple[Step[P], ...]: ...
    def eases(self, problem: P, solution: S_contra, one: int, words: Words) -> tuple[Step[P], ...]: ...
    def cover(
        self,
        problem: P,
        solution: S_contra,
        wanted: frozenset[int],
        limits: Limits,
        watch: Watch,
        valued: P | None,
    ) -> Cover: ...
    def pins(self, problem: P) -> tuple[tuple[int, int], ...]: ...
    def with_pins(self, problem: P, pins: tuple[tuple[int, int], ...]) -> P: ...


def room_of(problem: AnyProblem) -> Room[Any, Any]:
    """The structure of a problem. Imported when asked: solvers are heavy."""
    from matcher.explain import cohorts, pairs, visits

    if isinstance(problem, PairProblem):
        return pairs
    return cohorts if isinstance(problem, CohortProblem) else visits


def ground_of(problem: AnyProblem) -> Ground[Any, Any]:
    """As :func:`room_of`, for rules."""
    from matcher.explain import cohort_rules, pair_rules, visit_rules

    if isinstance(problem, PairProblem):
        return pair_rules
    return cohort_rules if isinstance(problem, CohortProblem) else visit_rules
