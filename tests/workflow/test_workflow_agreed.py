"""What was agreed to, kept apart or changed meanwhile is not undone by a change, a repair or a new plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from build_network import FALL, tiny
from matcher.domain import ExchangeStatus, Structure
from matcher.errors import ConflictError, InfeasibleError
from matcher.outcome import ChangeKind
from matcher.store import Run, RunKind
from matcher.workflow import decisions, keeping, repairing, term
from matcher.workflow.reading import loaded_cohorts, loaded_pairs
from matcher.workflow.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with tiny(tmp_path) as opened:
        yield opened


def of_sessions(workspace: Workspace, count: int) -> Workspace:
    settings = workspace.settings
    return replace(workspace, settings=replace(settings, cohorts=replace(settings.cohorts, sessions=count)))


def pairs_of(workspace: Workspace) -> list[tuple[str, str]]:
    (run,) = keeping.current_or_raise(workspace, RunKind.PAIRS, FALL)
    problem, solution = loaded_pairs(run)
    return [(problem.members[each.a].id, problem.members[each.b].id) for each in solution.pairs]


def cohorts_of(run: Run) -> set[frozenset[str]]:
    problem, solution = loaded_cohorts(run)
    return {frozenset(problem.members[i].id for i in each.members) for each in solution.cohorts}


def agree(workspace: Workspace, structure: Structure, ids: frozenset[str]) -> None:
    with workspace.store.write() as writing:
        (found,) = (
            each
            for each in writing.exchanges()
            if each.structure is structure and frozenset(each.member_ids) == ids
        )
        writing.put_exchanges([replace(found, status=ExchangeStatus.AGREED)])


def test_a_member_whom_a_ban_is_about_drops_out(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL)
    (mended,) = repairing.repair(workspace, FALL, RunKind.PAIRS, without=["m0"])
    assert mended.gone == ("Person 0",)


def test_what_was_agreed_is_not_changed_by_hand(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL)
    (a, b), (c, _) = pairs_of(workspace)[:2]
    assert not decisions.adjust(workspace, FALL, RunKind.PAIRS, ChangeKind.BAN, a, b).verdict.broken
    agree(workspace, Structure.ONE_TO_ONE, frozenset((a, b)))
    ruling = decisions.adjust(workspace, FALL, RunKind.PAIRS, ChangeKind.MOVE, c)
    assert not ruling.verdict.broken  # nobody of the two
    ruling = decisions.adjust(workspace, FALL, RunKind.PAIRS, ChangeKind.BAN, a, b)
    (sentence,) = ruling.verdict.broken
    assert sentence.endswith("have agreed to meet, and that stays.")
    assert ruling.unplaced == ()
    with pytest.raises(InfeasibleError, match="have agreed"):
        decisions.adjust(workspace, FALL, RunKind.PAIRS, ChangeKind.BAN, a, b, keep_it=True)


def test_a_pin_kept_while_somebody_forms_is_not_lost(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    term.form_pairs(workspace, FALL)
    (a, _), (c, _) = pairs_of(workspace)[:2]
    solve = term.solve_pairs

    def slow(*given: Any, **options: Any) -> Any:
        decisions.adjust(workspace, FALL, RunKind.PAIRS, ChangeKind.PIN, a, c, keep_it=True)
        return solve(*given, **options)

    monkeypatch.setattr(term, "solve_pairs", slow)
    with pytest.raises(ConflictError, match="changed meanwhile"):
        term.form_pairs(workspace, FALL)
    (run,) = keeping.current_or_raise(workspace, RunKind.PAIRS, FALL)
    assert run.origin.decisions.pins == ((min(a, c), max(a, c)),)


def test_one_who_forms_may_follow_another(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    solve = term.solve_visits
    monkeypatch.setattr(term, "solve_visits", lambda *given: (meanwhile(), solve(*given))[1])

    def meanwhile() -> None:
        monkeypatch.setattr(term, "solve_visits", solve)
        term.form_visits(workspace, FALL)

    term.form_visits(workspace, FALL)
    with workspace.store.read() as reading:
        assert len([run for run in reading.runs() if run.kind is RunKind.VISITS]) == 2


def test_a_change_of_another_session_meanwhile_is_not_lost(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    term.form_cohorts(of_sessions(workspace, 2), FALL)
    old = keeping.current_or_raise(workspace, RunKind.COHORTS, FALL)
    repairing.repair(workspace, FALL, RunKind.COHORTS, without=["m5"], keep_it=True)
    now = keeping.current_or_raise(workspace, RunKind.COHORTS, FALL)
    # Of the first session this one knows what is there now, of the second it does not.
    monkeypatch.setattr(decisions, "current_or_raise", lambda *_: (now[0], old[1]))
    one, other = sorted(next(iter(cohorts_of(now[0]))))[:2]
    apart = next(each for each in sorted(cohorts_of(now[0]), key=sorted) if one not in each)
    with pytest.raises(ConflictError, match=f"run {now[1].id}"):
        decisions.adjust(workspace, FALL, RunKind.COHORTS, ChangeKind.BAN, one, min(apart), keep_it=True)
    assert other != min(apart)


def test_a_ban_holds_in_all_sessions(workspace: Workspace) -> None:
    term.form_cohorts(of_sessions(workspace, 2), FALL)
    runs = keeping.current_or_raise(workspace, RunKind.COHORTS, FALL)
    for one, other in combinations([f"m{i}" for i in range(12)], 2):
        ruling = decisions.adjust(workspace, FALL, RunKind.COHORTS, ChangeKind.BAN, one, other)
        if ruling.unplaced:  # they share a cohort, which can do without one of them
            break
    else:
        raise AssertionError("no such two")
    assert ruling.verdict.placed_change == -1
    kept = decisions.adjust(workspace, FALL, RunKind.COHORTS, ChangeKind.BAN, one, other, keep_it=True)
    now = keeping.current_or_raise(workspace, RunKind.COHORTS, FALL)
    assert kept.kept == now[1].id
    assert [run.origin.of for run in now] == [run.id for run in runs]
    assert {run.origin.decisions.bans for run in now} == {((min(one, other), max(one, other)),)}
    assert not any({one, other} <= cohort for run in now for cohort in cohorts_of(run))


def test_who_agreed_is_not_gone_and_stays_in_the_other_session(workspace: Workspace) -> None:
    term.form_cohorts(of_sessions(workspace, 2), FALL)
    first, second = keeping.current_or_raise(workspace, RunKind.COHORTS, FALL)
    settled = min(cohorts_of(first) - cohorts_of(second), key=sorted)
    agree(workspace, Structure.VIRTUAL, settled)
    for _ in range(2):  # the second time the first session's plan is without the cohort
        one, other = repairing.repair(workspace, FALL, RunKind.COHORTS, keep_it=True)
        assert (one.gone, other.gone) == ((), ())
        assert (one.placed_before, other.placed_before) == (one.placed, 12)
        assert (one.changes, other.changes) == (0, 0)
        now = keeping.current_or_raise(workspace, RunKind.COHORTS, FALL)
        assert cohorts_of(now[0]) == cohorts_of(first) - {settled}
        assert cohorts_of(now[1]) == cohorts_of(second)
