"""A small network with an account of each role, and clients that are logged in as one of them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from fastapi.testclient import TestClient

from matcher.accounts import Account, Login, Role
from matcher.domain import Member, Organization, OrganizationType, Statement, StatementKind
from matcher.workflow.accounts import IDLE
from matcher.workflow.workspace import Workspace, create, open_workspace
from service.app import create_app
from service.settings import ServiceSettings
from words_embedder import WordsEmbedder

HERE = ("127.0.0.1", 50_000)
ELSEWHERE = ("203.0.113.9", 50_000)
SETTINGS = ServiceSettings("127.0.0.1", 8000, "http://127.0.0.1:8000", b"s" * 32, "the-first-token")
PUBLIC = ServiceSettings("127.0.0.1", 8000, "https://peers.example", b"s" * 32, "the-first-token")
WHEN = datetime(2026, 9, 1, 8, tzinfo=UTC)
CSRF = "the-csrf-token"
ACCOUNTS = (
    Account("account-a", "ada@staff.example", "Ada", Role.ADMINISTRATOR, None, True, WHEN),
    Account("account-f", "fay@staff.example", "Fay", Role.FACILITATOR, None, True, WHEN),
    Account("account-m", "mel@walnut.example", "Mel", Role.MEMBER, "m", True, WHEN),
)
MEMBERS = (
    Member("m", "Mel Reyes", "o", email="mel@walnut.example"),
    Member("l", "Lee Ortiz", "o", email="lee@walnut.example", listed=True),
    Member("u", "Uma Hale", "o", email="uma@walnut.example"),
)


def make_network(folder: Path, *, accounts: bool = True) -> None:
    """Three members, one of them in the directory; with an account of each role, and a session for each."""
    create(folder)
    with opened(folder) as workspace, workspace.store.write() as writing:
        writing.put_organizations([Organization("o", "Walnut Draw", OrganizationType.DISTRICT, "KS")])
        writing.put_members(MEMBERS)
        writing.put_statements(
            [
                Statement("s", "l", StatementKind.CHALLENGE, "bus drivers quit every winter"),
                Statement("t", "l", StatementKind.CHALLENGE, "board conflict over budget", confidential=True),
                Statement("v", "u", StatementKind.CHALLENGE, "reading coaches leave us"),
            ]
        )
        if accounts:
            for each in ACCOUNTS:
                writing.put_account(each)
                add_session(workspace, each, writing)


def opened(folder: Path, _embedder: object = None):  # type: ignore[no-untyped-def]
    """The network's folder, open, without a model."""
    return open_workspace(folder, WordsEmbedder())


def token_of(role: Role) -> str:
    return f"token of {role.value}".replace(" ", "-")


def add_session(workspace: Workspace, account: Account, writing: object) -> None:
    """A session without the work of a password."""
    now = datetime.now(UTC)
    kept = hashlib.sha256(token_of(account.role).encode()).hexdigest()
    writing.add_login(kept, Login(account.id, CSRF, now, now + IDLE))  # type: ignore[attr-defined]


def client_for(
    folder: Path,
    settings: ServiceSettings = SETTINGS,
    *,
    sender: tuple[str, int] = HERE,
) -> TestClient:
    """A client of a service that is to be entered; nobody is logged in. Bugs come out as answers."""
    app = create_app(folder, settings)
    return TestClient(app, settings.origin, raise_server_exceptions=False, client=sender)


def log_in(client: TestClient, role: Role | None, *, https: bool = False) -> None:
    """Send the session of a role from now on, and its CSRF token; of none, nothing."""
    client.cookies.clear()
    client.headers.pop("X-CSRF-Token", None)
    if role is not None:
        client.cookies.set("__Host-session" if https else "session", token_of(role))
        client.headers["X-CSRF-Token"] = CSRF
