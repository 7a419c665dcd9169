"""Forming a term: rules come from the store, proposals and runs go into it, and a run replays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from build_network import FALL, example, tiny
from matcher import config
from matcher.cohorts.check import violations as cohort_violations
from matcher.cohorts.problem import Problem as CohortProblem
from matcher.cohorts.problem import Solution as CohortSolution
from matcher.domain import Exchange, ExchangeStatus, Member, Structure, Term
from matcher.errors import InfeasibleError, InputError, NotFoundError
from matcher.optimize import Limits
from matcher.outcome import ChangeKind
from matcher.pairing.check import violations as pair_violations
from matcher.pairing.problem import Problem as PairProblem
from matcher.pairing.problem import Solution as PairSolution
from matcher.record import digest
from matcher.store import Decisions, RunKind
from matcher.taxonomy import load_taxonomy
from matcher.topics import texts_to_embed
from matcher.visits.check import violations as visit_violations
from matcher.visits.problem import Problem as VisitProblem
from matcher.visits.problem import Solution as VisitSolution
from matcher.workflow import decisions, keeping, repairing, term, topics
from matcher.workflow import replay as replaying
from matcher.workflow.replay import replay
from matcher.workflow.workspace import Workspace

EARLIER = Term("2025-26 spring", date(2026, 1, 12))


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with tiny(tmp_path) as opened:
        yield opened


def proposals(workspace: Workspace, structure: Structure) -> list[Exchange]:
    with workspace.store.read() as reading:
        return [
            each
            for each in reading.exchanges()
            if each.structure is structure and each.status is ExchangeStatus.PROPOSED
        ]


def meet(workspace: Workspace, structure: Structure, status: ExchangeStatus, *members: str) -> None:
    with workspace.store.write() as writing:
        writing.put_exchanges([Exchange("-".join(members), EARLIER, structure, members, status)])


def test_pairs_become_proposals_and_forming_again_replaces_them(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL)
    first = proposals(workspace, Structure.ONE_TO_ONE)
    term.form_pairs(workspace, FALL)
    assert proposals(workspace, Structure.ONE_TO_ONE) == first
    assert len(first) == 6
    assert {each.facilitator for each in first} == {"f"}


def test_a_ban_in_the_store_bars_a_pair(workspace: Workspace) -> None:
    for form in (term.form_pairs, term.form_cohorts, term.form_visits):
        form(workspace, FALL)
    together = {
        pair
        for structure in (Structure.ONE_TO_ONE, Structure.VIRTUAL)
        for each in proposals(workspace, structure)
        for pair in combinations(sorted(each.member_ids), 2)
    }
    assert together
    assert ("m0", "m4") not in together


@pytest.mark.parametrize(
    ("structure", "status", "barred"),
    [
        (Structure.VIRTUAL, ExchangeStatus.HELD, True),
        (Structure.PEER_HOSTED, ExchangeStatus.AGREED, True),
        (Structure.ONE_TO_ONE, ExchangeStatus.DECLINED, True),
        (Structure.ONE_TO_ONE, ExchangeStatus.CANCELLED, False),
    ],
)
def test_who_met_in_the_window_is_not_paired(
    workspace: Workspace, structure: Structure, status: ExchangeStatus, barred: bool
) -> None:
    term.form_pairs(workspace, FALL)
    met = proposals(workspace, Structure.ONE_TO_ONE)[0].member_ids
    meet(workspace, structure, status, *met)
    term.form_pairs(workspace, FALL)
    again = [each.member_ids for each in proposals(workspace, Structure.ONE_TO_ONE)]
    assert (met in again) is not barred


def test_a_silent_colleague_s_meeting_keeps_two_organizations_out_of_one_cohort(workspace: Workspace) -> None:
    silent = Member("quiet", "Quiet Colleague", "o1")
    with workspace.store.write() as writing:
        writing.put_members([silent])
    pairs = [f"m{i}" for i in range(12) if i != 1]
    for other in pairs:
        meet(workspace, Structure.VIRTUAL, ExchangeStatus.HELD, "quiet", other)
    (plan,) = term.form_cohorts(workspace, FALL)
    assert [reason for member, reason in plan.waitlist if member == 1]
    assert all("m1" not in each.member_ids for each in proposals(workspace, Structure.VIRTUAL))


def test_a_window_of_no_terms_bars_nobody(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL)
    met = proposals(workspace, Structure.ONE_TO_ONE)[0].member_ids
    meet(workspace, Structure.VIRTUAL, ExchangeStatus.HELD, *met)
    forgetful = replace(workspace, settings=replace(workspace.settings, ledger=config.Ledger(window=0)))
    term.form_pairs(forgetful, FALL)
    assert met in [each.member_ids for each in proposals(workspace, Structure.ONE_TO_ONE)]


def test_pairs_and_cohorts_of_one_term_bring_nobody_together_twice(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL)
    term.form_cohorts(workspace, FALL)
    pairs = {frozenset(each.member_ids) for each in proposals(workspace, Structure.ONE_TO_ONE)}
    cohorts = proposals(workspace, Structure.VIRTUAL)
    assert cohorts
    for cohort in cohorts:
        assert not pairs & {frozenset(pair) for pair in combinations(cohort.member_ids, 2)}


def test_a_decided_exchange_outlives_a_new_run(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL)
    chosen = proposals(workspace, Structure.ONE_TO_ONE)[0]
    agreed = replace(chosen, status=ExchangeStatus.AGREED)
    with workspace.store.write() as writing:
        writing.put_exchanges([agreed])
    term.form_pairs(workspace, FALL)
    with workspace.store.read() as reading:
        assert agreed in reading.exchanges()


def test_what_was_agreed_stays_in_the_plan_and_out_of_others(workspace: Workspace) -> None:
    def agree(structure: Structure, *members: str) -> None:
        found = Exchange(f"y{structure}", FALL, structure, members, ExchangeStatus.AGREED)
        with workspace.store.write() as writing:
            writing.put_exchanges([found])

    agree(Structure.ONE_TO_ONE, "m0", "m8")
    agree(Structure.VIRTUAL, "m1", "m2", "m3")
    agree(Structure.PEER_HOSTED, "m6", "m5")
    pairs = term.form_pairs(workspace, FALL)
    term.form_cohorts(workspace, FALL)
    term.form_visits(workspace, FALL)
    assert (0, 10) in {(each.a, each.b) for each in pairs.pairs}  # m8 stands at 10: ids are in text order
    for structure, taken in ((Structure.VIRTUAL, {"m1", "m2", "m3"}), (Structure.PEER_HOSTED, {"m5", "m6"})):
        again = proposals(workspace, structure)
        assert again
        assert not taken & {member for each in again for member in each.member_ids}
    assert not {"m0", "m8"} & {
        member for each in proposals(workspace, Structure.ONE_TO_ONE) for member in each.member_ids
    }


def test_a_pin_is_in_the_plan_whatever_was_wished_or_met(workspace: Workspace) -> None:
    meet(workspace, Structure.VIRTUAL, ExchangeStatus.HELD, "m1", "m2")
    term.form_pairs(workspace, FALL, pins=[("Person 2", "m1"), ("m2", "m3")])
    paired = {frozenset(each.member_ids) for each in proposals(workspace, Structure.ONE_TO_ONE)}
    assert {frozenset({"m1", "m2"}), frozenset({"m2", "m3"})} <= paired
    with pytest.raises(InfeasibleError, match="ban"):
        term.form_pairs(workspace, FALL, pins=[("m0", "m4")])
    with pytest.raises(NotFoundError, match="Nobody"):
        term.form_pairs(workspace, FALL, pins=[("m0", "Nobody")])


def test_a_run_keeps_its_problem_and_replays_to_the_same_answer(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL)
    term.form_cohorts(workspace, FALL)
    term.form_visits(workspace, FALL)
    with workspace.store.read() as reading:
        runs = [run for run in reading.runs() if run.kind is not RunKind.TOPICS]
        assert {run.kind for run in runs} == {RunKind.PAIRS, RunKind.COHORTS, RunKind.VISITS}
        assert all(run.input_hash == digest(reading.run(run.id).problem) for run in runs)
    assert all(replay(workspace, run.id) for run in runs)


def test_a_later_pin_takes_back_what_was_kept_apart_by_hand(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL, pins=[("m1", "m2")])
    decisions.adjust(workspace, FALL, RunKind.PAIRS, ChangeKind.BAN, "m5", "m10", keep_it=True)
    for pin in (("m10", "m5"), ("m5", "m10")):
        term.form_pairs(workspace, FALL, pins=[pin])
        paired = {frozenset(each.member_ids) for each in proposals(workspace, Structure.ONE_TO_ONE)}
        assert {frozenset({"m1", "m2"}), frozenset({"m5", "m10"})} <= paired
        (run,) = keeping.current_or_raise(workspace, RunKind.PAIRS, FALL)
        assert run.origin.decisions == Decisions(pins=(("m1", "m2"), ("m10", "m5")))


def test_a_replay_keeps_the_limits_that_the_run_was_solved_with(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = workspace.settings
    then = replace(
        settings, solver=config.Solver(seed=5, workers=2), visits=replace(settings.visits, seconds=11.0)
    )
    term.form_visits(replace(workspace, settings=then), FALL)
    repairing.repair(replace(workspace, settings=then), FALL, RunKind.VISITS, keep_it=True)
    with workspace.store.write() as writing:
        mended, formed = (writing.run(run.id) for run in writing.runs())
        old = writing.add_run(
            formed.kind,
            term=formed.term,
            seed=7,
            versions=formed.versions,
            problem=formed.problem,
            solution=formed.solution,
            status=formed.status,
            seconds=0.0,
        )
    asked: list[Limits] = []

    def solve(problem: VisitProblem, limits: Limits, _: object) -> VisitSolution:
        asked.append(limits)
        return VisitSolution.from_json(formed.solution)

    def repair(kind: RunKind, problem: VisitProblem, before: object, limits: Limits, _: object) -> Any:
        asked.append(limits)
        return SimpleNamespace(solution=VisitSolution.from_json(mended.solution))

    monkeypatch.setattr(replaying, "solve_visits", solve)
    monkeypatch.setattr(replaying, "again_from", repair)
    assert all(replay(workspace, run) for run in (formed.id, mended.id, old))
    kept = Limits(seconds=11.0, seed=5, workers=2)
    assert asked == [kept, kept, Limits(seconds=settings.visits.seconds, seed=7, workers=1)]
    known = [replaying.has_limits(workspace, run) for run in (formed.id, mended.id, old)]
    assert known == [True, True, False]


def test_replay_says_what_cannot_be_replayed(workspace: Workspace) -> None:
    topics.find_topics(workspace)
    with workspace.store.read() as reading:
        (run,) = reading.runs()
    with pytest.raises(InputError, match="Topics"):
        replay(workspace, run.id)
    with pytest.raises(NotFoundError):
        replay(workspace, run.id + 1)


def test_each_text_is_embedded_once(workspace: Workspace) -> None:
    topics.find_topics(workspace)
    asked = workspace.embedder.asked  # type: ignore[attr-defined]
    areas = texts_to_embed(load_taxonomy())
    assert asked == 4 + len(areas)  # distinct texts
    term.form_pairs(workspace, FALL)
    assert workspace.embedder.asked == asked  # type: ignore[attr-defined]


def test_the_term_is_the_latest_open_one_or_has_to_be_named(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="No term is open"):
        term.choose_term(workspace)
    with pytest.raises(InputError, match="--start"):
        term.choose_term(workspace, "2026-27 fall")
    assert term.choose_term(workspace, FALL.name, FALL.start) == FALL
    with pytest.raises(InputError, match="No term is open"):
        term.choose_term(workspace)  # naming a term does not keep it: forming does
    term.form_pairs(workspace, FALL)
    assert term.choose_term(workspace) == FALL
    meet(workspace, Structure.VIRTUAL, ExchangeStatus.HELD, "m1", "m2")
    assert term.choose_term(workspace) == FALL
    with pytest.raises(InputError, match="starts on 2026-09-14"):
        term.choose_term(workspace, FALL.name, date(2026, 9, 15))


def test_an_empty_network_says_what_to_import(tmp_path: Path) -> None:
    with tiny(tmp_path, members=0) as empty, pytest.raises(InputError, match="Import a roster"):
        term.form_pairs(empty, FALL)


@pytest.mark.model
def test_no_rule_is_broken_on_the_example_network(tmp_path: Path) -> None:
    with example(tmp_path) as workspace:
        pairs = term.form_pairs(workspace, FALL)
        term.form_cohorts(workspace, FALL)
        visits = term.form_visits(workspace, FALL)
        with workspace.store.read() as reading:
            kept = {
                kind: reading.latest_run(kind, FALL.name) for kind in RunKind if kind is not RunKind.TOPICS
            }
    run = {kind: found for kind, found in kept.items() if found is not None}
    assert len(run) == 3
    for kind, problem, solution, violations in (
        (RunKind.PAIRS, PairProblem, PairSolution, pair_violations),
        (RunKind.COHORTS, CohortProblem, CohortSolution, cohort_violations),
        (RunKind.VISITS, VisitProblem, VisitSolution, visit_violations),
    ):
        found = violations(problem.from_json(run[kind].problem), solution.from_json(run[kind].solution))
        assert found == []
    assert pairs.objective == pairs.bound
    assert pairs.placed == pairs.placed_bound
    assert visits.objective == visits.bound
