"""Accounts: the first one, passwords, sessions that slide and end, keys, and who is left."""

from __future__ import annotations

import functools
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

import matcher.workflow.workspace
from matcher.accounts import Account, Role, Scope
from matcher.domain import Member, Organization, OrganizationType
from matcher.embed import find_model
from matcher.errors import ConflictError, InputError, NotFoundError, PermissionDeniedError
from matcher.workflow import accounts, passwords
from matcher.workflow.accounts import IDLE, LONGEST
from matcher.workflow.workspace import Workspace, create, open_workspace
from words_embedder import WordsEmbedder

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
GOOD = "four words in a row"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network with one member, made once."""
    folder = tmp_path_factory.mktemp("accounts")
    create(folder)
    with open_workspace(folder, WordsEmbedder()) as opened, opened.store.write() as writing:
        writing.put_organizations([Organization("o", "Walnut Draw", OrganizationType.DISTRICT, "KS")])
        writing.put_members([Member("m", "Mel", "o")])
    return folder


FOUND = functools.cache(find_model)


@pytest.fixture
def workspace(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    # The cheapest that is allowed: these tests are about what is done with a hash, not about its strength.
    monkeypatch.setattr(
        passwords,
        "PasswordHasher",
        functools.partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1),
    )
    monkeypatch.setattr(matcher.workflow.workspace, "find_model", FOUND)  # its files are looked at once
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    with open_workspace(tmp_path, WordsEmbedder()) as opened:
        yield opened


@pytest.fixture
def ada(workspace: Workspace) -> Account:
    return accounts.first_administrator(workspace, " Ada@Staff.example ", "Ada  Reyes", GOOD, now=NOW)


def test_the_first_account_is_an_administrator_with_a_clean_name_and_address(
    workspace: Workspace, ada: Account
) -> None:
    assert accounts.accounts(workspace) == (ada,)
    assert (ada.email, ada.name, ada.role, ada.active) == (
        "ada@staff.example",
        "Ada Reyes",
        Role.ADMINISTRATOR,
        True,
    )
    assert "ada" not in ada.id


def test_there_is_one_first_administrator_however_many_come_at_once(workspace: Workspace) -> None:
    ready, made, refused = threading.Barrier(4), [], []

    def come(number: int) -> None:
        ready.wait()
        try:
            made.append(accounts.first_administrator(workspace, f"p{number}@x.example", "P", GOOD, now=NOW))
        except ConflictError as error:
            refused.append(error.cure)

    threads = [threading.Thread(target=come, args=(number,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(made) == 1
    assert len(refused) == 3
    assert accounts.accounts(workspace) == tuple(made)


def test_an_address_has_one_account_in_whatever_letters(workspace: Workspace, ada: Account) -> None:
    with pytest.raises(ConflictError):
        accounts.add_account(workspace, "ADA@staff.EXAMPLE", "Other", Role.FACILITATOR, now=NOW)
    assert accounts.accounts(workspace) == (ada,)


@pytest.mark.parametrize(
    "email", ["", "ada", "@x.example", "ada@", "a@b@c", "a b@c.example", "a\n@c.example"]
)
def test_what_is_no_address_is_refused(workspace: Workspace, email: str) -> None:
    with pytest.raises(InputError, match="address"):
        accounts.add_account(workspace, email, "A", Role.FACILITATOR, now=NOW)


@pytest.mark.parametrize("name", ["", "   ", "A\x1bB", "n" * 201])
def test_what_is_no_name_is_refused(workspace: Workspace, name: str) -> None:
    with pytest.raises(InputError, match="name"):
        accounts.add_account(workspace, "a@b.example", name, Role.FACILITATOR, now=NOW)


@pytest.mark.parametrize("password", ["short", "x" * 201, "ada.reyes@staff.example", "ADA.REYES@staff"])
def test_what_is_no_password_is_refused_before_anything_is_written(
    workspace: Workspace, password: str
) -> None:
    email = "ada.reyes@staff" if password == "ADA.REYES@staff" else "ada.reyes@staff.example"
    with pytest.raises(InputError, match="password"):
        accounts.first_administrator(workspace, email, "Ada", password, now=NOW)
    assert not accounts.are_there(workspace)


@pytest.mark.parametrize(("role", "member"), [(Role.MEMBER, None), (Role.FACILITATOR, "m")])
def test_a_member_and_its_account_belong_together(
    workspace: Workspace, role: Role, member: str | None
) -> None:
    with pytest.raises(InputError, match="role member"):
        accounts.add_account(workspace, "a@b.example", "A", role, now=NOW, member_id=member)


def test_a_member_s_account_needs_a_member_that_is_there(workspace: Workspace) -> None:
    with pytest.raises(InputError):
        accounts.add_account(workspace, "a@b.example", "A", Role.MEMBER, now=NOW, member_id="nobody")
    assert not accounts.are_there(workspace)


def test_a_session_is_its_account_s_until_it_logs_out(workspace: Workspace, ada: Account) -> None:
    found = accounts.log_in(workspace, "Ada@staff.example", GOOD, now=NOW)
    assert found is not None
    token, login = found
    assert accounts.who_is(workspace, token, now=NOW) == (ada, login)
    assert accounts.who_is(workspace, token + "x", now=NOW) is None
    accounts.log_out(workspace, token)
    assert accounts.who_is(workspace, token, now=NOW) is None
    accounts.log_out(workspace, token)


@pytest.mark.sqlite
def test_neither_a_token_nor_a_password_is_kept_as_it_is(workspace: Workspace, ada: Account) -> None:
    found = accounts.log_in(workspace, ada.email, GOOD, now=NOW)
    key, _ = accounts.make_key(workspace, ada.id, "nightly", [Scope.READ], now=NOW)
    assert found is not None
    workspace.store.close()
    kept = b"".join(path.read_bytes() for path in workspace.folder.iterdir() if path.is_file())
    assert ada.email.encode() in kept
    assert not any(secret.encode() in kept for secret in (found[0], key, GOOD))


@pytest.mark.parametrize(("email", "password"), [("ada@staff.example", "wrong"), ("no@staff.example", GOOD)])
def test_a_wrong_password_and_an_unknown_address_are_answered_alike_after_the_same_work(
    workspace: Workspace, ada: Account, monkeypatch: pytest.MonkeyPatch, email: str, password: str
) -> None:
    tried: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            tried.append(str(hash).rpartition("$")[0].rpartition("$")[0])  # the kind and its costs
            return super().verify(hash, password)

    monkeypatch.setattr(
        passwords, "PasswordHasher", functools.partial(Counting, time_cost=1, memory_cost=8, parallelism=1)
    )
    assert accounts.log_in(workspace, email, password, now=NOW) is None
    assert tried == ["$argon2id$v=19$m=8,t=1,p=1"]


def test_an_account_without_a_password_cannot_log_in(workspace: Workspace) -> None:
    made = accounts.add_account(workspace, "f@b.example", "F", Role.FACILITATOR, now=NOW)
    assert accounts.log_in(workspace, made.email, "", now=NOW) is None
    accounts.set_password(workspace, made.id, GOOD)
    assert accounts.log_in(workspace, made.email, GOOD, now=NOW) is not None


def test_the_library_s_own_parameters_are_the_ones_used() -> None:
    assert passwords.hashed(GOOD, "a@b.example").startswith("$argon2id$")
    assert passwords.fits("", GOOD) is False


def test_a_hash_with_old_parameters_is_made_anew_at_the_log_in(
    workspace: Workspace, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        passwords,
        "PasswordHasher",
        functools.partial(PasswordHasher, time_cost=2, memory_cost=16, parallelism=1),
    )
    assert accounts.log_in(workspace, ada.email, "wrong words in a row", now=NOW) is None
    with workspace.store.read() as reading:
        assert "m=8,t=1" in reading.password_hash(ada.id)
    assert accounts.log_in(workspace, ada.email, GOOD, now=NOW) is not None
    with workspace.store.read() as reading:
        assert "m=16,t=2" in reading.password_hash(ada.id)
    assert accounts.log_in(workspace, ada.email, GOOD, now=NOW) is not None


def test_a_session_lasts_while_it_is_used_and_no_longer_than_the_longest(
    workspace: Workspace, ada: Account
) -> None:
    found = accounts.log_in(workspace, ada.email, GOOD, now=NOW)
    assert found is not None
    now, step = NOW, IDLE - timedelta(minutes=1)
    while now + step < NOW + LONGEST:
        now += step
        assert accounts.who_is(workspace, found[0], now=now) is not None
    assert accounts.who_is(workspace, found[0], now=NOW + LONGEST) is None


def test_a_session_that_is_not_used_ends(workspace: Workspace, ada: Account) -> None:
    found = accounts.log_in(workspace, ada.email, GOOD, now=NOW)
    assert found is not None
    assert accounts.who_is(workspace, found[0], now=NOW + IDLE) is None


def test_a_busy_session_is_not_written_at_every_request(workspace: Workspace, ada: Account) -> None:
    found = accounts.log_in(workspace, ada.email, GOOD, now=NOW)
    assert found is not None
    soon = accounts.who_is(workspace, found[0], now=NOW + timedelta(minutes=59))
    later = accounts.who_is(workspace, found[0], now=NOW + timedelta(minutes=60))
    assert soon is not None
    assert later is not None
    assert soon[1].expires == NOW + IDLE
    assert later[1].expires == NOW + IDLE + timedelta(hours=1)


def test_a_reader_keeps_its_session_while_another_writes(
    workspace: Workspace, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = accounts.log_in(workspace, ada.email, GOOD, now=NOW)
    assert found is not None

    def busy(_: object) -> None:
        raise ConflictError("busy")

    monkeypatch.setattr(type(workspace.store), "write", busy)
    seen = accounts.who_is(workspace, found[0], now=NOW + timedelta(hours=2))
    assert seen == (ada, found[1])


def test_a_new_password_ends_every_session(workspace: Workspace, ada: Account) -> None:
    found = accounts.log_in(workspace, ada.email, GOOD, now=NOW)
    assert found is not None
    token, _ = accounts.change_password(workspace, ada.id, GOOD, "five other words in a row", now=NOW)
    assert accounts.who_is(workspace, found[0], now=NOW) is None
    assert accounts.who_is(workspace, token, now=NOW) is not None
    assert accounts.log_in(workspace, ada.email, GOOD, now=NOW) is None


def test_who_does_not_know_the_old_password_changes_nothing(workspace: Workspace, ada: Account) -> None:
    with pytest.raises(PermissionDeniedError, match="old password"):
        accounts.change_password(workspace, ada.id, "wrong words in a row", "other words in a row", now=NOW)
    assert accounts.log_in(workspace, ada.email, GOOD, now=NOW) is not None


def test_a_deactivated_account_can_do_nothing_until_it_is_activated(
    workspace: Workspace, ada: Account
) -> None:
    fay = accounts.add_account(workspace, "f@b.example", "F", Role.FACILITATOR, now=NOW, password=GOOD)
    found = accounts.log_in(workspace, fay.email, GOOD, now=NOW)
    key, _ = accounts.make_key(workspace, fay.id, "k", [Scope.READ], now=NOW)
    assert found is not None
    assert accounts.deactivate(workspace, fay.id) == replace(fay, active=False)
    assert accounts.log_in(workspace, fay.email, GOOD, now=NOW) is None
    assert accounts.who_is(workspace, found[0], now=NOW) is None
    assert accounts.who_has(workspace, key, now=NOW) is None
    accounts.activate(workspace, fay.id)
    assert accounts.log_in(workspace, fay.email, GOOD, now=NOW) is not None
    assert accounts.who_is(workspace, found[0], now=NOW) is None
    assert accounts.who_has(workspace, key, now=NOW) is not None


def test_an_administrator_is_left(workspace: Workspace, ada: Account) -> None:
    with pytest.raises(ConflictError, match="last administrator"):
        accounts.deactivate(workspace, ada.id)
    other = accounts.add_account(workspace, "b@b.example", "B", Role.ADMINISTRATOR, now=NOW)
    accounts.deactivate(workspace, ada.id)
    with pytest.raises(ConflictError, match="last administrator"):
        accounts.deactivate(workspace, other.id)


def test_staff_can_be_deactivated_where_there_is_no_administrator(workspace: Workspace) -> None:
    fay = accounts.add_account(workspace, "f@b.example", "F", Role.FACILITATOR, now=NOW)
    assert not accounts.deactivate(workspace, fay.id).active


def test_a_key_is_its_account_s_until_its_end(workspace: Workspace, ada: Account) -> None:
    end = NOW + timedelta(days=1)
    token, key = accounts.make_key(
        workspace, ada.id, "nightly", [Scope.WRITE, Scope.READ, Scope.READ], now=NOW, expires=end
    )
    assert token.startswith(accounts.KEY_PREFIX)
    assert key.scopes == (Scope.READ, Scope.WRITE)
    assert accounts.who_has(workspace, token, now=NOW) == (ada, key)
    assert accounts.who_has(workspace, token, now=end) is None
    assert accounts.who_has(workspace, token + "x", now=NOW) is None
    assert accounts.keys_of(workspace, ada.id) == (key,)


def test_a_revoked_key_holds_no_longer_and_nobody_else_revokes_it(workspace: Workspace, ada: Account) -> None:
    other = accounts.add_account(workspace, "b@b.example", "B", Role.ADMINISTRATOR, now=NOW)
    token, key = accounts.make_key(workspace, ada.id, "k", [Scope.READ], now=NOW)
    with pytest.raises(NotFoundError, match=key.id):
        accounts.revoke(workspace, other.id, key.id)
    assert accounts.who_has(workspace, token, now=NOW) is not None
    accounts.revoke(workspace, ada.id, key.id)
    assert accounts.who_has(workspace, token, now=NOW) is None


def test_only_an_administrator_s_key_has_the_scope_admin(workspace: Workspace) -> None:
    fay = accounts.add_account(workspace, "f@b.example", "F", Role.FACILITATOR, now=NOW)
    with pytest.raises(PermissionDeniedError, match="admin"):
        accounts.make_key(workspace, fay.id, "k", [Scope.ADMIN], now=NOW)
    assert accounts.keys_of(workspace, fay.id) == ()


def test_a_key_needs_a_scope_and_a_time_to_come(workspace: Workspace, ada: Account) -> None:
    with pytest.raises(InputError, match="scope"):
        accounts.make_key(workspace, ada.id, "k", [], now=NOW)
    with pytest.raises(InputError, match="no zone"):
        accounts.make_key(workspace, ada.id, "k", [Scope.READ], now=NOW, expires=datetime(2030, 1, 1))  # noqa: DTZ001
    with pytest.raises(InputError, match="ended"):
        accounts.make_key(workspace, ada.id, "k", [Scope.READ], now=NOW, expires=NOW)


def test_the_audit_knows_accounts_by_id_alone(workspace: Workspace, ada: Account) -> None:
    found = accounts.log_in(workspace, ada.email, GOOD, now=NOW)
    assert found is not None
    accounts.who_is(workspace, found[0], now=NOW + timedelta(hours=2))
    fay = accounts.add_account(workspace, "f@x.example", "F", Role.FACILITATOR, now=NOW)
    accounts.deactivate(workspace, fay.id)
    with workspace.store.read() as reading:
        told = repr(reading.audit())
        entries = sorted(reading.audit(), key=lambda each: each.id)
    _made, *actors = [entry.actor for entry in entries]
    # Who makes the first account, logs in and uses a session is that account; the rest was typed here.
    assert actors == [ada.id, ada.id, ada.id, "command line", "command line"]
    assert ada.id in told
    assert ada.email not in told
    assert ada.name not in told
