"""Communities beside networkx's Louvain, and nodes that stay where they are."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from build_topics import planted, unit
from matcher.topics import nearest
from matcher.topics.communities import communities
from matcher.topics.graph import Ints, fuzzy


def free(n: int) -> Ints:
    return np.full(n, -1, dtype=np.int64)


def modularity(weights: sparse.csr_matrix, groups: Ints, resolution: float) -> float:
    own = [set(np.flatnonzero(groups == g).tolist()) for g in np.unique(groups)]
    graph = nx.from_scipy_sparse_array(weights)
    return float(nx.community.modularity(graph, own, weight="weight", resolution=resolution))


@pytest.mark.parametrize("noise", [0.5, 1.5, 4.0])
@pytest.mark.parametrize("resolution", [0.5, 1.0, 3.0])
def test_as_good_as_networkx(noise: float, resolution: float) -> None:
    _, vectors = planted(8, 15, noise=noise)
    weights = fuzzy(nearest(vectors, 8))
    ours = modularity(weights, communities(weights, resolution, free(120)), resolution)
    theirs = nx.community.louvain_communities(
        nx.from_scipy_sparse_array(weights), weight="weight", resolution=resolution, seed=0
    )
    groups = free(120)
    for number, each in enumerate(theirs):
        groups[list(each)] = number
    assert ours >= modularity(weights, groups, resolution) - 0.01


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 40), st.floats(0.2, 6.0))
def test_fixed_nodes_stay_and_no_free_one_could_gain_by_a_move(seed: int, n: int, resolution: float) -> None:
    rng = np.random.default_rng(seed)
    weights = fuzzy(nearest(unit(rng.normal(size=(n, 4))), 5))
    fixed = rng.integers(-2, 4, size=n)
    fixed[fixed < 0] = -1
    used = np.unique(fixed[fixed >= 0])
    fixed = np.where(fixed >= 0, np.searchsorted(used, fixed), -1)
    found = communities(weights, resolution, fixed)
    assert (found[fixed >= 0] == fixed[fixed >= 0]).all()
    assert sorted(set(found.tolist())) == list(range(int(found.max()) + 1))
    assert np.array_equal(found, communities(weights, resolution, fixed))
    dense, degree = weights.toarray(), np.asarray(weights.sum(axis=1)).ravel()
    total = max(degree.sum(), 1e-9)
    for g in set(found.tolist()):
        for h in set(found.tolist()):
            a, b = found == g, found == h
            if g != h and (g >= len(used) or h >= len(used)):
                gain = dense[a][:, b].sum() - resolution * degree[a].sum() * degree[b].sum() / total
                assert gain <= 1e-9, "two groups, one of them new, would gain by a merger"


def test_new_groups_are_numbered_behind_the_fixed_in_the_order_of_their_first_node() -> None:
    pairs = [(0, 1), (2, 3), (4, 5)]
    rows = [a for pair in pairs for a in pair]
    columns = [a for pair in pairs for a in pair[::-1]]
    weights = sparse.csr_matrix((np.ones(6), (rows, columns)), shape=(6, 6))
    assert communities(weights, 1.0, free(6)).tolist() == [0, 0, 1, 1, 2, 2]
    assert communities(weights, 1.0, np.array([-1, -1, 0, -1, -1, -1])).tolist() == [1, 1, 0, 0, 2, 2]


def test_without_weights_everybody_is_alone() -> None:
    assert communities(sparse.csr_matrix((3, 3)), 1.0, free(3)).tolist() == [0, 1, 2]
    assert communities(sparse.csr_matrix((0, 0)), 1.0, free(0)).tolist() == []
