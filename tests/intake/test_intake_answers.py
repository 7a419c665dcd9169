"""Rows of a form to statements and their members."""

from __future__ import annotations

import pytest

from build_intake import INTAKE, ROSTER, batch_of, intake_row, known_of, roster, roster_row, table_of
from matcher.domain import Slot, StatementKind, stable_id
from matcher.intake.batch import Batch, Known
from matcher.intake.names import TableKind

ANA, BO, CY = (
    roster_row(),
    roster_row(member_id="M2", name="Bob Lee", email="", slots=""),
    roster_row(
        member_id="M3", name="Cy Doe", email="cy@elm.example", organization="Elm Public Schools", state="OH"
    ),
)
KNOWN = known_of(roster(ANA, BO, CY))
STAMP = "2024-09-12T14:33:21"


def form(*rows: tuple[str, ...], known: Known = KNOWN) -> Batch:
    return batch_of(table_of("intake.csv", INTAKE, *rows), known=known)


def said(batch: Batch) -> list[str]:
    return [problem.message for problem in batch.problems]


def noted(batch: Batch) -> str:
    return "\n".join(note.message for note in batch.notes)


def test_a_row_is_a_statement_for_each_answer() -> None:
    batch = form(intake_row(challenge="Absence\r\nis up", practice="Our bus app"))
    first, second = batch.statements
    assert (first.member_id, first.kind, first.text) == ("M1", StatementKind.CHALLENGE, "Absence\nis up")
    assert (second.kind, second.text) == (StatementKind.PRACTICE, "Our bus app")
    assert first.submitted == STAMP
    assert first.id == stable_id("s", "M1", "challenge", STAMP, "0")
    assert batch.members == ()  # nothing new is said of the member
    assert not batch.problems
    assert not batch.notes


def test_an_edited_answer_of_the_same_time_keeps_its_id() -> None:
    one, other = form(intake_row(challenge="Absence")), form(intake_row(challenge="Chronic absence"))
    assert one.statements[0].id == other.statements[0].id
    later = form(intake_row(timestamp="9/13/2024 8:00:00"))
    assert later.statements[0].id != one.statements[0].id


def test_without_a_time_the_text_is_the_identity() -> None:
    one, other = form(intake_row(timestamp="")), form(intake_row(timestamp="", challenge="Chronic absence"))
    assert one.statements[0].id != other.statements[0].id
    assert form(intake_row(timestamp="")).statements == one.statements


def test_a_time_that_is_no_date_is_kept_and_noted() -> None:
    batch = form(intake_row(timestamp="last Tuesday"))
    assert batch.statements[0].submitted == "last Tuesday"
    assert "not a date" in noted(batch)


def test_blank_answers_make_no_statement_and_a_row_without_any_is_noted() -> None:
    batch = form(intake_row(challenge=" "), intake_row(challenge="", practice="Bus app"))
    assert [statement.text for statement in batch.statements] == ["Bus app"]
    assert "so it adds no statement" in noted(batch)


def test_texts_to_look_at_are_kept_and_set_aside() -> None:
    batch = form(intake_row(challenge="n/a", practice="see attached"))
    assert [s.set_aside for s in batch.statements] == [
        "says that there is no answer",
        "points to a text that is elsewhere",
    ]
    assert noted(batch).count("set aside for you to look at") == 2


def test_a_person_who_cleared_a_text_is_not_overruled() -> None:
    first = form(intake_row(challenge="EL"))
    assert first.statements[0].set_aside
    cleared = Known(
        KNOWN.organizations,
        KNOWN.members,
        tuple(type(s)(s.id, s.member_id, s.kind, s.text, submitted=s.submitted) for s in first.statements),
    )
    assert form(intake_row(challenge="EL"), known=cleared).statements == cleared.statements


@pytest.mark.parametrize(
    ("answer", "confidential"),
    [("Yes", False), ("No", True), ("Maybe", True), ("Only my state", True), ("", False)],
)
def test_what_may_not_be_quoted_is_confidential(answer: str, confidential: bool) -> None:
    assert form(intake_row(quotable=answer)).statements[0].confidential is confidential


@pytest.mark.parametrize(("answer", "confidential"), [("Yes", True), ("no", False), ("not sure", True)])
def test_a_confidential_column(answer: str, confidential: bool) -> None:
    table = table_of(
        "intake.csv", ("Email", "Challenge", "Confidential"), ("ana@lake.example", "Absence", answer)
    )
    assert batch_of(table, known=KNOWN).statements[0].confidential is confidential


