"""Flows and assignments of least cost on a graph, in whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]


def cheapest_flow(arcs: Sequence[tuple[Ints, Ints, Ints, Ints]], supplies: Mapping[int, int]) -> Ints:
    """What flows on each arc in a flow of least cost: (arcs,), in the order given.

    ``arcs`` are groups of (tails, heads, capacities, unit costs), each an array or of length 1, for all of
    its group; ``supplies`` of nodes, negative for a demand. Raises AssertionError where there is none.
    """
    import numpy as np
    from ortools.graph.python import min_cost_flow

    flow = min_cost_flow.SimpleMinCostFlow()
    numbers = [flow.add_arcs_with_capacity_and_unit_cost(*np.broadcast_arrays(*group)) for group in arcs]
    for node, supply in supplies.items():
        flow.set_node_supply(node, supply)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise AssertionError(f"the flow ended with {status}")
    flows: Ints = flow.flows(np.concatenate(numbers))
    return flows


def assign(tails: Ints, heads: Ints, worth: Ints, size: int) -> tuple[Ints, Ints]:
    """The best assignment of ``size`` nodes each to another along an arc, or to itself for nothing: where
    each goes, and what that is worth. Raises AssertionError where the numbers are too large."""
    import numpy as np
    from ortools.graph.python import linear_sum_assignment

    itself = np.arange(size)
    solver = linear_sum_assignment.SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(
        np.concatenate([tails, itself]),
        np.concatenate([heads, itself]),
        np.concatenate([-worth, np.zeros(size, dtype=np.int64)]),
    )
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise AssertionError(f"the assignment ended with {status}")
    image = np.fromiter(map(solver.right_mate, range(size)), dtype=np.int64, count=size)
    return image, -np.fromiter(map(solver.assignment_cost, range(size)), dtype=np.int64, count=size)
