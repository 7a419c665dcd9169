"""A network's values as a caller may see them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from matcher.accounts import Account
from matcher.answers import Answer
from matcher.domain import Statement
from matcher.workflow import browsing
from matcher.workflow.browsing import Listed, Meeting
from matcher.workflow.calendar import Schedule
from matcher.workflow.workspace import Workspace
from service.api.shapes import AnswerShown, ExchangeShown, MemberShown, StatementShown
from service.rights import answers_for, is_staff, own_alone, reaches, sees_exchange, shown_to


def reached_by(workspace: Workspace, account: Account) -> frozenset[str]:
    """Ids of the members whose contact details an account sees, where it is no staff's."""
    own = own_alone(account)
    return reaches(account, browsing.with_accepted(workspace, own)) if own else frozenset()


def member(account: Account, listed: Listed, reached: Collection[str]) -> MemberShown:
    """A member that the account sees."""
    each, person = listed.member, shown_to(account, listed.person, reached)
    whole = answers_for(account, each.id)
    return MemberShown(
        id=each.id,
        name=person.name,
        role=person.role,
        organization_id=each.organization_id,
        organization=person.organization,
        state=person.state,
        place=person.place,
        host=each.host,
        seats=each.seats,
        email=person.email,
        timezone=each.timezone if whole else None,
        slots=[str(slot) for slot in each.slots] if whole else None,
        one_to_ones=each.one_to_ones if whole else None,
        interests=each.interests if whole else None,
        listed=each.listed if whole else None,
    )


def statement(each: Statement) -> StatementShown:
    """A statement that the account sees."""
    return StatementShown(
        id=each.id,
        member_id=each.member_id,
        kind=each.kind,
        text=each.text,
        confidential=each.confidential,
        set_aside=each.set_aside,
        submitted=each.submitted,
    )


def answers(account: Account, given: Sequence[Answer]) -> list[AnswerShown]:
    """What members said: all for staff, its own for a member."""
    return [
        AnswerShown(member_id=each.member_id, said=each.said.value, at=each.at)
        for each in given
        if is_staff(account) or answers_for(account, each.member_id)
    ]


def exchange(account: Account, meeting: Meeting, reached: Collection[str]) -> ExchangeShown:
    """An exchange that the account sees."""
    each = meeting.exchange
    return ExchangeShown(
        id=each.id,
        term=each.term.name,
        structure=each.structure,
        status=each.status,
        state=meeting.state,
        topic=each.topic,
        held_on=each.held_on,
        members=[member(account, one, reached) for one in meeting.people],
        answers=answers(account, meeting.answers),
    )


def schedule(account: Account, found: Schedule, reached: Collection[str]) -> Schedule:
    """A term's schedule with the exchanges that the account sees, and of those the addresses."""
    seen = (each for each in found.appointments if sees_exchange(account, each.exchange))
    return replace(
        found,
        appointments=tuple(
            replace(each, people=tuple(shown_to(account, one, reached) for one in each.people))
            for each in seen
        ),
        without=tuple(each for each in found.without if sees_exchange(account, each[0])),
    )
