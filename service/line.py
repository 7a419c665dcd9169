"""A line in which few wait: whoever comes beyond those is sent away at once."""

from __future__ import annotations

import threading
from types import TracebackType

from service.problems import Problem


class Line:
    """One thread at a time, entered by ``with``. ``places`` counts those inside and waiting: a server has few
    threads, and one kind of request is not to take them all."""

    def __init__(self, places: int) -> None:
        self._places = threading.Semaphore(places)
        self._turn = threading.Lock()

    def __enter__(self) -> None:
        """Raises Problem (503) where the line is full."""
        if not self._places.acquire(blocking=False):
            raise Problem(
                503,
                "busy",
                "Too many ask for this at once.",
                cure="Try again in a moment.",
                headers={"Retry-After": "2"},
            )
        self._turn.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._turn.release()
        self._places.release()
