"""Vectors whose texts are there no more: of earlier wordings, and of what was taken out."""

from __future__ import annotations

from matcher.record import digest
from matcher.store import Reading
from matcher.taxonomy import Taxonomy
from matcher.topics import texts_to_embed
from matcher.workflow.workspace import Workspace, taxonomy_of


def with_vectors(reading: Reading, taxonomy: Taxonomy) -> set[str]:
    """The :func:`matcher.record.digest` of every text that is there and may have a vector."""
    texts = (each.text for each in reading.statements())
    return {*map(digest, texts), *map(digest, texts_to_embed(taxonomy, reading.topic_edits()))}


def tidy(workspace: Workspace) -> int:
    """Take the vectors out whose texts are there no more; how many there were. The database is then written
    anew, so that nothing of them is left in its free pages.

    Raises ConflictError where that was done but others keep the database busy: then do it once more.
    """
    taxonomy = taxonomy_of(workspace.folder)
    with workspace.store.write() as writing:
        number = writing.delete_vectors_beside(with_vectors(writing, taxonomy))
    workspace.store.compact()
    return number
