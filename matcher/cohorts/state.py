"""A plan under search and the steps that change it, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from matcher.cohorts.kernels import compiled, value_of
from matcher.cohorts.tables import Arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.cohorts.tables import Ints, Longs

#: Places in ``State.counts``.
WAITING, PLACED, VALUE, BEST_PLACED, BEST_VALUE = 0, 1, 2, 3, 4


class Weights(NamedTuple):
    """In points of affinity: the heat of the search, the credit for each member placed, and what each
    member short of the smallest size costs an incomplete cohort."""

    heat: float
    credit: float
    lack: float


class State(NamedTuple):
    """``home[i]`` is the cohort of member i or -1; row c of ``members`` holds ``size[c]`` of them,
    with ``total[c]`` of pair scores in class ``hour[c]``; ``used`` counts cohorts by class.
    ``waiting[:counts[WAITING]]`` are the members without a cohort, ``place[i]`` where i stands in it.
    ``best`` is ``home`` of the best plan so far. ``random`` is the generator's state."""

    home: Ints
    members: Ints
    size: Longs
    total: Longs
    hour: Ints
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
        used=np.zeros(a.capacity.shape[0], np.int64),
        waiting=np.arange(n, dtype=np.int32),
        place=np.arange(n, dtype=np.int32),
        counts=np.array([n, 0, 0, 0, 0], np.int64),
        best=np.full(n, -1, np.int32),
        random=np.array([(seed * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) % 2**64 or 1], np.uint64),
        topic_counts=np.zeros(a.duty.shape[0], np.int64),
    )


@compiled
def draw(random: NDArray[np.uint64]) -> float:
    """A number from 0 up to 1, by xorshift64* (Vigna 2016)."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return float((x * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(11)) / 9007199254740992.0


@compiled
def energy(a: Arrays, total: int, size: int, w: Weights) -> float:
    """What a cohort earns, in points."""
    if size == 0:
        return 0.0
    short = max(0, a.sizes[0] - size)
    return float(2.0 * total / (size + short - 1) + w.credit * size - w.lack * short)


@compiled
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


@compiled
def swap_hour(s: State, old: int, new: int) -> None:
    """Count a cohort in class ``new`` instead of ``old`` (-1: in none)."""
    if old >= 0:
        s.used[old] -= 1
    if new >= 0:
        s.used[new] += 1


@compiled
def write(a: Arrays, s: State, cohort: int, group: Ints, size: int, total: int, hour: int) -> None:
    """Make ``group`` the members of ``cohort``, with the figures kept in step."""
    if s.size[cohort] >= a.sizes[0]:
        s.counts[PLACED] -= s.size[cohort]
        s.counts[VALUE] -= value_of(s.total[cohort], s.size[cohort])
    swap_hour(s, s.hour[cohort], hour if size > 0 else -1)
    s.hour[cohort] = hour if size > 0 else -1
    s.size[cohort], s.total[cohort] = size, total
    for position in range(size):
        s.members[cohort, position] = group[position]
        s.home[group[position]] = cohort
    if size >= a.sizes[0]:
        s.counts[PLACED] += size
        s.counts[VALUE] += value_of(total, size)


@compiled
def wait(s: State, member: int) -> None:
    """Put ``member`` on the waitlist."""
    s.home[member] = -1
    s.place[member] = s.counts[WAITING]
    s.waiting[s.counts[WAITING]] = member
    s.counts[WAITING] += 1


@compiled
def call_up(s: State, member: int) -> None:
    """Take ``member`` off the waitlist."""
    s.counts[WAITING] -= 1
    last = s.waiting[s.counts[WAITING]]
    s.waiting[s.place[member]] = last
    s.place[last] = s.place[member]
