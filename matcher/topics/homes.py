"""Where nodes have to be before they are grouped: by staff, by a lock, by a seed, by the run before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from matcher.embed import Vectors
from matcher.topics.graph import Ints
from matcher.topics.rulings import ASIDE, Rulings, number

#: A statement is attracted by the nearest seed from this cosine on.
ATTRACTS = 0.45


def of_nodes(ids: Sequence[str], node: Ints, by_statement: Mapping[str, str]) -> dict[int, str]:
    """What most of a node's statements have in ``by_statement``; of several the lowest topic, and a topic
    before ASIDE."""
    votes: dict[int, Counter[str]] = {}
    for one, n in zip(ids, node.tolist(), strict=True):
        if one in by_statement:
            votes.setdefault(n, Counter())[by_statement[one]] += 1
    return {
        n: min(count.keys() - {ASIDE} or {ASIDE}, key=lambda each: (-count[each], number(each), each))
        for n, count in votes.items()
    }


def attracted(vectors: Vectors, seeds: Sequence[tuple[str, Vectors]]) -> dict[int, str]:
    """The nodes (rows) that a seed attracts, each with the topic of the nearest seed."""
    if not seeds or not len(vectors):
        return {}
    cosine = vectors @ np.vstack([vector for _, vector in seeds]).T
    best = cosine.argmax(axis=1)
    return {
        int(n): seeds[best[n]][0] for n in np.flatnonzero(cosine[np.arange(len(vectors)), best] >= ATTRACTS)
    }


def homes(
    count: int, placed: Mapping[int, str], was: Mapping[int, str], seeded: Mapping[int, str], ruled: Rulings
) -> list[str | None]:
    """The topic each of ``count`` nodes has to be in, ASIDE for nowhere, None where it is free.

    ``placed`` is staff's word, ``was`` the run before, ``seeded`` what a seed attracts. A closed topic
    is no seed's to fill.
    """
    found: list[str | None] = []
    for n in range(count):
        before = was.get(n) or None
        if n in placed:
            found.append(placed[n])
        elif before in ruled.locks:
            found.append(before)
        elif n in seeded and not ruled.closed(seeded[n]):
            found.append(seeded[n])
        else:
            found.append(before)
    return found
