"""What an import did, or would do, as a document for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from matcher.intake.batch import Problem
from matcher.intake.changes import Status
from matcher.workflow.intake import Preview, Understood

Document = dict[str, Any]


def document(seen: Preview) -> Document:
    """The tables as they were understood, what is new and changed, and which rows are refused."""
    return {
        "tables": [_table(understood) for understood in seen.tables],
        "counts": counts(seen),
        "changed": [
            {
                "kind": change.kind,
                "id": change.id,
                "fields": [
                    {"field": one.field, "old": value_text(one.old), "new": value_text(one.new)}
                    for one in change.fields
                ],
            }
            for change in seen.plan.of(Status.CHANGED)
        ],
        "refused_rows": seen.plan.refused_rows,
        "refused": [_problem(problem) for problem in seen.plan.refused],
        "notes": [asdict(note.place) | {"message": note.message} for note in seen.plan.notes],
        "set_aside": sum(bool(statement.set_aside) for statement in seen.batch.statements),
    }


def counts(seen: Preview) -> dict[str, dict[str, int]]:
    """For each kind how many values are new, changed and unchanged."""
    return {
        kind: {status.value: number for status, number in of_kind.items()}
        for kind, of_kind in seen.plan.counts().items()
    }


def _table(understood: Understood) -> Document:
    table, mapping = understood.table, understood.mapping
    if understood.columns:
        columns = [asdict(column) for column in understood.columns]
    else:
        pairs = mapping.columns if mapping else ()
        columns = [{"column": name, "field": field, "score": None, "why": ""} for name, field in pairs]
    return {
        "file": table.file,
        "sheet": table.sheet,
        "rows": len(table.rows),
        "kind": mapping.kind.value if mapping else None,
        "source": understood.source,
        "columns": columns,
    }


def _problem(problem: Problem) -> Document:
    return asdict(problem.place) | {"message": problem.message, "cure": problem.cure}


def value_text(value: object) -> str:
    """A field's value in words: "" for none, yes and no, lists joined by semicolons."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return "; ".join(map(value_text, value))
    return str(value)
