"""What staff do by hand: verdicts, what is kept and holds later, repairs, and doing them again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from build_network import FALL, tiny
from matcher.domain import ExchangeStatus, Member, Statement, StatementKind, Structure
from matcher.errors import ConflictError, InfeasibleError, InputError, NotFoundError
from matcher.outcome import ChangeKind
from matcher.store import Decisions, Run, RunKind, Way
from matcher.workflow import decisions, keeping, listing, repairing, showing, term
from matcher.workflow.reading import loaded_cohorts, loaded_pairs, loaded_visits
from matcher.workflow.replay import replay
from matcher.workflow.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with tiny(tmp_path) as opened:
        yield opened


def latest(workspace: Workspace, kind: RunKind) -> Run:
    return keeping.current_or_raise(workspace, kind, FALL)[-1]


def pairs_of(workspace: Workspace) -> set[frozenset[str]]:
    problem, solution = loaded_pairs(latest(workspace, RunKind.PAIRS))
    return {frozenset((problem.members[each.a].id, problem.members[each.b].id)) for each in solution.pairs}


def proposed(workspace: Workspace, structure: Structure) -> set[frozenset[str]]:
    with workspace.store.read() as reading:
        return {
            frozenset(each.member_ids)
            for each in reading.exchanges()
            if each.structure is structure and each.status is ExchangeStatus.PROPOSED
        }


def two_pairs(workspace: Workspace) -> tuple[tuple[str, str], tuple[str, str]]:
    """Two pairs whose members could change places without a ban between them."""
    for first, second in combinations(sorted(map(sorted, pairs_of(workspace))), 2):
        if not {"m0", "m4"} <= {*first, *second}:
            return (first[0], first[1]), (second[0], second[1])
    raise AssertionError("no two such pairs")


def test_a_look_changes_nothing(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL)
    (a, b), (c, _) = two_pairs(workspace)
    before, run = pairs_of(workspace), latest(workspace, RunKind.PAIRS)
    ruling = decisions.adjust(workspace, FALL, RunKind.PAIRS, ChangeKind.PIN, a, c)
    assert ruling.kept is None
    assert ruling.verdict.broken == ()
    assert ruling.verdict.placed_change == -2  # their peers wished one pair each, and have none now
    assert pairs_of(workspace) == before
    assert latest(workspace, RunKind.PAIRS) == run
    assert frozenset((a, b)) in before


def test_what_is_kept_becomes_the_plan_and_holds_in_later_runs(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL)
    (a, b), (c, d) = two_pairs(workspace)
    ruling = decisions.adjust(workspace, FALL, RunKind.PAIRS, ChangeKind.PIN, a, c, keep_it=True, by="Ada")
    run = latest(workspace, RunKind.PAIRS)
    assert ruling.kept == run.id
    assert (run.origin.way, run.origin.by) == (Way.ADJUSTED, "Ada")
    assert frozenset((a, c)) in pairs_of(workspace)
    assert proposed(workspace, Structure.ONE_TO_ONE) == pairs_of(workspace)
    assert not {frozenset((a, b)), frozenset((c, d))} & pairs_of(workspace)
    term.form_pairs(workspace, FALL)
    assert frozenset((a, c)) in pairs_of(workspace)
    assert latest(workspace, RunKind.PAIRS).origin.decisions.pins == ((a, c),)
    with pytest.raises(InfeasibleError, match="pinned"):
        decisions.adjust(workspace, FALL, RunKind.PAIRS, ChangeKind.BAN, a, c, keep_it=True)
    repairing.repair(workspace, FALL, RunKind.PAIRS, release=[(c, a)], keep_it=True)
    assert frozenset((a, c)) in pairs_of(workspace)  # nothing else changed
    decisions.adjust(workspace, FALL, RunKind.PAIRS, ChangeKind.BAN, a, c, keep_it=True)
    term.form_pairs(workspace, FALL)
    assert frozenset((a, c)) not in pairs_of(workspace)
    assert latest(workspace, RunKind.PAIRS).origin.decisions == Decisions(bans=((a, c),))
    term.form_pairs(workspace, FALL, afresh=True)
    assert latest(workspace, RunKind.PAIRS).origin.decisions == Decisions()


def test_a_change_that_breaks_a_rule_is_not_kept(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL)
    run = latest(workspace, RunKind.PAIRS)
    looked = decisions.adjust(workspace, FALL, RunKind.PAIRS, ChangeKind.PIN, "m0", "m4")
    assert looked.verdict.broken
    with pytest.raises(InfeasibleError, match="Nothing was kept"):
        decisions.adjust(workspace, FALL, RunKind.PAIRS, ChangeKind.PIN, "m0", "m4", keep_it=True)
    assert latest(workspace, RunKind.PAIRS) == run


def test_somebody_else_s_change_is_not_lost(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    term.form_pairs(workspace, FALL)
    old = keeping.current_or_raise(workspace, RunKind.PAIRS, FALL)
    term.form_pairs(workspace, FALL)  # meanwhile
    monkeypatch.setattr(decisions, "current_or_raise", lambda *_: old)
    (a, _), (c, _) = two_pairs(workspace)
    with pytest.raises(ConflictError, match="changed meanwhile"):
        decisions.adjust(workspace, FALL, RunKind.PAIRS, ChangeKind.PIN, a, c, keep_it=True)


@pytest.mark.parametrize("kind", [RunKind.PAIRS, RunKind.COHORTS, RunKind.VISITS])
def test_nothing_can_be_changed_before_it_is_formed(workspace: Workspace, kind: RunKind) -> None:
    with pytest.raises(NotFoundError, match="formed"):
        decisions.adjust(workspace, FALL, kind, ChangeKind.BAN, "m0", "m1")
    with pytest.raises(NotFoundError, match="formed"):
        repairing.repair(workspace, FALL, kind)


@pytest.mark.parametrize(
    ("kind", "change", "names", "message"),
    [
        (RunKind.PAIRS, ChangeKind.PIN, ("m0", "", ""), "takes two members"),
        (RunKind.COHORTS, ChangeKind.MOVE, ("m0", "", "99"), "no cohort 99"),
        (RunKind.COHORTS, ChangeKind.MOVE, ("m0", "", "two"), "no number of a cohort"),
        (RunKind.VISITS, ChangeKind.PIN, ("m0", "m1", ""), "no host in this plan"),
        (RunKind.PAIRS, ChangeKind.SWAP, ("m0", "Person 0", ""), "Person 0 is named twice"),
        (RunKind.PAIRS, ChangeKind.BAN, ("m0", "m1", "m2"), "Nobody is moved by a ban"),
        (RunKind.COHORTS, ChangeKind.MOVE, ("m0", "m1", "1"), "takes one member"),
    ],
)
def test_a_change_that_makes_no_sense_says_so(
    workspace: Workspace, kind: RunKind, change: ChangeKind, names: tuple[str, str, str], message: str
) -> None:
    {
        RunKind.PAIRS: term.form_pairs,
        RunKind.COHORTS: term.form_cohorts,
        RunKind.VISITS: term.form_visits,
    }[kind](workspace, FALL)
    with pytest.raises(InputError, match=message):
        decisions.adjust(workspace, FALL, kind, change, *names)


def test_a_member_of_a_cohort_moves_by_the_cohort_s_number(workspace: Workspace) -> None:
    term.form_cohorts(workspace, FALL)
    problem, solution = loaded_cohorts(latest(workspace, RunKind.COHORTS))
    small = min(range(len(solution.cohorts)), key=lambda number: len(solution.cohorts[number].members))
    other = (small + 1) % len(solution.cohorts)
    name = problem.members[solution.cohorts[other].members[0]].id
    ruling = decisions.adjust(workspace, FALL, RunKind.COHORTS, ChangeKind.MOVE, name, to=str(small + 1))
    assert ruling.done == f"Moving Person {name[1:]} to cohort {small + 1}"
    away = decisions.adjust(workspace, FALL, RunKind.COHORTS, ChangeKind.MOVE, name)
    assert away.done.endswith("the waitlist")
    assert away.verdict.placed_change <= -1 or away.verdict.broken


def test_who_drops_out_of_pairs_leaves_the_others_as_they_are(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL)
    before = pairs_of(workspace)
    (mended,) = repairing.repair(workspace, FALL, RunKind.PAIRS, without=["Person 3"], keep_it=True, by="Ada")
    assert mended.gone == ("Person 3",)
    assert mended.changes == 0
    assert "Person 3" in {name for place in mended.moved for name in place.before}
    after = pairs_of(workspace)
    assert {pair for pair in before if "m3" not in pair} <= after
    assert not any("m3" in pair for pair in after)
    assert mended.kept == latest(workspace, RunKind.PAIRS).id
    left = {each.person.id: each.reason for each in showing.term_view(workspace, FALL).left}
    assert left["m3"].startswith("Dropped out")
    term.form_pairs(workspace, FALL)
    assert not any("m3" in pair for pair in pairs_of(workspace))
    with pytest.raises(InputError, match="Person 4 had not dropped out"):
        repairing.repair(workspace, FALL, RunKind.PAIRS, back=["m3", "m4"])
    with pytest.raises(InputError, match="neither pinned nor kept apart"):
        repairing.repair(workspace, FALL, RunKind.PAIRS, release=[("m1", "m2")])
    (back,) = repairing.repair(workspace, FALL, RunKind.PAIRS, back=["m3"], keep_it=True)
    assert back.gone == ()
    assert any("m3" in pair for pair in pairs_of(workspace))


def test_who_arrives_is_taken_in_where_there_is_room(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL)
    before = pairs_of(workspace)
    with workspace.store.write() as writing:
        writing.put_members([Member(f"n{i}", f"New {i}", f"o{i}") for i in range(2)])
        writing.put_statements(
            [Statement(f"x{i}", f"n{i}", StatementKind.CHALLENGE, "bus drivers") for i in range(2)]
        )
    (mended,) = repairing.repair(workspace, FALL, RunKind.PAIRS, keep_it=True)
    assert mended.changes == 0
    assert pairs_of(workspace) >= before
    assert frozenset(("n0", "n1")) in pairs_of(workspace)


@pytest.mark.parametrize("number", [0, 99])
def test_a_number_that_is_not_in_the_list_is_said(workspace: Workspace, number: int) -> None:
    term.form_pairs(workspace, FALL)
    with pytest.raises(InputError, match=f"no pair {number}"):
        repairing.repair(workspace, FALL, RunKind.PAIRS, confirmed=[number])


def test_cohorts_and_visits_are_mended_too(workspace: Workspace) -> None:
    term.form_cohorts(workspace, FALL)
    term.form_visits(workspace, FALL)
    problem, cohorts = loaded_cohorts(latest(workspace, RunKind.COHORTS))
    gone = problem.members[cohorts.cohorts[0].members[0]].id
    (mended,) = repairing.repair(workspace, FALL, RunKind.COHORTS, without=[gone], keep_it=True)
    new, after = loaded_cohorts(latest(workspace, RunKind.COHORTS))
    assert gone not in {member.id for member in new.members}
    assert len(after.cohorts) >= len(cohorts.cohorts) - 1
    assert mended.placed == after.placed
    visits, planned = loaded_visits(latest(workspace, RunKind.VISITS))
    guest = visits.visitors[planned.events[0].visitors[0]].id
    (mended,) = repairing.repair(workspace, FALL, RunKind.VISITS, without=[guest], keep_it=True)
    again, mended_plan = loaded_visits(latest(workspace, RunKind.VISITS))
    assert guest not in {visitor.id for visitor in again.visitors}
    assert mended_plan.events


def test_what_was_done_can_be_done_again(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL)
    term.form_cohorts(workspace, FALL)
    term.form_visits(workspace, FALL)
    (a, _), (c, _) = two_pairs(workspace)
    decisions.adjust(workspace, FALL, RunKind.PAIRS, ChangeKind.PIN, a, c, keep_it=True)
    for kind in keeping.STRUCTURES:
        repairing.repair(workspace, FALL, kind, without=["m5"], keep_it=True)
    runs = [run for run in listing.runs(workspace) if run.kind in keeping.STRUCTURES]
    assert {run.origin.way for run in runs} == set(Way)
    for run in runs:
        assert replay(workspace, run.id), run.origin


def test_the_view_says_that_a_plan_was_changed(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL)
    (a, b), _ = two_pairs(workspace)
    decisions.adjust(workspace, FALL, RunKind.PAIRS, ChangeKind.BAN, a, b, keep_it=True, by="Ada")
    repairing.repair(workspace, FALL, RunKind.PAIRS, keep_it=True, by="Ben")
    (proof,) = showing.term_view(workspace, FALL).proofs
    (sentence,) = proof.by_hand
    assert sentence.startswith("Changed 2 times since it was formed, the last time by Ben")
    term.form_pairs(workspace, FALL)
    (proof,) = showing.term_view(workspace, FALL).proofs
    assert proof.by_hand == ()


def test_several_sessions_are_one_plan(workspace: Workspace) -> None:
    settings = workspace.settings
    three = replace(workspace, settings=replace(settings, cohorts=replace(settings.cohorts, sessions=3)))
    solutions = term.form_cohorts(three, FALL)
    assert len(solutions) == 3
    runs = keeping.current_or_raise(workspace, RunKind.COHORTS, FALL)
    assert [run.origin.session for run in runs] == [1, 2, 3]
    view = showing.term_view(workspace, FALL)
    assert [cohort.session for cohort in view.cohorts] == sorted(cohort.session for cohort in view.cohorts)
    assert [cohort.number for cohort in view.cohorts] == list(range(1, len(view.cohorts) + 1))
    assert {cohort.session for cohort in view.cohorts} == {1, 2, 3}
    (proof,) = view.proofs
    assert proof.note.startswith("Over 3 sessions")
    assert replay(workspace, runs[1].id)
    last = len(view.cohorts)
    someone = view.cohorts[-1].members[0].id
    ruling = decisions.adjust(workspace, FALL, RunKind.COHORTS, ChangeKind.MOVE, someone, to=str(last))
    assert ruling.verdict.broken or ruling.verdict.objective_change == 0  # it is there already
    term.form_cohorts(workspace, FALL)
    assert len(keeping.current_or_raise(workspace, RunKind.COHORTS, FALL)) == 1
