"""init and import: what is shown, what is written, and what comes back refused."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from build_cli import SECRET, document, done, make_network, run, write_answers, write_roster
from matcher.cli import intake


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty network; the current folder is a new one."""
    done("init", tmp_path / "network")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "network"


def test_init_says_what_to_do_next_and_changes_nothing_twice(tmp_path: Path) -> None:
    first = done("init", tmp_path / "a b")
    assert "Made a network" in first
    assert f"matcher --network '{tmp_path / 'a b'}' import" in first
    (tmp_path / "a b" / "matcher.toml").write_text("[solver]\nseed = 7\n", encoding="utf-8")
    assert "already" in done("init", tmp_path / "a b")
    assert "seed = 7" in (tmp_path / "a b" / "matcher.toml").read_text("utf-8")


def test_init_as_json(tmp_path: Path) -> None:
    found = document("init", tmp_path / "n")
    assert set(found) == {"folder", "made", "settings", "next"}
    assert found["made"] is True
    assert document("init", tmp_path / "n")["made"] is False


def test_a_folder_that_cannot_be_made_is_a_users_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    ended = run("init", tmp_path / "file" / "n")
    assert ended.exit_code == 1
    assert "cannot be made" in ended.stderr


def test_import_tells_what_it_understood_and_did(tmp_path: Path, network: Path) -> None:
    shown = done("import", write_roster(tmp_path), write_answers(tmp_path), network=network)
    assert "roster.csv: read as roster, 12 rows" in shown
    assert "intake.csv: read as intake, 14 rows" in shown
    assert "Refused: 1 row." in shown
    assert "The refused rows are in intake-refused.xlsx" in shown
    assert "Set aside for a person to look at: 1" in shown
    assert "show aside" in shown
    rows = list(openpyxl.load_workbook("intake-refused.xlsx").worksheets[0].values)
    assert len(rows) == 2
    assert "Nobody can tell who wrote this" in rows[1]


def test_importing_twice_changes_nothing(tmp_path: Path, network: Path) -> None:
    roster = write_roster(tmp_path)
    assert "Written." in done("import", roster, network=network)
    again = done("import", roster, network=network)
    assert "nothing was changed" in again
    assert "as remembered from an earlier file" in again


def test_a_dry_run_writes_nothing(tmp_path: Path, network: Path) -> None:
    shown = done("import", write_roster(tmp_path), write_answers(tmp_path), "--dry-run", network=network)
    assert "Nothing was written to the network." in shown
    assert "It is empty." in done("show", network=network)
    assert list(Path().iterdir()) == []


def test_an_earlier_refused_workbook_is_kept(tmp_path: Path, network: Path) -> None:
    files = (write_roster(tmp_path), write_answers(tmp_path))
    done("import", *files, network=network)
    Path("intake-refused.xlsx").write_bytes(b"being mended")
    done("import", *files, network=network)
    assert Path("intake-refused.xlsx").read_bytes() == b"being mended"
    assert Path("intake-refused-2.xlsx").exists()


def test_the_refused_rows_never_take_the_place_of_an_imported_file(tmp_path: Path, network: Path) -> None:
    answers = write_answers(tmp_path)
    before = answers.read_bytes()
    ended = run("import", write_roster(tmp_path), answers, "--refused", answers, network=network)
    assert ended.exit_code == 1
    assert "one of the files being imported" in ended.stderr
    assert answers.read_bytes() == before


def test_a_refused_workbook_that_cannot_be_written_stops_before_anything_is(
    tmp_path: Path, network: Path
) -> None:
    files = (write_roster(tmp_path), write_answers(tmp_path))
    ended = run("import", *files, "--refused", files[0] / "r.xlsx", network=network)
    assert ended.exit_code == 1
    assert "cannot be written" in ended.stderr
    assert "It is empty." in done("show", network=network)


