"""Ending a solver's search because whoever watches it said so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from matcher.watch import Watch

#: How often a helper thread asks whether to stop.
POLL_SECONDS = 0.05


@contextmanager
def stopped_by(watch: Watch | None, stop: Callable[[], None]) -> Iterator[None]:
    """Call ``stop`` from a helper thread once ``watch`` says so, as long as the block runs.

    A search that has not begun takes no notice of it: it is told again until it has ended.
    """
    if watch is None:
        yield
        return
    ended = threading.Event()

    def poll() -> None:
        while not ended.wait(POLL_SECONDS):
            if watch.stopped():
                stop()

    helper = threading.Thread(target=poll, name="stop-watch", daemon=True)
    helper.start()
    try:
        yield
    finally:
        ended.set()
        helper.join()
