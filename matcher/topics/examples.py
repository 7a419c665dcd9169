"""Which statements stand for a topic."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matcher.embed import Vectors
from matcher.topics.graph import Ints

EXAMPLES = 3
#: How much being unlike the other examples counts beside being central.
VARIETY = 0.5
#: Examples come from this part of the statements, the most central ones.
CENTRAL = 0.5


def examples(rows: Ints, vectors: Vectors, allowed: Sequence[bool], node: Ints) -> list[int]:
    """Up to EXAMPLES of ``rows``, the most central first, then central ones unlike those before it
    (maximal marginal relevance; Carbonell & Goldstein 1998). ``allowed`` and ``node`` are by row:
    what is not allowed is not taken, and of one node one statement."""
    open_rows = [int(i) for i in rows if allowed[i]]
    if not open_rows:
        return []
    own = vectors[open_rows].astype(np.float64)
    centre = vectors[rows].mean(axis=0, dtype=np.float64)
    central = own @ centre
    order = np.argsort(-central, kind="stable").tolist()
    once: dict[int, int] = {}
    for place in order:
        once.setdefault(int(node[open_rows[place]]), place)
    ahead = list(once.values())
    ahead = ahead[: max(EXAMPLES, int(np.ceil(CENTRAL * len(ahead))))]
    taken = [ahead.pop(0)]
    while ahead and len(taken) < EXAMPLES:
        value = [central[place] - VARIETY * float((own[taken] @ own[place]).max()) for place in ahead]
        taken.append(ahead.pop(int(np.argmax(value))))
    return [open_rows[place] for place in taken]
