"""A matching of most weight in a general graph, compiled: what :mod:`matcher.pairing.matching` runs.

Primal and dual as in Edmonds, "Maximum matching and a polyhedron with 0,1-vertices" (1965): every vertex
has a dual value, every odd set that was shrunk (a blossom) has one too, an edge is tight where they add
up to its weight, and only tight edges are matched. As in Derigs and Metz, "On the use of optimal
fractional matchings for solving the (integer) matching problem" (1986), the search begins with the optimum
of the fractional problem, an assignment of each vertex to another. That leaves one vertex of each of its odd
cycles free, and for each of these one alternating tree is grown with a queue of what becomes tight when, as
in Kolmogorov, "Blossom V" (2009). Weights are doubled, so that all numbers are whole.

While a tree is grown the duals of its nodes are kept as they were when ``now`` was 0: what is true of a
vertex is ``y - now`` at even nodes and ``y + now`` at odd ones, of a blossom ``z + 2 now`` and ``z - 2 now``.
Importing this module imports numba: import it late. The first call on a machine compiles for some seconds
and leaves the result in a cache beside this file.
"""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np

from matcher.pairing.forest import (
    EVEN,
    ODD,
    OUT,
    SPARE,
    TOUCHED,
    Forest,
    Graph,
    apex,
    children,
    compiled,
    flip,
    lift,
    rebase,
    shift,
    touch,
)
from matcher.pairing.programme import Ints

NEVER = 2**62


@compiled
def begin(g: Graph, f: Forest, image: Ints, worth: Ints) -> None:
    """Duals and matched edges from the best assignment of each vertex to another, or to itself for
    nothing: ``image`` (n,), with the weight ``worth`` (n,) of each.

    The assignment's own duals are longest paths, found as by Bellman and Ford with a queue. The sum of
    the two of a vertex is its dual, doubled.
    """
    n = f.y.shape[0]
    height = np.zeros(n, np.int64)
    owner = np.empty(n, np.int64)
    queue = np.arange(n)
    waiting = np.ones(n, np.bool_)
    for vertex in range(n):
        owner[image[vertex]] = vertex
    front, size = 0, n
    while size > 0:
        vertex = owner[queue[front]]
        waiting[queue[front]] = False
        length = height[queue[front]] - worth[vertex]
        front, size = (front + 1) % n, size - 1
        for place in range(g.start[vertex] - 1, g.start[vertex + 1]):
            own = place < g.start[vertex]
            other = vertex if own else g.near[place]
            reach = length if own else length + g.weight[place] // 2
            if reach > height[other]:
                height[other] = reach
                if not waiting[other]:
                    waiting[other] = True
                    queue[(front + size) % n] = other
                    size += 1
    for vertex in range(n):
        f.y[vertex] = height[vertex] + worth[vertex] - height[image[vertex]]
        one, other = vertex, image[vertex]
        while one != other and f.mate[one] < 0 and f.mate[other] < 0:
            f.mate[one], f.mate[other] = other, one
            one = image[other]
            other = image[one]


@compiled
def scan(g: Graph, f: Forest, heap: list[int], node: int, now: int, end: int) -> int:
    """Put into the queue when the edges of ``node`` become tight, a part of an even node or a node that
    has left the tree. Gives when the search is sure to end: a free vertex is reached, or a dual is 0."""
    codes = g.near.shape[0] + f.z.shape[0]
    own = f.top[f.head[node]]
    even = f.label[own] == EVEN
    vertex = f.head[node]
    while True:
        y = f.y[vertex] - now if even else f.y[vertex]
        if even:
            end = min(end, now + y)
        for place in range(g.start[vertex], g.start[vertex + 1]):
            other = g.near[place]
            side = f.top[other]
            if side == own or f.label[side] == ODD:
                continue
            slack = y + f.y[other] - g.weight[place]
            if f.label[side] == OUT:
                if even and now + slack <= end:
                    heappush(heap, (now + slack) * codes + place)
                    if f.mate[f.base[side]] < 0:
                        end = now + slack
            else:
                slack -= now
                key = now + slack // 2 if even else now + slack
                if key < end:
                    heappush(heap, key * codes + place)
        if vertex == f.tail[node]:
            return end
        vertex = f.follow[vertex]


@compiled
def make_even(g: Graph, f: Forest, heap: list[int], node: int, now: int, end: int) -> int:
    touch(f, node, EVEN)
    f.z[node] -= 2 * now
    shift(f, node, now)
    return scan(g, f, heap, node, now, end)


