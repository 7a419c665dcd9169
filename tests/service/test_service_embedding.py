"""Texts are read in a process of its own, for many threads."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest

from matcher.errors import ArtefactError
from matcher.workflow.workspace import create, open_workspace
from service import embedding
from service import reader as program
from service.embedding import READER, TOGETHER, ReadApart, ReaderEndedError
from service.reader import main
from words_embedder import WordsEmbedder

PROGRAM = (sys.executable, str(Path(__file__).with_name("words_reader.py")))


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ReadApart]:
    beside = {
        str(Path(module.__file__).parent) for module in (sys.modules["words_embedder"],) if module.__file__
    }
    monkeypatch.setenv("PYTHONPATH", ":".join(beside))
    with ReadApart(tmp_path, "words", PROGRAM) as opened:
        yield opened


def batches(folder: Path) -> list[list[str]]:
    return [json.loads(line) for line in (folder / "batches").read_text("utf-8").splitlines()]


def test_vectors_are_the_model_s_in_the_given_order(reader: ReadApart) -> None:
    texts = [f"bus drivers {number}" for number in range(2 * TOGETHER + 3)]
    inner = WordsEmbedder()
    assert np.array_equal(reader.embed(texts), inner.embed(texts))
    assert np.array_equal(reader.embed(texts[:2]), inner.embed(texts[:2]))
    assert reader.dimension == inner.dimension
    assert reader.embed([]).shape == (0, inner.dimension)


def test_texts_of_threads_that_wait_are_read_together_and_each_gets_its_own(
    reader: ReadApart, tmp_path: Path
) -> None:
    reader.embed(["so that it runs"])
    texts = [[f"slowly {number}", f"then {number}"] for number in range(12)]
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(reader.embed, texts))
    inner = WordsEmbedder()
    for given, vectors in zip(texts, found, strict=True):
        assert np.array_equal(vectors, inner.embed(given))
    read = batches(tmp_path)[1:]
    assert len(read) < len(texts)
    assert max(map(len, read)) <= 8
    assert sorted(text for each in read for text in each) == sorted(text for each in texts for text in each)


def test_a_question_goes_before_many_texts(reader: ReadApart, tmp_path: Path) -> None:
    reader.embed(["so that it runs"])
    begun = threading.Event()

    def many() -> None:
        begun.set()
        reader.embed([f"slowly {number}" for number in range(10 * TOGETHER)])

    thread = threading.Thread(target=many)
    thread.start()
    assert begun.wait(10)
    reader.embed(["who else?"])
    thread.join()
    read = batches(tmp_path)
    assert read.index(["who else?"]) < len(read) - 1


def test_many_texts_are_read_however_many_ask(reader: ReadApart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "_TURNS", 3)
    reader.embed(["so that it runs"])
    enough = threading.Event()

    def ask(number: int) -> None:
        while not enough.is_set():
            reader.embed([f"slowly {number}"])

    with ThreadPoolExecutor(13) as pool:
        for number in range(12):
            pool.submit(ask, number)
        many = pool.submit(reader.embed, [f"bus drivers {number}" for number in range(TOGETHER + 1)])
        try:
            assert len(many.result(20)) == TOGETHER + 1
        finally:
            enough.set()


def test_a_process_that_ended_is_started_again(reader: ReadApart, tmp_path: Path) -> None:
    assert np.array_equal(reader.embed(["end"]), WordsEmbedder().embed(["end"]))
    assert batches(tmp_path) == [["end"], ["end"]]


def test_texts_at_which_it_always_ends_are_an_error_and_others_are_read(
    reader: ReadApart, tmp_path: Path
) -> None:
    (tmp_path / "always").touch()
    with pytest.raises(ReaderEndedError, match="ended twice"):
        reader.embed(["end"])
    assert reader.embed(["another"]).shape[0] == 1


def test_an_error_of_the_model_is_raised_here(reader: ReadApart) -> None:
    with pytest.raises(ArtefactError, match="missing") as raised:
        reader.embed(["refuse"])
    assert raised.value.cure == "Install it."
    with pytest.raises(ArtefactError):
        reader.embed(["refuse"] * (TOGETHER + 1))


def test_a_process_that_does_not_answer_is_ended(
    reader: ReadApart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "_LONGEST", 1)
    monkeypatch.setattr(embedding, "_GRACE", 0)
    hanging = ReadApart(tmp_path, "words", PROGRAM)
    with pytest.raises(ReaderEndedError, match="did not answer"):
        hanging.embed(["hang"])
    assert hanging._process is None


def test_where_no_process_can_be_started_nobody_waits_for_one(tmp_path: Path) -> None:
    lost = ReadApart(tmp_path, "words", ["/nowhere"])
    with pytest.raises(ReaderEndedError):
        lost.embed(["one"])
    assert not lost._waiting


def test_an_answer_that_could_not_be_taken_is_nobody_else_s(
    reader: ReadApart, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Connection) -> None:
        raise MemoryError

    reader.embed(["so that it runs"])
    with monkeypatch.context() as patch:
        patch.setattr(Connection, "recv", full)
        with pytest.raises(MemoryError):
            reader.embed(["one"])
    assert np.array_equal(reader.embed(["another"]), WordsEmbedder().embed(["another"]))


def test_one_that_is_closed_reads_no_more(reader: ReadApart, tmp_path: Path) -> None:
    reader.embed(["one"])
    reader.close()
    reader.close()
    for texts in (["two"], ["two"] * (TOGETHER + 1)):
        with pytest.raises(ReaderEndedError, match="is ending"):
            reader.embed(texts)
    assert batches(tmp_path) == [["one"]]


def test_who_has_many_read_keeps_nobody_from_closing_it(reader: ReadApart, tmp_path: Path) -> None:
    raised = []

    def many() -> None:
        with pytest.raises(ReaderEndedError):
            reader.embed([f"slowly {number}" for number in range(50 * TOGETHER)])
        raised.append(True)

    reader.embed(["so that it runs"])
    thread = threading.Thread(target=many)
    thread.start()
    reader.close()
    thread.join(10)
    assert raised
    assert len(batches(tmp_path)) < 51


@pytest.mark.model
def test_the_program_reads_with_the_network_s_model_and_ends_with_the_other_side(tmp_path: Path) -> None:
    create(tmp_path)
    with open_workspace(tmp_path) as workspace:
        expected = workspace.embedder.embed(["bus drivers quit", "reading coaches"])
        key = workspace.embedder.key
    ours, theirs = socket.socketpair()
    command = [*READER, str(tmp_path), key, str(theirs.fileno())]
    with subprocess.Popen(command, pass_fds=(theirs.fileno(),)) as process:
        theirs.close()
        with Connection(ours.detach()) as connection:
            connection.send(["bus drivers quit", "reading coaches"])
            assert connection.poll(120)
            found = connection.recv()
        assert process.wait(30) == 0
    assert np.allclose(found, expected, atol=1e-5)


@pytest.mark.model
def test_the_program_tells_what_its_model_lacks(tmp_path: Path) -> None:
    create(tmp_path)
    own = tmp_path / "own"
    own.mkdir()
    (own / "modules.json").write_text("[]", "utf-8")
    (own / "model.safetensors").write_bytes(b"none")
    (tmp_path / "matcher.toml").write_text(f'[embedding]\nmodel = "{own}"\n', "utf-8")
    with open_workspace(tmp_path) as workspace:
        key = workspace.embedder.key
    with ReadApart(tmp_path, key) as reader, pytest.raises(ArtefactError, match="cannot be loaded"):
        reader.embed(["bus drivers"])


@pytest.mark.model
def test_the_program_reads_nothing_with_another_model_than_the_server_began_with(tmp_path: Path) -> None:
    create(tmp_path)
    with ReadApart(tmp_path, "another") as reader, pytest.raises(ArtefactError, match="service began"):
        reader.embed(["bus drivers"])


def test_the_program_tells_of_a_bug_its_kind_alone(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fails(texts: Sequence[str]) -> None:
        raise ValueError(texts)

    create(tmp_path)
    buggy = WordsEmbedder()
    monkeypatch.setattr(buggy, "embed", fails)
    monkeypatch.setattr(program, "open_workspace", lambda folder: open_workspace(folder, buggy))
    ours, theirs = socket.socketpair()
    with Connection(ours.detach()) as connection:
        connection.send(["bus drivers"])
        assert main([str(tmp_path), buggy.key, str(theirs.detach())]) == 1
    assert "ValueError in fails" in caplog.text
    assert "bus drivers" not in caplog.text + capsys.readouterr().err


def test_the_program_says_that_there_is_no_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert main([str(tmp_path), "any", str(theirs.fileno())]) == 1
    assert "There is no database" in capsys.readouterr().err
