"""What the compiled searches share: scores, values and the rules of one cohort.

Importing this module imports numba; import it late. The first call on a machine compiles for some
seconds and leaves the result in a cache beside this file.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from matcher.cohorts.problem import cohort_value
from matcher.cohorts.tables import APART, HASH, HASH_SHIFT, WORD, Arrays
from matcher.compiled import Compiler

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.cohorts.tables import Ints, Longs

#: Files hold compiled code, or values that it reads, where they hold one of these.
_COMPILER = Compiler(
    Path(__file__).parent,
    (b"\nfrom matcher.cohorts.kernels import", b"\nclass Arrays", b"\ndef cohort_value", b"Compiler"),
)
compiled, lean, inner = _COMPILER.compiled, _COMPILER.lean, _COMPILER.inner

value_of = lean(cohort_value)


@lean
def pair_score(a: Arrays, i: int, j: int) -> int:
    """Score of members i and j: 0 where it is not listed, APART where they may not meet."""
    if a.matrix.shape[0] > 0:
        return int(a.matrix[i, j])
    many = a.buckets[i + 1] - a.buckets[i]
    bucket = a.buckets[i] + (np.int64(j) * HASH >> HASH_SHIFT & (many - 1))
    for place in range(a.cell_start[bucket], a.cell_start[bucket + 1]):
        if a.cell[place] >> 16 == j:
            return int((a.cell[place] & 0xFFFF) - 1)
    return 0


@compiled
def pair_scores(a: Arrays, who: Ints) -> NDArray[np.int16]:
    """:func:`pair_score` of each two of ``who``."""
    n = who.shape[0]
    scores = np.zeros((n, n), np.int16)
    for i in range(n):
        for j in range(i):
            scores[i, j] = scores[j, i] = pair_score(a, int(who[i]), int(who[j]))
    return scores


@inner
def pull(a: Arrays, group: Ints, size: int, skip: int, member: int) -> int:
    """Sum of the scores of ``member`` with the first ``size`` of ``group`` but ``skip``; APART where
    it may not meet one of them."""
    total = 0
    for position in range(size):
        other = int(group[position])
        if other != skip:
            score = pair_score(a, member, other)
            if score == APART:
                return APART
            total += score
    return total


@inner
def caps_hold(a: Arrays, group: Ints, size: int) -> bool:
    """Whether the last of ``group`` keeps within the caps of its state and its organization."""
    newcomer = group[size - 1]
    state, org = a.state[newcomer], a.org[newcomer]
    same_state, same_org = 1, 1
    for position in range(size - 1):
        other = group[position]
        if a.state[other] == state:
            same_state += 1
        if a.org[other] == org:
            same_org += 1
    return bool((state < 0 or same_state <= a.sizes[2]) and (org < 0 or same_org <= a.sizes[3]))


@inner
def class_with_room(a: Arrays, group: Ints, size: int, used: Longs, own: int, begin: int) -> int:
    """The first class at or after ``begin``, going round, that all of ``group`` share and that has
    room (its ``own`` has), or -1."""
    classes, looked_at, bits = a.capacity.shape[0], -1, np.uint64(0)
    for step in range(classes):
        number = (begin + step) % classes
        word = number // WORD
        if word != looked_at:
            looked_at, bits = word, ~np.uint64(0)
            for position in range(size):
                bits &= a.mask[group[position], word]
        if bits >> np.uint64(number % WORD) & np.uint64(1) and (
            used[number] < a.capacity[number] or number == own
        ):
            return int(number)
    return -1


@inner
def can_meet(a: Arrays, group: Ints, size: int) -> bool:
    """Whether all of ``group`` share a class of hours, whether or not it has room."""
    for word in range(a.mask.shape[1]):
        shared = ~np.uint64(0)
        for position in range(size):
            shared &= a.mask[group[position], word]
        if shared != 0:
            return True
    return False


@inner
def is_shared(a: Arrays, group: Ints, size: int, number: int) -> bool:
    """Whether all of ``group`` are free in class ``number``."""
    word, bit = number // WORD, np.uint64(1) << np.uint64(number % WORD)
    for position in range(size):  # noqa: SIM110 - numba compiles no all() over a generator
        if a.mask[group[position], word] & bit == 0:
            return False
    return True


@inner
def topic_holds(a: Arrays, group: Ints, size: int, counts: Longs) -> bool:
    """Whether ``group`` has a topic it may take. ``counts`` is all zero before and after."""
    most = 0
    for position in range(size):
        member = group[position]
        for entry in range(a.topic_start[member], a.topic_start[member + 1]):
            topic = a.topic[entry]
            counts[topic] += 1
            most = max(most, counts[topic])
    holds = most == 0
    for position in range(size):
        member = group[position]
        for entry in range(a.topic_start[member], a.topic_start[member + 1]):
            topic = a.topic[entry]
            if counts[topic] == most and not holds:
                holds = not a.duty[topic]
                for other in range(size):
                    holds = holds or a.practice[group[other], topic]
    for position in range(size):
        member = group[position]
        for entry in range(a.topic_start[member], a.topic_start[member + 1]):
            counts[a.topic[entry]] = 0
    return holds


@lean
def group_total(a: Arrays, group: Ints) -> int:
    """Sum of the pair scores of ``group``, whose members may meet."""
    total = 0
    for position in range(group.shape[0]):
        total += pull(a, group, position, -1, int(group[position]))
    return total


@compiled
def best_sums(a: Arrays) -> Longs:
    """For each member the largest sum of scores to ``min_size - 1`` others that may meet it, are free
    with it in one class of hours, and of whom at most the cap are of one state, its own included."""
    n, wanted = a.state.shape[0], a.sizes[0] - 1
    sums = np.zeros(n, np.int64)
    taken = np.zeros(a.state.max() + 2, np.int64)
    single = np.empty(2, np.int32)
    for one in range(n):
        for number in range(a.capacity.shape[0]):
            single[0] = one
            if not is_shared(a, single, 1, number):
                continue
            taken[:] = 0
            if a.state[one] >= 0:
                taken[a.state[one]] = 1
            count, total = 0, 0
            for entry in range(a.first[one], a.first[one + 1]):
                other = int(a.best[entry])
                state = a.state[other]
                single[1] = other
                if (state < 0 or taken[state] < a.sizes[2]) and is_shared(a, single, 2, number):
                    if state >= 0:
                        taken[state] += 1
                    total += pair_score(a, one, other)
                    count += 1
                    if count == wanted:
                        break
            sums[one] = max(sums[one], total)
    return sums
