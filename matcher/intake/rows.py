"""Tables to one batch: each row a value, a problem that says how to mend it, or a note."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.intake import answers, dates, ledger, roster
from matcher.intake.batch import Batch, Draft, Known, Note, Origin, Problem
from matcher.intake.line import Line
from matcher.intake.mapping import Mapping
from matcher.intake.names import REFUSED_COLUMNS, TableKind
from matcher.intake.people import Directory
from matcher.intake.table import Table

__all__ = ["Batch", "Known", "Note", "Origin", "Problem", "to_batch"]

#: Members come before what refers to them, whichever way the files are given.
_ORDER = (TableKind.ROSTER, TableKind.FACILITATORS, TableKind.INTAKE, TableKind.HISTORY, TableKind.BANS)


def to_batch(tables: Sequence[tuple[Table, Mapping | None]], known: Known) -> Batch:
    """All values of the tables, compared with and completed from what is ``known``.

    A table without a mapping (None) is refused as a whole, with one problem that says how
    many rows it has. Raises InputError where a mapping names a column that is not there.
    """
    draft = Draft(known)
    directory = Directory(known)
    for table, mapping in tables:
        draft.notes += table.notes
        if mapping is None:
            draft.problems.append(_not_understood(table))
        else:
            draft.notes += _unread_columns(table, mapping)
    for kind in _ORDER:
        for table, mapping in tables:
            if mapping is not None and mapping.kind is kind:
                _read(table, mapping, draft, directory)
    return draft.batch()


def _read(table: Table, mapping: Mapping, draft: Draft, directory: Directory) -> None:
    fields = mapping.indexes(table)
    lines = [Line(table, row, fields) for row in table.rows]
    day_first = dates.is_day_first(
        [line.text(field) for line in lines for field in ("timestamp", "date", "term_start")]
    )
    if day_first:
        draft.notes.append(Note(table.place(), "Its dates were read with the day before the month."))
    earliest = ledger.term_starts(lines, day_first=day_first) if mapping.kind is TableKind.HISTORY else {}
    if mapping.kind is TableKind.HISTORY and "status" not in fields:
        draft.notes.append(Note(table.place(), "It has no status; its exchanges were taken as held."))
    for line in lines:
        match mapping.kind:
            case TableKind.ROSTER:
                roster.read(line, draft, directory)
            case TableKind.INTAKE:
                answers.read(line, draft, directory, day_first=day_first)
            case TableKind.HISTORY:
                ledger.read_exchange(line, draft, directory, earliest, day_first=day_first)
            case TableKind.BANS:
                ledger.read_ban(line, draft, directory)
            case TableKind.FACILITATORS:
                ledger.read_facilitator(line, draft)


def _not_understood(table: Table) -> Problem:
    return Problem(
        table.place(),
        f"None of its {len(table.rows):,} rows was read: its columns ({', '.join(table.header)[:200]}) "
        "are not those of a roster, an intake form, a history, bans or facilitators.",
        "Say which columns it has in a mapping file, or leave it out.",
    )


def _unread_columns(table: Table, mapping: Mapping) -> list[Note]:
    mapped = {index for indexes in mapping.indexes(table).values() for index in indexes}
    return [
        Note(table.place(column=heading), "The column is not read.")
        for index, heading in enumerate(table.header)
        if index not in mapped
        and heading not in REFUSED_COLUMNS
        and any(row.cells[index].strip() for row in table.rows if index < len(row.cells))
    ]
