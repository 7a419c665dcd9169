"""What the product is compared with: BM25, KMeans that is told the number of groups, BERTopic.

BM25 (bm25s) and BERTopic are in the extra ``bench`` and are imported when they are used.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np

from matcher.embed import Vectors
from matcher.evaluate.bootstrap import Floats, Ints

#: BERTopic's settings that are tried: the fewest texts of a topic.
LEAST_SIZES = (5, 10, 15)
#: Seed of the random projections of UMAP, without which BERTopic gives other topics at each run.
SEED = 42


def has_bm25() -> bool:
    """Whether bm25s and its stemmer are installed."""
    return find_spec("bm25s") is not None and find_spec("Stemmer") is not None


def has_bertopic() -> bool:
    """Whether BERTopic is installed with what it needs."""
    return all(find_spec(name) is not None for name in ("bertopic", "umap", "hdbscan"))


def bm25(texts: Sequence[str], questions: Sequence[str]) -> Floats:
    """BM25 (Robertson & Zaragoza 2009) of texts for questions, (questions, texts).

    English stop words are left out, words are stemmed (Snowball); the parameters are the library's
    defaults. A text that shares no word with the question has minus infinity: it is not found.
    """
    import bm25s
    import Stemmer

    stem = Stemmer.Stemmer("english")

    def words(given: Sequence[str]) -> list[list[str]]:
        found: list[list[str]] = bm25s.tokenize(
            list(given), stopwords="en", stemmer=stem, return_ids=False, show_progress=False
        )
        return found

    index = bm25s.BM25()
    index.index(words(texts), show_progress=False)
    found = np.full((len(questions), len(texts)), -np.inf)
    for row, asked in enumerate(words(questions)):
        known = [word for word in asked if word in index.vocab_dict]
        if known:
            scores = np.asarray(index.get_scores(known), dtype=np.float64)
            found[row] = np.where(scores > 0.0, scores, -np.inf)
    return found


def kmeans(vectors: Vectors, groups: int, seed: int) -> Ints:
    """The groups (n,) that KMeans finds, told how many there are."""
    from sklearn.cluster import KMeans

    found = KMeans(min(groups, len(vectors)), n_init=3, random_state=seed).fit_predict(vectors)
    return np.asarray(found, dtype=np.int64)


def bertopic(texts: Sequence[str], vectors: Vectors, least: int, *, reduced: bool) -> Ints:
    """The topics (n,) that BERTopic (Grootendorst 2022) finds on the same vectors; -1 are its outliers.

    Its defaults, but for the fewest texts of a topic, ``least``, and a seed. ``reduced``: outliers join
    the topic they are nearest to, by the vectors. Too few texts for its method are all outliers.
    """
    import warnings

    from bertopic import BERTopic
    from umap import UMAP

    documents = list(texts)
    outliers = np.full(len(documents), -1, dtype=np.int64)
    if len(documents) <= max(least, 15):
        return outliers
    flat = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=SEED)
    model: Any = BERTopic(umap_model=flat, min_topic_size=least, embedding_model=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # UMAP warns that a seed costs it a thread
        found = np.asarray(model.fit_transform(documents, vectors)[0], dtype=np.int64)
        if reduced and (found == -1).any() and (found != -1).any():
            found = np.asarray(
                model.reduce_outliers(documents, found.tolist(), strategy="embeddings", embeddings=vectors),
                dtype=np.int64,
            )
    return found
