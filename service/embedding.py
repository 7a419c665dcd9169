"""The model answers one thread at a time."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from matcher.workflow.workspace import Workspace


class OneAtATime:
    """An embedder for several threads."""

    def __init__(self, inner: Any) -> None:
        self.key: str = inner.key
        self._inner, self._lock = inner, threading.Lock()

    @property
    def dimension(self) -> int:
        with self._lock:
            dimension: int = self._inner.dimension
        return dimension

    def embed(self, texts: Sequence[str]) -> Any:
        """As the inner one, while no other thread asks it."""
        with self._lock:
            return self._inner.embed(texts)


def shared(workspace: Workspace) -> Workspace:
    """The workspace, with an embedder that threads can share."""
    return replace(workspace, embedder=OneAtATime(workspace.embedder))
