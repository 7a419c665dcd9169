"""Annealing of a partition whose groups are worth the weights inside them, compiled.

Every pair of members of two groups is looked at in turn, once a sweep, and swapped where the gain passes
a threshold drawn as Metropolis does. What a swap gains is read off a table of each member's weights to
each group, so that a row of pairs is a few additions of whole numbers that the processor does side by
side; only a swap that is made costs a pass over the members. Rows are padded to whole chunks by places
that belong to no group. Importing this module imports numba; import it late.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from matcher.cohorts.kernels import compiled, inner, lean
from matcher.cohorts.state import draw

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.cohorts.tables import Ints, Longs

    Homes = NDArray[np.uint32]

#: Pairs looked at side by side, and how many thresholds are drawn ahead (a power of two).
CHUNK, DRAWN = 64, 4096
#: The gain of a swap that cannot be; all others are well within, see ``diverse.LARGEST``.
NEVER = -(1 << 30)
#: Places in ``Sorted.counts``: now and at best, in the units of ``Given``, and the moves made.
VALUE, BEST, MADE = 0, 1, 2


class Given(NamedTuple):
    """``weight`` is symmetric, of n rows and n + CHUNK columns, zero on the diagonal and in the padding;
    ``nobody`` is such a row of zeros. Group g has from ``low[g]`` to ``high[g]`` members; one of s members
    is worth ``credit[s]`` times the weights inside it. ``level``: all credits are 1. ``loose``: some group
    has two sizes to choose from."""

    weight: Ints
    nobody: Ints
    low: Longs
    high: Longs
    credit: Longs
    level: bool
    loose: bool


class Sorted(NamedTuple):
    """Who is where. ``home[i]`` is the group of member i, in the padding the number of groups.
    ``gain[g, i]`` sums the weights of member i to group g, ``own`` those to its own group, ``total`` those
    inside a group. ``best`` is ``home`` of the best partition so far; ``random`` the generator's state."""

    home: Homes
    gain: Ints
    own: Ints
    size: Longs
    total: Longs
    counts: Longs
    best: Homes
    random: NDArray[np.uint64]


@lean
def settle(t: Given, s: Sorted) -> None:
    """Work out all that follows from ``home``."""
    n, groups = t.weight.shape[0], s.size.shape[0]
    s.gain[:] = 0
    s.size[:] = 0
    s.total[:] = 0
    for i in range(n):
        row = s.gain[s.home[i]]
        weight = t.weight[i]
        for k in range(n):
            row[k] += weight[k]
        s.size[s.home[i]] += 1
    for i in range(n):
        s.own[i] = s.gain[s.home[i], i]
        s.total[s.home[i]] += s.own[i]
    value = 0
    for g in range(groups):
        s.total[g] //= 2
        value += t.credit[s.size[g]] * s.total[g]
    s.counts[VALUE] = value
    keep_best(s, n)


@inner
def keep_best(s: Sorted, n: int) -> None:
    """Copy the partition to ``best`` where it is better."""
    if s.counts[VALUE] > s.counts[BEST]:
        s.counts[BEST] = s.counts[VALUE]
        for i in range(n):
            s.best[i] = s.home[i]


@inner
def shift(s: Sorted, left: int, right: int, goes: Ints, comes: Ints) -> None:
    """Bring up to date what members weigh to groups ``left`` and ``right``, when a member of weights
    ``goes`` has gone from the one to the other, and one of weights ``comes`` has come."""
    minus, plus = s.gain[left], s.gain[right]
    home, own = s.home, s.own
    for k in range(own.shape[0]):
        change = np.int32(goes[k] - comes[k])
        less = np.int32(minus[k] - change)
        more = np.int32(plus[k] + change)
        minus[k] = less
        plus[k] = more
        kept = more if home[k] == right else own[k]
        own[k] = less if home[k] == left else kept


@inner
def swap(t: Given, s: Sorted, i: int, j: int, gain: int) -> None:
    """Exchange members i and j of two groups, for the ``gain`` that was worked out."""
    left, right = s.home[i], s.home[j]
    s.total[left] += s.gain[left, j] - s.own[i] - t.weight[i, j]
    s.total[right] += s.gain[right, i] - s.own[j] - t.weight[i, j]
    s.home[i], s.home[j] = right, left
    shift(s, left, right, t.weight[i], t.weight[j])
    s.counts[VALUE] += gain
    s.counts[MADE] += 1


@inner
def relocate(t: Given, s: Sorted, i: int, right: int, gain: int) -> None:
    """Move member i to group ``right``, for the ``gain`` that was worked out."""
    left = s.home[i]
    s.total[left] -= s.own[i]
    s.total[right] += s.gain[right, i]
    s.size[left] -= 1
    s.size[right] += 1
    s.home[i] = right
    shift(s, left, right, t.weight[i], t.nobody)
    s.counts[VALUE] += gain
    s.counts[MADE] += 1


@inner
def gained(near: int, at_home: int, far: int, own: int, weight: int) -> np.int32:
    """What a swap of two members of groups a and b gains: ``near`` is what the first weighs to b,
    ``at_home`` what it weighs to a; ``far`` what the second weighs to a, ``own`` to b; ``weight`` is
    between the two."""
    return np.int32(np.int32(np.int32(near - at_home) + far) - np.int32(own + np.int32(weight + weight)))


