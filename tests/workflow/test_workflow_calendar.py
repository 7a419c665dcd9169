"""A term's exchanges with their days: from the plans, from the ledger, and through every state."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import icalendar
import pytest

from build_network import FALL, tiny
from matcher.answers import Said
from matcher.domain import Exchange, ExchangeStatus, Slot, Structure, Term
from matcher.errors import InputError
from matcher.export.calendar import Appointment
from matcher.export.days import NoDay
from matcher.store import RunKind
from matcher.workflow import calendar, keeping, proposals, showing, term
from matcher.workflow.calendar import Schedule
from matcher.workflow.workspace import Workspace, open_workspace
from words_embedder import WordsEmbedder

WEEK = date(2026, 10, 5)
TUESDAY = date(2026, 10, 6)
#: A Tuesday morning of New York in the first week, by the clock of summer.
EIGHT = datetime(2026, 10, 6, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def formed(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A network with pairs, cohorts and visits that is copied for each test; it is closed. Its host m3
    named a day."""
    with tiny(tmp_path_factory.mktemp("formed")) as opened:
        with opened.store.write() as writing:
            writing.put_members(
                replace(each, visit_dates=(date(2026, 10, 13),))
                for each in writing.members()
                if each.id == "m3"
            )
        for form in (term.form_pairs, term.form_cohorts, term.form_visits):
            form(opened, FALL)
        return opened


