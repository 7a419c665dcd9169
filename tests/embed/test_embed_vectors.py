"""The cache of vectors, and the grid on which cosines are exact."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.embed import Vectors, embed_missing, on_grid, vectors
from matcher.record import digest
from words_embedder import WordsEmbedder


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 60))
def test_dot_products_on_the_grid_are_exact(seed: int, n: int, width: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(n, width))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    grid = on_grid(vectors.astype(np.float32))
    assert np.abs(grid - vectors).max() <= 2**-20
    for a, b in ((0, n - 1), (n // 2, 0)):
        exact = math.fsum(x * y for x, y in zip(grid[a].tolist(), grid[b].tolist(), strict=True))
        assert (grid @ grid.T)[a, b] == exact == (grid[b:] @ grid[a])[0]


class TestEmbedMissing:
    def test_each_distinct_text_once(self) -> None:
        embedder = WordsEmbedder()
        texts = ["bus routes", "attendance", "bus routes", "bus routes"]
        found = embed_missing(embedder, texts, {})
        assert embedder.asked == 2
        assert set(found) == {digest("bus routes"), digest("attendance")}
        assert np.array_equal(found[digest("attendance")], embedder.embed(["attendance"])[0])

    def test_only_what_is_unknown(self) -> None:
        embedder = WordsEmbedder()
        known = embed_missing(embedder, ["bus routes"], {})
        found = embed_missing(embedder, ["attendance", "bus routes"], known)
        assert set(found) == {digest("attendance")}
        assert embed_missing(embedder, ["bus routes"], known) == {}
        assert embedder.asked == 2

    def test_progress_counts_up_to_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(vectors, "CHUNK", 2)
        seen: list[tuple[int, int]] = []
        texts = [f"text number {i}" for i in range(5)]
        embed_missing(WordsEmbedder(), texts, {}, lambda done, of: seen.append((done, of)))
        assert seen == [(2, 5), (4, 5), (5, 5)]

    def test_texts_come_sorted_by_length(self) -> None:
        class Recording(WordsEmbedder):
            def embed(self, texts: Sequence[str]) -> Vectors:
                lengths.extend(map(len, texts))
                return super().embed(texts)

        lengths: list[int] = []
        embed_missing(Recording(), ["the longest of them", "short", "of middling"], {})
        assert lengths == sorted(lengths)
