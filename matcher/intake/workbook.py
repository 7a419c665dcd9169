"""The program of the child process: a workbook on standard input, its cells on standard output.

It is run as a file, under limits on memory, time and output, and imports nothing of this
project: whatever a workbook does to it, the parent only reads lines of JSON. A line is one of
``{"sheet": name, "state": ...}``, ``{"row": number, "cells": [[column, text, flaw], ...]}``,
``{"merged": [...]}``, ``{"left_out": name, "why": ...}``, ``{"stop": reason, ...}`` (a limit
was met, or it cannot be read) and, last of all, ``{"done": true}``. Columns count from 0.
"""

from __future__ import annotations

import importlib
import io
import json
import sys
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from types import ModuleType
from typing import IO, TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from openpyxl.reader.excel import ExcelReader

MOST_SHEETS = 200
#: Cells of a sheet counted as rows by width, so that far-apart cells cannot fill the memory.
MOST_CELLS = 10_000_000
MOST_MERGED = 10_000
#: Where a document type would have to stand in a part of a workbook.
PROLOGUE_BYTES = 65_536


class StopError(Exception):
    """A limit was met. The arguments become one line of the output."""

    def __init__(self, reason: str, **numbers: object) -> None:
        super().__init__(reason)
        self.line = {"stop": reason, **numbers}


def bound(megabytes: int, seconds: int, output_megabytes: int) -> None:
    """Limit this process, where the operating system has such limits."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is what is left
        return
    size = megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    output = output_megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def text_of(value: object) -> str:
    """A cell's value as text: dates in ISO form, whole numbers without ".0"."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        rounded = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        at_midnight = rounded.time() == time(0)
        return rounded.date().isoformat() if at_midnight else rounded.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def refuse_document_types(archive: zipfile.ZipFile) -> None:
    """Raise StopError where a part declares a document type: the way to entities, and in no workbook."""
    for part in archive.infolist():
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            with archive.open(part) as source:
                # without NULs, so that UTF-16 hides nothing
                start = source.read(PROLOGUE_BYTES).replace(b"\0", b"")
            if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                raise StopError("entities")


