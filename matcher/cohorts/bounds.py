"""What no plan can pass: cheap bounds for any size, a linear programme over all cohorts for small ones."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matcher.cohorts.problem import VALUE_SCALE, Problem, cohort_value
from matcher.cohorts.reasons import alone, facts
from matcher.cohorts.tables import Arrays, HourClass, common_classes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Group = tuple[int, ...]
#: Hundredths of a point by which a cohort has to better the linear programme to count: values are
#: rounded down, so that less could be rounding.
TOLERANCE = 1.5
#: A round of pricing opens at most so many partial cohorts a size, and takes so many cohorts a member.
NODES, A_MEMBER, ROUNDS = 4_000_000, 12, 60
#: The linear programme is solved well enough where its bound is this share above its value.
CLOSE = 0.0002


def placed_bound(problem: Problem, classes: Sequence[HourClass]) -> int:
    """No plan places more members: by sizes, caps, hours, and room in the hours.

    Those for whom counting shows that no cohort can hold them are left out. For each number of cohorts:
    at most the largest size each, at least the smallest; of those of one state, and of those of one
    organization in it, at most the cap in each cohort. And by hours, where their room is short: a class of
    hours with room for r cohorts seats r times the largest size, and r times the cap of each state, of those
    who are free in it; as a flow from members by state to classes, no plan seats more.
    """
    known = facts(problem, classes)
    able = [i for i in range(len(problem.members)) if known.classes[i] and not alone(known, i)]
    rules = problem.rules
    kinds = Counter((problem.members[i].state, problem.members[i].organization_id) for i in able)
    turned = Counter({(organization, state): count for (state, organization), count in kinds.items()})
    rooms = sum(one.capacity for one in classes)
    most_cohorts = min(rooms, len(able) // rules.min_size)
    best = 0
    for cohorts in range(most_cohorts, 0, -1):  # fewer cohorts never seat more
        by_state, by_organization = cohorts * rules.per_state, cohorts * rules.per_organization
        most = min(
            cohorts * rules.max_size,
            _capped(kinds, by_state, by_organization),
            _capped(turned, by_organization, by_state),
        )
        if most >= cohorts * rules.min_size:
            best = most
            break
    if best and any(one.capacity < most_cohorts for one in classes):
        best = min(best, _by_hours(problem, classes, [(known.classes[i], i) for i in able]))
    return best


def _by_hours(problem: Problem, classes: Sequence[HourClass], able: Sequence[tuple[int, int]]) -> int:
    """The most members that the room in the hours seats, within the caps of the states.

    ``able`` are members with the bits of the classes in which they are free.
    """
    import numpy as np
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_flow

    rules = problem.rules
    kinds = Counter((bits, problem.members[i].state) for bits, i in able)
    nodes: dict[object, int] = {"source": 0, "sink": 1}
    edges: dict[tuple[int, int], int] = {}

    def edge(begin: object, end: object, most: int) -> None:
        edges[nodes.setdefault(begin, len(nodes)), nodes.setdefault(end, len(nodes))] = most

    for (bits, state), count in kinds.items():
        edge("source", (bits, state), count)
        for number, one in enumerate(classes):
            if bits >> number & 1:
                seat = ("class", number, state)
                edge((bits, state), seat, count)
                cap = rules.per_state if state else rules.max_size
                edge(seat, number, one.capacity * min(cap, rules.max_size))
                edge(number, "sink", one.capacity * rules.max_size)
    begins, ends = zip(*edges, strict=True)
    room = np.array(list(edges.values()), np.int32)
    matrix: Any = csr_array
    flow: Any = maximum_flow
    return int(flow(matrix((room, (begins, ends)), shape=(len(nodes), len(nodes))), 0, 1).flow_value)


def member_means(arrays: Arrays) -> NDArray[np.float64]:
    """For each member the best mean affinity it can have to others: that to its best ``min_size - 1``
    free with it at one class of hours, within the cap of each state."""
    import numpy as np

    from matcher.cohorts.kernels import best_sums

    means: Any = best_sums(arrays) / np.float64(arrays.sizes[0] - 1)
    return means  # type: ignore[no-any-return]


def value_bound(arrays: Arrays, placed: int) -> int:
    """No plan that places ``placed`` members is worth more: their best means, summed."""
    import numpy as np

    best = np.sort(member_means(arrays))[::-1][:placed]
    return math.floor(float(best.sum()) * VALUE_SCALE + 1e-6)


@dataclass(frozen=True, slots=True)
class Prices:
    """Duals of the linear programme: a price for each member (that of its place and of its being
    placed) and each hour class, and the ``bound`` they prove."""

    member: NDArray[np.float64]
    hour: NDArray[np.float64]
    bound: float


@dataclass(frozen=True, slots=True)
class Relaxation:
    """``prices`` of the best bound found, None where none was; the ``columns`` made on the way."""

    prices: Prices | None
    columns: dict[Group, int]
    cut_short: bool


def relax(
    arrays: Arrays, columns: dict[Group, int], placed: int, deadline: float, go_on: Callable[[float], bool]
) -> Relaxation:
    """Column generation for the plans that place exactly ``placed`` members.

    Begins with ``columns`` (cohorts and their values), which have to hold one such plan. The bound is
    Lagrange's: the duals' sum, and for each place the most by which a cohort betters its prices. ``go_on`` is
    told after each round which share is done; where it says no, that is all.
    """
    known = dict(columns)
    best: Prices | None = None
    cut_short = False
    for number in range(ROUNDS):
        member, hour, total = _solve_lp(arrays, known, placed)
        found = price(arrays, member, hour, TOLERANCE, a_member=A_MEMBER, most=20_000)
        known.update(found.values)
        cut_short = not go_on((number + 1) / ROUNDS) or time.perf_counter() > deadline
        if (
            cut_short and best is None and not found.complete
        ):  # fewer pass a higher floor: that is a bound too
            highest = max(found.worths.values(), default=TOLERANCE)
            found = price(arrays, member, hour, highest, a_member=20_000, most=20_000)
        if found.complete and (best is None or total + placed * found.a_place < best.bound):
            best = Prices(member, hour, total + placed * found.a_place)
        if cut_short or not found.values or (best is not None and best.bound - total < CLOSE * abs(total)):
            break
    return Relaxation(best, known, cut_short)


@dataclass(frozen=True, slots=True)
class Listing:
    """Cohorts with their values, and their worth over the prices (rounding apart); whether these are
    ``complete``; and ``a_place``, the most worth a place that any cohort has, where they are."""

    values: dict[Group, int]
    worths: dict[Group, float]
    complete: bool
    a_place: float


def price(
    arrays: Arrays, member: Any, hour: Any, floor: float, *, a_member: int, most: int, nodes: int = NODES
) -> Listing:
    """Cohorts worth more than ``floor`` over the prices of their members and of an hour class, at most
    ``a_member`` for each first member and ``most`` of each size, opening ``nodes`` partial ones."""
    import numpy as np

    from matcher.cohorts.branch import cohorts_above

    low, high = int(arrays.sizes[0]), int(arrays.sizes[1])
    found: dict[Group, int] = {}
    worth_of: dict[Group, float] = {}
    a_place, all_of_them = max(0.0, floor) / low, True
    rows, totals, worths = np.empty((most, high), np.int32), np.empty(most, np.int64), np.empty(most)
    for size in range(low, high + 1):
        gain = 2.0 * VALUE_SCALE / (size - 1)
        count, complete = cohorts_above(
            arrays, size, gain, member, hour, floor, a_member, nodes, rows, totals, worths
        )
        all_of_them = all_of_them and complete
        if count:
            groups = list(map(tuple, np.sort(rows[:count, :size], axis=1).tolist()))
            values = (cohort_value(total, size) for total in totals[:count].tolist())
            found.update(zip(groups, values, strict=True))
            worth_of.update(zip(groups, worths[:count].tolist(), strict=True))
            a_place = max(a_place, float(worths[:count].max()) / size)
    return Listing(found, worth_of, all_of_them, a_place)


def group_value(arrays: Arrays, group: Sequence[int]) -> int:
    """The value of a cohort of members who may meet."""
    import numpy as np

    from matcher.cohorts.kernels import group_total

    return cohort_value(int(group_total(arrays, np.array(group, np.int32))), len(group))


def binding_classes(arrays: Arrays) -> list[int]:
    """Hour classes that the number of cohorts could overfill."""
    most = arrays.state.shape[0] // int(arrays.sizes[0])
    return [number for number, room in enumerate(arrays.capacity) if room < most]


def _solve_lp(arrays: Arrays, columns: dict[Group, int], placed: int) -> tuple[Any, Any, float]:
    """Prices of members and hour classes, and the sum of the duals, which bounds these columns."""
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    n, binding = arrays.state.shape[0], binding_classes(arrays)
    row_of = {number: n + row for row, number in enumerate(binding)}
    rows: list[int] = []
    cols: list[int] = []
    values: list[int] = []
    sizes: list[int] = []
    for group, value in columns.items():
        shared = common_classes(arrays, group) if binding else 0
        open_end = not binding or any(
            shared >> number & 1 for number in range(len(arrays.capacity)) if number not in row_of
        )
        choices = [None] if open_end else [number for number in binding if shared >> number & 1]
        for choice in choices:
            column = len(values)
            values.append(value)
            sizes.append(len(group))
            for row in (*group, *(() if choice is None else (row_of[choice],))):
                rows.append(row)
                cols.append(column)
    limits = np.concatenate([np.ones(n), arrays.capacity[binding].astype(np.float64)])
    uses = csr_array((np.ones(len(rows)), (rows, cols)), shape=(len(limits), len(values)))
    solve: Any = linprog
    answer = solve(
        -np.array(values, np.float64),
        A_ub=uses,
        b_ub=limits,
        A_eq=csr_array(np.array([sizes], np.float64)),
        b_eq=[placed],
        method="highs",
    )
    assert answer.status == 0, f"the relaxation ended with status {answer.status}"
    duals = np.maximum(0.0, -answer.ineqlin.marginals)
    each = -float(answer.eqlin.marginals[0])
    hour = np.zeros(len(arrays.capacity))
    hour[binding] = duals[n:]
    return duals[:n] + each, hour, float(duals @ limits) + each * placed


def _capped(kinds: Counter[tuple[str, str]], most: int, within: int) -> int:
    """The most members of whom at most ``most`` are of one first kind, ``within`` of one of both kinds; an
    empty kind is not capped."""
    firsts: Counter[str] = Counter()
    for (first, second), count in kinds.items():
        firsts[first] += min(count, within) if second else count
    return sum(min(count, most) if first else count for first, count in firsts.items())
