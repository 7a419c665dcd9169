"""Choose a term's visits with OR-Tools, with a bound on how much better any plan could be.

Three steps. A Lagrangian relaxation prices the visitors' time; the events it would hold, with the
best seating that a flow can find for them, give plans, and its bound rules out most seats. CP-SAT
then looks for anything better among those that remain. Values are whole points.
"""

from __future__ import annotations

import time

from matcher.errors import InfeasibleError, TimeLimitError
from matcher.optimize import Limits, log_solve
from matcher.visits import programme
from matcher.visits.days import day_of
from matcher.visits.grid import SCALE, Grid, lay_out, spread
from matcher.visits.offers import Table, tabulate
from matcher.visits.pins import clash, refuse
from matcher.visits.plan import Plan
from matcher.visits.problem import Event, Problem, Solution
from matcher.visits.relax import Relaxed, survivors, tighten
from matcher.visits.report import compare, report
from matcher.visits.seating import arrange, hold, resume, seat
from matcher.watch import Watch

#: Shares of the time that the prices, and all steps together, may take. The work planned for the
#: programme, in CP-SAT's deterministic time for each second of the limit, is done by then on an idle machine.
_PRICES_SHARE, _ALL_SHARE = 0.5, 0.95
_WORK_A_SECOND = 0.9
#: How much better than the best plan is looked for first, as a share of the gap (the higher, the fewer
#: seats remain), and the share of the work for it.
_HOPES = ((0.45, 0.5), (0.0, 1.0))
_LEAST_SECONDS = 0.05


def solve(
    problem: Problem,
    limits: Limits | None = None,
    watch: Watch | None = None,
    *,
    start: tuple[Event, ...] | None = None,
) -> Solution:
    """The plan of most value found within the limits, and the bound that was proven.

    ``start`` is a plan to begin from where it is still allowed: the result is worth no less than what of it
    can be kept. Where nothing is worth holding the plan is empty, with the reasons. The same plan every
    time, unless it says ``cut_short``: that a stopped ``watch`` or the clock ended it. Raises InfeasibleError
    where the pins cannot be held, TimeLimitError where the clock or the ``watch`` ends it before that is
    known and ``start`` does not hold them, and AssertionError where the plan breaks a rule, which would be
    a bug.
    """
    limits = limits or Limits()
    search = _Search(problem, limits, watch or Watch(), start or ())
    search.run(start or ())
    seconds = time.perf_counter() - search.started
    solution = report(
        search.table,
        search.best,
        bound=search.bound,
        seconds=seconds,
        cut_short=search.cut,
        baselines=compare(search.pinned, limits.seed),
    )
    sizes = {
        "hosts": len(problem.hosts),
        "visitors": len(problem.visitors),
        "offers": len(search.table.offers),
    }
    log_solve("visits", sizes, objective=solution.objective, bound=solution.bound, seconds=seconds)
    return solution


