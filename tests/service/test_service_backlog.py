"""What an import leaves unread is read beside the questions."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from build_service import make_network, opened
from matcher.domain import Statement, StatementKind
from matcher.errors import ArtefactError
from matcher.record import digest
from matcher.workflow.workspace import Workspace
from service import desks
from service.backlog import Backlog
from service.desks import Desks
from service.embedding import ReaderEndedError
from words_embedder import WordsEmbedder

TEXTS = [f"xylophone lessons in room {number}" for number in range(20)]


class Gated:
    """Reads when it is let."""

    def __init__(self) -> None:
        self.inner = WordsEmbedder()
        self.key, self.dimension = self.inner.key, self.inner.dimension
        self.open = threading.Event()
        self.fails = False
        self.deadly, self.died = "", 0

    def embed(self, texts: Sequence[str]) -> Any:
        if set(texts) & set(TEXTS):
            assert self.open.wait(10)
            if self.fails:
                raise ArtefactError("The model is missing.")
        if self.deadly in texts:
            self.died += 1
            raise ReaderEndedError("It ended.")
        return self.inner.embed(texts)


@pytest.fixture
def gated() -> Gated:
    return Gated()


@pytest.fixture
def workspace(tmp_path: Path, gated: Gated, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr(desks, "AT_ONCE", 10)
    make_network(tmp_path, accounts=False)
    with opened(tmp_path) as workspace:
        yield replace(workspace, embedder=gated)


def put(workspace: Workspace) -> None:
    with workspace.store.write() as writing:
        writing.put_statements(
            [Statement(f"x{i}", "l", StatementKind.CHALLENGE, text) for i, text in enumerate(TEXTS)]
        )


def waited_for(backlog: Backlog) -> None:
    thread = backlog._thread
    if thread is not None:
        thread.join(10)
        assert not thread.is_alive()


@pytest.mark.parametrize("staff", [True, False])
def test_questions_are_answered_while_many_texts_are_read(
    workspace: Workspace, gated: Gated, *, staff: bool
) -> None:
    opened_desks = Desks(workspace)
    with opened_desks.asked(staff=staff) as desk:
        assert desk.ask("bus drivers").unread == 0
    put(workspace)
    with opened_desks.asked(staff=staff) as desk:
        found = desk.ask("bus drivers")
        assert found.answers
        assert found.unread == len(TEXTS)
        assert not desk.ask("xylophone lessons").answers
    gated.open.set()
    waited_for(opened_desks._backlog)
    with opened_desks.asked(staff=staff) as desk:
        found = desk.ask("xylophone lessons")
        assert found.answers
        assert found.unread == 0
    opened_desks.close()


def test_few_texts_are_read_before_the_next_question(
    workspace: Workspace, gated: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "AT_ONCE", 100)
    gated.open.set()
    opened_desks = Desks(workspace)
    put(workspace)
    with opened_desks.asked(staff=True) as desk:
        assert desk.ask("xylophone lessons").answers
        assert not desk.unread


def test_what_cannot_be_read_is_tried_again_with_the_next_news(workspace: Workspace, gated: Gated) -> None:
    gated.fails = True
    gated.open.set()
    opened_desks = Desks(workspace)
    put(workspace)
    with opened_desks.asked(staff=True) as desk:
        assert desk.unread
    waited_for(opened_desks._backlog)
    gated.fails = False
    with workspace.store.write() as writing:
        writing.put_statements([Statement("n", "l", StatementKind.CHALLENGE, "something new")])
    with opened_desks.asked(staff=True):
        pass
    waited_for(opened_desks._backlog)
    with opened_desks.asked(staff=True) as desk:
        assert not desk.unread


def test_few_texts_that_could_not_be_read_are_read_with_the_next_question(
    workspace: Workspace, gated: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "AT_ONCE", 100)
    gated.open.set()
    opened_desks = Desks(workspace)
    with opened_desks.asked(staff=True):
        pass
    put(workspace)
    gated.fails = True
    for _ in range(2):
        with pytest.raises(ArtefactError), opened_desks.asked(staff=True):
            pass
    gated.fails = False
    with opened_desks.asked(staff=True) as desk:
        assert not desk.unread
        assert desk.ask("xylophone lessons").answers


def test_after_a_bug_the_next_texts_are_read_and_no_text_is_in_the_log(
    workspace: Workspace, gated: Gated, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(texts: Sequence[str]) -> None:
        raise ValueError(texts)

    gated.open.set()
    backlog = Backlog(workspace)
    with monkeypatch.context() as patch:
        patch.setattr(gated.inner, "embed", fails)
        backlog.add(TEXTS[:1])
        waited_for(backlog)
    assert "ValueError" in caplog.text
    assert TEXTS[0] not in caplog.text
    backlog.add(TEXTS[1:])
    waited_for(backlog)
    with workspace.store.read() as reading:
        assert reading.vectors(gated.key, [digest(TEXTS[1])])


def test_a_text_that_ends_the_reader_keeps_no_other_waiting(workspace: Workspace, gated: Gated) -> None:
    gated.open.set()
    gated.deadly = TEXTS[7]
    backlog = Backlog(workspace)
    for _ in range(2):
        backlog.add(TEXTS)
        waited_for(backlog)
    with workspace.store.read() as reading:
        kept = reading.vectors(gated.key, [digest(each) for each in TEXTS])
    assert kept.keys() == {digest(each) for each in TEXTS} - {digest(gated.deadly)}
    assert gated.died <= 2 * len(TEXTS)  # and not once more for what is known


def test_a_backlog_that_is_closed_reads_no_more(workspace: Workspace, gated: Gated) -> None:
    backlog = Backlog(workspace)
    backlog.add(TEXTS)
    threading.Timer(0.05, gated.open.set).start()
    backlog.close()
    waited_for(backlog)
    backlog.add(["another"])
    assert backlog._thread is None or not backlog._thread.is_alive()


def test_who_asks_before_anything_is_read_is_told_so(workspace: Workspace, gated: Gated) -> None:
    opened_desks = Desks(workspace)
    put(workspace)
    with opened_desks.asked(staff=True) as desk:
        # The three that the network began with wait among the others.
        assert desk.ask("bus drivers").note.startswith("What members wrote is being read")
    gated.open.set()
    opened_desks.close()
