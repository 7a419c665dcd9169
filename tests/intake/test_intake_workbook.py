"""Workbooks: dates, merged cells, formulas, several sheets, and hostile ones."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from build_intake import LIMITS, raw_workbook, saved, text_cell, workbook, zipped
from matcher import config
from matcher.errors import InputError
from matcher.intake import archive
from matcher.intake.read import read_bytes
from matcher.intake.table import Table

HEADER = f"<row r='1'>{text_cell('A1', 'Name')}{text_cell('B1', 'State')}</row>"


def tables(data: bytes, name: str = "x.xlsx", limits: config.Intake = LIMITS) -> tuple[Table, ...]:
    return read_bytes(name, data, limits)


def refused(data: bytes, name: str = "x.xlsx", limits: config.Intake = LIMITS) -> str:
    with pytest.raises(InputError) as error:
        tables(data, name, limits)
    assert error.value.cure
    return str(error.value)


def test_values_become_texts_that_mean_the_same() -> None:
    (table,) = tables(
        workbook(
            ("Name", "Date", "Timestamp", "Students", "Share", "Host"),
            ("Añá", date(2024, 3, 9), datetime.fromisoformat("2024-03-09T14:05:07"), 12.0, 0.25, True),
            ("=1+1", None, None, 3, None, False),
        )
    )
    assert table.rows[0].cells == ("Añá", "2024-03-09", "2024-03-09T14:05:07", "12", "0.25", "TRUE")
    assert table.rows[0].flaws == ()


def test_a_formula_without_a_result_and_an_error_are_flaws_not_blanks() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Name", "Email", "State"])
    sheet.append(["A", '=CONCATENATE("a","@b.c")', "#REF!"])
    (table,) = tables(saved(book))
    messages = {flaw.column: flaw.message for flaw in table.rows[0].flaws}
    assert "never calculated" in messages[1]
    assert "#REF!" in messages[2]


def test_a_formula_whose_result_is_an_empty_text_is_a_blank() -> None:
    formula = '<c r="B2" t="str"><f>IF(TRUE,"","x")</f><v></v></c>'
    (table,) = tables(raw_workbook(f"{HEADER}<row r='2'>{text_cell('A2', 'Ann')}{formula}</row>"))
    assert table.rows[0].cells == ("Ann", "")
    assert table.rows[0].flaws == ()


def test_merged_titles_stand_above_the_header() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "Network intake, spring"
    sheet.merge_cells("A1:C1")
    sheet.append([])
    sheet.append(["Name", "Email", "State"])
    sheet.append(["Ann", "a@b.c", "TX"])
    (table,) = tables(saved(book))
    assert table.header == ("Name", "Email", "State")
    assert (table.header_row, table.rows[0].number) == (3, 4)
    assert "Network intake, spring" in table.notes[0].message


def test_a_cell_merged_over_rows_gives_each_row_its_value() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Name", "Organization"], ["Ann", "Lake Schools"], ["Bob", None], ["Cy", "Elm Schools"]):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    (table,) = tables(saved(book))
    assert [row.cells[1] for row in table.rows] == ["Lake Schools", "Lake Schools", "Elm Schools"]
    assert any("merged down to row 3" in note.message for note in table.notes)


def test_merged_ranges_are_bounded() -> None:
    rows = "".join(f"<row r='{n}'>{text_cell(f'A{n}', 'x')}</row>" for n in range(2, 1_002))
    ranges = "<mergeCells>" + '<mergeCell ref="B2:B1048576"/>' * 101 + "</mergeCells>"
    data = raw_workbook(f"{HEADER}{rows}</sheetData>{ranges}<sheetData>")
    assert "merged cells cover more than 100,000 cells" in refused(data)
    many = "<mergeCells>" + '<mergeCell ref="B2:B3"/>' * 10_001 + "</mergeCells>"
    assert "10,001 merged ranges; the limit is 10,000" in refused(
        raw_workbook(f"{HEADER}{rows}</sheetData>{many}<sheetData>")
    )


def test_each_sheet_is_a_table_and_an_empty_one_is_left_out_with_a_word() -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Roster"
    first.append(["Name", "State"])
    first.append(["Ann", "TX"])
    book.create_sheet("Blank")
    second = book.create_sheet("Bans")
    second.append(["Member A", "Member B"])
    second.append(["M1", "M2"])
    second.sheet_state = "hidden"
    found = tables(saved(book))
    assert [table.sheet for table in found] == ["Roster", "Bans"]
    said = [(note.place.sheet, note.message) for note in found[0].notes]
    assert ("Blank", "The sheet is empty; it was left out.") in said
    assert any(sheet == "Bans" and "hidden" in message for sheet, message in said)


def test_a_workbook_of_blank_sheets_is_refused() -> None:
    assert "no sheet holds anything" in refused(saved(openpyxl.Workbook()))


def test_far_apart_cells_cost_two_cells() -> None:
    data = raw_workbook(f"{HEADER}<row r='1048576'>{text_cell('A1048576', 'Ann')}</row>")
    (table,) = tables(data)
    assert [row.number for row in table.rows] == [1048576]
    far = raw_workbook(f"{HEADER}<row r='2'>{text_cell('XFD2', 'far')}</row>")
    assert "column XFD (number 16,384); the limit is 400" in refused(far)


def test_a_hundred_thousand_columns_are_refused() -> None:
    cells = "".join("<c><v>1</v></c>" for _ in range(100_000))
    assert "the limit is 400 columns" in refused(raw_workbook(f"<row>{cells}</row>"))


def test_too_many_rows_are_refused_with_the_limit() -> None:
    rows = "".join(f"<row>{text_cell(f'A{n}', 'x')}</row>" for n in range(1, 13))
    assert "more than 10 rows" in refused(raw_workbook(rows), limits=config.Intake(rows=10))


def test_cells_out_of_order_are_not_lost() -> None:
    row = f"<row r='2'>{text_cell('B2', 'TX')}{text_cell('A2', 'Ann')}</row>"
    (table,) = tables(raw_workbook(HEADER + row))
    assert table.rows[0].cells == ("Ann", "TX")


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2"><v>twelve</v></c>',
        '<c r="B2" t="s"><v>99</v></c>',
        '<c r="?" t="n"><v>1</v></c>',
        f'<c r="B2"><v>{"9" * 5000}</v></c>',
        '<c r="B2" t="d"><v>not a date</v></c>',
    ],
)
def test_a_cell_that_cannot_be_read_is_a_flaw_of_its_row_alone(cell: str) -> None:
    rows = f"{HEADER}<row r='2'>{text_cell('A2', 'Ann')}{cell}</row><row r='3'>{text_cell('A3', 'Bob')}</row>"
    (table,) = tables(raw_workbook(rows))
    assert [flaw.column for flaw in table.rows[0].flaws] == [1]
    assert table.rows[1].cells == ("Bob", "")


def test_long_cells_are_cut_and_flawed() -> None:
    (table,) = tables(workbook(("Name", "State"), ("A", "x" * 20_001)))
    assert "20,001 characters" in table.rows[0].flaws[0].message


def test_entities_are_refused() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 20))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "lol">{levels}]>'
    assert "document type or entities" in refused(raw_workbook("<row><c><v>&e19;</v></c></row>", before=bomb))


def test_entities_hidden_behind_a_long_comment_do_not_grow() -> None:
    comment = f"<!--{'x' * (archive.RATIO_FROM // 100)}-->"
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 20))
    bomb = f'{comment}<!DOCTYPE x [<!ENTITY e0 "lol">{levels}]>'
    assert "damaged" in refused(raw_workbook("<row><c><v>&e19;</v></c></row>", before=bomb))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "[Content_Types].xml"])
def test_deeply_nested_parts_are_refused_and_never_crash(part: str) -> None:
    deep = "<x>" * 200_000 + "</x>" * 200_000
    said = refused(raw_workbook(HEADER, extra={part: deep}))
    assert "damaged" in said or "no sheet that can be read" in said


def test_deeply_nested_cells_are_a_flaw_or_blank_and_never_crash() -> None:
    deep = "<is>" * 200_000 + "</is>" * 200_000
    rows = f'{HEADER}<row r="2">{text_cell("A2", "Ann")}<c r="B2" t="inlineStr">{deep}</c></row>'
    (table,) = tables(raw_workbook(rows))
    assert table.rows[0].cells[0] == "Ann"


def test_a_zip_bomb_is_refused_before_it_is_inflated() -> None:
    bomb = raw_workbook(HEADER, extra={"xl/media/zeros.bin": "0" * 20_000_000})
    assert "times its size; the limit is 150 times" in refused(bomb)
    assert "would inflate to 20 MB; the limit is 10 MB" in refused(
        bomb, limits=config.Intake(inflated_megabytes=10)
    )


def test_a_part_that_lies_about_its_size_is_damaged() -> None:
    whole = raw_workbook(HEADER + "".join(f"<row>{text_cell(f'A{n}', 'x')}</row>" for n in range(2, 400)))
    info = zipfile.ZipFile(io.BytesIO(whole)).getinfo("xl/worksheets/sheet1.xml")
    lying = whole.replace(info.file_size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != whole
    assert "damaged" in refused(lying)


def test_too_many_parts_are_counted_before_they_are_listed() -> None:
    parts = {f"xl/{n}": "" for n in range(archive.MOST_PARTS + 1)}
    assert f"{archive.MOST_PARTS + 1:,} parts" in refused(zipped(parts))


@pytest.mark.parametrize("cut", [30, 200, -1, -40])
def test_a_truncated_workbook_is_damaged(cut: int) -> None:
    assert "damaged or incomplete" in refused(workbook(("Name", "State"), ("A", "TX"))[:cut])


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "xl\\..\\..\\x", "C:/x"])
def test_a_part_whose_name_points_outside_is_refused(name: str) -> None:
    assert "points outside" in refused(raw_workbook(HEADER, extra={name: "x"}))


def test_an_encrypted_part_is_a_password() -> None:
    whole = bytearray(workbook(("Name", "State"), ("A", "TX")))
    at = whole.index(b"PK\x01\x02")
    whole[at + 8] |= 1
    assert "password" in refused(bytes(whole))


def test_a_macro_workbook_is_read_and_its_macros_are_not() -> None:
    data = raw_workbook(
        f"{HEADER}<row r='2'>{text_cell('A2', 'Ann')}</row>", extra={"xl/vbaProject.bin": "Sub Auto_Open"}
    )
    (table,) = tables(data, "x.xlsm")
    assert table.rows[0].cells == ("Ann", "")
    assert "macros" in table.notes[0].message


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"a.csv": "Name,State"}, "a zip archive and no workbook"),
        ({"xl/workbook.bin": "x", "[Content_Types].xml": ""}, "binary workbook"),
        ({"content.xml": "x", "mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "OpenDocument"),
        ({"word/document.xml": "x", "[Content_Types].xml": ""}, "docx"),
        ({"[Content_Types].xml": "<", "xl/workbook.xml": "<"}, "damaged"),
    ],
)
def test_other_zip_files_are_named(parts: dict[str, str], said: str) -> None:
    assert said in refused(zipped(parts))


def test_a_workbook_named_csv_is_told_by_its_contents() -> None:
    assert "Rename it to .xlsx" in refused(workbook(("Name", "State"), ("A", "TX")), "x.csv")


def test_many_sheets_on_one_part_are_bounded() -> None:
    assert "500 sheets; the limit is 200" in refused(raw_workbook(HEADER, sheets=500))


def test_one_shared_text_used_a_million_times_is_bounded() -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>'
    )
    extra = {
        "[Content_Types].xml": types,
        "xl/sharedStrings.xml": f'<sst xmlns="{main}"><si><t>{"x" * 20_000}</t></si></sst>',
    }
    rows = ("<row>" + '<c t="s"><v>0</v></c>' * 100 + "</row>") * 10
    assert "more than 5 million characters" in refused(
        raw_workbook(rows, extra=extra), limits=config.Intake(inflated_megabytes=5)
    )


def test_a_child_that_runs_out_of_memory_is_ended_and_said() -> None:
    pytest.importorskip("resource")
    small = config.Intake(child_megabytes=40)
    data = raw_workbook(f"<row>{text_cell('A1', 'x' * 9_000_000)}</row>")
    assert "more than the 40 MB of memory" in refused(data, limits=small)


def test_a_child_that_runs_out_of_time_is_ended_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.intake.child._GRACE_SECONDS", 0)
    rows = "".join(f"<row><c><v>{n}</v></c><c><v>{n}</v></c></row>" for n in range(120_000))
    limits = config.Intake(child_seconds=1, rows=200_000)
    assert "more than the 1 seconds" in refused(raw_workbook(rows), limits=limits)
