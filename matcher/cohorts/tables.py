"""A problem as arrays, for the compiled code. Everything here is derived from the problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from matcher.cohorts import check
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
#: Member j is in bucket ``j * HASH >> HASH_SHIFT`` of a hashed row, modulo its buckets.
HASH, HASH_SHIFT = 0x9E3779B1, 16


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
    ``topic[topic_start[i]:topic_start[i + 1]]``; ``practice[i, t]``; ``duty[t]``. Where there is no
    ``matrix``, ``cell`` holds the rows again for looking up, each entry as ``(j << 16) + score + 1``: row i
    has the buckets from ``buckets[i]`` to ``buckets[i + 1]``, a power of two of them, and bucket b the cells
    from ``cell_start[b]`` to ``cell_start[b + 1]``. ``block[i]`` is the number of the set of members pinned
    together that i is of, or -1; block b is ``block_member[block_start[b]:block_start[b + 1]]``."""

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
    buckets: Longs
    cell_start: Longs
    cell: Longs
    block: Ints
    block_start: Longs
    block_member: Ints


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
    mask = _masks(n, classes)
    blocks = check.blocks(problem)
    block = np.full(n, -1, np.int32)
    for number, group in enumerate(blocks):
        block[list(group)] = number
    none = np.zeros(1, np.int64)
    buckets, cell_start, cell = (none, none, none) if n <= MATRIX_UP_TO else _hashed(start, near, score)

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
    duty = check.practice_duty(problem)
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
        buckets=buckets,
        cell_start=cell_start,
        cell=cell,
        block=block,
        block_start=np.cumsum([0, *map(len, blocks)]).astype(np.int64),
        block_member=np.array([i for group in blocks for i in group], np.int32),
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
    listed = np.array(problem.affinities, np.int64).reshape(-1, 3)
    apart = np.array(list(check.kept_apart(problem)), np.int64).reshape(-1, 2)
    listed = listed[~np.isin(listed[:, 0] * n + listed[:, 1], apart[:, 0] * n + apart[:, 1])]
    listed = np.concatenate([listed, np.insert(apart, 2, APART, axis=1)])
    both = np.concatenate([listed, listed[:, [1, 0, 2]]])
    both = both[np.argsort(both[:, 0] * n + both[:, 1])]
    start = np.concatenate([[0], np.cumsum(np.bincount(both[:, 0], minlength=n))]).astype(np.int64)
    return start, both[:, 1].astype(np.int32), both[:, 2].astype(np.int16)


def _masks(n: int, classes: Sequence[HourClass]) -> Masks:
    """A bit for each class, a row for each member."""
    import numpy as np

    mask = np.zeros((n, max(1, -(-len(classes) // WORD))), np.uint64)
    for number, one in enumerate(classes):
        word, bit = divmod(number, WORD)
        octets = np.frombuffer(one.members.to_bytes(-(-n // 8), "little"), np.uint8)
        free = np.unpackbits(octets, count=n, bitorder="little").astype(np.uint64)
        mask[:, word] |= free << np.uint64(bit)
    return mask


def _hashed(start: Longs, near: Ints, score: NDArray[np.int16]) -> tuple[Longs, Longs, Longs]:
    """``buckets``, ``cell_start`` and ``cell`` for rows: about as many buckets as entries."""
    import numpy as np

    counts = np.diff(start)
    sizes = 1 << np.ceil(np.log2(np.maximum(1, counts))).astype(np.int64)
    buckets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    owner = np.repeat(np.arange(len(counts)), counts)
    bucket = buckets[owner] + (near.astype(np.int64) * HASH >> HASH_SHIFT & (sizes[owner] - 1))
    order = np.argsort(bucket, kind="stable")
    taken = np.bincount(bucket, minlength=int(buckets[-1]))
    cell_start = np.concatenate([[0], np.cumsum(taken)]).astype(np.int64)
    cell = (near.astype(np.int64) << 16) + score + 1
    return buckets, cell_start, cell[order]


def _numbered(names: list[str]) -> Ints:
    """A number for each distinct text, -1 for the empty one."""
    import numpy as np

    index = {name: number for number, name in enumerate(sorted(set(names) - {""}))}
    return np.array([index.get(name, -1) for name in names], np.int32)


def _bits(numbers: Any) -> int:
    return sum(1 << number for number in numbers)
