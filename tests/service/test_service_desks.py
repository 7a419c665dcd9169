"""Questions are asked side by side; what was written is taken up in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from build_service import make_network, opened
from matcher.domain import StatementKind
from matcher.errors import InputError
from matcher.workflow import asking, intake
from matcher.workflow.workspace import Workspace
from service.desks import Desks


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    make_network(tmp_path, accounts=False)
    with opened(tmp_path) as workspace:
        yield workspace


def test_many_ask_at_a_time(workspace: Workspace) -> None:
    desks = Desks(workspace)
    for _ in range(2):  # opening it kept the vectors of texts that had none: that is taken up, too
        with desks.asked(staff=True):
            pass
    both = threading.Barrier(2)
    found = []

    def ask() -> None:
        with desks.asked(staff=True) as desk:
            both.wait(10)  # breaks where the other one is kept out
            found.append(desk)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 2
    assert found[0] is found[1]


def test_what_was_written_is_taken_up_once_nobody_asks(workspace: Workspace) -> None:
    desks = Desks(workspace)
    entered = threading.Event()
    answers = []

    def ask() -> None:
        entered.set()
        with desks.asked(staff=True) as desk:
            answers.append(desk.ask("xylophone repair").answers)

    with desks.asked(staff=True) as desk:
        before = desk.last
        kept = intake.add_statement(workspace, "u", StatementKind.PRACTICE, "xylophone repair")
        other = threading.Thread(target=ask)
        other.start()
        assert entered.wait(10)
        other.join(0.2)
        assert other.is_alive()  # it waits for this one
        assert desk.last == before
    other.join(10)
    assert answers[0][0].statement_id == kept.id
    with desks.asked(staff=True) as again:
        assert again is desk
        assert again.last > before


def test_staff_and_members_ask_at_desks_of_their_own(workspace: Workspace) -> None:
    desks = Desks(workspace)
    with desks.asked(staff=True) as desk:
        assert (desk.staff, desk.directory) == (True, False)
    with desks.asked(staff=False) as desk:
        assert (desk.staff, desk.directory) == (False, True)


def test_after_a_desk_that_cannot_be_opened_the_next_is(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    desks = Desks(workspace)

    def fails(*_: object, **__: object) -> None:
        raise InputError("There are no members.", cure="Import them.")

    with monkeypatch.context() as patch:
        patch.setattr(asking, "open_desk", fails)
        with pytest.raises(InputError), desks.asked(staff=True):
            pass
    with desks.asked(staff=True) as desk:
        assert desk.ask("bus drivers").answers