@inner
def gained_by_credit(near: int, at_home: int, far: int, own: int, weight: int, a: int, b: int) -> np.int32:
    """As :func:`gained`, where the groups count by the credits ``a`` and ``b`` of their sizes; ``near``
    is multiplied by ``b`` already."""
    here = np.int32(a * np.int32(np.int32(far - at_home) - weight))
    return np.int32(here + np.int32(near - np.int32(b * np.int32(own + weight))))


@inner
def look(near: Ints, at_home: int, home: Homes, far: Ints, own: Ints, weight: Ints, least: Ints) -> bool:
    """Whether one of the swaps of a member with a chunk of others gains as much as ``least``.
    All in 32 bits, of equal length and with nothing written, so that they are worked out side by side."""
    found = np.int32(0)
    for k in range(CHUNK):
        found |= np.int32(gained(near[home[k]], at_home, far[k], own[k], weight[k]) >= least[k])
    return bool(found != 0)


@inner
def look_by_credit(
    near: Ints,
    at_home: int,
    home: Homes,
    far: Ints,
    own: Ints,
    weight: Ints,
    least: Ints,
    a: int,
    credit: Ints,
) -> bool:
    """As :func:`look`, for :func:`gained_by_credit`."""
    found = np.int32(0)
    for k in range(CHUNK):
        gain = gained_by_credit(near[home[k]], at_home, far[k], own[k], weight[k], a, credit[home[k]])
        found |= np.int32(gain >= least[k])
    return bool(found != 0)


@inner
def row(t: Given, s: Sorted, i: int, least: Ints, near: Ints, credit: Ints) -> None:
    """Look at the pairs of member i with the members after it, and swap those that pass.

    ``near`` and ``credit`` are filled here: member i's weight to each group (by its credit; NEVER for its
    own group and the padding), and the groups' credits.
    """
    n, groups = t.weight.shape[0], s.size.shape[0]
    for g in range(groups):
        credit[g] = t.credit[s.size[g]]
        near[g] = credit[g] * s.gain[g, i]
    near[s.home[i]] = near[groups] = NEVER
    j, ahead = i + 1, int(draw(s.random) * DRAWN)
    while j < n:
        mine, at_home = s.home[i], s.own[i]
        home, own, weight = s.home[j : j + CHUNK], s.own[j : j + CHUNK], t.weight[i][j : j + CHUNK]
        far, passing = s.gain[mine][j : j + CHUNK], least[ahead : ahead + CHUNK]
        if t.level:
            found = look(near, at_home, home, far, own, weight, passing)
        else:
            found = look_by_credit(near, at_home, home, far, own, weight, passing, credit[mine], credit)
        k = 0 if found else CHUNK
        while k < CHUNK:
            to = home[k]
            if t.level:
                gain = gained(near[to], at_home, far[k], own[k], weight[k])
            else:
                gain = gained_by_credit(
                    near[to], at_home, far[k], own[k], weight[k], credit[mine], credit[to]
                )
            k += 1
            if gain >= passing[k - 1]:
                swap(t, s, i, j + k - 1, int(gain))
                near[mine], near[to] = credit[mine] * s.gain[mine, i], NEVER
                break
        j, ahead = j + k, (ahead + k) & (DRAWN - 1)


@lean
def moves(t: Given, s: Sorted, i: int, least: Ints) -> None:
    """Look at each group that could take member i, and move it where that passes."""
    left = s.home[i]
    for right in range(s.size.shape[0]):
        if s.size[left] == t.low[left]:
            return
        if right != left and s.size[right] < t.high[right]:
            change = (
                t.credit[s.size[left] - 1] * (s.total[left] - s.own[i])
                - t.credit[s.size[left]] * s.total[left]
                + t.credit[s.size[right] + 1] * (s.total[right] + s.gain[right, i])
                - t.credit[s.size[right]] * s.total[right]
            )
            if change >= least[int(draw(s.random) * DRAWN)]:
                relocate(t, s, i, right, change)
                left = s.home[i]


@compiled
def sweeps(t: Given, s: Sorted, heats: NDArray[np.float64], logs: NDArray[np.float64]) -> int:
    """A sweep over all pairs at each of ``heats`` (0: only what gains); the moves of the last.

    ``logs`` holds DRAWN logarithms of numbers from 0 to 1, in random order: a move passes where it gains
    at least ``heat`` times one of them (Metropolis and others 1953).
    """
    n = t.weight.shape[0]
    least = np.empty(DRAWN + CHUNK, np.int32)
    near = np.empty(s.size.shape[0] + 1, np.int32)
    credit = np.empty(s.size.shape[0] + 1, np.int32)
    before = s.counts[MADE]
    for step in range(heats.shape[0]):
        heat = heats[step]
        if step == 0 or heat != heats[step - 1]:
            for k in range(DRAWN + CHUNK):
                drawn = math.ceil(heat * logs[k & (DRAWN - 1)])
                least[k] = 1 if heat == 0.0 else max(drawn, NEVER + 1)
        before = s.counts[MADE]
        for i in range(n):
            if t.loose:
                moves(t, s, i, least)
            row(t, s, i, least, near, credit)
        keep_best(s, n)
        if heat == 0.0 and s.counts[MADE] == before:
            break
    return int(s.counts[MADE] - before)
