"""From a draft to a meeting that was held: who may take which step, and what the members said.

A proposal is a draft until staff publish it. Then its members answer, each for itself. It is agreed once all
have accepted, and held or cancelled in the end. Who took a step, and when, is in the store's audit and, for
what members said, with their answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NoReturn

from matcher.answers import Answer, Said
from matcher.domain import Exchange, ExchangeStatus, Structure, Term
from matcher.errors import ConflictError, InputError, NotFoundError
from matcher.explain.words import counted
from matcher.store import Reading, RunKind, Writing
from matcher.workflow.asking import find_member
from matcher.workflow.inforce import as_planned, beside, seats
from matcher.workflow.keeping import (
    STRUCTURES,
    check_version,
    current_in,
    meeting,
    version_of,
)
from matcher.workflow.states import STATES, in_words
from matcher.workflow.workspace import Workspace


class Step(StrEnum):
    """What can happen to an exchange, as a sentence says it of one."""

    PUBLISH = "published"
    ANSWER = "answered"
    DECLINE = "declined"
    AGREE = "agreed"
    HOLD = "held"
    CANCEL = "cancelled"


#: Every step that is allowed: from which states, and to which. An answer that settles nothing changes none.
STEPS: dict[Step, tuple[frozenset[ExchangeStatus], ExchangeStatus]] = {
    Step.PUBLISH: (frozenset({ExchangeStatus.PROPOSED}), ExchangeStatus.PUBLISHED),
    Step.ANSWER: (frozenset({ExchangeStatus.PUBLISHED}), ExchangeStatus.PUBLISHED),
    Step.DECLINE: (frozenset({ExchangeStatus.PUBLISHED}), ExchangeStatus.DECLINED),
    Step.AGREE: (frozenset({ExchangeStatus.PUBLISHED}), ExchangeStatus.AGREED),
    Step.HOLD: (frozenset({ExchangeStatus.AGREED}), ExchangeStatus.HELD),
    Step.CANCEL: (frozenset({ExchangeStatus.PUBLISHED, ExchangeStatus.AGREED}), ExchangeStatus.CANCELLED),
}
KINDS = {structure: kind for kind, structure in STRUCTURES.items()}


@dataclass(frozen=True, slots=True)
class Proposal:
    """An exchange and what its members said to it. ``number`` is its place in the list that is shown of
    the term, None where it is not in it; ``state`` tells in words how it stands."""

    exchange: Exchange
    answers: tuple[Answer, ...]
    number: int | None
    state: str


def version(workspace: Workspace, term: Term, kind: RunKind) -> str:
    """The version of the term's plan of a kind: what those who change it say that they have seen."""
    with workspace.store.read() as reading:
        return version_of(reading, kind, term)


def proposals(workspace: Workspace, term: Term, kind: RunKind) -> tuple[Proposal, ...]:
    """What there is of a kind in the term, those of its plan first, in the order of its list."""
    with workspace.store.read() as reading:
        exchanges = _of(reading, term, kind)
        answers = reading.answers()
        order = _order(reading, term, kind)
    said: dict[str, list[Answer]] = {}
    for given in answers:
        said.setdefault(given.exchange_id, []).append(given)
    found = []
    for each in exchanges:
        own = tuple(said.get(each.id, ()))
        number = order.get(each.id, order.get(meeting(each)))
        found.append(Proposal(each, own, number, in_words(each, own)))
    last = max([0, *order.values()]) + 1
    return tuple(sorted(found, key=lambda one: (one.number or last, one.exchange.id)))


def publish(
    workspace: Workspace,
    term: Term,
    kind: RunKind,
    ids: Iterable[str] | None = None,
    *,
    expected: str | None = None,
) -> tuple[str, ...]:
    """Publish drafts of a kind, those with these ids or all there are: their members are asked from now on,
    and a plan that is formed anew keeps them. The ids of what was published.

    Raises NotFoundError where there is none with an id, or no draft at all, ConflictError where one is no
    draft any more or the plan is not of the version that is ``expected``; then none is published.
    """
    with workspace.store.write() as writing:
        check_version(writing, kind, term, expected)
        there = {each.id: each for each in _of(writing, term, kind)}
        if ids is None:
            meant = [each for each in there.values() if each.status in STEPS[Step.PUBLISH][0]]
            if not meant:
                raise NotFoundError(
                    f"There are no drafts of {kind.value} for the term '{term.name}'.",
                    cure=f"Form them first: matcher {kind.value}.",
                )
        else:
            meant = [there[one] if one in there else _unknown(one) for one in dict.fromkeys(ids)]
        for each in meant:
            _take(writing, Step.PUBLISH, each)
    return tuple(each.id for each in meant)


def answer(
    workspace: Workspace,
    exchange_id: str,
    member: str,
    said: Said,
    *,
    expected: str | None = None,
    now: datetime | None = None,
) -> Exchange:
    """Keep what a member (id, email or name) says to a published proposal; the exchange as it is then.

    It is agreed once all have accepted. It is declined where one of a pair, or the host of a visit, declines,
    or fewer than two would be left. Of a larger group staff say, with :func:`agree`, whether it meets without
    those who declined. A member may change its word until then. ``now`` (UTC) is when it was said.
    Raises InputError where the member takes no part in it, and otherwise as :func:`hold`.
    """
    with workspace.store.write() as writing:
        exchange = _found(writing, exchange_id, expected)
        _allowed(Step.ANSWER, exchange)
        members = writing.members()
        member_id = members[find_member(members, member)].id
        known = {each.member_id: each for each in writing.answers(exchange.id)}
        if member_id not in known or known[member_id].said is not said:
            given = Answer(exchange.id, member_id, said, now or datetime.now(UTC), workspace.store.actor)
            writing.put_answer(given)
            known[member_id] = given
        if all(one in known and known[one].said is Said.ACCEPTED for one in exchange.member_ids):
            return _take(writing, Step.AGREE, exchange)
        if _fails(exchange, {one for one, each in known.items() if each.said is Said.DECLINED}):
            return _take(writing, Step.DECLINE, exchange)
    return exchange


