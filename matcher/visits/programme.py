"""The integer programme over the seats that remain: which events are held, and who sits where.

The same rows serve whoever asks for the best plan, the fewest changes or the most placed: only what is
maximised differs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matcher.optimize import CpAnswer, Limits, Told, WholeProgramme
from matcher.visits.grid import SCALE, Grid
from matcher.visits.plan import Plan
from matcher.watch import Watch

#: CP-SAT solves the linear relaxation with every rule in it, which closes most of the gap here; its search
#: beside that relaxation is one of several that it takes in turns.
#: Cuts and probing cost more here than they save, and rows that come only when they are broken cost most.
_PARAMETERS = {
    "linearization_level": 2,
    "cut_level": 0,
    "add_lp_constraints_lazily": False,
    "cp_model_probing_level": 0,
}


@dataclass(frozen=True, slots=True)
class Programme:
    """``held`` and ``taken``: the numbers of the variables of each event and of each entry."""

    grid: Grid
    whole: WholeProgramme
    held: tuple[int, ...]
    taken: tuple[int, ...]


def state(grid: Grid) -> Programme:
    """The programme of a grid, with every rule."""
    whole = WholeProgramme()
    held = tuple(whole.variable() for _ in grid.events)
    taken = tuple(whole.variable() for _ in grid.entries)
    programme = Programme(grid, whole, held, taken)
    _link(programme)
    _one_event_a_host(programme)
    _visits(programme)
    return programme


def worth(programme: Programme) -> list[tuple[int, int]]:
    """The (variable, points) that a plan's value is the sum of, but for ``Grid.base``."""
    grid = programme.grid
    seats = [(seat, entry.value) for seat, entry in zip(programme.taken, grid.entries, strict=True)]
    costs = [
        (held, -int(cost) // SCALE) for held, cost in zip(programme.held, grid.cost, strict=True) if cost
    ]
    return seats + costs


def placed(programme: Programme) -> list[tuple[int, int]]:
    """New variables whose sum is how many visitors without a pin have a visit, where it is maximised."""
    of_visitor: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for entry, seat in zip(programme.grid.entries, programme.taken, strict=True):
        of_visitor[entry.visitor].append((seat, -1))
    terms = []
    for visitor in sorted(of_visitor):
        if visitor not in programme.grid.certain:
            has_visit = programme.whole.variable()
            programme.whole.row([(has_visit, 1), *of_visitor[visitor]], high=0)
            terms.append((has_visit, 1))
    return terms


def worth_holding(programme: Programme) -> None:
    """Each event without pins adds value: only the best plan sees to that by itself."""
    grid = programme.grid
    for number, held in enumerate(programme.held):
        if grid.cost[number]:
            listed = [entry for entry in grid.padded[number] if entry < len(grid.entries)]
            seats = [(programme.taken[entry], grid.entries[entry].value) for entry in listed]
            programme.whole.row([*seats, (held, -int(grid.cost[number]) // SCALE - 1)], low=0)


def hint(programme: Programme, plan: Plan) -> dict[int, int]:
    """A plan as a point to begin from."""
    events = zip(programme.held, programme.grid.events, strict=True)
    point = {held: int(plan.day.get(host) == day) for held, (host, day) in events}
    for seat, entry in zip(programme.taken, programme.grid.entries, strict=True):
        there = plan.day.get(entry.host) == entry.day and entry.visitor in plan.seated[entry.host]
        point[seat] = int(there)
    return point


def best(
    programme: Programme,
    aim: Iterable[tuple[int, int]],
    limits: Limits,
    seconds: float,
    *,
    work: float,
    start: Mapping[int, int],
    watch: Watch | None = None,
    told: Told | None = None,
) -> CpAnswer:
    """The point with the greatest sum of ``aim``, as far as ``seconds`` and ``work`` (CP-SAT's deterministic
    time) go."""
    return programme.whole.maximise(
        aim, limits, seconds, work=work, hint=start, watch=watch, told=told, parameters=_PARAMETERS
    )


def chosen(programme: Programme, values: tuple[int, ...]) -> tuple[dict[int, int], dict[int, list[int]]]:
    """The day of each host that holds an event at a point, and the visitors who have a seat there besides
    those pinned to it."""
    events = zip(programme.held, programme.grid.events, strict=True)
    days = {host: day for held, (host, day) in events if values[held]}
    seated: dict[int, list[int]] = {host: [] for host in days}
    for seat, entry in zip(programme.taken, programme.grid.entries, strict=True):
        if values[seat]:
            seated[entry.host].append(entry.visitor)
    return days, seated


def _link(programme: Programme) -> None:
    """Nobody at an event that is not held; no more than its seats; no fewer than the fewest."""
    grid = programme.grid
    for number, held in enumerate(programme.held):
        listed = [programme.taken[entry] for entry in grid.padded[number] if entry < len(grid.entries)]
        for seat in listed:
            programme.whole.row([(seat, 1), (held, -1)], high=0)
        people = [(seat, 1) for seat in listed]
        if len(listed) > grid.seats[number]:
            programme.whole.row([*people, (held, -int(grid.seats[number]))], high=0)
        if grid.fewest[number]:
            programme.whole.row([*people, (held, -int(grid.fewest[number]))], low=0)


def _one_event_a_host(programme: Programme) -> None:
    """The most events; one a host, and exactly one where somebody is pinned."""
    grid = programme.grid
    at_host: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for held, (host, _) in zip(programme.held, grid.events, strict=True):
        at_host[host].append((held, 1))
    for forced, held_there in zip(grid.forced, at_host.values(), strict=True):
        programme.whole.row(held_there, low=int(forced), high=1)
    if len(at_host) > grid.most_events:
        programme.whole.row([(held, 1) for held in programme.held], high=grid.most_events)


def _visits(programme: Programme) -> None:
    """Each visitor's most visits, and one place a day."""
    grid = programme.grid
    of_visitor: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    at_clash: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for visitor, clash, seat in zip(grid.visitor, grid.clash, programme.taken, strict=True):
        of_visitor[int(visitor)].append((seat, 1))
        at_clash[int(clash)].append((seat, 1))
    for event, clash in zip(grid.claim_event, grid.claim_clash, strict=True):
        at_clash[int(clash)].append((programme.held[event], 1))
    at_clash.pop(len(grid.clashes), None)  # the number that stands for no clash
    for terms in at_clash.values():
        programme.whole.row(terms, high=1)
    for visitor, terms in of_visitor.items():
        if len(terms) > grid.caps[visitor]:
            programme.whole.row(terms, high=int(grid.caps[visitor]))
