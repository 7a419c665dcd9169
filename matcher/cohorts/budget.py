"""How a time limit is shared out. Figures from trials on two cores; the clock itself is never asked."""

from __future__ import annotations

from dataclasses import dataclass

#: A proof is tried where members squared are at most so many a second of the limit, and for so many
#: members at most: the linear programme over all cohorts takes about 5 s for 130 members, 20 s for 200.
PROVE_A_SECOND, PROVE_UP_TO = 1_500, 250
#: Shares where a proof follows: annealing finds what is nearly best, and the proof wants the time.
SEARCH_BEFORE_PROOF, PARTS_BEFORE_PROOF = 0.15, 0.3
#: Where none follows: annealing has so many seconds a member, but a share between these two; solving
#: parts anew, which pays once annealing has settled, has what is left up to the last share.
SEARCH_A_MEMBER, SEARCH_LEAST, SEARCH_MOST, PARTS_UNTIL = 0.02, 0.3, 0.75, 0.85


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of the time limit for annealing and for solving parts anew; whether a proof is tried."""

    search: float
    parts: float
    prove: bool


def shares(members: int, seconds: float) -> Shares:
    """The shares for a problem of ``members`` under a limit of ``seconds``."""
    if members <= PROVE_UP_TO and members * members <= PROVE_A_SECOND * seconds:
        return Shares(SEARCH_BEFORE_PROOF, PARTS_BEFORE_PROOF, prove=True)
    search = min(SEARCH_MOST, max(SEARCH_LEAST, SEARCH_A_MEMBER * members / seconds))
    return Shares(search, PARTS_UNTIL - search, prove=False)
