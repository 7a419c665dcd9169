"""A plan under search and the steps that change it, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from matcher.cohorts.kernels import inner, pair_score, value_of
from matcher.cohorts.tables import Arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.cohorts.tables import Ints, Longs, Masks

#: Places in ``State.counts``; PINNED are the placed members of blocks.
WAITING, PLACED, VALUE, PINNED, BEST_PLACED, BEST_VALUE, BEST_PINNED = 0, 1, 2, 3, 4, 5, 6
#: All classes of hours: what the members of an empty cohort share.
ANY = 2**64 - 1


class Weights(NamedTuple):
    """In points of affinity: the heat of the search, the credit for each member placed, and what each
    member short of the smallest size costs an incomplete cohort."""

    heat: float
    credit: float
    lack: float


class State(NamedTuple):
    """``home[i]`` is the cohort of member i or -1; row c of ``members`` holds ``size[c]`` of them,
    with ``total[c]`` of pair scores in class ``hour[c]``; ``shared[c]`` has a bit for each class in which
    all of them are free, ``own[i]`` is the sum of member i's scores in its cohort; ``used`` counts cohorts
    by class. ``waiting[:counts[WAITING]]`` are the members without a cohort, ``place[i]`` where i stands in
    it. ``best`` is ``home`` of the best plan so far. ``random`` is the generator's state."""

    home: Ints
    members: Ints
    size: Longs
    total: Longs
    hour: Ints
    shared: Masks
    own: Longs
    used: Longs
    waiting: Ints
    place: Ints
    counts: Longs
    best: Ints
    random: NDArray[np.uint64]
    topic_counts: Longs


def empty_state(a: Arrays, cohorts: int, seed: int) -> State:
    """Everybody waits; ``cohorts`` empty cohorts."""
    n = a.state.shape[0]
    return State(
        home=np.full(n, -1, np.int32),
        members=np.full((cohorts, int(a.sizes[1]) + 1), -1, np.int32),
        size=np.zeros(cohorts, np.int64),
        total=np.zeros(cohorts, np.int64),
        hour=np.full(cohorts, -1, np.int32),
        shared=np.full((cohorts, a.mask.shape[1]), ANY, np.uint64),
        own=np.zeros(n, np.int64),
        used=np.zeros(a.capacity.shape[0], np.int64),
        waiting=np.arange(n, dtype=np.int32),
        place=np.arange(n, dtype=np.int32),
        counts=np.array([n, 0, 0, 0, 0, 0, 0], np.int64),
        best=np.full(n, -1, np.int32),
        random=np.array([(seed * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) % 2**64 or 1], np.uint64),
        topic_counts=np.zeros(a.duty.shape[0], np.int64),
    )


