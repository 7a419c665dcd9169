"""Nothing that writes is without its entry in the audit, and the audit names nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import sqlalchemy as sa

import build_store
from build_served import ADA, ANSWER, HOUR, KEPT, KEY, LOGIN, NOON, put_service
from build_store import FALL, MEMBERS, filled, undone
from matcher.accounts import Identity
from matcher.audit import broken
from matcher.domain import ExchangeStatus, Facilitator, Organization, OrganizationType, Structure, Term
from matcher.jobs import JobState
from matcher.store import Reading, Store, Writing, open_store, schema

#: A change by each function that writes, in a store with a network and what the service keeps.
WRITES: dict[str, Callable[[Writing], object]] = {
    "put_organizations": lambda w: w.put_organizations(
        [Organization("o-3", "Third", OrganizationType.PARTNER, "ME")]
    ),
    "put_members": lambda w: w.put_members([replace(MEMBERS[0], seats=9)]),
    "put_statements": lambda w: w.put_statements([replace(build_store.STATEMENTS[0], submitted="2026")]),
    "put_facilitators": lambda w: w.put_facilitators([Facilitator("f-2", "Lee")]),
    "put_terms": lambda w: w.put_terms([Term("Later", date(2027, 1, 1))]),
    "put_bans": lambda w: w.put_bans([replace(build_store.BANS[0], reason="kin")]),
    "put_exchanges": lambda w: w.put_exchanges([replace(build_store.EXCHANGES[1], topic="Buses")]),
    "put_next_steps": lambda w: w.put_next_steps([replace(build_store.NEXT_STEPS[0], due=None)]),
    "put_vectors": lambda w: w.put_vectors("model", {"hash": np.zeros(2)}),
    "put_topic_run": lambda w: w.put_topic_run(build_store.TOPIC_RUN, 1),
    "put_account": lambda w: w.put_account(replace(ADA, active=False)),
    "put_answer": lambda w: w.put_answer(replace(ANSWER, exchange_id="e-2")),
    "remember_mapping": lambda w: w.remember_mapping("Name|E-Mail", "x = 1"),
    "add_run": build_store.add_topics_run,
    "add_login": lambda w: w.add_login("token-2", LOGIN),
    "add_key": lambda w: w.add_key(replace(KEY, id="k-2"), "key-2"),
    "add_job": lambda w: w.add_job("pairs", FALL.name, {}, "a-1", NOON),
    "add_identity": lambda w: w.add_identity("a-1", Identity("https://login.example/key-", "Kim")),
    "delete_identities_of": lambda w: w.delete_identities_of("a-2"),
    "log_import": lambda w: w.log_import("Ada Lind.csv", "ab", {"new": 3}),
    "claim_job": lambda w: w.claim_job("w-1", NOON, NOON + HOUR),
    "ask_cancel": lambda w: w.ask_cancel(2),
    "finish_job": lambda w: w.finish_job(1, "w-0", JobState.FAILED, (), "no memory", "add some", NOON),
    "release_job": lambda w: w.release_job(1, "w-0", NOON, counted=False),
    "revoke_key": lambda w: w.revoke_key("k-1"),
    "set_exchange_status": lambda w: w.set_exchange_status("e-1", ExchangeStatus.PUBLISHED),
    "erase_member": lambda w: w.erase_member("m-1", NOON),
    "delete_proposed": lambda w: w.delete_proposed(FALL.name, Structure.VIRTUAL),
    "delete_login": lambda w: w.delete_login("token-1"),
    "delete_logins_of": lambda w: w.delete_logins_of("a-2"),
    "delete_logins_before": lambda w: w.delete_logins_before(NOON + HOUR),
    "delete_vectors_beside": lambda w: w.delete_vectors_beside([]),
}
#: Bookkeeping that nobody asks after: progress, many times a minute, and copies of answers.
APART = {
    "renew_job": lambda w: w.renew_job(1, "w-0", NOON + 9 * HOUR, "improving", 0.5, 1, 2),
    "keep_answer": lambda w: w.keep_answer(replace(KEPT, key="once-8")),
    "delete_kept_answers_before": lambda w: w.delete_kept_answers_before(NOON + HOUR),
}
NAMES = ("Ada", "Lind", "ada@", "Kim", "absenteeism", "Buses", "kin", "E-Mail", "no memory", "token-", "key-")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all examples: each is undone at its end."""
    with open_store(tmp_path_factory.mktemp("audit") / "network.db", create=True) as store:
        with filled(store).write() as writing:
            writing.add_job("visits", FALL.name, {}, "a-1", NOON)
            writing.claim_job("w-0", NOON, NOON + HOUR)
            put_service(writing)
            build_store.add_topics_run(writing)
            writing.put_vectors("model", {"older": np.zeros(2)})
        yield store