def rows_of(
    reader: ExcelReader, path: str, limits: dict[str, int]
) -> Iterator[tuple[int, list[tuple[int, str, str]]]]:
    """Row number and cells (column, text, flaw) of each row that is not blank; then its merged ranges.

    The ranges come as row number 0, with the text as "first row,column,last row,column".
    Only the cells that are there are held: two far-apart cells cost two cells.
    """
    # The parser under openpyxl's read-only sheets. They themselves would fill each gap with
    # blanks, drop cells that stand out of order, and hide a formula without a value.
    from openpyxl.utils.cell import range_boundaries
    from openpyxl.worksheet._reader import FORMULA_TAG, MERGE_TAG, ROW_TAG, VALUE_TAG, WorkSheetParser
    from openpyxl.xml.functions import iterparse

    class Parser(WorkSheetParser):
        def parse_cell(self, element: Any) -> Any:
            before = self.col_counter
            try:
                cell: Any = super().parse_cell(element)
            except (ValueError, TypeError, LookupError, OverflowError):
                # it counts the column before it reads the value, unless the reference is wrong
                self.col_counter += self.col_counter == before
                return {"column": self.col_counter, "value": "", "flaw": "unreadable"}
            cell["flaw"] = "error" if cell["data_type"] == "e" else ""
            if cell["value"] is None and element.find(FORMULA_TAG) is not None:
                # A formula that gives an empty text has a value of type "str" that is empty.
                empty = element.get("t") == "str" and element.find(VALUE_TAG) is not None
                cell["flaw"] = "" if empty else "formula"
            return cell

    book = cast(Any, reader.wb)
    with reader.archive.open(path) as source:
        parser = Parser(
            cast(Any, source),
            reader.shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for _, element in iterparse(cast(Any, source)):
            if element.tag == ROW_TAG:
                number, cells = parser.parse_row(cast(Any, element))
                element.clear()
                yield number, list(_kept(number, cells, limits))
            elif element.tag == MERGE_TAG:
                if len(element) > MOST_MERGED:
                    raise StopError("merged", merged=len(element), limit=MOST_MERGED)
                for merged in element:
                    try:
                        first_column, first, last_column, last = range_boundaries(merged.get("ref", ""))
                    except (ValueError, TypeError):
                        continue
                    corners = (first, (first_column or 1) - 1, last, (last_column or 1) - 1)
                    yield 0, [(0, ",".join(str(corner or 1) for corner in corners), "")]


def _kept(number: int, cells: Any, limits: dict[str, int]) -> Iterator[tuple[int, str, str]]:
    for cell in cells:
        text = "" if cell["value"] is None else text_of(cell["value"])
        flaw = cell["flaw"]
        if not text.strip() and not flaw:
            continue
        if cell["column"] > limits["columns"]:
            raise StopError("columns", row=number, column=cell["column"])
        if len(text) > limits["cell_characters"]:
            flaw, text = f"long:{len(text)}", text[: limits["cell_characters"]]
        yield cell["column"] - 1, text, flaw


def write(source: IO[bytes], out: IO[str], limits: dict[str, int]) -> None:
    """All sheets of the workbook as lines of JSON. Raises StopError where a limit is met."""
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.styles.stylesheet import apply_stylesheet

    # Not load_workbook: it also reads properties, themes and names, and a fault in any of
    # those, which no import needs, would cost the whole file.
    reader = ExcelReader(cast(Any, source), read_only=True, data_only=True, keep_links=False)
    refuse_document_types(reader.archive)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    cast(Any, apply_stylesheet)(reader.archive, reader.wb)
    sheets: list[tuple[Any, Any]] = list(reader.parser.find_sheets())
    if len(sheets) > MOST_SHEETS:
        raise StopError("sheets", sheets=len(sheets), limit=MOST_SHEETS)
    characters = area = 0
    for sheet, link in sheets:
        if "worksheet" not in link.Type or link.target not in reader.valid_files:
            why = "is a chart" if "chartsheet" in link.Type else "is missing from the file"
            _line(out, {"left_out": sheet.name, "why": why})
            continue
        _line(out, {"sheet": sheet.name, "state": sheet.state})
        rows = width = 0
        for number, cells in rows_of(reader, link.target, limits):
            if number == 0:
                _line(out, {"merged": [int(corner) for corner in cells[0][1].split(",")]})
            elif cells:
                rows += 1
                width = max(width, *(cell[0] + 1 for cell in cells))
                characters += sum(len(cell[1]) for cell in cells)
                if rows > limits["rows"] + 1:
                    raise StopError("rows", sheet=sheet.name)
                if area + rows * width > MOST_CELLS:
                    raise StopError("cells", limit=MOST_CELLS)
                if characters > limits["inflated_megabytes"] * 1_000_000:
                    raise StopError("text", limit=limits["inflated_megabytes"])
                _line(out, {"row": number, "cells": cells})
        area += rows * width


def _line(out: IO[str], value: dict[str, Any]) -> None:
    out.write(json.dumps(value, separators=(",", ":"), ensure_ascii=False) + "\n")


def main() -> None:
    """Read the limits from the first argument, and the workbook from standard input."""
    limits: dict[str, int] = json.loads(sys.argv[1])
    # openpyxl looks for numpy only to know its number types; it would double the memory
    sys.modules["numpy"] = cast(ModuleType, None)
    # Before the limits: a failed import in too little memory would look like a damaged file.
    for module in ("openpyxl.reader.excel", "openpyxl.worksheet._reader"):
        importlib.import_module(module)
    bound(limits["child_megabytes"], limits["child_seconds"], 5 * limits["inflated_megabytes"])
    warnings.simplefilter("ignore")
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="backslashreplace")
    try:
        write(sys.stdin.buffer, out, limits)
        _line(out, {"done": True})
    except StopError as stop:
        _line(out, stop.line)
    except MemoryError:
        _line(out, {"stop": "memory"})
    # Whatever a hostile workbook makes openpyxl raise, it is the workbook that cannot be
    # read; this process has nothing else to do, and the parent turns it into a message.
    except Exception as error:
        _line(out, {"stop": "damaged", "kind": type(error).__name__})
    out.flush()


if __name__ == "__main__":
    main()
