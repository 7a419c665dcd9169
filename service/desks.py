"""The desks at which questions are asked: many ask at a time, and what was written is taken up while nobody
asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from matcher.workflow import asking
from matcher.workflow.workspace import Workspace


class Desks:
    """One for staff, and one for members, who are told what stands in the directory alone. Each is opened
    when it is first asked at."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._open: dict[bool, asking.Desk] = {}
        self._turn = threading.Condition()
        self._asking = 0
        self._writing = False

    @contextmanager
    def asked(self, *, staff: bool) -> Iterator[asking.Desk]:
        """The desk, with all that was written by now, and unchanged as long as it is asked at. A thread asks
        at one desk at a time."""
        desk = self._open.get(staff)
        if desk is None or not asking.is_fresh(desk):
            with self._alone():
                self._take_up(staff=staff)
        with self._turn:
            # Who takes up what was written comes first: those who ask would keep it waiting.
            self._turn.wait_for(lambda: not self._writing)
            self._asking += 1
        try:
            yield self._open[staff]
        finally:
            with self._turn:
                self._asking -= 1
                self._turn.notify_all()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._turn:
            self._turn.wait_for(lambda: not self._writing)
            self._writing = True
        try:
            with self._turn:
                self._turn.wait_for(lambda: not self._asking)
            yield
        finally:
            with self._turn:
                self._writing = False
                self._turn.notify_all()

    def _take_up(self, *, staff: bool) -> None:
        known = self._open.get(staff)
        self._open[staff] = (
            asking.refreshed(known)
            if known
            else asking.open_desk(self._workspace, staff=staff, directory=not staff)
        )