@inner
def draw(random: NDArray[np.uint64]) -> float:
    """A number from 0 up to 1, by xorshift64* (Vigna 2016)."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return float((x * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(11)) / 9007199254740992.0


@inner
def energy(a: Arrays, total: int, size: int, w: Weights) -> float:
    """What a cohort earns, in points. An incomplete one has the mean of those it holds, and pays for those
    it is short: were the missing counted as members of no affinity, hardly any would ever open or close."""
    if size == 0:
        return 0.0
    short = max(0, a.sizes[0] - size)
    return float(2.0 * total / max(1, size - 1) + w.credit * size - w.lack * short)


@inner
def replace(row: Ints, size: int, leaves: int, comes: int, group: Ints) -> int:
    """``row`` without ``leaves`` and with ``comes`` (-1: nobody) at the end, into ``group``; its size."""
    count = 0
    for position in range(size):
        if row[position] != leaves:
            group[count] = row[position]
            count += 1
    if comes >= 0:
        group[count] = comes
        count += 1
    return count


@inner
def may_meet(a: Arrays, s: State, cohort: int, leaves: int, comes: int) -> bool:
    """Whether ``comes`` shares a class of hours with ``cohort`` without ``leaves`` (-1: nobody)."""
    words = a.mask.shape[1]
    for word in range(words):
        if s.shared[cohort, word] & a.mask[comes, word] != 0:
            return True
    if leaves >= 0:
        for word in range(words):
            bits = a.mask[comes, word]
            for position in range(s.size[cohort]):
                if s.members[cohort, position] != leaves:
                    bits &= a.mask[s.members[cohort, position], word]
            if bits != 0:
                return True
    return False


@inner
def within_caps(a: Arrays, row: Ints, size: int, leaves: int, comes: int) -> bool:
    """Whether ``comes`` keeps within the caps of its state and organization in ``row`` without
    ``leaves``."""
    state, org = a.state[comes], a.org[comes]
    same_state, same_org = 1, 1
    for position in range(size):
        other = row[position]
        if other != leaves:
            if a.state[other] == state:
                same_state += 1
            if a.org[other] == org:
                same_org += 1
    return bool((state < 0 or same_state <= a.sizes[2]) and (org < 0 or same_org <= a.sizes[3]))


@inner
def swap_hour(s: State, old: int, new: int) -> None:
    """Count a cohort in class ``new`` instead of ``old`` (-1: in none)."""
    if old >= 0:
        s.used[old] -= 1
    if new >= 0:
        s.used[new] += 1


@inner
def count_in(a: Arrays, s: State, cohort: int, sign: int) -> None:
    """Add the figures of a complete ``cohort`` to the plan's, or take them off."""
    size = s.size[cohort]
    if size >= a.sizes[0]:
        s.counts[PLACED] += sign * size
        s.counts[VALUE] += sign * value_of(s.total[cohort], size)
        if a.block_member.shape[0] > 0:
            for position in range(size):
                if a.block[s.members[cohort, position]] >= 0:
                    s.counts[PINNED] += sign


@inner
def write(a: Arrays, s: State, cohort: int, group: Ints, size: int, hour: int) -> None:
    """Make ``group`` the members of ``cohort``, with the figures kept in step."""
    count_in(a, s, cohort, -1)
    swap_hour(s, s.hour[cohort], hour if size > 0 else -1)
    s.hour[cohort] = hour if size > 0 else -1
    s.size[cohort], s.total[cohort] = size, 0
    for word in range(a.mask.shape[1]):
        s.shared[cohort, word] = np.uint64(ANY)
    for position in range(size):
        one = int(group[position])
        s.members[cohort, position] = one
        s.home[one] = cohort
        s.own[one] = 0
        for word in range(a.mask.shape[1]):
            s.shared[cohort, word] &= a.mask[one, word]
        for before in range(position):
            score = pair_score(a, one, int(group[before]))
            s.own[one] += score
            s.own[group[before]] += score
            s.total[cohort] += score
    count_in(a, s, cohort, 1)


@inner
def wait(s: State, member: int) -> None:
    """Put ``member`` on the waitlist."""
    s.home[member] = -1
    s.place[member] = s.counts[WAITING]
    s.waiting[s.counts[WAITING]] = member
    s.counts[WAITING] += 1


@inner
def call_up(s: State, member: int) -> None:
    """Take ``member`` off the waitlist."""
    s.counts[WAITING] -= 1
    last = int(s.waiting[s.counts[WAITING]])
    s.waiting[s.place[member]] = last
    s.place[last] = s.place[member]


@inner
def keep_best(a: Arrays, s: State) -> None:
    """Copy the plan to ``s.best`` where it is better: by the pinned, then all placed, then the value."""
    pinned, placed, value = s.counts[PINNED], s.counts[PLACED], s.counts[VALUE]
    best = (s.counts[BEST_PINNED], s.counts[BEST_PLACED], s.counts[BEST_VALUE])
    if (pinned, placed, value) > best:
        s.counts[BEST_PINNED], s.counts[BEST_PLACED], s.counts[BEST_VALUE] = pinned, placed, value
        for i in range(s.home.shape[0]):
            cohort = s.home[i]
            s.best[i] = cohort if cohort >= 0 and s.size[cohort] >= a.sizes[0] else -1
