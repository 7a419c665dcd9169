"""Nearest neighbours and the weights between them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build_topics import unit
from matcher.embed import on_grid
from matcher.topics import graph
from matcher.topics.graph import Neighbours, among, fuzzy, nearest

#: Few distinct vectors, so that there are many ties, also for the last place.
ROWS = st.lists(st.lists(st.integers(-1, 1), min_size=4, max_size=4), max_size=24)


@settings(deadline=None)
@given(ROWS, st.integers(0, 30), st.integers(1, 9), st.integers(0, 30))
def test_as_by_sorting_everything(rows: list[list[int]], k: int, block: int, room: int) -> None:
    vectors = unit(np.array(rows, dtype=float).reshape(-1, 4) / 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(graph, "BLOCK", block)
        patch.setattr(graph, "ROOM", room)
        found = nearest(vectors, k)
    exact = on_grid(vectors)
    for i, (index, cosine) in enumerate(zip(found.index, found.cosine, strict=True)):
        values = exact @ exact[i]
        others = sorted((j for j in range(len(rows)) if j != i), key=lambda j: (-values[j], j))[:k]
        assert index.tolist() == others
        assert cosine.tolist() == values[others].tolist()


def test_shape_is_cut_to_the_others_there_are() -> None:
    assert nearest(unit(np.eye(3)), 8).index.shape == (3, 2)
    assert nearest(unit(np.eye(1)), 8).index.shape == (1, 0)
    assert nearest(np.zeros((0, 1), np.float32), 8).index.shape == (0, 0)


@settings(deadline=None)
@given(ROWS, st.integers(1, 6), st.integers(0, 8), st.randoms(use_true_random=False))
def test_among_some_rows_as_if_there_were_no_others(
    rows: list[list[int]], k: int, spare: int, draw: np.random.Generator
) -> None:
    vectors = unit(np.array(rows, dtype=float).reshape(-1, 4) / 2)
    kept = np.array([i for i in range(len(rows)) if draw.random() < 0.6], dtype=np.int64)
    found = among(nearest(vectors, k + spare), vectors, kept, k)
    alone = nearest(vectors[kept], k)
    assert found.cosine.tolist() == alone.cosine.tolist()
    assert found.index.tolist() == alone.index.tolist()


class TestFuzzy:
    def test_weights_sum_to_the_logarithm_and_are_joined_as_chances(self) -> None:
        cosine = np.array([[0.9, 0.5], [0.9, 0.7], [0.7, 0.5]])
        found = fuzzy(Neighbours(np.array([[1, 2], [0, 2], [1, 0]]), cosine)).toarray()
        # Two neighbours: log2 2 = 1, and the nearest has 1 by itself, so the other has next to none.
        assert found[0, 1] == 1.0
        assert found[1, 2] == 1.0  # 1 of row 2, a + b - ab with what row 1 says
        assert found[0, 2] < 0.01
        assert (found == found.T).all()
        assert (found.diagonal() == 0).all()

    def test_the_sum_is_met_with_many_neighbours(self) -> None:
        vectors = unit(np.random.default_rng(1).normal(size=(40, 6)))
        near = nearest(vectors, 8)
        weights = fuzzy(near)
        assert 0 < weights.data.min() <= weights.data.max() <= 1.0
        # An edge that both chose is as strong as either alone or stronger.
        assert weights.sum() >= 40 * np.log2(8) - 1e-3

    def test_without_a_neighbour_or_likeness_no_weight(self) -> None:
        assert fuzzy(nearest(unit(np.eye(1)), 3)).nnz == 0
        assert fuzzy(nearest(unit(np.eye(4)), 2)).nnz == 0
