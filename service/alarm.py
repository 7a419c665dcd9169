"""Sleeping until a time is over or a signal comes."""

from __future__ import annotations

import select
import signal
import socket
from types import FrameType, TracebackType
from typing import Any, Self

#: A signal that says no more than: look at once.
WAKE = getattr(signal, "SIGUSR1", None)
_END = (signal.SIGTERM, signal.SIGINT)
_READ = 1024


class Alarm:
    """While it is entered, signals wake :meth:`wait`: SIGTERM and SIGINT, after which :attr:`ending` is true,
    the end of a child, and WAKE. For the main thread alone."""

    def __init__(self) -> None:
        self.ending = False
        self._handled = [*_END, *filter(None, (getattr(signal, "SIGCHLD", None), WAKE))]
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        self._bell, self._hammer = socket.socketpair()
        self._hammer.setblocking(False)
        self._bell.setblocking(False)
        self._fd = signal.set_wakeup_fd(self._hammer.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, self._rung) for number in self._handled}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._fd)
        self._bell.close()
        self._hammer.close()

    def _rung(self, number: int, _frame: FrameType | None) -> None:
        self.ending = self.ending or number in _END

    def wait(self, seconds: float) -> None:
        """Sleep so long, or until a signal that came since the last time, or comes."""
        ready, _, _ = select.select([self._bell], [], [], max(0.0, seconds))
        if ready:
            self._bell.recv(_READ)
