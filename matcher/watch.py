"""What a solve tells while it runs, and how it is told to stop.

A caller that wants to show progress, or to end a solve early, hands in a :class:`Watch`. A solve asks
:meth:`Watch.stopped` wherever it could end, and then gives the best plan it has, with its gap.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moment:
    """How far a solve has come. ``stage`` is what is being done, ``share`` (0 to 1) how much of it is
    done. ``value`` and ``bound`` are of the best plan so far, in the units of the solution's objective;
    None where there is none yet. ``seconds`` since the watch began."""

    stage: str
    share: float
    value: int | None
    bound: int | None
    seconds: float

    @property
    def gap(self) -> float | None:
        """As :class:`matcher.optimize.Grade`'s; None while value or bound is unknown."""
        if self.value is None or self.bound is None:
            return None
        return max(0, self.bound - self.value) / max(1, abs(self.bound))


class Watch:
    """Carries progress out of a solve and the wish to stop into it.

    ``tell`` is called with each :class:`Moment`; ``stop`` is asked whether to end. Both are called from
    the solve's thread or a helper thread of it, often, and have to be quick. Once ``stop`` has said yes
    it is not asked again. Neither changes what is found, but for an early end.
    """

    def __init__(
        self, tell: Callable[[Moment], None] | None = None, stop: Callable[[], bool] | None = None
    ) -> None:
        self._tell, self._stop = tell, stop
        self._began = time.perf_counter()
        self._stopped = False
        self._value: int | None = None
        self._bound: int | None = None

    def tell(
        self, stage: str, share: float = 0.0, *, value: int | None = None, bound: int | None = None
    ) -> None:
        """Say how far it is. A value or bound that is not given is the last one that was."""
        self._value = self._value if value is None else value
        self._bound = self._bound if bound is None else bound
        if self._tell is not None:
            seconds = time.perf_counter() - self._began
            self._tell(Moment(stage, share, self._value, self._bound, seconds))

    def stopped(self) -> bool:
        """Whether the solve is to end with what it has."""
        if not self._stopped and self._stop is not None:
            self._stopped = self._stop()
        return self._stopped
