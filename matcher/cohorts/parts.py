"""Parts of a plan: a few cohorts whose members suit each other, as a small problem of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matcher.cohorts.tables import Arrays

if TYPE_CHECKING:
    from matcher.cohorts.tables import Ints, Longs

Group = tuple[int, ...]


def homes(arrays: Arrays, groups: Sequence[Group]) -> Ints:
    """For each member the number of its group, or -1."""
    import numpy as np

    home = np.full(arrays.state.shape[0], -1, np.int32)
    for number, group in enumerate(groups):
        home[list(group)] = number
    return home


def related(arrays: Arrays, home: Ints, groups: Sequence[Group], centre: int, most: int) -> list[int]:
    """The numbers of group ``centre`` and of those with most affinity to its members for their size, as long
    as there are at most ``most`` members; ``home`` is from :func:`homes`."""
    import numpy as np

    spans = [slice(arrays.start[i], arrays.start[i + 1]) for i in groups[centre]]
    number = home[np.concatenate([arrays.near[span] for span in spans])]
    score = np.concatenate([arrays.score[span] for span in spans])
    known = (number >= 0) & (number != centre) & (score > 0)
    near, place = np.unique(number[known], return_inverse=True)
    ties = np.bincount(place, score[known], minlength=len(near)) / [len(groups[k]) for k in near.tolist()]
    chosen, members = [centre], len(groups[centre])
    for at in np.argsort(-ties, kind="stable").tolist():
        members += len(groups[near[at]])
        if members > most:
            break
        chosen.append(int(near[at]))
    return chosen


def cut(arrays: Arrays, members: Sequence[int], room: Longs) -> Arrays:
    """``arrays`` of ``members`` alone, ascending, who are numbered from 0; ``room`` is what the classes of
    hours have left for them. Everybody who is pinned to one of them has to be among them."""
    import numpy as np

    from matcher.cohorts.kernels import pair_scores

    who = np.array(members, np.int32)
    n = len(who)
    matrix = pair_scores(arrays, who)
    mask, org = arrays.mask[who], arrays.org[who]
    meets = (matrix > 0) & (mask[:, None] & mask[None]).any(axis=2)
    if arrays.sizes[3] == 1:
        meets &= (org[:, None] < 0) | (org[:, None] != org[None])
    rank = np.argsort(-matrix, axis=1, kind="stable")
    keep = np.take_along_axis(meets, rank, axis=1)
    listed = matrix != 0
    topics = [arrays.topic[arrays.topic_start[i] : arrays.topic_start[i + 1]] for i in members]
    blocks, block = np.unique(arrays.block[who], return_inverse=True)
    pinned = [np.flatnonzero(arrays.block[who] == b) for b in blocks.tolist() if b >= 0]
    none = np.zeros(1, np.int64)
    return Arrays(
        sizes=arrays.sizes,
        state=arrays.state[who],
        org=org,
        matrix=matrix,
        start=_starts(listed.sum(axis=1)),
        near=np.nonzero(listed)[1].astype(np.int32),
        score=matrix[listed],
        first=_starts(keep.sum(axis=1)),
        best=rank[keep].astype(np.int32),
        mask=mask,
        capacity=np.where(room >= n // int(arrays.sizes[0]), n, room),  # what cannot bind is plenty
        topic_start=_starts([len(each) for each in topics]),
        topic=np.concatenate([*topics, np.zeros(0, np.int32)]),
        practice=arrays.practice[who],
        duty=arrays.duty,
        buckets=none,
        cell_start=none,
        cell=none,
        block=(block - (blocks[0] < 0)).astype(np.int32),
        block_start=_starts([len(each) for each in pinned]),
        block_member=np.concatenate([*pinned, none[:0]]).astype(np.int32),
    )


def _starts(counts: Sequence[int] | Longs) -> Longs:
    import numpy as np

    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
