"""What is shown and formed after the network has changed: by an import, by a decision, by time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from build_network import FALL, SUBJECTS, tiny
from matcher.cohorts.problem import Solution as CohortSolution
from matcher.domain import Exchange, ExchangeStatus, Member, Statement, StatementKind, Structure
from matcher.export import words
from matcher.store import RunKind
from matcher.workflow import asking, showing, term, topics
from matcher.workflow.case import load
from matcher.workflow.plans import JOINED, cohort_views
from matcher.workflow.shown import Shown
from matcher.workflow.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with tiny(tmp_path) as opened:
        yield opened


def in_term(workspace: Workspace, structure: Structure = Structure.ONE_TO_ONE) -> list[Exchange]:
    with workspace.store.read() as reading:
        return [each for each in reading.exchanges() if each.term == FALL and each.structure is structure]


def put(workspace: Workspace, *values: Exchange | Member | Statement) -> None:
    with workspace.store.write() as writing:
        writing.put_members([each for each in values if isinstance(each, Member)])
        writing.put_statements([each for each in values if isinstance(each, Statement)])
        writing.put_exchanges([each for each in values if isinstance(each, Exchange)])


def test_parts_are_shown_only_where_they_explain_the_score_of_the_plan(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL)
    put(workspace, Statement("c0", "m0", StatementKind.CHALLENGE, "roof repairs"))
    pairs = showing.term_view(workspace, FALL).pairs
    changed = [pair for pair in pairs if "m0" in (pair.a.id, pair.b.id)]
    assert [(pair.parts, pair.reasons) for pair in changed] == [((), ())]
    assert all(sum(part.weighed for part in pair.parts) == pair.affinity for pair in pairs if pair.parts)
    assert sum(bool(pair.parts) for pair in pairs) == 5


def test_who_joined_after_the_pairs_were_formed_is_not_left_out_in_silence(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL)
    put(
        workspace,
        Member("new", "New", "o1"),
        Member("visitor", "V", "o2", interests=(Structure.PEER_HOSTED,)),
    )
    left = showing.term_view(workspace, FALL).left
    assert [(each.person.id, each.reason) for each in left] == [("new", JOINED)]


@pytest.mark.parametrize(("bound", "proven"), [(150, True), (151, False)])
def test_a_total_in_hundredths_stays_proven_in_points(workspace: Workspace, bound: int, proven: bool) -> None:
    term.form_cohorts(workspace, FALL)
    with workspace.store.read() as reading:
        run = reading.latest_run(RunKind.COHORTS, FALL.name)
    assert run is not None
    solution = replace(CohortSolution.from_json(run.solution), objective=150, bound=bound)
    assert solution.placed == solution.placed_bound
    shown = Shown(workspace, load(workspace), FALL, staff=False)
    _, _, (proof,) = cohort_views(shown, [replace(run, solution=solution.to_json())])
    assert words.proven(proof) is proven


def test_a_pair_that_declined_is_not_proposed_again_in_the_same_term(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL)
    chosen = in_term(workspace)[0]
    put(workspace, replace(chosen, status=ExchangeStatus.DECLINED))
    term.form_pairs(workspace, FALL)
    proposed = [each.member_ids for each in in_term(workspace) if each.status is ExchangeStatus.PROPOSED]
    assert len(proposed) == 6  # everybody has another
    assert chosen.member_ids not in proposed


def test_a_decided_pair_is_known_whichever_of_the_two_a_file_names_first(workspace: Workspace) -> None:
    term.form_pairs(workspace, FALL)
    chosen = in_term(workspace)[0]
    agreed = replace(chosen, id="file", member_ids=chosen.member_ids[::-1], status=ExchangeStatus.AGREED)
    put(workspace, agreed)
    term.form_pairs(workspace, FALL)
    same = [each for each in in_term(workspace) if set(each.member_ids) == set(chosen.member_ids)]
    assert same == [agreed]


def test_to_decline_is_not_to_have_met(workspace: Workspace) -> None:
    def met() -> dict[str, bool]:
        return {each.person.id: each.met for each in asking.recommend(workspace, "m0", limit=20)}

    declined = Exchange("x", FALL, Structure.ONE_TO_ONE, ("m0", "m8"), ExchangeStatus.DECLINED)
    put(workspace, declined)
    assert met()["m8"] is False
    put(workspace, replace(declined, status=ExchangeStatus.HELD))
    assert met()["m8"] is True


def test_cohorts_know_the_topics_of_what_was_written_since_they_were_found(workspace: Workspace) -> None:
    fine = replace(workspace.settings.topics, granularity="fine")
    topics.find_topics(replace(workspace, settings=replace(workspace.settings, topics=fine)))
    put(workspace, Statement("c99", "m5", StatementKind.CHALLENGE, SUBJECTS[0]))
    term.form_cohorts(workspace, FALL)
    assert "c99" in load(workspace).topic_of()
    with workspace.store.read() as reading:
        run = reading.latest_run(RunKind.TOPICS)
    assert run is not None
    assert '"granularity":"fine"' in run.problem


def test_topics_that_still_hold_are_not_found_again(workspace: Workspace) -> None:
    for _ in range(2):
        term.form_cohorts(workspace, FALL)
    with workspace.store.read() as reading:
        assert [run.kind for run in reading.runs()].count(RunKind.TOPICS) == 1


def test_the_sheet_of_pairs_has_no_column_for_a_name(workspace: Workspace, tmp_path: Path) -> None:
    term.form_pairs(workspace, FALL)
    workbook, _ = showing.export(workspace, FALL, tmp_path / "out")
    header = [cell.value for cell in openpyxl.load_workbook(workbook)["Pairs"][1]]
    assert [text for text in header if text.endswith("(0 to 1000)")] == [
        "Affinity (0 to 1000)",
        "shared challenge (0 to 1000)",
        "help for A (0 to 1000)",
        "help for B (0 to 1000)",
        "context (0 to 1000)",
    ]
