"""Simulated annealing over cohort plans, compiled. Repeatable: work is counted in moves.

A plan under search has a fixed number of cohorts, some of them incomplete or empty. Hours, caps and
pairs kept apart always hold; the practice duty holds once a cohort has its smallest size. A cohort of
s members earns its value and a credit for each member it places: ``credit * s`` from the smallest
size up, ``credit * s * s / min_size`` below it, so that incomplete ones fill up or dissolve.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from matcher.cohorts.kernels import (
    can_meet,
    caps_hold,
    class_with_room,
    compiled,
    is_shared,
    pull,
    topic_holds,
    value_of,
)
from matcher.cohorts.tables import APART, Arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.cohorts.tables import Ints, Longs

#: Places in ``State.counts``.
WAITING, PLACED, VALUE, BEST_PLACED, BEST_VALUE = 0, 1, 2, 3, 4
#: Shares of proposals: start from the waitlist, to a random cohort, to the waitlist, another hour.
FROM_WAITLIST, ANYWHERE, TO_WAITLIST, OTHER_HOUR = 0.08, 0.08, 0.01, 0.01


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


@compiled
def find_hour(a: Arrays, s: State, group: Ints, size: int, now: int) -> int:
    """A class of hours in which ``group``, changed by a move, may stand under all rules, or -1."""
    if size == 0:
        return 0
    hour = now
    if now < 0 or not is_shared(a, group, size, now):
        begin = int(draw(s.random) * a.capacity.shape[0])
        hour = class_with_room(a, group, size, s.used, now, begin)
    if hour >= 0 and size >= a.sizes[0] and not topic_holds(a, group, size, s.topic_counts):
        return -1
    return hour


@compiled
def exchange(  # noqa: PLR0911, PLR0912 - one move; each split costs seconds of compiling
    a: Arrays, s: State, one: int, other: int, target: int, w: Weights, scratch: Ints
) -> bool:
    """Try to move member ``one`` into cohort ``target`` (-1: the waitlist), and ``other``, a member
    of it or -1, into the cohort that ``one`` leaves (or onto the waitlist it stood on).

    What is cheap to look up is asked first: caps and hours, then scores, then topics.
    """
    source = s.home[one]
    left, right = scratch[0], scratch[1]
    left_size, right_size = 0, 0
    if target >= 0:
        right_size = replace(s.members[target], s.size[target], other, one, right)
        if not (caps_hold(a, right, right_size) and can_meet(a, right, right_size)):
            return False
    if source >= 0:
        left_size = replace(s.members[source], s.size[source], one, other, left)
        if other >= 0 and not (caps_hold(a, left, left_size) and can_meet(a, left, left_size)):
            return False

    left_total, right_total, change = 0, 0, 0.0
    if target >= 0:
        near = pull(a, s.members[target], s.size[target], other, one)
        if near == APART:
            return False
        right_total = s.total[target] + near
        if other >= 0:
            right_total -= pull(a, s.members[target], s.size[target], other, other)
        change += energy(a, right_total, right_size, w) - energy(a, s.total[target], s.size[target], w)
    if source >= 0:
        left_total = s.total[source] - pull(a, s.members[source], s.size[source], one, one)
        if other >= 0:
            near = pull(a, s.members[source], s.size[source], one, other)
            if near == APART:
                return False
            left_total += near
        change += energy(a, left_total, left_size, w) - energy(a, s.total[source], s.size[source], w)
    if change < 0.0 and draw(s.random) >= math.exp(change / w.heat):
        return False

    left_hour, right_hour = 0, 0
    if target >= 0:
        right_hour = find_hour(a, s, right, right_size, s.hour[target])
        if right_hour < 0:
            return False
    if source >= 0:
        if target >= 0:  # the target's new hour counts as taken, its old one as free
            swap_hour(s, s.hour[target], right_hour)
        left_hour = find_hour(a, s, left, left_size, s.hour[source])
        if target >= 0:
            swap_hour(s, right_hour, s.hour[target])
        if left_hour < 0:
            return False
    if source < 0:
        call_up(s, one)
    if source >= 0:
        write(a, s, source, left, left_size, left_total, left_hour)
    elif other >= 0:
        wait(s, other)
    if target >= 0:
        write(a, s, target, right, right_size, right_total, right_hour)
    else:
        wait(s, one)
    return True


@compiled
def propose(a: Arrays, s: State, w: Weights, scratch: Ints) -> bool:
    """Draw one move and try it."""
    n, cohorts, most = s.home.shape[0], s.size.shape[0], a.sizes[1]
    waiting = s.counts[WAITING]
    if waiting > 0 and draw(s.random) < FROM_WAITLIST:
        one = s.waiting[int(draw(s.random) * waiting)]
    else:
        one = int(draw(s.random) * n)
    source = s.home[one]
    kind = draw(s.random)
    if kind < TO_WAITLIST:
        return source >= 0 and exchange(a, s, one, -1, -1, w, scratch)
    known = a.first[one + 1] - a.first[one]
    mate, target = -1, int(draw(s.random) * cohorts)
    if kind > TO_WAITLIST + ANYWHERE and known > 0:
        rank = draw(s.random)
        mate = a.best[a.first[one] + int(rank * rank * known)]
        if s.home[mate] >= 0:
            target = s.home[mate]
        elif source >= 0:  # the mate waits: fetch it
            one, mate, target, source = mate, one, source, -1
    if target == source:
        return False
    size = s.size[target]
    if size == 0 or (size < most and draw(s.random) < 0.5):
        return exchange(a, s, one, -1, target, w, scratch)
    other = s.members[target, int(draw(s.random) * size)]
    return other != mate and exchange(a, s, one, other, target, w, scratch)


@compiled
def move_hour(a: Arrays, s: State) -> None:
    """Put a cohort into another class of hours that has room: worth nothing, but it makes way."""
    cohort = int(draw(s.random) * s.size.shape[0])
    size = s.size[cohort]
    if size > 0:
        begin = int(draw(s.random) * a.capacity.shape[0])
        hour = class_with_room(a, s.members[cohort], size, s.used, s.hour[cohort], begin)
        s.used[s.hour[cohort]] -= 1
        s.used[hour] += 1
        s.hour[cohort] = hour


@compiled
def anneal(a: Arrays, s: State, first: Weights, last: Weights, moves: int) -> int:
    """Try ``moves`` moves while the weights go from ``first`` to ``last``; how many were made.

    ``s`` is changed in place; the best plan seen (most placed, then value) is kept in ``s.best``,
    looked at once every n moves and at the end.
    """
    n = s.home.shape[0]
    scratch = np.empty((2, a.sizes[1] + 1), np.int32)
    binding = a.capacity.min() < s.size.shape[0]
    made = 0
    w = first
    for move in range(moves):
        if move % n == 0:
            keep_best(a, s)
            share = move / moves
            w = Weights(
                first.heat * (last.heat / first.heat) ** share,
                first.credit * (last.credit / first.credit) ** share,
                first.lack * (last.lack / first.lack) ** share,
            )
        if binding and draw(s.random) < OTHER_HOUR:
            move_hour(a, s)
        elif propose(a, s, w, scratch):
            made += 1
    keep_best(a, s)
    return made


@compiled
def keep_best(a: Arrays, s: State) -> None:
    """Copy the plan to ``s.best`` where it is better."""
    placed, value = s.counts[PLACED], s.counts[VALUE]
    if placed < s.counts[BEST_PLACED]:
        return
    if placed > s.counts[BEST_PLACED] or value > s.counts[BEST_VALUE]:
        s.counts[BEST_PLACED], s.counts[BEST_VALUE] = placed, value
        for i in range(s.home.shape[0]):
            cohort = s.home[i]
            s.best[i] = cohort if cohort >= 0 and s.size[cohort] >= a.sizes[0] else -1
