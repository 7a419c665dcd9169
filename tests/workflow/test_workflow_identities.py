"""Logging in by another party: whose account it is, and whose it stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from matcher.accounts import Account, Identity, Role
from matcher.errors import PermissionDeniedError
from matcher.workflow import accounts
from matcher.workflow.identities import log_in_as
from matcher.workflow.workspace import Workspace, create, open_workspace
from words_embedder import WordsEmbedder

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
ADDRESS = "fay@staff.example"
FAY = Identity("https://login.example/district", "person-7")
SUCCESSOR = Identity(FAY.issuer, "person-8")
ELSEWHERE = Identity("https://other.example", "person-7")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "network"
    create(folder)
    with open_workspace(folder, WordsEmbedder()) as opened:
        yield opened


@pytest.fixture
def fay(workspace: Workspace) -> Account:
    accounts.add_account(workspace, "ada@staff.example", "Ada", Role.ADMINISTRATOR, now=NOW)
    return accounts.add_account(workspace, ADDRESS, "Fay", Role.FACILITATOR, now=NOW)


def logged_in(workspace: Workspace, identity: Identity, email: str = ADDRESS) -> Account:
    token, _ = log_in_as(workspace, identity, email, now=NOW)
    found = accounts.who_is(workspace, token, now=NOW)
    assert found is not None
    return found[0]


def test_the_first_log_in_is_by_the_address_in_whatever_letters(workspace: Workspace, fay: Account) -> None:
    assert logged_in(workspace, FAY, "Fay@STAFF.example") == fay


def test_then_the_account_is_that_person_s_under_any_address(workspace: Workspace, fay: Account) -> None:
    logged_in(workspace, FAY)
    for email in ("fay.reyes@staff.example", "ada@staff.example"):
        assert logged_in(workspace, FAY, email) == fay


def test_whoever_gets_the_address_later_does_not_get_the_account(workspace: Workspace, fay: Account) -> None:
    logged_in(workspace, FAY)
    with pytest.raises(PermissionDeniedError, match="belongs to somebody") as caught:
        log_in_as(workspace, SUCCESSOR, ADDRESS, now=NOW)
    assert "deactivate" in caught.value.cure
    assert logged_in(workspace, FAY) == fay


def test_an_administrator_can_pass_it_on(workspace: Workspace, fay: Account) -> None:
    logged_in(workspace, FAY)
    accounts.deactivate(workspace, fay.id)
    accounts.activate(workspace, fay.id)
    assert logged_in(workspace, SUCCESSOR) == fay
    with pytest.raises(PermissionDeniedError, match="belongs to somebody"):
        log_in_as(workspace, FAY, ADDRESS, now=NOW)


def test_with_another_party_it_begins_anew(workspace: Workspace, fay: Account) -> None:
    logged_in(workspace, FAY)
    assert logged_in(workspace, ELSEWHERE) == fay
    assert logged_in(workspace, FAY) == fay


def test_nobody_gets_in_without_an_account_that_is_active(workspace: Workspace, fay: Account) -> None:
    with pytest.raises(PermissionDeniedError, match="Nobody has an account") as caught:
        log_in_as(workspace, FAY, "new@staff.example", now=NOW)
    assert "Ask an administrator" in caught.value.cure
    logged_in(workspace, FAY)
    accounts.deactivate(workspace, fay.id)
    with pytest.raises(PermissionDeniedError, match="deactivated"):
        log_in_as(workspace, FAY, ADDRESS, now=NOW)
    with workspace.store.read() as reading:
        assert reading.identities_of(fay.id) == frozenset()


def test_the_audit_says_whose_log_in_it_was_and_not_who_that_is(workspace: Workspace, fay: Account) -> None:
    logged_in(workspace, FAY)
    with workspace.store.read() as reading:
        entry = reading.audit(1)[0]
    assert entry.actor == fay.id
    assert [each.what for each in entry.done] == ["add identity", "add login"]
    assert FAY.subject not in str(entry)
    assert FAY.subject not in repr(FAY)


def test_sessions_that_have_ended_are_taken_away(workspace: Workspace, fay: Account) -> None:
    logged_in(workspace, FAY)
    log_in_as(workspace, FAY, ADDRESS, now=NOW + accounts.LONGEST)
    with workspace.store.read() as reading:
        assert [each.what for each in reading.audit(1)[0].done] == ["delete login", "add login"]
