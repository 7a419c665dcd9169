"""Baselines: KMeans always; BM25 and BERTopic where the extra is installed."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.evaluate import baselines
from words_embedder import WordsEmbedder

SUBJECTS = ("bus drivers leave", "reading coaches stay", "attendance letters help")
TEXTS = [f"{subject} {word}" for subject in SUBJECTS for word in ("here", "now", "often", "in spring")]


def test_kmeans_finds_groups_that_are_there_and_never_more_than_texts() -> None:
    vectors = WordsEmbedder().embed(TEXTS)
    found = baselines.kmeans(vectors, 3, 0)
    assert len({tuple(found[i : i + 4].tolist()) for i in (0, 4, 8)}) == 3
    assert all(len(set(found[i : i + 4].tolist())) == 1 for i in (0, 4, 8))
    assert np.array_equal(found, baselines.kmeans(vectors, 3, 0))
    assert baselines.kmeans(vectors[:2], 5, 0).shape == (2,)


@pytest.mark.parametrize("answer", [True, False])
def test_what_is_installed_is_known_without_an_import(monkeypatch: pytest.MonkeyPatch, answer: bool) -> None:
    monkeypatch.setattr(baselines, "find_spec", lambda name: object() if answer else None)
    assert baselines.has_bm25() is answer
    assert baselines.has_bertopic() is answer


@pytest.mark.skipif(not baselines.has_bm25(), reason="the extra 'bench' is not installed")
def test_bm25_finds_by_words_alone() -> None:
    scores = baselines.bm25(TEXTS, ["drivers on a bus", "the of", "moon"])
    assert np.isfinite(scores[0]).tolist() == [True] * 4 + [False] * 8
    assert not np.isfinite(scores[1:]).any()


@pytest.mark.skipif(not baselines.has_bertopic(), reason="the extra 'bench' is not installed")
@pytest.mark.filterwarnings("default")  # those of UMAP and its compiler
def test_bertopic_finds_groups_that_are_far_apart_and_none_in_a_few_texts() -> None:
    chance = np.random.default_rng(0)
    vectors = np.repeat(np.eye(8, dtype=np.float32)[:4], 20, axis=0)
    vectors += chance.normal(scale=0.05, size=vectors.shape).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = [f"{word} number" for word in ("bus", "reading", "letters", "math") for _ in range(20)]
    found = baselines.bertopic(texts, vectors, 5, reduced=True)
    assert len(set(found.tolist())) >= 4
    assert -1 not in found
    assert set(baselines.bertopic(texts[:12], vectors[:12], 5, reduced=False).tolist()) == {-1}
