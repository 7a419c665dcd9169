"""Members' answers, the status of exchanges and kept answers, on every database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from build_served import ANSWER, HOUR, KEPT, NOON, put_service
from build_store import FALL, filled
from matcher.answers import Said
from matcher.domain import ExchangeStatus, Structure
from matcher.errors import ConflictError, InputError, NotFoundError
from matcher.store import Store


@pytest.fixture
def served(store: Store) -> Store:
    with filled(store).write() as writing:
        put_service(writing)
    return store


def test_a_member_s_latest_word_counts(served: Store) -> None:
    later = replace(ANSWER, said=Said.DECLINED, at=NOON + HOUR, by="a-1")
    other = replace(ANSWER, exchange_id="e-2")
    with served.write() as writing:
        assert writing.answers() == (ANSWER,)
        assert writing.put_answer(ANSWER) == 0
        assert writing.put_answer(later) == 1
        assert writing.put_answer(other) == 1
        assert writing.answers() == (later, other)
        assert writing.answers("e-2") == (other,)
        assert writing.answers("e-9") == ()


@pytest.mark.parametrize("stray", [{"member_id": "m-3"}, {"exchange_id": "e-9"}])
def test_nobody_answers_what_it_takes_no_part_in(served: Store, stray: dict[str, str]) -> None:
    with pytest.raises(InputError, match="takes no part"), served.write() as writing:
        writing.put_answer(replace(ANSWER, **stray))


def test_an_exchange_is_published(served: Store) -> None:
    with served.write() as writing:
        writing.set_exchange_status("e-1", ExchangeStatus.PUBLISHED)
        assert writing.delete_proposed(FALL.name, Structure.ONE_TO_ONE) == 0, "a draft is no more"
    with served.read() as reading:
        (found,) = (each for each in reading.exchanges() if each.id == "e-1")
        assert found.status is ExchangeStatus.PUBLISHED
        before = len(reading.audit())
    with served.write() as writing:
        writing.set_exchange_status("e-1", ExchangeStatus.PUBLISHED)
        with pytest.raises(NotFoundError, match="no exchange 'e-9'"):
            writing.set_exchange_status("e-9", ExchangeStatus.AGREED)
    with served.read() as reading:
        assert len(reading.audit()) == before, "nothing was changed"


def test_a_draft_is_taken_out_with_what_was_said_to_it(served: Store) -> None:
    with served.write() as writing:
        assert writing.delete_proposed(FALL.name, Structure.ONE_TO_ONE) == 1
        assert writing.answers() == ()


def test_a_request_that_comes_twice_finds_its_answer(served: Store) -> None:
    with served.read() as reading:
        assert reading.kept_answer("a-1", "once-7") == KEPT
        assert reading.kept_answer("a-2", "once-7") is None
    with pytest.raises(ConflictError, match="used before"), served.write() as writing:
        writing.keep_answer(replace(KEPT, body="other"))
    with pytest.raises(InputError, match=r"'account' \(a-9\)"), served.write() as writing:
        writing.keep_answer(replace(KEPT, account_id="a-9"))
    with served.write() as writing:
        assert writing.delete_kept_answers_before(NOON) == 0
        assert writing.delete_kept_answers_before(NOON + HOUR) == 1
        assert writing.kept_answer("a-1", "once-7") is None
