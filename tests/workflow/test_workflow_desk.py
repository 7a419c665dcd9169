"""An open desk and what is written to the network meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from build_network import FALL, tiny
from matcher.audit import Done
from matcher.domain import Exchange, ExchangeStatus, Member, StatementKind, Structure
from matcher.topics import EditKind, TopicEdit
from matcher.workflow import asking, intake, topics
from matcher.workflow.asking import Desk
from matcher.workflow.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with tiny(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(workspace: Workspace) -> Desk:
    return asking.open_desk(workspace)


def test_a_desk_takes_up_what_is_written_to_the_network(workspace: Workspace, desk: Desk) -> None:
    assert asking.refreshed(desk) is desk
    kept = intake.add_statement(workspace, "m2", StatementKind.PRACTICE, "xylophone repair")
    newer = asking.refreshed(desk)
    assert newer is desk  # a statement is taken up, and nothing is read again
    assert newer.last == asking.open_desk(workspace).last > 0
    assert newer.ask("xylophone repair").answers[0].statement_id == kept.id
    visit = Exchange("x", FALL, Structure.PEER_HOSTED, ("m3", "m1"), ExchangeStatus.PROPOSED)
    with workspace.store.write() as writing:
        writing.put_exchanges([visit])
    assert asking.refreshed(newer) is newer  # nor for what members do with each other
    before = newer.ask("xylophone repair")
    with workspace.store.write() as writing:
        writing.put_exchanges([replace(visit, status=ExchangeStatus.HELD)])
    assert asking.refreshed(newer) is newer
    afresh = asking.open_desk(workspace)
    assert newer._records == afresh._records != {}
    assert newer.ask("xylophone repair") == afresh.ask("xylophone repair")
    assert before.answers[0].statement_id == kept.id


def test_what_is_no_part_of_the_network_leaves_a_desk_as_it_is(workspace: Workspace, desk: Desk) -> None:
    with workspace.store.write() as writing:
        writing.add_job("pairs", FALL.name, {}, "somebody", datetime(2026, 9, 1, tzinfo=UTC))
    assert asking.refreshed(desk) is desk
    with workspace.store.write() as writing:
        writing.done.append(Done("rewrite everything"))  # what nobody knows of may be anything
    assert asking.refreshed(desk) is not desk


def test_after_a_backup_was_brought_back_a_desk_is_opened_anew(workspace: Workspace, desk: Desk) -> None:
    desk.last += 7  # it had seen entries that are gone
    assert asking.refreshed(desk) is not desk


def test_what_is_changed_in_place_reaches_an_open_desk(workspace: Workspace, desk: Desk) -> None:
    (first,) = desk.ask("bus drivers", limit=1).answers
    told = desk.index.statement(first.statement_id)
    with workspace.store.write() as writing:
        writing.put_statements([replace(told, confidential=True)])
    hidden = asking.refreshed(desk)
    assert told.id in desk.index
    assert told.id not in hidden.index
    member = _member(workspace, told.member_id)
    with workspace.store.write() as writing:
        writing.put_members([replace(member, host=not member.host, seats=0)])
    assert asking.refreshed(hidden) is not hidden


def test_an_open_desk_keeps_the_taxonomy_that_its_embedder_has(workspace: Workspace, desk: Desk) -> None:
    member = _member(workspace, "m2")
    with workspace.store.write() as writing:
        writing.put_members([replace(member, role="Chief of Staff")])
    newer = asking.refreshed(desk)
    assert newer is not desk
    assert newer.index.lexicon.taxonomy is desk.index.lexicon.taxonomy


def _member(workspace: Workspace, id: str) -> Member:
    with workspace.store.read() as reading:
        return reading.member(id)


def test_what_staff_set_aside_is_no_answer(workspace: Workspace, desk: Desk) -> None:
    (first,) = desk.ask("bus drivers", limit=1).answers
    topics.find_topics(workspace)
    topics.edit_topics(workspace, TopicEdit(EditKind.SET_ASIDE, statement_ids=(first.statement_id,)))
    assert first.statement_id not in asking.refreshed(desk).index