def test_what_changes_is_shown_old_and_new(tmp_path: Path, network: Path) -> None:
    roster = write_roster(tmp_path)
    done("import", roster, network=network)
    roster.write_text(roster.read_text("utf-8").replace("Superintendent", "Principal"), encoding="utf-8")
    limited = done("import", roster, "--dry-run", network=network)
    assert "Superintendent" in limited
    assert "Principal" in limited
    assert "more: add --all to see them" in limited
    assert "more: add --all" not in done("import", roster, "--dry-run", "--all", network=network)
    found = document("import", roster, network=network)
    assert found["counts"]["members"] == {"new": 0, "changed": 12, "unchanged": 0}
    change = next(each for each in found["changed"] if each["id"] == "m0")
    assert {"field": "role", "old": "Superintendent", "new": "Principal"} in change["fields"]


def test_import_as_json(tmp_path: Path, network: Path) -> None:
    found = document("import", write_roster(tmp_path), write_answers(tmp_path), network=network)
    keys = "written tables counts changed refused_rows refused notes set_aside refused_file mapping_file"
    assert set(found) == set(keys.split())
    assert found["written"] is True
    assert found["refused_rows"] == 1
    assert found["set_aside"] == 1
    assert found["refused_file"] == "intake-refused.xlsx"
    assert set(found["refused"][0]) == {"file", "sheet", "row", "column", "message", "cure"}
    assert found["refused"][0]["row"] == 15
    assert set(found["tables"][0]) == {"file", "sheet", "rows", "kind", "source", "columns"}
    assert set(found["tables"][0]["columns"][0]) == {"column", "field", "score", "why"}


def test_a_mapping_can_be_saved_mended_and_given(tmp_path: Path, network: Path) -> None:
    roster = write_roster(tmp_path)
    shown = done("import", roster, "--dry-run", "--save-mapping", "columns.toml", network=network)
    assert "is in columns.toml" in shown
    mapping = Path("columns.toml")
    assert '"role" = "role"' in mapping.read_text("utf-8")
    mapping.write_text(mapping.read_text("utf-8").replace('"role" = "role"', '"role" = "ignore"'), "utf-8")
    assert "as the mapping file says" in done("import", roster, "--mapping", mapping, network=network)
    member = document("show", "m1", network=network)["member"]
    assert member["person"]["role"] == "other"


def test_one_mapping_cannot_be_saved_for_two_tables(tmp_path: Path, network: Path) -> None:
    files = (write_roster(tmp_path), write_answers(tmp_path))
    ended = run("import", *files, "--save-mapping", "m.toml", network=network)
    assert ended.exit_code == 1
    assert "2 tables were understood" in ended.stderr
    assert not Path("m.toml").exists()


def test_an_encoding_is_asked_for_with_its_choices_and_can_be_given(tmp_path: Path, network: Path) -> None:
    roster = write_roster(tmp_path)
    roster.write_bytes(roster.read_text("utf-8").replace("Person 1,", "Renée 1,").encode("cp1252"))
    ended = run("import", roster, network=network)
    assert ended.exit_code == 1
    assert "Choices:" in ended.stderr
    assert "windows-1252" in ended.stderr
    done("import", roster, "--encoding", "windows-1252", network=network)
    assert "Renée 1" in done("show", "members", network=network)


@pytest.mark.parametrize(("key", "written"), [("y", True), ("n", False)])
def test_on_a_terminal_it_asks_where_rows_are_refused(
    tmp_path: Path, network: Path, monkeypatch: pytest.MonkeyPatch, key: str, written: bool
) -> None:
    monkeypatch.setattr(intake, "_asks", lambda: True)
    files = (write_roster(tmp_path), write_answers(tmp_path))
    ended = run("import", *files, network=network, keys=f"{key}\n")
    assert ended.exit_code == 0
    assert "Write the rest into the network?" in ended.stdout
    assert ("12 members" in done("show", network=network)) is written
    assert Path("intake-refused.xlsx").exists() is written


