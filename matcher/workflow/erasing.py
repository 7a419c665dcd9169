"""Erasing a member: what is known of it goes for good; what it took part in stays, without its name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from matcher.domain import ExchangeStatus
from matcher.store import Reading
from matcher.workflow.asking import find_member
from matcher.workflow.remains import with_vectors
from matcher.workflow.workspace import DATABASE, Workspace, taxonomy_of

#: Exchanges that are still to come.
_OPEN = frozenset({ExchangeStatus.PROPOSED, ExchangeStatus.PUBLISHED, ExchangeStatus.AGREED})
#: A word that is shorter stands in too many others to be looked for.
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Erasure:
    """What erasing a member takes away, or took: ``counts`` by what. ``name`` is what it is, or was, called.

    ``open`` are ids of exchanges to come in which it has a place: they are for staff to mend. ``mentions``
    is in how many rows, by table and column, its name or address stands in what others wrote, which stays.
    ``copies`` are files beside the database that still hold all of it.
    """

    id: str
    name: str
    counts: dict[str, int]
    open: tuple[str, ...]
    mentions: dict[str, int]
    copies: tuple[Path, ...]


def erasing(workspace: Workspace, name: str) -> Erasure:
    """What erasing a member, by id, email or name, would take away. Nothing is changed.

    Raises NotFoundError where there is no such member, InputError where several have the name.
    """
    with workspace.store.read() as reading:
        members = reading.members()
        member = members[find_member(members, name)]
        counts = {
            "statements": sum(
                each.member_id == member.id and bool(each.text) for each in reading.statements()
            ),
            "next steps": sum(each.member_id == member.id for each in reading.next_steps()),
            "bans": sum(member.id in (each.member_a, each.member_b) for each in reading.bans()),
            "accounts": sum(each.member_id == member.id for each in reading.accounts()),
        }
        return Erasure(
            member.id, member.name, counts, _open(reading, member.id), {}, _copies(workspace.folder)
        )


def erase(workspace: Workspace, id: str, now: datetime) -> Erasure:
    """Erase the member with this id. The database is then written anew, so that nothing is left in its free
    pages.

    Raises NotFoundError where there is no such member, ConflictError where it was erased but others keep the
    database busy: then do it once more.
    """
    taxonomy = taxonomy_of(workspace.folder)
    with workspace.store.write() as writing:
        member = writing.member(id)
        counts = writing.erase_member(id, now)
        # Of what it wrote earlier and changed since there is a vector, too, and no text that tells whose.
        counts["vectors"] = writing.delete_vectors_beside(with_vectors(writing, taxonomy))
        words = [word for word in (member.name, member.email) if len(word) >= _SHORTEST]
        mentions = writing.mentions(words) if id not in (member.name, member.email) else {}
        left = _open(writing, id)
    workspace.store.compact()
    return Erasure(id, member.name, counts, left, mentions, _copies(workspace.folder))


def _open(reading: Reading, member_id: str) -> tuple[str, ...]:
    return tuple(
        each.id for each in reading.exchanges() if each.status in _OPEN and member_id in each.member_ids
    )


def _copies(folder: Path) -> tuple[Path, ...]:
    """Copies that the program itself made: before it changed the tables, before a restore."""
    return tuple(sorted(folder.glob(f"{DATABASE}.before-*")))
