"""How a time limit is shared out. Figures from trials on two cores; the clock itself is never asked."""

from __future__ import annotations

from dataclasses import dataclass

#: A proof is tried where members squared are at most so many a second of the limit, and for so many
#: members at most: the linear programme over all cohorts takes about 5 s for 130 members, 20 s for 200.
PROVE_A_SECOND, PROVE_UP_TO = 1_500, 250
#: Shares of annealing and of annealing parts where a proof follows: it wants the time.
SEARCH_BEFORE_PROOF, POLISH_BEFORE_PROOF = 0.12, 0.12
#: Where none follows: annealing as a whole has a share that grows by so much a member, as the larger the
#: problem, the more moves it takes before parts are worth annealing alone; parts have the rest, to the last.
SEARCH_LEAST, SEARCH_A_MEMBER, SEARCH_MOST, POLISH_UNTIL = 0.25, 0.0003, 0.6, 0.85


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of the time limit for annealing, and for annealing parts anew; whether a proof is tried, for
    which the rest is kept."""

    search: float
    polish: float
    prove: bool


def shares(members: int, seconds: float) -> Shares:
    """The shares for a problem of ``members`` under a limit of ``seconds``."""
    if members <= PROVE_UP_TO and members * members <= PROVE_A_SECOND * seconds:
        return Shares(SEARCH_BEFORE_PROOF, POLISH_BEFORE_PROOF, prove=True)
    search = min(SEARCH_MOST, SEARCH_LEAST + SEARCH_A_MEMBER * members)
    return Shares(search, POLISH_UNTIL - search, prove=False)
