"""Groupings of the same texts side by side: how good, how stable, how fast."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.embed import Vectors
from matcher.evaluate.bootstrap import Interval, Ints, mean_interval
from matcher.evaluate.grouping import (
    ASIDE,
    Cells,
    adjusted_rand,
    agreement,
    by_chance,
    nearest_agree,
    numbered,
    pairs_kept,
    precision_recall,
    stayed,
    v_measure,
)
from matcher.evaluate.sets import Labelled

#: How many texts are added to see what holds, as a share of those that were there.
ADDED = 0.1
SEED = 0


@dataclass(frozen=True, slots=True)
class Method:
    """A way to group texts.

    ``group(rows, seed)`` gives the group of each of some rows of the texts, or ASIDE; ``seeds`` is how
    often it is tried with another seed. ``extend(earlier, rows)`` groups the earlier rows, then all of
    them (which begin with the earlier ones) knowing that, and gives both groupings with numbers that
    say which group is the same; without it a method begins anew. Of several methods with the same name
    only the best are shown, each with its ``setting``.
    """

    name: str
    group: Callable[[Ints, int], Ints]
    extend: Callable[[Ints, Ints], tuple[Ints, Ints]] | None = None
    seeds: int = 1
    setting: str = ""


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A method's figures; None where one has no meaning for it.

    ``groups`` is how many topics it found, ``aside`` the share of texts on a subject that it set aside,
    ``precision`` and ``recall`` those of what it sets aside when the off-topic texts are there too.
    After more texts were added: ``pairs`` is the share of pairs still together, ``stayed`` that of
    texts still in their topic by its identity, and ``v_after`` the V-measure of all of them then: to keep
    everything as it was would be easy. ``seconds`` are for grouping vectors that are there.
    """

    method: str
    setting: str
    v: Interval
    ari: Interval
    groups: float
    aside: float
    seconds: float
    precision: float | None = None
    recall: float | None = None
    pairs: float | None = None
    stayed: float | None = None
    v_after: float | None = None


@dataclass(frozen=True, slots=True)
class TopicTable:
    """``texts`` on ``subjects``, and ``off_topic`` ones beside them; ``nearest`` is precision@5,
    ``nearest_plain`` what it is without the adapter, ``chance`` where vectors say nothing."""

    data: str
    texts: int
    subjects: int
    off_topic: int
    nearest: Interval
    nearest_plain: Interval | None
    chance: float
    lines: tuple[TopicLine, ...]
    tried: tuple[TopicLine, ...] = ()


def compare_topics(
    given: Labelled, vectors: Vectors, methods: Sequence[Method], plain: Vectors | None = None
) -> TopicTable:
    """Each method on the texts that have a subject, in line with ``vectors`` (texts, dimension).

    ``plain`` are their vectors without the adapter, where there is one.
    Of methods with the same name and several settings the best by V-measure and the best by ARI are
    shown, and only those are measured further; ``tried`` has all. Raises ValueError where no text has a
    subject.
    """
    on = np.flatnonzero([bool(about) for about in given.about])
    about = numbered([given.about[row] for row in on.tolist()])
    lines, tried = [], []
    for group in _by_name(methods):
        group[0].group(on, 0)  # libraries compile in a first run: it is not timed
        found = [_quality(method, on, about) for method in group]
        tried += found if len(group) > 1 else []
        best = {
            max(range(len(group)), key=lambda i: found[i].v.value),
            max(range(len(group)), key=lambda i: found[i].ari.value),
        }
        lines += [_life(group[i], found[i], on, given) for i in sorted(best)]
    return TopicTable(
        data=given.name,
        texts=len(on),
        subjects=int(about.max()) + 1,
        off_topic=len(given.texts) - len(on),
        nearest=mean_interval(nearest_agree(vectors[on], about)),
        nearest_plain=None if plain is None else mean_interval(nearest_agree(plain[on], about)),
        chance=by_chance(about),
        lines=tuple(lines),
        tried=tuple(tried),
    )


def _by_name(methods: Sequence[Method]) -> list[list[Method]]:
    found: dict[str, list[Method]] = {}
    for method in methods:
        found.setdefault(method.name, []).append(method)
    return list(found.values())


def _quality(method: Method, rows: Ints, about: Ints) -> TopicLine:
    """How well it finds the subjects, and how fast."""
    began = time.perf_counter()
    groupings = [method.group(rows, seed) for seed in range(method.seeds)]
    seconds = (time.perf_counter() - began) / method.seeds
    return TopicLine(
        method=method.name,
        setting=method.setting,
        v=agreement(v_measure, about, groupings),
        ari=agreement(adjusted_rand, about, groupings),
        groups=float(np.mean([len(set(each.tolist()) - {ASIDE}) for each in groupings])),
        aside=float(np.mean([(each == ASIDE).mean() for each in groupings])),
        seconds=seconds,
    )


def _life(method: Method, line: TopicLine, on: Ints, given: Labelled) -> TopicLine:
    """The line with what it sets aside and what holds when texts are added."""
    off_topic = np.array([not about for about in given.about])
    if off_topic.any():
        everything = np.arange(len(given.texts), dtype=np.int64)
        precision, recall = precision_recall(method.group(everything, 0) == ASIDE, off_topic)
        line = replace(line, precision=precision, recall=recall)
    shuffled = np.random.default_rng(SEED).permutation(on)
    earlier = shuffled[: round(len(on) / (1.0 + ADDED))]
    about = numbered([given.about[row] for row in shuffled.tolist()])
    if method.extend is None:
        before, after = method.group(earlier, 0), method.group(shuffled, 0)
        same = None
    else:
        before, after = method.extend(earlier, shuffled)
        same = stayed(before, after[: len(earlier)])
    return replace(
        line,
        pairs=pairs_kept(before, after[: len(earlier)]),
        stayed=same,
        v_after=v_measure(Cells.crossed(about, after).counts()),
    )
