"""Where few are let in: whoever comes beyond those is sent away at once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
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
            raise _busy()
        self._turn.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._turn.release()
        self._places.release()


class Places:
    """Places that are kept for long: so many for all, and of these so many for one account."""

    def __init__(self, of_all: int, of_one: int) -> None:
        self._of_all, self._of_one = of_all, of_one
        self._lock = threading.Lock()
        self._taken = Counter[str]()

    @contextmanager
    def taken(self, account_id: str) -> Iterator[None]:
        """One is this account's until the end of it. Raises Problem (503) where none is free."""
        with self._lock:
            if self._taken.total() >= self._of_all or self._taken[account_id] >= self._of_one:
                raise _busy()
            self._taken[account_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[account_id] -= 1
                self._taken += Counter()  # those who have none are not remembered


def _busy() -> Problem:
    return Problem(
        503,
        "busy",
        "Too many ask for this at once.",
        cure="Try again in a moment.",
        headers={"Retry-After": "2"},
    )
