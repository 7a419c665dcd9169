"""What staff ask for, checked and made exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from unicodedata import category

import numpy as np

from matcher.domain import Statement, Topic
from matcher.embed import Vectors
from matcher.errors import InputError, NotFoundError
from matcher.topics.history import EditKind, Move, TopicEdit, TopicRun
from matcher.topics.rulings import ASIDE, ID, highest, number
from matcher.topics.same import same_as

#: Neighbours that vote on where a statement that is brought back belongs.
VOTES = 5
#: Longest name of a topic, in characters.
NAME_LIMIT = 80


def resolve(edit: TopicEdit, run: TopicRun, statements: Sequence[Statement], vectors: Vectors) -> TopicEdit:
    """The exact edit: ids checked and new ones minted, and which statements move where.

    Statements with the same text move together, though only one was named; control characters and halves
    of characters go out of names and descriptions. Raises NotFoundError
    (nearest real ids in the cure) where a topic or statement is not in ``run``; InputError where
    nothing would change, a topic is locked, or a name or a number is missing or out of range.
    """
    given = replace(edit, name=_clean(edit.name), description=_clean(edit.description))
    desk = _Desk(run, statements, vectors)
    return {
        EditKind.RENAME: _rename,
        EditKind.MERGE: _merge,
        EditKind.SPLIT: _split,
        EditKind.MOVE: _move,
        EditKind.LOCK: _lock,
        EditKind.UNLOCK: _unlock,
        EditKind.SEED: _seed,
        EditKind.SET_ASIDE: _set_aside,
        EditKind.BRING_BACK: _bring_back,
    }[given.kind](given, desk)


class _Desk:
    """What an edit is checked against."""

    def __init__(self, run: TopicRun, statements: Sequence[Statement], vectors: Vectors) -> None:
        self.run = run
        self.topics = {topic.id: topic for topic in run.topics}
        self.topic_of = run.topic_of()
        self.statements = {each.id: each for each in statements}
        taking = [i for i, each in enumerate(statements) if not each.set_aside]
        self.ids = [statements[i].id for i in taking]
        self.texts = [statements[i].text for i in taking]
        self.vectors = vectors[taking]

    def topic(self, edit: TopicEdit) -> Topic:
        """The only topic that the edit names."""
        if len(edit.topic_ids) != 1:
            raise InputError(
                f"{len(edit.topic_ids)} topics are named.", cure=f"To {edit.kind} takes exactly one."
            )
        return self.one(edit.topic_ids[0])

    def one(self, topic_id: str) -> Topic:
        if topic_id not in self.topics:
            raise NotFoundError(f"There is no topic '{topic_id}'.", cure=_nearest(topic_id, self.topics))
        return self.topics[topic_id]

    def unlocked(self, topic: Topic) -> Topic:
        if topic.locked:
            raise InputError(f"{topic.id} '{topic.label}' is locked.", cure="Unlock it first.")
        return topic

    def named(self, edit: TopicEdit, besides: Iterable[str] = ()) -> str:
        """The edit's name. No other topic may have it."""
        if not edit.name:
            raise InputError("The name is empty.", cure="Give two to five words.")
        if len(edit.name) > NAME_LIMIT:
            raise InputError(f"The name has {len(edit.name)} characters.", cure=f"Use at most {NAME_LIMIT}.")
        for topic in self.run.topics:
            if topic.label.casefold() == edit.name.casefold() and topic.id not in besides:
                raise InputError(
                    f"{topic.id} is called '{topic.label}' already.",
                    cure="Merge the two, or name it otherwise.",
                )
        return edit.name

    def same(self, wanted: Sequence[str]) -> list[str]:
        """Ids of the statements that are meant: those named, and those with the same text."""
        if not wanted:
            raise InputError("No statement is named.", cure="Give one or more statement ids.")
        place = {one: i for i, one in enumerate(self.ids)}
        for one in wanted:
            if one not in self.statements:
                raise NotFoundError(f"There is no statement '{one}'.", cure=_nearest(one, self.statements))
            if one not in place:
                raise InputError(
                    f"The statement {one} was set aside at the import: {self.statements[one].set_aside}.",
                    cure="Ask the member for a text, and import it.",
                )
        rows = same_as([place[one] for one in dict.fromkeys(wanted)], self.texts, self.vectors)
        return [self.ids[i] for i in rows]

    def moves(self, ids: Iterable[str], target: str) -> tuple[Move, ...]:
        """The moves to a topic; those that are there already stay there for good."""
        found = tuple(Move(one, self.topic_of.get(one, ASIDE), target) for one in ids)
        for topic_id in sorted({move.before for move in found} - {ASIDE, target}):
            if topic_id in self.topics:
                self.unlocked(self.topics[topic_id])
        return found

    def fresh(self, count: int, edits: Sequence[TopicEdit] = ()) -> tuple[str, ...]:
        """Ids that were never used."""
        last = highest(self.run, edits)
        return tuple(ID.format(last + i) for i in range(1, count + 1))


