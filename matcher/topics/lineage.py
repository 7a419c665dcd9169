"""What happened to topics between two runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from matcher.domain import Topic
from matcher.topics.history import Happening, Lineage

#: A topic is emerging if this many statements in it are new ...
EMERGING_NUMBER = 4
#: ... and it is new, or holds this many times the statements it had.
EMERGING_FACTOR = 1.5
#: A topic split where a part of it this large, of what is still there, makes up most of a new topic.
SPLIT_PART = 3


def lineage(before: Sequence[Topic], after: Sequence[Topic]) -> tuple[Lineage, ...]:
    """What appeared, grew, shrank, split, merged or died between two lists of topics.

    At most one entry a topic: split before merged before appeared before grew and shrank. In the order
    of ``after``, then the dead in the order of ``before``; a topic that is as it was has no entry, nor
    has a new one that a split made, or an old one that a merger took (the other's entry names it). New
    are statements that were in no topic before. Nothing is emerging where there was no topic before.
    """
    seen = _Seen(before, after)
    found = []
    for topic in after:
        had, has = len(seen.old.get(topic.id, ())), len(topic.statement_ids)
        told = seen.happened(topic.id)
        if told:
            kind, parts, share = told
            fresh = seen.came[topic.id][""]
            emerging = bool(before) and fresh >= EMERGING_NUMBER and has >= EMERGING_FACTOR * had
            found.append(Lineage(kind, topic.id, had, has, parts, round(share, 4), emerging))
    taken = {one for some in seen.ended.values() for one in some}
    for topic in before:
        if topic.id not in seen.new and topic.id not in taken:
            had, parts = len(topic.statement_ids), _sorted(seen.went[topic.id])
            found.append(Lineage(Happening.DIED, topic.id, had, 0, parts, share=1.0))
    return tuple(found)


class _Seen:
    """Two lists of topics beside each other: where the statements of each went to and came from,
    ``children`` (new topics by the one they split from), ``ended`` (topics by what they merged into)."""

    def __init__(self, before: Sequence[Topic], after: Sequence[Topic]) -> None:
        self.old = {topic.id: topic.statement_ids for topic in before}
        self.new = {topic.id: topic.statement_ids for topic in after}
        was = {one: topic for topic, ids in self.old.items() for one in ids}
        now = {one: topic for topic, ids in self.new.items() for one in ids}
        self.went = {topic: Counter(now.get(one, "") for one in ids) for topic, ids in self.old.items()}
        self.came = {topic: Counter(was.get(one, "") for one in ids) for topic, ids in self.new.items()}
        self.children: dict[str, list[str]] = {}
        for topic in self.new:
            source = _most(self.came[topic])
            if topic not in self.old and source in self.new and self.came[topic][source] >= SPLIT_PART:
                self.children.setdefault(source, []).append(topic)
        self.ended: dict[str, list[str]] = {}
        for topic, ids in self.old.items():
            target = _most(self.went[topic])
            if topic not in self.new and target and 2 * self.went[topic][target] > len(ids):
                self.ended.setdefault(target, []).append(topic)

    def happened(self, topic: str) -> tuple[Happening, tuple[tuple[str, int], ...], float] | None:
        """What there is to tell of a topic there is now, its parts and share; None for nothing."""
        had, has = len(self.old.get(topic, ())), len(self.new[topic])
        came, went = self.came[topic], self.went.get(topic, Counter())
        found: tuple[Happening, tuple[tuple[str, int], ...], float] | None = None
        if topic in self.children:
            found = Happening.SPLIT, _sorted(went), 1 - went[topic] / had
        elif topic in self.ended:
            sizes = sum(len(self.old[one]) for one in self.ended[topic])
            found = Happening.MERGED, _sorted(came), sum(came[one] for one in self.ended[topic]) / sizes
        elif topic not in self.old:
            if not any(topic in some for some in self.children.values()):
                found = Happening.APPEARED, (), came[""] / has
        elif has > had:
            found = Happening.GREW, (), (has - had) / has
        elif has < had:
            found = Happening.SHRANK, (), 1 - went[topic] / had
        return found


def _most(counts: Counter[str]) -> str:
    """The topic that most statements have, the first by id of several; empty where none has one."""
    return min(counts.keys() - {""}, key=lambda one: (-counts[one], one), default="")


def _sorted(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """(topic id, statements), largest first; statements without a topic are left out."""
    return tuple(sorted(((one, n) for one, n in counts.items() if one), key=lambda each: (-each[1], each[0])))
