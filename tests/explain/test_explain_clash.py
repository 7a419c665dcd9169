"""An answer that the clock cut short is told as one: of each structure, and in the sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cohorts.build_cohorts import members
from matcher.cohorts import model as cohorts
from matcher.cohorts.problem import CohortRules
from matcher.cohorts.problem import Problem as CohortProblem
from matcher.errors import TimeLimitError
from matcher.explain import cohort_rules, pair_rules, visit_rules, why_infeasible, why_waiting
from matcher.explain.filtering import ways_out, ways_text
from matcher.explain.room import Cover, Step
from matcher.optimize import Limits
from matcher.pairing import model as pairs
from matcher.pairing.problem import Problem as PairProblem
from matcher.visits import model as visits
from matcher.visits.problem import Problem as VisitProblem
from matcher.watch import Watch
from pairing.build_pairs import member
from visits.build_visits import FREE, host, visitor

STOPPED = Watch(stop=lambda: True)
LIMITS = Limits(seconds=30)
IMPOSSIBLE = Cover(found=False, proven=True)
#: The third waits.
PAIRS = PairProblem((member("Ana"), member("Ben"), member("Cy")), ((0, 1, 80), (1, 2, 49)))
COHORTS = CohortProblem(
    members(3), ((0, 1, 80), (0, 2, 60)), rules=CohortRules(min_size=2, max_size=2, practice=False)
)
VISITS = VisitProblem(
    (host("Hal", seats=1),), (visitor("Ana"), visitor("Ben")), ((0, 0, 80), (1, 0, 49)), rules=FREE
)


def late(*_: object, **__: object) -> Any:
    raise TimeLimitError("No plan was found in the time given.", cure="Give it more.")


def open_cover(*_: object, **__: object) -> Cover:
    return Cover(found=False, proven=False, cut_short=True)


@pytest.mark.parametrize(
    ("rules", "problem", "model"),
    [(pair_rules, PAIRS, pairs), (cohort_rules, COHORTS, cohorts), (visit_rules, VISITS, visits)],
)
def test_a_search_that_was_ended_leaves_it_open(
    rules: Any, problem: Any, model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = model.solve(problem, LIMITS)
    monkeypatch.setattr(rules, "solve", late, raising=False)
    wanted = frozenset({*rules.seated(plan), *rules.waiting(plan)})
    answer = rules.cover(problem, plan, wanted, LIMITS, STOPPED, None)
    assert answer == Cover(found=False, proven=False, cut_short=True)


def test_what_the_time_left_open_is_said_and_the_next_question_still_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pair_rules, "cover", open_cover)
    found = why_waiting(PAIRS, pairs.solve(PAIRS), 2, limits=LIMITS)
    assert found.cut_short
    assert not found.proven
    # whether all rules together clash, and the one step there is
    assert found.solves == 2
    assert found.not_found == ("let Ben take 2 pairs",)
    assert found.sentences[-2:] == (
        "A place for Cy beside everybody who is placed now was not found within the time, even without "
        "1 rule that could be lifted.",
        "May help, but no plan was found within the time: let Ben take 2 pairs.",
    )


def test_pins_that_the_clock_left_open_are_no_clash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "solve", late)
    found = why_infeasible(replace(PAIRS, pins=((0, 1), (1, 2))), limits=LIMITS)
    assert found.cut_short
    assert not found.proven
    assert "within the time" in found.sentences[-1]


def test_a_step_that_was_not_asked_is_named_and_one_left_open_is_not_called_late() -> None:
    steps = [Step(name, f"do {name}", lambda problem: problem) for name in ("one", "two", "three")]
    answers = {"do one": None, "do two": Cover(found=False, proven=False)}
    told = ways_out(steps, lambda given: answers.get(given[0].words, IMPOSSIBLE), (0, 0), 1)
    assert ways_text(told) == (
        "Would not help alone: do three.",
        "May help, but no plan was found: do two.",
        "May help, but no plan was found within the time: do one.",
    )
