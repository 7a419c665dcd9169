"""A network with plans and an account of each role, and clients that are logged in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from fastapi.testclient import TestClient

from build_service import ACCOUNTS, add_session, log_in, opened
from matcher.accounts import Role
from matcher.domain import (
    Facilitator,
    Member,
    Organization,
    OrganizationType,
    Slot,
    Statement,
    StatementKind,
    Term,
)
from matcher.workflow.term import form_pairs, form_visits
from matcher.workflow.workspace import create

FALL = Term("2026-27 fall", date(2026, 9, 14))
SUBJECTS = ("bus drivers quit", "reading coaches leave", "attendance letters", "math tutors")
SETTINGS = """
[pairs]
threshold = 0
seconds = 2.0
[visits]
threshold = 0
points_per_100_km = 0
seconds = 2.0
[cohorts]
min_size = 2
max_size = 3
seconds = 2.0
"""


def make_plans(folder: Path, members: int = 8) -> None:
    """Members of as many districts in three states. "m", an account's, is the first; every second one is in
    the directory. Pairs and visits are formed for the fall, and are drafts."""
    create(folder)
    (folder / "matcher.toml").write_text(SETTINGS, encoding="utf-8")
    ids = ["m", *(f"m{i}" for i in range(1, members))]
    with opened(folder) as workspace:
        with workspace.store.write() as writing:
            writing.put_organizations(
                Organization(f"o{i}", f"District {i}", OrganizationType.DISTRICT, ("KS", "OH", "ME")[i % 3])
                for i in range(members)
            )
            writing.put_members(
                Member(
                    id,
                    f"Person {i}",
                    f"o{i}",
                    email=f"p{i}@district{i}.example",
                    slots=(Slot(1, "am"),),
                    host=i % 3 == 0,
                    seats=4 if i % 3 == 0 else 0,
                    listed=i % 2 == 1,
                )
                for i, id in enumerate(ids)
            )
            writing.put_statements(
                Statement(f"{kind[0]}{i}", id, kind, SUBJECTS[(i + further) % 4], confidential=i == 1)
                for i, id in enumerate(ids)
                for further, kind in enumerate((StatementKind.CHALLENGE, StatementKind.PRACTICE))
            )
            writing.put_facilitators([Facilitator("f", "Fay", slots=(Slot(1, "am"),), pairs=100)])
            for each in ACCOUNTS:
                writing.put_account(each)
                add_session(workspace, each, writing)
        form_pairs(workspace, FALL)
        form_visits(workspace, FALL)


def acting(client: TestClient, role: Role | None) -> TestClient:
    """The client, logged in as a role from now on."""
    log_in(client, role)
    return client


def plan_of(client: TestClient, kind: str = "pairs") -> dict:
    """A term's plan, in short, as it is now."""
    answer = client.get(f"/api/v1/proposals/{kind}", params={"reasons": "false"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == f'"{answer.json()["version"]}"'
    return answer.json()


def matching(version: str) -> dict[str, str]:
    """The header that names the version an edit was made on."""
    return {"If-Match": f'"{version}"'}
