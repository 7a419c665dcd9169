"""CP-SAT behind a small door."""

from __future__ import annotations

import pytest
from ortools.sat.python import cp_model

from matcher.optimize import Limits, run_cp_sat


def knapsack(offset: int = 0) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    model = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in range(4)]
    model.add(3 * x[0] + 4 * x[1] + 5 * x[2] + 6 * x[3] <= 10)
    model.maximize(4 * x[0] + 5 * x[1] + 7 * x[2] + 8 * x[3] + offset)
    return model, x


def test_cp_sat_finds_and_proves() -> None:
    answer = run_cp_sat(*knapsack(), Limits(), 30.0)
    assert answer.values == (0, 1, 0, 1)
    assert (answer.bound, answer.infeasible) == (13, False)


def test_cp_sat_without_time_proves_nothing() -> None:
    """The solver's field for the bound stands at 0 then, which no plan's value should be held to."""
    answer = run_cp_sat(*knapsack(offset=5), Limits(), 0.0)
    assert answer.values is None
    assert answer.bound == 2**62
    assert not answer.infeasible


def test_cp_sat_says_infeasible_and_malformed() -> None:
    model, x = knapsack()
    model.add(sum(x) >= 4)
    assert run_cp_sat(model, x, Limits(), 30.0).infeasible
    wrong = cp_model.CpModel()
    y = wrong.new_int_var(0, 2**62, "")
    wrong.add(8 * y + 8 * y <= 2**62)
    with pytest.raises(ValueError, match=r"\w"):
        run_cp_sat(wrong, [y], Limits(), 30.0)
