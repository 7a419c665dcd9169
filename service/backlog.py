"""Texts that have no vector yet, such as those of an import, are read beside the questions."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable

from matcher.workflow.case import vectors_of
from matcher.workflow.workspace import Workspace
from service.embedding import TOGETHER, ReaderEndedError

_LOG = logging.getLogger(__name__)


class Backlog:
    """Texts that a thread of its own reads, and whose vectors it keeps, as long as there are any. Threads may
    share it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._texts: dict[str, None] = {}
        self._unreadable: set[str] = set()
        self._thread: threading.Thread | None = None
        self._ended = False

    def add(self, texts: Iterable[str]) -> None:
        """Have texts read soon; those that wait already do so once."""
        with self._lock:
            self._texts.update(dict.fromkeys(each for each in texts if each not in self._unreadable))
            if self._texts and self._thread is None and not self._ended:
                self._thread = threading.Thread(target=self._work, name="backlog", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Read no more, and wait for what is being read."""
        with self._lock:
            self._ended = True
            thread = self._thread
        if thread is not None:
            thread.join()

    def _work(self) -> None:
        while texts := self._next():
            try:
                self._read(texts)
            except Exception as error:  # the edge: of a bug, too, only its kind is told
                # With the next news they are read again.
                _LOG.warning("texts cannot be read now: %s", type(error).__name__)
                with self._lock:
                    self._texts.clear()

    def _read(self, texts: list[str]) -> None:
        """Keep their vectors. A text at which the reader always ends is found and left to lie: others are
        not to wait for it."""
        try:
            vectors_of(self._workspace, texts)
        except ReaderEndedError:
            if len(texts) == 1:
                _LOG.warning("a text of %d characters cannot be read", len(texts[0]))
                self._unreadable.add(texts[0])
                return
            half = len(texts) // 2
            self._read(texts[:half])
            self._read(texts[half:])

    def _next(self) -> list[str]:
        """Some of the texts; none where the thread is to end, as it then does."""
        with self._lock:
            some = [] if self._ended else list(self._texts)[: 4 * TOGETHER]
            for each in some:
                del self._texts[each]
            if not some:
                self._thread = None
            return some
