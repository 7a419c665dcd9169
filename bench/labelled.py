"""The statements of the example network that say something, with what each is about and its vector.

``labels.csv`` is for measuring only: it is read here, and the product never sees it.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from matcher.config import Settings
from matcher.domain import Statement
from matcher.embed import SentenceEmbedder, Vectors, embed_missing, find_model
from matcher.record import digest
from matcher.workflow.intake import preview
from matcher.workflow.workspace import create, open_workspace

EXAMPLE = Path(__file__).parent.parent / "data" / "example"
#: Labels of texts that are about nothing.
NOTHING = frozenset({"blank", "off-topic"})


@dataclass(frozen=True, slots=True)
class Labelled:
    """``about`` and ``vectors`` stand in line with ``statements``."""

    statements: tuple[Statement, ...]
    about: tuple[str, ...]
    vectors: Vectors


def read() -> Labelled:
    """The example's statements as the program reads them, but those that are blank or off-topic.

    Each text of a member counts once, though a response was sent twice.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        create(folder)
        with open_workspace(folder) as workspace:
            seen = preview(workspace, [EXAMPLE / "roster.csv", EXAMPLE / "intake.xlsx"])
    with (EXAMPLE / "labels.csv").open(encoding="utf-8", newline="") as file:
        labels = {
            (row["member_id"], row["kind"], int(row["nth"])): row["about"] for row in csv.DictReader(file)
        }
    once = {(each.member_id, each.kind, each.text): each for each in reversed(seen.batch.statements)}
    count: Counter[tuple[str, str]] = Counter()
    found = []
    for each in sorted(once.values(), key=lambda each: each.submitted):
        count[each.member_id, each.kind.value] += 1
        found.append((each, labels[each.member_id, each.kind.value, count[each.member_id, each.kind.value]]))
    kept = [(each, about) for each, about in found if about not in NOTHING and not each.set_aside]
    settings = Settings().embedding
    texts = [each.text for each, _ in kept]
    vectors = embed_missing(SentenceEmbedder(find_model(settings), settings), texts, {})
    return Labelled(
        tuple(each for each, _ in kept),
        tuple(about for _, about in kept),
        np.vstack([vectors[digest(text)] for text in texts]),
    )
