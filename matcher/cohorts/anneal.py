"""Simulated annealing over cohort plans, compiled. Repeatable: work is counted in moves.

A plan under search has a fixed number of cohorts, some of them incomplete or empty. Hours, caps and
pairs kept apart always hold; the practice duty holds once a cohort has its smallest size. A cohort
earns its value, and a credit for each member it holds; and it pays for each member it is short of the
smallest size. That price rises as the heat falls, so that incomplete cohorts first come and go easily,
then fill up or dissolve.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.cohorts.kernels import class_with_room, compiled, inner
from matcher.cohorts.moves import exchange, trade
from matcher.cohorts.state import WAITING, State, Weights, draw, keep_best
from matcher.cohorts.tables import Arrays

if TYPE_CHECKING:
    from matcher.cohorts.tables import Ints

#: Shares of proposals: start from the waitlist, to a random cohort, to the waitlist, another hour.
FROM_WAITLIST, ANYWHERE, TO_WAITLIST, OTHER_HOUR = 0.08, 0.08, 0.01, 0.01
#: A member is moved towards one of so many of those it suits best, the better the likelier.
MATES = 90


@inner
def propose(a: Arrays, s: State, w: Weights, scratch: Ints) -> bool:
    """Draw one move and try it."""
    n, cohorts, most = s.home.shape[0], s.size.shape[0], a.sizes[1]
    waiting = s.counts[WAITING]
    if waiting > 0 and draw(s.random) < FROM_WAITLIST:
        one = int(s.waiting[int(draw(s.random) * waiting)])
    else:
        one = int(draw(s.random) * n)
    source = int(s.home[one])
    kind = draw(s.random)
    if kind < TO_WAITLIST:
        return source >= 0 and exchange(a, s, one, -1, -1, w, scratch)
    known = min(MATES, a.first[one + 1] - a.first[one])
    mate, target = -1, int(draw(s.random) * cohorts)
    if kind > TO_WAITLIST + ANYWHERE and known > 0:
        rank = draw(s.random)
        mate = int(a.best[a.first[one] + int(rank * rank * known)])
        if s.home[mate] >= 0:
            target = int(s.home[mate])
        elif source >= 0:  # the mate waits: fetch it
            one, mate, target, source = mate, one, source, -1
    if target == source:
        return False
    size, other = s.size[target], -1
    if size > 0 and (size >= most or draw(s.random) >= 0.5):
        other = int(s.members[target, int(draw(s.random) * size)])
        if other == mate:
            return False
    if source < 0 or a.block[one] >= 0 or (other >= 0 and a.block[other] >= 0):
        return exchange(a, s, one, other, target, w, scratch)
    return trade(a, s, one, other, target, w, scratch)


@inner
def move_hour(a: Arrays, s: State) -> None:
    """Put a cohort into another class of hours that has room: worth nothing, but it makes way."""
    cohort = int(draw(s.random) * s.size.shape[0])
    size = s.size[cohort]
    if size > 0:
        begin = int(draw(s.random) * a.capacity.shape[0])
        hour = class_with_room(a, s.members[cohort], size, s.used, int(s.hour[cohort]), begin)
        s.used[s.hour[cohort]] -= 1
        s.used[hour] += 1
        s.hour[cohort] = hour


@compiled
def anneal(a: Arrays, s: State, first: Weights, last: Weights, moves: int) -> int:
    """Try ``moves`` moves while the weights go from ``first`` to ``last``; how many were made.

    ``s`` is changed in place; the best plan seen is kept in ``s.best``, looked at once every n moves and
    at the end.
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
