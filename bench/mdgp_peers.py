"""What the grouping core is measured against. Every peer takes weights, sizes, seconds of processor time
and a seed, and returns the best total weight within groups.
"""

from __future__ import annotations

import time

import numpy as np
from numba import njit
from tpsdp import Floats, Sizes, beginning, complete, descend, fits, seeded, tpsdp, transfer

from matcher.cohorts import diverse


@njit
def cool(w, home, size, low, high, first, last, tries):
    """Annealing by random swaps and moves, one at a time."""
    n, groups = len(home), len(size)
    fit = fits(w, home, groups)
    heat = first
    for number in range(tries):
        if number % n == 0:
            heat = first * (last / first) ** (number / tries)
        i, j = np.random.randint(n), np.random.randint(n + groups)
        a = home[i]
        b = home[j] if j < n else j - n
        if a == b or (j >= n and (size[a] == low[a] or size[b] == high[b])):
            continue
        gain = fit[i, b] - fit[i, a]
        if j < n:
            gain += fit[j, a] - fit[j, b] - 2 * w[i, j]
        if gain >= 0 or np.random.random() < np.exp(gain / heat):
            transfer(w, fit, i, a, b)
            home[i] = b
            if j < n:
                transfer(w, fit, j, b, a)
                home[j] = a
            else:
                size[a] -= 1
                size[b] += 1


def annealing(weights: Floats, sizes: Sizes, seconds: float, seed: int) -> float:
    """From random partitions, four times, the heat from two standard deviations of the weights to a fifth."""
    begun = time.process_time()
    n, groups = len(weights), len(sizes)
    low, high = np.array(sizes).T.copy()
    spread = float(weights[np.triu_indices(n, 1)].std())
    seeded(seed)
    best, tries = -np.inf, 100_000
    while (left := seconds - (time.process_time() - begun)) > 0:
        home, size = np.full(n, -1), np.zeros(groups, np.int64)
        complete(home, size, low, high)
        before = time.process_time()
        cool(weights, home, size, low, high, 2 * spread, spread / 5, tries)
        best = max(best, float(descend(weights, home, size, low, high)))
        pace = tries / max(1e-9, time.process_time() - before)
        tries = max(1000, int(min(seconds / 4, left) * pace))
    return best


def swaps(weights: Floats, sizes: Sizes, seconds: float, seed: int) -> float:
    """Descent from random partitions, as many as there is time for."""
    begun = time.process_time()
    low, high = np.array(sizes).T.copy()
    seeded(seed)
    homes, size = np.empty((1, len(weights)), np.int64), np.empty((1, len(sizes)), np.int64)
    values, best = np.empty(1), -np.inf
    while time.process_time() - begun < seconds:
        beginning(weights, homes, size, values, low, high)
        best = max(best, float(values[0]))
    return best


def at_random(weights: Floats, sizes: Sizes, seconds: float, seed: int) -> float:
    """One random partition."""
    low, high = np.array(sizes).T.copy()
    seeded(seed)
    home, size = np.full(len(weights), -1), np.zeros(len(sizes), np.int64)
    complete(home, size, low, high)
    return diverse.worth(weights, [np.flatnonzero(home == g).tolist() for g in range(len(sizes))])


PEERS = (tpsdp, annealing, swaps, at_random)


def warm_up() -> None:
    """Compile all of it. What is compiled late in a run was not in one that compiling used up."""
    weights = np.add.outer(np.arange(30.0), np.arange(30.0))
    for peer in PEERS:
        for seed in range(3):
            peer(weights, [(4, 6)] * 6, 0.01, seed)
