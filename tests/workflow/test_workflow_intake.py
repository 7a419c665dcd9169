"""The example brought in: what it counts, twice, in parts, against somebody else, and by mappings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from build_network import EXAMPLE, FILES, example
from matcher import config
from matcher.domain import Structure
from matcher.errors import AmbiguousInputError, ConflictError, InputError
from matcher.intake import mapping
from matcher.intake.names import REFUSED_COLUMNS
from matcher.store import Writing
from matcher.workflow import intake
from matcher.workflow.workspace import Workspace, create, open_workspace
from words_embedder import WordsEmbedder


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Workspace]:
    create(tmp_path / "net")
    with open_workspace(tmp_path / "net", WordsEmbedder()) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def brought_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The example, imported once; for tests that only look."""
    with example(tmp_path_factory.mktemp("net"), WordsEmbedder()) as workspace:
        yield workspace


def counts(workspace: Workspace) -> dict[str, int]:
    with workspace.store.read() as reading:
        return reading.counts()


def text_file(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_the_example_counts_as_its_readme_says(brought_in: Workspace) -> None:
    found = counts(brought_in)
    assert {name: found[name] for name in ("member", "organization", "exchange", "ban", "facilitator")} == {
        **{"member": 146, "organization": 144, "exchange": 55, "ban": 8, "facilitator": 6},
    }
    with brought_in.store.read() as reading:
        statements, members = reading.statements(), reading.members()
        facilitators, exchanges = reading.facilitators(), reading.exchanges()
    assert (len(statements), len({each.member_id for each in statements})) == (273, 139)
    assert sum(not each.set_aside for each in statements) == 258
    assert sum(each.confidential for each in statements) > 0
    assert {each.id for each in facilitators} == {f"F{number}" for number in range(1, 7)}
    assert {each.facilitator for each in exchanges} <= {each.id for each in facilitators}
    asked = {structure: sum(structure in m.interests for m in members) for structure in Structure}
    assert all(0 < asked[structure] < len(members) for structure in Structure)
    assert sum(not member.interests for member in members) > 0  # who did not answer


def test_every_column_of_the_example_is_told(empty: Workspace) -> None:
    seen = intake.preview(empty, FILES)
    tables = [each for each in seen.tables if each.mapping is not None]
    assert [column.column for each in tables for column in each.columns if not column.field] == []
    assert [each.table.sheet for each in seen.tables if each.mapping is None] == ["Notes to self"]


def test_a_second_import_changes_nothing(brought_in: Workspace) -> None:
    again = intake.preview(brought_in, list(reversed(FILES)))
    assert again.plan.changes_nothing
    assert {each.source for each in again.tables if each.mapping} == {"remembered"}
    before = counts(brought_in)
    intake.commit(brought_in, again)
    after = counts(brought_in)
    assert after.pop("import_log") == before.pop("import_log") + len(FILES)
    assert after.pop("audit") == before.pop("audit") + 1
    assert after == before


def test_what_is_refused_comes_back_with_just_those_rows(brought_in: Workspace, tmp_path: Path) -> None:
    seen = intake.preview(brought_in, FILES)
    assert intake.save_refused(seen, tmp_path / "refused.xlsx")
    (sheet,) = openpyxl.load_workbook(tmp_path / "refused.xlsx").worksheets
    header, *rows = sheet.iter_rows(values_only=True)
    assert header[:3] == REFUSED_COLUMNS
    assert [row[2] for row in rows] == ["40", "129", "145"]
    assert [str(row[0]).splitlines()[0] for row in rows] == [
        *["Your name: The row names nobody: it has no name, no email and no member id."] * 2,
        "State: No member on a roster fits, and none can be made from this row. The state is missing.",
    ]
    fine = intake.preview(brought_in, [EXAMPLE / "bans.csv"])
    assert not intake.save_refused(fine, tmp_path / "none.xlsx")
    assert not (tmp_path / "none.xlsx").exists()


def test_refused_rows_are_mended_and_brought_in(brought_in: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "refused.xlsx"
    intake.save_refused(intake.preview(brought_in, FILES), path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    at = [cell.value for cell in sheet[1]].index("Email address") + 1
    sheet.cell(2, at, "d.fixico@cedargap.example")
    book.save(path)
    mended = intake.preview(brought_in, [path])
    assert mended.tables[0].source == "remembered"  # by the header of the form it came from
    assert [change.kind for change in mended.plan.changes] == ["statements"]
    assert mended.plan.refused_rows == 2


def test_a_file_is_kept_by_the_hash_of_what_was_read(empty: Workspace, tmp_path: Path) -> None:
    path = text_file(tmp_path, "roster.csv", "Member ID,Name,Organization,State\nM1,Ana,Lake Schools,IA\n")
    seen = intake.preview(empty, [path])
    path.unlink()
    intake.commit(empty, seen)
    with empty.store.read() as reading:
        (logged,) = reading.imports()
    assert (logged.file_name, logged.sha256) == seen.files[0]
    assert len(logged.sha256) == 64
    assert (logged.counts["new"], logged.counts["refused"]) == (2, 0)


def test_a_file_that_is_too_large_is_not_read(empty: Workspace, tmp_path: Path) -> None:
    small = replace(empty, settings=config.Settings(intake=config.Intake(megabytes=1)))
    path = text_file(tmp_path, "roster.csv", "x" * 1_200_000)
    with pytest.raises(InputError, match=r"1\.2 MB; the limit is 1 MB"):
        intake.preview(small, [path])


def test_somebody_else_was_quicker(empty: Workspace) -> None:
    seen = intake.preview(empty, FILES)
    other = intake.preview(empty, [EXAMPLE / "facilitators.csv"])
    intake.commit(empty, other)
    before = counts(empty)
    with pytest.raises(ConflictError, match="has changed since"):
        intake.commit(empty, seen)
    assert counts(empty) == before


def test_a_commit_that_fails_writes_nothing(empty: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = intake.preview(empty, FILES)

    def fails(*_: object) -> None:
        raise OSError("the very last step")

    before = counts(empty)
    monkeypatch.setattr(Writing, "log_import", fails)
    with pytest.raises(OSError, match="last step"):
        intake.commit(empty, seen)
    assert counts(empty) == before
    monkeypatch.undo()
    intake.commit(empty, seen)
    assert counts(empty)["member"] == 146


ODD = "Wer,Wo,Staat\nAna Ruiz,Lake Schools,IA\n"
ODD_MAPPING = 'kind = "roster"\n[columns]\nWer = "name"\nWo = "organization"\nStaat = "state"\n'


def test_a_given_mapping_is_used_and_remembered(empty: Workspace, tmp_path: Path) -> None:
    path = text_file(tmp_path, "odd.csv", ODD)
    assert intake.preview(empty, [path]).tables[0].mapping is None
    seen = intake.preview(empty, [path], mapping_file=text_file(tmp_path, "m.toml", ODD_MAPPING))
    assert [each.source for each in seen.tables] == ["given"]
    assert [member.name for member in seen.batch.members] == ["Ana Ruiz"]
    intake.commit(empty, seen)
    later = text_file(tmp_path, "later.csv", ODD.replace("Ana", "Eva"))
    again = intake.preview(empty, [later])
    assert [each.source for each in again.tables] == ["remembered"]
    assert [member.name for member in again.batch.members] == ["Eva Ruiz"]


def test_a_mapping_that_fits_no_table_is_an_error(empty: Workspace, tmp_path: Path) -> None:
    given = text_file(tmp_path, "m.toml", ODD_MAPPING)
    with pytest.raises(InputError, match="No table has all of the mapping's columns") as refused:
        intake.preview(empty, FILES, mapping_file=given)
    assert refused.value.place.file == "m.toml"


def test_a_misspelt_heading_of_a_mapping_is_named(empty: Workspace, tmp_path: Path) -> None:
    given = text_file(tmp_path, "m.toml", ODD_MAPPING.replace("Staat", "Stat"))
    files = [EXAMPLE / "bans.csv", text_file(tmp_path, "odd.csv", ODD)]
    with pytest.raises(InputError, match=r"No table has all .*: odd\.csv has no 'Stat'\.") as refused:
        intake.preview(empty, files, mapping_file=given)
    assert "Wer, Wo, Staat" in refused.value.cure


def test_a_kind_that_is_said_answers_the_question(empty: Workspace, tmp_path: Path) -> None:
    rows = "Member A,Member B,Reason,Date\nM1,M2,kin,2024-01-02\n"
    path = text_file(tmp_path, "x.csv", rows)
    with pytest.raises(AmbiguousInputError, match="could be") as asked:
        intake.preview(empty, [path])
    kinds = [intake.preview(empty, [path], kind=kind).tables[0].mapping for kind in ("bans", "history")]
    assert [each.kind for each in kinds if each] == ["bans", "history"]
    assert set(asked.value.choices) == {"bans", "history"}
    with pytest.raises(InputError, match="'menu' is no kind of table"):
        intake.preview(empty, [path], kind="menu")


def test_an_encoding_is_said_once(empty: Workspace, tmp_path: Path) -> None:
    header = "Name,Organization,State\n"
    path = text_file(tmp_path, "r.csv", f"{header}José,École Schools,TX\n", "windows-1252")
    with pytest.raises(AmbiguousInputError, match="not UTF-8"):
        intake.preview(empty, [path])
    seen = intake.preview(empty, [path], encoding="windows-1252")
    assert seen.tables[0].mapping is not None
    mapping.save(seen.tables[0].mapping, tmp_path / "saved.toml")
    assert mapping.load(tmp_path / "saved.toml").encoding == "windows-1252"
    by_file = intake.preview(empty, [path], mapping_file=tmp_path / "saved.toml")
    assert by_file.batch.members == seen.batch.members
    intake.commit(empty, seen)
    later = text_file(tmp_path, "later.csv", f"{header}Zoë,École Schools,TX\n", "windows-1252")
    again = intake.preview(empty, [later])
    assert [member.name for member in again.batch.members] == ["Zoë"]
    assert "read as windows-1252" in again.plan.notes[0].message
