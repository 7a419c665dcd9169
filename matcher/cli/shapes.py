"""The documents that --json prints. docs/commands.md tells of them; a test pins their keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matcher.export.view import Left, Proof, TermView
    from matcher.intake.batch import Problem
    from matcher.workflow.intake import Preview, Understood
    from matcher.workflow.topics import Edited

Document = dict[str, Any]
_STRUCTURES = {"pairs": "one-to-one", "cohorts": "virtual", "visits": "peer-hosted"}


def each(values: Sequence[Any]) -> list[Document]:
    """Frozen values as documents, field by field."""
    return [asdict(value) for value in values]


def left_of(view: TermView, kind: str) -> tuple[Left, ...]:
    """Who has no place in pairs, cohorts or visits."""
    return tuple(one for one in view.left if one.structure == _STRUCTURES[kind])


def proof_of(view: TermView, kind: str) -> Proof | None:
    """The proof of the plan for pairs, cohorts or visits, where one was formed."""
    return next((one for one in view.proofs if one.structure == _STRUCTURES[kind]), None)


def formed(view: TermView, kind: str) -> Document:
    """Pairs, cohorts or visits of a term, with the waitlist and the proof."""
    proof = proof_of(view, kind)
    return {
        "term": view.term,
        kind: each(getattr(view, kind)),
        "waitlist": each(left_of(view, kind)),
        "proof": asdict(proof) if proof else None,
    }


def edited(done: Edited) -> Document:
    """What a change of staff did to topics."""
    edit = done.edit
    return {
        "kind": edit.kind.value,
        "text": done.text,
        "by": edit.by,
        "at": edit.at,
        "moved": done.moved,
        "topics": each(done.topics),
    }


def imported(seen: Preview, *, written: bool, refused_file: str | None, mapping_file: str | None) -> Document:
    """What an import did, or would do."""
    from matcher.intake.changes import Status

    return {
        "written": written,
        "tables": [_table(understood) for understood in seen.tables],
        "counts": {
            kind: {status.value: number for status, number in counts.items()}
            for kind, counts in seen.plan.counts().items()
        },
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
        "refused_file": refused_file,
        "mapping_file": mapping_file,
    }


def _table(understood: Understood) -> Document:
    table, mapping = understood.table, understood.mapping
    if understood.columns:
        columns = each(understood.columns)
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
