"""A plan being made: who is seated where, who is still free, and what one more event would add."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matcher.visits.offers import Offer, hosting_cost, most_visits
from matcher.visits.problem import Event, Problem, weekdays


@dataclass(frozen=True, slots=True)
class Chance:
    """What opening a host on a weekday would add: ``gain`` in points, with ``takers`` seated.
    ``able``: how many could come, before seats. ``away``: its member visits elsewhere then."""

    gain: int
    takers: tuple[int, ...]
    able: int
    away: bool


def by_host(offers: Iterable[Offer]) -> dict[int, list[Offer]]:
    """Each host's offers, the most value first."""
    listed: defaultdict[int, list[Offer]] = defaultdict(list)
    for offer in sorted(offers, key=lambda offer: (-offer.value, offer.visitor)):
        listed[offer.host].append(offer)
    return dict(listed)


class Plan:
    """Events under construction. Each change keeps every rule but the fewest visitors.

    ``offers_at`` is given by :func:`by_host`. ``day`` is an open host's weekday; ``seated`` its
    visitors with the value of each; ``busy`` a visitor's weekdays.
    """

    def __init__(self, problem: Problem, offers_at: Mapping[int, list[Offer]]) -> None:
        self.problem = problem
        self.day: dict[int, int] = {}
        self.seated: dict[int, dict[int, int]] = {}
        self.busy: defaultdict[int, set[int]] = defaultdict(set)
        self.offers_at = offers_at
        host_of = {host.id: index for index, host in enumerate(problem.hosts)}
        self._hosts_as = [host_of.get(visitor.id) for visitor in problem.visitors]
        visitor_of = {visitor.id: index for index, visitor in enumerate(problem.visitors)}
        self._visits_as = [visitor_of.get(host.id) for host in problem.hosts]

    def free(self, visitor: int, day: int) -> bool:
        """Whether a visitor can make one more visit, on that weekday."""
        busy = self.busy[visitor]
        if len(busy) >= most_visits(self.problem, visitor) or day in busy:
            return False
        return not self.hosting(visitor, day)

    def hosting(self, visitor: int, day: int) -> bool:
        """Whether the visitor's member hosts on that weekday."""
        host = self._hosts_as[visitor]
        return host is not None and self.day.get(host) == day

    def away(self, host: int, day: int) -> bool:
        """Whether the host's member visits elsewhere on that weekday."""
        visitor = self._visits_as[host]
        return visitor is not None and day in self.busy[visitor]

    def chance(self, host: int, day: int) -> Chance:
        """What opening a closed host on that weekday would add now."""
        able = [
            offer
            for offer in self.offers_at.get(host, ())
            if day in offer.days and self.free(offer.visitor, day)
        ]
        takers = able[: self.problem.hosts[host].seats]
        gain = sum(offer.value for offer in takers) - hosting_cost(self.problem, host)
        return Chance(gain, tuple(offer.visitor for offer in takers), len(able), self.away(host, day))

    def open(self, host: int, day: int) -> None:
        self.day[host] = day
        self.seated[host] = {}

    def seat(self, visitor: int, host: int, value: int) -> None:
        self.seated[host][visitor] = value
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

    def events(self) -> tuple[Event, ...]:
        return tuple(
            Event(host, self.day[host], tuple(sorted(self.seated[host]))) for host in sorted(self.day)
        )

    def fill(self) -> None:
        """Seat and open whatever still adds value, the most first, until nothing does.

        From an empty plan this is the greedy plan. Free seats of open hosts go first.
        """
        self._fill_seats()
        queue = [
            (-chance.gain, host, day)
            for host in sorted(self.offers_at)
            for day in weekdays(self.problem.hosts[host])
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
            self.open(host, day)
            values = {offer.visitor: offer.value for offer in self.offers_at[host]}
            for visitor in chance.takers:
                self.seat(visitor, host, values[visitor])

    def _opening(self, host: int, day: int) -> Chance | None:
        chance = self.chance(host, day)
        enough = len(chance.takers) >= self.problem.rules.min_visitors
        return chance if enough and chance.gain > 0 and not chance.away else None

    def _fill_seats(self) -> None:
        wanted = sorted(
            (offer for host in self.day for offer in self.offers_at[host]),
            key=lambda offer: (-offer.value, offer.visitor, offer.host),
        )
        for offer in wanted:
            day = self.day[offer.host]
            room = len(self.seated[offer.host]) < self.problem.hosts[offer.host].seats
            if room and day in offer.days and self.free(offer.visitor, day):
                self.seat(offer.visitor, offer.host, offer.value)
