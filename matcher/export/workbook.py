"""One workbook for staff: a sheet a list, a row a proposal, every text a text."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from matcher.export.save import save_bytes
from matcher.export.sheets import Cell, Sheet, sheets
from matcher.export.view import TermView
from matcher.export.words import (
    READING,
    aims,
    beside,
    caveats,
    claim,
    formed,
    kind_of,
    percent,
    plain,
    summary,
)

#: What Excel holds in a cell, in UTF-16 units.
LONGEST_CELL = 32_767
_CUT = " … (cut)"
_HEADER_FILL = "#1F3A45"
_BAND = "#D5DDE0"


def write_workbook(view: TermView, path: Path) -> None:
    """Write the term to ``path`` as one xlsx file: About, Pairs, Cohorts, Visits, Waitlist, Topics,
    Topic history, Set aside.

    Texts are written as texts whatever they begin with: none becomes a formula, a link or a
    number. The same view gives the same bytes. Raises InputError where ``path`` cannot be
    written, such as when it is open in another program.
    """
    save_bytes(path, _content(view))


def _content(view: TermView) -> bytes:
    import xlsxwriter

    buffer = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **options})
    book.set_properties({"title": _cell_text(f"{view.network}: {view.term}"), "created": _made_on(view)})
    formats = {
        "head": book.add_format(
            {"bold": True, "font_color": "#FFFFFF", "bg_color": _HEADER_FILL, "text_wrap": True}
            | {"valign": "vcenter", "border": 1, "border_color": _HEADER_FILL}
        ),
        "wrap": book.add_format(_body() | {"text_wrap": True}),
        "line": book.add_format(_body()),
        "number": book.add_format(_body() | {"num_format": "#,##0", "align": "right"}),
        "share": book.add_format(_body() | {"num_format": "0.0%", "align": "right"}),
        "title": book.add_format({"bold": True, "font_size": 16, "valign": "top"}),
        "label": book.add_format({"bold": True, "valign": "top", "text_wrap": True}),
        "text": book.add_format({"valign": "top", "text_wrap": True}),
    }
    _write_about(book.add_worksheet("About"), view, formats)
    for sheet in sheets(view):
        _write_table(book.add_worksheet(sheet.name), sheet, formats)
    book.close()
    return buffer.getvalue()


def _body() -> dict[str, Any]:
    return {"valign": "top", "bottom": 1, "bottom_color": _BAND}


def _made_on(view: TermView) -> datetime:
    """The day the term was made where that is a date, so that the same view gives the same bytes."""
    try:
        day = date.fromisoformat(view.made_on)
    except ValueError:
        day = date(2000, 1, 1)
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 (a workbook's dates have no zone)


def _cell_text(text: str) -> str:
    """``text`` as a cell can hold it; cut, with a note, above Excel's limit."""
    clean = plain(text)
    units = clean.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_CELL:
        return clean
    kept = units[: 2 * (LONGEST_CELL - len(_CUT))].decode("utf-16-le", errors="ignore")
    return kept + _CUT


def _write_table(worksheet: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    last = len(sheet.columns) - 1
    for index, column in enumerate(sheet.columns):
        worksheet.set_column(index, index, column.width)
        worksheet.write_string(0, index, _cell_text(column.header), formats["head"])
    worksheet.set_row(0, 32)
    worksheet.freeze_panes(1, sheet.frozen)
    for number, row in enumerate(sheet.rows, start=1):
        for index, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            text = formats["wrap" if column.wrap else "line"]
            _write_cell(worksheet, number, index, value, text, formats["number"])
    worksheet.autofilter(0, 0, max(1, len(sheet.rows)), last)
    if not sheet.rows:
        worksheet.write_string(1, 0, sheet.empty, formats["line"])
    worksheet.set_landscape()
    worksheet.fit_to_pages(1, 0)
    worksheet.repeat_rows(0)
    worksheet.set_footer("&L&A&RPage &P of &N")


def _write_cell(worksheet: Any, row: int, column: int, value: Cell, text: Any, number: Any) -> None:
    if value is None or value == "":
        worksheet.write_blank(row, column, None, text)
    elif isinstance(value, str):
        worksheet.write_string(row, column, _cell_text(value), text)
    else:
        worksheet.write_number(row, column, value, number)


def _write_about(worksheet: Any, view: TermView, formats: dict[str, Any]) -> None:
    worksheet.set_column(0, 0, 24)
    worksheet.set_column(1, 1, 100)
    worksheet.hide_gridlines(2)
    worksheet.write_string(0, 0, _cell_text(f"{view.network}: {view.term}"), formats["title"])
    lines: list[tuple[str, Cell]] = [
        ("What was formed", summary(view)),
        ("Made on", view.made_on),
        ("Members", view.members),
        ("Organizations", view.organizations),
        ("States", view.states),
        ("Statements", view.statements),
        ("Set aside for a person", len(view.aside)),
    ]
    for told in formed(view):
        lines += [(told.kind.capitalize(), f"{told.headline}. {told.claim}")]
    lines += READING
    row = 2
    for label, value in lines:
        worksheet.write_string(row, 0, label, formats["label"])
        _write_cell(worksheet, row, 1, value, formats["text"], formats["text"])
        row += 1
    _write_proofs(worksheet, view, formats, row + 1)
    worksheet.set_portrait()
    worksheet.fit_to_pages(1, 0)


def _write_proofs(worksheet: Any, view: TermView, formats: dict[str, Any], row: int) -> None:
    for proof in view.proofs:
        figures = (
            f"total {proof.objective:,}; limit {proof.bound:,}; gap {percent(proof.gap)}; "
            f"{proof.placed:,} of {proof.wanting:,} placed; {proof.seconds:.1f} seconds"
        )
        told = (f"{figures}. {claim(proof)}", *aims(proof), beside(proof), *caveats(proof))
        worksheet.write_string(row, 0, _cell_text(f"Figures of {kind_of(proof.structure)}"), formats["label"])
        worksheet.write_string(row, 1, _cell_text(" ".join(filter(None, told))), formats["text"])
        row += 1
