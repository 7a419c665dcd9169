"""What staff did to topics, what happened to them, and the outcome of a run: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matcher.domain import Topic


class EditKind(StrEnum):
    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"
    LOCK = "lock"
    UNLOCK = "unlock"
    SEED = "seed"
    SET_ASIDE = "aside"
    BRING_BACK = "back"


@dataclass(frozen=True, slots=True)
class Move:
    """A statement that went from one topic to another; an empty id stands for no topic (set aside)."""

    statement_id: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TopicEdit:
    """What staff did. Every later run does it again, in the order of the list.

    What staff ask for is written with the fields that its kind uses, then made exact once by
    :func:`matcher.topics.resolve`, which checks it and fills in ``moves``. Keep the exact one.

    ==========  ======================  ===========================================================
    kind        topic_ids               other fields
    ==========  ======================  ===========================================================
    rename      the topic               name
    merge       the one that stays,     name, or empty to keep that of the first
                then those that end
    split       the topic               parts (2 or more), or statement_ids that become a topic; the
                                        exact edit lists the new topics' ids behind the first
    move        the target              statement_ids
    lock        the topic               gains: whether new statements may still join it
    unlock      the topic
    seed        none; the exact edit    name and description, one line; statements near them join the
                has the new topic's id  topic of that name
    aside       none                    statement_ids
    back        none                    statement_ids
    ==========  ======================  ===========================================================
    """

    kind: EditKind
    topic_ids: tuple[str, ...] = ()
    statement_ids: tuple[str, ...] = ()
    name: str = ""
    description: str = ""
    parts: int = 0
    gains: bool = False
    moves: tuple[Move, ...] = ()
    by: str = ""
    at: datetime | None = None


class Happening(StrEnum):
    APPEARED = "appeared"
    GREW = "grew"
    SHRANK = "shrank"
    SPLIT = "split"
    MERGED = "merged"
    DIED = "died"


@dataclass(frozen=True, slots=True)
class Lineage:
    """What happened to one topic between two runs.

    ``before`` and ``after`` count its statements. ``parts`` are (topic id, statements): of a split or
    dead topic where its statements went, of a merged one where they came from, largest first.
    ``share`` is the part of ``before`` that went elsewhere (split, shrank, died), the part of ``after``
    that came (appeared, grew), or the part of the ended topics' statements that came along (merged).
    ``emerging``: it appeared or grew as :func:`matcher.topics.lineage` states.
    """

    kind: Happening
    topic_id: str
    before: int
    after: int
    parts: tuple[tuple[str, int], ...] = ()
    share: float = 0.0
    emerging: bool = False


@dataclass(frozen=True, slots=True)
class TopicRun:
    """The outcome of a run, and all that the next one has to know of it.

    ``topics``, largest first. ``aside`` are (statement id, reason in words) for a person to look at, in
    the order of the statements. ``lineage`` is against the run before. ``edits`` are those in force.
    ``minted`` is the highest number that an id ever had: no id is used again.
    """

    topics: tuple[Topic, ...] = ()
    aside: tuple[tuple[str, str], ...] = ()
    lineage: tuple[Lineage, ...] = ()
    edits: tuple[TopicEdit, ...] = ()
    minted: int = 0

    def topic_of(self) -> dict[str, str]:
        """The topic id of each statement that has one."""
        return {each: topic.id for topic in self.topics for each in topic.statement_ids}
