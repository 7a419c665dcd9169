"""The desks at which questions are asked: many ask at a time, and what was written is taken up while nobody
asks."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from matcher.workflow import asking
from matcher.workflow.case import vectors_of
from matcher.workflow.workspace import Workspace
from service.backlog import Backlog

#: So many texts without a vector are read before the next question is answered: half a second or less.
AT_ONCE = 100


class Desks:
    """One for staff, and one for members, who are told what stands in the directory alone. Each is opened
    when it is first asked at. Many texts that have no vector, such as an import's, are read while questions
    are answered."""

    def __init__(self, workspace: Workspace) -> None:
        self._backlog = Backlog(workspace)
        self._tables = {staff: _Table(workspace, self._backlog, staff=staff) for staff in (True, False)}

    def asked(self, *, staff: bool) -> AbstractContextManager[asking.Desk]:
        """The desk, with all that was written by now, and unchanged as long as it is asked at. A thread asks
        at one desk at a time."""
        return self._tables[staff].asked()

    def close(self) -> None:
        """End what is read meanwhile."""
        self._backlog.close()


class _Table:
    """One desk, and whose turn it is."""

    def __init__(self, workspace: Workspace, backlog: Backlog, *, staff: bool) -> None:
        self._workspace, self._backlog, self._staff = workspace, backlog, staff
        self._desk: asking.Desk | None = None
        self._turn = threading.Condition()
        self._asking = 0
        self._taking = False

    @contextmanager
    def asked(self) -> Iterator[asking.Desk]:
        desk = self._enter()
        try:
            yield desk
        finally:
            with self._turn:
                self._asking -= 1
                self._turn.notify_all()

    def _enter(self) -> asking.Desk:
        while True:
            desk = self._desk
            # What could not be read is tried again with each question: until then nobody enters.
            fresh = desk is not None and not 0 < len(desk.unread) <= AT_ONCE and asking.is_fresh(desk)
            with self._turn:
                if self._taking:
                    # One takes up for all, and comes first: those who ask would keep it waiting.
                    self._turn.wait_for(lambda: not self._taking)
                    continue
                if desk is not None and fresh and desk is self._desk:
                    self._asking += 1
                    return desk
                self._taking = True
            try:
                self._take_up()
            finally:
                with self._turn:
                    self._taking = False
                    self._turn.notify_all()

    def _take_up(self) -> None:
        """Alone among those who take up; some may ask yet."""
        if self._desk is None:
            desk = asking.open_desk(
                self._workspace, staff=self._staff, directory=not self._staff, embed=False
            )
            large = True
        else:
            found = asking.news(self._desk)
            if found.concerns:
                with self._turn:
                    self._turn.wait_for(lambda: not self._asking)
            desk = asking.take_up(self._desk, found)
            large = desk.index is not self._desk.index
        self._desk = desk
        if large:
            _settle()
        lacking = [each.text for each in desk.unread.values()]
        if len(lacking) <= AT_ONCE:
            desk.read(vectors_of(self._workspace, lacking))
        else:
            self._backlog.add(lacking)


def _settle() -> None:
    """Tell Python that what is there now stays: to look through it for what nobody uses any more would keep
    every thread waiting, 150 ms at 20,000 statements, several times a minute."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
