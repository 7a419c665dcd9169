"""How a time limit is shared out. Figures from trials on two cores; the clock itself is never asked."""

from __future__ import annotations

from dataclasses import dataclass

#: A proof is tried where members squared are at most so many a second of the limit, and for so many
#: members at most: the linear programme over all cohorts takes about 5 s for 130 members, 20 s for 200.
PROVE_A_SECOND, PROVE_UP_TO = 1_500, 250
#: Up to so many members parts are solved to their optimum as well: above, annealing still has more to gain.
SOLVE_UP_TO = 2_000


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of the time limit for annealing, for annealing parts anew, and for solving parts to their
    optimum; whether a proof is tried, for which the rest is kept."""

    search: float
    polish: float
    parts: float
    prove: bool


def shares(members: int, seconds: float) -> Shares:
    """The shares for a problem of ``members`` under a limit of ``seconds``.

    The larger the problem, the more moves annealing as a whole takes before parts of it are worth while.
    """
    if members <= PROVE_UP_TO and members * members <= PROVE_A_SECOND * seconds:
        return Shares(0.12, 0.12, 0.1, prove=True)
    search = min(0.6, 0.25 + 0.0003 * members)
    if members <= SOLVE_UP_TO:
        return Shares(search, 0.75 - search, 0.1, prove=False)
    return Shares(search, 0.85 - search, 0.0, prove=False)
