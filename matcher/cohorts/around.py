"""Whom a cohort around one member, its root, can hold: what :mod:`matcher.cohorts.dense` searches.

A member has a price ``p``; a pair is worth its score less the prices of both, and the worth Q of a cohort
is the sum over its pairs. Pairs that are not listed score 0: they are looked at as a whole, not one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from matcher.cohorts.kernels import compiled, inner, pair_score
from matcher.cohorts.tables import APART, Arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.cohorts.tables import Ints, Longs

    Floats = NDArray[np.float64]

#: Members around a root that are looked at, at most; those left out are bounded.
AROUND = 320
#: Stands for "may not meet" among worths: no sum with it is worth anything.
NEVER = -1e12
#: How much less likely a member of low price is to be a root, in prices: those have many possible mates.
BIAS = 0.25
#: Marks of members around root r: 4 * r and these.
LISTED, TIED, OUT = 1, 2, 3


class Room(NamedTuple):
    """Working space, and what holds for all roots. ``shift`` is BIAS * p as at the beginning; ``cheap``
    are the members by rising price, ``least`` those prices; row i of ``best`` bounds the best worths of
    member i's pairs; ``mark`` says what each member is to the root; row i of ``ties`` holds its best pairs
    with those who are listed with the root; ``worth`` bounds what it adds."""

    shift: Floats
    cheap: Ints
    least: Floats
    best: Floats
    mark: Longs
    ties: Floats
    worth: Floats
    near: Ints
    high: Floats
    low: Floats


def make_room(a: Arrays, p: Floats, size: int) -> Room:
    """Room for cohorts of ``size`` at prices that begin at ``p`` and only rise."""
    n = p.shape[0]
    cheap = np.argsort(p, kind="stable").astype(np.int32)
    room = Room(
        shift=BIAS * p,
        cheap=cheap,
        least=p[cheap],
        best=np.full((n, max(1, size - 2)), NEVER),
        mark=np.full(n, -1, np.int64),
        ties=np.empty((n, max(1, size - 2))),
        worth=np.empty(n),
        near=np.empty(n, np.int32),
        high=np.empty(size - 1),
        low=np.empty(size - 1),
    )
    best_pairs(a, p, room.best)
    return room


@inner
def push(high: Floats, value: float) -> None:
    """Put ``value`` into ``high``, falling, where it is large enough."""
    place = high.shape[0] - 1
    if value > high[place]:
        while place > 0 and high[place - 1] < value:
            high[place] = high[place - 1]
            place -= 1
        high[place] = value


@inner
def best_sum(some: Floats, others: Floats, most: int, count: int) -> float:
    """The largest sum of ``count`` numbers, at most ``most`` of ``some`` and the rest of ``others``, both
    falling."""
    best = -np.inf
    for k in range(min(most, count) + 1):
        total = 0.0
        for x in range(k):
            total += some[x]
        for x in range(count - k):
            total += others[x]
        best = max(best, total)
    return best


@inner
def may_meet(a: Arrays, root: int, i: int, j: int) -> bool:
    """Whether i (or the root) and j, if not kept apart, share an hour with ``root`` within the caps."""
    free = False
    for word in range(a.mask.shape[1]):
        if a.mask[root, word] & a.mask[i, word] & a.mask[j, word] != 0:
            free = True
            break
    if not free:
        return False
    for kind in range(2):
        of, most = (a.state, a.sizes[2]) if kind == 0 else (a.org, a.sizes[3])
        if of[i] >= 0 and of[i] == of[j]:
            same = 3 if of[root] == of[i] and i != root else 2
            if same > most:
                return False
    return True


@compiled
def best_pairs(a: Arrays, p: Floats, best: Floats) -> None:
    """Bounds of the best pair worths of each member into the rows of ``best``, falling."""
    least = p.min()
    for i in range(p.shape[0]):
        best[i] = -p[i] - least
        for entry in range(a.start[i], a.start[i + 1]):
            other = int(a.near[entry])
            if a.score[entry] != APART and may_meet(a, i, i, other):
                push(best[i], a.score[entry] - p[i] - p[other])


@inner
def listed(a: Arrays, p: Floats, room: Room, root: int) -> int:
    """Mark the members listed with ``root`` and put them into ``near``, their links into ``high``, those of
    the cheapest others into ``low``; how many. A link is a pair's worth, shifted by BIAS."""
    at, count = 4 * root, 0
    room.high[:] = NEVER
    room.low[:] = NEVER
    room.mark[root] = at + OUT
    for entry in range(a.start[root], a.start[root + 1]):
        other = int(a.near[entry])
        room.mark[other] = at + OUT
        if a.score[entry] != APART and may_meet(a, root, root, other):
            room.mark[other] = at + LISTED
            room.worth[other] = a.score[entry] - p[root] - p[other]
            push(room.high, room.worth[other] + room.shift[root] - room.shift[other])
            room.near[count] = other
            count += 1
    found = 0
    for entry in range(p.shape[0]):
        other = int(room.cheap[entry])
        if room.mark[other] < at + LISTED and may_meet(a, root, root, other):
            room.low[found] = -p[root] + room.shift[root] - (1.0 + BIAS) * room.least[entry]
            found += 1
            if found == room.low.shape[0]:
                break
    return count


