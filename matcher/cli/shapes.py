"""The documents that --json prints. docs/commands.md tells of them; a test pins their keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matcher.export.view import Left, Proof, TermView
    from matcher.workflow.intake import Preview
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
    from matcher.workflow.imported import document

    files = {"refused_file": refused_file, "mapping_file": mapping_file}
    return {"written": written} | asdict(document(seen)) | files