@pytest.fixture
def workspace(formed: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    copy = shutil.copytree(formed.folder, tmp_path / "network")
    with open_workspace(copy, WordsEmbedder()) as opened:
        yield replace(opened, settings=formed.settings)


def published(workspace: Workspace, kind: RunKind) -> list[Exchange]:
    proposals.publish(workspace, FALL, kind)
    return [each.exchange for each in proposals.proposals(workspace, FALL, kind)]


def accepted(workspace: Workspace, exchange: Exchange) -> None:
    for one in exchange.member_ids:
        proposals.answer(workspace, exchange.id, one, Said.ACCEPTED)


def by_id(found: Schedule) -> dict[str, Appointment]:
    return {each.exchange.id: each for each in found.appointments}


def put(workspace: Workspace, *exchanges: Exchange) -> None:
    with workspace.store.write() as writing:
        writing.put_exchanges(exchanges)


def test_drafts_leave_in_no_calendar(workspace: Workspace) -> None:
    found = calendar.schedule(workspace, FALL, WEEK)
    assert (found.appointments, found.without) == ((), ())
    assert found.note == "No exchanges of the term '2026-27 fall'."


def test_what_has_an_hour_and_no_day_is_left_out_until_a_week_is_named(workspace: Workspace) -> None:
    pairs = published(workspace, RunKind.PAIRS)
    found = calendar.schedule(workspace, FALL)
    assert not found.appointments
    assert dict(found.without) == dict.fromkeys(pairs, NoDay.DAY)
    assert found.note.endswith("6 left out: 6 because no day is known yet.")
    found = calendar.schedule(workspace, FALL, WEEK)
    assert not found.without
    assert {each.exchange for each in found.appointments} == {*pairs}
    assert all(each.placed and each.facilitator == "Fay" for each in found.appointments)


def test_the_times_are_those_that_staff_are_shown(workspace: Workspace) -> None:
    for kind in (RunKind.PAIRS, RunKind.COHORTS):
        published(workspace, kind)
    found = calendar.schedule(workspace, FALL, FALL.start)
    view = showing.term_view(workspace, FALL)
    shown = {frozenset((each.a.id, each.b.id)): each.when for each in view.pairs}
    shown |= {frozenset(one.id for one in each.members): each.when for each in view.cohorts}
    assert len(found.appointments) == len(shown)
    for each in found.appointments:
        assert isinstance(each.when, datetime)
        # All are on New York's clock, where it was summer.
        hour = each.when.hour - 4
        told = f"Tue {hour} am (New York time)"
        assert (each.when.weekday(), shown[frozenset(each.exchange.member_ids)]) == (1, told)


def test_nobody_and_no_facilitator_is_at_two_at_once(workspace: Workspace) -> None:
    for kind in RunKind.PAIRS, RunKind.COHORTS, RunKind.VISITS:
        published(workspace, kind)
    found = calendar.schedule(workspace, FALL, WEEK)
    assert not found.without
    busy = [
        (id, each.when)
        for each in found.appointments
        for id in [*each.exchange.member_ids, *["Fay"] * bool(each.facilitator)]
    ]
    assert len(busy) == len({*busy})
    assert calendar.schedule(workspace, FALL, WEEK) == found


def test_a_visit_on_a_day_of_its_host_needs_no_week(workspace: Workspace) -> None:
    visits = published(workspace, RunKind.VISITS)
    found = calendar.schedule(workspace, FALL)
    (dated,) = found.appointments
    assert (dated.exchange.member_ids[0], dated.when, dated.placed) == ("m3", date(2026, 10, 13), False)
    assert {each for each, _ in found.without} == {*visits} - {dated.exchange}
    weekdays = by_id(calendar.schedule(workspace, FALL, WEEK))
    assert {each.when for id, each in weekdays.items() if id != dated.exchange.id} == {TUESDAY}


def test_what_was_held_is_on_its_day_and_on_no_other(workspace: Workspace) -> None:
    first, second, *_ = published(workspace, RunKind.PAIRS)
    for each, day in ((first, date(2026, 9, 30)), (second, None)):
        accepted(workspace, each)
        proposals.hold(workspace, each.id, on=day, today=date(2026, 12, 1))
    found = calendar.schedule(workspace, FALL, WEEK)
    held = by_id(found)[first.id]
    assert (held.when, held.placed, held.exchange.status) == (
        *(date(2026, 9, 30), False),
        ExchangeStatus.HELD,
    )
    assert [(each.id, why) for each, why in found.without] == [(second.id, NoDay.DAY)]
    assert "1 left out: 1 because no day is known yet" in found.note


def test_what_was_cancelled_or_declined_keeps_its_day_so_that_it_is_taken_off(workspace: Workspace) -> None:
    first, second, *_ = published(workspace, RunKind.PAIRS)
    before = by_id(calendar.schedule(workspace, FALL, WEEK))
    accepted(workspace, first)
    proposals.cancel(workspace, first.id)
    proposals.answer(workspace, second.id, second.member_ids[0], Said.DECLINED)
    found = calendar.schedule(workspace, FALL, WEEK)
    assert {id: each.when for id, each in by_id(found).items()} == {
        id: each.when for id, each in before.items()
    }
    told = icalendar.Calendar.from_ical(calendar.as_file(workspace, found)).walk("VEVENT")
    states = {event["uid"].removesuffix("@peer-matcher"): str(event["status"]) for event in told}
    assert (states[first.id], states[second.id]) == ("CANCELLED", "CANCELLED")
    assert set(states.values()) == {"CANCELLED", "TENTATIVE"}
    # Without a day nothing has to be taken off, and nobody misses it.
    assert len(calendar.schedule(workspace, FALL).without) == len(before) - 2


def test_a_plan_that_is_formed_anew_keeps_the_hour_of_what_was_published(workspace: Workspace) -> None:
    first = published(workspace, RunKind.PAIRS)[0]
    before = by_id(calendar.schedule(workspace, FALL, WEEK))[first.id]
    term.form_pairs(workspace, FALL)
    (run,) = keeping.current(workspace, RunKind.PAIRS, FALL)
    assert run.id > 3
    assert by_id(calendar.schedule(workspace, FALL, WEEK))[first.id] == before


def test_a_group_that_meets_without_one_keeps_its_hour(workspace: Workspace) -> None:
    group = next(each for each in published(workspace, RunKind.COHORTS) if len(each.member_ids) == 3)
    before = by_id(calendar.schedule(workspace, FALL, WEEK))[group.id]
    *others, last = group.member_ids
    for one in others:
        proposals.answer(workspace, group.id, one, Said.ACCEPTED)
    proposals.answer(workspace, group.id, last, Said.DECLINED)
    proposals.agree(workspace, group.id)
    after = by_id(calendar.schedule(workspace, FALL, WEEK))[group.id]
    assert (after.when, [each.id for each in after.people]) == (before.when, others)


def test_what_came_from_a_file_has_the_day_of_the_file_and_else_no_time(workspace: Workspace) -> None:
    pair = ("m0", "m1")
    put(
        workspace,
        Exchange("from-1", FALL, Structure.ONE_TO_ONE, pair, ExchangeStatus.AGREED, "Buses", TUESDAY, "Gus"),
        Exchange("from-2", FALL, Structure.VIRTUAL, (*pair, "m2"), ExchangeStatus.AGREED),
        Exchange("other", Term("spring", date(2027, 1, 4)), Structure.VIRTUAL, pair, ExchangeStatus.AGREED),
    )
    found = calendar.schedule(workspace, FALL, WEEK)
    (dated,) = found.appointments
    assert (dated.when, dated.placed, dated.facilitator) == (TUESDAY, False, "Gus")
    assert [(each.id, why) for each, why in found.without] == [("from-2", NoDay.TIME)]


def test_a_run_of_another_version_says_nothing(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = published(workspace, RunKind.PAIRS)

    def refuse(*_: object) -> None:
        raise InputError("Run 1 was kept by another version.")

    monkeypatch.setattr(calendar, "seats", refuse)
    found = calendar.schedule(workspace, FALL, WEEK)
    assert dict(found.without) == dict.fromkeys(pairs, NoDay.TIME)


def test_slots_that_changed_since_leave_no_week(workspace: Workspace) -> None:
    first, *_ = published(workspace, RunKind.PAIRS)
    with workspace.store.write() as writing:
        one = writing.member(first.member_ids[0])
        writing.put_members([replace(one, slots=(Slot(4, "pm"),))])
    found = calendar.schedule(workspace, FALL, WEEK)
    assert [(each.id, why) for each, why in found.without] == [(first.id, NoDay.WEEK)]


def test_the_file_changes_only_with_the_network(workspace: Workspace, tmp_path: Path) -> None:
    published(workspace, RunKind.PAIRS)
    path = tmp_path / "new" / "fall.ics"
    calendar.export_calendar(workspace, FALL, path, WEEK)
    first = path.read_bytes()
    calendar.export_calendar(workspace, FALL, path, WEEK)
    assert path.read_bytes() == first
    with workspace.store.read() as reading:
        (last,) = reading.audit(1)
    file = icalendar.Calendar.from_ical(first)
    assert {each.decoded("dtstamp") for each in file.walk("VEVENT")} == {last.at.replace(microsecond=0)}
    assert file["x-wr-calname"] == "Peer exchange network: 2026-27 fall"
    assert str(file["x-wr-caldesc"]) == "6 exchanges of the term '2026-27 fall'."


def test_a_network_that_nothing_was_written_to_since_it_was_updated_has_a_stamp(workspace: Workspace) -> None:
    put(workspace, Exchange("x", FALL, Structure.VIRTUAL, ("m0", "m1"), ExchangeStatus.HELD, "", TUESDAY))
    found = calendar.schedule(workspace, FALL)
    with workspace.store._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit")
    assert b"DTSTAMP:20260914T000000Z" in calendar.as_file(workspace, found)


def test_addresses_are_for_staff_and_of_those_who_agreed(workspace: Workspace, tmp_path: Path) -> None:
    first, *_ = published(workspace, RunKind.PAIRS)
    path = tmp_path / "fall.ics"
    calendar.export_calendar(workspace, FALL, path, WEEK, staff=True)
    assert b"@district" not in path.read_bytes().replace(b"\r\n ", b"")
    accepted(workspace, first)
    found = calendar.export_calendar(workspace, FALL, path, WEEK, staff=True)
    told = icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    (agreed,) = (event for event in told if "@district" in event["description"])
    assert agreed["uid"] == f"{first.id}@peer-matcher"
    assert all(one.email in agreed["description"] for one in by_id(found)[first.id].people)
    bare = calendar.export_calendar(workspace, FALL, path, WEEK)
    assert b"@district" not in path.read_bytes().replace(b"\r\n ", b"")
    assert {one.email for each in bare.appointments for one in each.people} == {""}


def test_nothing_that_members_wrote_is_in_it(workspace: Workspace) -> None:
    for kind in (RunKind.PAIRS, RunKind.COHORTS, RunKind.VISITS):
        published(workspace, kind)
    sent = calendar.as_file(workspace, calendar.schedule(workspace, FALL, WEEK)).decode().replace("\r\n ", "")
    with workspace.store.read() as reading:
        texts = {each.text for each in reading.statements()}
    assert sent.count("BEGIN:VEVENT") > 10
    assert not [text for text in texts if text in sent]
