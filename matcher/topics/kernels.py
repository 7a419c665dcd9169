"""The compiled inner loops: nearest rows, and moves of nodes between communities.

Importing this module imports numba; import it late. The first call on a machine compiles for some
seconds and leaves the result in a cache beside this file.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from matcher.compiled import Compiler

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
#: Gains closer than this are equal: of equal ones the lower community is taken.
EQUAL = 1e-12


_compiled = Compiler(Path(__file__).parent, (b"Compiler",)).compiled


@_compiled
def best_of_block(
    block: npt.NDArray[np.float32],
    own: Ints,
    exact: Floats,
    margin: float,
    index: Ints,
    cosine: Floats,
    found: Ints,
) -> npt.NDArray[np.bool_]:
    """Fill ``index`` and ``cosine`` (rows, k) for the rows ``own``, which ``block`` (rows, n) scores
    roughly, within ``margin`` / 2. Those with more candidates than ``found`` has room for are left
    alone, and come back as True."""
    rows, n = block.shape
    k = index.shape[1]
    full = np.zeros(rows, np.bool_)
    top = np.empty(k, np.float32)
    for r in range(rows):
        i = own[r]
        top[:] = -np.inf
        for j in range(n):
            value = block[r, j]
            if value > top[k - 1] and j != i:
                place = k - 1
                while place > 0 and top[place - 1] < value:
                    top[place] = top[place - 1]
                    place -= 1
                top[place] = value
        least = top[k - 1] - margin
        count = 0
        for j in range(n):
            if block[r, j] >= least and j != i:
                if count == len(found):
                    full[r] = True
                    break
                found[count] = j
                count += 1
        if full[r]:
            continue
        taken = 0
        for c in range(count):
            j = found[c]
            # Both are on the grid: the sum is exact in any order.
            value = 0.0
            for d in range(exact.shape[1]):
                value += exact[i, d] * exact[j, d]
            if taken == k and value <= cosine[r, k - 1]:
                continue  # candidates come in rising order: of equal ones the first stays
            place = taken if taken < k else k - 1
            while place > 0 and cosine[r, place - 1] < value:
                cosine[r, place] = cosine[r, place - 1]
                index[r, place] = index[r, place - 1]
                place -= 1
            cosine[r, place] = value
            index[r, place] = j
            taken = min(taken + 1, k)
    return full


@_compiled
def shuffled(n: int, seed: int) -> Ints:
    """0 to n - 1 in an order that depends on ``seed`` alone."""
    order = np.arange(n)
    state = np.uint64(2 * seed + 1)
    for i in range(n - 1, 0, -1):
        # Knuth's linear congruential generator (MMIX).
        state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
        j = int((state >> np.uint64(33)) % np.uint64(i + 1))
        order[i], order[j] = order[j], order[i]
    return order


@_compiled
def move_nodes(
    indptr: Ints,
    indices: Ints,
    weights: Floats,
    degree: Floats,
    movable: npt.NDArray[np.bool_],
    community: Ints,
    scale: float,
    seed: int,
) -> bool:
    """Move each movable node to the neighbouring community of greatest gain until none gains, in
    ``community`` (n,), whose values are below n. True if one moved.

    The gain of node i in community c is (weight of i to c) - scale * degree of i * degree of c. The
    order is shuffled by ``seed``; a node is looked at again when a neighbour has left for elsewhere.
    """
    n = len(degree)
    total = np.zeros(n)
    for i in range(n):
        total[community[i]] += degree[i]
    queue = shuffled(n, seed)
    waiting = np.ones(n, np.bool_)
    to = np.zeros(n)
    seen = np.empty(n, np.int64)
    head, count, moved = 0, n, False
    while count > 0:
        i = queue[head]
        head = (head + 1) % n
        count -= 1
        waiting[i] = False
        if not movable[i]:
            continue
        near = 0
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            if j != i and weights[e] > 0.0:
                c = community[j]
                if to[c] == 0.0:
                    seen[near] = c
                    near += 1
                to[c] += weights[e]
        own = community[i]
        total[own] -= degree[i]
        best, gain = own, to[own] - scale * degree[i] * total[own]
        for s in range(near):
            c = seen[s]
            value = to[c] - scale * degree[i] * total[c]
            if value > gain + EQUAL or (best != own and c < best and value >= gain - EQUAL):
                best, gain = c, value
        total[best] += degree[i]
        for s in range(near):
            to[seen[s]] = 0.0
        if best != own:
            community[i] = best
            moved = True
            for e in range(indptr[i], indptr[i + 1]):
                j = indices[e]
                if j != i and community[j] != best and not waiting[j]:
                    queue[(head + count) % n] = j
                    count += 1
                    waiting[j] = True
    return moved
