"""Several sessions of cohorts: each keeps what was decided and agreed to for it, apart from the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from build_network import FALL, tiny
from matcher.domain import ExchangeStatus, Structure
from matcher.errors import InputError
from matcher.outcome import ChangeKind
from matcher.store import Decisions, Origin, Run, RunKind, Way
from matcher.workflow import decisions, keeping, listing, repairing, showing, term
from matcher.workflow.case import load
from matcher.workflow.ledger import busy
from matcher.workflow.reading import loaded_cohorts
from matcher.workflow.replay import replay
from matcher.workflow.sessions import apart, decided_in
from matcher.workflow.workspace import Workspace

Groups = set[frozenset[str]]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Two sessions of cohorts, formed."""
    with tiny(tmp_path) as opened:
        settings = opened.settings
        cohorts = replace(settings.cohorts, sessions=2, seconds=2.0)
        made = replace(opened, settings=replace(settings, cohorts=cohorts))
        term.form_cohorts(made, FALL)
        yield made


def runs_of(workspace: Workspace) -> tuple[Run, ...]:
    return keeping.current_or_raise(workspace, RunKind.COHORTS, FALL)


def cohorts_of(run: Run) -> Groups:
    problem, solution = loaded_cohorts(run)
    return {frozenset(problem.members[i].id for i in each.members) for each in solution.cohorts}


def met_in(groups: Groups) -> set[tuple[str, str]]:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def agree(workspace: Workspace, groups: Groups) -> None:
    with workspace.store.write() as writing:
        writing.put_exchanges(
            replace(each, status=ExchangeStatus.AGREED)
            for each in writing.exchanges()
            if each.structure is Structure.VIRTUAL and frozenset(each.member_ids) in groups
        )


def test_a_session_that_was_agreed_to_stays_and_the_other_is_for_everybody(workspace: Workspace) -> None:
    first, second = runs_of(workspace)
    agree(workspace, cohorts_of(first))
    for _ in range(2):  # the second time the first session was taken over already
        term.form_cohorts(workspace, FALL)
        now = runs_of(workspace)
        assert [run.origin.session for run in now] == [1, 2]
        assert cohorts_of(now[0]) == cohorts_of(first)
        problem, solution = loaded_cohorts(now[1])
        assert len(problem.members) == 12
        assert solution.placed == loaded_cohorts(second)[1].placed
        assert not met_in(cohorts_of(now[1])) & met_in(cohorts_of(first))
    assert now[1].id > second.id
    assert all(replay(workspace, run.id) for run in now)
    view = showing.term_view(workspace, FALL)
    assert {cohort.session for cohort in view.cohorts} == {1, 2}
    assert view.proofs[0].by_hand == ()
    listed = {run.id: run.origin.done for run in listing.runs(workspace)}
    assert listed[now[0].id] == "taken over as agreed"


def test_who_agreed_in_a_session_is_free_in_the_other_however_often_it_is_formed(
    workspace: Workspace,
) -> None:
    first, second = runs_of(workspace)
    settled = min(cohorts_of(first) - cohorts_of(second), key=sorted)
    agree(workspace, {settled})
    for _ in range(2):  # the second time the plan of the first session is without the cohort
        term.form_cohorts(workspace, FALL)
        (one, _), (other, _) = (loaded_cohorts(run) for run in runs_of(workspace))
        assert {member.id for member in one.members} == {f"m{i}" for i in range(12)} - settled
        assert len(other.members) == 12
        assert not met_in(cohorts_of(runs_of(workspace)[1])) & met_in({settled})
    mended = repairing.repair(workspace, FALL, RunKind.COHORTS)
    assert [each.gone for each in mended] == [(), ()]


def test_a_cohort_is_of_the_session_that_the_latest_plan_has_it_in(workspace: Workspace) -> None:
    first, second = runs_of(workspace)
    moved = min(cohorts_of(first) - cohorts_of(second), key=sorted)
    agree(workspace, {moved})
    with workspace.store.write() as writing:
        for session, run in ((1, second), (2, first)):  # formed anew, the other way round
            writing.add_run(
                run.kind,
                term=run.term,
                seed=run.seed,
                versions=run.versions,
                problem=run.problem,
                solution=run.solution,
                status=run.status,
                seconds=0.0,
                origin=Origin(session=session),
            )
    seen = apart(workspace, load(workspace), FALL, (1, 2))
    assert [busy(each, FALL, Structure.VIRTUAL) for each in seen] == [frozenset(), moved]


def test_with_one_session_who_agreed_in_any_is_settled(workspace: Workspace) -> None:
    _, second = runs_of(workspace)
    agree(workspace, cohorts_of(second))
    settings = workspace.settings
    one = replace(workspace, settings=replace(settings, cohorts=replace(settings.cohorts, sessions=1)))
    term.form_cohorts(one, FALL)
    (run,) = runs_of(workspace)
    settled = {member for group in cohorts_of(second) for member in group}
    assert not {member.id for member in loaded_cohorts(run)[0].members} & settled


