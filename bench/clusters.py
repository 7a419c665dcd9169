"""Mean affinity within groups, with no rule but sizes: the grouping core beside clustering.

Called by ``bench/cohorts.py``. k-means-constrained (the "bench" extra) and scikit-learn's agglomerative
clustering made to keep the sizes, each by itself and followed by pair swaps, and the core with the processor
time that the clustering with its swaps took, on one thread. On the same unit vectors; affinity is the
cosine. "members" is the mean over members of their mean affinity to the others of their group, "groups" the
mean over groups.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.cohorts import diverse, diverse_search
from matcher.cohorts.diverse import Aim
from matcher.cohorts.diverse_search import CREDITED, PAIRS_A_SECOND

Floats = NDArray[np.float64]
Groups = list[list[int]]

#: Least and most members of a group, and the members for each group.
SIZES = ((4, 4, 4), (5, 5, 5), (4, 6, 5))
MEMBERS = (100, 200, 500, 1000)
#: Of the time, the rest goes into taking up the matrix.
SHARE = 0.6


def vectors(n: int, seed: int = 1) -> Floats:
    """Unit vectors around as many subjects as a network of ``n`` members has, each member near two."""
    draw = np.random.default_rng(seed)
    count = max(8, min(40, n // 12))
    centres = draw.normal(size=(count, 32))
    mixed = 0.7 * centres[draw.choice(count, n)] + 0.4 * centres[draw.choice(count, n)]
    found = mixed + 0.8 * draw.normal(size=(n, 32))
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def affinity(found: Floats) -> Floats:
    """Cosines of all pairs, symmetric to the last bit."""
    cosines = found @ found.T
    return (cosines + cosines.T) / 2


def k_means(found: Floats, groups: int, least: int, most: int) -> Groups:
    """k-means-constrained from one start. Raises ImportError where it is not installed."""
    from k_means_constrained import KMeansConstrained

    model = KMeansConstrained(groups, size_min=least, size_max=most, n_init=1, random_state=1, n_jobs=1)
    labels = model.fit(found).labels_
    return [np.flatnonzero(labels == g).tolist() for g in range(groups)]


def agglomerative(found: Floats, groups: int, least: int, most: int) -> Groups:
    """Average linkage down to ``groups`` clusters. Those that are too large keep the members nearest to
    their centre; who is left goes to the nearest cluster, first to those that are too small; and a cluster
    that is still too small takes the nearest members of those that can spare them."""
    from sklearn.cluster import AgglomerativeClustering

    labels = AgglomerativeClustering(groups, metric="cosine", linkage="average").fit_predict(found)
    clusters = [np.flatnonzero(labels == g).tolist() for g in range(groups)]
    left: list[int] = []
    for cluster in clusters:
        near = found[cluster] @ found[cluster].mean(axis=0)
        order = np.argsort(-near, kind="stable")
        left += [cluster[k] for k in order[most:]]
        cluster[:] = [cluster[k] for k in order[:most]]
    for limit in (least, most):
        while left and (free := [c for c in clusters if len(c) < limit]):
            near = found[left] @ np.array([found[c].mean(axis=0) for c in free]).T
            who, where = np.unravel_index(int(np.argmax(near)), near.shape)
            free[where].append(left.pop(who))
    while short := [c for c in clusters if len(c) < least]:
        spare = [(i, c) for c in clusters if len(c) > least for i in c]
        near = found[[i for i, _ in spare]] @ found[short[0]].mean(axis=0)
        who, giver = spare[int(np.argmax(near))]
        giver.remove(who)
        short[0].append(who)
    return clusters


def measure(name: str, found: Floats, least: int, most: int, each: int, way: Callable[..., Groups]) -> None:
    """Print a line: the clustering, the same with swaps, the core in the time of the latter and in ten times
    that."""
    groups, weights = len(found) // each, affinity(found)
    sizes = [(least, most)] * groups
    begun = time.process_time()
    plain = way(found, groups, least, most)
    alone = time.process_time() - begun
    begun = time.process_time()
    swapped = diverse.group(weights, sizes, aim=Aim.MEMBERS, work=0, start=plain).groups
    budget = alone + time.process_time() - begun
    columns = [_both(weights, plain), _both(weights, swapped)]
    for times in (1, 10):
        pace = PAIRS_A_SECOND if least == most else PAIRS_A_SECOND // CREDITED
        begun = time.process_time()
        ours = diverse.group(weights, sizes, aim=Aim.MEMBERS, work=int(times * budget * SHARE * pace)).groups
        spent = time.process_time() - begun
        columns += [f"{spent:7.3f}", _both(weights, ours)]
    size = f"{least}" if least == most else f"{least}-{most}"
    print(f"{len(found):7}  {size:>5}  {name:13}  {budget:7.3f}  {'  '.join(columns)}", flush=True)


def _both(weights: Floats, groups: Sequence[Sequence[int]]) -> str:
    return "/".join(f"{diverse.worth(weights, groups, aim):.3f}" for aim in (Aim.MEMBERS, Aim.GROUPS))


def table(members: Sequence[int]) -> None:
    diverse_search.warm_up()
    ways: dict[str, Callable[..., Groups]] = {"k-means-con.": k_means, "agglomerative": agglomerative}
    try:
        k_means(vectors(20), 5, 4, 4)
    except ImportError:
        print("k-means-constrained is not installed: pip install '.[bench]'")
        del ways["k-means-con."]
    agglomerative(vectors(20), 5, 4, 4)
    print(
        "members   size  clustering     of CPU  members/groups  with swaps     of CPU  product"
        "      of CPU  product, x10"
    )
    for n in [n for n in members if n >= 20] or MEMBERS:
        for least, most, each in SIZES:
            for name, way in ways.items():
                measure(name, vectors(n), least, most, each, way)