def agree(workspace: Workspace, exchange_id: str, *, expected: str | None = None) -> Exchange:
    """A group meets without those of it who declined: they leave it. All others have accepted.

    Raises ConflictError where somebody has not answered yet, and otherwise as :func:`hold`.
    """
    with workspace.store.write() as writing:
        exchange = _found(writing, exchange_id, expected)
        _allowed(Step.AGREE, exchange)
        said = {each.member_id: each.said for each in writing.answers(exchange.id)}
        silent = sum(one not in said for one in exchange.member_ids)
        if silent:
            raise ConflictError(
                f"Of {counted(len(exchange.member_ids), 'member')} {silent} did not answer yet.",
                cure="Enter what each of them said first.",
            )
        left = tuple(one for one in exchange.member_ids if said[one] is Said.ACCEPTED)
        return _take(writing, Step.AGREE, exchange, lambda agreed: replace(agreed, member_ids=left))


def hold(
    workspace: Workspace,
    exchange_id: str,
    *,
    on: date | None = None,
    expected: str | None = None,
    today: date | None = None,
) -> Exchange:
    """An agreed exchange was held, on a day where that is known: from now on its members have met.

    Raises NotFoundError where there is no such exchange, ConflictError where it is not in a state for this
    or the plan is not of the version that is ``expected``, InputError where ``on`` lies after ``today`` (in
    UTC).
    """
    if on is not None and on > (today or datetime.now(UTC).date()):
        raise InputError(f"{on} has not come yet.", cure="Say on which day it was held.")
    with workspace.store.write() as writing:
        exchange = _found(writing, exchange_id, expected)
        return _take(writing, Step.HOLD, exchange, lambda held: replace(held, held_on=on or held.held_on))


def cancel(workspace: Workspace, exchange_id: str, *, expected: str | None = None) -> Exchange:
    """A published or agreed exchange will not be: its members are free for others. Raises as :func:`hold`."""
    with workspace.store.write() as writing:
        return _take(writing, Step.CANCEL, _found(writing, exchange_id, expected))


def _allowed(step: Step, exchange: Exchange) -> None:
    """Raise ConflictError, with the state it is in, where an exchange cannot take a step."""
    before, _ = STEPS[step]
    if exchange.status not in before:
        needed = " or ".join(STATES[status] for status in ExchangeStatus if status in before)
        raise ConflictError(
            f"Exchange '{exchange.id}' is {STATES[exchange.status]}; nothing was changed.",
            cure=f"Only what is {needed} can be {step.value}.",
        )


def _take(
    writing: Writing,
    step: Step,
    exchange: Exchange,
    also: Callable[[Exchange], Exchange] = lambda exchange: exchange,
) -> Exchange:
    """The exchange after a step, which is kept. Raises ConflictError where it is not allowed."""
    _allowed(step, exchange)
    _, status = STEPS[step]
    after = also(replace(exchange, status=status))
    writing.set_exchange_status(exchange.id, status)  # by which the audit names the step
    if replace(after, status=exchange.status) != exchange:
        writing.put_exchanges([after])
    return after


def _fails(exchange: Exchange, declined: set[str]) -> bool:
    """Whether an exchange cannot be without those who declined."""
    first, *_ = exchange.member_ids
    host_declined = exchange.structure is Structure.PEER_HOSTED and first in declined
    pair = exchange.structure is Structure.ONE_TO_ONE and bool(declined)
    return host_declined or pair or len({*exchange.member_ids} - declined) < 2


def _of(reading: Reading, term: Term, kind: RunKind) -> tuple[Exchange, ...]:
    structure = STRUCTURES[kind]
    found = (each for each in reading.exchanges() if each.structure is structure)
    return tuple(each for each in found if each.term.name == term.name)


def _order(reading: Reading, term: Term, kind: RunKind) -> dict[object, int]:
    """The numbers as they are shown, by the ids of proposals and by what makes them a meeting.

    Raises InputError where another version of the program made the plan.
    """
    planned = [seat.proposal for run in current_in(reading, kind, term) for seat in seats(kind, term, run)]
    others = as_planned(reading, term, kind, beside(reading.exchanges(), term, kind, planned))
    order: dict[object, int] = {}
    for number, each in enumerate([*planned, *(seat.proposal for seat in others)], start=1):
        order.setdefault(each.id, number)
        order.setdefault(meeting(each), number)
    return order


def _found(reading: Reading, exchange_id: str, expected: str | None) -> Exchange:
    """The exchange with that id, in a plan of the version that is ``expected``."""
    found = next((each for each in reading.exchanges() if each.id == exchange_id), None)
    if found is None:
        _unknown(exchange_id)
    check_version(reading, KINDS[found.structure], found.term, expected)
    return found


def _unknown(exchange_id: str) -> NoReturn:
    raise NotFoundError(
        f"There is no exchange '{exchange_id}' here.", cure="Look at the list: matcher publish pairs"
    )