def make_room_and_pin(workspace: Workspace) -> tuple[str, str]:
    """Pin two who met in no session, in the second; who left its cohort for that waits."""
    first, second = runs_of(workspace)
    met = met_in(cohorts_of(first)) | met_in(cohorts_of(second)) | {("m0", "m4")}
    away = min(cohorts_of(second), key=sorted)
    gone, *stay = sorted(away)
    of_second = (workspace, FALL, RunKind.COHORTS)
    decisions.adjust(*of_second, ChangeKind.MOVE, gone, session=2, keep_it=True)
    for other in stay:
        for one in sorted(f"m{i}" for i in range(12) if f"m{i}" not in away):
            a, b = sorted((one, other))
            if (a, b) in met:
                continue
            looked = decisions.adjust(*of_second, ChangeKind.PIN, one, other, session=2)
            assert looked.done.endswith("together in session 2")
            if not looked.verdict.broken:
                decisions.adjust(*of_second, ChangeKind.PIN, one, other, session=2, keep_it=True)
                return a, b
    raise AssertionError("no such two")


def test_a_pin_holds_in_its_session_and_a_ban_in_all(workspace: Workspace) -> None:
    first, _ = runs_of(workspace)
    one, other = make_room_and_pin(workspace)
    kept = runs_of(workspace)
    assert kept[0].id == first.id  # nothing of the first session was touched
    assert (one, other) in met_in(cohorts_of(kept[1]))
    banned = next(pair for pair in sorted(met_in(cohorts_of(first))) if not {one, other} & {*pair})
    settings = workspace.settings
    keeping_apart = decisions.adjust(workspace, FALL, RunKind.COHORTS, ChangeKind.BAN, *banned)
    assert "session" not in keeping_apart.done
    decisions.adjust(workspace, FALL, RunKind.COHORTS, ChangeKind.BAN, *banned, keep_it=True)
    for sessions in (2, 3):
        cohorts = replace(settings.cohorts, sessions=sessions)
        term.form_cohorts(replace(workspace, settings=replace(settings, cohorts=cohorts)), FALL)
        now = runs_of(workspace)
        assert len(now) == sessions
        assert [run.origin.decisions.pins for run in now] == [(), ((one, other),), ()][:sessions]
        assert (one, other) in met_in(cohorts_of(now[1]))
        assert not any(banned in met_in(cohorts_of(run)) for run in now)
        assert all(replay(workspace, run.id) for run in now)


def test_where_several_sessions_could_be_meant_it_is_asked(workspace: Workspace) -> None:
    for change, other in ((ChangeKind.MOVE, ""), (ChangeKind.SWAP, "m2"), (ChangeKind.PIN, "m2")):
        with pytest.raises(InputError, match=r"places in sessions 1 and 2\. .*--session 1"):
            decisions.adjust(workspace, FALL, RunKind.COHORTS, change, "m1", other)
    away = decisions.adjust(
        workspace,
        FALL,
        RunKind.COHORTS,
        ChangeKind.BAN,
        *min(met_in(cohorts_of(runs_of(workspace)[1]))),
        session=2,
    )
    assert away.done.endswith("in session 2")
    with pytest.raises(InputError, match=r"no session 3\. There are 2 sessions"):
        decisions.adjust(workspace, FALL, RunKind.COHORTS, ChangeKind.MOVE, "m1", session=3)
    with pytest.raises(InputError, match="Cohort 1 is of session 1"):
        decisions.adjust(workspace, FALL, RunKind.COHORTS, ChangeKind.MOVE, "m1", to="1", session=2)


def test_who_has_a_place_in_one_session_alone_is_meant_there(workspace: Workspace) -> None:
    first, _ = runs_of(workspace)
    big = max(cohorts_of(first), key=len)
    for one in sorted(big):
        looked = decisions.adjust(workspace, FALL, RunKind.COHORTS, ChangeKind.MOVE, one, session=1)
        if not looked.verdict.broken:
            break
    decisions.adjust(workspace, FALL, RunKind.COHORTS, ChangeKind.MOVE, one, session=1, keep_it=True)
    ruling = decisions.adjust(workspace, FALL, RunKind.COHORTS, ChangeKind.MOVE, one)
    assert ruling.done.endswith("the waitlist in session 2")


def decided(run: Run, session: int, given: Decisions) -> Run:
    return replace(run, origin=Origin(way=Way.FORMED, session=session, decisions=given))


def test_decisions_are_handed_on_to_more_and_to_fewer_sessions(workspace: Workspace) -> None:
    run = runs_of(workspace)[0]
    one = decided(run, 1, Decisions(pins=(("a", "b"),), bans=(("c", "d"),), without=("z",)))
    two = decided(run, 2, Decisions(pins=(("c", "d"),), without=("z",)))
    assert decided_in([], 2) == [Decisions(), Decisions()]
    assert decided_in([one, two], 3) == [
        one.origin.decisions,
        two.origin.decisions,
        Decisions(bans=(("c", "d"),), without=("z",)),
    ]
    # The pin of the second session is a later word than the ban, which was of both.
    assert decided_in([one, two], 1) == [Decisions(pins=(("a", "b"), ("c", "d")), without=("z",))]
