"""What staff did to topics, and what became of topics, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcher.export.words import counted
from matcher.topics import EditKind, Happening, Lineage, TopicEdit

#: Ids of statements that a sentence names; more are counted.
NAMED = 3


def edit_text(edit: TopicEdit) -> str:
    """What an edit did, in a sentence without its end: "Merged T07 into T03"."""
    ids = edit.topic_ids
    first, others = ids[0] if ids else "", ids[1:]
    those = _statements(edit.statement_ids)
    what = f"{those} of {first}" if edit.statement_ids else first
    told = {
        EditKind.RENAME: f"Named {first} “{edit.name}”",
        EditKind.MERGE: f"Merged {_joined(others)} into {first}"
        + (f" as “{edit.name}”" if edit.name else ""),
        EditKind.SPLIT: f"Split {what}" + (f" off into {_joined(others)}" if others else ""),
        EditKind.MOVE: f"Moved {those} to {first}",
        EditKind.LOCK: f"Locked {first}" + ("; new statements may join" if edit.gains else ""),
        EditKind.UNLOCK: f"Unlocked {first}",
        EditKind.SEED: f"Seeded {first} “{edit.name}”: {edit.description}",
        EditKind.SET_ASIDE: f"Set aside {those}",
        EditKind.BRING_BACK: f"Brought back {those}",
    }
    return told[edit.kind]


def event_text(event: Lineage, labels: Mapping[str, str]) -> str:
    """What happened to a topic, in a sentence; ``labels`` name the other topics by id."""
    parts = [
        f"{number} {'from' if event.kind is Happening.MERGED else 'to'} {_named(id, labels)}"
        for id, number in event.parts
        if id != event.topic_id
    ]
    told = f" ({', '.join(parts)})" if parts else ""
    had, has = counted(event.before, "statement"), counted(event.after, "statement")
    happened = {
        Happening.APPEARED: f"Appeared with {has}",
        Happening.GREW: f"Grew from {event.before} to {has}",
        Happening.SHRANK: f"Shrank from {event.before} to {has}",
        Happening.SPLIT: f"Split: {event.after} of {had} stayed",
        Happening.MERGED: f"Took others in and went from {event.before} to {has}",
        Happening.DIED: f"Ended; it had {had}",
    }
    return f"{happened[event.kind]}{told}."


def _named(id: str, labels: Mapping[str, str]) -> str:
    if not id:
        return "no topic"
    return f"{id} {labels[id]}" if id in labels else id


def _statements(ids: Sequence[str]) -> str:
    return _joined(ids) if len(ids) <= NAMED else counted(len(ids), "statement")


def _joined(names: Sequence[str]) -> str:
    *most, last = names or ("nothing",)
    return f"{', '.join(most)} and {last}" if most else last
