"""How a time limit is shared out. Figures from trials on two cores; the clock itself is never asked."""

from __future__ import annotations

from dataclasses import dataclass

#: A proof is tried where members squared are at most so many a second of the limit, and for so many
#: members at most: the linear programme over all cohorts takes about 5 s for 130 members, 20 s for 200.
PROVE_A_SECOND, PROVE_UP_TO = 1_500, 250
#: Shares of annealing and of annealing parts where a proof follows: it wants the time.
SEARCH_BEFORE_PROOF, POLISH_BEFORE_PROOF = 0.12, 0.12
#: Where none follows: annealing has most, and what is left of its time where more moves are not worth while
#: goes to annealing parts anew, which ends at the second share.
SEARCH, POLISH_UNTIL = 0.72, 0.82


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of the time limit by which annealing ends, and annealing parts anew; whether a proof is tried,
    for which the rest is kept."""

    search: float
    polish: float
    prove: bool


def shares(members: int, seconds: float) -> Shares:
    """The shares for a problem of ``members`` under a limit of ``seconds``."""
    if members <= PROVE_UP_TO and members * members <= PROVE_A_SECOND * seconds:
        return Shares(SEARCH_BEFORE_PROOF, SEARCH_BEFORE_PROOF + POLISH_BEFORE_PROOF, prove=True)
    return Shares(SEARCH, POLISH_UNTIL, prove=False)
