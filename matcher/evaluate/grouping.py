"""Figures of a grouping of texts against what they are about, and against an earlier grouping.

A grouping is an array (n,) of group numbers; ASIDE stands for texts that are set aside. Against
the subjects those count as one group of their own, for every method alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.embed import Vectors
from matcher.evaluate.bootstrap import Floats, Interval, Ints, interval
from matcher.topics import nearest

#: The group number of what is set aside.
ASIDE = -1
NEAREST = 5
Booleans = npt.NDArray[np.bool_]


def numbered(names: Sequence[str]) -> Ints:
    """Names as numbers, equal ones alike."""
    return np.unique(np.array(names, dtype=np.str_), return_inverse=True)[1].astype(np.int64)


@dataclass(frozen=True, slots=True)
class Cells:
    """Two groupings of the same rows, crossed: the cell of each row, and where each cell belongs."""

    of_row: Ints
    first: Ints
    second: Ints

    @classmethod
    def crossed(cls, first: Ints, second: Ints) -> Cells:
        a = np.unique(first, return_inverse=True)[1]
        b = np.unique(second, return_inverse=True)[1]
        width = int(b.max(initial=0)) + 1
        codes, of_row = np.unique(a * width + b, return_inverse=True)
        return cls(of_row.astype(np.int64), codes // width, codes % width)

    def counts(self, rows: Ints | None = None) -> tuple[Floats, Floats, Floats]:
        """How many of the rows (or all) are in each cell, each first group, each second group."""
        of = self.of_row if rows is None else self.of_row[rows]
        cells = np.bincount(of, minlength=len(self.first)).astype(np.float64)
        first = np.bincount(self.first, cells).astype(np.float64)
        return cells, first, np.bincount(self.second, cells).astype(np.float64)


def v_measure(counts: tuple[Floats, Floats, Floats]) -> float:
    """V-measure (Rosenberg & Hirschberg 2007), the harmonic mean of homogeneity and completeness.

    With H the entropies and I the mutual information it is 2 I / (H(first) + H(second)).
    """
    cells, first, second = (_entropy(each) for each in counts)
    both = first + second
    return (2.0 * max(both - cells, 0.0) / both) if both > 0.0 else 1.0


def _entropy(counts: Floats) -> float:
    share = counts[counts > 0] / counts.sum()
    return float(-(share * np.log(share)).sum())


def adjusted_rand(counts: tuple[Floats, Floats, Floats]) -> float:
    """The adjusted Rand index (Hubert & Arabie 1985): 1 is the same grouping, 0 what chance gives."""
    cells, first, second = (float((each * (each - 1.0)).sum()) / 2.0 for each in counts)
    n = float(counts[0].sum())
    pairs = n * (n - 1.0) / 2.0
    expected = first * second / pairs if pairs else 0.0
    most = (first + second) / 2.0
    return (cells - expected) / (most - expected) if most != expected else 1.0


def agreement(
    statistic: Callable[[tuple[Floats, Floats, Floats]], float], about: Ints, groupings: Sequence[Ints]
) -> Interval:
    """A statistic of groupings against the subjects with its interval over the texts; the mean where
    there are several groupings, as of several seeds."""
    crossed = [Cells.crossed(about, each) for each in groupings]
    return interval(
        lambda rows: float(np.mean([statistic(each.counts(rows)) for each in crossed])), len(about)
    )


def pairs_kept(before: Ints, after: Ints) -> float | None:
    """Of the pairs of texts that were together, the share that still is; None where none was.

    What is set aside is together with nothing.
    """
    first, second = _alone(before), _alone(after)
    cells, together, _ = Cells.crossed(first, second).counts()
    were = float((together * (together - 1.0)).sum())
    return float((cells * (cells - 1.0)).sum()) / were if were else None


def _alone(groups: Ints) -> Ints:
    """Each text that is set aside in a group of its own."""
    alone = groups.copy()
    out = np.flatnonzero(groups == ASIDE)
    alone[out] = groups.max(initial=0) + 1 + np.arange(len(out))
    return alone


def stayed(before: Ints, after: Ints) -> float | None:
    """Of the texts that had a group, the share whose group has the same number; None where none had."""
    had = before != ASIDE
    return float((before[had] == after[had]).mean()) if had.any() else None


def precision_recall(aside: Booleans, off_topic: Booleans) -> tuple[float | None, float | None]:
    """Of what is set aside, the share that is off-topic; of the off-topic, the share that is set aside.
    None where there is nothing to take a share of."""
    right = float((aside & off_topic).sum())
    precision = right / float(aside.sum()) if aside.any() else None
    return precision, right / float(off_topic.sum()) if off_topic.any() else None


def nearest_agree(vectors: Vectors, about: Ints) -> Floats:
    """Precision@5 (n,): of each text's five nearest by cosine, the share on the same subject."""
    near = nearest(vectors, NEAREST).index
    if not near.shape[1]:
        return np.zeros(len(about))
    share: Floats = (about[near] == about[:, None]).mean(axis=1)
    return share


def by_chance(about: Ints) -> float:
    """What :func:`nearest_agree` gives in the mean where the nearest are any."""
    sizes, n = np.bincount(about), len(about)
    return float((sizes * (sizes - 1)).sum()) / (n * (n - 1)) if n > 1 else 0.0
