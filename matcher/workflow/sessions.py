"""Several sessions of cohorts: what was agreed to in one of them leaves the others as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matcher.domain import Structure, Term
from matcher.store import Reading, Run
from matcher.workflow.case import Case
from matcher.workflow.reading import loaded_cohorts
from matcher.workflow.workspace import Workspace


def apart(workspace: Workspace, case: Case, term: Term, runs: Sequence[Run]) -> list[Case]:
    """The case as each of ``runs``, one a session of cohorts, is to see it: without the term's cohorts that
    were planned for another session. Who agreed to one of these is free in this one."""
    with workspace.store.read() as reading:
        planned = [_planned(reading, run) for run in runs]
    cases = []
    for own in planned:
        others = frozenset().union(*planned) - own
        left = tuple(
            each
            for each in case.exchanges
            if each.term.name != term.name
            or each.structure is not Structure.VIRTUAL
            or frozenset(each.member_ids) not in others
        )
        cases.append(replace(case, exchanges=left))
    return cases


def _planned(reading: Reading, run: Run) -> frozenset[frozenset[str]]:
    """The members of each cohort that a session ever held, since it was formed: one that was agreed to is
    not planned again by a repair."""
    found: set[frozenset[str]] = set()
    step: Run | None = run
    while step is not None:
        problem, solution = loaded_cohorts(step)
        found |= {frozenset(problem.members[i].id for i in each.members) for each in solution.cohorts}
        step = None if step.origin.of is None else reading.run(step.origin.of)
    return frozenset(found)
