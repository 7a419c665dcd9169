"""Figures of a ranking, and the fusion of two.

A question's ``grades`` say which texts answer it: 2 squarely, 1 partly; a text that is not listed
does not. A ranking is an array of text numbers, best first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.evaluate.bootstrap import Floats, Ints

#: How many answers people look at.
TOP = 10
#: Of Cormack et al. (2009): how little the first ranks stand out in a fusion.
RRF = 60


@dataclass(frozen=True, slots=True)
class Question:
    """A query; ``practices``: only practices answer it; ``row``: it is itself that text, which then is
    no answer."""

    text: str
    grades: Mapping[int, int]
    practices: bool = False
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Texts and the questions put to them; ``practice`` says of each text whether it is one."""

    name: str
    texts: tuple[str, ...]
    practice: tuple[bool, ...]
    questions: tuple[Question, ...]

    def candidates(self, question: Question) -> npt.NDArray[np.bool_]:
        """The texts (n,) that may answer a question."""
        allowed = np.array(self.practice) if question.practices else np.ones(len(self.texts), dtype=np.bool_)
        if question.row is not None:
            allowed[question.row] = False
        return allowed


@dataclass(frozen=True, slots=True)
class Figures:
    """One value a question that has an answer, in their order; each from 0 to 1."""

    ndcg: Floats
    recall: Floats
    reciprocal_rank: Floats


def ranking(scores: npt.NDArray[np.floating], candidates: npt.NDArray[np.bool_]) -> Ints:
    """The candidates by score, best first; of equal ones the earlier text."""
    rows = np.flatnonzero(candidates)
    order: Ints = rows[np.argsort(-scores[rows], kind="stable")]
    return order


def ndcg(ranked: Ints, grades: Mapping[int, int], top: int = TOP) -> float:
    """Discounted cumulative gain of the first ``top`` over that of the best order; 1 is perfect.

    Gain 2^grade - 1, discount log2(1 + rank) (Järvelin & Kekäläinen 2002, in the form of Burges et al.
    2005). Raises ValueError where no text is relevant.
    """
    if not grades:
        raise ValueError("no text is relevant")
    discount = 1.0 / np.log2(np.arange(2, top + 2))
    gains = np.array([2.0 ** grades.get(row, 0) - 1.0 for row in ranked[:top].tolist()])
    best = np.sort([2.0**grade - 1.0 for grade in grades.values()])[::-1][:top]
    return float(gains @ discount[: len(gains)] / (best @ discount[: len(best)]))


def recall(ranked: Ints, grades: Mapping[int, int], top: int = TOP) -> float:
    """Share of the relevant texts, or of ``top`` of them where there are more, among the first ``top``."""
    if not grades:
        raise ValueError("no text is relevant")
    return sum(row in grades for row in ranked[:top].tolist()) / min(top, len(grades))


def reciprocal_rank(ranked: Ints, grades: Mapping[int, int]) -> float:
    """1 over the rank of the first relevant text, 0 where none is found (Voorhees 1999)."""
    hits = np.flatnonzero(np.isin(ranked, list(grades)))
    return 1.0 / (1.0 + float(hits[0])) if hits.size else 0.0


def measure(asked: Asked, scores: npt.NDArray[np.floating]) -> Figures:
    """The figures of scores (questions, texts), over the questions that have an answer."""
    found = []
    for question, row in zip(asked.questions, scores, strict=True):
        if question.grades:
            ranked = ranking(row, asked.candidates(question))
            found.append(
                (
                    ndcg(ranked, question.grades),
                    recall(ranked, question.grades),
                    reciprocal_rank(ranked, question.grades),
                )
            )
    columns = np.array(found, dtype=np.float64).reshape(len(found), 3).T
    return Figures(*columns)


def fuse(asked: Asked, *lists: npt.NDArray[np.floating]) -> Floats:
    """Reciprocal rank fusion (Cormack et al. 2009) of several scores (questions, texts), all alike in weight.

    A text gets 1 / (RRF + rank) from each list; a score of minus infinity means that the list lacks it.
    """
    fused = np.zeros((len(asked.questions), len(asked.texts)))
    for scores in lists:
        for number, question in enumerate(asked.questions):
            ranked = ranking(scores[number], asked.candidates(question))
            ranked = ranked[np.isfinite(scores[number, ranked])]
            fused[number, ranked] += 1.0 / (RRF + np.arange(1, len(ranked) + 1))
    return fused
