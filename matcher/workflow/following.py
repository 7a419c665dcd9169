"""An open desk follows what others write: the audit tells what that was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matcher.audit import Done
from matcher.domain import Exchange, NextStep, Statement, Term
from matcher.embed import Progress, Vectors
from matcher.record import digest
from matcher.store import Reading
from matcher.workflow.case import nobody, vectors_of
from matcher.workflow.desk import Desk, Written
from matcher.workflow.workspace import Workspace, taxonomy_of

#: What the audit's notes end in that are of no concern to a desk; of those that change what members did with
#: each other; of vectors; and of statements.
APART = frozenset(
    {"account", "answer", "ban", "facilitator", "identity", "import", "job", "key", "login", "mapping"}
    | {"pairs", "cohorts", "visits"}  # runs: what they propose is noted by itself
)
_MEETINGS = frozenset({"exchange", "next_step", "term"})
_VECTOR, _STATEMENT = "vector", "put statement"


@dataclass(frozen=True, slots=True)
class News:
    """What was written up to the audit's entry ``last``. ``statements`` are new, ``meetings`` are what
    members did with each other, where that has changed; ``anew`` is the network, where more than that has,
    and then nothing else counts. ``vectors`` are by :func:`matcher.record.digest` those of texts that a desk
    lacks."""

    last: int
    statements: tuple[Statement, ...] = ()
    meetings: tuple[tuple[Exchange, ...], tuple[NextStep, ...], tuple[Term, ...]] | None = None
    vectors: Mapping[str, Vectors] | None = None
    anew: Written | None = None

    @property
    def concerns(self) -> bool:
        """Whether there is anything for a desk in them."""
        return bool(self.statements or self.meetings or self.vectors or self.anew)


def open_desk(
    workspace: Workspace,
    *,
    staff: bool = False,
    directory: bool = False,
    progress: Progress | None = None,
    embed: bool = True,
) -> Desk:
    """Read a network for questions; with ``embed``, texts that have no vector yet are embedded and kept, and
    without they wait in :attr:`Desk.unread`.

    Confidential statements count for staff alone; in a ``directory`` only members that agreed to be listed
    do. Raises InputError where there are no members or the network's own taxonomy cannot be used,
    ArtefactError where a file of the project is missing.
    """
    with workspace.store.read() as reading:
        written = _written(reading)
        texts = {digest(each.text): each.text for each in written.statements}
        vectors = reading.vectors(workspace.embedder.key, sorted(texts))
    if embed and len(vectors) < len(texts):
        lacking = [text for key, text in texts.items() if key not in vectors]
        vectors |= vectors_of(workspace, lacking, progress)
    taxonomy = taxonomy_of(workspace.folder)
    return Desk(workspace, written, vectors, taxonomy, staff=staff, directory=directory)


def is_fresh(desk: Desk) -> bool:
    """Whether nothing was written since the desk was read."""
    with desk.workspace.store.read() as reading:
        return reading.last_entry() == desk.last


def news(desk: Desk) -> News:
    """What was written since the desk was read, for :func:`take_up`. The desk is as it was, and may be asked
    at meanwhile. Raises InputError where no member is left."""
    key = desk.workspace.embedder.key
    with desk.workspace.store.read() as reading:
        last = reading.last_entry()
        if last == desk.last:
            return News(last)
        # Fewer entries than there were: a backup was brought back.
        told = _told(reading.done_after(desk.last)) if last > desk.last else None
        if told is None:
            anew = _written(reading)
            held = {each.text for each in desk.index.statements}  # not by id: a text may have changed
            texts = [each.text for each in anew.statements if each.text not in held]
            return News(last, vectors=reading.vectors(key, _digests(texts)), anew=anew)
        added = reading.statements_named(told.statements)
        waiting = desk.unread.values() if told.vectors else ()
        texts = [each.text for each in (*added, *waiting)]
        meetings = (reading.exchanges(), reading.next_steps(), reading.terms()) if told.meetings else None
        return News(last, tuple(added), meetings, reading.vectors(key, _digests(texts)))


def take_up(desk: Desk, found: News) -> Desk:
    """The same desk with the news in it, or a new one where the network is to be read anew: nobody asks at
    the old one from then on. Where they concern it, nobody is to ask at it meanwhile.

    It keeps its taxonomy, for the embedder keeps the one that it was opened with.
    """
    vectors = found.vectors or {}
    if found.anew is not None:
        # What stood in it, it has the vectors of.
        known = {digest(each.text): desk.index.vector(each.id) for each in desk.index.statements}
        taxonomy = desk.index.lexicon.taxonomy
        return Desk(
            desk.workspace,
            found.anew,
            {**known, **vectors},
            taxonomy,
            staff=desk.staff,
            directory=desk.directory,
            before=desk.index,
        )
    if found.meetings is not None:
        desk.meet(*found.meetings)
    for each in found.statements:
        desk.add(each, vectors)
    if vectors:
        desk.read(vectors)
    desk.last = found.last
    return desk


def _written(reading: Reading) -> Written:
    written = Written(
        last=reading.last_entry(),
        members=reading.members(),
        organizations=reading.organizations(),
        statements=reading.statements(),
        aside=reading.topic_aside(),
        topics=reading.topics(),
        exchanges=reading.exchanges(),
        steps=reading.next_steps(),
        terms=reading.terms(),
    )
    if not written.members:
        raise nobody()
    return written


def _digests(texts: Iterable[str]) -> list[str]:
    return sorted({digest(each) for each in texts})


@dataclass(frozen=True, slots=True)
class _Told:
    """Ids of ``statements`` that are new, and whether what members did with each other has changed, or
    vectors were kept."""

    statements: tuple[str, ...]
    meetings: bool
    vectors: bool


def _told(done: Sequence[Done]) -> _Told | None:
    """What a desk takes up; None where it has to be read anew."""
    statements: list[str] = []
    meetings = vectors = False
    for each in done:
        about = each.what.rpartition(" ")[-1]
        if each.what == _STATEMENT and not each.counts.get("changed"):
            statements += each.ids
        elif about in _MEETINGS:
            meetings = True
        elif about == _VECTOR:
            vectors = True
        elif about not in APART:
            return None
    return _Told(tuple(statements), meetings, vectors)