def test_every_function_that_writes_is_here() -> None:
    def functions(kind: type) -> set[str]:
        return {name for name in dir(kind) if not name.startswith("_") and callable(getattr(kind, name))}

    assert functions(Writing) - functions(Reading) == WRITES.keys() | APART.keys()


@pytest.mark.parametrize("name", WRITES)
def test_what_is_written_is_noted_and_names_nobody(kept: Store, name: str) -> None:
    with undone(kept) as writing:
        WRITES[name](writing)
        noted = writing.done
    assert noted
    told = repr(noted)
    assert not [each for each in NAMES if each in told]


@pytest.mark.parametrize("name", ["put_organizations", "put_members", "put_exchanges", "put_terms"])
def test_what_changes_nothing_is_not_noted(kept: Store, name: str) -> None:
    with undone(kept) as writing:
        WRITES[name](writing)
        before = len(writing.done)
        WRITES[name](writing)
        assert len(writing.done) == before


@pytest.mark.parametrize("name", APART)
def test_bookkeeping_is_not_noted(kept: Store, name: str) -> None:
    with undone(kept) as writing:
        APART[name](writing)
        assert writing.done == []


def test_a_transaction_is_one_entry_of_whoever_acts(store: Store) -> None:
    filled(store)
    with store.acting_as("a-1").write() as writing:
        writing.put_members([replace(MEMBERS[0], seats=9), replace(MEMBERS[0], id="m-9")])
        writing.remember_mapping("h", "x = 1")
    with store.read() as reading:
        last, first = reading.audit()
        assert reading.last_hash() == last.hash
        assert broken(reading.audit_chain()) is None
    assert (first.actor, last.actor) == ("command line", "a-1")
    assert [(done.what, done.ids, done.counts) for done in last.done] == [
        ("put member", ("m-9", "m-1"), {"new": 1, "changed": 1}),
        ("put mapping", (), {"new": 1, "changed": 0}),
    ]
    assert (first.before, last.before) == ("", first.hash)


def test_what_is_undone_reads_or_changes_nothing_leaves_no_entry(store: Store) -> None:
    filled(store)
    with undone(store) as writing:
        writing.put_members([replace(MEMBERS[0], seats=9)])
    with store.write() as writing:
        build_store.put_network(writing)
    with store.read() as reading:
        assert [entry.id for entry in reading.audit()] == [1]


def test_the_audit_is_read_in_pages_from_the_latest_on(store: Store) -> None:
    filled(store)
    for seats in range(20, 24):
        build_store.write(store, lambda w, seats=seats: w.put_members([replace(MEMBERS[0], seats=seats)]))
    with store.read() as reading:
        assert [entry.id for entry in reading.audit(2)] == [5, 4]
        assert [entry.id for entry in reading.audit(2, after=4)] == [3, 2]
        assert [entry.id for entry in reading.audit(after=2)] == [1]
        assert [entry.id for entry in reading.audit_chain()] == [1, 2, 3, 4, 5]


def test_an_entry_that_is_altered_in_the_database_is_found(store: Store) -> None:
    filled(store)
    build_store.write(store, lambda w: w.put_members([replace(MEMBERS[0], seats=20)]))
    with store._engine.begin() as connection:
        connection.execute(sa.update(schema.audit).where(schema.audit.c.id == 1).values(actor="nobody"))
    with store.read() as reading:
        assert broken(reading.audit_chain()) == 1
