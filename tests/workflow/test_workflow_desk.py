"""An open desk and what is written to the network meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from build_network import FALL, tiny
from matcher.audit import Done
from matcher.domain import Exchange, ExchangeStatus, Member, Statement, StatementKind, Structure
from matcher.topics import EditKind, TopicEdit
from matcher.workflow import asking, intake, topics
from matcher.workflow.asking import Desk
from matcher.workflow.case import vectors_of
from matcher.workflow.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with tiny(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(workspace: Workspace) -> Desk:
    return asking.open_desk(workspace)


def refreshed(desk: Desk) -> Desk:
    return asking.take_up(desk, asking.news(desk))


def test_a_desk_takes_up_what_is_written_to_the_network(workspace: Workspace, desk: Desk) -> None:
    assert refreshed(desk) is desk
    kept = intake.add_statement(workspace, "m2", StatementKind.PRACTICE, "xylophone repair")
    newer = refreshed(desk)
    assert newer is desk  # a statement is taken up, and nothing is read again
    assert newer.last == asking.open_desk(workspace).last > 0
    assert newer.ask("xylophone repair").answers[0].statement_id == kept.id
    visit = Exchange("x", FALL, Structure.PEER_HOSTED, ("m3", "m1"), ExchangeStatus.PROPOSED)
    with workspace.store.write() as writing:
        writing.put_exchanges([visit])
    assert refreshed(newer) is newer  # nor for what members do with each other
    before = newer.ask("xylophone repair")
    with workspace.store.write() as writing:
        writing.put_exchanges([replace(visit, status=ExchangeStatus.HELD)])
    assert refreshed(newer) is newer
    afresh = asking.open_desk(workspace)
    assert newer._records == afresh._records != {}
    assert newer.ask("xylophone repair") == afresh.ask("xylophone repair")
    assert before.answers[0].statement_id == kept.id


def test_what_is_no_part_of_the_network_leaves_a_desk_as_it_is(workspace: Workspace, desk: Desk) -> None:
    with workspace.store.write() as writing:
        writing.add_job("pairs", FALL.name, {}, "somebody", datetime(2026, 9, 1, tzinfo=UTC))
    assert refreshed(desk) is desk
    with workspace.store.write() as writing:
        writing.done.append(Done("rewrite everything"))  # what nobody knows of may be anything
    assert refreshed(desk) is not desk


def test_after_a_backup_was_brought_back_a_desk_is_opened_anew(workspace: Workspace, desk: Desk) -> None:
    desk.last += 7  # it had seen entries that are gone
    assert refreshed(desk) is not desk


def test_what_is_changed_in_place_reaches_an_open_desk(workspace: Workspace, desk: Desk) -> None:
    (first,) = desk.ask("bus drivers", limit=1).answers
    told = desk.index.statement(first.statement_id)
    with workspace.store.write() as writing:
        writing.put_statements([replace(told, confidential=True)])
    hidden = refreshed(desk)
    assert told.id in desk.index
    assert told.id not in hidden.index
    member = _member(workspace, told.member_id)
    with workspace.store.write() as writing:
        writing.put_members([replace(member, host=not member.host, seats=0)])
    newer = refreshed(hidden)
    assert newer is not hidden
    assert newer.index is hidden.index  # no text was read again
    place = newer._places[member.id]
    with workspace.store.write() as writing:
        writing.put_organizations([replace(place, name="Another Name")])
    assert refreshed(newer)._places[member.id].name == "Another Name"


def test_staff_see_what_a_statement_became_and_no_text_is_read_again(workspace: Workspace) -> None:
    desk = asking.open_desk(workspace, staff=True)
    (first,) = desk.ask("bus drivers", limit=1).answers
    told = desk.index.statement(first.statement_id)
    with workspace.store.write() as writing:
        writing.put_statements([replace(told, confidential=True)])
    newer = refreshed(desk)
    assert newer.index is desk.index
    assert newer.index.statement(told.id).confidential
    with workspace.store.write() as writing:
        writing.put_statements([replace(told, text=f"{told.text} and more", confidential=False)])
    changed = refreshed(newer)
    assert changed.index is not newer.index
    assert told.id in changed.unread  # its text is new, and has no vector yet
    for known in ("xylophone repair", "harpsichord tuning"):
        vectors_of(workspace, [known])
        with workspace.store.write() as writing:
            writing.put_statements([replace(told, text=known)])
        changed = refreshed(changed)
        assert told.id not in changed.unread  # nor is one read again that has a vector
        assert changed.ask(known).answers[0].statement_id == told.id


def test_what_has_no_vector_waits_until_it_is_read(workspace: Workspace) -> None:
    told = Statement("late", "m2", StatementKind.PRACTICE, "xylophone repair")
    with workspace.store.write() as writing:
        writing.put_statements([told])
    desk = asking.open_desk(workspace, embed=False)
    waiting = [each.text for each in desk.unread.values()]
    assert told.text in waiting
    vectors_of(workspace, waiting)
    assert refreshed(desk) is desk
    assert not desk.unread
    assert desk.ask("xylophone repair").answers[0].statement_id == "late"
    afresh = asking.open_desk(workspace)
    assert desk.ask("bus drivers") == afresh.ask("bus drivers")


def test_an_open_desk_keeps_the_taxonomy_that_its_embedder_has(workspace: Workspace, desk: Desk) -> None:
    member = _member(workspace, "m2")
    with workspace.store.write() as writing:
        writing.put_members([replace(member, role="Chief of Staff")])
    newer = refreshed(desk)
    assert newer is not desk
    assert newer.index.lexicon.taxonomy is desk.index.lexicon.taxonomy


def _member(workspace: Workspace, id: str) -> Member:
    with workspace.store.read() as reading:
        return reading.member(id)


def test_what_staff_set_aside_is_no_answer(workspace: Workspace, desk: Desk) -> None:
    (first,) = desk.ask("bus drivers", limit=1).answers
    topics.find_topics(workspace)
    topics.edit_topics(workspace, TopicEdit(EditKind.SET_ASIDE, statement_ids=(first.statement_id,)))
    assert first.statement_id not in refreshed(desk).index
