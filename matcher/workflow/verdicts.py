"""What a change by hand does to a whole plan: its sessions together, and what was agreed to meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from matcher.cohorts.problem import VALUE_SCALE
from matcher.domain import ExchangeStatus, Term
from matcher.explain.words import listed
from matcher.outcome import Verdict
from matcher.store import RunKind
from matcher.workflow.keeping import Problem, Solution, agreed
from matcher.workflow.workspace import Workspace


def undone(
    workspace: Workspace,
    term: Term,
    before: Sequence[tuple[Problem, Solution]],
    after: Sequence[tuple[Problem, Solution]],
) -> list[str]:
    """A sentence for each meeting that was published, agreed to or held, and is in ``before`` but not in
    ``after``."""
    still = agreed(workspace, term, after)
    lost = [each for meeting, each in agreed(workspace, term, before).items() if meeting not in still]
    with workspace.store.read() as reading:
        names = {member.id: member.name for member in reading.members()}
    return [
        f"{listed(names.get(one, one) for one in each.member_ids)} "
        + ("were asked to meet" if each.status is ExchangeStatus.PUBLISHED else "have agreed to meet")
        + ", and that stays."
        for each in lost
    ]


def together(verdicts: Sequence[Verdict], undone: Sequence[str]) -> Verdict:
    """One verdict on a change in several sessions: the fewest placed and the worst-off of any, the total of
    all. ``undone`` are sentences beside the rules of the plans."""
    placed, worst = (min(each.placed for each in verdicts), min(each.worst or 0 for each in verdicts))
    nobody = all(each.worst is None for each in verdicts)
    return Verdict(
        broken=(*(text for each in verdicts for text in each.broken), *undone),
        placed=placed,
        placed_change=placed - min(each.placed - each.placed_change for each in verdicts),
        objective=sum(each.objective for each in verdicts),
        objective_change=sum(each.objective_change for each in verdicts),
        worst=None if nobody else worst,
        worst_change=worst - min((each.worst or 0) - each.worst_change for each in verdicts),
    )


def new_topics(
    before: Sequence[Solution], after: Sequence[Solution], labels: Mapping[str, str]
) -> tuple[str, ...]:
    """A sentence for each cohort that has another topic ``after`` a change, by its number in the list;
    ``labels`` of topics by id."""
    old, new = (
        [cohort for plan in plans for cohort in getattr(plan, "cohorts", ())] for plans in (before, after)
    )
    return tuple(
        f"The topic of cohort {number} is now '{labels.get(then.topic, then.topic)}', "
        f"no longer '{labels.get(now.topic, now.topic)}'."
        for number, (now, then) in enumerate(zip(old, new, strict=True), start=1)
        if now.topic != then.topic
    )


def in_points(kind: RunKind, verdict: Verdict) -> Verdict:
    """Totals of cohorts are kept in hundredths of a point."""
    if kind is not RunKind.COHORTS:
        return verdict
    return replace(
        verdict,
        objective=verdict.objective // VALUE_SCALE,
        objective_change=round(verdict.objective_change / VALUE_SCALE),
    )
