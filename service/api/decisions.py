"""A term's plans: looking at them, and changing them by hand. Who changes one says which version it saw."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from matcher.workflow import proposals
from matcher.workflow.decisions import Ruling, adjust
from matcher.workflow.documents import ShownPlan, shown_plan
from matcher.workflow.listing import known_term
from matcher.workflow.repairing import repair
from service import showing
from service.api import examples
from service.api.examples import answered
from service.api.shapes import (
    Kind,
    NewChange,
    NewPublication,
    NewRepair,
    Plan,
    ProposalShown,
    Published,
    Repaired,
)
from service.auth import Caller
from service.deps import Expected, Needs, Serving, give_version, in_the_name_of
from service.rights import Operation
from service.seen import KINDS, lines, must_name_version, telling_both

router = APIRouter(prefix="/api/v1/proposals", tags=["proposals"])
InTerm = Annotated[
    str | None,
    Query(max_length=200, description="left out, the latest that something was formed for", alias="term"),
]
Seeing = Annotated[Caller, Depends(Needs(Operation.SEE_PLANS))]
Changing = Annotated[Caller, Depends(Needs(Operation.CHANGE_PLANS))]


@router.get("/{kind}", responses=answered(examples.PLAN))
def one_plan(
    kind: Kind,
    response: Response,
    service: Serving,
    caller: Seeing,
    term_name: InTerm = None,
    *,
    reasons: Annotated[bool, Query(description="with why, which takes longer")] = True,
) -> Plan:
    """A term's pairs, cohorts or visits, in the order of their list, and how each proposal stands."""
    workspace = service.workspace
    term = known_term(workspace, term_name)
    version = proposals.version(workspace, term, KINDS[kind])  # first: what follows may be newer, never older
    found = proposals.proposals(workspace, term, KINDS[kind])
    service.seen.remember(version, lines(found))
    told = ShownPlan({}, (), None)
    if reasons:
        with service.thinking:
            told = shown_plan(workspace, term, KINDS[kind], staff=True)
    give_version(response, version)
    return Plan(
        term=term.name,
        kind=kind,
        version=version,
        proposals=[
            ProposalShown(
                id=each.exchange.id,
                number=each.number,
                state=each.state,
                members=each.exchange.member_ids,
                answers=showing.answers(caller.account, each.answers),
                shown=told.proposals.get(frozenset(each.exchange.member_ids)),
            )
            for each in found
        ],
        waitlist=told.waitlist,
        proof=told.proof,
    )


@router.post("/{kind}/changes")
def change_plan(
    kind: Kind,
    service: Serving,
    caller: Changing,
    given: NewChange,
    expected: Expected,
    term_name: InTerm = None,
) -> Ruling:
    """Pin, ban, move or swap, or be told what that would do. Kept, it needs If-Match."""
    workspace, term = in_the_name_of(service, caller), known_term(service.workspace, term_name)
    version = must_name_version(expected) if given.keep else None
    with telling_both(service, term, kind, version):
        return adjust(
            workspace,
            term,
            KINDS[kind],
            given.change,
            given.one,
            given.other,
            given.to,
            session=given.session,
            keep_it=given.keep,
            by=caller.account.name,
            expected=version,
        )


@router.post("/{kind}/repair", responses=answered(examples.REPAIRED))
def repair_plan(
    kind: Kind,
    service: Serving,
    caller: Changing,
    given: NewRepair,
    expected: Expected,
    term_name: InTerm = None,
) -> Repaired:
    """Mend a plan for who is there now, with the fewest changes, or be told how. Kept, it needs If-Match."""
    workspace, term = in_the_name_of(service, caller), known_term(service.workspace, term_name)
    version = must_name_version(expected) if given.keep else None
    with telling_both(service, term, kind, version), service.thinking:
        mended = repair(
            workspace,
            term,
            KINDS[kind],
            without=given.without,
            back=given.back,
            release=given.release,
            confirmed=given.confirmed,
            most_changes=given.most_changes,
            keep_it=given.keep,
            by=caller.account.name,
            expected=version,
        )
    return Repaired(sessions=mended)


@router.post("/{kind}/publish")
def publish_plan(
    kind: Kind,
    service: Serving,
    caller: Changing,
    given: NewPublication,
    expected: Expected,
    term_name: InTerm = None,
) -> Published:
    """Publish drafts: their members are asked from now on. Needs If-Match."""
    workspace, term = in_the_name_of(service, caller), known_term(service.workspace, term_name)
    version = must_name_version(expected)
    with telling_both(service, term, kind, version):
        return Published(ids=proposals.publish(workspace, term, KINDS[kind], given.ids, expected=version))
