"""Who suits whom: whole-number scores from 0 to 1000, with their parts and the sentences behind them.

Parts, each 0 to 1000 before it is weighed:

- ``shared``: the closest pair of challenges, one of each member;
- ``help_to_a``, ``help_to_b``: the closest pair of one's challenge and the other's practice;
- ``context``: same role group, same type of organization, same locale, like enrollment.

A cosine becomes points by the model's calibration (:class:`matcher.embed.Calibration`), so that a
part means the same from network to network. It is cut to a whole number, and so is what a part adds
once it is weighed; the score is the sum of those. A part that nobody wrote anything for is 0: there
is nothing to gain there that the program knows of.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.config import Affinity as Weights
from matcher.domain import Member, Organization, Statement, StatementKind
from matcher.embed import Calibration, Vectors, on_grid

#: Points of context: who does the same work in the same kind of place has most to compare.
SAME_ROLE, SAME_TYPE, SAME_LOCALE, SAME_SIZE = 400, 250, 200, 150
#: A role group that says nothing.
NO_ROLE = "other"
BLOCK = 512

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The two statements that made a part: ``a`` is the first member's, ``b`` the second's."""

    part: str
    a: str
    b: str
    points: int


@dataclass(frozen=True, slots=True)
class Affinity:
    """How much members ``a`` and ``b`` (indices, a < b) gain from meeting."""

    a: int
    b: int
    score: int
    shared: int
    help_to_a: int
    help_to_b: int
    context: int


@dataclass(frozen=True, slots=True)
class Network:
    """What affinities are made from: members in order, their organizations, and their active
    statements with vectors (n, dimension) on a grid (:func:`matcher.embed.on_grid`), so that a pair's
    points are the same from either side. Built by :func:`network`."""

    members: tuple[Member, ...]
    organizations: tuple[Organization, ...]
    statements: tuple[Statement, ...]
    vectors: npt.NDArray[np.float64]
    owner: Ints


def network(
    members: Sequence[Member],
    organizations: Sequence[Organization],
    statements: Sequence[Statement],
    vectors: Vectors,
) -> Network:
    """Members with their organizations in line, and their statements sorted by owner.

    ``vectors`` has a row for each statement; statements that are set aside are left out.
    """
    by_id = {organization.id: organization for organization in organizations}
    position = {member.id: index for index, member in enumerate(members)}
    active = [i for i, s in enumerate(statements) if not s.set_aside and s.member_id in position]
    active.sort(key=lambda i: position[statements[i].member_id])
    return Network(
        members=tuple(members),
        organizations=tuple(by_id[member.organization_id] for member in members),
        statements=tuple(statements[i] for i in active),
        vectors=on_grid(vectors[active]),
        owner=np.array([position[statements[i].member_id] for i in active], dtype=np.int64),
    )


def weighed(
    weights: Weights, *, shared: Any, help_to_a: Any, help_to_b: Any, context: Any
) -> tuple[Any, Any, Any, Any]:
    """What each part adds to the score, in whole points; numbers or arrays of them.

    The weight of help is split over its two directions.
    """
    total = 2 * (weights.shared + weights.help + weights.context)
    return (
        2 * weights.shared * shared // total,
        weights.help * help_to_a // total,
        weights.help * help_to_b // total,
        2 * weights.context * context // total,
    )


def affinities(given: Network, weights: Weights, calibration: Calibration) -> tuple[Affinity, ...]:
    """Candidate pairs with a score above 0, ordered by (a, b).

    Up to ``weights.dense_up_to`` members every pair is one; above, each member's
    ``weights.neighbours`` best, from either side.
    """
    count = len(given.members)
    keep = count if count <= weights.dense_up_to else min(weights.neighbours, count)
    found: dict[tuple[int, int], Affinity] = {}
    context = _Context(given)
    for start in range(0, count, BLOCK):
        rows = np.arange(start, min(start + BLOCK, count))
        parts = _parts(given, rows, calibration)
        about = context.points(rows)
        score = sum(
            weighed(
                weights, shared=parts.shared, help_to_a=parts.to_row, help_to_b=parts.from_row, context=about
            )
        )
        score[np.arange(len(rows)), rows] = 0
        best = np.argsort(-score, axis=1, kind="stable")[:, :keep]
        for r, a in enumerate(rows.tolist()):
            for b in best[r].tolist():
                if score[r, b] <= 0:
                    break
                if (min(a, b), max(a, b)) in found:
                    continue
                to_row, from_row = int(parts.to_row[r, b]), int(parts.from_row[r, b])
                first, second = (to_row, from_row) if a < b else (from_row, to_row)
                found[min(a, b), max(a, b)] = Affinity(
                    min(a, b),
                    max(a, b),
                    int(score[r, b]),
                    int(parts.shared[r, b]),
                    first,
                    second,
                    int(about[r, b]),
                )
    return tuple(found[key] for key in sorted(found))


