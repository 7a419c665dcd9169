"""Small made-up statements with vectors on known subjects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from matcher.domain import Statement, StatementKind, Topic
from matcher.embed import Vectors
from matcher.record import digest
from matcher.taxonomy import Area, ShortForm, Taxonomy
from matcher.topics import texts_to_embed

SUBJECTS = ("attendance", "algebra", "preschool", "translation", "busing", "mentoring")
FILLERS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "theta", "kappa")
WIDTH = 32
TAXONOMY = Taxonomy(
    (
        Area("attendance", "Chronic absence and attendance", "Days that are missed.", ("truancy",)),
        Area("reading", "Early reading instruction", "Sounds and letters."),
    ),
    (ShortForm("PLC", "professional learning community"), ShortForm("EL", "English learner")),
)


def unit(rows: object) -> Vectors:
    found = np.asarray(rows, dtype=np.float64)
    length = np.linalg.norm(found, axis=1, keepdims=True)
    return (found / np.where(length, length, 1.0)).astype(np.float32)


def statements(texts: Sequence[str]) -> list[Statement]:
    return [Statement(f"s{i}", f"m{i}", StatementKind.CHALLENGE, text) for i, text in enumerate(texts)]


def planted(
    clusters: int, each: int, *, noise: float = 0.3, seed: int = 1
) -> tuple[list[Statement], Vectors]:
    """``clusters`` groups of ``each`` statements, one after another in turn, on a subject a group."""
    rng = np.random.default_rng(seed)
    centres = unit(rng.normal(size=(clusters, WIDTH)))
    of = np.arange(clusters * each) % clusters
    vectors = unit(centres[of] + noise * unit(rng.normal(size=(len(of), WIDTH))))
    texts = [f"{SUBJECTS[c % len(SUBJECTS)]} {FILLERS[i % 8]} {i}" for i, c in enumerate(of)]
    return statements(texts), vectors


def grouped(found: Sequence[Topic]) -> set[frozenset[str]]:
    return {frozenset(topic.statement_ids) for topic in found}


def known_of(
    taxonomy: Taxonomy, rows: Mapping[str, Sequence[float]], default: Sequence[float]
) -> dict[str, Vectors]:
    """Vectors of the taxonomy's texts: an area's texts have the row of its id, all others the default."""
    found = {digest(text): unit([default])[0] for text in texts_to_embed(taxonomy)}
    for area in taxonomy.areas:
        for text in (area.name, area.description, *area.synonyms):
            if area.id in rows:
                found[digest(text)] = unit([rows[area.id]])[0]
    return found
