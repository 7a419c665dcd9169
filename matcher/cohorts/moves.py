"""The moves of the search, compiled: members change cohorts, or go to the waitlist and come back.

What is cheap to look up is asked first: hours, then scores, then caps, then room in the hours and topics.
Members who are pinned together move as one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matcher.cohorts.kernels import can_meet, caps_hold, class_with_room, inner, is_shared, pull, topic_holds
from matcher.cohorts.state import (
    State,
    Weights,
    call_up,
    draw,
    energy,
    may_meet,
    replace,
    swap_hour,
    wait,
    within_caps,
    write,
)
from matcher.cohorts.tables import APART, Arrays

if TYPE_CHECKING:
    from matcher.cohorts.tables import Ints

#: A member who is pinned to others earns so many times the credit for being placed.
PIN = 20.0


@inner
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


@inner
def settle(
    a: Arrays, s: State, source: int, left: Ints, left_size: int, target: int, right: Ints, right_size: int
) -> bool:
    """Make ``left`` the members of cohort ``source`` and ``right`` those of ``target`` (-1: there is no
    such cohort), where hours have room and topics hold; whether it was done."""
    left_hour, right_hour = 0, 0
    if target >= 0:
        right_hour = find_hour(a, s, right, right_size, int(s.hour[target]))
        if right_hour < 0:
            return False
    if source >= 0:
        if target >= 0:  # the target's new hour counts as taken, its old one as free
            swap_hour(s, int(s.hour[target]), right_hour)
        left_hour = find_hour(a, s, left, left_size, int(s.hour[source]))
        if target >= 0:
            swap_hour(s, right_hour, int(s.hour[target]))
        if left_hour < 0:
            return False
        write(a, s, source, left, left_size, left_hour)
    if target >= 0:
        write(a, s, target, right, right_size, right_hour)
    return True


@inner
def trade(  # noqa: PLR0911 - one move
    a: Arrays, s: State, one: int, other: int, target: int, w: Weights, scratch: Ints
) -> bool:
    """Try to move placed member ``one`` into cohort ``target``, and ``other``, a member of it or -1, into
    the cohort that ``one`` leaves. Neither is pinned."""
    source = int(s.home[one])
    if not may_meet(a, s, target, other, one):
        return False
    if other >= 0 and not may_meet(a, s, source, one, other):
        return False
    near = pull(a, s.members[target], s.size[target], other, one)
    if near == APART:
        return False
    total, size = s.total[target], s.size[target]
    if other >= 0:
        far = pull(a, s.members[source], s.size[source], one, other)
        if far == APART:
            return False
        gain = near - s.own[other]
        change = 2.0 * gain / max(1, size - 1)
        gain = far - s.own[one]
        change += 2.0 * gain / max(1, s.size[source] - 1)
    else:
        change = energy(a, total + near, size + 1, w) - energy(a, total, size, w)
        total, size = s.total[source], s.size[source]
        change += energy(a, total - s.own[one], size - 1, w) - energy(a, total, size, w)
    if change < 0.0 and draw(s.random) >= math.exp(change / w.heat):
        return False
    if not within_caps(a, s.members[target], s.size[target], other, one):
        return False
    if other >= 0 and not within_caps(a, s.members[source], s.size[source], one, other):
        return False
    right_size = replace(s.members[target], s.size[target], other, one, scratch[1])
    left_size = replace(s.members[source], s.size[source], one, other, scratch[0])
    return settle(a, s, source, scratch[0], left_size, target, scratch[1], right_size)


@inner
def regroup(a: Arrays, s: State, cohort: int, leaves: int, comes: int, group: Ints) -> int:
    """``cohort`` without ``leaves`` and with ``comes`` (-1: nobody), each with those pinned to it, into
    ``group``; its size, or -1 where it would be too large or caps, hours or pairs kept apart forbid it."""
    gone = a.block[leaves] if leaves >= 0 else -1
    size = 0
    for position in range(s.size[cohort]):
        one = s.members[cohort, position]
        if one != leaves and (gone < 0 or a.block[one] != gone):
            group[size] = one
            size += 1
    return size if comes < 0 else extend(a, group, size, comes)


@inner
def extend(a: Arrays, group: Ints, size: int, comes: int) -> int:
    """Put ``comes``, with those pinned to it, behind the first ``size`` of ``group``; the new size, or -1
    as in :func:`regroup`."""
    block = a.block[comes]
    first, end = (a.block_start[block], a.block_start[block + 1]) if block >= 0 else (0, 1)
    for entry in range(first, end):
        one = int(a.block_member[entry]) if block >= 0 else comes
        if size == a.sizes[1] or pull(a, group, size, -1, one) == APART:
            return -1
        group[size] = one
        size += 1
        if not caps_hold(a, group, size):
            return -1
    return size if can_meet(a, group, size) else -1


@inner
def earned(a: Arrays, group: Ints, size: int, w: Weights) -> float:
    """What a cohort of ``group`` earns, in points."""
    total, pinned = 0, 0
    for position in range(size):
        total += pull(a, group, position, -1, int(group[position]))
        if a.block[group[position]] >= 0:
            pinned += 1
    return float(energy(a, total, size, w) + PIN * w.credit * pinned)


@inner
def exchange(a: Arrays, s: State, one: int, other: int, target: int, w: Weights, scratch: Ints) -> bool:
    """As :func:`trade` for any members, with those pinned to them: ``one`` may wait, and ``target`` may be
    -1, the waitlist."""
    source = int(s.home[one])
    left, right = scratch[0], scratch[1]
    left_size, right_size, change = 0, 0, 0.0
    if target >= 0:
        right_size = regroup(a, s, target, other, one, right)
        if right_size < 0:
            return False
        change += earned(a, right, right_size, w) - earned(a, s.members[target], s.size[target], w)
    if source >= 0:
        left_size = regroup(a, s, source, one, other, left)
        if left_size < 0:
            return False
        change += earned(a, left, left_size, w) - earned(a, s.members[source], s.size[source], w)
    if change < 0.0 and draw(s.random) >= math.exp(change / w.heat):
        return False
    if not settle(a, s, source, left, left_size, target, right, right_size):
        return False
    if source < 0:
        turn(a, s, one, False)
        if other >= 0:
            turn(a, s, other, True)
    elif target < 0:
        turn(a, s, one, True)
    return True


@inner
def turn(a: Arrays, s: State, one: int, away: bool) -> None:
    """Put member ``one`` and those pinned to it on the waitlist, or take them off it."""
    block = a.block[one]
    first, end = (a.block_start[block], a.block_start[block + 1]) if block >= 0 else (0, 1)
    for entry in range(first, end):
        member = int(a.block_member[entry]) if block >= 0 else one
        if away:
            wait(s, member)
        else:
            call_up(s, member)
