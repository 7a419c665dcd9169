"""Erasing a member on every database: what tells who it was goes, what others did with it stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import build_store
from build_served import ADA, ANSWER, KEPT, NOON, STAFF, THERE, put_service
from build_store import BANS, EXCHANGES, MEMBERS, NEXT_STEPS, STATEMENTS, filled
from matcher.audit import broken
from matcher.domain import NextStep, Statement, StatementKind
from matcher.errors import ConflictError, InputError
from matcher.store import Store, connect
from matcher.topics import TopicRun


@pytest.fixture
def erased(store: Store) -> Store:
    with filled(store).write() as writing:
        put_service(writing)
        run = build_store.add_topics_run(writing)
        writing.put_topic_run(build_store.TOPIC_RUN, run)
    with store.write() as writing:
        counts = writing.erase_member("m-1", NOON)
        assert counts == {"statements": 1, "next steps": 1, "bans": 0, "words": 1, "keys": 0, "accounts": 1}
    return store


def test_nothing_that_tells_who_it_was_is_left(erased: Store) -> None:
    with erased.read() as reading:
        member = reading.member("m-1")
        assert (member.name, member.email, member.role, member.slots) == ("(erased)", "", "", ())
        assert (member.one_to_ones, member.host, member.listed) == (0, False, False)
        (text,) = (each for each in reading.statements() if each.member_id == "m-1")
        assert (text.text, text.set_aside, text.confidential) == ("", "erased", True)
        assert reading.next_steps() == ()
        assert reading.accounts() == (STAFF,)
        assert reading.login("token-1") is None
        assert reading.account_by_identity(THERE) is None
        assert reading.erased() == {"m-1"}
        assert reading.mentions(["Ada", "ADA@VT.example", "absenteeism", "grade 9"]) == {}
        assert reading.topics()[0].keywords == ("absence",)


def test_what_others_did_with_it_stays_whole(erased: Store) -> None:
    with erased.read() as reading:
        assert reading.exchanges() == EXCHANGES
        assert reading.answers() == (ANSWER,)
        assert reading.members()[1:] == MEMBERS[1:]
        assert reading.statements()[1:] == STATEMENTS[1:]
        assert reading.bans() == BANS
        assert reading.broken_references() == {}
        assert broken(reading.audit_chain()) is None
        assert reading.audit(1)[0].done[0].ids == ("m-1",)


def test_nothing_of_it_comes_back(erased: Store) -> None:
    more = Statement("s-9", "m-1", StatementKind.PRACTICE, "back again")
    with erased.write() as writing:
        assert writing.put_members(MEMBERS) == 0
        assert writing.put_statements([*STATEMENTS, more]) == 0
        assert writing.put_next_steps([*NEXT_STEPS, NextStep("e-0", "m-1", "more")]) == 0
        assert writing.put_bans([replace(BANS[0], member_a="m-1")]) == 0
        assert writing.mentions(["Ada", "back again", "protocol"]) == {}


def test_what_stands_in_a_hash_by_chance_is_no_mention(erased: Store) -> None:
    with erased.read() as reading:
        assert reading.last_hash()
        assert reading.mentions([reading.last_hash()[:6], reading.audit(2)[-1].hash[:6]]) == {}


def test_it_can_be_erased_twice_and_somebody_unknown_cannot(erased: Store) -> None:
    with erased.write() as writing:
        assert not any(writing.erase_member("m-1", NOON).values())
    with pytest.raises(InputError, match=r"'member' \(m-9\)"), erased.write() as writing:
        writing.erase_member("m-9", NOON)


def test_bans_with_their_reasons_and_keys_go(store: Store) -> None:
    with filled(store).write() as writing:
        put_service(writing)
        writing.put_account(replace(STAFF, member_id="m-2"))
        counts = writing.erase_member("m-2", NOON)
        assert (counts["bans"], counts["keys"], counts["accounts"]) == (1, 1, 1)
        assert writing.bans() == ()
        assert writing.key("key-1") is None
        assert writing.kept_answer("a-1", "once-7") is None
        assert writing.accounts() == (ADA,)


def test_kept_answers_that_name_it_go_and_others_stay(store: Store) -> None:
    with filled(store).write() as writing:
        put_service(writing)
        told = '{"member_id":"m-1","text":"absenteeism"}'
        writing.keep_answer(replace(KEPT, key="for-it", body=told))
        writing.erase_member("m-1", NOON)
        assert writing.kept_answer("a-1", "for-it") is None
        assert writing.kept_answer("a-1", "once-7") == KEPT


def test_a_word_that_others_wrote_too_stays_with_the_topic(store: Store) -> None:
    topic = replace(build_store.TOPICS[0], keywords=("absenteeism", "Visitas", "taxonomy word"))
    with filled(store).write() as writing:
        writing.put_topic_run(TopicRun((topic,)), build_store.add_topics_run(writing))
        assert writing.erase_member("m-1", NOON)["words"] == 1
        assert writing.topics()[0].keywords == ("Visitas", "taxonomy word")


def test_vectors_of_other_texts_go_and_the_rest_stay(store: Store) -> None:
    with store.write() as writing:
        writing.put_vectors("one", {"a": np.zeros(2), "b": np.ones(2)})
        writing.put_vectors("two", {"a": np.zeros(2), "c": np.ones(2)})
        assert writing.vectors_beside(["a"]) == 2
        assert writing.delete_vectors_beside(["a"]) == 2
        assert writing.delete_vectors_beside(["a"]) == 0
        assert writing.vectors("one", ["a", "b"]).keys() == writing.vectors("two", ["a", "c"]).keys() == {"a"}


def test_what_was_deleted_is_gone_once_the_database_is_written_anew(erased: Store) -> None:
    erased.compact()
    with erased.read() as reading:
        assert reading.exchanges() == EXCHANGES


def test_who_reads_is_waited_for_only_so_long(erased: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "BUSY_SECONDS", 0.2)
    erased.close()  # what is opened from now on waits no longer
    with erased.read() as reading:
        assert reading.exchanges() == EXCHANGES
        with pytest.raises(ConflictError, match=r"what was taken out is still in its files\. Try again"):
            erased.compact()
    erased.compact()


def test_words_are_found_wherever_they_stand(store: Store) -> None:
    with filled(store).write() as writing:
        writing.put_facilitators([replace(build_store.FACILITATORS[0], name="Instead of ADA Lind")])
        found = writing.mentions(["Ada Lind", "100%", "Ki_ Oduya"])
    assert found == {"facilitator.name": 1, "member.name": 1}


def test_a_database_on_a_server_has_a_backup_of_its_own(postgres_store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="pg_dump"):
        postgres_store.back_up(tmp_path / "network.db")
    with postgres_store.read() as reading:
        assert reading.damage() is None
