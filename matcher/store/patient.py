"""The store for one who has all the time: a solve took a minute, and is not lost to another writer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from matcher.errors import ConflictError
from matcher.store.repository import Store
from matcher.store.writing import Writing


class Patient(Store):
    """The same database. To write, it waits for others as long as ``seconds`` (at least), not as long as
    somebody who looks at a page would. Closing it closes the store that it was made of."""

    def __init__(self, store: Store, seconds: float) -> None:
        super().__init__(store._engine, store._place, store.actor)
        self._seconds = seconds

    def acting_as(self, actor: str) -> Store:
        return Patient(super().acting_as(actor), self._seconds)

    @contextmanager
    def write(self) -> Iterator[Writing]:
        with ExitStack() as stack:
            until = time.monotonic() + self._seconds
            while True:
                try:
                    writing = stack.enter_context(super().write())
                    break
                except ConflictError:  # somebody else is writing; what is raised below goes by
                    if time.monotonic() > until:
                        raise
            yield writing
