"""How a file is understood: by a mapping, by what is remembered, by what the user says, by a guess."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pytest

from build_intake import LIMITS, csv_of, saved
from matcher.errors import AmbiguousInputError, InputError
from matcher.intake.batch import Known
from matcher.intake.mapping import Mapping, header_key
from matcher.intake.names import TableKind
from matcher.intake.rows import to_batch
from matcher.intake.understand import Hints, Understood, kind_named, understand

BANS = Mapping(TableKind.BANS, (("Uno", "member_a"), ("Dos", "member_b")))
MANY = csv_of(("Uno", "Dos"), ("M1", "M2"))
ACCENTS = "Name,Organization,State\nJosé,École,TX\n".encode("windows-1252")


def one(data: bytes, hints: Hints, name: str = "x.csv") -> Understood:
    (understood,) = understand(name, data, LIMITS, hints)
    return understood


def two_sheets(second: tuple[str, ...]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("Member A", "Member B", "Reason"), ("M1", "M2", "kin")):
        sheet.append(row)
    scribble = book.create_sheet("Scribble")
    for text in second:
        scribble.append((text,))
    return saved(book)


def test_a_given_mapping_comes_before_a_remembered_one_before_a_guess() -> None:
    other = replace(BANS, columns=(("Dos", "member_a"), ("Uno", "member_b")))
    remembered = {header_key(("Uno", "Dos")): other}
    assert one(MANY, Hints(BANS, remembered)) == Understood(one(MANY, Hints()).table, BANS, (), "given")
    assert one(MANY, Hints(None, remembered)).mapping == other
    assert one(MANY, Hints(None, remembered)).source == "remembered"
    nothing = one(MANY, Hints())
    assert (nothing.mapping, nothing.source) == (None, "guessed")


def test_a_kind_that_is_said_decides() -> None:
    unclear = csv_of(("Member A", "Member B", "Reason", "Date"), ("M1", "M2", "kin", "2024-01-02"))
    with pytest.raises(AmbiguousInputError, match="could be") as asked:
        one(unclear, Hints())
    assert "--kind" in asked.value.cure
    understood = one(unclear, Hints(kind=TableKind.BANS))
    assert understood.mapping is not None
    assert understood.mapping.kind is TableKind.BANS
    remembered = {header_key(("Member A", "Member B", "Reason", "Date")): understood.mapping}
    with pytest.raises(InputError, match="As roster it needs") as refused:
        one(unclear, Hints(remembered=remembered, kind=TableKind.ROSTER))
    assert "another --kind" in refused.value.cure


def test_a_kind_is_one_that_there_is_and_that_of_the_mapping() -> None:
    assert kind_named(None, BANS) is None
    assert kind_named("bans", BANS) is TableKind.BANS
    with pytest.raises(InputError, match="'menu' is no kind of table"):
        kind_named("menu", None)
    with pytest.raises(InputError, match="of the kind bans, and --kind says roster"):
        kind_named("roster", BANS)


def test_scribble_beside_a_table_is_left_out_with_a_word_and_alone_it_is_a_problem() -> None:
    data = two_sheets(("ask Dolores", "order the lot"))
    for hints in (Hints(), Hints(kind=TableKind.BANS)):
        understood = understand("x.xlsx", data, LIMITS, hints)
        assert [each.mapping is None for each in understood] == [False, True]
        batch = to_batch([(each.table, each.mapping) for each in understood], Known())
        assert [problem.message for problem in batch.problems if "No member" not in problem.message] == []
        assert any("left out: 2 rows, from 'ask Dolores'" in note.message for note in batch.notes)
        alone = to_batch([(understood[1].table, None)], Known())
        assert "Its 1 row could not be read" in alone.problems[0].message


def test_how_a_text_file_is_read_is_kept_and_a_workbook_has_none() -> None:
    hints = Hints(encoding="windows-1252", delimiter="comma")
    understood = one(ACCENTS, hints)
    assert understood.mapping is not None
    assert (understood.mapping.encoding, understood.mapping.delimiter) == ("windows-1252", "comma")
    book = understand("x.xlsx", two_sheets(("x",)), LIMITS, hints)[0]
    assert book.mapping is not None
    assert (book.mapping.encoding, book.mapping.delimiter) == ("", "")


def remembered_as(encoding: str, header: tuple[str, ...] = ("Name", "Organization", "State")) -> Hints:
    columns = tuple((heading, heading.casefold()) for heading in header)
    return Hints(remembered={header_key(header): Mapping(TableKind.ROSTER, columns, encoding)})


def test_a_file_is_read_as_the_last_one_with_its_header() -> None:
    understood = one(ACCENTS, remembered_as("windows-1252"))
    assert understood.table.rows[0].cells[:2] == ("José", "École")
    assert understood.source == "remembered"
    assert "read as windows-1252" in understood.table.notes[0].message


@pytest.mark.parametrize(
    "hints", [Hints(), remembered_as(""), remembered_as("utf-8"), remembered_as("windows-1252", ("Name",))]
)
def test_without_such_a_file_it_is_asked(hints: Hints) -> None:
    with pytest.raises(AmbiguousInputError, match="not UTF-8"):
        one(ACCENTS, hints)


def test_the_encoding_of_a_given_mapping_is_for_its_own_file() -> None:
    columns = (("Name", "name"), ("Organization", "organization"), ("State", "state"))
    given = Mapping(TableKind.ROSTER, columns, "windows-1252", "comma")
    assert one(ACCENTS, Hints(given)).table.rows[0].cells[0] == "José"
    other = one("Member A;Member B;Reason\nM1;M2;riñón\n".encode(), Hints(given))
    assert other.table.rows[0].cells == ("M1", "M2", "riñón")
    assert other.source == "guessed"
