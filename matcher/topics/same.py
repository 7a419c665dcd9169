"""Which texts are the same, or nearly: they are one to the topics, whoever sent them and when."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from matcher.embed import Vectors, on_grid
from matcher.topics.graph import Ints, Neighbours

#: From this cosine on two texts say the same in the same words, but for a letter or two.
SAME = 0.98


def key(text: str) -> str:
    """What is left of a text without case, punctuation and extra space; a text of nothing else stays."""
    return " ".join(re.findall(r"\w+", text.casefold())) or " ".join(text.split())


def alike(texts: Sequence[str], vectors: Vectors, near: Neighbours, placed: Mapping[int, str]) -> Ints:
    """The node of each text (n,): texts of one key, and of vectors with a cosine of SAME or more, have
    the same, also by way of a third. Nodes are numbered by their first text.

    ``near`` are the vectors' neighbours. ``placed`` says where staff put a text, by its number: texts
    that they put in different places stay apart, and a copy goes with the last one that was placed.
    """
    by_key = {key(texts[i]): place for i, place in placed.items()}
    places = [placed.get(i, by_key.get(key(text), "")) for i, text in enumerate(texts)]
    firsts: dict[tuple[str, str], int] = {}
    parent = [firsts.setdefault((key(text), places[i]), i) for i, text in enumerate(texts)]

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for a, b in _pairs(vectors, near):
        one, other = sorted((root(a), root(b)))
        if one == other or (places[one] and places[other] and places[one] != places[other]):
            continue
        parent[other] = one
        places[one] = places[one] or places[other]
    _, node = np.unique(np.array([root(i) for i in range(len(texts))], dtype=np.int64), return_inverse=True)
    return np.asarray(node, dtype=np.int64)


def _pairs(vectors: Vectors, near: Neighbours) -> list[tuple[int, int]]:
    """Pairs of rows that say the same, the surest first."""
    if not near.index.shape[1]:
        return []
    found: dict[tuple[int, int], float] = {}
    rows, columns = np.nonzero(near.cosine >= SAME)
    for i, j, cosine in zip(
        rows.tolist(), near.index[rows, columns].tolist(), near.cosine[rows, columns].tolist(), strict=True
    ):
        found[min(i, j), max(i, j)] = cosine
    crowded = np.flatnonzero(near.cosine[:, -1] >= SAME)
    if len(crowded):
        exact = on_grid(vectors)
        for i in crowded.tolist():
            scores = exact @ exact[i]
            for j in np.flatnonzero(scores >= SAME).tolist():
                if j != i:
                    found[min(i, j), max(i, j)] = float(scores[j])
    return sorted(found, key=lambda pair: (-found[pair], pair))


def same_as(wanted: Sequence[int], texts: Sequence[str], vectors: Vectors) -> list[int]:
    """The rows that are the same as one of ``wanted``, also by way of a third, ascending."""
    keys = [key(text) for text in texts]
    exact = on_grid(vectors)
    found, ahead = set(wanted), list(wanted)
    while ahead:
        i = ahead.pop()
        close = set(np.flatnonzero(exact @ exact[i] >= SAME).tolist())
        close |= {j for j, each in enumerate(keys) if each == keys[i]}
        ahead += sorted(close - found)
        found |= close
    return sorted(found)
