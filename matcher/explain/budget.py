"""One time limit for a question, shared over the solves that answer it."""

from __future__ import annotations

import time
from dataclasses import replace

from matcher.explain.room import Cover
from matcher.optimize import Limits
from matcher.watch import Watch


class Budget:
    """Each of ``planned`` solves has the same share of the limit, whatever the others took: so a
    question is answered alike every time, unless the clock or the caller cuts it short."""

    def __init__(self, limits: Limits | None, planned: int, watch: Watch | None, question: str) -> None:
        self._limits, self._watch, self._question = limits or Limits(), watch, question
        self._began = time.perf_counter()
        self._planned = max(1, planned)
        self.solves = 0
        self.cut_short = False

    def plan(self, solves: int) -> None:
        """How many more solves are foreseen, now that it is known better."""
        self._planned = self.solves + max(1, solves)

    def spent(self) -> bool:
        """Whether there is to be no further solve: the caller said stop, or the time is over."""
        over = time.perf_counter() - self._began > self._limits.seconds
        spent = over or (self._watch is not None and self._watch.stopped())
        self.cut_short = self.cut_short or spent
        return spent

    def noted(self, answer: Cover) -> Cover:
        """The same answer; that a search was ended early is kept in mind, and the next one still begun."""
        self.cut_short = self.cut_short or answer.cut_short
        return answer

    def share(self) -> tuple[Limits, Watch]:
        """Limits of the next solve, and a watch that only carries the wish to stop."""
        if self._watch is not None:
            self._watch.tell(self._question, min(1.0, self.solves / self._planned))
        self.solves += 1
        stop = None if self._watch is None else self._watch.stopped
        seconds = max(0.1, self._limits.seconds / self._planned)
        return replace(self._limits, seconds=seconds), Watch(stop=stop)