def _rename(edit: TopicEdit, desk: _Desk) -> TopicEdit:
    topic = desk.unlocked(desk.topic(edit))
    if desk.named(edit, {topic.id}) == topic.label:
        raise InputError(f"{topic.id} is called '{topic.label}' already.", cure="Give another name.")
    return edit


def _merge(edit: TopicEdit, desk: _Desk) -> TopicEdit:
    if len(set(edit.topic_ids)) < 2 or len(set(edit.topic_ids)) < len(edit.topic_ids):
        raise InputError(
            f"{len(set(edit.topic_ids))} different topics are named.",
            cure="A merge takes two or more, each once; the first stays.",
        )
    topics = [desk.unlocked(desk.one(one)) for one in edit.topic_ids]
    if edit.name:
        desk.named(edit, edit.topic_ids)
    ids = [one for topic in topics for one in topic.statement_ids]
    return replace(edit, moves=desk.moves(ids, topics[0].id))


def _split(edit: TopicEdit, desk: _Desk) -> TopicEdit:
    topic = desk.unlocked(desk.topic(edit))
    own = set(topic.statement_ids)
    if edit.statement_ids:
        chosen = desk.same(edit.statement_ids)
        for one in edit.statement_ids:
            if one not in own:
                raise InputError(
                    f"The statement {one} is not in {topic.id}.", cure=f"Name statements of {topic.id}."
                )
        parts = [[one for one in chosen if one in own]]
    else:
        if edit.parts < 2:
            raise InputError(f"A split into {edit.parts} is none.", cure="Give 2 or more parts.")
        parts = _parts(topic, edit.parts, desk)
    if sum(len(part) for part in parts) == len(own):
        raise InputError(
            f"Nothing would be left in {topic.id}: its {len(own)} statements are all chosen.",
            cure="Choose some of them.",
        )
    new = desk.fresh(len(parts))
    away = {one: new_id for part, new_id in zip(parts, new, strict=True) for one in part}
    moves = tuple(Move(one, topic.id, away.get(one, topic.id)) for one in topic.statement_ids)
    return replace(edit, topic_ids=(topic.id, *new), moves=moves)


def _parts(topic: Topic, count: int, desk: _Desk) -> list[list[str]]:
    """The topic's statements in ``count`` parts, by Ward's method, without the largest."""
    from scipy.cluster.hierarchy import fcluster, linkage

    place = {one: i for i, one in enumerate(desk.ids)}
    left = [one for one in topic.statement_ids if one in place]
    texts: list[list[str]] = []
    while left:
        rows = same_as([place[left[0]]], desk.texts, desk.vectors)
        same = {desk.ids[i] for i in rows}
        texts.append([one for one in left if one in same])
        left = [one for one in left if one not in same]
    if len(texts) < count:
        raise InputError(
            f"{topic.id} has {len(texts)} different texts.", cure=f"Split it into at most {len(texts)}."
        )
    rows = [place[each[0]] for each in texts]
    labels = fcluster(linkage(desk.vectors[rows].astype(np.float64), "ward"), count, "maxclust")
    found: dict[int, list[str]] = {}
    for each, part in zip(texts, labels.tolist(), strict=True):
        found.setdefault(part, []).extend(each)
    if len(found) < count:
        raise InputError(
            f"{topic.id} falls into {len(found)} parts at most.", cure="Name the statements to take out."
        )
    return sorted(found.values(), key=lambda part: -len(part))[1:]


