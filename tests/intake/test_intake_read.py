"""Text files: encodings, delimiters, broken and hostile ones."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from build_intake import LIMITS, csv_of, table_of
from matcher import config
from matcher.errors import AmbiguousInputError, InputError
from matcher.intake.read import load, read_bytes
from matcher.intake.table import Table

ROWS = "Name,Organization\nJosé Muñoz,École Š\n"


def one(
    data: bytes,
    name: str = "x.csv",
    limits: config.Intake = LIMITS,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Table:
    (table,) = read_bytes(name, data, limits, encoding=encoding, delimiter=delimiter)
    return table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_told_by_itself(encoding: str) -> None:
    table = one(ROWS.encode(encoding))
    assert table.header == ("Name", "Organization")
    assert table.rows[0].cells == ("José Muñoz", "École Š")
    assert table.rows[0].number == 2


def test_windows_1252_is_asked_for_with_what_the_odd_words_would_be() -> None:
    data = ROWS.encode("windows-1252")
    with pytest.raises(AmbiguousInputError) as asked:
        one(data)
    assert asked.value.choices == ("windows-1252", "mac-roman", "cp850", "latin-1")
    assert "windows-1252: 'José', 'Muñoz'" in asked.value.message
    assert "mac-roman: 'JosÈ', 'MuÒoz'" in asked.value.message
    assert "--encoding windows-1252" in asked.value.cure
    assert one(data, encoding="windows-1252").rows[0].cells == ("José Muñoz", "École Š")


def test_a_reading_that_is_the_same_is_offered_once() -> None:
    with pytest.raises(AmbiguousInputError) as asked:
        one("Name,Place\nJosé,X\n".encode("latin-1"))
    assert asked.value.choices == ("windows-1252", "mac-roman", "cp850")


@pytest.mark.parametrize("encoding", ["rot13", "zlib", "no such", "a\0b", "idna", ""])
def test_an_unknown_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(InputError, match="not a known encoding"):
        one(ROWS.encode(), encoding=encoding)


def test_a_wrong_encoding_says_where_it_fails() -> None:
    with pytest.raises(InputError, match=r"It is not utf-8: byte 22 does not fit"):
        one(ROWS.encode("windows-1252"), encoding="UTF8")


def test_utf_16_without_its_mark_is_asked_for() -> None:
    data = ROWS.encode("utf-16-le")
    with pytest.raises(AmbiguousInputError) as asked:
        one(data)
    assert asked.value.choices == ("utf-16-le", "utf-16-be")
    assert one(data, encoding="utf-16-le").rows[0].cells[0] == "José Muñoz"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_told_by_structure(delimiter: str) -> None:
    rows = (("Name", "Slots", "State"), ("Doe; Jane, Dr", "Mon am; Tue pm", "TX"), ("B, C", "Wed am", "OH"))
    table = one(csv_of(*rows, delimiter=delimiter))
    assert (table.header, *(row.cells for row in table.rows)) == rows


def test_decimal_commas_do_not_hide_semicolons() -> None:
    table = one(b"name;lat\n" + b"A;1,5\n" * 50)
    assert table.header == ("name", "lat")


def test_a_delimiter_that_cannot_be_told_is_asked_for() -> None:
    data = b"last, first;email\nDoe, Jane;a@b.c\n"
    with pytest.raises(AmbiguousInputError) as asked:
        one(data)
    assert set(asked.value.choices) == {"comma", "semicolon"}
    assert "comma: last |  first;email" in asked.value.message
    assert one(data, delimiter="semicolon").header == ("last, first", "email")
    assert one(data, delimiter=",").header == ("last", "first;email")


def test_an_unknown_delimiter_is_refused() -> None:
    with pytest.raises(InputError, match="not a known delimiter"):
        one(b"a,b\n1,2\n", delimiter="#")


def test_the_hint_that_excel_writes_is_followed_and_keeps_the_row_numbers() -> None:
    table = one(b"sep=;\nName;State\nA,B;TX\n")
    assert table.header == ("Name", "State")
    assert table.rows[0].number == 3


def test_one_column_needs_no_delimiter() -> None:
    assert one(b"Challenge\nAttendance\n").rows[0].cells == ("Attendance",)


def test_row_numbers_count_records_as_a_spreadsheet_does() -> None:
    table = one(b'Name,State\r\n"A\r\nB",TX\r\n\r\nC,OH\r\n')
    assert [(row.number, row.cells[0]) for row in table.rows] == [(2, "A\r\nB"), (4, "C")]


def test_nul_bytes_are_refused() -> None:
    with pytest.raises(InputError, match="NUL character at position 12"):
        one(b"Name,State\nA\0,TX\nB,OH\n".replace(b"A\0", b"\0A"))


def test_a_quotation_mark_that_is_never_closed_names_its_row() -> None:
    with pytest.raises(InputError, match="never closed") as refused:
        one(b'Name,State\nA,TX\n"B,OH\nC,IA\nD,IA\n')
    assert refused.value.place.row == 3


def test_a_quoted_last_cell_without_a_line_end_is_closed() -> None:
    assert one(b'Name,State\n"A","TX"').rows[0].cells == ("A", "TX")


def test_a_cell_beyond_what_csv_reads_is_refused() -> None:
    with pytest.raises(InputError, match="longer than 131,072") as refused:
        one(b"Name,State\nA," + b"x" * 200_000 + b"\n")
    assert refused.value.place.row == 2


def test_a_long_cell_is_a_flaw_of_its_row() -> None:
    table = one(b"Name,State\nA," + b"x" * 20_001 + b"\nB,TX\n")
    (flaw,) = table.rows[0].flaws
    assert flaw.column == 1
    assert flaw.message == "The cell has 20,001 characters; the limit is 20,000."
    assert len(table.rows[0].cells[1]) == 20_000
    assert table.rows[1].flaws == ()


def test_a_row_with_more_cells_than_headings_is_flawed_and_kept_whole() -> None:
    table = one(b"Name,State\nA,TX,more\nB,OH,\nC,OH\n")
    assert table.rows[0].cells == ("A", "TX", "more")
    assert "3 cells under 2 headings" in table.rows[0].flaws[0].message
    assert table.rows[1].cells == ("B", "OH")  # a comma at the end says nothing
    assert table.rows[1].flaws == ()


def test_shorter_rows_are_filled_and_named() -> None:
    table = one(b"Name,State,Role\nA,TX,x\nB\nC,OH,y\n")
    assert table.rows[1].cells == ("B", "", "")
    assert any("Rows 3 have fewer cells" in note.message for note in table.notes)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x.csv", b"", "empty"),
        ("x.csv", b" \n\r\n\t", "empty"),
        ("x.csv", b"\xef\xbb\xbf", "empty"),
        ("x.csv", b",,,\n,,\n", "empty"),
        ("x.pdf", b"%PDF-1.7 x", "a PDF"),
        ("x.xlsx", b"Name,State\nA,TX\n", "rename it to .csv"),
        ("x.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, r"old Excel format \(.xls\)"),
        (
            "x.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "protected by a password",
        ),
        ("x.xls", b"<html><table><tr><td>A", "web page"),
        ("x.csv", b"\x1f\x8b\x08data", "gzip"),
        ("x.csv", b"\x89PNG\r\n", "a picture"),
        ("x.rtf", b"{\\rtf1 hello}", "rich text"),
    ],
)
def test_what_is_no_table_is_refused_by_its_contents(name: str, data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        one(data, name)
    assert refused.value.cure
    assert refused.value.place.file == name


def test_limits_are_said_in_numbers() -> None:
    few = config.Intake(megabytes=1, rows=2, columns=2)
    with pytest.raises(InputError, match=r"It has 3 rows; the limit is 2"):
        one(b"Name,State\nA,TX\nB,TX\nC,TX\n", limits=few)
    with pytest.raises(InputError, match=r"It has 3 columns; the limit is 2"):
        one(b"Name,State,Role\nA,TX,x\n", limits=few)
    with pytest.raises(InputError, match=r"It has 1.1 MB; the limit is 1 MB"):
        one(b"Name,State\n" + b"x" * 1_100_000, limits=few)
    assert len(one(b"Name,State\nA,TX\nB,TX\n", limits=few).rows) == 2


def test_a_hundred_thousand_columns_are_refused() -> None:
    with pytest.raises(InputError, match=r"It has 100,000 columns; the limit is 400"):
        one(b",".join([b"x"] * 100_000) + b"\n")


def test_a_file_is_read_from_disk_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(b"Name,State\nA,TX\n")
    assert load(path, LIMITS) == b"Name,State\nA,TX\n"
    path.write_bytes(b"x" * 1_200_000)
    with pytest.raises(InputError, match=r"1\.2 MB; the limit is 1 MB"):
        load(path, config.Intake(megabytes=1))


@pytest.mark.parametrize("name", ["missing.csv", "a\0b.csv", "."])
def test_a_path_that_cannot_be_opened_is_an_input_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot be opened"):
        load(tmp_path / name, LIMITS)


def test_titles_above_the_header_are_left_out_with_a_word() -> None:
    table = one(b"Spring network export,,\n\nName,Email,State\nA,a@b.c,TX\n")
    assert table.header_row == 3
    assert "Spring network export" in table.notes[0].message
    assert table.notes[0].place.row == 1


def test_a_header_of_unknown_names_is_the_first_wide_row() -> None:
    table = one(b"A report\nfoo,bar,baz\n1,2,3\n4,5,6\n")
    assert table.header == ("foo", "bar", "baz")


def test_headings_are_made_different_and_never_blank() -> None:
    table = table_of("x.csv", ("Name", "Challenge", "challenge", ""), ("A", "x", "y", "z"))
    assert table.header == ("Name", "Challenge", "challenge (2)", "Column D")


def test_a_header_alone_is_a_table_without_rows_and_says_so() -> None:
    table = one(b"Name,State\n")
    assert table.rows == ()
    assert "no row below" in table.notes[0].message


def test_reading_leaves_the_stream_of_an_upload_alone() -> None:
    upload = io.BytesIO(b"Name,State\nA,TX\n")
    assert one(upload.getvalue()).rows[0].cells == ("A", "TX")
