"""A term's plans: looking at them, and changing them by hand. Who changes one says which version it saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from matcher.workflow import proposals
from matcher.workflow.decisions import Ruling, adjust
from matcher.workflow.documents import shown_plan
from matcher.workflow.listing import known_term
from matcher.workflow.repairing import Mended, repair
from service import showing
from service.api.shapes import Kind, NewChange, NewPublication, NewRepair, Plan, ProposalShown, Published
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


@router.get("/{kind}")
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
    told: Mapping[str, Any] = {"proposals": {}, "waitlist": [], "proof": None}
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
                shown=told["proposals"].get(frozenset(each.exchange.member_ids)),
            )
            for each in found
        ],
        waitlist=told["waitlist"],
        proof=told["proof"],
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


@router.post("/{kind}/repair")
def repair_plan(
    kind: Kind,
    service: Serving,
    caller: Changing,
    given: NewRepair,
    expected: Expected,
    term_name: InTerm = None,
) -> dict[str, list[dict[str, Any]]]:
    """Mend a plan for who is there now, with the fewest changes, or be told how. Kept, it needs If-Match."""
    workspace, term = in_the_name_of(service, caller), known_term(service.workspace, term_name)
    version = must_name_version(expected) if given.keep else None
    with telling_both(service, term, kind, version), service.thinking:
        mended: tuple[Mended, ...] = repair(
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
    return {"sessions": [asdict(each) for each in mended]}


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
