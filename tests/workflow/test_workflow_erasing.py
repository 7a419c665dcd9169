"""A member that is erased is gone from the files, and everything goes on without it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from build_network import FALL, FILES, example, tiny
from matcher.accounts import Account, Role
from matcher.config import Settings
from matcher.domain import Exchange, ExchangeStatus, NextStep, Statement, StatementKind, Structure
from matcher.embed import Vectors
from matcher.errors import ConflictError, InputError, NotFoundError
from matcher.intake.changes import Status
from matcher.outcome import ChangeKind
from matcher.record import digest
from matcher.store import RunKind, connect, schema
from matcher.workflow import decisions, intake, repairing, showing, term, topics
from matcher.workflow.asking import open_desk
from matcher.workflow.case import load
from matcher.workflow.erasing import erase, erasing
from matcher.workflow.safety import check
from matcher.workflow.workspace import Workspace, open_workspace
from words_embedder import WordsEmbedder

NOON = datetime(2026, 9, 14, 12, tzinfo=UTC)
NAME, EMAIL = "Zebedee Quillfeather", "zq@quill.example"
TEXT = "Our marmalade buses never come on Thursdays"
OLDER = "An older wording that was replaced"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Settings]:
    """A tiny network in which m5 wrote a text of its own, changed it, and wrote what others wrote as well;
    with a whole term. Closed, and the settings it was formed with."""
    folder = tmp_path_factory.mktemp("erasing") / "network"
    with tiny(folder) as opened:
        with opened.store.write() as writing:
            known = writing.member("m5")
            writing.put_members([replace(known, name=NAME, email=EMAIL, role="Keeper of marmalade")])
            writing.put_statements([Statement("own", "m5", StatementKind.CHALLENGE, OLDER)])
        load(opened)
        with opened.store.write() as writing:
            writing.put_statements([Statement("own", "m5", StatementKind.CHALLENGE, TEXT)])
            writing.put_account(Account("a-5", EMAIL, NAME, Role.MEMBER, "m5", True, NOON), "$hash")
        topics.find_topics(opened)
        for form in (term.form_pairs, term.form_cohorts, term.form_visits):
            form(opened, FALL)
        return folder, opened.settings


@pytest.fixture
def workspace(made: tuple[Path, Settings], tmp_path: Path) -> Iterator[Workspace]:
    folder, settings = made
    with open_workspace(shutil.copytree(folder, tmp_path / "network"), WordsEmbedder()) as opened:
        yield replace(opened, settings=settings)


def files(workspace: Workspace) -> dict[str, bytes]:
    """What is in the network's files; of a database on a server, all that it tells."""
    engine = workspace.store._engine
    if engine.dialect.name != "sqlite":
        with engine.connect() as connection:
            rows = {
                each.name: connection.execute(sa.select(each)).all() for each in schema.metadata.sorted_tables
            }
        return {name: repr(found).lower().encode() for name, found in rows.items()}
    return {path.name: path.read_bytes().lower() for path in workspace.folder.iterdir() if path.is_file()}


def holding(workspace: Workspace, *words: str) -> set[tuple[str, str]]:
    return {
        (name, word)
        for name, data in files(workspace).items()
        for word in words
        if word.lower().encode() in data
    }


def test_no_byte_of_its_name_address_or_texts_is_left(workspace: Workspace) -> None:
    words = (NAME, EMAIL, TEXT, "Keeper of marmalade", "marmalade", "Quillfeather")
    assert {word for _, word in holding(workspace, *words)} == {*words}
    found = erase(workspace, "m5", NOON)
    assert holding(workspace, *words, OLDER) == set()
    assert found.name == NAME
    assert (found.counts["statements"], found.counts["accounts"], found.counts["vectors"]) == (3, 1, 2)
    assert (found.mentions, found.copies) == ({}, ())


def test_vectors_that_others_need_stay(workspace: Workspace) -> None:
    with workspace.store.read() as reading:
        shared = [each.text for each in reading.statements() if each.member_id == "m1"]
    erase(workspace, "m5", NOON)
    with workspace.store.read() as reading:
        kept = reading.vectors("words", map(digest, [*shared, TEXT, OLDER]))
    assert kept.keys() == {*map(digest, shared)}


def test_kept_problems_and_solutions_hold_no_texts(workspace: Workspace) -> None:
    """Ids, numbers, hashes of texts, and a topic's words: what a run was given and found needs no change but
    in those words."""
    with workspace.store.read() as reading:
        members, statements = reading.members(), reading.statements()
        runs = [reading.run(run.id) for run in reading.runs()]
    assert {run.kind for run in runs} == {*RunKind}
    told = {each.name for each in members} | {each.email for each in members}
    # A text of two words is what a topic may be called; the longer ones stand for all.
    told |= {each.text for each in statements if len(each.text.split()) > 2}
    for run in runs:
        assert not [each for each in told if each in run.problem or each in run.solution], run.kind


def test_its_past_stays_and_everything_is_sound(workspace: Workspace) -> None:
    with workspace.store.read() as reading:
        exchanges, runs = reading.exchanges(), reading.runs()
        before = {run.id: reading.run(run.id).problem for run in runs}
    assert any("m5" in each.member_ids for each in exchanges)
    erase(workspace, "m5", NOON)
    with workspace.store.read() as reading:
        assert (reading.exchanges(), reading.runs()) == (exchanges, runs)
        assert {run.id: reading.run(run.id).problem for run in runs} == before
    assert [each for each in check(workspace) if each.wrong] == []