def test_a_later_file_that_is_silent_keeps_what_is_confidential() -> None:
    first = form(intake_row(quotable="No"))
    known = Known(KNOWN.organizations, KNOWN.members, first.statements)
    again = form(intake_row(quotable="", challenge="Absence, worse"), known=known)
    assert (again.statements[0].confidential, again.statements[0].text) == (True, "Absence, worse")


def test_several_columns_and_repeats() -> None:
    header = ("Timestamp", "Email", "Challenge 1", "Challenge 2")
    row = ("2024-01-02", "ana@lake.example", "Absence", "Absence")
    batch = batch_of(table_of("intake.csv", header, row, row), known=KNOWN)
    assert [s.text for s in batch.statements] == ["Absence"]
    assert noted(batch).count("(intake.csv, row 2); it was counted once") == 2
    assert noted(batch).count("says the same as intake.csv, row 2") == 1


def test_all_that_a_new_member_lacks_is_said_at_once() -> None:
    batch = form(intake_row(email="z@x.example", name="Zed", organization="Acme"))
    assert [message.partition("is missing")[1] for message in said(batch)] == ["is missing"] * 2
    assert "put the member on the roster" in batch.problems[0].cure


def test_remarks_are_not_kept_and_said_to_be() -> None:
    header = ("Email", "Challenge", "Anything else we should know?")
    rows = ("ana@lake.example", "Absence", "Nobody from Ohio"), ("cy@elm.example", "Staffing", "")
    batch = batch_of(table_of("intake.csv", header, *rows), known=KNOWN)
    assert "Remarks are not kept (1 row filled in)." in noted(batch)


def test_the_long_form() -> None:
    header = ("Timestamp", "Email", "Kind", "Text")
    rows = (
        ("2024-01-02", "ana@lake.example", "challenge", "Absence"),
        ("2024-01-02", "ana@lake.example", "Challenge", "Staffing"),
        ("2024-01-02", "ana@lake.example", "practice", "Bus app"),
        ("2024-01-02", "ana@lake.example", "", "Lost"),
        ("2024-01-02", "ana@lake.example", "haiku", "Lost"),
    )
    table = table_of("intake.csv", header, *rows)
    batch = batch_of(table, known=KNOWN)
    assert [s.text for s in batch.statements] == ["Absence", "Staffing", "Bus app"]
    assert len({s.id for s in batch.statements}) == 3
    assert batch_of(table, known=KNOWN).statements == batch.statements
    assert said(batch) == ["It does not say whether it is a challenge or a practice.", "'haiku' is neither."]


@pytest.mark.parametrize(
    ("cells", "member", "note"),
    [
        ({"email": "ANA@lake.example"}, "M1", ""),
        ({"email": "", "name": "Ruiz, Ana", "organization": "Lake County Schools"}, "M1", ""),
        ({"email": "", "name": "Cy Doe"}, "M3", "by its name alone"),
        (
            {"email": "", "name": "Bob Lee", "organization": "Lake County School", "state": "IA"},
            "M2",
            "by its name and a similar organization",
        ),
        ({"email": "", "name": "Bob Leee", "organization": "Lake County Schools"}, "M2", "by a similar name"),
        (
            {"email": "ana@home.example", "name": "Ana Ruiz", "organization": "Lake County Schools"},
            "M1",
            "The email differs",
        ),
    ],
)
def test_who_is_meant(cells: dict[str, str], member: str, note: str) -> None:
    batch = form(intake_row(**cells))
    assert batch.problems == ()
    assert batch.statements[0].member_id == member
    assert note in noted(batch)
    assert bool(note) is bool(batch.notes)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"email": "zed@x.example"}, "No member is known as 'zed@x.example'."),
        ({"email": ""}, "The row names nobody: it has no name, no email and no member id."),
        ({"email": "ana"}, "'ana' is not an email address."),
        (
            {"email": "", "name": "Zed", "organization": "Zed Schools"},
            "No member on a roster fits, and none can be made from this row. The state is missing.",
        ),
        (
            {"email": "z@x.example", "name": "Zed", "organization": "Acme", "state": "OH"},
            "No member on a roster fits, and none can be made from this row. "
            "The type of organization is missing, and its name does not tell it.",
        ),
    ],
)
def test_a_row_of_nobody_is_refused(cells: dict[str, str], message: str) -> None:
    batch = form(intake_row(**cells))
    assert said(batch) == [message]
    assert batch.statements == ()
    assert batch.problems[0].cure


