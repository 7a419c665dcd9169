"""A request that comes twice is done once, and what goes wrong is as if it had not come."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import matcher.workflow.workspace
from matcher.accounts import Role
from matcher.embed import find_model
from matcher.errors import ConflictError, InputError
from matcher.workflow import accounts
from matcher.workflow.once import KEPT, once
from matcher.workflow.workspace import Workspace, create, open_workspace
from words_embedder import WordsEmbedder

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("once")
    create(folder)
    return folder


FOUND = functools.cache(find_model)


@pytest.fixture
def workspace(empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr(matcher.workflow.workspace, "find_model", FOUND)  # its files are looked at once
    shutil.copytree(empty, tmp_path, dirs_exist_ok=True)
    with open_workspace(tmp_path, WordsEmbedder()) as opened:
        yield opened


@pytest.fixture
def asker(workspace: Workspace) -> str:
    return accounts.add_account(workspace, "a@x.example", "A", Role.FACILITATOR, now=NOW).id


def adds(email: str) -> Callable[[Workspace], tuple[int, str]]:
    def do(inside: Workspace) -> tuple[int, str]:
        return 201, accounts.add_account(inside, email, "B", Role.FACILITATOR, now=NOW).id

    return do


def test_the_second_time_the_first_answer_comes_back(workspace: Workspace, asker: str) -> None:
    first = once(workspace, asker, "k", "hash", adds("b@x.example"), now=NOW)
    again = once(workspace, asker, "k", "hash", adds("c@x.example"), now=NOW)
    assert again == first
    assert {each.email for each in accounts.accounts(workspace)} == {"a@x.example", "b@x.example"}
    assert first.body in {each.id for each in accounts.accounts(workspace)}


def test_a_key_is_one_account_s(workspace: Workspace, asker: str) -> None:
    other = accounts.add_account(workspace, "o@x.example", "O", Role.FACILITATOR, now=NOW).id
    first = once(workspace, asker, "k", "hash", adds("b@x.example"), now=NOW)
    assert once(workspace, other, "k", "hash", adds("c@x.example"), now=NOW).body != first.body


def test_another_request_under_the_same_key_changes_nothing(workspace: Workspace, asker: str) -> None:
    once(workspace, asker, "k", "hash", adds("b@x.example"), now=NOW)
    with pytest.raises(ConflictError, match="another request"):
        once(workspace, asker, "k", "other", adds("c@x.example"), now=NOW)
    assert len(accounts.accounts(workspace)) == 2


def test_what_goes_wrong_leaves_nothing_and_the_key_free(workspace: Workspace, asker: str) -> None:
    def breaks(inside: Workspace) -> tuple[int, str]:
        adds("b@x.example")(inside)
        raise InputError("no")

    with pytest.raises(InputError, match="no"):
        once(workspace, asker, "k", "hash", breaks, now=NOW)
    assert len(accounts.accounts(workspace)) == 1
    once(workspace, asker, "k", "hash", adds("b@x.example"), now=NOW)
    assert len(accounts.accounts(workspace)) == 2


def test_the_change_and_its_answer_are_one_entry_of_the_audit_in_the_asker_s_name(
    workspace: Workspace, asker: str
) -> None:
    named = replace(workspace, store=workspace.store.acting_as(asker))

    def do(inside: Workspace) -> tuple[int, str]:
        assert (inside.store.actor, inside.store.acting_as("other").actor) == (asker, asker)
        return adds("b@x.example")(inside)

    once(named, asker, "k", "hash", do, now=NOW)
    with workspace.store.read() as reading:
        entries = {each.id: each for each in reading.audit()}
    assert sorted(entries) == [1, 2]
    assert (entries[1].actor, entries[2].actor) == ("command line", asker)


def test_after_a_day_the_key_is_free(workspace: Workspace, asker: str) -> None:
    once(workspace, asker, "k", "hash", adds("b@x.example"), now=NOW)
    later = NOW + KEPT + timedelta(seconds=1)
    once(workspace, asker, "k", "other", adds("c@x.example"), now=later)
    assert len(accounts.accounts(workspace)) == 3


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_has_a_length(workspace: Workspace, asker: str, key: str) -> None:
    with pytest.raises(InputError, match="idempotency key"):
        once(workspace, asker, key, "hash", adds("b@x.example"), now=NOW)
