"""Blossoms and alternating trees as arrays, for the compiled search of :mod:`matcher.pairing.blossom`.

Nodes are vertices, 0 to n - 1, and blossoms, n to 2 n - 1: odd sets of vertices that were shrunk into one.
Importing this module imports numba: import it late.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from matcher.compiled import Compiler
from matcher.pairing.programme import Ints

OUT, EVEN, ODD = 0, 1, 2
#: Where ``Forest.tally`` keeps how many blossoms are spare, the last mark, and how many nodes were touched.
SPARE, MARK, TOUCHED = 0, 1, 2
compiled = Compiler(Path(__file__).parent, (b"\nfrom matcher.pairing.forest import", b"Compiler")).compiled


class Graph(NamedTuple):
    """The arcs of vertex v are ``start[v]`` to ``start[v + 1]``: to ``near``, with twice their weight."""

    start: Ints
    near: Ints
    tail: Ints
    weight: Ints


class Forest(NamedTuple):
    """``y``, ``mate`` (-1: none) and ``top`` (the outermost blossom) of vertices; of nodes: ``z``, the
    ``parent`` blossom, the ``base`` vertex (the one matched outside), the ``first`` child (with the base),
    the next child ``after`` with the edge ``here`` - ``there`` to it; the vertices from ``head`` to
    ``tail`` along ``follow``; in a tree the ``label`` and, of odd nodes, the edge ``inner`` - ``outer`` up.
    """

    y: Ints
    mate: Ints
    top: Ints
    follow: Ints
    z: Ints
    parent: Ints
    base: Ints
    first: Ints
    after: Ints
    here: Ints
    there: Ints
    head: Ints
    tail: Ints
    label: Ints
    inner: Ints
    outer: Ints
    mark: Ints
    spare: Ints
    touched: Ints
    cycle: Ints
    todo: Ints
    tally: Ints


def forest(size: int) -> Forest:
    """Vertices alone: no blossom, no tree, nothing matched, all duals 0."""

    def fill(length: int, value: int = -1) -> Ints:
        return np.full(length, value, dtype=np.int64)

    n, nodes = size, 2 * size
    return Forest(
        y=fill(n, 0),
        mate=fill(n),
        top=np.arange(n),
        follow=fill(n),
        z=fill(nodes, 0),
        parent=fill(nodes),
        base=np.arange(nodes),
        first=fill(nodes),
        after=fill(nodes),
        here=fill(nodes),
        there=fill(nodes),
        head=np.arange(nodes),
        tail=np.arange(nodes),
        label=fill(nodes, OUT),
        inner=fill(nodes),
        outer=fill(nodes),
        mark=fill(nodes, 0),
        spare=np.arange(nodes - 1, n - 1, -1),
        touched=fill(nodes),
        cycle=fill(n),
        todo=fill(4 * nodes),
        tally=np.array([n, 0, 0]),
    )


@compiled
def children(f: Forest, whole: int) -> int:
    """Put the children of a blossom into ``f.cycle``, the first one first; give their number."""
    child, size = f.first[whole], 0
    while size == 0 or child != f.first[whole]:
        f.cycle[size] = child
        size += 1
        child = f.after[child]
    return size


@compiled
def rebase(f: Forest, node: int, base: int) -> None:
    """Match the inside of ``node`` so that its vertex ``base`` is left for an edge from outside."""
    n = f.y.shape[0]
    f.todo[0], f.todo[1] = node, base
    size = 2
    while size > 0:
        whole, vertex = f.todo[size - 2], f.todo[size - 1]
        size -= 2
        f.base[whole] = vertex
        if whole < n:
            continue
        child = vertex
        while f.parent[child] != whole:
            child = f.parent[child]
        length = children(f, whole)
        position = 0
        while f.cycle[position] != child:
            position += 1
        # An even number of edges lies on one side between the old first child and the new one.
        begin, end = (0, position) if position % 2 == 0 else (position + 1, length)
        for each in range(begin, end, 2):
            left = f.cycle[each]
            a, b = f.here[left], f.there[left]
            f.mate[a], f.mate[b] = b, a
            f.todo[size], f.todo[size + 1] = left, a
            f.todo[size + 2], f.todo[size + 3] = f.after[left], b
            size += 4
        f.todo[size], f.todo[size + 1] = child, vertex
        size += 2
        f.first[whole] = child


@compiled
def flip(f: Forest, vertex: int, partner: int) -> None:
    """Match the even ``vertex`` to ``partner`` (-1: to none), changing over along its path to the root."""
    while True:
        node = f.top[vertex]
        old = f.mate[f.base[node]]
        rebase(f, node, vertex)
        f.mate[vertex] = partner
        if old < 0:
            return
        odd = f.top[old]
        partner, vertex = f.inner[odd], f.outer[odd]
        rebase(f, odd, partner)
        f.mate[partner] = vertex


@compiled
def shift(f: Forest, node: int, by: int) -> None:
    """Add ``by`` to the dual of each vertex of ``node``."""
    vertex = f.head[node]
    f.y[vertex] += by
    while vertex != f.tail[node]:
        vertex = f.follow[vertex]
        f.y[vertex] += by


@compiled
def lift(f: Forest, node: int) -> None:
    """Make ``node`` the outermost blossom of each vertex of it."""
    vertex = f.head[node]
    f.top[vertex] = node
    while vertex != f.tail[node]:
        vertex = f.follow[vertex]
        f.top[vertex] = node


@compiled
def touch(f: Forest, node: int, label: int) -> None:
    f.label[node] = label
    f.touched[f.tally[TOUCHED]] = node
    f.tally[TOUCHED] += 1


@compiled
def apex(f: Forest, a: int, b: int) -> int:
    """The nearest node that two even nodes' paths to the root share."""
    f.tally[MARK] += 1
    while True:
        if a >= 0:
            if f.mark[a] == f.tally[MARK]:
                return a
            f.mark[a] = f.tally[MARK]
            up = f.mate[f.base[a]]
            a = f.top[f.outer[f.top[up]]] if up >= 0 else -1
        a, b = b, a
