"""A problem as arrays, for the compiled code. Everything here is derived from the problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from matcher.cohorts.check import practice_duty
from matcher.cohorts.problem import Problem
from matcher.domain import HOURS_A_WEEK

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]
    Masks = NDArray[np.uint64]

#: Up to so many members scores are looked up in a square matrix (2 bytes a pair), above it in rows.
MATRIX_UP_TO = 6000
#: Entry of the matrix for a pair that is kept apart.
APART = -1
WORD = 64


@dataclass(frozen=True, slots=True)
class HourClass:
    """Hours of the week at which the same members are free; ``capacity`` cohorts fit into them."""

    hours: tuple[int, ...]
    members: int
    capacity: int


class Arrays(NamedTuple):
    """``state``, ``org``: -1 is none. Row i of ``near``/``score`` is ``near[start[i]:start[i + 1]]``:
    the listed pairs of member i and those kept apart (score APART), ascending by index; ``best`` holds
    those it could share a cohort with by falling score, from ``first[i]`` to ``first[i + 1]``.
    ``mask[i]`` has a bit for each hour class in which member i is free. Topics of member i are
    ``topic[topic_start[i]:topic_start[i + 1]]``; ``practice[i, t]``; ``duty[t]``."""

    sizes: Longs  # min size, max size, at most a state, at most an organization
    state: Ints
    org: Ints
    matrix: NDArray[np.int16]
    start: Longs
    near: Ints
    score: NDArray[np.int16]
    first: Longs
    best: Ints
    mask: Masks
    capacity: Longs
    topic_start: Longs
    topic: Ints
    practice: NDArray[np.bool_]
    duty: NDArray[np.bool_]


def most_cohorts(problem: Problem) -> int:
    """No plan has more cohorts: members over the smallest size."""
    return len(problem.members) // problem.rules.min_size


def hour_classes(problem: Problem) -> tuple[HourClass, ...]:
    """The classes of hours that matter, in order of their first hour.

    Hours with the same free members are one class. A class whose members are all free in another
    one, which has room for every cohort there can be, is left out; so is one with too few members.
    """
    members, most = problem.members, most_cohorts(problem)
    anytime = _bits(i for i, member in enumerate(members) if not member.hours)
    free = [anytime] * HOURS_A_WEEK
    for i, member in enumerate(members):
        for hour in member.hours:
            free[hour] |= 1 << i
    always = sum(not one.hours for one in problem.facilitators)
    staff = [always] * HOURS_A_WEEK if problem.facilitators else [most] * HOURS_A_WEEK
    for one in problem.facilitators:
        for hour in one.hours:
            staff[hour] += 1
    merged: dict[int, list[int]] = {}
    for hour in range(HOURS_A_WEEK):
        if staff[hour] and free[hour].bit_count() >= problem.rules.min_size:
            merged.setdefault(free[hour], []).append(hour)
    classes = [
        HourClass(tuple(hours), group, min(most, sum(staff[hour] for hour in hours)))
        for group, hours in merged.items()
    ]
    roomy = [one.members for one in classes if one.capacity >= most]
    return tuple(
        one
        for one in classes
        if not any(one.members != group and one.members & ~group == 0 for group in roomy)
    )


def build(problem: Problem, classes: Sequence[HourClass]) -> Arrays:
    """The arrays of ``problem``; bit b of a member's mask is ``classes[b]``."""
    import numpy as np

    members, rules = problem.members, problem.rules
    n = len(members)
    start, near, score = _rows(problem)
    matrix = np.zeros((0, 0), np.int16)
    if n <= MATRIX_UP_TO:
        matrix = np.zeros((n, n), np.int16)
        matrix[np.repeat(np.arange(n), np.diff(start)), near] = score
    mask = np.zeros((n, max(1, -(-len(classes) // WORD))), np.uint64)
    for number, one in enumerate(classes):
        word, bit = divmod(number, WORD)
        for i in range(n):
            if one.members >> i & 1:
                mask[i, word] |= np.uint64(1 << bit)

    org = _numbered([member.organization_id for member in members])
    owner = np.repeat(np.arange(n), np.diff(start))
    meets = (score > 0) & (mask[owner] & mask[near]).any(axis=1)
    if rules.per_organization == 1:
        meets &= (org[owner] < 0) | (org[owner] != org[near])
    order = np.lexsort((near, -score.astype(np.int32), owner))
    order = order[meets[order]]
    first = np.concatenate([[0], np.cumsum(np.bincount(owner[meets], minlength=n))])

    names = sorted({t for member in members for t in (*member.challenge_topics, *member.practice_topics)})
    index = {name: number for number, name in enumerate(names)}
    practice = np.zeros((n, max(1, len(names))), np.bool_)
    for i, member in enumerate(members):
        practice[i, [index[topic] for topic in member.practice_topics]] = True
    duty = practice_duty(problem)
    return Arrays(
        sizes=np.array([rules.min_size, rules.max_size, rules.per_state, rules.per_organization], np.int64),
        state=_numbered([member.state for member in members]),
        org=org,
        matrix=matrix,
        start=start,
        near=near,
        score=score,
        first=first.astype(np.int64),
        best=near[order],
        mask=mask,
        capacity=np.array([one.capacity for one in classes], np.int64),
        topic_start=np.cumsum([0, *(len(member.challenge_topics) for member in members)]).astype(np.int64),
        topic=np.array([index[t] for member in members for t in member.challenge_topics], np.int32),
        practice=practice,
        duty=np.array([name in duty for name in names] or [False], np.bool_),
    )


def common_classes(arrays: Arrays, members: Sequence[int]) -> int:
    """Bits of the hour classes in which all ``members`` are free."""
    import numpy as np

    shared = np.bitwise_and.reduce(arrays.mask[list(members)], axis=0)
    return sum(int(word) << (WORD * number) for number, word in enumerate(shared))


def _rows(problem: Problem) -> tuple[Longs, Ints, NDArray[np.int16]]:
    """Listed and apart pairs as rows, both ways; being apart wins over a score."""
    import numpy as np

    n = len(problem.members)
    apart = set(problem.apart)
    kept = [entry for entry in problem.affinities if (entry[0], entry[1]) not in apart]
    listed: Any = np.array([*kept, *((i, j, APART) for i, j in problem.apart)], np.int64).reshape(-1, 3)
    both = np.concatenate([listed, listed[:, [1, 0, 2]]])
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    start = np.concatenate([[0], np.cumsum(np.bincount(both[:, 0], minlength=n))]).astype(np.int64)
    return start, both[:, 1].astype(np.int32), both[:, 2].astype(np.int16)


def _numbered(names: list[str]) -> Ints:
    """A number for each distinct text, -1 for the empty one."""
    import numpy as np

    index = {name: number for number, name in enumerate(sorted(set(names) - {""}))}
    return np.array([index.get(name, -1) for name in names], np.int32)


def _bits(numbers: Any) -> int:
    return sum(1 << number for number in numbers)
