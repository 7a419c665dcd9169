"""What speaks for a host beside its practice: how its earlier visits went, and seats that are left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from matcher.domain import Exchange, ExchangeStatus, Member, NextStep, Structure, Term

#: What the best record adds to the chance of a practice, and the worst takes from it.
RECORD = 0.1
#: Next steps from which more make no difference.
_STEPS = 4


@dataclass(frozen=True, slots=True)
class Record:
    """A host's visits that were held, and that were declined or cancelled; next steps that came of them;
    its seats, and how many of them agreed visitors of the term have."""

    held: int = 0
    fell_through: int = 0
    next_steps: int = 0
    seats: int = 0
    taken: int = 0

    @property
    def seats_left(self) -> int:
        return max(0, self.seats - self.taken)

    @property
    def worth(self) -> float:
        """-RECORD to RECORD; 0 for a host without a past. A single visit moves it by a third at most."""
        kept = (self.held + 1) / (self.held + self.fell_through + 2) - 0.5
        steps = 0.5 * min(self.next_steps, _STEPS) / _STEPS
        return RECORD * max(-1.0, min(1.0, 2 * kept * (1 - steps) + steps))

    def told(self) -> tuple[str, ...]:
        """The record in words."""
        ended = self.held + self.fell_through
        parts = []
        if ended:
            parts.append(f"hosted {self.held} of {ended} planned {'visit' if ended == 1 else 'visits'}")
        if self.next_steps:
            came = "step" if self.next_steps == 1 else "steps"
            parts.append(f"{self.next_steps} next {came} came of them")
        if self.seats_left:
            parts.append(f"{self.seats_left} of {self.seats} {'seat' if self.seats == 1 else 'seats'} left")
        else:
            parts.append("no seats left")
        return tuple(parts)


def records(
    members: Iterable[Member], exchanges: Iterable[Exchange], steps: Iterable[NextStep], term: Term | None
) -> dict[str, Record]:
    """The record of every member that would host, by id. Seats are counted for ``term``; without one all
    are left."""
    found = {each.id: Record(seats=each.seats) for each in members if each.host}
    host_of: dict[str, str] = {}
    for visit in exchanges:
        if visit.structure is not Structure.PEER_HOSTED or visit.member_ids[0] not in found:
            continue
        host = visit.member_ids[0]
        record = found[host]
        if visit.status is ExchangeStatus.HELD:
            host_of[visit.id] = host
            found[host] = replace(record, held=record.held + 1)
        elif visit.status in (ExchangeStatus.DECLINED, ExchangeStatus.CANCELLED):
            found[host] = replace(record, fell_through=record.fell_through + 1)
        elif visit.status is ExchangeStatus.AGREED and term is not None and visit.term.name == term.name:
            found[host] = replace(record, taken=record.taken + len(visit.member_ids) - 1)
    for step in steps:
        if step.exchange_id in host_of:
            host = host_of[step.exchange_id]
            found[host] = replace(found[host], next_steps=found[host].next_steps + 1)
    return found


def standing(chance: float, record: Record) -> tuple[bool, float]:
    """What hosts are ranked by, the highest first: a seat that is left, then the chance of the practice
    with what the record adds."""
    return record.seats_left > 0, chance + record.worth