def test_several_near_members_are_named() -> None:
    twins = roster(
        ANA,
        roster_row(member_id="M8", name="Maria Garcia", email=""),
        roster_row(member_id="M9", name="Mario Garcia", email=""),
    )
    batch = form(
        intake_row(email="", name="Marie Garcia", organization="Lake County Schools"), known=known_of(twins)
    )
    assert "Maria Garcia of Lake County Schools (M8)" in said(batch)[0]
    assert "Mario Garcia of Lake County Schools (M9)" in said(batch)[0]


def test_a_near_name_with_another_email_is_asked_about() -> None:
    batch = form(intake_row(email="x@elm.example", name="Cyd Doe", organization="Elm Public Schools"))
    assert "could be Cy Doe" in said(batch)[0]


def test_an_id_and_an_email_of_two_members_clash() -> None:
    table = table_of("intake.csv", ("Member ID", "Email", "Challenge"), ("M3", "ana@lake.example", "Absence"))
    assert said(batch_of(table, known=KNOWN)) == ["The email belongs to the member 'M1', not to 'M3'."]


def test_an_id_that_is_mistyped_makes_no_second_member() -> None:
    header = ("Member ID", "Name", "Organization", "State", "Challenge")
    table = table_of("intake.csv", header, ("M33", "Cy Doe", "Elm Public Schools", "OH", "Absence"))
    batch = batch_of(table, known=KNOWN)
    assert "No member has the id 'M33'; Cy Doe" in said(batch)[0]


def test_a_new_member_is_made_where_the_row_tells_enough() -> None:
    row = intake_row(
        email="nia@oak.example",
        name="Nia New",
        organization="Oak ISD",
        state="Texas",
        slots="Mon am",
    )
    batch = form(row)
    (member,), (organization,) = batch.members, batch.organizations
    assert (member.id, member.name) == (stable_id("m", "nia@oak.example"), "Nia New")
    assert (organization.name, organization.state) == ("Oak ISD", "TX")
    assert member.slots == (Slot(0, "am"),)
    assert "on no roster" in noted(batch)
    known = Known(batch.organizations, batch.members, batch.statements)
    again = form(row, known=known)
    assert (again.members, again.statements) == ((), batch.statements)


def test_members_of_the_same_import_are_known_whichever_file_comes_first() -> None:
    tables = (table_of("intake.csv", INTAKE, intake_row()), table_of("roster.csv", ROSTER, ANA))
    batch = batch_of(*tables)
    assert [s.member_id for s in batch.statements] == ["M1"]


def test_the_form_of_a_member_whose_roster_row_was_refused_waits_for_it() -> None:
    wrong = roster_row(seats="-1")
    row = intake_row(name="Ana Ruiz", organization="Lake County Schools", state="IA")
    batch = batch_of(table_of("roster.csv", ROSTER, wrong), table_of("intake.csv", INTAKE, row))
    assert batch.members == ()
    assert "Its member was refused: roster.csv, row 2." in said(batch)


def test_the_form_fills_blanks_and_does_not_overrule_the_roster() -> None:
    filled = form(intake_row(email="", name="Bob Lee", organization="Lake County Schools", slots="Fri pm"))
    assert filled.members[0].slots == (Slot(4, "pm"),)
    kept = form(intake_row(slots="Fri pm"))
    assert kept.members == ()
    assert "which was kept (Mon am)" in noted(kept)


def test_an_availability_that_is_not_understood_costs_no_statement() -> None:
    batch = form(intake_row(slots="evenings"))
    assert len(batch.statements) == 1
    assert "'evenings' is not understood" in noted(batch)


def test_a_flawed_cell_refuses_its_row_and_in_a_column_not_read_is_noted() -> None:
    header = ("Email", "Challenge", "Colour")
    long = "x" * 20_001
    table = table_of(
        "intake.csv", header, ("ana@lake.example", long, ""), ("ana@lake.example", "Absence", long)
    )
    batch = batch_of(table, known=KNOWN, kinds=[TableKind.INTAKE])
    assert said(batch) == ["The cell has 20,001 characters; the limit is 20,000."]
    assert len(batch.statements) == 1
    assert "The column is not read." in noted(batch)


def test_spanish_is_text_like_any_other() -> None:
    text = "¿Cómo mejoramos la asistencia de los niños?"
    (statement,) = form(intake_row(challenge=text)).statements
    assert (statement.text, statement.set_aside) == (text, "")
