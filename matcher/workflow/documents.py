"""Plans and what their rules cost as documents for programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from matcher.domain import Term
from matcher.explain import Rules
from matcher.export.view import CohortView, PairView, VisitView
from matcher.store import RunKind
from matcher.workflow.case import load
from matcher.workflow.keeping import current_or_raise
from matcher.workflow.plans import cohort_views, pair_views, visit_views
from matcher.workflow.shown import Shown
from matcher.workflow.workspace import Workspace

VIEWS: dict[RunKind, Callable[..., Any]] = {
    RunKind.PAIRS: pair_views,
    RunKind.COHORTS: cohort_views,
    RunKind.VISITS: visit_views,
}


def shown_plan(workspace: Workspace, term: Term, kind: RunKind, *, staff: bool) -> dict[str, Any]:
    """A term's plan: ``proposals`` by the ids of who meets, with their reasons, ``waitlist`` and ``proof``.

    Confidential texts are withheld unless it is for ``staff``. Raises NotFoundError where nothing was formed.
    """
    runs = current_or_raise(workspace, kind, term)
    shown = Shown(workspace, load(workspace), term, staff)
    views, left, proofs = VIEWS[kind](shown, runs)
    meetings: dict[frozenset[str], dict[str, Any]] = {}
    for each in views:
        meetings.setdefault(frozenset(_ids(each)), asdict(each))
    return {
        "proposals": meetings,
        "waitlist": [asdict(each) for each in left],
        "proof": asdict(proofs[0]) if proofs else None,
    }


def rules_document(found: Rules) -> dict[str, Any]:
    """What rules cost, without the plans that were solved for it."""
    return {
        "rules": [
            {"rule": each.rule, "done": each.done, "text": each.text, "gain": asdict(each.gain)}
            for each in found.tried
        ],
        "untried": found.untried,
        "solves": found.solves,
        "cut_short": found.cut_short,
    }


def _ids(view: PairView | CohortView | VisitView) -> Sequence[str]:
    if isinstance(view, PairView):
        return view.a.id, view.b.id
    if isinstance(view, CohortView):
        return [each.id for each in view.members]
    return [view.host.id, *(each.id for each in view.visitors)]
