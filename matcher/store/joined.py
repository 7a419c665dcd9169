"""The store inside a writing transaction that has begun."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from matcher.store.reading import Reading
from matcher.store.repository import Store
from matcher.store.writing import Writing


class Joined(Store):
    """What is read and written through it joins one transaction, so that several use cases become whole
    together or not at all. It belongs to the thread of that transaction, and ends with it."""

    def __init__(self, writing: Writing, actor: str) -> None:
        self._writing = writing
        self._actor = actor

    def acting_as(self, actor: str) -> Store:
        """Itself: a transaction has one actor, who began it."""
        return self

    def close(self) -> None:
        """Nothing: whoever began the transaction ends it."""

    @contextmanager
    def read(self) -> Iterator[Reading]:
        yield self._writing

    @contextmanager
    def write(self) -> Iterator[Writing]:
        yield self._writing
