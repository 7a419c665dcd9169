"""Simulated annealing over cohort plans, compiled. Repeatable: work is counted in moves.

A plan under search has a fixed number of cohorts, some of them incomplete or empty. Hours, caps and
pairs kept apart always hold; the practice duty holds once a cohort has its smallest size. A cohort
earns its value, where members short of the smallest size count as members of no affinity; a credit for
each member it holds; and it pays for each member it is short. That price rises as the heat falls, so
that incomplete cohorts first come and go easily, then fill up or dissolve.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from matcher.cohorts.kernels import (
    can_meet,
    caps_hold,
    class_with_room,
    compiled,
    is_shared,
    pull,
    topic_holds,
)
from matcher.cohorts.state import (
    BEST_PLACED,
    BEST_VALUE,
    PLACED,
    VALUE,
    WAITING,
    State,
    Weights,
    call_up,
    draw,
    energy,
    replace,
    swap_hour,
    wait,
    write,
)
from matcher.cohorts.tables import APART, Arrays

if TYPE_CHECKING:
    from matcher.cohorts.tables import Ints

#: Shares of proposals: start from the waitlist, to a random cohort, to the waitlist, another hour.
FROM_WAITLIST, ANYWHERE, TO_WAITLIST, OTHER_HOUR = 0.08, 0.08, 0.01, 0.01


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