def _move(edit: TopicEdit, desk: _Desk) -> TopicEdit:
    topic = desk.unlocked(desk.topic(edit))
    ids = desk.same(edit.statement_ids)
    if all(one in topic.statement_ids for one in ids):
        raise InputError(f"They are in {topic.id} already.", cure="Name another topic, or lock this one.")
    return replace(edit, moves=desk.moves(ids, topic.id))


def _lock(edit: TopicEdit, desk: _Desk) -> TopicEdit:
    topic = desk.topic(edit)
    if topic.locked:
        raise InputError(f"{topic.id} is locked already.", cure="Unlock it first to change the lock.")
    moves = tuple(Move(one, topic.id, topic.id) for one in topic.statement_ids)
    return replace(edit, name=topic.label, moves=moves)


def _unlock(edit: TopicEdit, desk: _Desk) -> TopicEdit:
    topic = desk.topic(edit)
    if not topic.locked:
        raise InputError(f"{topic.id} is not locked.", cure="There is nothing to unlock.")
    return edit


def _seed(edit: TopicEdit, desk: _Desk) -> TopicEdit:
    desk.named(edit)
    if not edit.description:
        raise InputError("The seed has no description.", cure="Say in one line what belongs to it.")
    return replace(edit, topic_ids=desk.fresh(1))


def _set_aside(edit: TopicEdit, desk: _Desk) -> TopicEdit:
    ids = desk.same(edit.statement_ids)
    if not any(one in desk.topic_of for one in ids):
        raise InputError("They are set aside already.", cure="Bring them back, or name others.")
    return replace(edit, moves=desk.moves(ids, ASIDE))


def _bring_back(edit: TopicEdit, desk: _Desk) -> TopicEdit:
    ids = desk.same(edit.statement_ids)
    if all(one in desk.topic_of for one in ids):
        raise InputError("They are in a topic already.", cure="Name statements that are set aside.")
    moves: list[Move] = []
    for one in edit.statement_ids:
        if one in desk.topic_of or any(move.statement_id == one for move in moves):
            continue
        same = [each for each in desk.same([one]) if each not in desk.topic_of]
        target = _where(same, desk)
        moves += [Move(each, ASIDE, target) for each in same]
    return replace(edit, moves=tuple(moves))


def _where(ids: Sequence[str], desk: _Desk) -> str:
    """The topic that most of the nearest statements are in, no locked one; a new one if there is none."""
    place = {one: i for i, one in enumerate(desk.ids)}
    others = [one for one in desk.ids if one in desk.topic_of and not desk.topics[desk.topic_of[one]].locked]
    if not others:
        return desk.fresh(1)[0]
    cosine = desk.vectors[[place[one] for one in others]] @ desk.vectors[place[ids[0]]]
    best = np.argsort(-cosine, kind="stable")[:VOTES].tolist()
    votes = Counter(desk.topic_of[others[i]] for i in best)
    return min(votes, key=lambda topic: (-votes[topic], number(topic), topic))


def _clean(text: str) -> str:
    """The text on one line, without control characters and halves of characters (lone surrogates)."""
    return " ".join("".join(" " if category(each) in ("Cc", "Cs") else each for each in text).split())


def _nearest(wrong: str, real: Iterable[str]) -> str:
    known = list(real)
    close = get_close_matches(wrong.upper(), known, n=3, cutoff=0.5) or get_close_matches(wrong, known, n=3)
    return f"Nearest are {', '.join(close)}." if close else f"There are {len(known)}."
