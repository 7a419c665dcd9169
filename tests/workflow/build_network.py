"""Open networks for tests: the example's files, and a tiny one made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from matcher import config
from matcher.domain import (
    Ban,
    Facilitator,
    Member,
    Organization,
    OrganizationType,
    Slot,
    Statement,
    StatementKind,
    Term,
)
from matcher.embed import Embedder
from matcher.workflow import intake
from matcher.workflow.workspace import Workspace, create, open_workspace
from words_embedder import WordsEmbedder

EXAMPLE = Path(__file__).parents[2] / "data" / "example"
FILES = [
    EXAMPLE / name for name in ("roster.csv", "facilitators.csv", "intake.xlsx", "history.csv", "bans.csv")
]
FALL = Term("2026-27 fall", date(2026, 9, 14))
SUBJECTS = ("bus drivers", "reading coaches", "attendance letters", "math tutors")


@contextmanager
def example(folder: Path, embedder: Embedder | None = None) -> Iterator[Workspace]:
    """The example network, imported; with the real model where no embedder is given."""
    create(folder)
    with open_workspace(folder, embedder) as workspace:
        intake.commit(workspace, intake.preview(workspace, FILES))
        yield workspace


@contextmanager
def tiny(folder: Path, members: int = 12) -> Iterator[Workspace]:
    """Members of as many districts in three states, in turn on four subjects; every third can host.

    Each faces its subject and has a practice on the next one, so that there is always somebody to help.
    """
    create(folder)
    with open_workspace(folder, WordsEmbedder()) as opened:
        settings = config.Settings(
            cohorts=config.Cohorts(min_size=2, max_size=3, seconds=5.0),
            visits=config.Visits(threshold=0, points_per_100_km=0),
            pairs=config.Pairs(threshold=0),
        )
        workspace = replace(opened, settings=settings)
        with workspace.store.write() as writing:
            writing.put_organizations(
                [
                    Organization(
                        f"o{i}", f"District {i}", OrganizationType.DISTRICT, ("KS", "OH", "ME")[i % 3]
                    )
                    for i in range(members)
                ]
            )
            writing.put_members(
                [
                    Member(
                        f"m{i}",
                        f"Person {i}",
                        f"o{i}",
                        email=f"p{i}@district{i}.example",
                        slots=(Slot(1, "am"),),
                        host=i % 3 == 0,
                        seats=4 if i % 3 == 0 else 0,
                    )
                    for i in range(members)
                ]
            )
            writing.put_statements(
                [
                    statement
                    for i in range(members)
                    for statement in (
                        Statement(f"c{i}", f"m{i}", StatementKind.CHALLENGE, SUBJECTS[i % 4]),
                        Statement(
                            f"p{i}",
                            f"m{i}",
                            StatementKind.PRACTICE,
                            SUBJECTS[(i + 1) % 4],
                            confidential=i == 1,
                        ),
                    )
                ]
            )
            writing.put_facilitators([Facilitator("f", "Fay", slots=(Slot(1, "am"),), pairs=100)])
            if members > 4:
                writing.put_bans([Ban("m0", "m4", "Spouses")])
        yield workspace
