"""Rankings of the same questions side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.evaluate.bootstrap import Interval, mean_interval
from matcher.evaluate.retrieval import Asked, Figures, measure

Scores = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class SearchLine:
    """A method's figures over the questions that have an answer."""

    method: str
    ndcg: Interval
    recall: Interval
    reciprocal_rank: Interval


@dataclass(frozen=True, slots=True)
class Refusals:
    """Of the ``unanswerable`` questions so many were ``recognised``, of the ``answerable`` so many
    ``lost``: told that there is no good answer."""

    recognised: int
    unanswerable: int
    lost: int
    answerable: int


@dataclass(frozen=True, slots=True)
class SearchTable:
    """The product's line first. ``difference`` is its nDCG@10 less that of the best baseline, by name
    ``best``, question by question; None where there is no baseline."""

    data: str
    texts: int
    questions: int
    lines: tuple[SearchLine, ...]
    best: str
    difference: Interval | None
    refusals: Refusals


def compare_search(
    asked: Asked, product: Scores, answered: npt.NDArray[np.bool_], baselines: Mapping[str, Scores]
) -> SearchTable:
    """Scores (questions, texts) of the product and of baselines by name.

    ``answered`` (questions,) says where the product gives an answer. Its ranking counts all the same:
    what a refusal costs is told apart.
    """
    has = np.array([bool(question.grades) for question in asked.questions])
    own = measure(asked, product)
    others = {name: measure(asked, scores) for name, scores in baselines.items()}
    best = max(others, key=lambda name: float(others[name].ndcg.mean()), default="")
    return SearchTable(
        data=asked.name,
        texts=len(asked.texts),
        questions=int(has.sum()),
        lines=(_line("product", own), *(_line(name, figures) for name, figures in others.items())),
        best=best,
        difference=mean_interval(own.ndcg - others[best].ndcg) if best else None,
        refusals=Refusals(
            recognised=int((~answered & ~has).sum()),
            unanswerable=int((~has).sum()),
            lost=int((~answered & has).sum()),
            answerable=int(has.sum()),
        ),
    )


def _line(method: str, figures: Figures) -> SearchLine:
    return SearchLine(
        method,
        mean_interval(figures.ndcg),
        mean_interval(figures.recall),
        mean_interval(figures.reciprocal_rank),
    )
