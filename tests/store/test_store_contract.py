"""What every database has to do alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from build_store import (
    BANS,
    EXCHANGES,
    FACILITATORS,
    FALL,
    MEMBERS,
    NETWORK_SIZE,
    NEXT_STEPS,
    ORGANIZATIONS,
    SPRING,
    STATEMENTS,
    add_topics_run,
    filled,
    put_network,
    undone,
    write,
)
from matcher.domain import Ban, Exchange, ExchangeStatus, Structure, Term, Topic
from matcher.errors import InputError, NotFoundError
from matcher.store import RunKind, Store, Writing
from matcher.topics import TopicRun

MISSING = Topic("t", "T", (), ("none-7",))


def test_a_network_is_read_back_as_written(store: Store) -> None:
    with store.write() as writing:
        assert put_network(writing) == NETWORK_SIZE
    with store.read() as reading:
        assert reading.organizations() == ORGANIZATIONS
        assert reading.members() == MEMBERS
        assert reading.statements() == STATEMENTS
        assert reading.exchanges() == EXCHANGES
        assert reading.terms() == (SPRING, FALL)
        assert reading.bans() == BANS
        assert reading.facilitators() == FACILITATORS
        assert reading.next_steps() == NEXT_STEPS
        assert reading.member("m-3") == MEMBERS[2]


def test_an_empty_store_answers_every_question(store: Store) -> None:
    with store.read() as reading:
        assert reading.members() == reading.exchanges() == reading.topics() == reading.runs() == ()
        assert reading.latest_run(RunKind.PAIRS) is None
        assert reading.mappings() == {}
        assert reading.vectors("model", ["a"]) == {}
        assert set(reading.counts().values()) == {0}


def test_writing_twice_changes_nothing(store: Store) -> None:
    filled(store)
    with store.write() as writing:
        assert put_network(writing) == 0
    with store.read() as reading:
        assert reading.exchanges() == EXCHANGES


def test_only_what_differs_is_counted_and_replaced(store: Store) -> None:
    filled(store)
    moved = replace(MEMBERS[1], seats=9, slots=())
    regrouped = replace(EXCHANGES[0], member_ids=("m-2", "m-3"))
    with store.write() as writing:
        assert writing.put_members([MEMBERS[0], moved]) == 1
        assert writing.put_exchanges([regrouped, EXCHANGES[1]]) == 1
        assert writing.put_terms([FALL, replace(SPRING, start=date(2025, 1, 6))]) == 1
        assert writing.put_bans([replace(BANS[0], reason="other"), Ban("m-1", "m-2", "x")]) == 2
        assert writing.put_next_steps([replace(NEXT_STEPS[0], due=None)]) == 1
    with store.read() as reading:
        assert reading.members() == (MEMBERS[0], moved, MEMBERS[2])
        first = reading.exchanges()[0]
        assert first == replace(regrouped, term=Term(SPRING.name, date(2025, 1, 6)))
        assert reading.next_steps()[0].due is None


def test_an_exception_undoes_the_whole_transaction(store: Store) -> None:
    with undone(store) as writing:
        put_network(writing)
        writing.remember_mapping("h", "x = 1")
        assert writing.mappings() == {"h": "x = 1"}
    with store.read() as reading:
        assert set(reading.counts().values()) == {0}


def test_a_refused_value_undoes_what_came_before_it(store: Store) -> None:
    stray = replace(MEMBERS[0], organization_id="o-9")
    with pytest.raises(InputError):
        write(store, lambda w: w.put_organizations(ORGANIZATIONS), lambda w: w.put_members([stray]))
    with store.read() as reading:
        assert reading.organizations() == ()


def test_reading_sees_one_state_while_another_writes(store: Store) -> None:
    with store.read() as before:
        assert before.members() == ()
        filled(store)
        assert before.members() == ()
        assert before.counts()["statement"] == 0
    with store.read() as after:
        assert after.members() == MEMBERS


@pytest.mark.parametrize(
    ("table", "step"),
    [
        ("organization", lambda w: w.put_members([replace(MEMBERS[0], organization_id="none-7")])),
        ("member", lambda w: w.put_statements([replace(STATEMENTS[0], member_id="none-7")])),
        ("member", lambda w: w.put_exchanges([replace(EXCHANGES[0], member_ids=("m-1", "none-7"))])),
        ("member", lambda w: w.put_bans([Ban("m-1", "none-7", "")])),
        ("member", lambda w: w.put_next_steps([replace(NEXT_STEPS[0], member_id="none-7")])),
        ("exchange", lambda w: w.put_next_steps([replace(NEXT_STEPS[0], exchange_id="none-7")])),
        ("statement", lambda w: w.put_topic_run(TopicRun((MISSING,)), add_topics_run(w))),
        ("statement", lambda w: w.put_topic_run(TopicRun(aside=(("none-7", ""),)), add_topics_run(w))),
    ],
)
def test_a_reference_to_nothing_is_named_and_counted(
    store: Store, table: str, step: Callable[[Writing], object]
) -> None:
    filled(store)
    with pytest.raises(InputError, match=rf"1 of '{table}' \(none-7\)") as raised:
        write(store, step)
    assert raised.value.cure
    with store.read() as reading:
        assert reading.runs() == ()


def test_many_missing_references_are_counted_not_listed(store: Store) -> None:
    wanting = [replace(MEMBERS[0], id=f"m{i}", organization_id=f"none-{i:04}") for i in range(2500)]
    with pytest.raises(InputError, match=r"2500 of 'organization' \(none-0000, .*none-0004, \.\.\.\)"):
        write(store, lambda w: w.put_members(wanting))


def test_more_values_than_one_query_takes(store: Store) -> None:
    many = [replace(MEMBERS[0], id=f"m{i:05}") for i in range(2500)]
    with store.write() as writing:
        writing.put_organizations(ORGANIZATIONS)
        assert writing.put_members(many) == 2500
        assert writing.put_members(many) == 0
        assert writing.members() == tuple(many)


def test_one_value_given_twice_counts_once(store: Store) -> None:
    with store.write() as writing:
        assert writing.put_organizations([ORGANIZATIONS[0], ORGANIZATIONS[0]]) == 1


def test_two_values_with_one_id_are_refused(store: Store) -> None:
    with pytest.raises(InputError, match="'organization' have the key 'o-1'"), store.write() as writing:
        writing.put_organizations([ORGANIZATIONS[0], replace(ORGANIZATIONS[0], state="ME")])
    filled(store)
    with pytest.raises(InputError, match="'exchange' have the key 'e-1'"), store.write() as writing:
        writing.put_exchanges([EXCHANGES[1], replace(EXCHANGES[1], member_ids=("m-3",))])


def test_a_member_twice_in_an_exchange_is_refused(store: Store) -> None:
    filled(store)
    with pytest.raises(InputError, match="twice in exchange 'e-1'"), store.write() as writing:
        writing.put_exchanges([replace(EXCHANGES[1], member_ids=("m-1", "m-1"))])


def test_a_term_with_two_starts_is_refused(store: Store) -> None:
    filled(store)
    other = Term(FALL.name, date(2025, 8, 1))
    with pytest.raises(InputError, match="starts on 2025-09-01 and, elsewhere, on 2025-08-01"):
        write(store, lambda w: w.put_exchanges([replace(EXCHANGES[1], term=other)]))
    new, late = Term("Winter", date(2026, 1, 5)), Term("Winter", date(2026, 1, 6))
    with pytest.raises(InputError, match="'Winter'"), store.write() as writing:
        writing.put_exchanges([replace(EXCHANGES[1], term=new), replace(EXCHANGES[2], term=late)])


def test_what_cannot_be_encoded_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="half a character"), store.write() as writing:
        writing.put_organizations([replace(ORGANIZATIONS[0], name="\ud800")])
    with pytest.raises(InputError, match=r"too large|does not fit"), store.write() as writing:
        writing.put_organizations([replace(ORGANIZATIONS[0], enrollment=10**30)])


def test_a_missing_member_or_run_is_not_found(store: Store) -> None:
    with store.read() as reading:
        with pytest.raises(NotFoundError, match="no member 'm-1'"):
            reading.member("m-1")
        with pytest.raises(NotFoundError, match=r"no run 7\. There are no runs yet"):
            reading.run(7)


def test_only_proposals_of_that_term_and_structure_are_taken_out(store: Store) -> None:
    filled(store)
    with store.write() as writing:
        assert writing.delete_proposed(SPRING.name, Structure.PEER_HOSTED) == 0
        assert writing.delete_proposed(FALL.name, Structure.ONE_TO_ONE) == 1
        assert writing.delete_proposed(FALL.name, Structure.ONE_TO_ONE) == 0
    with store.read() as reading:
        assert [exchange.id for exchange in reading.exchanges()] == ["e-0", "e-2", "e-3"]
        assert reading.counts()["exchange_member"] == 8


def test_what_others_refer_to_is_not_taken_out(store: Store) -> None:
    proposal = Exchange("e-9", FALL, Structure.VIRTUAL, ("m-1",), ExchangeStatus.PROPOSED)
    filled(store)
    with store.write() as writing:
        writing.put_exchanges([proposal])
        writing.put_next_steps([replace(NEXT_STEPS[0], exchange_id="e-9")])
    with pytest.raises(InputError, match="refer") as raised, store.write() as writing:
        writing.delete_proposed(FALL.name, Structure.VIRTUAL)
    assert "hidden" in str(raised.value.__cause__), "an error's text must not show what was written"
    with store.read() as reading:
        assert proposal in reading.exchanges()
        assert EXCHANGES[3] in reading.exchanges()
