"""Reasons that can be checked. They are found by solving, so that each request has a time limit."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from matcher.workflow import documents, reasons
from matcher.workflow.listing import known_term
from service.api import examples
from service.api.decisions import InTerm
from service.api.examples import answered
from service.api.shapes import Kind
from service.deps import Needs, Serving
from service.rights import Operation
from service.seen import KINDS

router = APIRouter(
    prefix="/api/v1/explain", tags=["explain"], dependencies=[Depends(Needs(Operation.EXPLAIN))]
)
Named = Annotated[str, Query(min_length=1, max_length=300, description="a member: id, email or name")]
In = Annotated[list[Kind] | None, Query(alias="in", max_length=3, description="only in these plans")]
Seconds = Annotated[float, Query(ge=0.1, le=60, description="the time that it may take")]


@router.get("/why", responses=answered(examples.WHY_ONE))
def why_one(
    one: Named, service: Serving, kinds: In = None, term_name: InTerm = None, seconds: Seconds = 10
) -> reasons.One:
    """Where a member stands in the term's plans; where it waits, what clashes and what would make room."""
    term, chosen = known_term(service.workspace, term_name), _chosen(kinds)
    with service.thinking:
        return reasons.why_one(
            service.workspace, term, one, kinds=chosen, seconds=seconds / max(1, len(chosen))
        )


@router.get("/why-two", responses=answered(examples.WHY_TWO))
def why_two(
    one: Named,
    other: Named,
    service: Serving,
    kinds: In = None,
    term_name: InTerm = None,
    seconds: Seconds = 10,
) -> reasons.Two:
    """Why two members are matched, or why not and at what price."""
    term, chosen = known_term(service.workspace, term_name), _chosen(kinds)
    with service.thinking:
        return reasons.why_two(
            service.workspace,
            term,
            one,
            other,
            kinds=chosen,
            seconds=seconds / max(1, len(chosen)),
            staff=True,
        )


@router.get("/rules/{kind}", responses=answered(examples.RULES))
def what_rules_cost(
    kind: Kind, service: Serving, term_name: InTerm = None, seconds: Seconds = 10
) -> documents.RulesShown:
    """Each rule of a plan one looser, the one that costs most first."""
    term = known_term(service.workspace, term_name)
    with service.thinking:
        found = reasons.what_rules_cost(service.workspace, term, KINDS[kind], seconds=seconds)
    return documents.rules_document(found)


def _chosen(kinds: list[Kind] | None) -> tuple[Any, ...]:
    return tuple(KINDS[kind] for kind in dict.fromkeys(kinds or KINDS))
