"""Backups are whole, and bringing one back is all or nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from build_network import FALL, tiny
from matcher.errors import ConflictError, InputError, NotFoundError
from matcher.store import migrate
from matcher.workflow import restoring
from matcher.workflow.restoring import restore
from matcher.workflow.safety import MANIFEST, backup
from matcher.workflow.workspace import Workspace, open_workspace
from words_embedder import WordsEmbedder

pytestmark = pytest.mark.sqlite
NOON = datetime(2026, 9, 14, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small network with a taxonomy of its own, closed, and its backup beside it."""
    folder = tmp_path_factory.mktemp("made")
    with tiny(folder / "network", 4) as workspace:
        (folder / "network" / "taxonomy").mkdir()
        (folder / "network" / "taxonomy" / "acronyms.csv").write_text("acronym,meaning\nBOE,board\n")
        backup(workspace, folder / "kept" / "network.zip", NOON)
    return folder


@pytest.fixture
def network(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made / "network", tmp_path / "network")


@pytest.fixture
def packed(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made / "kept", tmp_path / "kept") / "network.zip"


def opened(folder: Path) -> AbstractContextManager[Workspace]:
    return open_workspace(folder, WordsEmbedder())


def rename(folder: Path, name: str) -> None:
    with closing(sqlite3.connect(folder / "network.db")) as connection, connection:
        connection.execute("UPDATE member SET name = ? WHERE id = 'm0'", (name,))


def name_in(folder: Path) -> str:
    with opened(folder) as workspace, workspace.store.read() as reading:
        return reading.member("m0").name


