"""A table as it stands in a file: a header and rows of texts, each with its place."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.errors import Place


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth a look that stopped nothing."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """A cell that could not be read. ``column`` counts from 0; None means the whole row."""

    column: int | None
    message: str
    cure: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``number`` counts from 1 as a spreadsheet shows it; one text a column of the header."""

    number: int
    cells: tuple[str, ...]
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet or a text file. Headings are all different; blank rows are left out.

    Dates are ISO texts, whole numbers have no ".0", true and false are TRUE and FALSE.
    """

    file: str
    sheet: str
    header: tuple[str, ...]
    header_row: int
    rows: tuple[Row, ...]
    notes: tuple[Note, ...] = ()

    def place(self, row: int | None = None, column: str = "") -> Place:
        return Place(file=self.file, sheet=self.sheet, row=row, column=column)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was found before a header is looked for: rows of unequal length.

    ``merged`` are ranges as (first row, first column, last row, last column), rows from 1
    and columns from 0. ``ragged`` says that a row's length means something, as in CSV.
    """

    name: str
    rows: tuple[Row, ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    ragged: bool = False
    remarks: tuple[str, ...] = ()


def column_letter(index: int) -> str:
    """A column's name in a spreadsheet, counted from 0: ``A``, ``Z``, ``AA``."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
