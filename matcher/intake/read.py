"""Bytes to tables: what kind of file it is, its bounds, and its header."""

from __future__ import annotations

from pathlib import Path

from matcher import config
from matcher.errors import InputError, Place
from matcher.intake import archive, child, delimited, header
from matcher.intake.table import Note, Row, Sheet, Table

__all__ = ["Row", "Table", "is_workbook", "load", "read_bytes"]

_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm")
_AS_WORKBOOK = "Open it in the program that made it, save it as a workbook (.xlsx) and import that."
#: How a file that cannot be read starts, and what it is.
_FOREIGN = (
    (b"%PDF", "a PDF", "Ask for the table itself, as a workbook or CSV."),
    (b"{\\rtf", "a rich text document", _AS_WORKBOOK),
    (b"\x1f\x8b", "a compressed file (gzip)", "Unpack it and import what is in it."),
    (b"7z\xbc\xaf", "a compressed archive (7z)", "Unpack it and import what is in it."),
    (b"Rar!", "a compressed archive (rar)", "Unpack it and import what is in it."),
    (b"\x89PNG", "a picture", "Type the table into a workbook."),
    (b"\xff\xd8\xff", "a picture", "Type the table into a workbook."),
    (b"SQLite format 3", "a database", "Export its table as CSV."),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def load(path: Path, limits: config.Intake) -> bytes:
    """The bytes of a file; of one that is too large no more than the limit is read.

    Raises InputError where it is missing, cannot be read or is too large.
    """
    place = Place(file=path.name)
    most = limits.megabytes * 1_000_000
    try:
        with path.open("rb") as source:
            data = source.read(most + 1)
            size = max(path.stat().st_size, len(data))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or "not a path"
        raise InputError(f"It cannot be opened: {reason}.", cure="Check the path.", place=place) from None
    if len(data) > most:
        raise _too_large(size, limits, place)
    return data


def read_bytes(
    name: str,
    data: bytes,
    limits: config.Intake,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> tuple[Table, ...]:
    """The tables in a file: one for a text file, one for each sheet of a workbook that is not blank.

    ``encoding`` and ``delimiter`` are for text files and need to be given only where
    AmbiguousInputError asks for them. Raises InputError where the file is too large, empty, of
    another kind than its name says, damaged or protected.
    """
    place = Place(file=name)
    if len(data) > limits.megabytes * 1_000_000:
        raise _too_large(len(data), limits, place)
    if not data.strip():
        raise InputError("It is empty.", cure="Export it again.", place=place)
    if is_workbook(data):
        sheets = _workbook(name, data, limits, place)
    else:
        _refuse_foreign(name, data, place)
        sheets = (delimited.read(data, limits, place, encoding=encoding, delimiter=delimiter),)
    return _tables(sheets, limits, place)


def is_workbook(data: bytes) -> bool:
    """Whether a file's bytes begin as a workbook's do; else it is read as text."""
    return data.startswith(_ZIP)


def _too_large(size: int, limits: config.Intake, place: Place) -> InputError:
    return InputError(
        f"It has {size / 1e6:,.1f} MB; the limit is {limits.megabytes:,} MB.",
        cure="Split it, or raise intake.megabytes in the settings.",
        place=place,
    )


def _workbook(name: str, data: bytes, limits: config.Intake, place: Place) -> tuple[Sheet, ...]:
    remarks = archive.check(data, limits, place)
    if not name.lower().endswith(_WORKBOOKS):
        raise InputError(
            "It is a workbook, though its name says otherwise.", cure="Rename it to .xlsx.", place=place
        )
    sheets = child.read(data, limits, place)
    first = sheets[0]
    return (Sheet(first.name, first.rows, first.merged, remarks=(*remarks, *first.remarks)), *sheets[1:])


def _refuse_foreign(name: str, data: bytes, place: Place) -> None:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            message, cure = "It is protected by a password.", "Save it without a password and import that."
        else:
            message, cure = "It is in the old Excel format (.xls).", _AS_WORKBOOK
        raise InputError(message, cure=cure, place=place)
    for start, kind, cure in _FOREIGN:
        if data.startswith(start):
            raise InputError(f"It is {kind}, not a table.", cure=cure, place=place)
    opening = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if opening.startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise InputError("It is a web page or XML, not a table.", cure=_AS_WORKBOOK, place=place)
    if name.lower().endswith((*_WORKBOOKS, ".xls", ".xlsb", ".ods")):
        raise InputError(
            "Its name says that it is a workbook, but it is a text file or damaged.",
            cure="If it is a text file, rename it to .csv; else save the workbook again.",
            place=place,
        )


def _tables(sheets: tuple[Sheet, ...], limits: config.Intake, place: Place) -> tuple[Table, ...]:
    tables: list[Table] = []
    waiting: list[Note] = []
    for sheet in sheets:
        where = Place(file=place.file, sheet=sheet.name)
        waiting += [Note(where, remark) for remark in sheet.remarks]
        if not sheet.rows:
            waiting.append(Note(where, "The sheet is empty; it was left out."))
            continue
        table = header.table(place.file, sheet)
        if len(table.rows) > limits.rows:
            raise InputError(
                f"It has {len(table.rows):,} rows; the limit is {limits.rows:,}.",
                cure="Split it into several files, or raise intake.rows in the settings.",
                place=where,
            )
        tables.append(table)
    if not tables:
        raise InputError("It is empty: no sheet holds anything.", cure="Export it again.", place=place)
    first = tables[0]
    notes = (*waiting, *first.notes)
    return (Table(first.file, first.sheet, first.header, first.header_row, first.rows, notes), *tables[1:])
