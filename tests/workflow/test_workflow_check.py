"""A check finds what was done to a network behind its back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from build_network import tiny
from matcher.store import Reading, RunKind
from matcher.workflow.case import load
from matcher.workflow.remains import tidy
from matcher.workflow.safety import Finding, check
from matcher.workflow.workspace import Workspace, open_workspace
from words_embedder import WordsEmbedder


@pytest.fixture(scope="module")
def looked_over(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with tiny(tmp_path_factory.mktemp("check") / "network", 4) as workspace:
        with workspace.store.write() as writing:
            writing.add_run(
                RunKind.TOPICS,
                term=None,
                seed=0,
                versions="{}",
                problem="{}",
                solution="{}",
                status="found",
                seconds=0.0,
            )
        yield workspace


def wrong(found: tuple[Finding, ...]) -> dict[str, tuple[str, ...]]:
    return {each.what: each.wrong for each in found if each.wrong}


def test_a_sound_network_is_looked_over_whole(looked_over: Workspace) -> None:
    found = check(looked_over)
    assert wrong(found) == {}
    numbers = {each.what: each.many for each in found}
    assert numbers["runs"] == 1
    assert numbers["entries of the audit"] == 2
    assert numbers["references between rows"] == 20


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("line", "what", "message"),
    [
        (
            "UPDATE statement SET member_id = 'm9' WHERE id = 'c0'",
            "references",
            "1 of statement.member_id",
        ),
        ("DELETE FROM organization WHERE id = 'o1'", "references", "1 of member.organization_id"),
        ("UPDATE run SET problem = '{ }'", "runs", "run 1"),
        ("UPDATE audit SET actor = 'x' WHERE id = 1", "entries", "entry 1 was altered"),
        ("DELETE FROM audit WHERE id = 1", "entries", "entry 2 was altered"),
    ],
)
def test_what_was_done_behind_its_back_is_found(
    looked_over: Workspace, tmp_path: Path, line: str, what: str, message: str
) -> None:
    folder = tmp_path / "network"
    folder.mkdir()
    looked_over.store.back_up(folder / "network.db")
    with closing(sqlite3.connect(folder / "network.db")) as connection, connection:
        connection.execute(line)
    with open_workspace(folder, WordsEmbedder()) as workspace:
        found = wrong(check(workspace))
    assert [name.partition(" ")[0] for name in found] == [what]
    assert message in next(iter(found.values()))[0]


@pytest.mark.sqlite
def test_a_file_with_pages_that_belong_to_nothing_is_found(looked_over: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "network"
    folder.mkdir()
    looked_over.store.back_up(folder / "network.db")
    with closing(sqlite3.connect(folder / "network.db")) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'ix_statement_member_id'")
    with open_workspace(folder, WordsEmbedder()) as workspace:
        found = wrong(check(workspace))
    assert list(found) == ["the database"]


def test_a_server_s_database_is_no_file_that_was_looked_at(
    looked_over: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Reading, "damage", lambda _: None)
    database = check(looked_over)[0]
    assert (database.what, database.wrong) == ("the database", ())
    assert database.note == "its server looks after its files"


def test_vectors_without_a_text_are_told_of_and_taken_out_when_asked(looked_over: Workspace) -> None:
    load(looked_over)
    with looked_over.store.write() as writing:
        writing.put_vectors("words", {"nobody's": np.zeros(2)})
    (vectors,) = (each for each in check(looked_over) if each.what == "vectors")
    assert vectors.wrong == ()
    assert vectors.note.startswith("1 of texts that are there no more")
    assert tidy(looked_over) == 1
    (left,) = (each for each in check(looked_over) if each.what == "vectors")
    assert (left.many, left.note) == (vectors.many - 1, "")
    assert left.many > 0
    assert tidy(looked_over) == 0
