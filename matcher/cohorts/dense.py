"""Cohorts worth more than the prices of their members, member by member, compiled.

At a price of ``200 * p[i]`` for each member a cohort S of s members is worth ``200 / (s - 1) * Q(S)`` over
its prices, where Q(S) sums ``score - p[i] - p[j]`` over the pairs of S. So what a pair is worth does not
depend on s, and 200 * Q(S) / (s - 1) / s is 100 times the mean over the pairs: some part of S, of the
smallest size, has a mean as high. Under rules that hold for each part of a cohort, prices that no cohort of
the smallest size betters are therefore bettered by none.

S is looked for at its root, the member of the highest sum of links, where a link is a pair's worth, shifted
so that members of low price are seldom roots; the root's links add up to 2 * Q(S) / s at least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from matcher.cohorts.around import AROUND, NEVER, Room, around, may_meet, push
from matcher.cohorts.kernels import caps_hold, inner, lean, pair_score, topic_holds
from matcher.cohorts.tables import APART, Arrays

if TYPE_CHECKING:
    from matcher.cohorts.around import Floats
    from matcher.cohorts.tables import Ints, Longs, Masks

#: Worth given up at first where the search at a root gets long.
UNIT = 10.0
#: Two sums of the same numbers in another order differ by less.
EQUAL = 1e-6


class Desk(NamedTuple):
    """Working space of the search at one root, whose members have local numbers. ``pair`` holds pair
    worths, ``link`` links with the root. Row d of ``cand``, with ``worth`` and ``near``, are those who can
    join the d chosen so far; ``group`` is the root and the chosen, ``local`` the chosen by local number."""

    names: Ints
    where: Ints
    pair: Floats
    link: Floats
    cand: Ints
    near: Floats
    worth: Floats
    many: Longs
    at: Longs
    base: Floats
    links: Floats
    shared: Masks
    group: Ints
    local: Ints
    top: Floats
    counts: Longs


def make_desk(a: Arrays, size: int, most: int = AROUND) -> Desk:
    """Working space for cohorts of ``size``, with at most so many members around a root."""
    n = a.state.shape[0]
    return Desk(
        names=np.empty(most, np.int32),
        where=np.full(n, -1, np.int32),
        pair=np.empty((most, most)),
        link=np.empty(most),
        cand=np.empty((size, most), np.int32),
        near=np.empty((size, most)),
        worth=np.empty((size, most)),
        many=np.zeros(size, np.int64),
        at=np.zeros(size, np.int64),
        base=np.zeros(size),
        links=np.zeros(size),
        shared=np.zeros((size, a.mask.shape[1]), np.uint64),
        group=np.empty(size, np.int32),
        local=np.empty(size, np.int32),
        top=np.empty(max(1, size - 2)),
        counts=np.zeros(a.duty.shape[0], np.int64),
    )


@inner
def set_out(
    a: Arrays, p: Floats, room: Room, d: Desk, root: int, size: int, count: int, floor: float
) -> None:
    """Write the pairs among the ``count`` members of ``names`` and their links with ``root``."""
    for x in range(count):
        d.where[d.names[x]] = x
    for x in range(count):
        one = d.names[x]
        for y in range(count):
            d.pair[x, y] = -p[one] - p[d.names[y]]
        for entry in range(a.start[one], a.start[one + 1]):
            y = d.where[a.near[entry]]
            if y >= 0:
                d.pair[x, y] = NEVER if a.score[entry] == APART else d.pair[x, y] + a.score[entry]
        d.pair[x, x] = NEVER
        worth = pair_score(a, root, int(one)) - p[root] - p[one]
        d.cand[0, x], d.near[0, x] = x, worth
        d.link[x] = worth + room.shift[root] - room.shift[one]
    for x in range(count):
        d.where[d.names[x]] = -1
    d.base[0], d.links[0], d.at[0], d.group[0] = 0.0, 0.0, 0, root
    for word in range(a.mask.shape[1]):
        d.shared[0, word] = a.mask[root, word]
    d.many[0] = order(d, 0, count, size, floor)
    for u in range(d.many[0]):  # for those who are left, what is dearer to find out
        for v in range(u + 1, d.many[0]):
            x, y = d.cand[0, u], d.cand[0, v]
            if d.pair[x, y] > NEVER and not may_meet(a, root, int(d.names[x]), int(d.names[y])):
                d.pair[x, y] = d.pair[y, x] = NEVER
    d.many[0] = order(d, 0, d.many[0], size, floor)


@inner
def order(  # noqa: PLR0912 - one filter; each split costs seconds of compiling
    d: Desk, depth: int, count: int, size: int, floor: float
) -> int:
    """Keep of the ``count`` candidates of row ``depth`` those that can be in a cohort worth more than
    ``floor``, sorted by what each can add at most; how many. That is its pairs with the members already in,
    and half of its best pairs with as many other candidates as are wanted beside it: two share such a pair.
    """
    cand, worth, rest = d.cand[depth], d.worth[depth], size - 1 - depth
    mates = rest - 1
    top = d.top[:mates]
    for _ in range(2):
        if count < rest:
            return 0
        most = d.links[depth]
        if mates > 0:
            top[:] = NEVER
            for x in range(count):
                push(top, d.link[cand[x]])
            for x in range(mates):
                most += top[x]
        kept = 0
        for x in range(count):
            if most + d.link[cand[x]] > 2.0 * floor / size:
                cand[kept] = cand[x]
                kept += 1
        before, count = count, kept
        for x in range(count):
            half = 0.0
            if mates > 0:
                top[:] = NEVER
                for y in range(count):
                    worth_of = d.pair[cand[x], cand[y]]
                    if worth_of > top[mates - 1]:
                        push(top, worth_of)
                for y in range(mates):
                    half += 0.5 * top[y]
            worth[x] = d.near[depth, cand[x]] + half
        for x in range(1, count):
            one, value, place = cand[x], worth[x], x
            while place > 0 and worth[place - 1] < value:
                cand[place], worth[place] = cand[place - 1], worth[place - 1]
                place -= 1
            cand[place], worth[place] = one, value
        if count < rest:
            return 0
        company = d.base[depth]
        for x in range(mates):
            company += worth[x]
        while count > 0 and company + worth[count - 1] <= floor:
            count -= 1
        if count == before:
            break
    return count if count >= rest else 0


@inner
def go_in(a: Arrays, d: Desk, depth: int, x: int, size: int, floor: float) -> int:
    """Choose candidate ``x`` of row ``depth``: fill the next row with those who can join then; how many."""
    one, into = d.cand[depth, x], depth + 1
    d.base[into] = d.base[depth] + d.near[depth, one]
    d.links[into] = d.links[depth] + d.link[one]
    for word in range(d.shared.shape[1]):
        d.shared[into, word] = d.shared[depth, word] & a.mask[d.names[one], word]
    fits = 0
    for y in range(x + 1, d.many[depth]):
        other = d.cand[depth, y]
        worth = d.pair[one, other]
        if worth == NEVER:
            continue
        free = False
        for word in range(d.shared.shape[1]):
            if d.shared[into, word] & a.mask[d.names[other], word] != 0:
                free = True
                break
        d.group[into + 1] = d.names[other]
        if free and caps_hold(a, d.group, into + 2):
            d.cand[into, fits] = other
            d.near[into, other] = d.near[depth, other] + worth
            fits += 1
    d.at[into] = 0
    d.many[into] = order(d, into, fits, size, floor)
    return int(d.many[into])


@inner
def is_root(d: Desk, room: Room, root: int, size: int) -> bool:
    """Whether the root of the complete ``group`` has the highest sum of links of its members."""
    own = size * room.shift[root]
    for x in range(size - 1):
        own += d.near[0, d.local[x]]
    for x in range(size - 1):
        one = d.local[x]
        links = d.near[0, one] + size * room.shift[d.names[one]]
        for y in range(size - 1):
            if y != x:
                links += d.pair[one, d.local[y]]
        if links > own + EQUAL:
            return False
    return True


@inner
def keep(
    d: Desk, size: int, worth: float, mine: int, total: int, kept: int, rows: Ints, worths: Floats
) -> int:
    """Write ``group`` as one of the best ``kept`` of its root, which begin at row ``mine``; the row after
    the last."""
    place = total
    if total - mine == kept:
        place = mine
        for other in range(mine + 1, total):
            if worths[other] < worths[place]:
                place = other
    else:
        total += 1
    for x in range(size):
        rows[place, x] = d.group[x]
    worths[place] = worth
    return total


@inner
def at_root(
    a: Arrays, p: Floats, room: Room, d: Desk, root: int, size: int, kept: int, effort: int, mine: int,
    rows: Ints, worths: Floats,
) -> tuple[int, float]:  # fmt: skip
    """The best ``kept`` cohorts rooted at ``root`` that are worth anything, from row ``mine`` on; the row
    after the last, and a bound on those that are not written (0 where there are none).

    Where more than ``effort`` pairs of candidates are looked at, cohorts worth little are given up.
    """
    strict = a.sizes[0] == a.sizes[1]  # otherwise the duty may hold for a larger cohort
    count, limit = around(a, p, room, root, size, 0.0, d.names)
    set_out(a, p, room, d, root, size, count, limit)
    total, spent, patience, unit, depth = mine, 0, effort, UNIT, 0
    while depth >= 0:
        rest, x = size - 1 - depth, d.at[depth]
        most = -np.inf
        if x + rest <= d.many[depth]:
            most = d.base[depth]
            for y in range(x, x + rest):
                most += d.worth[depth, y]
        if most <= limit:
            depth -= 1
            continue
        if spent >= patience:
            patience += max(1, effort // 4)
            limit, unit = limit + unit, 2.0 * unit
            continue
        d.at[depth] += 1
        one = d.cand[depth, x]
        d.group[depth + 1], d.local[depth] = d.names[one], one
        if rest > 1:
            spent += 1 + (d.many[depth] - x) ** 2
            if go_in(a, d, depth, x, size, limit) > 0:
                depth += 1
        elif is_root(d, room, root, size) and (not strict or topic_holds(a, d.group, size, d.counts)):
            worth = d.base[depth] + d.near[depth, one]
            total = keep(d, size, worth, mine, total, kept, rows, worths)
            if total - mine == kept:
                least = np.inf
                for y in range(mine, total):
                    least = min(least, worths[y])
                limit = max(limit, least)
    return total, limit


@lean
def lift(
    a: Arrays, p: Floats, room: Room, d: Desk, roots: Ints, size: int, kept: int, effort: int, rows: Ints,
    worths: Floats,
) -> int:  # fmt: skip
    """Raise the prices ``p`` of ``roots``, one after the other, until no cohort of ``size`` is worth more
    than its prices; write cohorts that were, at most the best ``kept`` of a root; how many.

    A cohort's root stays its root until it is looked at: raising another member's price lowers that
    member's sum of links more than any other. Raising the root's by its excess ends the cohort's worth.
    """
    total = 0
    for root in roots:
        begin = total
        total, excess = at_root(a, p, room, d, root, size, kept, effort, begin, rows, worths)
        for place in range(begin, total):
            excess = max(excess, worths[place])
        p[root] += excess / (size - 1)
    return total
