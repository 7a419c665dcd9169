"""Cuts: what the linear relaxation of a matching with capacities and facilitators lacks.

Odd sets: for a set U of members and a set F of pairs that leave U, with b(U) + |F| odd, every plan has
``x(pairs inside U) + x(F) <= (b(U) + |F| - 1) / 2``, for each pair is taken at most once
(Edmonds and Johnson 1970). With the wished numbers alone they describe such plans exactly; where
facilitators or "is placed" columns tie pairs together, something fractional may be left.
Violated ones are found as in Letchford, Reinelt and Theis, "Odd minimum cut sets and
b-matchings revisited", SIAM J. Discrete Math. 22 (2008): among the cuts of a Gomory-Hu tree
over the weights min(x, 1 - x), with the unused capacities as edges to one extra node.

Facilitators: pairs can all be convened just where, for every set S of facilitators, the pairs that
nobody outside S could convene are at most as many as S can take (Hall 1935). A violated S is one
side of a least cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matcher.pairing.programme import Floats, Ints, Programme

if TYPE_CHECKING:
    import networkx as nx

#: A cut has to be violated by this much to be worth a row.
LEAST_VIOLATION = 1e-4
#: Above this many nodes only the component itself is tried, not every cut in it.
LARGEST_TREE = 400
#: Fractions of a pair are counted in this for the flow, whose numbers have 32 bits.
FLOW_SCALE = 1 << 14


@dataclass(frozen=True, slots=True)
class Cut:
    """``x(columns) <= right``; ``columns`` are indices of pairs, ascending."""

    columns: tuple[int, ...]
    right: int


def violated_cuts(ends: Ints, capacity: Ints, x: Floats, tight: npt.NDArray[np.bool_]) -> list[Cut]:
    """Odd-set cuts that ``x`` (m,) violates, each once; empty where the search finds none.

    ``ends`` is (m, 2), ``capacity`` (n,) how many pairs each member may take, ``tight`` (m,) the
    pairs with no reduced cost. Where many plans are equally good, the sets that the tight pairs
    connect are tried as well: cuts through the fractional parts alone would take many rounds to
    reach them.
    """
    import networkx as nx

    closeness: Floats = np.minimum(x, 1.0 - x)
    partial = closeness > 1e-7
    if not partial.any():
        return []
    used = np.bincount(ends.ravel(), weights=np.repeat(x, 2), minlength=len(capacity))
    slack = np.maximum(capacity - used, 0.0)
    around = _Around.of(ends, capacity, x)
    found: dict[tuple[int, ...], Cut] = {}
    for inside in _components(ends[partial], len(capacity)):
        graph: nx.Graph[int] = nx.Graph()
        arcs = around.pairs(inside)
        for edge in np.unique(arcs[partial[arcs]]):
            graph.add_edge(int(ends[edge, 0]), int(ends[edge, 1]), weight=float(closeness[edge]))
        for part in _sets(graph, slack):
            cut = _best_cut(part, around)
            if cut is not None:
                found[cut.columns] = cut
    for inside in _components(ends[tight], len(capacity)):
        cut = _best_cut(inside, around)
        if cut is not None:
            found[cut.columns] = cut
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _Around:
    """The pairs of each member, to be looked up: those of member i are ``pair[start[i] : start[i + 1]]``."""

    start: Ints
    pair: Ints
    capacity: Ints
    x: Floats

    @classmethod
    def of(cls, ends: Ints, capacity: Ints, x: Floats) -> _Around:
        order = np.argsort(ends.ravel(), kind="stable")
        start = np.concatenate([[0], np.cumsum(np.bincount(ends.ravel(), minlength=len(capacity)))])
        return cls(start, order // 2, capacity, x)

    def pairs(self, inside: Ints) -> Ints:
        """The pairs of each of ``inside``: those of two of them come twice."""
        return np.concatenate([self.pair[self.start[each] : self.start[each + 1]] for each in inside])


def _components(ends: Ints, size: int) -> Iterator[Ints]:
    """The members of each connected part with a pair, ascending."""
    from scipy import sparse
    from scipy.sparse import csgraph

    graph = sparse.csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(size, size))
    _, label = csgraph.connected_components(graph, directed=False)
    order = np.argsort(label, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
        if len(part) > 1:
            yield part


def _sets(component: nx.Graph[int], slack: Floats) -> Iterator[npt.NDArray[np.int64]]:
    """Candidate sets U: the component, then each side of the cuts of its Gomory-Hu tree."""
    import networkx as nx

    nodes = sorted(component)
    yield np.array(nodes)
    if len(nodes) > LARGEST_TREE or len(nodes) < 3:
        return
    outside = -1
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from([*nodes, outside])
    for a, b, given in component.edges(data=True):
        graph.add_edge(a, b, capacity=given["weight"])
    for node in nodes:
        if slack[node] > 1e-9:
            graph.add_edge(node, outside, capacity=float(slack[node]))
    tree = nx.gomory_hu_tree(graph)
    for a, b in sorted(tree.edges):
        if tree[a][b]["weight"] >= 1.0:
            continue
        rest = tree.copy()
        rest.remove_edge(a, b)
        side = nx.node_connected_component(rest, a)
        if outside in side:
            side = set(graph) - side
        yield np.array(sorted(side))


def _best_cut(inside: Ints, around: _Around) -> Cut | None:
    """The most violated cut on a set of members, or None where none is violated."""
    x, capacity = around.x, int(around.capacity[inside].sum())
    pairs, times = np.unique(around.pairs(inside), return_counts=True)
    within, leaving = pairs[times == 2], pairs[times == 1]
    taken = leaving[x[leaving] > 0.5]
    if (capacity + len(taken)) % 2 == 0:
        if not len(leaving):
            return None
        # Parity is mended by the pair whose move in or out of F costs least.
        swap = int(leaving[np.argmin(np.abs(1.0 - 2.0 * x[leaving]))])
        taken = np.setxor1d(taken, [swap])
    right = (capacity + len(taken) - 1) // 2
    columns = np.sort(np.concatenate([within, taken]))
    if x[columns].sum() <= right + LEAST_VIOLATION:
        return None
    return Cut(tuple(int(column) for column in columns), right)


def overload(programme: Programme, x: Floats | Ints) -> Cut | None:
    """A set of facilitators asked for more pairs than they can take, as a cut; None where there is
    none. For a whole ``x`` (columns,) None means that all its pairs can be convened."""
    from scipy import sparse
    from scipy.sparse import csgraph

    if not len(programme.convenable):
        return None
    edges = programme.edges
    x = x[: len(edges.affinity)]
    kinds, staff = len(edges.class_members), len(programme.convenable)
    asked = np.bincount(edges.classes, weights=x, minlength=kinds)
    arcs = [(kind, kinds + each) for kind, able in enumerate(edges.class_members) for each in able]
    tails, heads = np.array(arcs).T
    source, sink = kinds + staff, kinds + staff + 1
    asks = np.floor(asked * FLOW_SCALE + 1e-3).astype(np.int32)
    takes = (np.minimum(programme.convenable, len(x)) * FLOW_SCALE).astype(np.int32)
    graph = sparse.csr_array(
        (
            np.concatenate([asks, asks[tails], takes]),
            (
                np.concatenate([np.full(kinds, source), tails, np.arange(kinds, source)]),
                np.concatenate([np.arange(kinds), heads, np.full(staff, sink)]),
            ),
        ),
        shape=(sink + 1, sink + 1),
    )
    flow = csgraph.maximum_flow(graph, source, sink)
    if flow.flow_value >= asks.sum():
        return None
    rest = graph - flow.flow
    rest.data = np.maximum(rest.data, 0)
    rest.eliminate_zeros()
    reached = csgraph.breadth_first_order(rest, source, return_predecessors=False)
    full = {int(node) - kinds for node in reached if kinds <= node < source}
    bound_to = np.array([full.issuperset(able) for able in edges.class_members])
    columns = np.flatnonzero(bound_to[edges.classes])
    right = int(programme.convenable[sorted(full)].sum())
    if x[columns].sum() <= right + LEAST_VIOLATION:
        return None
    return Cut(tuple(int(column) for column in columns), right)