def test_it_does_not_ask_where_all_is_clear_or_yes_is_given(
    tmp_path: Path, network: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_asks", lambda: True)
    assert "Write the rest" not in done("import", write_roster(tmp_path), network=network)
    assert "Write the rest" not in done("import", write_answers(tmp_path), "--yes", network=network)


def test_the_kind_of_a_file_can_be_said(tmp_path: Path, network: Path) -> None:
    assert "read as roster" in done("import", write_roster(tmp_path), "--kind", "roster", network=network)
    ended = run("import", write_roster(tmp_path), "--kind", "rooster", network=network)
    assert ended.exit_code == 1
    assert "facilitators" in ended.stderr


def test_a_file_that_is_not_there_is_a_users_mistake(network: Path) -> None:
    ended = run("import", "nothing.csv", network=network)
    assert ended.exit_code == 1
    assert ended.stderr.startswith("Error: nothing.csv: It cannot be opened")


def test_a_confidential_text_is_not_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with caplog.at_level("DEBUG"):
        make_network(tmp_path)
    assert SECRET not in caplog.text


def write_form(folder: Path, heading: str) -> Path:
    path = folder / "form.csv"
    path.write_text(f"email,challenge,{heading}\np1@d1.example,{SECRET},no\n", encoding="utf-8")
    return path


def test_a_short_question_on_sharing_is_heeded(tmp_path: Path, network: Path) -> None:
    done("import", write_roster(tmp_path), write_form(tmp_path, "OK to share publicly?"), network=network)
    assert SECRET not in done("show", "m1", network=network)


@pytest.mark.parametrize(("key", "written"), [("y", True), ("n", False)])
def test_an_unread_column_on_sharing_is_told_and_asked_about(
    tmp_path: Path, network: Path, monkeypatch: pytest.MonkeyPatch, key: str, written: bool
) -> None:
    monkeypatch.setattr(intake, "_asks", lambda: True)
    done("import", write_roster(tmp_path), network=network)
    for _ in range(2):  # as guessed, and where it was written as remembered
        ended = run("import", write_form(tmp_path, "Sharing preference"), network=network, keys=f"{key}\n")
        assert "may be shared, but it is not read" in " ".join(ended.stdout.split())
        assert "Write the rest into the network?" in ended.stdout
    assert (SECRET in done("show", "m1", "--staff", network=network)) is written


ODD = "Flour,Sugar\n1,2\n3,4\n"


@pytest.mark.parametrize(
    "options", [(), ("--dry-run",), ("--refused", "r.xlsx"), ("--save-mapping", "m.toml")]
)
def test_a_file_that_nobody_understands_fails_in_one_line(network: Path, options: tuple[str, ...]) -> None:
    Path("odd.csv").write_text(ODD, encoding="utf-8")
    ended = run("import", "odd.csv", *options, network=network)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith("Error: odd.csv: None of its 2 rows was read: its columns (Flour, Sugar)")
    assert ended.stderr.count("\n") == 1
    as_json = run("import", "odd.csv", *options, "--json", network=network)
    assert as_json.exit_code == 1
    found = json.loads(as_json.stdout)
    assert (found["written"], found["refused_file"], found["mapping_file"]) == (False, None, None)
    assert [table["kind"] for table in found["tables"]] == [None]
    assert [path.name for path in Path().iterdir()] == ["odd.csv"]


def test_of_several_files_that_nobody_understands_the_others_are_counted(network: Path) -> None:
    for name in ("odd.csv", "odder.csv"):
        Path(name).write_text(ODD, encoding="utf-8")
    ended = run("import", "odd.csv", "odder.csv", network=network)
    assert ended.exit_code == 1
    assert "1 other table was not read either" in ended.stderr


def test_a_table_refused_whole_beside_one_that_is_read_makes_no_workbook(
    tmp_path: Path, network: Path
) -> None:
    Path("odd.csv").write_text(ODD, encoding="utf-8")
    shown = done("import", write_roster(tmp_path), "odd.csv", network=network)
    assert "Refused: 1 whole table." in shown
    assert "no rows" not in shown
    assert "Written." in shown
    assert [path.name for path in Path().iterdir()] == ["odd.csv"]


def test_a_saved_mapping_holds_the_columns_that_are_not_read(tmp_path: Path, network: Path) -> None:
    form = write_form(tmp_path, "Shoe size")
    done("import", form, "--dry-run", "--save-mapping", "columns.toml", network=network)
    assert '"Shoe size" = "ignore"' in Path("columns.toml").read_text("utf-8")
