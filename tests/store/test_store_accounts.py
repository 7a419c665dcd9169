"""Accounts, log-ins and keys, on every database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from build_served import ADA, HOUR, KEY, LOGIN, NOON, STAFF, THERE, put_service
from build_store import filled
from matcher.errors import ConflictError, InputError, NotFoundError
from matcher.store import Store


@pytest.fixture
def served(store: Store) -> Store:
    with filled(store).write() as writing:
        put_service(writing)
    return store


def test_they_are_read_back_as_written(served: Store) -> None:
    with served.read() as reading:
        assert reading.accounts() == (ADA, STAFF)
        assert reading.account("a-1") == STAFF
        assert reading.login("token-1") == LOGIN
        assert reading.key("key-1") == KEY
        assert reading.keys_of("a-1") == (KEY,)
        assert reading.keys_of("a-2") == ()
        assert (reading.password_hash("a-1"), reading.password_hash("a-2")) == ("$argon2id$x", "")
        assert (reading.account_by_identity(THERE), reading.identities_of("a-2")) == (ADA, {THERE})
        assert reading.account_by_identity(replace(THERE, issuer="https://login.example")) is None
        assert reading.login("token-2") is None
        assert reading.key("key-2") is None


def test_an_address_is_one_account_s_in_any_letters(served: Store) -> None:
    with served.write() as writing:
        writing.put_account(replace(STAFF, email=" Kim@NET.example", name="K. Oduya"))
        assert writing.account("a-1").email == STAFF.email
        assert writing.account_by_email("KIM@net.EXAMPLE") == replace(STAFF, name="K. Oduya")
        assert writing.account_by_email("nobody@net.example") is None
    with pytest.raises(ConflictError, match="Another account has this address"), served.write() as writing:
        writing.put_account(replace(ADA, email="KIM@NET.EXAMPLE"))


def test_a_password_stays_unless_another_is_given(served: Store) -> None:
    with served.write() as writing:
        writing.put_account(replace(STAFF, active=False))
        assert writing.password_hash("a-1") == "$argon2id$x"
        writing.put_account(STAFF, "")
        assert writing.password_hash("a-1") == ""


def test_what_they_belong_to_has_to_be_there(served: Store) -> None:
    with pytest.raises(InputError, match=r"'member' \(m-9\)"), served.write() as writing:
        writing.put_account(replace(ADA, member_id="m-9"))
    with pytest.raises(InputError, match=r"'account' \(a-9\)"), served.write() as writing:
        writing.add_login("token-9", replace(LOGIN, account_id="a-9"))
    with pytest.raises(InputError, match=r"'account' \(a-9\)"), served.write() as writing:
        writing.add_key(replace(KEY, id="k-9", account_id="a-9"), "key-9")
    with served.read() as reading:
        for ask in (reading.account, reading.password_hash):
            with pytest.raises(NotFoundError, match="no account 'a-9'"):
                ask("a-9")


def test_log_ins_end_one_by_one_all_of_an_account_and_by_the_clock(served: Store) -> None:
    with served.write() as writing:
        writing.add_login("token-2", replace(LOGIN, expires=NOON + 2 * HOUR))
        writing.add_login("token-3", replace(LOGIN, account_id="a-1", expires=NOON + 3 * HOUR))
        assert writing.delete_logins_before(NOON) == 0
        assert writing.delete_logins_before(NOON + HOUR) == 1
        assert writing.login("token-1") is None
        assert writing.delete_login("token-3") == 1
        assert writing.delete_login("token-3") == 0
        assert writing.delete_logins_of("a-1") == 0
        assert writing.delete_logins_of("a-2") == 1
        assert writing.login("token-2") is None


def test_a_key_is_revoked_and_stays_known(served: Store) -> None:
    with served.write() as writing:
        writing.add_key(replace(KEY, id="k-0", expires=NOON + HOUR, created=NOON - HOUR), "key-0")
        writing.revoke_key("k-1")
        assert writing.key("key-1") == replace(KEY, revoked=True)
        assert [each.id for each in writing.keys_of("a-1")] == ["k-0", "k-1"]
        assert writing.keys_of("a-1")[0].expires == NOON + HOUR
        with pytest.raises(NotFoundError, match="no key 'k-9'"):
            writing.revoke_key("k-9")


def test_somebody_elsewhere_is_one_account_s_and_an_account_one_person_s(served: Store) -> None:
    other = replace(THERE, subject="person-3")
    for account, identity in (("a-1", THERE), ("a-2", other)):
        with pytest.raises(ConflictError, match="belongs to somebody"), served.write() as writing:
            writing.add_identity(account, identity)
    with pytest.raises(InputError, match=r"'account' \(a-9\)"), served.write() as writing:
        writing.add_identity("a-9", other)
    elsewhere = replace(THERE, issuer="https://other.example")
    with served.write() as writing:
        writing.add_identity("a-2", elsewhere)
        assert writing.identities_of("a-2") == {THERE, elsewhere}
        assert writing.delete_identities_of("a-2") == 2
        assert writing.delete_identities_of("a-2") == 0
        writing.add_identity("a-1", THERE)
        assert writing.account_by_identity(THERE) == STAFF
