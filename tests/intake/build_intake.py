"""Files and tables for the tests of intake, made by code."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import openpyxl

from matcher import config
from matcher.intake import columns, read
from matcher.intake.batch import Batch, Known
from matcher.intake.names import TableKind
from matcher.intake.rows import to_batch
from matcher.intake.table import Table

LIMITS = config.Intake()
ROSTER = (
    *("Member ID", "Name", "Email", "Organization", "Organization type", "State", "Role", "Enrollment"),
    *("Locale", "Latitude", "Longitude", "Time zone", "Slots", "Host", "Seats", "One-to-ones"),
)
INTAKE = (
    "Timestamp",
    "Email Address",
    "Your name",
    "Organization",
    "State",
    "What problem of practice are you facing right now?",
    "Describe something that is working that you could share with peers",
    "When can you usually meet? (check all that apply)",
    "Can we quote your answer?",
)

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/>{more}</Types>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def csv_of(*rows: Sequence[str], delimiter: str = ",") -> bytes:
    """Rows as CSV in UTF-8, every cell in quotes."""
    lines = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def roster_row(**given: str) -> tuple[str, ...]:
    """A sound roster row with some cells changed, by field name."""
    cells = {
        "member_id": "M1",
        "name": "Ana Ruiz",
        "email": "ana@lake.example",
        "organization": "Lake County Schools",
        "organization_type": "district",
        "state": "IA",
        "role": "Superintendent",
        "timezone": "Central",
        "slots": "Mon am",
        **given,
    }
    fields = [heading.lower().replace(" ", "_").replace("-", "_") for heading in ROSTER]
    fields[fields.index("time_zone")] = "timezone"
    assert set(cells) <= set(fields)
    return tuple(cells.get(field, "") for field in fields)


def intake_row(**given: str) -> tuple[str, ...]:
    """A sound row of the form with some cells changed, by field name."""
    cells = {"timestamp": "9/12/2024 14:33:21", "email": "ana@lake.example", "challenge": "Absence", **given}
    fields = (
        *("timestamp", "email", "name", "organization", "state"),
        *("challenge", "practice", "slots", "quotable"),
    )
    assert set(cells) <= set(fields)
    return tuple(cells.get(field, "") for field in fields)


def table_of(name: str, *rows: Sequence[str]) -> Table:
    """The one table of a CSV file with these rows, the header first."""
    (table,) = read.read_bytes(name, csv_of(*rows), LIMITS)
    return table


def batch_of(*tables: Table, known: Known | None = None, kinds: Sequence[TableKind | None] = ()) -> Batch:
    """The batch of the tables, their columns guessed."""
    mapped = []
    for index, table in enumerate(tables):
        guess = columns.guess(table, kinds[index] if kinds else None)
        mapped.append((table, guess.mapping if guess else None))
    return to_batch(mapped, known or Known())


def roster(*rows: Sequence[str], known: Known | None = None) -> Batch:
    return batch_of(table_of("roster.csv", ROSTER, *rows), known=known)


def known_of(batch: Batch) -> Known:
    """What is stored once a batch has been written to an empty store."""
    return Known(
        batch.organizations,
        batch.members,
        batch.statements,
        batch.exchanges,
        batch.bans,
        batch.facilitators,
        batch.terms,
    )


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def workbook(*rows: Sequence[object]) -> bytes:
    """A workbook of one sheet with these rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    return saved(book)


def raw_workbook(
    sheet_data: str, *, before: str = "", extra: dict[str, str] | None = None, sheets: int = 1
) -> bytes:
    """A workbook written part by part, so that a sheet can hold what no program would write."""
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
        for n in range(sheets)
    )
    named = "".join(f'<sheet name="S{n}" sheetId="{n + 1}" r:id="r{n}"/>' for n in range(sheets))
    parts = {
        "[Content_Types].xml": _TYPES.format(more=""),
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"/>',
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>{named}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>',
        "xl/worksheets/sheet1.xml": (
            f'{before}<worksheet xmlns="{_MAIN}"><sheetData>{sheet_data}</sheetData></worksheet>'
        ),
        **(extra or {}),
    }
    return zipped(parts)


def zipped(parts: dict[str, str | bytes] | dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def text_cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'
