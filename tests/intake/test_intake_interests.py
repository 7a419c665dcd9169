"""Which kinds of exchange a member asks for."""

from __future__ import annotations

import pytest

from build_intake import ROSTER, batch_of, known_of, roster_row, table_of
from matcher.domain import Structure
from matcher.intake import interests
from matcher.intake.batch import Batch, Known
from matcher.intake.table import Table

ONE, VIRTUAL, HOSTED = Structure
ASKED = "Which kinds of exchange interest you? (check all that apply)"


@pytest.mark.parametrize(
    ("cell", "structures", "hosting", "unknown"),
    [
        ("One-to-one with a peer, Virtual cohort", (ONE, VIRTUAL), False, ()),
        ("A day's visit to a peer, Virtual cohort", (VIRTUAL, HOSTED), False, ()),
        ("One-to-one with a peer, Hosting peers for a day", (ONE,), True, ()),
        ("Hosting peers for a day", (HOSTED,), True, ()),
        ("peer-hosted; 1:1", (ONE, HOSTED), False, ()),
        ("Being hosted by a peer", (HOSTED,), False, ()),
        ("Visiting peers who host", (HOSTED,), False, ()),
        ("virutal cohrt", (VIRTUAL,), False, ()),
        ("All of the above", (ONE, VIRTUAL, HOSTED), False, ()),
        ("Virtual cohort, Book club", (VIRTUAL,), False, ("Book club",)),
        ("Book club", (), False, ("Book club",)),
        ("", (), False, ()),
        (" ,; ", (), False, ()),
    ],
)
def test_the_options_of_a_cell(
    cell: str, structures: tuple[Structure, ...], hosting: bool, unknown: tuple[str, ...]
) -> None:
    assert interests.parse(cell) == interests.Interests(structures, hosting, unknown)


def ana_asks(cell: str) -> Table:
    return table_of("roster.csv", (*ROSTER, "Interests"), (*roster_row(), cell))


def form(*cells: str) -> Table:
    rows = [
        (f"2024-09-{day:02}", "ana@lake.example", f"Absence {day}", cell) for day, cell in enumerate(cells, 1)
    ]
    return table_of("intake.csv", ("Timestamp", "Email", "Challenge", ASKED), *rows)


def asks(batch: Batch) -> tuple[Structure, ...]:
    (member,) = batch.members
    return member.interests


def noted(batch: Batch) -> str:
    return "\n".join(note.message for note in batch.notes)


def test_a_roster_says_what_a_member_asks_for() -> None:
    assert asks(batch_of(ana_asks("virtual"))) == (VIRTUAL,)
    assert asks(batch_of(ana_asks(""))) == ()


def test_an_option_that_is_not_known_costs_no_row() -> None:
    batch = batch_of(ana_asks("virtual, Book club"))
    assert asks(batch) == (VIRTUAL,)
    assert "'Book club' is no kind of exchange that is known. What was read is: virtual." in noted(batch)
    assert "nothing, which is any" in noted(batch_of(ana_asks("Book club")))


def test_a_form_fills_what_the_roster_leaves_blank() -> None:
    assert asks(batch_of(ana_asks(""), form("Virtual cohort"))) == (VIRTUAL,)
    kept = batch_of(ana_asks("one-to-one"), form("Virtual cohort, One-to-one"))
    assert asks(kept) == (ONE,)
    assert "asks for virtual too; what is known of the member was kept (one-to-one)" in noted(kept)
    assert "too" not in noted(batch_of(ana_asks("one-to-one; virtual"), form("Virtual cohort")))


def test_several_forms_of_one_file_are_taken_together_in_any_order() -> None:
    cells = ("A day's visit to a peer", "", "One-to-one with a peer")
    assert asks(batch_of(ana_asks(""), form(*cells))) == (ONE, HOSTED)
    assert asks(batch_of(ana_asks(""), form(*reversed(cells)))) == (ONE, HOSTED)


def test_what_is_known_stands_in_a_later_import() -> None:
    first = batch_of(ana_asks(""), form("Virtual cohort", "One-to-one"))
    known = known_of(first)
    again = batch_of(form("Virtual cohort", "One-to-one"), known=known)
    assert (again.members, again.notes) == ((), ())
    later = batch_of(form("A day's visit to a peer"), known=known)
    assert later.members == ()
    assert "asks for peer-hosted too" in noted(later)
    assert asks(batch_of(ana_asks("peer-hosted"), known=known)) == (HOSTED,)  # the roster is the word
    assert asks(batch_of(ana_asks(""), known=known)) == (ONE, VIRTUAL)  # and a blank erases nothing


def test_a_new_member_asks_by_its_form() -> None:
    header = ("Email", "Name", "Organization", "State", "Challenge", ASKED)
    row = ("nia@oak.example", "Nia New", "Oak ISD", "TX", "Absence", "Virtual cohort")
    assert asks(batch_of(table_of("intake.csv", header, row), known=Known())) == (VIRTUAL,)
