"""Columns that may say who may see an answer, and that were not read: they must not be passed over."""

from __future__ import annotations

import re

from matcher.intake import values
from matcher.intake.mapping import Mapping
from matcher.intake.names import TableKind, normal
from matcher.intake.table import Note, Table
from matcher.intake.values import Unreadable

_ABOUT = re.compile(r"\b(shar|quot|privat|privac|confidenti|public|publish|anonym|consent|permission)")


def is_about(heading: str) -> bool:
    """Whether a heading speaks of sharing, quoting or keeping something private."""
    return _ABOUT.search(normal(heading)) is not None


def unread(table: Table, mapping: Mapping | None) -> tuple[str, ...]:
    """The headings of an intake form's columns of yes and no that speak of sharing and are not in its
    mapping. A column with the field "ignore" is knowingly left out."""
    if mapping is None or mapping.kind is not TableKind.INTAKE:
        return ()
    read = {index for indexes in mapping.indexes(table).values() for index in indexes}
    return tuple(
        heading
        for index, heading in enumerate(table.header)
        if index not in read and is_about(heading) and _is_yes_no(table, index)
    )


def _is_yes_no(table: Table, index: int) -> bool:
    """Whether at least half of the answers are a yes or a no: a remark or two do not hide the others."""
    cells = [row.cells[index] for row in table.rows if row.cells[index].strip()]
    return bool(cells) and 2 * sum(map(_reads, cells)) >= len(cells)


def _reads(text: str) -> bool:
    try:
        values.yes_no(text)
    except Unreadable:
        return False
    return True


def notes(table: Table, mapping: Mapping) -> list[Note]:
    """A word for each column that :func:`unread` names."""
    message = (
        "The column seems to say whether an answer may be shared, but it is not read: its answers count "
        "for nothing. Say in a mapping file whether it is 'quotable', 'confidential' or 'ignore'."
    )
    return [Note(table.place(column=heading), message) for heading in unread(table, mapping)]
