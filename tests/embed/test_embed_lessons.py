"""The texts that the model is taught with: what is read, parted, and refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.embed.lessons import REHEARSAL, Lesson, Lessons, lessons_folder, read_lessons
from matcher.errors import InputError, NotFoundError

A, B, C = Lesson("one", "a"), Lesson("two", "b"), Lesson("three", "a")


def test_files_by_name_lines_in_order_and_other_keys_passed_over(tmp_path: Path) -> None:
    (tmp_path / "z.jsonl").write_text('{"text": "three", "area": "a"}\n', "utf-8")
    (tmp_path / "m.jsonl").write_text(
        '{"text": "one", "area": "a", "kind": "challenge"}\n\n  \n{"area": "b", "text": "two"}', "utf-8"
    )
    (tmp_path / "notes.txt").write_text("not read")
    assert read_lessons(tmp_path) == Lessons((A, B, C))


def test_only_the_end_of_a_line_ends_it(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_text('{"text": "one\u2028two", "area": "a"}\r\n', "utf-8")
    assert read_lessons(tmp_path).lessons == (Lesson("one\u2028two", "a"),)


def test_rehearsal_needs_no_area(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_text('{"text": "one", "area": "a"}\n', "utf-8")
    (tmp_path / REHEARSAL).write_text('{"text": "rain"}\n{"text": "caf\u00e9", "group": "x"}\n', "utf-8")
    assert read_lessons(tmp_path) == Lessons((A,), ("rain", "caf\u00e9"))


def test_areas_in_the_order_in_which_they_occur() -> None:
    assert Lessons((B, A, C, B)).areas() == ("b", "a")


def test_parted_keeps_every_lesson_on_one_side() -> None:
    kept, held = Lessons((A, B, C), ("rain",)).parted(frozenset({"a", "none"}))
    assert (kept, held) == (Lessons((B,), ("rain",)), (A, C))


def test_the_variable_names_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MATCHER_TRAINING", raising=False)
    assert (lessons_folder() / REHEARSAL).is_file()
    monkeypatch.setenv("MATCHER_TRAINING", str(tmp_path))
    assert lessons_folder() == tmp_path


@pytest.mark.parametrize("name", [None, "texts.csv", REHEARSAL])
def test_a_folder_without_lessons(tmp_path: Path, name: str | None) -> None:
    if name:
        (tmp_path / name).write_text('{"text": "rain"}\n')
    with pytest.raises(NotFoundError, match=rf"'{tmp_path.name}' holds no texts.*It needs .jsonl files"):
        read_lessons(tmp_path)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"text": "one"}', "It has no area. Give every line its area."),
        ('{"area": "a"}', "It has no text."),
        ('{"text": " ", "area": "a"}', "It has no text."),
        ('{"text": 5, "area": "a"}', "It has no text."),
        ('{"text": "one", "area": null}', "It has no area."),
        ('{"text": "one"', "It is not JSON: "),
        ('["one", "a"]', 'It is no object. Write {"text": ..., "area": ...}.'),
    ],
)
def test_a_fault_is_named_with_file_and_line(tmp_path: Path, line: str, expected: str) -> None:
    (tmp_path / "m.jsonl").write_text('{"text": "fine", "area": "a"}\n\n' + line + "\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_lessons(tmp_path)
    assert f"m.jsonl, row 3: {expected}" in str(caught.value)
    assert caught.value.cure


def test_a_fault_in_the_rehearsal(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_text('{"text": "fine", "area": "a"}\n')
    (tmp_path / REHEARSAL).write_text('{"group": "rain"}\n')
    with pytest.raises(InputError, match=f"{REHEARSAL}, row 1: It has no text"):
        read_lessons(tmp_path)


def test_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_bytes('{"text": "caf\u00e9", "area": "a"}'.encode("latin-1"))
    with pytest.raises(InputError, match=r"m\.jsonl: It is not UTF-8\. Save it as UTF-8"):
        read_lessons(tmp_path)