class _Search:
    """What is known while a plan is looked for: the ``best`` plan, and the ``bound`` on all plans."""

    def __init__(self, problem: Problem, limits: Limits, watch: Watch, start: tuple[Event, ...] = ()) -> None:
        self.started = time.perf_counter()
        self.limits, self.watch = limits, watch
        self.cut = False
        self.table = tabulate(problem)
        refuse(self.table)
        self.pinned = hold_pins(self.table, limits, watch, start)
        self.best = self.pinned.copy()
        self.best.fill()
        self.bound = 2**62

    def run(self, start: tuple[Event, ...]) -> None:
        grid = lay_out(self.table, spread(self.table))
        if grid is None:
            self.bound = self.best.value()
            return
        known = [event for event in start if event.host in range(len(self.table.days))]
        if known:
            self._take(resume(self.pinned, known))
            self._take(arrange(self.pinned, grid, [(event.host, day_of(event)) for event in known]))

        def attempt(events: list[tuple[int, int]]) -> int:
            self._take(arrange(self.pinned, grid, events))
            return self.best.value()

        relaxed = tighten(grid, attempt, lambda: self._over(_PRICES_SHARE), self._tell)
        self.bound = max(self.best.value(), grid.base + relaxed.bound // SCALE)
        self._branch(grid, relaxed)
        self.watch.tell("proof", 1.0, value=self.best.value(), bound=self.bound)

    def _branch(self, grid: Grid, relaxed: Relaxed) -> None:
        """Look for what is better among the seats that the relaxation leaves."""
        for hope, share in _HOPES:
            # Any plan worth more than this floor lies in the core, so what is proven there holds for all.
            floor = self.best.value() + int(hope * (self.bound - self.best.value()))
            if self.best.value() == self.bound or self._over(_ALL_SHARE):
                return
            core = lay_out(self.table, survivors(grid, relaxed, floor))
            proven = self._improve(grid, core, floor, share) if core else floor
            self.bound = max(self.best.value(), min(self.bound, max(floor, proven)))

    def _improve(self, grid: Grid, core: Grid, floor: int, share: float) -> int:
        """Solve the ``core`` of the grid; what was proven of it."""
        stated = programme.state(core)
        seconds = max(_LEAST_SECONDS, _ALL_SHARE * self.limits.seconds - self._elapsed())
        began = time.perf_counter()

        def told(value: int | None, bound: int | None) -> None:
            if value is not None:
                self.watch.tell("proof", value=max(self.best.value(), core.base + value))
            if bound is not None:
                proven = min(self.bound, max(floor, core.base + bound))
                self.watch.tell("proof", bound=max(self.best.value(), proven))

        self.watch.tell("proof", value=self.best.value(), bound=self.bound)
        answer = programme.best(
            stated,
            programme.worth(stated),
            self.limits,
            seconds,
            work=_WORK_A_SECOND * self.limits.seconds * share,
            start=programme.hint(stated, self.best),
            watch=self.watch,
            told=told,
        )
        if answer.infeasible:
            return floor
        if answer.values is not None:
            days, _ = programme.chosen(stated, answer.values)
            self._take(arrange(self.pinned, grid, days.items()))
        if core.base + answer.bound > max(floor, self.best.value()):
            self.cut |= self.watch.stopped() or time.perf_counter() - began >= seconds
        return core.base + answer.bound

    def _take(self, plan: Plan | None) -> None:
        if plan is not None and plan.value() > self.best.value():
            self.best = plan

    def _over(self, share: float) -> bool:
        """Whether the search is to end, or this share of its time is gone."""
        over = self.watch.stopped() or self._elapsed() > share * self.limits.seconds
        self.cut |= over
        return over

    def _elapsed(self) -> float:
        return time.perf_counter() - self.started

    def _tell(self, share: float, bound: int) -> None:
        self.watch.tell("prices", share, value=self.best.value(), bound=max(self.best.value(), bound))


def hold_pins(table: Table, limits: Limits, watch: Watch, start: tuple[Event, ...] = ()) -> Plan:
    """The best plan of the pinned hosts' events alone; the empty one where nothing is pinned. Where the clock
    or the ``watch`` ends it first, the best with these on the days that ``start``, a plan, has them.

    Raises InfeasibleError where the pins clash, TimeLimitError where it ends before that is known and
    ``start`` does not hold the pins.
    """
    plan = _pins_alone(table, limits, watch, {event.host: day_of(event) for event in start})
    if plan is not None:
        return plan

    def can_hold(part: Problem) -> bool:
        try:
            return _pins_alone(tabulate(part), limits, watch, {}) is not None
        except TimeLimitError:
            return True  # not known: then the pin stays among those that are named

    raise InfeasibleError(
        clash(table.problem, can_hold),
        cure="Take one of these pins away, or give a host or a visitor another day.",
    )


def _pins_alone(table: Table, limits: Limits, watch: Watch, start: dict[int, int]) -> Plan | None:
    if not table.pinned:
        return Plan(table)
    grid = lay_out(table, [entry for entry in spread(table) if entry.host in table.pinned])
    if grid is None:
        return None
    stated = programme.state(grid)
    answer = programme.best(
        stated,
        programme.worth(stated),
        limits,
        limits.seconds,
        work=_WORK_A_SECOND * limits.seconds,
        start={},
        watch=watch,
    )
    if answer.infeasible:
        return None
    if answer.values is not None:
        return seat(table, grid, programme.chosen(stated, answer.values)[0])
    known = table.pinned.keys() <= start.keys()
    plan = hold(table, grid, {host: start[host] for host in table.pinned}) if known else None
    if plan is None:
        when = "before the search was stopped" if watch.stopped() else f"in {limits.seconds:g} s"
        raise TimeLimitError(
            f"Whether the {len(grid.forced)} hosts with pins can all hold their visits was not found out "
            f"{when}.",
            cure="Give it more time, or take pins away.",
        )
    return plan
