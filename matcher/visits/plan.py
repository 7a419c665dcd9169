"""A plan being made: who is seated where, who is still free, and what one more event would add."""

from __future__ import annotations

import heapq
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from matcher.visits.days import day_of, event_on
from matcher.visits.offers import Table, hosting_cost
from matcher.visits.problem import Event


@dataclass(frozen=True, slots=True)
class Chance:
    """What opening a host on a day would add: ``gain`` in points, with ``takers`` seated.
    ``able``: how many could come, before seats. ``away``: its member visits elsewhere then."""

    gain: int
    takers: tuple[int, ...]
    able: int
    away: bool


class Plan:
    """Events under construction. Each change keeps every rule but the fewest visitors.

    ``day`` is an open host's day; ``seated`` its visitors with the value of each; ``busy`` a visitor's days.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.problem = table.problem
        self.day: dict[int, int] = {}
        self.seated: dict[int, dict[int, int]] = {}
        self.busy: defaultdict[int, set[int]] = defaultdict(set)

    def copy(self) -> Self:
        other = type(self)(self.table)
        other.day = dict(self.day)
        other.seated = {host: dict(seated) for host, seated in self.seated.items()}
        other.busy = defaultdict(set, {visitor: set(days) for visitor, days in self.busy.items()})
        return other

    def free(self, visitor: int, day: int) -> bool:
        """Whether a visitor can make one more visit, on that day."""
        busy = self.busy.get(visitor, ())
        return len(busy) < self.table.caps[visitor] and day not in busy and not self.hosting(visitor, day)

    def hosting(self, visitor: int, day: int) -> bool:
        """Whether the visitor's member hosts on that day."""
        host = self.table.hosts_as[visitor]
        return host is not None and self.day.get(host) == day

    def away(self, host: int, day: int) -> bool:
        """Whether the host's member visits elsewhere on that day."""
        visitor = self.table.visits_as[host]
        return visitor is not None and day in self.busy.get(visitor, ())

    def chance(self, host: int, day: int) -> Chance:
        """What opening a closed host on that day would add now."""
        able = [
            offer
            for offer in self.table.at.get(host, ())
            if day in offer.days and self.free(offer.visitor, day)
        ]
        takers = able[: self.problem.hosts[host].seats]
        gain = sum(offer.value for offer in takers) - hosting_cost(self.problem, host)
        return Chance(gain, tuple(offer.visitor for offer in takers), len(able), self.away(host, day))

    def open(self, host: int, day: int) -> None:
        self.day[host] = day
        self.seated[host] = {}

    def seat(self, visitor: int, host: int) -> None:
        self.seated[host][visitor] = self.table.of[visitor, host].value
        self.busy[visitor].add(self.day[host])

    def close(self, host: int) -> None:
        day = self.day.pop(host)
        for visitor in self.seated.pop(host):
            self.busy[visitor].discard(day)

    def worth(self, host: int) -> int:
        """Points that an open host's event adds."""
        return sum(self.seated[host].values()) - hosting_cost(self.problem, host)

    def value(self) -> int:
        return sum(self.worth(host) for host in self.day)

    def placed(self) -> int:
        """How many visitors have a visit."""
        return sum(bool(days) for days in self.busy.values())

    def events(self) -> tuple[Event, ...]:
        return tuple(event_on(host, self.day[host], self.seated[host]) for host in sorted(self.day))

    def fill(self) -> None:
        """Seat and open whatever still adds value, the most first, until nothing does.

        From a plan of the pins alone this is the greedy plan. Free seats of open hosts go first.
        """
        self._fill_seats()
        queue = [
            (-chance.gain, host, day)
            for host in sorted(self.table.at)
            for day in self.table.days[host]
            if host not in self.day and (chance := self._opening(host, day))
        ]
        heapq.heapify(queue)  # gains only fall as visitors are taken, so a stale top is looked at again
        while queue and len(self.day) < self.problem.rules.events:
            gain, host, day = heapq.heappop(queue)
            chance = self._opening(host, day) if host not in self.day else None
            if chance is None:
                continue
            if chance.gain < -gain:
                heapq.heappush(queue, (-chance.gain, host, day))
                continue
            self._hold(host, day, chance.takers)

    def scatter(self, seed: int) -> None:
        """Open hosts in a random order on random days, and seat random visitors there, as far as the
        rules allow: what a plan is worth that nobody thought about."""
        draw = random.Random(seed)  # noqa: S311 - a baseline, no secret
        hosts = [host for host in sorted(self.table.at) if host not in self.day and self.table.days[host]]
        draw.shuffle(hosts)
        for host in hosts:
            if len(self.day) >= self.problem.rules.events:
                return
            day = draw.choice(self.table.days[host])
            if self._opening(host, day) is None:
                continue
            able = [o for o in self.table.at[host] if day in o.days and self.free(o.visitor, day)]
            takers = draw.sample(able, min(len(able), self.problem.hosts[host].seats))
            if sum(offer.value for offer in takers) > hosting_cost(self.problem, host):
                self._hold(host, day, (offer.visitor for offer in takers))

    def keep(self, events: Iterable[Event]) -> None:
        """Add what is allowed of these events: at hosts that are open, their visitors; other hosts only
        where enough of theirs can still come, for more points than it costs."""
        for event in events:
            day = self.day.get(event.host, day_of(event))
            offers = [
                self.table.of[visitor, event.host]
                for visitor in event.visitors
                if (visitor, event.host) in self.table.of
            ]
            able = [
                offer
                for offer in sorted(offers, key=lambda offer: (-offer.value, offer.visitor))
                if day in offer.days and self.free(offer.visitor, day)
            ]
            if event.host in self.day:
                room = self.problem.hosts[event.host].seats - len(self.seated[event.host])
                for offer in able[:room]:
                    self.seat(offer.visitor, event.host)
                continue
            takers = able[: self.problem.hosts[event.host].seats]
            enough = len(takers) >= self.problem.rules.min_visitors
            gain = sum(offer.value for offer in takers) - hosting_cost(self.problem, event.host)
            room = len(self.day) < self.problem.rules.events
            suits = day in self.table.days[event.host] and not self.away(event.host, day)
            if enough and gain > 0 and room and suits:
                self._hold(event.host, day, (offer.visitor for offer in takers))

    def _hold(self, host: int, day: int, visitors: Iterable[int]) -> None:
        self.open(host, day)
        for visitor in visitors:
            self.seat(visitor, host)

    def _opening(self, host: int, day: int) -> Chance | None:
        chance = self.chance(host, day)
        enough = len(chance.takers) >= self.problem.rules.min_visitors
        return chance if enough and chance.gain > 0 and not chance.away else None

    def _fill_seats(self) -> None:
        wanted = sorted(
            (offer for host in self.day for offer in self.table.at.get(host, ())),
            key=lambda offer: (-offer.value, offer.visitor, offer.host),
        )
        for offer in wanted:
            day = self.day[offer.host]
            room = len(self.seated[offer.host]) < self.problem.hosts[offer.host].seats
            if room and offer.value > 0 and day in offer.days and self.free(offer.visitor, day):
                self.seat(offer.visitor, offer.host)