@inner
def tied(a: Arrays, p: Floats, room: Room, root: int, count: int, loose: int, cut: float) -> int:
    """Add to the ``count`` members in ``near`` those not listed with ``root`` whose link is above ``cut``,
    where a cohort can hold ``loose`` such members; fill ``ties``; how many there are then."""
    at, begin, cheapest = 4 * root, count, np.inf
    for x in range(begin):
        cheapest = min(cheapest, p[room.near[x]])
    for x in range(begin):
        room.ties[room.near[x], :] = -p[room.near[x]] - cheapest
    for x in range(begin):
        one = int(room.near[x])
        for entry in range(a.start[one], a.start[one + 1]):
            other = int(a.near[entry])
            if room.mark[other] == at + OUT:
                continue
            if room.mark[other] < at + LISTED:
                worth = -p[root] - p[other]
                link = worth + room.shift[root] - room.shift[other]
                if loose == 0 or link <= cut or not may_meet(a, root, root, other):
                    room.mark[other] = at + OUT
                    continue
                room.mark[other] = at + TIED
                room.worth[other] = worth
                room.ties[other, :] = -p[other] - cheapest
                room.near[count] = other
                count += 1
            if a.score[entry] != APART:
                push(room.ties[other], a.score[entry] - p[one] - p[other])
    if loose > 0:
        for entry in range(p.shape[0]):
            if -p[root] + room.shift[root] - (1.0 + BIAS) * room.least[entry] <= cut:
                break
            other = int(room.cheap[entry])
            if room.mark[other] < at + LISTED and may_meet(a, root, root, other):
                room.mark[other] = at + TIED
                room.worth[other] = -p[root] - p[other]
                room.ties[other, :] = -p[other] - cheapest
                room.near[count] = other
                count += 1
    return count


@inner
def around(  # noqa: PLR0912 - one filter; each split costs seconds of compiling
    a: Arrays, p: Floats, room: Room, root: int, size: int, floor: float, found: Ints
) -> tuple[int, float]:
    """Into ``found`` the members that a cohort of ``size`` rooted at ``root`` and worth more than ``floor``
    can hold; how many, and a bound on cohorts that hold others (``floor`` where there are none)."""
    rest, need = size - 2, 2.0 * floor / size
    count = listed(a, p, room, root)
    loose = 0
    for k in range(1, size):
        total = 0.0
        for x in range(size - 1):
            total += room.low[x] if x < k else room.high[x - k]
        if total > need:
            loose = k
    others = best_sum(room.low, room.high, rest, rest)
    if others + max(room.high[0], room.low[0]) <= need:
        return 0, floor
    count = tied(a, p, room, root, count, loose, need - others)
    room.low[:] = NEVER
    for x in range(count):
        one = room.near[x]
        far = loose if room.mark[one] == 4 * root + LISTED else loose - 1
        room.worth[one] += 0.5 * best_sum(room.best[one], room.ties[one], far, rest)
        push(room.low, room.worth[one])
    company = 0.0
    for x in range(rest):
        company += room.low[x]
    kept, out = 0, floor
    for x in range(count):
        one = int(room.near[x])
        link = pair_score(a, root, one) - p[root] - p[one] + room.shift[root] - room.shift[one]
        worth = min(company + room.worth[one], 0.5 * size * (others + link))
        room.worth[one] = worth
        if worth <= out:
            continue
        place = kept
        if kept < found.shape[0]:
            kept += 1
        else:
            place = 0
            for y in range(1, kept):
                if room.worth[found[y]] < room.worth[found[place]]:
                    place = y
            out = max(out, min(worth, room.worth[found[place]]))
            if worth <= room.worth[found[place]]:
                continue
        found[place] = one
    return kept, out
