"""One row read through a mapping, collecting what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from matcher.errors import Place
from matcher.intake import slots, texts
from matcher.intake.batch import Draft, Problem
from matcher.intake.table import Note, Row, Table
from matcher.intake.values import Unreadable

T = TypeVar("T")
#: Most characters of a cell that is not running text; and the fields that are.
_LONGEST = 1_000
_LONG_FIELDS = frozenset({"challenge", "practice", "text", "reason", "topic", "members", "ignore"})
#: Fields whose columns are read together, as lists of dates.
_DATES = frozenset({"visit_dates", "away"})


class Line:
    """A row's cells by field. Reading a cell never raises: it leaves a problem and gives None."""

    def __init__(self, table: Table, row: Row, fields: dict[str, tuple[int, ...]]) -> None:
        self.place: Place = table.place(row.number)
        self._table, self._row = table, row
        self.problems: list[Problem] = []
        self.notes: list[Note] = []
        read = {index for indexes in fields.values() for index in indexes}
        for flaw in row.flaws:
            column = flaw.column
            heading = "" if column is None else self._heading(column)
            if column is None or column in read:
                self._problem(heading, flaw.message, flaw.cure)
            else:
                place = replace(self.place, column=heading)
                self.notes.append(Note(place, f"{flaw.message} The column is not read."))
        self._fields = {
            field: tuple(column for column in columns if self._is_bounded(field, column))
            for field, columns in fields.items()
        }

    def _is_bounded(self, field: str, column: int) -> bool:
        """Whether a cell is short enough to be worked through; else the row has a problem."""
        characters = len(self._row.cells[column])
        if field in _LONG_FIELDS or characters <= _LONGEST:
            return True
        message = f"The cell has {characters:,} characters; at most {_LONGEST:,} are read here."
        self._problem(self._heading(column), message, "Shorten it to what is asked for.")
        return False

    def _heading(self, column: int) -> str:
        header = self._table.header
        return header[column] if column < len(header) else ""

    def columns(self, field: str) -> tuple[int, ...]:
        """The columns that hold the field, counted from 0."""
        return self._fields.get(field, ())

    def cell(self, column: int) -> str:
        """A cell, cleaned."""
        return texts.clean(self._row.cells[column])

    def cell_of(self, field: str) -> str:
        """The field's text with its line ends; empty where it is blank or there is no such column."""
        return next((self.cell(column) for column in self.columns(field) if self.cell(column)), "")

    def text(self, field: str) -> str:
        """The field's text on one line; empty where it is blank or there is no such column.

        Half-days and dates are put together from all their columns.
        """
        if field == "slots":
            return slots.joined(
                [(self._heading(column), self.cell(column)) for column in self.columns(field)]
            )
        if field in _DATES:
            cells = (self.cell(column) for column in self.columns(field))
            return "; ".join(line for cell in cells for line in cell.splitlines() if line.strip())
        return next(
            (texts.one_line(self._row.cells[column]) for column in self.columns(field) if self.cell(column)),
            "",
        )

    def name(self) -> str:
        """The person's name, put together where it stands in two columns."""
        return self.text("name") or f"{self.text('first_name')} {self.text('last_name')}".strip()

    def read(self, field: str, parse: Callable[[str], T]) -> T | None:
        """The field's value; None where it is blank, or unreadable (then with a problem)."""
        text = self.text(field)
        if not text:
            return None
        try:
            return parse(text)
        except Unreadable as wrong:
            self.fail(field, wrong.message, wrong.cure)
            return None

    def read_if_possible(self, field: str, parse: Callable[[str], T]) -> T | None:
        """As :meth:`read`, but something unreadable leaves only a note: the row stands without it."""
        text = self.text(field)
        if not text:
            return None
        try:
            return parse(text)
        except Unreadable as wrong:
            self.note(field, f"{wrong.message} It was read as blank. {wrong.cure}")
            return None

    def _place_of(self, field: str) -> Place:
        columns = self.columns(field)
        return replace(self.place, column=self._heading(columns[0])) if columns else self.place

    def fail(self, field: str, message: str, cure: str) -> None:
        """Refuse the row."""
        self._problem(self._place_of(field).column, message, cure)

    def note(self, field: str, message: str) -> None:
        """Say something about the row."""
        self.notes.append(Note(self._place_of(field), message))

    def note_at(self, column: int, message: str) -> None:
        """Say something about one column of the row."""
        self.notes.append(Note(replace(self.place, column=self._heading(column)), message))

    def _problem(self, heading: str, message: str, cure: str) -> None:
        self.problems.append(Problem(replace(self.place, column=heading), message, cure, self._cells()))

    def _cells(self) -> tuple[tuple[str, str], ...]:
        header, cells = self._table.header, self._row.cells
        beyond = tuple((f"({index + 1})", cells[index]) for index in range(len(header), len(cells)))
        return (*zip(header, cells, strict=False), *beyond)

    def settle(self, draft: Draft) -> bool:
        """Hand problems and notes to the draft. False where the row is refused."""
        draft.problems += self.problems
        draft.notes += self.notes
        return not self.problems