def evidence(given: Network, a: int, b: int, calibration: Calibration) -> tuple[Evidence, ...]:
    """The statements behind the parts of a pair, strongest first; parts without points are left out."""
    challenges, practices = (
        [
            [i for i in np.flatnonzero(given.owner == member).tolist() if given.statements[i].kind is kind]
            for member in (a, b)
        ]
        for kind in (StatementKind.CHALLENGE, StatementKind.PRACTICE)
    )
    parts = (
        ("shared", challenges[0], challenges[1]),
        ("help_to_a", challenges[0], practices[1]),
        ("help_to_b", practices[0], challenges[1]),
    )
    found = []
    for part, first, second in parts:
        if not first or not second:
            continue
        cosine = given.vectors[first] @ given.vectors[second].T
        i, j = divmod(int(np.argmax(cosine)), len(second))
        points = int(calibration.points(cosine[i, j]))
        if points:
            found.append(
                Evidence(part, given.statements[first[i]].id, given.statements[second[j]].id, points)
            )
    return tuple(sorted(found, key=lambda each: (-each.points, each.part)))


@dataclass(frozen=True, slots=True)
class _Parts:
    """Points (rows, members): help runs to the row's member, or from it."""

    shared: Ints
    to_row: Ints
    from_row: Ints


def _parts(given: Network, rows: Ints, calibration: Calibration) -> _Parts:
    challenge = np.array([s.kind is StatementKind.CHALLENGE for s in given.statements], dtype=bool)
    here = (given.owner >= rows[0]) & (given.owner <= rows[-1])

    def closest(own: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]) -> Ints:
        """Points of the closest pair for each row's member and each member; 0 where one has none."""
        mine, theirs = np.flatnonzero(here & own), np.flatnonzero(other)
        points = np.zeros((len(rows), len(given.members)), dtype=np.int64)
        if not len(mine) or not len(theirs):
            return points
        cosine = given.vectors[mine] @ given.vectors[theirs].T
        # Statements are sorted by owner: each owner's are one run, and its maximum one reduction.
        row_owner, row_at = np.unique(given.owner[mine], return_index=True)
        column_owner, column_at = np.unique(given.owner[theirs], return_index=True)
        best = np.maximum.reduceat(np.maximum.reduceat(cosine, row_at, axis=0), column_at, axis=1)
        points[np.ix_(row_owner - rows[0], column_owner)] = calibration.points(best).astype(np.int64)
        return points

    return _Parts(
        closest(challenge, challenge), closest(challenge, ~challenge), closest(~challenge, challenge)
    )


class _Context:
    """Context points between members, from arrays made once."""

    def __init__(self, given: Network) -> None:
        roles = [member.role_group or NO_ROLE for member in given.members]
        self._role = _codes([None if role == NO_ROLE else role for role in roles])
        self._type = _codes([organization.type for organization in given.organizations])
        self._locale = _codes([organization.locale for organization in given.organizations])
        self._size = np.array(
            [math.log10(each.enrollment) if each.enrollment else math.nan for each in given.organizations]
        )

    def points(self, rows: Ints) -> Ints:
        """Points (rows, members). A size ten times as large, or unknown, earns nothing for size."""
        total = np.zeros((len(rows), len(self._size)), dtype=np.int64)
        for codes, worth in ((self._role, SAME_ROLE), (self._type, SAME_TYPE), (self._locale, SAME_LOCALE)):
            total += worth * ((codes[rows][:, None] == codes[None, :]) & (codes >= 0)[None, :])
        apart = np.abs(self._size[rows][:, None] - self._size[None, :])
        total += np.nan_to_num(SAME_SIZE * (1.0 - np.minimum(apart, 1.0))).astype(np.int64)
        return total


def _codes(values: Sequence[str | None]) -> Ints:
    """A number for each distinct value, -1 for None."""
    known = {
        value: code for code, value in enumerate(sorted({value for value in values if value is not None}))
    }
    return np.array([-1 if value is None else known[value] for value in values], dtype=np.int64)
