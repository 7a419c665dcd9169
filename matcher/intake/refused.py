"""The rows that were refused, as a workbook to mend and import again."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable

from matcher.intake.batch import Problem
from matcher.intake.names import REFUSED_COLUMNS

_LONGEST_CELL = 32_767
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(problems: Iterable[Problem]) -> bytes:
    """An .xlsx with a sheet for each table: its refused rows as they were, with the reasons beside them.

    Every cell is a text; none becomes a formula, a link or a number. An import of the
    mended workbook does not read the added columns.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {**_SAFE, "in_memory": True})
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    taken: set[str] = set()
    for (file, sheet), rows in _by_table(problems).items():
        page = book.add_worksheet(_sheet_name(sheet or file, taken))
        columns = list(dict.fromkeys(name for row in rows.values() for name, _ in row[0].cells))
        for index, name in enumerate((*REFUSED_COLUMNS, *columns)):
            page.write_string(0, index, name, heading)
        for number, row in enumerate(rows.values(), start=1):
            cells = dict(row[0].cells)
            texts = (*_reasons(row), *(cells.get(name, "") for name in columns))
            for index, text in enumerate(texts):
                if text:
                    page.write_string(number, index, text[:_LONGEST_CELL], wrapped)
        page.freeze_panes(1, 0)
        page.set_column(0, 1, 45)
        page.set_column(2, 2, 10)
        page.set_column(3, max(3, len(columns) + 2), 22)
    if not taken:
        book.add_worksheet("Nothing refused")
    book.close()
    return buffer.getvalue()


def _by_table(problems: Iterable[Problem]) -> dict[tuple[str, str], dict[int | None, list[Problem]]]:
    tables: dict[tuple[str, str], dict[int | None, list[Problem]]] = {}
    for problem in problems:
        rows = tables.setdefault((problem.place.file, problem.place.sheet), {})
        rows.setdefault(problem.place.row, []).append(problem)
    return tables


def _reasons(row: list[Problem]) -> tuple[str, str, str]:
    wrong = [f"{problem.place.column}: {problem.message}".removeprefix(": ") for problem in row]
    cures = dict.fromkeys(problem.cure for problem in row if problem.cure)
    number = row[0].place.row
    return "\n".join(dict.fromkeys(wrong)), "\n".join(cures), "" if number is None else str(number)


def _sheet_name(wanted: str, taken: set[str]) -> str:
    base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", wanted).strip(" '")[:25].strip(" '") or "Rows"
    name, number = base, 1
    while name.casefold() in taken or name.casefold() == "history":  # a name that Excel keeps for itself
        number += 1
        name = f"{base} ({number})"
    taken.add(name.casefold())
    return name
