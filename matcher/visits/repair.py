"""A plan of visits mended after people dropped out or arrived, with the fewest changes."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from matcher.errors import InfeasibleError, InputError, TimeLimitError
from matcher.optimize import Limits, log_solve
from matcher.outcome import Moved, Option
from matcher.visits import check, programme
from matcher.visits.days import day_of
from matcher.visits.grid import SCALE, Grid, lay_out, spread
from matcher.visits.model import hold_pins
from matcher.visits.offers import Table, tabulate
from matcher.visits.pins import refuse
from matcher.visits.plan import Plan
from matcher.visits.problem import Event, Problem, Solution
from matcher.visits.programme import Programme
from matcher.visits.relax import tighten
from matcher.visits.report import report
from matcher.visits.seating import resume
from matcher.watch import Watch

#: Most options that are looked for.
_OPTIONS = 3
#: The work planned for each aim, in CP-SAT's deterministic time for each second of the limit.
_WORK_A_SECOND = 0.2
_BOUND_SHARE = 0.2
_LEAST_SECONDS = 0.05
#: The aims, by the names that a watch is told.
_KEPT, _PLACED, _VALUE = "changes", "placed", "value"


@dataclass(frozen=True, slots=True)
class Repaired:
    """The mended plan; its ``bound`` is on every plan of the problem, however much it changes.

    ``changes``: earlier seats (visitor, host, day) that are not kept. ``moved``: every visitor whose visits
    are not those of before, with its hosts before and after; who had none has no ``before``. ``options``
    place more for more changes. ``proven``: no repair is better by the rule of repair.
    """

    solution: Solution
    moved: tuple[Moved, ...]
    changes: int
    options: tuple[Option, ...]
    proven: bool


def repair(
    problem: Problem,
    before: tuple[Event, ...],
    *,
    confirmed: Collection[int] = (),
    most_changes: int | None = None,
    limits: Limits | None = None,
    watch: Watch | None = None,
) -> Repaired:
    """The plan with the fewest changes, of those the one that places most visitors, of those the best.

    ``before`` is the earlier plan in indices of ``problem``, without those who dropped out; ``confirmed``
    are indices into it of events that stay as they are, with their visitors and nobody else, whatever it
    costs. With ``most_changes`` most placed comes first, then value, with at most so many changes.

    Raises InputError where ``before`` or ``confirmed`` names what is not there; InfeasibleError where a
    confirmed event breaks a rule, where the pins cannot be held, or where more changes than allowed are
    needed; TimeLimitError where the clock or the ``watch`` ends it before any such repair is known.
    """
    started = time.perf_counter()
    limits = limits or Limits()
    _check_before(problem, before, confirmed)
    fixed = _confirm(problem, before, confirmed)
    table = tabulate(fixed)
    refuse(table)
    watch = watch or Watch()
    pinned = hold_pins(table, limits, watch, before)
    mending = _Mending(table, before, pinned, limits, watch, started)
    plan, options = mending.run(most_changes)
    changes = mending.seats - mending.kept(plan)
    solution = mending.solution(problem, plan)
    sizes = {"hosts": len(problem.hosts), "visitors": len(problem.visitors), "changes": changes}
    log_solve(
        "visits repair", sizes, objective=solution.objective, bound=solution.bound, seconds=solution.seconds
    )
    return Repaired(solution, moved(before, solution.events), changes, options, mending.proven)


def moved(before: Iterable[Event], after: Iterable[Event]) -> tuple[Moved, ...]:
    """Every visitor whose visits (host and day) are not the same, ascending."""
    visits: tuple[defaultdict[int, set[tuple[int, int]]], ...] = defaultdict(set), defaultdict(set)
    for events, listed in zip((before, after), visits, strict=True):
        for event in events:
            for visitor in event.visitors:
                listed[visitor].add((event.host, day_of(event)))
    earlier, later = visits
    return tuple(
        Moved(visitor, *(tuple(sorted(host for host, _ in each[visitor])) for each in visits))
        for visitor in sorted({*earlier, *later})
        if earlier[visitor] != later[visitor]
    )


class _Mending:
    """The search for a repair: aims one after another on one programme."""

    def __init__(
        self,
        table: Table,
        before: tuple[Event, ...],
        pinned: Plan,
        limits: Limits,
        watch: Watch,
        started: float,
    ) -> None:
        self.table, self.limits, self.watch, self.started = table, limits, watch, started
        self.before = {(event.host, day_of(event), visitor) for event in before for visitor in event.visitors}
        self.seats = len(self.before)
        self.start = resume(pinned, before)
        self.cut, self.proven = False, True

    def kept(self, plan: Plan) -> int:
        """How many of the earlier seats a plan keeps."""
        return sum(plan.day.get(host) == day and v in plan.seated[host] for host, day, v in self.before)

    def run(self, most_changes: int | None) -> tuple[Plan, tuple[Option, ...]]:
        """The repair, and what places more for more changes."""
        grid = lay_out(self.table, spread(self.table))
        if most_changes is not None:
            return self._within(grid, most_changes), ()
        if grid is None:
            return self.start, ()
        found = self._best(grid, (_KEPT, _PLACED, _VALUE)) or self.start
        # Cut short it may be worse than what it began from.
        plan = max((found, self.start), key=lambda each: (self.kept(each), each.placed(), each.value()))
        proven, options = self.proven, list[Option]()
        most = plan.placed()
        while len(options) < _OPTIONS and not self._over():
            other = self._best(grid, (_KEPT, _PLACED, _VALUE), placed=most + 1)
            if other is None:
                break
            most = other.placed()
            options.append(Option(self.seats - self.kept(other), most, other.value()))
        self.proven = proven
        return plan, tuple(options)

    def solution(self, problem: Problem, plan: Plan) -> Solution:
        """The plan as a solution of ``problem``, with a bound on every plan of it."""
        table = tabulate(problem)
        true = Plan(table)
        for event in plan.events():
            true.open(event.host, day_of(event))
            for visitor in event.visitors:
                true.seat(visitor, event.host)
        value = true.value()
        grid = lay_out(table, spread(table))
        bound = value
        if grid is not None:
            relaxed = tighten(grid, lambda _: value, lambda: self._over(1 + _BOUND_SHARE), lambda *_: None)
            bound = max(value, grid.base + relaxed.bound // SCALE)
        return report(
            table, true, bound=bound, seconds=time.perf_counter() - self.started, cut_short=self.cut
        )

    def _within(self, grid: Grid | None, most_changes: int) -> Plan:
        plan = self._best(grid, (_PLACED, _VALUE), kept=self.seats - most_changes) if grid else None
        if plan is not None:
            return plan
        if self.seats - self.kept(self.start) <= most_changes:
            return self.start
        fewest = self._best(grid, (_KEPT,)) if grid else self.start
        needed = self.seats - self.kept(fewest) if fewest else 0
        if fewest and needed <= most_changes:
            return fewest
        if needed <= most_changes or not self.proven:
            when = "before it was stopped" if self.watch.stopped() else f"in {self.limits.seconds:g} s"
            raise TimeLimitError(
                f"No repair with at most {most_changes} changes was found {when}.",
                cure="Give it more time, or allow more changes.",
            )
        raise InfeasibleError(
            f"At most {most_changes} changes are allowed, and {needed} are needed.",
            cure=f"Allow {needed} changes, or confirm fewer visits.",
        )

    def _best(self, grid: Grid, aims: tuple[str, ...], *, kept: int = 0, placed: int = 0) -> Plan | None:
        """The best plan by these aims, the first before the next, that keeps so many seats and places so
        many; None if there is none, or none was found in time."""
        stated = programme.state(grid)
        programme.worth_holding(stated)
        people = programme.placed(stated)
        certain = len({visitor for visitor, _ in self.table.problem.pins})
        terms = {_KEPT: self._keeping(stated), _PLACED: people, _VALUE: programme.worth(stated)}
        stated.whole.row(terms[_KEPT], low=kept)
        stated.whole.row(people, low=placed - certain)
        values: tuple[int, ...] | None = None
        for aim in aims:
            start = programme.hint(stated, self.start) if values is None else dict(enumerate(values))
            began = time.perf_counter()
            seconds = max(_LEAST_SECONDS, self.limits.seconds - (began - self.started))
            answer = programme.best(
                stated,
                terms[aim],
                self.limits,
                seconds,
                work=_WORK_A_SECOND * self.limits.seconds,
                start=start,
                watch=self.watch,
            )
            values = answer.values or values
            if values is None:
                self.proven &= answer.infeasible
                self.cut |= not answer.infeasible
                return None
            reached = sum(factor * values[number] for number, factor in terms[aim])
            if answer.values is None or answer.bound > reached:
                self.proven = False
                self.cut |= self.watch.stopped() or time.perf_counter() - began >= seconds
            stated.whole.row(terms[aim], low=reached)
            self.watch.tell(aim, 1.0)
        return self._plan(stated, values) if values is not None else None

    def _keeping(self, stated: Programme) -> list[tuple[int, int]]:
        """The (variable, 1) that tell which earlier seats are kept."""
        held = dict(zip(stated.grid.events, stated.held, strict=True))
        seat = {
            (entry.host, entry.day, entry.visitor): number
            for entry, number in zip(stated.grid.entries, stated.taken, strict=True)
        }
        pins = set(self.table.problem.pins)
        numbers = [
            held.get((host, day)) if (visitor, host) in pins else seat.get((host, day, visitor))
            for host, day, visitor in sorted(self.before)
        ]
        return [(number, 1) for number in numbers if number is not None]

    def _plan(self, stated: Programme, values: tuple[int, ...]) -> Plan:
        days, seated = programme.chosen(stated, values)
        plan = Plan(self.table)
        for host, day in sorted(days.items()):
            plan.open(host, day)
            for visitor in (*(offer.visitor for offer in self.table.pinned.get(host, ())), *seated[host]):
                plan.seat(visitor, host)
        plan.fill()
        return plan

    def _over(self, share: float = 1.0) -> bool:
        elapsed = time.perf_counter() - self.started
        over = self.watch.stopped() or elapsed > share * self.limits.seconds
        self.cut |= over
        return over


def _check_before(problem: Problem, before: tuple[Event, ...], confirmed: Collection[int]) -> None:
    for number, event in enumerate(before):
        named = [(event.host, "host", len(problem.hosts))]
        named += [(visitor, "visitor", len(problem.visitors)) for visitor in event.visitors]
        for index, what, count in named:
            if index not in range(count):
                raise InputError(
                    f"before[{number}] names {what} {index}, and there are {count}.",
                    cure="Give the earlier plan in indices of the new problem, without those who are gone.",
                )
    for number in sorted(confirmed):
        if number not in range(len(before)):
            raise InputError(
                f"Visit {number} of the earlier plan is confirmed, and it has {len(before)}.",
                cure=f"They count from 0 to {len(before) - 1}.",
            )


def _confirm(problem: Problem, before: tuple[Event, ...], confirmed: Collection[int]) -> Problem:
    """The problem with the confirmed events as pins, each on its day and with no seat to spare."""
    stays = tuple(before[number] for number in sorted(confirmed))
    for each in check.broken(replace(problem, pins=()), stays):
        raise InfeasibleError(
            f"A confirmed visit breaks a rule. {each.detail}",
            cure="Do not confirm it, or pin its visitors, which overrides some rules.",
        )
    hosts = list(problem.hosts)
    for event in stays:
        dates = (event.date,) if event.date else ()
        hosts[event.host] = replace(
            hosts[event.host], seats=len(event.visitors), weekdays=(event.weekday,), dates=dates
        )
    pins = {*problem.pins, *((visitor, event.host) for event in stays for visitor in event.visitors)}
    return replace(problem, hosts=tuple(hosts), pins=tuple(sorted(pins)))
