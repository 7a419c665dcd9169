"""Plans made member by member, compiled: what simpler ways give, where a search begins, and an earlier
plan taken up again. Everybody who is pinned is seated first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.cohorts.kernels import class_with_room, compiled, inner, lean, pull, topic_holds
from matcher.cohorts.moves import extend, find_hour, regroup, turn
from matcher.cohorts.state import WAITING, State, call_up, draw, keep_best, may_meet, wait, within_caps, write
from matcher.cohorts.tables import APART, Arrays

if TYPE_CHECKING:
    from matcher.cohorts.tables import Ints, Longs

#: A newcomer is sought among so many who wait, at random, where none is found by affinity.
TRIED = 200


@compiled
def construct(a: Arrays, s: State, greedy: bool) -> None:
    """Seat those who wait in random order: into new cohorts of the smallest size, each grown from one
    member by those who add most (``greedy``) or anybody who may join; then into any cohort that takes them.
    """
    n, low = s.home.shape[0], a.sizes[0]
    order = np.arange(n).astype(np.int32)
    for i in range(n - 1, 0, -1):
        other = int(draw(s.random) * (i + 1))
        order[i], order[other] = order[other], order[i]
    group = np.empty(a.sizes[1] + 1, np.int32)
    free = 0
    for pinned in (True, False):
        for each in order:
            one = int(each)
            while free < s.size.shape[0] and s.size[free] > 0:
                free += 1
            if free == s.size.shape[0]:
                break
            if s.home[one] >= 0 or pinned != (a.block[one] >= 0):
                continue
            size = extend(a, group, 0, one)
            while 0 < size < low:
                newcomer = best_mate(a, s, group, size, greedy)
                if newcomer < 0:
                    size = -1
                else:
                    group[size] = newcomer
                    size += 1
            if size > 0:
                seat(a, s, free, group, size, -1)
    fill_up(a, s, order, greedy)
    keep_best(a, s)


@compiled
def round_off(a: Arrays, s: State) -> None:
    """Dissolve the cohorts that have stayed incomplete, and seat those who wait anew."""
    for cohort in range(s.size.shape[0]):
        size = s.size[cohort]
        if 0 < size < a.sizes[0]:
            for position in range(size):
                wait(s, int(s.members[cohort, position]))
            write(a, s, cohort, s.members[cohort], 0, -1)
    construct(a, s, True)


@inner
def seat(a: Arrays, s: State, cohort: int, group: Ints, size: int, wished: int) -> bool:
    """Make ``group``, who wait, the members of an empty ``cohort``, where hours and topics let them: in the
    class ``wished`` (-1: in none before others) where they can; whether they do."""
    roomy = wished >= 0 and s.used[wished] < a.capacity[wished]
    hour = find_hour(a, s, group, size, wished if roomy else -1)
    if hour < 0:
        return False
    for position in range(size):
        block = a.block[group[position]]
        if block < 0 or a.block_member[a.block_start[block]] == group[position]:
            turn(a, s, int(group[position]), False)
    write(a, s, cohort, group, size, hour)
    return True


@inner
def best_mate(a: Arrays, s: State, group: Ints, size: int, greedy: bool) -> int:
    """A member who waits, is not pinned, and may join ``group``, at most the smallest size less one: the
    one of most affinity, or any; -1 where none was found."""
    best, most = -1, -1
    if greedy:
        for position in range(size):
            for entry in range(a.first[group[position]], a.first[group[position] + 1]):
                one = int(a.best[entry])
                if s.home[one] >= 0 or a.block[one] >= 0:
                    continue
                near = pull(a, group, size, -1, one)
                if near > most and may_grow(a, s, group, size, one):
                    best, most = one, near
    if best >= 0:
        return best
    for _ in range(TRIED):
        one = int(s.waiting[int(draw(s.random) * s.counts[WAITING])])
        if a.block[one] < 0 and may_grow(a, s, group, size, one):
            return one
    return -1


@inner
def may_grow(a: Arrays, s: State, group: Ints, size: int, one: int) -> bool:
    """Whether ``one`` may join ``group``, a cohort in the making, under all rules."""
    for position in range(size):
        if group[position] == one:
            return False
    if not within_caps(a, group, size, -1, one) or pull(a, group, size, -1, one) == APART:
        return False
    group[size] = one
    if class_with_room(a, group, size + 1, s.used, -1, 0) < 0:
        return False
    return bool(size + 1 < a.sizes[0] or topic_holds(a, group, size + 1, s.topic_counts))


@compiled
def fill_up(a: Arrays, s: State, order: Ints, greedy: bool) -> None:
    """Seat those of ``order`` who wait into cohorts that take them: where they add most for each who is
    in it (``greedy``), or in the first one."""
    group = np.empty(a.sizes[1] + 1, np.int32)
    cohorts = s.size.shape[0]
    for each in order:
        one = int(each)
        if s.home[one] >= 0:
            continue
        best, most = -1, -1.0
        begin = int(draw(s.random) * cohorts)
        for step in range(cohorts):
            cohort = (begin + step) % cohorts
            size = s.size[cohort]
            if size == 0 or size >= a.sizes[1] or not may_meet(a, s, cohort, -1, one):
                continue
            near = pull(a, s.members[cohort], size, -1, one)
            if near == APART or near <= most * size:
                continue
            size = regroup(a, s, cohort, -1, one, group)
            if size > 0 and find_hour(a, s, group, size, int(s.hour[cohort])) >= 0:
                best, most = cohort, near / s.size[cohort]
                if not greedy:
                    break
        if best >= 0:
            size = regroup(a, s, best, -1, one, group)
            hour = find_hour(a, s, group, size, int(s.hour[best]))
            turn(a, s, one, False)
            write(a, s, best, group, size, hour)


@lean
def restore(a: Arrays, s: State, start: Longs, member: Ints, hour: Longs) -> None:
    """Seat the groups ``member[start[k]:start[k + 1]]``, which keep to all rules in the classes ``hour``, as
    they are in an empty plan."""
    for number in range(hour.shape[0]):
        group = member[start[number] : start[number + 1]]
        for position in range(group.shape[0]):
            call_up(s, int(group[position]))
        write(a, s, number, group, group.shape[0], int(hour[number]))
    keep_best(a, s)


@compiled
def take_up(a: Arrays, s: State, start: Longs, member: Ints, hour: Longs) -> None:
    """Seat the groups ``member[start[k]:start[k + 1]]`` in the cohorts of an empty plan, in turn: each as it
    is where it may be, else those of it, one after the other, who may meet; in the class ``hour[k]`` (-1: in
    none before others) where they can."""
    group = np.empty(a.sizes[1] + 1, np.int32)
    ends = np.empty(a.sizes[1] + 1, np.int64)
    cohort = 0
    for number in range(start.shape[0] - 1):
        if cohort == s.size.shape[0]:
            break
        size, count = 0, 0
        for entry in range(start[number], start[number + 1]):
            one = int(member[entry])
            known = s.home[one] >= 0
            for position in range(size):
                known = known or group[position] == one
            grown = -1 if known else extend(a, group, size, one)
            if grown > 0 and class_with_room(a, group, grown, s.used, -1, 0) >= 0:
                size = grown
                ends[count] = grown
                count += 1
        while count > 0 and not seat(a, s, cohort, group, ends[count - 1], int(hour[number])):
            count -= 1
        cohort += count > 0
    keep_best(a, s)
