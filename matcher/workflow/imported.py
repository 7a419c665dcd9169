"""What an import did, or would do, as a document for programs."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.errors import Place
from matcher.intake.changes import Status
from matcher.workflow.intake import Preview, Understood


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """What a column was taken for; ``field`` is empty where it is not read. ``score`` is that of a guess (0
    to 100), None where it was no guess; ``why`` says more."""

    column: str
    field: str
    score: int | None
    why: str


@dataclass(frozen=True, slots=True)
class TableShown:
    """A table as it was understood. ``kind`` is what it holds, None where that is not known. ``source`` is
    guessed, remembered or given."""

    file: str
    sheet: str
    rows: int
    kind: str | None
    source: str
    columns: tuple[ColumnShown, ...]


@dataclass(frozen=True, slots=True)
class FieldShown:
    """A field that differs, in words: what it was, and what it is from then on."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A value that is changed, such as a member, with the fields that differ."""

    kind: str
    id: str
    fields: tuple[FieldShown, ...]


@dataclass(frozen=True, slots=True)
class NoteShown:
    """Something to know of a row that is taken. ``row`` counts from 1, as a spreadsheet shows it."""

    file: str
    sheet: str
    row: int | None
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class RefusedShown:
    """Why a row is refused, and how to mend it. ``row`` as of a note."""

    file: str
    sheet: str
    row: int | None
    column: str
    message: str
    cure: str


@dataclass(frozen=True, slots=True)
class ImportShown:
    """``counts`` tells of each kind how many values are new, changed and unchanged. ``set_aside`` counts the
    statements that a person should look at before they take part."""

    tables: tuple[TableShown, ...]
    counts: dict[str, dict[str, int]]
    changed: tuple[ChangeShown, ...]
    refused_rows: int
    refused: tuple[RefusedShown, ...]
    notes: tuple[NoteShown, ...]
    set_aside: int


def document(seen: Preview) -> ImportShown:
    """The tables as they were understood, what is new and changed, and which rows are refused."""
    return ImportShown(
        tables=tuple(map(_table, seen.tables)),
        counts=counts(seen),
        changed=tuple(
            ChangeShown(
                change.kind,
                change.id,
                tuple(
                    FieldShown(one.field, value_text(one.old), value_text(one.new)) for one in change.fields
                ),
            )
            for change in seen.plan.of(Status.CHANGED)
        ),
        refused_rows=seen.plan.refused_rows,
        refused=tuple(RefusedShown(*_at(each.place), each.message, each.cure) for each in seen.plan.refused),
        notes=tuple(NoteShown(*_at(each.place), each.message) for each in seen.plan.notes),
        set_aside=sum(bool(statement.set_aside) for statement in seen.batch.statements),
    )


def counts(seen: Preview) -> dict[str, dict[str, int]]:
    """For each kind how many values are new, changed and unchanged."""
    return {
        kind: {status.value: number for status, number in of_kind.items()}
        for kind, of_kind in seen.plan.counts().items()
    }


def _table(understood: Understood) -> TableShown:
    table, mapping = understood.table, understood.mapping
    if understood.columns:
        guessed = understood.columns
        columns = tuple(ColumnShown(each.column, each.field, each.score, each.why) for each in guessed)
    else:
        pairs = mapping.columns if mapping else ()
        columns = tuple(ColumnShown(name, field, None, "") for name, field in pairs)
    kind = mapping.kind.value if mapping else None
    return TableShown(table.file, table.sheet, len(table.rows), kind, understood.source, columns)


def _at(place: Place) -> tuple[str, str, int | None, str]:
    return place.file, place.sheet, place.row, place.column


def value_text(value: object) -> str:
    """A field's value in words: "" for none, yes and no, lists joined by semicolons."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return "; ".join(map(value_text, value))
    return str(value)
