"""From a draft to a meeting: every step and every other one, what forming anew leaves alone, two editors."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from build_network import FALL, tiny
from matcher.answers import Answer, Said
from matcher.domain import Exchange, ExchangeStatus, Structure, Term
from matcher.errors import ConflictError, InfeasibleError, InputError, NotFoundError
from matcher.outcome import ChangeKind
from matcher.store import RunKind
from matcher.workflow import decisions, keeping, proposals, repairing, showing, term
from matcher.workflow.proposals import STEPS, Step
from matcher.workflow.reading import loaded_pairs
from matcher.workflow.workspace import Workspace, open_workspace
from words_embedder import WordsEmbedder

SPRING = Term("2027 spring", date(2027, 1, 11))
THEN = datetime(2026, 9, 20, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A network that is copied for each test; it is closed."""
    with tiny(tmp_path_factory.mktemp("made")) as opened:
        return opened


@pytest.fixture
def workspace(made: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    copy = shutil.copytree(made.folder, tmp_path / "network")
    with open_workspace(copy, WordsEmbedder()) as opened:
        yield replace(opened, settings=made.settings, store=opened.store.acting_as("fay"))


@pytest.fixture(scope="module")
def formed(made: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As ``made``, with its pairs."""
    copy = shutil.copytree(made.folder, tmp_path_factory.mktemp("formed") / "network")
    with open_workspace(copy, WordsEmbedder()) as opened:
        term.form_pairs(replace(opened, settings=made.settings), FALL)
    return copy


@pytest.fixture
def paired(made: Workspace, formed: Path, tmp_path: Path) -> Iterator[Workspace]:
    copy = shutil.copytree(formed, tmp_path / "network")
    with open_workspace(copy, WordsEmbedder()) as opened:
        yield replace(opened, settings=made.settings, store=opened.store.acting_as("fay"))


def listed(workspace: Workspace, kind: RunKind = RunKind.PAIRS) -> tuple[proposals.Proposal, ...]:
    return proposals.proposals(workspace, FALL, kind)


def of(workspace: Workspace, exchange_id: str) -> Exchange:
    with workspace.store.read() as reading:
        return next(each for each in reading.exchanges() if each.id == exchange_id)


def published(workspace: Workspace, kind: RunKind = RunKind.PAIRS) -> list[Exchange]:
    proposals.publish(workspace, FALL, kind)
    return [each.exchange for each in listed(workspace, kind)]


def accepted(workspace: Workspace, exchange: Exchange) -> Exchange:
    for one in exchange.member_ids:
        exchange = proposals.answer(workspace, exchange.id, one, Said.ACCEPTED)
    return exchange


def test_drafts_are_numbered_as_they_are_shown(paired: Workspace) -> None:
    found = listed(paired)
    assert [each.number for each in found] == list(range(1, 7))
    assert {each.state for each in found} == {"draft"}
    (run,) = keeping.current(paired, RunKind.PAIRS, FALL)
    problem, solution = loaded_pairs(run)
    best = max(solution.pairs, key=lambda pair: pair.affinity)
    assert found[0].exchange.member_ids == (problem.members[best.a].id, problem.members[best.b].id)


def test_a_way_from_draft_to_held(paired: Workspace) -> None:
    first = listed(paired)[0]
    (gone,) = proposals.publish(paired, FALL, RunKind.PAIRS, [first.exchange.id])
    assert gone == first.exchange.id
    assert [each.state for each in listed(paired)[1:]] == ["draft"] * 5
    a, b = first.exchange.member_ids
    assert proposals.answer(paired, gone, a, Said.ACCEPTED, now=THEN).status is ExchangeStatus.PUBLISHED
    now = listed(paired)[0]
    assert now.state == "published, 1 of 2 accepted"
    assert [(each.member_id, each.said, each.at, each.by) for each in now.answers] == [
        (a, Said.ACCEPTED, THEN, "fay")
    ]
    assert proposals.answer(paired, gone, b, Said.ACCEPTED).status is ExchangeStatus.AGREED
    held = proposals.hold(paired, gone, on=date(2026, 9, 22), today=date(2026, 9, 22))
    assert (held.status, held.held_on) == (ExchangeStatus.HELD, date(2026, 9, 22))
    assert of(paired, gone) == held
    assert listed(paired)[0].state == "held on 2026-09-22"


@pytest.mark.parametrize("on", [None, date(2026, 9, 22)])
def test_the_audit_names_the_step_with_a_day_and_without(paired: Workspace, on: date | None) -> None:
    one = accepted(paired, published(paired)[0])
    proposals.hold(paired, one.id, on=on, today=date(2026, 9, 22))
    with paired.store.read() as reading:
        told = max(reading.audit(), key=lambda entry: entry.id)
    steps = [each for each in told.done if each.what == "held exchange"]
    assert [(each.what, list(each.ids)) for each in steps] == [("held exchange", [one.id])]


def test_all_drafts_are_published_at_once_and_none_is_left(paired: Workspace) -> None:
    assert len(proposals.publish(paired, FALL, RunKind.PAIRS)) == 6
    assert {each.state for each in listed(paired)} == {"published, 0 of 2 accepted"}
    with pytest.raises(NotFoundError, match="no drafts of pairs"):
        proposals.publish(paired, FALL, RunKind.PAIRS)


def test_of_a_list_with_one_that_cannot_be_none_is_published(paired: Workspace) -> None:
    ids = [each.exchange.id for each in listed(paired)]
    with pytest.raises(NotFoundError, match="no exchange 'x'"):
        proposals.publish(paired, FALL, RunKind.PAIRS, [*ids, "x"])
    proposals.publish(paired, FALL, RunKind.PAIRS, ids[:1])
    with pytest.raises(ConflictError, match="is published"):
        proposals.publish(paired, FALL, RunKind.PAIRS, ids)
    assert [each.state for each in listed(paired)][1:] == ["draft"] * 5


@pytest.mark.parametrize("step", Step)
def test_each_step_is_taken_from_the_states_of_the_table_alone(paired: Workspace, step: Step) -> None:
    before, after = STEPS[step]
    for status, proposal in zip(ExchangeStatus, listed(paired), strict=True):
        one = replace(proposal.exchange, status=status)
        with paired.store.write() as writing:
            writing.put_exchanges([one])
            if step is Step.AGREE:  # both accepted, and it stayed as it was
                for each in one.member_ids:
                    writing.put_answer(Answer(one.id, each, Said.ACCEPTED, THEN, "fay"))
        if status in before:
            taken(paired, step, one)
            assert of(paired, one.id).status is after
            continue
        shown = "draft" if status is ExchangeStatus.PROPOSED else status.value
        with pytest.raises(ConflictError, match=f"is {shown}; nothing was changed"):
            taken(paired, step, one)
        assert of(paired, one.id).status is status


def taken(workspace: Workspace, step: Step, one: Exchange) -> object:
    """Take a step with an exchange."""
    match step:
        case Step.PUBLISH:
            return proposals.publish(workspace, FALL, RunKind.PAIRS, [one.id])
        case Step.ANSWER:
            return proposals.answer(workspace, one.id, one.member_ids[0], Said.ACCEPTED)
        case Step.DECLINE:
            return proposals.answer(workspace, one.id, one.member_ids[1], Said.DECLINED)
        case Step.AGREE:
            return proposals.agree(workspace, one.id)
        case Step.HOLD:
            return proposals.hold(workspace, one.id)
        case Step.CANCEL:
            return proposals.cancel(workspace, one.id)


def test_a_member_may_change_its_word_until_it_is_settled(workspace: Workspace) -> None:
    term.form_cohorts(workspace, FALL)
    group = next(each for each in published(workspace, RunKind.COHORTS) if len(each.member_ids) == 3)
    one, *others = group.member_ids
    for said in (Said.DECLINED, Said.ACCEPTED):
        proposals.answer(workspace, group.id, one, said)
    for other in others:
        proposals.answer(workspace, group.id, other, Said.ACCEPTED)
    assert of(workspace, group.id).status is ExchangeStatus.AGREED
    with pytest.raises(ConflictError, match="is agreed"):
        proposals.answer(workspace, group.id, one, Said.DECLINED)


def test_the_same_word_twice_is_one(paired: Workspace) -> None:
    first = published(paired)[0]
    version = proposals.version(paired, FALL, RunKind.PAIRS)
    for when in (THEN, datetime(2026, 9, 21, tzinfo=UTC)):
        proposals.answer(paired, first.id, first.member_ids[0], Said.ACCEPTED, now=when)
    (answer,) = listed(paired)[0].answers
    assert answer.at == THEN
    assert proposals.version(paired, FALL, RunKind.PAIRS) == version


def test_only_who_takes_part_answers(paired: Workspace) -> None:
    first, second, *_ = published(paired)
    with pytest.raises(InputError, match="takes no part"):
        proposals.answer(paired, first.id, second.member_ids[0], Said.ACCEPTED)
    with pytest.raises(NotFoundError, match="no member 'nobody'"):
        proposals.answer(paired, first.id, "nobody", Said.ACCEPTED)
    with pytest.raises(NotFoundError, match="no exchange 'x'"):
        proposals.answer(paired, "x", first.member_ids[0], Said.ACCEPTED)


def test_a_declined_pair_is_not_proposed_again_in_the_window(paired: Workspace) -> None:
    for each in published(paired):
        proposals.answer(paired, each.id, each.member_ids[1], Said.DECLINED)
    declined = {frozenset(each.exchange.member_ids) for each in listed(paired)}
    assert len(declined) == 6
    for when in (FALL, SPRING):
        term.form_pairs(paired, when)
        with paired.store.read() as reading:
            new = [each for each in reading.exchanges() if each.status is ExchangeStatus.PROPOSED]
        assert new
        assert not declined & {frozenset(each.member_ids) for each in new}


@pytest.mark.parametrize("kind", [RunKind.PAIRS, RunKind.COHORTS, RunKind.VISITS])
def test_forming_anew_keeps_what_was_published(workspace: Workspace, kind: RunKind) -> None:
    form: dict[RunKind, Any] = {
        RunKind.PAIRS: term.form_pairs,
        RunKind.COHORTS: term.form_cohorts,
        RunKind.VISITS: term.form_visits,
    }
    form[kind](workspace, FALL)
    first = listed(workspace, kind)[0].exchange
    proposals.publish(workspace, FALL, kind, [first.id])
    form[kind](workspace, FALL, afresh=True)
    found = listed(workspace, kind)
    assert [each.exchange.id for each in found if each.exchange.status is ExchangeStatus.PUBLISHED] == [
        first.id
    ]
    others = [each.exchange.member_ids for each in found if each.exchange.id != first.id]
    # Nobody that was asked already is asked for another: a place a member in these plans.
    assert others
    assert not {*first.member_ids} & {one for ids in others for one in ids}
    # Those who read of the term read of it still, under the number that it has in the list.
    shown = getattr(showing.term_view(workspace, FALL), kind.value)
    (number,) = (each.number for each in found if each.exchange.id == first.id)
    assert number is not None
    told = f"published, 0 of {len(first.member_ids)} accepted"
    assert [each.state for each in shown] == [
        told if n == number else "draft" for n in range(1, len(found) + 1)
    ]


def test_what_was_published_is_not_undone_by_hand(paired: Workspace) -> None:
    a, b = published(paired)[0].member_ids
    ruling = decisions.adjust(paired, FALL, RunKind.PAIRS, ChangeKind.BAN, a, b)
    (sentence,) = ruling.verdict.broken
    assert sentence.endswith("were asked to meet, and that stays.")
    with pytest.raises(InfeasibleError, match="were asked"):
        decisions.adjust(paired, FALL, RunKind.PAIRS, ChangeKind.BAN, a, b, keep_it=True)


def test_a_plan_that_was_made_while_others_were_published_is_not_kept(
    paired: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    term.form_cohorts(paired, FALL)
    solve = term.plan_sessions

    def slow(*given: Any) -> Any:
        proposals.publish(paired, FALL, RunKind.COHORTS)
        return solve(*given)

    # With other sizes, so that the new cohorts are others.
    other = replace(paired.settings, cohorts=replace(paired.settings.cohorts, min_size=4, max_size=4))
    monkeypatch.setattr(term, "plan_sessions", slow)
    with pytest.raises(ConflictError, match="were published meanwhile"):
        term.form_cohorts(replace(paired, settings=other), FALL)
    assert {each.exchange.status for each in listed(paired, RunKind.COHORTS)} == {ExchangeStatus.PUBLISHED}


def test_a_group_meets_without_those_who_declined(workspace: Workspace) -> None:
    term.form_cohorts(workspace, FALL)
    group = next(each for each in published(workspace, RunKind.COHORTS) if len(each.member_ids) == 3)
    a, b, c = group.member_ids
    proposals.answer(workspace, group.id, a, Said.ACCEPTED)
    assert proposals.answer(workspace, group.id, b, Said.DECLINED).status is ExchangeStatus.PUBLISHED
    with pytest.raises(ConflictError, match="Of 3 members 1 did not answer"):
        proposals.agree(workspace, group.id)
    assert proposals.answer(workspace, group.id, c, Said.ACCEPTED).status is ExchangeStatus.PUBLISHED
    agreed = proposals.agree(workspace, group.id)
    assert (agreed.status, agreed.member_ids) == (ExchangeStatus.AGREED, (a, c))
    assert of(workspace, group.id) == agreed
    # What became of it stays, though the group as it was could be proposed again.
    term.form_cohorts(workspace, FALL)
    assert of(workspace, group.id) == agreed


def test_a_group_of_one_is_none(workspace: Workspace) -> None:
    term.form_cohorts(workspace, FALL)
    group = next(each for each in published(workspace, RunKind.COHORTS) if len(each.member_ids) == 3)
    a, b, _ = group.member_ids
    proposals.answer(workspace, group.id, a, Said.DECLINED)
    assert proposals.answer(workspace, group.id, b, Said.DECLINED).status is ExchangeStatus.DECLINED


def test_there_is_no_visit_without_its_host(workspace: Workspace) -> None:
    term.form_visits(workspace, FALL)
    visit = published(workspace, RunKind.VISITS)[0]
    assert visit.structure is Structure.PEER_HOSTED
    host, *guests = visit.member_ids
    assert len(guests) > 1
    assert proposals.answer(workspace, visit.id, guests[0], Said.DECLINED).status is ExchangeStatus.PUBLISHED
    assert proposals.answer(workspace, visit.id, host, Said.DECLINED).status is ExchangeStatus.DECLINED


def test_what_is_cancelled_leaves_its_members_free(paired: Workspace) -> None:
    first = published(paired)[0]
    accepted(paired, first)
    proposals.cancel(paired, first.id)
    term.form_pairs(paired, FALL)
    with paired.store.read() as reading:
        asked = [each for each in reading.exchanges() if each.status is ExchangeStatus.PUBLISHED]
    assert len(asked) == 5
    assert of(paired, first.id).status is ExchangeStatus.CANCELLED


def test_nothing_was_held_tomorrow(paired: Workspace) -> None:
    first = accepted(paired, published(paired)[0])
    assert first.status is ExchangeStatus.AGREED
    with pytest.raises(InputError, match="has not come yet"):
        proposals.hold(paired, first.id, on=date(2026, 9, 23), today=date(2026, 9, 22))
    assert of(paired, first.id).status is ExchangeStatus.AGREED


def test_of_two_editors_the_second_is_told(paired: Workspace) -> None:
    seen = proposals.version(paired, FALL, RunKind.PAIRS)
    first, second, *_ = (each.exchange for each in listed(paired))
    proposals.publish(paired, FALL, RunKind.PAIRS, [first.id], expected=seen)
    with pytest.raises(ConflictError, match="were changed meanwhile"):
        proposals.publish(paired, FALL, RunKind.PAIRS, [second.id], expected=seen)
    assert of(paired, second.id).status is ExchangeStatus.PROPOSED
    late: dict[str, Any] = {
        "answer": lambda: proposals.answer(
            paired, first.id, first.member_ids[0], Said.ACCEPTED, expected=seen
        ),
        "agree": lambda: proposals.agree(paired, first.id, expected=seen),
        "hold": lambda: proposals.hold(paired, first.id, expected=seen),
        "cancel": lambda: proposals.cancel(paired, first.id, expected=seen),
        "adjust": lambda: decisions.adjust(
            paired, FALL, RunKind.PAIRS, ChangeKind.MOVE, second.member_ids[0], keep_it=True, expected=seen
        ),
        "repair": lambda: repairing.repair(
            paired,
            FALL,
            RunKind.PAIRS,
            without=[second.member_ids[0]],
            keep_it=True,
            expected=seen,
        ),
    }
    now = proposals.version(paired, FALL, RunKind.PAIRS)
    for name, change in late.items():
        with pytest.raises(ConflictError, match="were changed meanwhile"):
            change()
        assert proposals.version(paired, FALL, RunKind.PAIRS) == now, name
    proposals.cancel(paired, first.id, expected=now)


def test_each_change_of_a_plan_gives_it_another_version(paired: Workspace) -> None:
    seen = [proposals.version(paired, FALL, RunKind.PAIRS)]
    first = listed(paired)[0].exchange

    def after(change: Any) -> None:
        change()
        seen.append(proposals.version(paired, FALL, RunKind.PAIRS))

    after(lambda: term.form_pairs(paired, FALL))
    after(lambda: proposals.publish(paired, FALL, RunKind.PAIRS, [first.id]))
    after(lambda: accepted(paired, first))
    after(lambda: proposals.hold(paired, first.id))
    assert len(set(seen)) == len(seen)
    term.form_visits(paired, FALL)
    assert proposals.version(paired, FALL, RunKind.PAIRS) == seen[-1]