@compiled
def make_odd(g: Graph, f: Forest, heap: list[int], node: int, inner: int, outer: int, now: int) -> None:
    touch(f, node, ODD)
    f.inner[node], f.outer[node] = inner, outer
    shift(f, node, -now)
    if node >= f.y.shape[0]:  # it has to be opened when its dual is 0
        arcs = g.near.shape[0]
        heappush(heap, (now + f.z[node] // 2) * (arcs + f.z.shape[0]) + arcs + node)
        f.z[node] += 2 * now


@compiled
def shrink(g: Graph, f: Forest, heap: list[int], one: int, other: int, now: int, end: int) -> int:
    """Make a blossom of the cycle that the tight edge between two even vertices closes."""
    crown = apex(f, f.top[one], f.top[other])
    f.tally[SPARE] -= 1
    whole = f.spare[f.tally[SPARE]]
    for side in range(2):
        node = f.top[one] if side == 0 else f.top[other]
        while node != crown:
            odd = f.top[f.mate[f.base[node]]]
            up = f.top[f.outer[odd]]
            if side == 0:
                f.after[odd], f.here[odd], f.there[odd] = node, f.base[odd], f.base[node]
                f.after[up], f.here[up], f.there[up] = odd, f.outer[odd], f.inner[odd]
            else:
                f.after[node], f.here[node], f.there[node] = odd, f.base[node], f.base[odd]
                f.after[odd], f.here[odd], f.there[odd] = up, f.inner[odd], f.outer[odd]
            node = up
    last = f.top[one]
    f.after[last], f.here[last], f.there[last] = f.top[other], one, other
    f.first[whole], f.base[whole], f.parent[whole] = crown, f.base[crown], -1
    size = children(f, whole)
    for each in range(size):
        child = f.cycle[each]
        f.parent[child] = whole
        if f.label[child] == ODD:
            shift(f, child, 2 * now)
            f.z[child] -= 2 * now
        else:
            f.z[child] += 2 * now
        if each > 0:
            f.follow[f.tail[f.cycle[each - 1]]] = f.head[child]
    f.head[whole], f.tail[whole] = f.head[crown], f.tail[f.cycle[size - 1]]
    lift(f, whole)
    f.z[whole] = -2 * now
    touch(f, whole, EVEN)
    for each in range(size):
        child = f.cycle[each]
        if f.label[child] == ODD:
            end = scan(g, f, heap, child, now, end)
        f.label[child] = OUT
    return end


@compiled
def role(each: int, position: int) -> int:
    """Which label the child ``each`` of a cycle gets, where the edge up enters at ``position``: the even
    number of edges from there to the first child is on one side."""
    if (each > position) if position % 2 == 0 else (0 < each < position):
        return OUT
    return ODD if each == 0 or each % 2 == position % 2 else EVEN


@compiled
def expand(g: Graph, f: Forest, heap: list[int], whole: int, now: int, end: int) -> int:
    """Open an odd blossom whose dual is 0. The children on the even path between the edge up and the
    base take its place, odd and even by turns; the others leave the tree."""
    inner, outer = f.inner[whole], f.outer[whole]
    entry = inner
    while f.parent[entry] != whole:
        entry = f.parent[entry]
    size = children(f, whole)
    position = 0
    while f.cycle[position] != entry:
        position += 1
    for each in range(size):
        f.parent[f.cycle[each]] = -1
        shift(f, f.cycle[each], now)
        lift(f, f.cycle[each])
    f.label[whole], f.z[whole] = OUT, 0
    f.spare[f.tally[SPARE]] = whole
    f.tally[SPARE] += 1
    for each in range(size):
        child = f.cycle[each]
        if role(each, position) != ODD:
            continue
        if child == entry:
            make_odd(g, f, heap, child, inner, outer, now)
        elif position % 2 == 0:
            make_odd(g, f, heap, child, f.here[child], f.there[child], now)
        else:
            before = f.cycle[(each - 1) % size]
            make_odd(g, f, heap, child, f.there[before], f.here[before], now)
    # Events are asked for when the odd ones are known: by those that left, and then by the even ones.
    for each in range(size):
        if role(each, position) == OUT:
            end = scan(g, f, heap, f.cycle[each], now, end)
    for each in range(size):
        if role(each, position) == EVEN:
            end = make_even(g, f, heap, f.cycle[each], now, end)
    return end


@compiled
def settle(f: Forest, now: int, reached: bool) -> None:
    """Take the tree down and make the duals true. Where no free vertex was ``reached``, an even one
    whose dual is 0 is left free instead of the root."""
    spent = -1
    for each in range(f.tally[TOUCHED]):
        node = f.touched[each]
        if f.label[node] == OUT:
            continue
        sign = -1 if f.label[node] == EVEN else 1
        f.label[node] = OUT
        f.z[node] -= sign * 2 * now
        shift(f, node, sign * now)
        vertex = f.head[node]
        while sign < 0:
            if f.y[vertex] == 0:
                spent = vertex
            if vertex == f.tail[node]:
                break
            vertex = f.follow[vertex]
    if not reached:
        flip(f, spent, -1)


@compiled
def search(g: Graph, f: Forest, root: int) -> None:
    """Grow the alternating tree of the free vertex ``root`` until a free vertex is reached, or an even
    one may be left free because its dual has come to 0."""
    arcs = g.near.shape[0]
    codes = arcs + f.z.shape[0]
    f.tally[TOUCHED] = 0
    heap: list[int] = [root]  # not left empty, so that it has a type
    heap.pop()
    end = make_even(g, f, heap, f.top[root], 0, NEVER)
    while len(heap) > 0:
        event = heappop(heap)
        now, code = event // codes, event % codes
        if now > end:
            break
        if code >= arcs:
            node = code - arcs
            if f.parent[node] < 0 and f.label[node] == ODD and f.z[node] == 2 * now:
                end = expand(g, f, heap, node, now, end)
            continue
        one, other = g.tail[code], g.near[code]
        if f.label[f.top[one]] != EVEN:
            one, other = other, one
        a, b = f.top[one], f.top[other]
        if a == b or f.label[a] != EVEN or f.label[b] == ODD:
            continue
        slack = f.y[one] - now + f.y[other] - g.weight[code]
        if f.label[b] == EVEN:
            if slack == now:
                end = shrink(g, f, heap, one, other, now, end)
        elif slack == 0:
            up = f.mate[f.base[b]]
            if up < 0:
                settle(f, now, True)
                rebase(f, b, other)
                f.mate[other] = one
                flip(f, one, other)
                return
            make_odd(g, f, heap, b, other, one, now)
            end = make_even(g, f, heap, f.top[up], now, end)
    settle(f, end, False)
