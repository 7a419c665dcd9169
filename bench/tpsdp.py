"""A reimplementation of TPSDP after its paper's description, for the grouping core to be measured against.

It is the three-phase search with dynamic population size of Yang, Cai, Jin, Tang and Gao (European
Journal of Operational Research 302, 2022), with its published parameters: all of a population are
perturbed at random, recombined group by group, and perturbed by moving the least fitting member of each
group; each time followed by descent through moves and swaps; the population and the perturbation shrink
over time. It is not the authors' programme.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Sizes = Sequence[tuple[int, int]]

#: The largest population, the rounds of directed perturbation, and the weight of distance in replacing.
POPULATION, ROUNDS, DISTANCE = 15, 3, 0.05
#: The strength of undirected perturbation first and last, and the least population: up to 400 members, above.
SMALL, LARGE = (1.2, 0.1, 2), (2.0, 1.0, 1)


@njit
def seeded(seed):
    np.random.seed(seed)


@njit
def fits(w, home, groups):
    """The weights of each member to each group."""
    n = len(home)
    fit = np.zeros((n, groups))
    for i in range(n):
        for j in range(n):
            fit[i, home[j]] += w[i, j]
    return fit


@njit
def transfer(w, fit, i, a, b):
    for j in range(w.shape[0]):
        fit[j, a] -= w[i, j]
        fit[j, b] += w[i, j]


@njit
def descend(w, home, size, low, high):
    """Make moves and swaps that gain until there is none; the value."""
    n, groups = len(home), len(size)
    fit = fits(w, home, groups)
    going = True
    while going:
        going = False
        for i in range(n):
            for g in range(groups):
                a = home[i]
                if g != a and size[a] > low[a] and size[g] < high[g] and fit[i, g] > fit[i, a] + 1e-4:
                    transfer(w, fit, i, a, g)
                    size[a] -= 1
                    size[g] += 1
                    home[i] = g
                    going = True
        for i in range(n):
            for j in range(i + 1, n):
                a, b = home[i], home[j]
                if a != b and fit[i, b] - fit[i, a] + fit[j, a] - fit[j, b] - 2 * w[i, j] > 1e-4:
                    transfer(w, fit, i, a, b)
                    transfer(w, fit, j, b, a)
                    home[i], home[j] = b, a
                    going = True
    value = 0.0
    for i in range(n):
        value += fit[i, home[i]]
    return value / 2


@njit
def complete(home, size, low, high):
    """Put all without a group into groups at random, first those that are short."""
    groups = len(size)
    for i in np.random.permutation(len(home)):
        if home[i] < 0:
            short = False
            for g in range(groups):
                short = short or size[g] < low[g]
            g = np.random.randint(groups)
            while size[g] >= (low[g] if short else high[g]):
                g = (g + 1) % groups
            home[i] = g
            size[g] += 1


@njit
def undirected(home, size, low, high, strength):
    """So many random moves and swaps."""
    n, groups = len(home), len(size)
    pairs, made = n * (n - 1) // 2, 0
    while made < strength:
        i, j = np.random.randint(n), np.random.randint(n)
        a = home[i]
        if np.random.randint(pairs + n * groups) < pairs:
            if a != home[j]:
                home[i], home[j] = home[j], a
                made += 1
        else:
            g = np.random.randint(groups)
            if g != a and size[a] > low[a] and size[g] < high[g]:
                home[i] = g
                size[a] -= 1
                size[g] += 1
                made += 1


@njit
def directed(w, home, size, low, high):
    """Take the least fitting member out of each group and put them where they fit best on average, first
    into groups that are short."""
    groups = len(size)
    for _ in range(ROUNDS):
        fit = fits(w, home, groups)
        out = np.full(groups, -1)
        for i in range(len(home)):
            g = home[i]
            if out[g] < 0 or fit[i, g] < fit[out[g], g]:
                out[g] = i
        for g in range(groups):
            size[g] -= 1
            home[out[g]] = -1
            for k in range(groups):
                fit[out[k], g] -= w[out[k], out[g]]
        for _ in range(groups):
            short = False
            for g in range(groups):
                short = short or size[g] < low[g]
            best, who, where = -np.inf, -1, -1
            first = np.random.randint(groups)
            while (size[first] >= low[first]) if short else (out[first] < 0):
                first = (first + 1) % groups
            for k in range(groups):
                member, g = (out[k], first) if short else (out[first], k)
                if member >= 0 and size[g] < high[g] and fit[member, g] / max(1, size[g]) > best:
                    best, who, where = fit[member, g] / max(1, size[g]), k if short else first, g
            member = out[who]
            out[who] = -1
            home[member] = where
            size[where] += 1
            for k in range(groups):
                if out[k] >= 0:
                    fit[out[k], where] += w[out[k], member]


@njit
def recombine(w, one, other, low, high):
    """Groups from two parents in turn, the heaviest first, then whoever is left."""
    n, groups = len(one), len(low)
    parents = np.stack((one, other))
    weights = np.zeros((2, groups))
    for p in range(2):
        for i in range(n):
            for j in range(n):
                if parents[p, i] == parents[p, j]:
                    weights[p, parents[p, i]] += w[i, j]
    home, size, taken = np.full(n, -1), np.zeros(groups, np.int64), np.zeros(groups, np.bool_)
    for _ in range(groups):
        p = np.random.randint(2)
        members = np.nonzero(parents[p] == np.argmax(weights[p]))[0]
        first, to = np.random.randint(groups), -1
        for k in range(groups):
            g = (first + k) % groups
            if not taken[g] and (to < 0 or (high[to] < len(members) and high[g] > high[to])):
                to = g
        members = np.random.permutation(members)[: high[to]]
        weights[p, np.argmax(weights[p])] = -np.inf
        for i in members:
            home[i] = to
            for q in range(2):
                g = parents[q, i]
                for j in range(n):
                    if parents[q, j] == g:
                        weights[q, g] -= 2 * w[i, j]
                parents[q, i] = -2
        taken[to] = True
        size[to] = len(members)
    missing = 0
    for g in range(groups):
        missing += max(0, low[g] - size[g])
    while np.sum(home < 0) < missing:
        i = np.random.randint(n)
        if home[i] >= 0 and size[home[i]] > low[home[i]]:
            size[home[i]] -= 1
            home[i] = -1
    complete(home, size, low, high)
    return home, size


@njit
def apart(one, other):
    """Pairs that share a group in one and not in the other."""
    count = 0
    for i in range(len(one)):
        for j in range(i):
            count += (one[i] == one[j]) != (other[i] == other[j])
    return count


@njit
def beginning(w, homes, sizes, values, low, high):
    for k in range(len(values)):
        homes[k] = -1
        sizes[k] = 0
        complete(homes[k], sizes[k], low, high)
        values[k] = descend(w, homes[k], sizes[k], low, high)


@njit
def phase(w, homes, sizes, values, low, high, number, strength):
    """One of the three phases over the population."""
    count, n = homes.shape
    if number == 1:
        young_homes, young_sizes, young = homes.copy(), sizes.copy(), values.copy()
        for k in range(count):
            mate = (k + 1 + np.random.randint(count - 1)) % count
            young_homes[k], young_sizes[k] = recombine(w, homes[k], homes[mate], low, high)
            young[k] = descend(w, young_homes[k], young_sizes[k], low, high)
        for k in range(count):
            far = DISTANCE * apart(young_homes[k], homes[k]) / (n * n) * len(low)
            if young[k] >= values[k] or young[k] / values[k] + far > 1:
                homes[k], sizes[k], values[k] = young_homes[k], young_sizes[k], young[k]
        return
    for k in range(count):
        if number == 0:
            undirected(homes[k], sizes[k], low, high, strength)
        else:
            directed(w, homes[k], sizes[k], low, high)
        values[k] = descend(w, homes[k], sizes[k], low, high)


def tpsdp(weights: Floats, sizes: Sizes, seconds: float, seed: int) -> float:
    """The best total weight within groups found in so many seconds of processor time."""
    begun = time.process_time()
    n, groups = len(weights), len(sizes)
    low, high = np.array(sizes).T.copy()
    strongest, weakest, fewest = SMALL if n <= 400 else LARGE
    seeded(seed)
    homes, inside = np.empty((POPULATION, n), np.int64), np.empty((POPULATION, groups), np.int64)
    values = np.empty(POPULATION)
    beginning(weights, homes, inside, values, low, high)
    best, count = float(values.max()), POPULATION
    while (share := (time.process_time() - begun) / seconds) < 1:
        strength = int((strongest - (strongest - weakest) * share) * n / groups)
        for number in (0, 1, 2) if count > 1 else (0, 2):
            phase(weights, homes[:count], inside[:count], values[:count], low, high, number, strength)
            best = max(best, float(values[:count].max()))
        order = np.argsort(-values[:count], kind="stable")
        homes[:count], inside[:count], values[:count] = homes[order], inside[order], values[order]
        count = max(fewest, round(POPULATION - (POPULATION - fewest) * share))
    return best
