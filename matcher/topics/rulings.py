"""What staff's edits amount to: where statements have to be, and what topics are called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from matcher.domain import NamedBy
from matcher.errors import InputError
from matcher.topics.history import EditKind, TopicEdit, TopicRun

#: Edits that say where statements are.
PLACING = frozenset({EditKind.MERGE, EditKind.SPLIT, EditKind.MOVE, EditKind.SET_ASIDE, EditKind.BRING_BACK})
ASIDE = ""
ID = "T{:02d}"


@dataclass(slots=True)
class Rulings:
    """``place``: where staff put a statement, ASIDE for nowhere, the latest word. By topic: ``names``
    with who gave them, and ``locks`` (its label, and whether it may gain). ``seeds``: (topic id, text),
    oldest first. ``ended``: merged topics and where they went. ``settled``: topics that staff split or
    merged."""

    place: dict[str, str] = field(default_factory=dict)
    names: dict[str, tuple[str, NamedBy]] = field(default_factory=dict)
    locks: dict[str, tuple[str, bool]] = field(default_factory=dict)
    seeds: list[tuple[str, str]] = field(default_factory=list)
    ended: dict[str, str] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)

    def closed(self, topic: str) -> bool:
        """Whether it takes no new statements."""
        return topic in self.locks and not self.locks[topic][1]

    def untouchable(self) -> set[str]:
        """Topics that are not split or merged by themselves: staff named, locked or arranged them."""
        return self.settled | set(self.names) | set(self.locks) | set(self.place.values())

    def now(self, topic: str) -> str:
        """The topic that a topic has become."""
        while topic in self.ended:
            topic = self.ended[topic]
        return topic


def rulings(edits: Iterable[TopicEdit]) -> Rulings:
    """The edits taken together, oldest first. Raises InputError where one was not made exact."""
    found = Rulings()
    by_lock: dict[str, set[str]] = {}
    for edit in edits:
        if not edit.topic_ids and edit.kind not in PLACING:
            raise InputError(
                f"A {edit.kind} names no topic.", cure="Make edits exact with matcher.topics.resolve."
            )
        topic = edit.topic_ids[0] if edit.topic_ids else ""
        if edit.kind in PLACING:
            found.place |= {move.statement_id: move.after for move in edit.moves}
        if edit.kind is EditKind.MERGE:
            for other in edit.topic_ids[1:]:
                found.ended[other] = topic
                found.names.pop(other, None)
            found.settled.add(topic)
        elif edit.kind is EditKind.SPLIT:
            found.settled |= set(edit.topic_ids)
        elif edit.kind is EditKind.LOCK:
            found.locks[topic] = (edit.name, edit.gains)
            fresh = {move.statement_id for move in edit.moves if found.place.get(move.statement_id) != topic}
            by_lock[topic] = fresh
            found.place |= dict.fromkeys(sorted(fresh), topic)
        elif edit.kind is EditKind.UNLOCK:
            found.locks.pop(topic, None)
            for one in by_lock.pop(topic, set()):
                found.place.pop(one, None)
        elif edit.kind is EditKind.SEED:
            found.seeds.append((topic, seed_text(edit.name, edit.description)))
            found.names[topic] = (edit.name, NamedBy.SEED)
        if edit.name and edit.kind in (EditKind.RENAME, EditKind.MERGE):
            found.names[topic] = (edit.name, NamedBy.STAFF)
    found.place = {one: found.now(topic) for one, topic in found.place.items()}
    found.seeds = [(found.now(topic), text) for topic, text in found.seeds]
    return found


def seed_text(name: str, description: str) -> str:
    """What is embedded of a seed or an area."""
    return f"{name}. {description}" if description else name


def places(earlier: TopicRun, edits: Sequence[TopicEdit], ruled: Rulings) -> dict[str, str]:
    """Where each statement was in the run before, ASIDE for nowhere, once the edits that were taken
    back since are undone and the topics that were merged are followed. What was in the topic of a seed
    that was taken back has no place."""
    found = earlier.topic_of() | {one: ASIDE for one, _ in earlier.aside}
    kept = set(edits)
    for edit in reversed([each for each in earlier.edits if each not in kept]):
        if edit.kind is EditKind.SEED:
            found = {one: topic for one, topic in found.items() if topic != edit.topic_ids[0]}
        for move in edit.moves:
            if found.get(move.statement_id) == move.after:
                found[move.statement_id] = move.before
    return {one: ruled.now(topic) for one, topic in found.items()}


def number(topic_id: str) -> int:
    """The number in an id: 7 of T07; 0 where there is none."""
    return int(topic_id[1:]) if topic_id[1:].isdecimal() else 0


def highest(earlier: TopicRun | None, edits: Iterable[TopicEdit]) -> int:
    """The highest number that an id ever had."""
    every = [*edits, *(earlier.edits if earlier else ())]
    used = [number(one) for edit in every for one in edit.topic_ids]
    used += [number(move.after) for edit in every for move in edit.moves]
    if earlier is not None:
        used += [earlier.minted, *(number(each.id) for each in earlier.topics)]
    return max(used, default=0)
