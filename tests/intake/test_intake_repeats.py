"""What a member sends twice, in one file or in two."""

from __future__ import annotations

from build_intake import INTAKE, batch_of, intake_row, known_of, roster, roster_row, table_of
from matcher.intake.batch import Batch, Known

KNOWN = known_of(
    roster(
        roster_row(),
        roster_row(
            member_id="M3",
            name="Cy Doe",
            email="cy@elm.example",
            organization="Elm Public Schools",
            state="OH",
        ),
    )
)
STAMP = "2024-09-12T14:33:21"


def form(*rows: tuple[str, ...], known: Known = KNOWN) -> Batch:
    return batch_of(table_of("intake.csv", INTAKE, *rows), known=known)


def noted(batch: Batch) -> str:
    return "\n".join(note.message for note in batch.notes)


def again(first: Batch, *rows: tuple[str, ...]) -> Batch:
    """The batch of later rows, once ``first`` is stored."""
    return form(*rows, known=Known(KNOWN.organizations, KNOWN.members, first.statements))


def test_a_form_that_was_sent_twice_counts_once() -> None:
    twice = intake_row(), intake_row(timestamp="9/12/2024 14:33:24", challenge=" absence")
    batch = form(*twice)
    assert batch.statements == form(intake_row()).statements
    assert "sent the same text before (intake.csv, row 2); it was counted once." in noted(batch)
    assert len(form(twice[0], intake_row(timestamp="9/13/2024", challenge="Staffing")).statements) == 2
    assert len(form(intake_row(practice="Absence")).statements) == 2  # of two kinds
    assert len(form(intake_row(), intake_row(email="cy@elm.example")).statements) == 2  # of two members


def test_the_same_text_in_a_later_file_is_the_same_statement() -> None:
    first = form(intake_row())
    later = again(first, intake_row(timestamp="10/1/2024 8:00:00"))
    assert later.statements == first.statements
    assert f"({STAMP})" in noted(later)
    both = again(first, intake_row(timestamp="9/1/2024 8:00:00"), intake_row())
    assert both.statements == first.statements


def test_an_edited_text_is_no_longer_what_was_said_before() -> None:
    first = form(intake_row())
    edited = again(first, intake_row(challenge="Staffing"), intake_row(timestamp="10/1/2024 8:00:00"))
    assert [(s.id == first.statements[0].id, s.text) for s in edited.statements] == [
        (True, "Staffing"),
        (False, "Absence"),
    ]


def test_two_statements_that_become_alike_by_an_edit_both_stay() -> None:
    rows = intake_row(), intake_row(timestamp="10/1/2024 8:00:00", challenge="Staffing")
    first = form(*rows)
    alike = rows[0], intake_row(timestamp="10/1/2024 8:00:00")
    edited = again(first, *alike)
    assert [s.text for s in edited.statements] == ["Absence", "Absence"]
    assert again(edited, *alike).statements == edited.statements


def test_what_was_sent_twice_is_confidential_if_it_once_was() -> None:
    open_, hidden = intake_row(quotable="Yes"), intake_row(timestamp="10/1/2024 8:00:00", quotable="No")
    assert [s.confidential for s in form(open_, hidden).statements] == [True]
    assert [s.confidential for s in form(hidden, open_).statements] == [True]
    assert [s.confidential for s in again(form(open_), hidden).statements] == [True]
