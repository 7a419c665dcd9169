"""Tables to one batch: each row a value, a problem that says how to mend it, or a note."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.intake import answers, consent, dates, ledger, roster, spans
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
    many rows it has; beside another sheet that was understood it is only noted. Raises
    InputError where a mapping names a column that is not there.
    """
    draft = Draft(known)
    directory = Directory(known)
    understood = {table.file for table, mapping in tables if mapping is not None}
    for table, mapping in tables:  # the first of all notes, as only so many are shown
        if mapping is not None:
            draft.notes += consent.notes(table, mapping)
    for table, mapping in tables:
        draft.notes += table.notes
        if mapping is not None:
            draft.notes += _unread_columns(table, mapping)
        elif table.file in understood:
            draft.notes.append(_left_out(table))
        else:
            draft.problems.append(_not_understood(table))
    for kind in _ORDER:
        for table, mapping in tables:
            if mapping is not None and mapping.kind is kind:
                _read(table, mapping, draft, directory)
    return draft.batch()


def _read(table: Table, mapping: Mapping, draft: Draft, directory: Directory) -> None:
    fields = mapping.indexes(table)
    lines = [Line(table, row, fields) for row in table.rows]
    written = [line.text(field) for line in lines for field in ("timestamp", "date", "term_start")]
    for field in ("visit_dates", "away"):
        written += [each for line in lines for each in spans.numeric(line.text(field))]
    day_first = dates.is_day_first(written)
    if day_first:
        draft.notes.append(Note(table.place(), "Its dates were read with the day before the month."))
    earliest = ledger.term_starts(lines, day_first=day_first) if mapping.kind is TableKind.HISTORY else {}
    if mapping.kind is TableKind.HISTORY and "status" not in fields:
        draft.notes.append(Note(table.place(), "It has no status; its exchanges were taken as held."))
    if mapping.kind is TableKind.HISTORY and "host_member" not in fields:
        draft.notes += ledger.hostless(table, lines)
    for line in lines:
        match mapping.kind:
            case TableKind.ROSTER:
                roster.read(line, draft, directory, day_first=day_first)
            case TableKind.INTAKE:
                answers.read(line, draft, directory, day_first=day_first)
            case TableKind.HISTORY:
                ledger.read_exchange(line, draft, directory, earliest, day_first=day_first)
            case TableKind.BANS:
                ledger.read_ban(line, draft, directory)
            case TableKind.FACILITATORS:
                ledger.read_facilitator(line, draft)


def _not_understood(table: Table) -> Problem:
    count = len(table.rows)
    unread = f"None of its {count:,} rows was read" if count > 1 else f"Its {_rows(count)} could not be read"
    return Problem(
        table.place(),
        f"{unread}: its columns ({', '.join(table.header)[:200]}) "
        "are not those of a roster, an intake form, a history, bans or facilitators.",
        "Say which columns it has in a mapping file, or leave it out.",
    )


def _left_out(table: Table) -> Note:
    return Note(
        table.place(),
        f"The sheet is no table that is known, so it was left out: {_rows(len(table.rows) + 1)}, from "
        f"'{table.header[0][:60]}'. If it should be read, say in a mapping file which columns it has.",
    )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _unread_columns(table: Table, mapping: Mapping) -> list[Note]:
    fields = mapping.indexes(table)
    mapped = {index for indexes in fields.values() for index in indexes}
    told = consent.unread(table, mapping)
    notes: list[Note] = []
    for index, heading in enumerate(table.header):
        filled = sum(bool(row.cells[index].strip()) for row in table.rows if index < len(row.cells))
        place = table.place(column=heading)
        if filled and index in fields.get("remarks", ()):
            message = (
                f"Remarks are not kept ({_rows(filled)} filled in). Read them in the file: a wish not to "
                "meet somebody counts only as a row of the bans."
            )
            notes.append(Note(place, message))
        elif filled and index not in mapped and heading not in (*REFUSED_COLUMNS, *told):
            notes.append(Note(place, f"The column is not read ({_rows(filled)} filled in)."))
    return notes
