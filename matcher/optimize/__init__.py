"""Running an OR-Tools model: limits, seed, status, bound, one log line.

:mod:`limits` says what a solve may take and how good its result is; :mod:`whole` runs CP-SAT, :mod:`linear`
GLOP and HiGHS, :mod:`flows` the algorithms on graphs.

A solver's own word for its result is never passed on. Each ``model.py`` hands the objective
that ``check`` recomputed and the bound that was proven to :func:`grade`.
"""

from matcher.optimize.flows import assign, cheapest_flow
from matcher.optimize.limits import Grade, Limits, Status, grade, log_solve, whole_bound
from matcher.optimize.linear import ContradictionError, LinearProgram, branch
from matcher.optimize.whole import CpAnswer, Told, WholeProgramme, run_cp_sat

__all__ = [
    "ContradictionError",
    "CpAnswer",
    "Grade",
    "Limits",
    "LinearProgram",
    "Status",
    "Told",
    "WholeProgramme",
    "assign",
    "branch",
    "cheapest_flow",
    "grade",
    "log_solve",
    "run_cp_sat",
    "whole_bound",
]
