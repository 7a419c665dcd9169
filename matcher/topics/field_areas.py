"""The field's problem areas as vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.embed import Vectors
from matcher.record import digest
from matcher.taxonomy import Area, Taxonomy
from matcher.topics.history import EditKind, TopicEdit
from matcher.topics.off_topic import ELSEWHERE
from matcher.topics.rulings import seed_text


@dataclass(frozen=True, slots=True)
class Field:
    """``vectors`` (areas, dimension) in line with ``areas``; ``synonyms`` those of each area's synonyms,
    where they are known; ``elsewhere`` those of what is off topic."""

    areas: tuple[Area, ...]
    vectors: Vectors
    synonyms: tuple[Mapping[str, Vectors], ...]
    elsewhere: Vectors


def texts_to_embed(taxonomy: Taxonomy, edits: Sequence[TopicEdit] = ()) -> tuple[str, ...]:
    """The texts whose vectors :func:`matcher.topics.find_topics` wants in ``known``: those of the areas
    and the seeds, each once."""
    areas = [text for area in taxonomy.areas for text in _said(area)]
    seeds = [seed_text(each.name, each.description) for each in edits if each.kind is EditKind.SEED]
    return tuple(dict.fromkeys([*areas, *(ELSEWHERE if areas else ()), *seeds]))


def field_of(taxonomy: Taxonomy, known: Mapping[str, Vectors], dimension: int) -> Field:
    """The areas that have vectors; an area's is the mean of its name's, its line's and its synonyms'."""
    kept, rows = [], []
    for area in taxonomy.areas:
        own = [known[digest(text)] for text in _said(area) if digest(text) in known]
        if own:
            kept.append(area)
            rows.append(_unit(np.mean(own, axis=0)))
    elsewhere = [known[digest(text)] for text in ELSEWHERE if digest(text) in known]
    none = np.zeros((0, dimension), dtype=np.float32)
    return Field(
        tuple(kept),
        np.vstack(rows) if rows else none,
        tuple(
            {each: known[digest(each)] for each in area.synonyms if digest(each) in known} for area in kept
        ),
        np.vstack(elsewhere).astype(np.float32) if elsewhere else none,
    )


def _said(area: Area) -> tuple[str, ...]:
    return tuple(text for text in (area.name, area.description, *area.synonyms) if text)


def _unit(vector: Vectors) -> Vectors:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), dtype=np.float32)
