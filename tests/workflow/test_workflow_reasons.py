"""Reasons over several sessions, and the cohorts that a change gives another topic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from build_network import FALL, tiny
from matcher.cohorts.problem import Cohort, Solution
from matcher.optimize import Status
from matcher.store import RunKind
from matcher.workflow import keeping, reasons, term
from matcher.workflow.reading import loaded_cohorts
from matcher.workflow.verdicts import new_topics
from matcher.workflow.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Two sessions of cohorts, formed."""
    with tiny(tmp_path) as opened:
        cohorts = replace(opened.settings.cohorts, sessions=2, seconds=2.0)
        made = replace(opened, settings=replace(opened.settings, cohorts=cohorts))
        term.form_cohorts(made, FALL)
        yield made


def test_of_several_sessions_no_price_is_told(workspace: Workspace) -> None:
    shared, everybody = [], set[str]()
    for run in keeping.current_or_raise(workspace, RunKind.COHORTS, FALL):
        problem, solution = loaded_cohorts(run)
        groups = [{problem.members[i].id for i in each.members} for each in solution.cohorts]
        shared.append({pair for group in groups for pair in combinations(sorted(group), 2)})
        everybody = {member.id for member in problem.members}
    asked = {
        (once, twice): pair
        for pair in combinations(sorted(everybody), 2)
        for once, twice in [(pair in shared[0], pair in shared[1])]
    }
    assert {(True, False), (False, True)} & asked.keys()
    for together, pair in asked.items():
        told = reasons.why_two(workspace, FALL, *pair, kinds=(RunKind.COHORTS,)).plans
        assert [each.kind for each in told] == ["cohorts, session 1", "cohorts, session 2"]
        for here, each in zip(together, told, strict=True):
            text = " ".join(each.sentences)
            assert each.solves == 0
            assert ("They are together in cohort" in text) == here
            assert here or reasons.NO_PRICE in text or text.startswith("No plan can have")


def with_topics(*topics: str) -> Solution:
    cohorts = tuple(Cohort((i,), None, topic, "") for i, topic in enumerate(topics))
    return Solution(cohorts, (), 0, 0, 0, 0, 0.0, Status.OPTIMAL, 0.0)


def test_a_cohort_with_another_topic_is_named_by_its_number_in_the_list() -> None:
    before, after = (
        (with_topics("T01", "T02"), with_topics("T03")),
        (with_topics("T01", "T02"), with_topics("T02")),
    )
    assert new_topics(before, after, {"T02": "Turnover", "T03": "Reading"}) == (
        "The topic of cohort 3 is now 'Turnover', no longer 'Reading'.",
    )
    assert new_topics(before, before, {}) == ()
