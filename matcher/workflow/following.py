"""An open desk follows what others write: the audit tells what that was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.audit import Done
from matcher.embed import Progress
from matcher.taxonomy import Taxonomy
from matcher.workflow.case import load
from matcher.workflow.desk import Desk
from matcher.workflow.workspace import Workspace, taxonomy_of

#: What the audit's notes end in that are of no concern to a desk; of those that change what members did with
#: each other; and of statements.
_APART = frozenset(
    {"account", "answer", "import", "job", "key", "kept_answer", "login", "mapping", "vector"}
    | {"pairs", "cohorts", "visits"}  # runs: what they propose is noted by itself
)
_MEETINGS = frozenset({"exchange", "next_step", "term"})
_STATEMENT = "put statement"


@dataclass(frozen=True, slots=True)
class _News:
    """Ids of ``statements`` that are new, and whether what members did with each other has changed."""

    statements: tuple[str, ...]
    meetings: bool


def open_desk(
    workspace: Workspace,
    *,
    staff: bool = False,
    directory: bool = False,
    progress: Progress | None = None,
    taxonomy: Taxonomy | None = None,
) -> Desk:
    """Read a network for questions; texts that have no vector yet are embedded and kept.

    Confidential statements count for staff alone; in a ``directory`` only members that agreed to be listed
    do. ``taxonomy`` is read from the network's folder where none is given. Raises InputError where there are
    no members or the network's own taxonomy cannot be used, ArtefactError where a file of the project is
    missing.
    """
    with workspace.store.read() as reading:
        last, steps = reading.last_entry(), reading.next_steps()
    known = taxonomy_of(workspace.folder) if taxonomy is None else taxonomy
    case = load(workspace, progress)
    return Desk(workspace, case, steps, last, known, staff=staff, directory=directory)


def is_fresh(desk: Desk) -> bool:
    """Whether nothing was written since the desk was read."""
    with desk.workspace.store.read() as reading:
        return reading.last_entry() == desk.last


def refreshed(desk: Desk) -> Desk:
    """The same desk, with the statements that are new and what members did since, or a new one where more
    than that was written to the network.

    It keeps its taxonomy, for the embedder keeps the one that it was opened with.
    """
    with desk.workspace.store.read() as reading:
        last = reading.last_entry()
        if last == desk.last:
            return desk
        done = reading.done_after(desk.last)
        # Fewer entries than there were: a backup was brought back.
        news = _news(done) if last > desk.last else None
        if news is not None:
            added = reading.statements_named(news.statements)
            if news.meetings:
                desk.meet(reading.exchanges(), reading.next_steps(), reading.terms())
    if news is None:
        known = desk.index.lexicon.taxonomy
        return open_desk(desk.workspace, staff=desk.staff, directory=desk.directory, taxonomy=known)
    for each in added:
        desk.add(each)
    desk.last = last
    return desk


def _news(done: Sequence[Done]) -> _News | None:
    """What a desk takes up; None where it has to be opened anew."""
    statements: list[str] = []
    meetings = False
    for each in done:
        about = each.what.rpartition(" ")[-1]
        if each.what == _STATEMENT and not each.counts.get("changed"):
            statements += each.ids
        elif about in _MEETINGS:
            meetings = True
        elif about not in _APART:
            return None
    return _News(tuple(statements), meetings)
