"""Which row of a sheet is its header, and the table below it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from matcher.errors import InputError, Place
from matcher.intake import names
from matcher.intake.table import Flaw, Note, Row, Sheet, Table, column_letter

#: Rows in which a header is looked for.
_LOOKED_AT = 30
_LONGEST_HEADING = 500
_SHOWN = 60
_ROWS_NAMED = 5
_MOST_FILLED = 100_000
_SHIFTED = "A comma or a line break inside a text has to stand in quotation marks."


def table(file: str, sheet: Sheet) -> Table:
    """The table of a sheet that has at least one row that is not blank.

    The header is the row in which most cells are known headings; where none is known, the
    first row with two texts or more that is about as wide as the rows below it. Merged
    cells of several rows are read as holding their value in each.
    """
    at = _find(sheet.rows)
    top = sheet.rows[at]
    below = sheet.rows[at + 1 :]
    width = len(top.cells) if sheet.ragged else max(len(row.cells) for row in sheet.rows[at:])
    width = max(_used(row.cells, width) for row in sheet.rows[at:])
    headings = _headings(top.cells, width)
    rows = tuple(_fit(row, width, sheet.ragged) for row in below)
    place = Place(file=file, sheet=sheet.name)
    notes = [*_title_notes(sheet.rows[:at], place), *_flaw_notes(top, place)]
    if sheet.ragged:
        short = [row.number for row in below if len(row.cells) < width]
        notes += _short_notes(short, width, place)
    rows, merged_notes = _fill_merged(rows, sheet, top.number, headings, place)
    if not rows:
        notes.append(Note(place, "There is a header and no row below it."))
    return Table(file, sheet.name, headings, top.number, rows, (*notes, *merged_notes))


def _find(rows: tuple[Row, ...]) -> int:
    looked_at = rows[:_LOOKED_AT]
    known = [_known_cells(row.cells) for row in looked_at]
    # a third of its texts, so that two words in a row of data do not make it a header
    if max(known) >= max(2, len(_texts(looked_at[known.index(max(known))].cells)) / 3):
        return known.index(max(known))
    widths = [len(_texts(row.cells)) for row in looked_at]
    for index, row in enumerate(looked_at):
        wanted = max(widths[index + 1 : index + 6], default=1)
        if len(set(_texts(row.cells))) >= max(2, wanted / 2):
            return index
    return known.index(max(known))


def _known_cells(cells: tuple[str, ...]) -> int:
    return sum(1 for cell in set(_texts(cells)) if len(cell) <= _LONGEST_HEADING and names.is_known(cell))


def _texts(cells: tuple[str, ...]) -> list[str]:
    return [cell.strip() for cell in cells if any(mark.isalpha() for mark in cell)]


def _used(cells: tuple[str, ...], width: int) -> int:
    """The number of cells up to the last one in use, at most ``width``."""
    used = min(len(cells), width)
    while used and not cells[used - 1].strip():
        used -= 1
    return used


def _headings(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    headings: list[str] = []
    taken: set[str] = set()
    for index in range(width):
        text = " ".join(cells[index].split())[:_LONGEST_HEADING] if index < len(cells) else ""
        heading = text or f"Column {column_letter(index)}"
        number = 1
        while heading.casefold() in taken:
            number += 1
            heading = f"{text or f'Column {column_letter(index)}'} ({number})"
        taken.add(heading.casefold())
        headings.append(heading)
    return tuple(headings)


def _fit(row: Row, width: int, ragged: bool) -> Row:
    used = _used(row.cells, len(row.cells))
    flaws = row.flaws
    if used > width and ragged:
        flaws = (*flaws, Flaw(None, f"The row has {used} cells under {width} headings.", _SHIFTED))
        return Row(row.number, row.cells[:used], flaws)
    return Row(row.number, (*row.cells[:width], *[""] * (width - len(row.cells))), flaws)


def _title_notes(rows: tuple[Row, ...], place: Place) -> list[Note]:
    notes: list[Note] = []
    for row in rows:
        text = " ".join(" ".join(row.cells).split())[:_SHOWN]
        message = f"It stands above the header and was left out: '{text}'."
        notes.append(Note(replace(place, row=row.number), message))
    return notes


def _flaw_notes(top: Row, place: Place) -> list[Note]:
    return [Note(replace(place, row=top.number), f"In the header: {flaw.message}") for flaw in top.flaws]


def _short_notes(numbers: list[int], width: int, place: Place) -> list[Note]:
    if not numbers:
        return []
    named = ", ".join(str(number) for number in numbers[:_ROWS_NAMED])
    more = f" and {len(numbers) - _ROWS_NAMED:,} more" if len(numbers) > _ROWS_NAMED else ""
    message = f"Rows {named}{more} have fewer cells than the {width} headings; the rest was read as blank."
    return [Note(place, message)]


def _fill_merged(
    rows: tuple[Row, ...], sheet: Sheet, header_row: int, headings: tuple[str, ...], place: Place
) -> tuple[tuple[Row, ...], list[Note]]:
    notes: list[Note] = []
    values = {row.number: row for row in rows}
    numbers = sorted(values)
    filled = 0
    for first, left, last, right in sheet.merged:
        if first <= header_row or left >= len(headings) or first not in values:
            continue
        value = values[first].cells[left]
        where = replace(place, row=first, column=headings[left])
        if right > left:
            notes.append(Note(where, "The cell is merged with cells beside it; those were read as blank."))
        # By the rows that are there: a range may reach to the last row a sheet can have.
        below = numbers[bisect_right(numbers, first) : bisect_right(numbers, last)]
        filled += len(below)
        if filled > _MOST_FILLED:
            raise InputError(
                f"Its merged cells cover more than {_MOST_FILLED:,} cells.",
                cure="Unmerge the cells below the header.",
                place=where,
            )
        for number in below:
            row = values[number]
            cells = (*row.cells[:left], row.cells[left] or value, *row.cells[left + 1 :])
            values[number] = replace(row, cells=cells)
        if below and value:
            notes.append(Note(where, f"The cell is merged down to row {last}; each row was given its value."))
    return tuple(values[row.number] for row in rows), notes
