"""Questions: who works on something."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from matcher.workflow import asking, browsing
from service.api.shapes import Recommendations
from service.auth import Caller
from service.deps import Needs, Serving
from service.rights import Operation, answers_for, is_staff, shown_to
from service.showing import reached_by

router = APIRouter(prefix="/api/v1", tags=["search"])


@router.get("/search")
def search(
    q: Annotated[str, Query(max_length=500, description="a question or a few words")],
    service: Serving,
    caller: Annotated[Caller, Depends(Needs(Operation.SEARCH))],
    *,
    hosts: bool = False,
    state: Annotated[list[str] | None, Query()] = None,
    without: Annotated[list[str] | None, Query(description="filters not to read in it")] = None,
    as_typed: bool = False,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> asking.Found:
    """Members by the chance that what they wrote answers, best first, and how the question was read. Staff
    search everything, members what those in the directory wrote openly."""
    filters = asking.filters_from(states=tuple(state or ()), hosts=hosts)
    with service.desks.asked(staff=is_staff(caller.account)) as desk:
        found = desk.ask(q, filters, limit=limit, as_typed=as_typed, without=tuple(without or ()))
    return replace(found, answers=_seen(caller, found.answers), nearest=_seen(caller, found.nearest))


@router.get("/members/{member_id}/recommendations")
def recommendations(
    member_id: str,
    service: Serving,
    caller: Annotated[Caller, Depends(Needs(Operation.RECOMMEND))],
    *,
    state: Annotated[list[str] | None, Query()] = None,
    hosts: bool = False,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Recommendations:
    """Whom a member gains most from, best first. A member asks for itself, and is told of the directory."""
    staff = is_staff(caller.account)
    if not answers_for(caller.account, member_id):
        raise browsing.unknown("member", member_id)
    known = browsing.member(service.workspace, member_id).member
    filters = asking.filters_from(states=tuple(state or ()), hosts=hosts)
    with service.thinking:
        found = asking.recommend(
            service.workspace, known.id, filters, limit=limit, staff=staff, directory=not staff
        )
    reached = reached_by(service.workspace, caller.account)
    told = [replace(each, person=shown_to(caller.account, each.person, reached)) for each in found]
    return Recommendations(recommendations=told)


def _seen(caller: Caller, answers: tuple[asking.Answer, ...]) -> tuple[asking.Answer, ...]:
    # An address is for those who agreed to meet, and to be found is not to agree.
    return tuple(replace(each, person=shown_to(caller.account, each.person, ())) for each in answers)
