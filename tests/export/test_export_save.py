"""Files are written whole or not at all, and who cannot write is told what to do."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from matcher.errors import InputError
from matcher.export.save import save_bytes


def test_it_is_written_and_its_folder_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "x.html"
    save_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in path.parent.iterdir()] == ["x.html"]


def test_it_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    path.write_bytes(b"old")
    save_bytes(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_folder_cannot_be_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="It is a folder") as caught:
        save_bytes(tmp_path, b"x")
    assert "name of a file" in caught.value.cure
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(InputError, match="cannot be written") as caught:
        save_bytes(tmp_path / "out" / "x.html", b"x")
    assert "another place" in caught.value.cure


@pytest.mark.parametrize(
    ("error", "cure"),
    [
        (PermissionError(errno.EACCES, "denied"), "open in another program"),
        (OSError(errno.ENOSPC, "No space left on device"), "another place"),
    ],
)
def test_the_old_file_stays_where_the_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, cure: str
) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"old")

    def refuse(self: Path, target: Path) -> None:
        raise error

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(InputError) as caught:
        save_bytes(path, b"new")
    assert cure in caught.value.cure
    assert caught.value.place.file == str(path)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.xlsx"]


def test_a_name_too_long_is_the_users_to_mend(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        save_bytes(tmp_path / ("x" * 300), b"x")
