"""Plans and what their rules cost as documents for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from matcher.domain import Term
from matcher.explain import Difference, Rules
from matcher.export.view import CohortView, Left, PairView, Proof, VisitView
from matcher.store import RunKind
from matcher.workflow.case import load
from matcher.workflow.keeping import current_or_raise
from matcher.workflow.plans import cohort_views, pair_views, visit_views
from matcher.workflow.shown import Shown
from matcher.workflow.workspace import Workspace

__all__ = [
    "CohortView",
    "Left",
    "MeetingView",
    "PairView",
    "Proof",
    "RuleShown",
    "RulesShown",
    "ShownPlan",
    "VisitView",
    "rules_document",
    "shown_plan",
]

MeetingView: TypeAlias = PairView | CohortView | VisitView
VIEWS: dict[RunKind, Callable[..., Any]] = {
    RunKind.PAIRS: pair_views,
    RunKind.COHORTS: cohort_views,
    RunKind.VISITS: visit_views,
}


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """A term's plan: ``proposals`` by the ids of who meets, with their reasons, who waits and why, and how
    good it is."""

    proposals: Mapping[frozenset[str], MeetingView]
    waitlist: tuple[Left, ...]
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class RuleShown:
    """A ``rule`` one looser: in words what is ``done`` and what comes of it, and what the best plan then has
    more."""

    rule: str
    done: str
    text: str
    gain: Difference


@dataclass(frozen=True, slots=True)
class RulesShown:
    """The rule that surely costs most first. ``untried`` is what the time was over for; ``solves`` counts the
    plans that were solved for it; ``cut_short``: the time ended some of the searches."""

    rules: tuple[RuleShown, ...]
    untried: tuple[str, ...]
    solves: int
    cut_short: bool


def shown_plan(workspace: Workspace, term: Term, kind: RunKind, *, staff: bool) -> ShownPlan:
    """A term's plan with its reasons. Confidential texts are withheld unless it is for ``staff``.

    Raises NotFoundError where nothing was formed.
    """
    runs = current_or_raise(workspace, kind, term)
    shown = Shown(workspace, load(workspace), term, staff)
    views, left, proofs = VIEWS[kind](shown, runs)
    meetings: dict[frozenset[str], MeetingView] = {}
    for each in views:
        meetings.setdefault(frozenset(_ids(each)), each)
    return ShownPlan(meetings, tuple(left), proofs[0] if proofs else None)


def rules_document(found: Rules) -> RulesShown:
    """What rules cost, without the plans that were solved for it."""
    return RulesShown(
        rules=tuple(RuleShown(each.rule, each.done, each.text, each.gain) for each in found.tried),
        untried=found.untried,
        solves=found.solves,
        cut_short=found.cut_short,
    )


def _ids(view: MeetingView) -> Sequence[str]:
    if isinstance(view, PairView):
        return view.a.id, view.b.id
    if isinstance(view, CohortView):
        return [each.id for each in view.members]
    return [view.host.id, *(each.id for each in view.visitors)]