def state(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, by its path."""
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_a_backup_brings_a_network_back_to_a_place_where_there_is_none(packed: Path, network: Path) -> None:
    before = state(network)
    shutil.rmtree(network)
    found, kept = restore(network, packed)
    assert kept == ()
    assert found.manifest.made == NOON
    assert set(found.manifest.sha256) == {"network.db", "matcher.toml", "taxonomy/acronyms.csv"}
    assert name_in(network) == "Person 0"
    after = state(network)
    assert after.keys() == before.keys()
    assert {name: after[name] for name in after if name != "network.db"} == {
        name: before[name] for name in before if name != "network.db"
    }


def test_a_backup_is_readable_by_its_owner_alone_and_leaves_nothing_beside(packed: Path) -> None:
    assert packed.stat().st_mode & 0o777 == 0o600
    assert list(packed.parent.iterdir()) == [packed]


def test_what_was_there_is_kept_beside_what_is_brought_back(packed: Path, network: Path) -> None:
    rename(network, "Somebody Else")
    (network / "matcher.toml").write_text("[pairs]\nthreshold = 7\n")
    (network / "taxonomy" / "more.txt").write_text("x")
    _, kept = restore(network, packed)
    names = ["matcher.toml.before-restore", "taxonomy.before-restore", "network.db.before-restore"]
    assert [path.name for path in kept] == names
    assert kept[0].read_text() == "[pairs]\nthreshold = 7\n"
    rename(network, "Somebody New")
    _, kept = restore(network, packed)  # an earlier copy makes room
    assert [path.name for path in kept] == names[2:]
    assert name_in(network) == "Person 0"
    assert not (network / "taxonomy" / "more.txt").exists()
    assert not [*network.glob("*part*"), *network.glob("*-wal")]
    kept[0].replace(network / "network.db")
    assert name_in(network) == "Somebody New", "it can be put back"


def test_what_is_brought_back_is_readable_by_whom_it_was(packed: Path, network: Path) -> None:
    database = network / "network.db"
    database.chmod(0o640)
    restore(network, packed)
    assert database.stat().st_mode & 0o777 == 0o640
    assert (network / "network.db.before-restore").stat().st_mode & 0o777 == 0o600
    database.unlink()
    restore(network, packed)
    assert database.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser gives files away")
def test_the_superuser_brings_it_back_for_whom_it_belongs_to(packed: Path, network: Path) -> None:
    os.chown(network / "network.db", 65534, 65534)
    restore(network, packed)
    assert (network / "network.db").stat().st_uid == 65534


def test_a_backup_is_of_one_moment_while_others_write(network: Path, tmp_path: Path) -> None:
    with opened(network) as workspace:
        with workspace.store.write() as writing:
            writing.put_terms([FALL])
            backup(workspace, tmp_path / "one.zip", NOON)
        made = backup(workspace, tmp_path / "two.zip", NOON)
        with workspace.store.read() as reading:
            assert made.manifest.last_hash == reading.last_hash() != ""
    terms = []
    for name in ("one", "two"):
        restore(tmp_path / name, tmp_path / f"{name}.zip")
        with opened(tmp_path / name) as workspace, workspace.store.read() as reading:
            terms.append(reading.terms())
    assert terms == [(), (FALL,)]


def altered(packed: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(packed) as read:
        files = {name: read.read(name) for name in read.namelist()}
    change(files)
    with zipfile.ZipFile(packed, "w") as write:
        for name, content in files.items():
            write.writestr(name, content)
    return packed


def _list(files: dict[str, bytes], **changed: object) -> None:
    files[MANIFEST] = json.dumps({**json.loads(files[MANIFEST]), **changed}).encode()


def _list_also(name: str) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        files[name] = b"x"
        listed = json.loads(files[MANIFEST])["sha256"]
        _list(files, sha256={**listed, name: hashlib.sha256(b"x").hexdigest()})

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda files: files.update({"matcher.toml": b"[pairs]\n"}), "matcher.toml is not as it was written"),
        (lambda files: files.pop("matcher.toml"), "does not hold the files that it lists"),
        (lambda files: files.update(more=b"x"), "does not hold the files that it lists"),
        (lambda files: files.pop(MANIFEST), "cut off or altered"),
        (lambda files: files.update({MANIFEST: b"{}"}), "cut off or altered"),
        (lambda files: files.update({MANIFEST: b"\xff"}), "cut off or altered"),
        (lambda files: _list(files, form=2), "form that this version does not know"),
        (_list_also("../evil.txt"), "none of a network's"),
        (_list_also("/etc/evil"), "none of a network's"),
        (_list_also("taxonomy/../../evil"), "none of a network's"),
        (_list_also("taxonomy/.."), "none of a network's"),
        (_list_also("evil.py"), "none of a network's"),
    ],
)
def test_a_backup_that_is_not_as_it_was_written_changes_nothing(
    packed: Path, network: Path, change: Callable[[dict[str, bytes]], None], message: str
) -> None:
    before = state(network.parent)
    altered(packed, change)
    with pytest.raises(InputError, match=message) as raised:
        restore(network, packed)
    assert raised.value.cure
    after = state(network.parent)
    name = str(packed.relative_to(network.parent))
    assert {**before, name: b""} == {**after, name: b""}


@pytest.mark.parametrize("cut", [0, 100, -30])
def test_a_backup_that_was_cut_off_is_refused(packed: Path, network: Path, cut: int) -> None:
    packed.write_bytes(packed.read_bytes()[:cut])
    with pytest.raises(InputError, match="cut off or altered"):
        restore(network, packed)


def test_no_backup_at_all_is_not_found(network: Path) -> None:
    with pytest.raises(NotFoundError, match="no file"):
        restore(network, network / "none.zip")


def test_a_refused_backup_leaves_no_folder_that_was_not_there(packed: Path, tmp_path: Path) -> None:
    (empty := tmp_path / "empty").mkdir()
    with pytest.raises(NotFoundError):
        restore(tmp_path / "drill", tmp_path / "none.zip")
    packed.write_bytes(packed.read_bytes()[:100])
    for folder in (tmp_path / "drill", empty):
        with pytest.raises(InputError, match="cut off"):
            restore(folder, packed)
    assert not (tmp_path / "drill").exists()
    assert empty.is_dir(), "which was there before"


def _damage(files: dict[str, bytes]) -> None:
    data = files["network.db"]
    files["network.db"] = data[: len(data) // 3] + b"\xff" * (len(data) // 3) + data[2 * len(data) // 3 :]
    listed = json.loads(files[MANIFEST])["sha256"]
    _list(files, sha256={**listed, "network.db": hashlib.sha256(files["network.db"]).hexdigest()})


def test_a_database_that_is_damaged_or_newer_is_not_put_in_place(
    packed: Path, network: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(network)
    with monkeypatch.context() as older:
        older.setattr(migrate, "HEAD", "matcher_0001")
        older.setattr(migrate, "_known", lambda: {"matcher_0001"})
        with pytest.raises(InputError, match="newer version"):
            restore(network, packed)
    assert state(network) == before
    altered(packed, _damage)
    with pytest.raises(InputError, match="damaged"):
        restore(network, packed)
    assert state(network) == before


def test_a_network_in_use_is_left_as_it_is(packed: Path, network: Path) -> None:
    program = (
        "import sys; from matcher.store import open_store; s = open_store(sys.argv[1])\n"
        "with s.read() as r: r.members()\nprint('open', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(network / "network.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        before = (network / "matcher.toml").read_bytes()
        with pytest.raises(ConflictError, match=r"using .*network\.db.*Stop the service"):
            restore(network, packed)
        assert (network / "matcher.toml").read_bytes() == before
        assert not list(network.glob("*before-restore*"))
        other.communicate("")
    restore(network, packed)


def test_a_network_whose_database_is_damaged_is_brought_back(packed: Path, network: Path) -> None:
    (network / "network.db").write_bytes(b"not a database" * 1000)
    _, kept = restore(network, packed)
    assert kept[-1].read_bytes() == b"not a database" * 1000
    assert name_in(network) == "Person 0"


def test_an_error_half_way_puts_everything_back(
    packed: Path, network: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (network / "matcher.toml").write_text("[pairs]\nthreshold = 7\n")
    before = state(network)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(restoring, "replace_database", full)
        with pytest.raises(InputError, match=r"No space left on device.*as it was"):
            restore(network, packed)
    assert state(network) == before


def test_one_that_is_killed_half_way_leaves_the_old_database_and_is_done_once_more(
    packed: Path, network: Path
) -> None:
    (network / "matcher.toml").write_text("[pairs]\nthreshold = 7\n")
    rename(network, "Somebody Else")
    program = (
        "import os, signal, sys; from pathlib import Path; from matcher.workflow import restoring\n"
        "restoring.replace_database = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "restoring.restore(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    ended = subprocess.run([sys.executable, "-c", program, network, packed], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert name_in(network) == "Somebody Else"
    restore(network, packed)
    assert name_in(network) == "Person 0"
    assert (network / "matcher.toml.before-restore").read_text() == "[pairs]\nthreshold = 7\n"
    assert not list(network.glob(".restore-*"))


def test_a_backup_that_cannot_be_written_leaves_the_earlier_one(
    packed: Path, network: Path, tmp_path: Path
) -> None:
    before = packed.read_bytes()
    (tmp_path / "taken").write_text("a file")
    with opened(network) as workspace:
        with pytest.raises(InputError, match="cannot be written"):
            backup(workspace, tmp_path / "taken" / "network.zip", NOON)
        assert packed.read_bytes() == before
        backup(workspace, packed, NOON)
    assert list(packed.parent.iterdir()) == [packed]
