"""What can happen to a file, done to it for real: each is one message with a cure."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import build_store
import child_writer
from matcher.domain import Member
from matcher.errors import ConflictError, InputError, MatcherError, NotFoundError
from matcher.store import connect, open_store
from matcher.store.failures import translated


def _child(path: Path, *what: str) -> list[str]:
    return [sys.executable, child_writer.__file__, str(path), *what]


def _big_store(path: Path) -> None:
    """A store of some hundred pages, closed."""
    with open_store(path, create=True) as store, store.write() as writing:
        writing.put_organizations(build_store.ORGANIZATIONS)
        writing.put_members(Member(f"m{i}", "x" * 1000, "o-1") for i in range(400))


def _read_members(path: Path) -> int:
    with open_store(path) as store, store.read() as reading:
        return len(reading.members())


def test_a_missing_file_is_not_made_in_silence(path: Path) -> None:
    with pytest.raises(NotFoundError, match="matcher init"):
        open_store(path)
    assert not path.exists()


def test_an_empty_file_is_no_store_until_it_is_made_one(path: Path) -> None:
    path.touch()
    with pytest.raises(NotFoundError, match="matcher init"):
        open_store(path)
    open_store(path, create=True).close()
    open_store(str(path)).close()


def test_making_a_store_that_is_there_opens_it(path: Path) -> None:
    with open_store(path, create=True) as store:
        build_store.filled(store)
    with open_store(f"sqlite:///{path}", create=True) as store, store.read() as reading:
        assert reading.members() == build_store.MEMBERS


@pytest.mark.parametrize("content", [b"Name,State\nAda,VT\n" * 100, b"PK\x03\x04" + bytes(5000)])
def test_a_file_that_is_no_database(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    for create in (False, True):
        with pytest.raises(InputError, match=r"not a database.* Put a backup copy"):
            open_store(path, create=create)
    assert path.read_bytes() == content


@pytest.mark.parametrize("table", ["CREATE TABLE song (id)", "CREATE TABLE alembic_version (version_num)"])
def test_the_database_of_another_program_is_left_as_it_is(path: Path, table: str) -> None:
    other = sqlite3.connect(path)
    other.execute(table)
    other.close()
    content = path.read_bytes()
    for create in (False, True):
        with pytest.raises(InputError, match="of another program"):
            open_store(path, create=create)
    assert path.read_bytes() == content


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(MatcherError, match="cannot be opened"):
        open_store(tmp_path)


def test_a_store_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MatcherError, match="Check that its folder exists"):
        open_store(tmp_path / "none" / "network.db", create=True)


def test_a_truncated_file_is_damaged(path: Path) -> None:
    _big_store(path)
    with path.open("rb+") as file:
        file.truncate(path.stat().st_size // 2)
    with pytest.raises(InputError, match=r"damaged\. Put a backup copy"):
        _read_members(path)


def test_a_file_with_overwritten_pages_is_damaged(path: Path) -> None:
    _big_store(path)
    size = path.stat().st_size
    with path.open("rb+") as file:
        file.seek(size // 3)
        file.write(b"\xff" * (size // 3))
    with pytest.raises(InputError, match="damaged"):
        _read_members(path)


def test_a_full_disk_undoes_the_transaction_and_the_store_goes_on(path: Path) -> None:
    _big_store(path)
    limited = True

    def limit(connection: Any, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 3 if limited else 10**6}")

    more = [Member(f"n{i}", "x" * 1000, "o-1") for i in range(100)]
    with open_store(path) as store:
        store.close()
        sa.event.listen(store._engine, "connect", limit)
        with pytest.raises(MatcherError, match=r"is full; nothing was changed\. Free some space"):
            build_store.write(
                store, lambda w: w.remember_mapping("h", "x = 1"), lambda w: w.put_members(more)
            )
        with store.read() as reading:
            assert len(reading.members()) == 400
            assert reading.mappings() == {}
        limited = False
        store.close()
        with store.write() as writing:
            assert writing.put_members(more) == 100


def test_a_full_disk_while_it_is_made(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_engine = connect.make_engine

    def limited(url: sa.URL) -> sa.Engine:
        engine = make_engine(url)
        sa.event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA max_page_count = 5"))
        return engine

    with monkeypatch.context() as patch:
        patch.setattr("matcher.store.repository.make_engine", limited)
        with pytest.raises(MatcherError, match="is full"):
            open_store(path, create=True)
    with pytest.raises(NotFoundError):
        open_store(path)
    open_store(path, create=True).close()


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that another user can enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("create", [False, True])
def test_a_read_only_folder(shared_folder: Path, create: bool) -> None:
    path = shared_folder / "network.db"
    if not create:
        _big_store(path)
        path.chmod(0o444)
    shared_folder.chmod(0o555)
    what = ["unprivileged", *(["create"] if create else [])]
    said = subprocess.run(_child(path, *what), capture_output=True, text=True, check=True).stdout
    assert said.startswith(f"MatcherError: {path} cannot be opened for writing. Check"), said


def test_another_writer_that_does_not_end_is_a_conflict(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "BUSY_SECONDS", 0.2)
    with open_store(path, create=True) as store:
        build_store.filled(store)
        with subprocess.Popen(
            _child(path, "hold"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "held\n"
            with pytest.raises(ConflictError, match=r"Somebody else is writing .* try again"):
                build_store.write(store)
            with store.read() as reading:
                assert reading.members() == build_store.MEMBERS
            other.communicate("")
        assert other.returncode == 0
        with store.write() as writing:
            assert len(writing.members()) == 2003


def test_writers_wait_for_each_other_and_lose_nothing(path: Path) -> None:
    """Each reads and then writes: without BEGIN IMMEDIATE this fails at once (SQLITE_BUSY_SNAPSHOT)."""
    failures: list[BaseException] = []

    def count_up() -> None:
        try:
            for _ in range(15):
                with store.write() as writing:
                    writing.remember_mapping("n", str(int(writing.mappings().get("n", 0)) + 1))
        except BaseException as error:
            failures.append(error)

    with open_store(path, create=True) as store:
        threads = [threading.Thread(target=count_up) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        with store.read() as reading:
            assert reading.mappings() == {"n": "60"}


def test_an_error_that_is_a_bug_stays_what_it_is(path: Path) -> None:
    with (
        open_store(path, create=True) as store,
        pytest.raises(sa.exc.OperationalError, match="no such table"),
        store.read() as reading,
    ):
        reading._connection.execute(sa.text("SELECT * FROM absent"))


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("mysql://host/db", "'mysql' cannot be used"),
        ("postgresql+asyncpg://host/db", "cannot be used"),
        ("://", "not the address"),
        ("", "in memory"),
        (":memory:", "in memory"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
    ],
)
def test_an_address_that_cannot_be_used(address: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        open_store(address, create=True)
    assert "postgresql://" in raised.value.cure


def test_a_driver_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InputError, match=r"'psycopg' .* pip install 'psycopg\[binary\]'"):
        open_store("postgresql://user:secret@host/network")


class _ServerError(Exception):
    def __init__(self, sqlstate: str | None) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "kind", "message"),
    [
        ("55P03", ConflictError, "Somebody else"),
        ("40001", ConflictError, "Somebody else"),
        ("53100", MatcherError, "is full"),
        ("25006", MatcherError, "for writing"),
        ("23503", InputError, "refers to"),
        ("22003", InputError, "does not fit"),
        ("57P01", MatcherError, "does not answer"),
        (None, MatcherError, "does not answer"),
    ],
)
def test_a_server_s_codes(sqlstate: str | None, kind: type[MatcherError], message: str) -> None:
    with pytest.raises(kind, match=message) as raised, translated("the database"):
        raise sa.exc.OperationalError("SELECT 1", {}, _ServerError(sqlstate))
    assert type(raised.value) is kind
    assert raised.value.cure


def test_an_unknown_code_of_a_server_is_a_bug() -> None:
    with pytest.raises(sa.exc.ProgrammingError), translated("the database"):
        raise sa.exc.ProgrammingError("SELECT 1", {}, _ServerError("42P01"))


def test_settings_of_a_connection(path: Path) -> None:
    with open_store(path, create=True) as store, store.write() as writing:
        ask = writing._connection.exec_driver_sql
        assert ask("PRAGMA foreign_keys").scalar() == 1
        assert ask("PRAGMA synchronous").scalar() == 2
        assert ask("PRAGMA busy_timeout").scalar() == 5000
        assert ask("PRAGMA journal_mode").scalar() == "wal"
    assert list(path.parent.iterdir()) == [path]
