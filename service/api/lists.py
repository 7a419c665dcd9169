"""What the network holds: members, organizations, statements, topics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from matcher.domain import Organization
from matcher.errors import InputError
from matcher.workflow import browsing, directory, intake, topicviews
from matcher.workflow.topicviews import TopicDetail, TopicView
from matcher.workflow.workspace import Workspace
from service import showing
from service.api import examples
from service.api.examples import answered
from service.api.shapes import (
    Listing,
    Members,
    MemberShown,
    NewStatement,
    Organizations,
    Statements,
    StatementShown,
    Topics,
    TopicShown,
)
from service.auth import Caller
from service.deps import Needs, Repeated, Serving, created, in_the_name_of
from service.paging import Cursor, Few, after, page, part
from service.rights import Operation, answers_for, is_staff, own_alone, sees_member, sees_statement
from service.state import Service

router = APIRouter(prefix="/api/v1", tags=["network"])
Browsing = Annotated[Caller, Depends(Needs(Operation.SEE_MEMBERS))]
Reading = Annotated[Caller, Depends(Needs(Operation.SEE_STATEMENTS))]
Adding = Annotated[Caller, Depends(Needs(Operation.ADD_STATEMENTS))]
Topical = Annotated[Caller, Depends(Needs(Operation.SEE_TOPICS))]


@router.get("/members")
def list_members(service: Serving, caller: Browsing, cursor: Cursor = "", limit: Few = 50) -> Members:
    """Members by id: all for staff, for a member the directory and itself."""
    account = caller.account
    found = browsing.members(service.workspace, after(cursor), limit + 1, directory_of=own_alone(account))
    shown, following = part(found, lambda each: each.member.id, limit)
    reached = showing.reached_by(service.workspace, account)
    seen = [each for each in shown if sees_member(account, each.member)]
    return Members(members=[showing.member(account, each, reached) for each in seen], next=following)


@router.get("/members/{member_id}")
def one_member(member_id: str, service: Serving, caller: Browsing) -> MemberShown:
    """One member."""
    found = browsing.member(service.workspace, member_id)
    if not sees_member(caller.account, found.member):
        raise browsing.unknown("member", member_id)
    return showing.member(caller.account, found, showing.reached_by(service.workspace, caller.account))


@router.put("/members/{member_id}/listing")
def change_listing(
    member_id: str,
    service: Serving,
    given: Listing,
    caller: Annotated[Caller, Depends(Needs(Operation.CHANGE_LISTING))],
) -> MemberShown:
    """Enter the directory, or leave it: a member for itself, staff for whoever told them."""
    if not answers_for(caller.account, member_id):
        raise browsing.unknown("member", member_id)
    directory.enlist(in_the_name_of(service, caller), member_id, listed=given.listed)
    return one_member(member_id, service, caller)


@router.get("/organizations")
def list_organizations(
    service: Serving, caller: Browsing, cursor: Cursor = "", limit: Few = 50
) -> Organizations:
    """Organizations by id: all for staff, for a member those of whom it sees."""
    own = own_alone(caller.account)
    found = browsing.organizations(service.workspace, after(cursor), limit + 1, directory_of=own)
    shown, following = part(found, lambda each: each.id, limit)
    return Organizations(organizations=shown, next=following)


@router.get("/organizations/{organization_id}")
def one_organization(organization_id: str, service: Serving, caller: Browsing) -> Organization:
    """One organization."""
    own = own_alone(caller.account)
    return browsing.organization(service.workspace, organization_id, directory_of=own)


@router.get("/statements")
def list_statements(
    service: Serving,
    caller: Reading,
    member_id: Annotated[str | None, Query(max_length=200, description="only those of this member")] = None,
    cursor: Cursor = "",
    limit: Few = 50,
) -> Statements:
    """Statements by id: all for staff, its own for a member."""
    own = own_alone(caller.account)
    if own is not None and member_id not in (None, own):
        return Statements(statements=[], next="")
    wanted = member_id if own is None else own
    found = browsing.statements(service.workspace, after(cursor), limit + 1, member_id=wanted)
    shown, following = part(found, lambda each: each.id, limit)
    seen = [each for each in shown if sees_statement(caller.account, each)]
    return Statements(statements=[showing.statement(each) for each in seen], next=following)


@router.get("/statements/{statement_id}")
def one_statement(statement_id: str, service: Serving, caller: Reading) -> StatementShown:
    """One statement."""
    found = browsing.statement(service.workspace, statement_id)
    if not sees_statement(caller.account, found):
        raise browsing.unknown("statement", statement_id)
    return showing.statement(found)


@router.post("/statements", status_code=201, response_model=StatementShown)
def add_statement(service: Serving, caller: Adding, given: NewStatement, repeated: Repeated) -> Response:
    """Take a statement, and read it, so that it is found from now on. What was sent before counts once."""
    member_id = given.member_id or caller.account.member_id
    if member_id is None:
        raise InputError("Whose statement it is was not said.", cure="Name the member in member_id.")
    if not answers_for(caller.account, member_id):
        raise browsing.unknown("member", member_id)
    drafts = intake.read_drafts(service.workspace, {given.kind: given.text})

    def add(workspace: Workspace) -> StatementShown:
        (kept,) = intake.keep_drafts(
            workspace,
            browsing.member(workspace, member_id).member.id,
            drafts,
            confidential=given.confidential,
            submitted=service.clock().date().isoformat(),
        )
        return showing.statement(kept)

    return created(service, caller, repeated, add)


@router.get("/topics", responses=answered(examples.TOPICS))
def list_topics(service: Serving, caller: Topical, cursor: Cursor = "", limit: Few = 50) -> Topics:
    """The topics that were found last, by id. Sentences of members are for staff alone."""
    found = _topics(service, staff=is_staff(caller.account))
    shown, following = page(found, lambda each: each.id, cursor, limit)
    return Topics(topics=shown, next=following)


@router.get("/topics/{topic_id}", responses=answered(examples.TOPIC))
def one_topic(topic_id: str, service: Serving, caller: Topical) -> TopicDetail | TopicShown:
    """One topic; for staff with its statements, and what became of it."""
    for each in _topics(service, staff=is_staff(caller.account)):
        if each.id == topic_id:
            if not is_staff(caller.account):
                return TopicShown(topic=each)
            return topicviews.topic_detail(service.workspace, topic_id, staff=True)
    raise browsing.unknown("topic", topic_id)


def _topics(service: Service, *, staff: bool) -> Sequence[TopicView]:
    """The topics by id. To count their statements takes long, and is done once until they change."""
    if (told := _kept(service, staff=staff)) is not None:
        return told
    with service.thinking:
        if (told := _kept(service, staff=staff)) is not None:  # somebody before this one in the line
            return told
        last = browsing.last_change(service.workspace)
        found = topicviews.topic_views(service.workspace, staff=staff)
        shown = sorted(
            (each if staff else replace(each, examples=()) for each in found), key=lambda one: one.id
        )
        service.topics[staff] = (last, shown)
        return shown


def _kept(service: Service, *, staff: bool) -> Sequence[TopicView] | None:
    """The topics that were told last, where they are so yet."""
    last, told = service.topics.get(staff, (0, None))
    if told is None or (now := topicviews.topics_since(service.workspace, last)) is None:
        return None
    service.topics[staff] = (now, told)
    return told