def test_what_was_formed_is_shown_and_mended_and_formed_anew_without_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    decisions.adjust(workspace, FALL, RunKind.PAIRS, ChangeKind.PIN, "m5", "m8", keep_it=True)
    erase(workspace, "m5", NOON)
    workbook, report = showing.export(workspace, FALL, tmp_path / "out", staff=True)
    assert workbook.exists()
    assert NAME not in report.read_text("utf-8")
    (mended,) = repairing.repair(workspace, FALL, RunKind.PAIRS, keep_it=True)
    assert mended.gone == ("(erased)",)
    pairs = term.form_pairs(workspace, FALL)
    assert pairs.pairs
    term.form_cohorts(workspace, FALL)
    term.form_visits(workspace, FALL)
    with workspace.store.read() as reading:
        formed = [each for each in reading.exchanges() if each.status is ExchangeStatus.PROPOSED]
    assert formed
    assert not [each for each in formed if "m5" in each.member_ids]


def test_nobody_finds_it(workspace: Workspace) -> None:
    erase(workspace, "m5", NOON)
    found = open_desk(workspace).ask("marmalade buses on Thursdays")
    assert "m5" not in {each.person.id for each in (*found.answers, *found.nearest)}


def test_what_is_still_to_come_and_what_others_wrote_is_told(workspace: Workspace) -> None:
    agreed = Exchange("x-a", FALL, Structure.ONE_TO_ONE, ("m5", "m9"), ExchangeStatus.AGREED)
    held = Exchange("x-h", FALL, Structure.ONE_TO_ONE, ("m5", "m7"), ExchangeStatus.HELD)
    with workspace.store.write() as writing:
        writing.put_exchanges([agreed, held])
        writing.put_next_steps([NextStep("x-h", "m7", f"write to {NAME.upper()}")])
    (workspace.folder / "network.db.before-matcher_0002").write_bytes(b"")
    told = erasing(workspace, EMAIL)
    assert (told.id, told.name, told.counts["statements"]) == ("m5", NAME, 3)
    found = erase(workspace, told.id, NOON)
    assert "x-a" in found.open
    assert "x-h" not in found.open
    assert found.mentions == {"next_step.text": 1}
    assert [path.name for path in found.copies] == ["network.db.before-matcher_0002"]


def test_telling_what_would_go_changes_nothing(workspace: Workspace) -> None:
    with workspace.store.read() as reading:
        before = reading.last_hash()
    erasing(workspace, "m5")
    with workspace.store.read() as reading:
        assert (reading.last_hash(), reading.erased()) == (before, frozenset())


def test_nobody_that_is_not_there_is_erased(workspace: Workspace) -> None:
    for ask in (lambda: erasing(workspace, "nobody"), lambda: erase(workspace, "nobody", NOON)):
        with pytest.raises(NotFoundError, match="no member 'nobody'"):
            ask()


def test_while_somebody_reads_it_is_erased_and_the_files_are_told_of(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "BUSY_SECONDS", 0.2)
    workspace.store.close()  # what is opened from now on waits no longer
    with workspace.store.read() as reading:
        reading.members()
        with pytest.raises(ConflictError, match="Try again"):
            erase(workspace, "m5", NOON)
    with workspace.store.read() as reading:
        assert reading.erased() == {"m5"}
    erase(workspace, "m5", NOON)
    assert holding(workspace, NAME, EMAIL, TEXT) == set()


def test_an_import_does_not_bring_it_back(tmp_path: Path) -> None:
    with example(tmp_path / "network", WordsEmbedder()) as workspace:
        with workspace.store.read() as reading:
            member = reading.members()[0]
        erase(workspace, member.id, NOON)
        seen = intake.preview(workspace, FILES)
        assert seen.plan.of(Status.NEW) == seen.plan.of(Status.CHANGED) == ()
        rows = {note.place.file for note in seen.plan.notes if note.message == intake.ERASED_ROW}
        assert rows == {"roster.csv", "intake.xlsx"}
        intake.commit(workspace, seen)
        with workspace.store.read() as reading:
            assert reading.member(member.id).name == "(erased)"
            assert member.name not in {each.name for each in reading.members()}
            assert not [each for each in reading.statements() if each.member_id == member.id and each.text]


class Meanwhile(WordsEmbedder):
    """Something happens while texts are read."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self.happens = happens

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.happens()
        return super().embed(texts)


def test_who_is_erased_while_its_text_is_read_leaves_no_vector(workspace: Workspace) -> None:
    with workspace.store.write() as writing:
        writing.put_statements(
            [
                Statement("late", "m5", StatementKind.CHALLENGE, "a text that came late"),
                Statement("others", "m1", StatementKind.CHALLENGE, "what somebody else wrote"),
            ]
        )
    load(replace(workspace, embedder=Meanwhile(lambda: erase(workspace, "m5", NOON))))
    with workspace.store.read() as reading:
        kept = reading.vectors(workspace.embedder.key, [digest("what somebody else wrote")])
    assert len(kept) == 1
    assert [each.note for each in check(workspace) if each.what == "vectors"] == [""]


def test_nothing_is_taken_of_who_is_erased_while_it_is_read(workspace: Workspace) -> None:
    reading_slowly = replace(workspace, embedder=Meanwhile(lambda: erase(workspace, "m5", NOON)))
    with pytest.raises(InputError, match="was erased"):
        intake.add_statement(reading_slowly, "m5", StatementKind.CHALLENGE, "a text that came late")
    with workspace.store.read() as reading:
        assert not reading.vectors(workspace.embedder.key, [digest("a text that came late")])
