"""Roster rows to members and organizations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from build_intake import ROSTER, batch_of, known_of, roster, roster_row, table_of
from matcher.domain import Locale, OrganizationType, Slot, stable_id
from matcher.intake.batch import Batch


def said(batch: Batch) -> list[str]:
    return [problem.message for problem in batch.problems]


def noted(batch: Batch) -> str:
    return "\n".join(note.message for note in batch.notes)


def test_a_whole_row() -> None:
    batch = roster(
        roster_row(
            enrollment="1,234",
            locale="41-Rural: Fringe",
            latitude="41.6",
            longitude="-93.6",
            host="yes",
            seats="4",
            one_to_ones="2",
        )
    )
    (member,), (organization,) = batch.members, batch.organizations
    assert (organization.type, organization.state) == (OrganizationType.DISTRICT, "IA")
    assert (organization.enrollment, organization.locale) == (1234, Locale.RURAL)
    assert (organization.latitude, organization.longitude) == (41.6, -93.6)
    assert organization.id == stable_id("o", "Lake County Schools", "IA")
    assert (member.id, member.timezone, member.slots) == ("M1", "America/Chicago", (Slot(0, "am"),))
    assert (member.host, member.seats, member.one_to_ones) == (True, 4, 2)
    assert member.role_group == "superintendent"
    assert not batch.problems
    assert not batch.notes


def test_ids_come_from_the_email_or_else_from_name_and_organization() -> None:
    batch = roster(
        roster_row(member_id=""), roster_row(member_id="", email="", name="Bo Lee"), roster_row(email="")
    )
    assert [member.id for member in batch.members] == [
        stable_id("m", "ana@lake.example"),
        stable_id("m", "Bo Lee|Lake County Schools|IA"),
        "M1",
    ]


def test_a_name_in_two_columns_and_an_organization_as_a_member() -> None:
    table = table_of(
        "roster.csv",
        ("First name", "Last name", "Organization", "State"),
        ("Ana", "Ruiz", "Lake Schools", "Iowa"),
        ("", "", "Elm Schools", "Iowa"),
    )
    assert [member.name for member in batch_of(table).members] == ["Ana Ruiz", "Elm Schools"]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"latitude": "95", "longitude": "-93"}, "95 is outside -90 to 90."),
        ({"latitude": "41.6"}, "Latitude and longitude need each other."),
        ({"latitude": "41.6", "longitude": "93.6"}, "93.6 is east of Greenwich; Iowa is west of it."),
        ({"seats": "-2"}, "-2 is below 0."),
        ({"locale": "seaside"}, "'seaside' is no locale."),
        ({"enrollment": "many"}, "'many' is not a whole number."),
        ({"timezone": "Mars"}, "'Mars' is not a time zone."),
        ({"slots": "evenings"}, "'evenings' in 'evenings' is not understood as a half-day."),
        ({"host": "purple"}, "'purple' is neither yes nor no."),
        ({"email": "ana"}, "'ana' is not an email address."),
        ({"state": "Ontario"}, "'Ontario' is no state or territory."),
        ({"state": ""}, "The state is missing."),
        ({"organization": ""}, "It names no organization."),
        ({"organization": "(" * 1_001}, "The cell has 1,001 characters; at most 1,000 are read here."),
        ({"slots": "(" * 20_000}, "The cell has 20,000 characters; at most 1,000 are read here."),
        ({"organization_type": "zoo"}, "'zoo' is no type of organization."),
        (
            {"organization_type": "", "organization": "Acme"},
            "The type of organization is missing, and its name does not tell it.",
        ),
    ],
)
def test_a_wrong_cell_refuses_its_row_alone(cells: dict[str, str], message: str) -> None:
    batch = roster(roster_row(**cells), roster_row(member_id="M2", email="b@lake.example", name="Bo"))
    assert message in said(batch)
    assert [member.id for member in batch.members] == ["M2"]
    assert len(batch.organizations) == 1
    problem = batch.problems[0]
    assert problem.place.row == 2
    assert problem.cure
    assert ("Name", "Ana Ruiz") in problem.cells


def test_every_problem_of_a_row_is_said_once() -> None:
    batch = roster(roster_row(seats="-1", locale="x", organization_type="zoo"))
    assert sorted(problem.place.column for problem in batch.problems) == [
        "Locale",
        "Organization type",
        "Seats",
    ]


def test_guam_lies_east() -> None:
    batch = roster(roster_row(state="Guam", latitude="13.4", longitude="144.7"))
    assert batch.problems == ()


@pytest.mark.parametrize(
    ("state", "zone", "is_noted"), [("IA", "America/Chicago", False), ("TX", "America/Chicago", True)]
)
def test_a_missing_time_zone_comes_from_the_state(state: str, zone: str, is_noted: bool) -> None:
    batch = roster(roster_row(state=state, timezone=""))
    assert batch.members[0].timezone == zone
    assert ("more than one" in noted(batch)) is is_noted


def test_a_host_without_seats_and_a_maybe_are_noted() -> None:
    assert "no seats" in noted(roster(roster_row(host="yes")))
    maybe = roster(roster_row(host="maybe", seats="3"))
    assert "'Maybe' was read as no" in noted(maybe)
    assert not maybe.members[0].host


def test_one_organization_described_twice_keeps_the_first_and_says_so() -> None:
    batch = roster(
        roster_row(enrollment="1,200"),
        roster_row(member_id="M2", email="b@lake.example", name="Bo", enrollment="1300", locale="rural"),
    )
    (organization,) = batch.organizations
    assert (organization.enrollment, organization.locale) == (1200, Locale.RURAL)
    assert "enrollment is 1300 here and 1200 in roster.csv, row 2; 1200 was kept" in noted(batch)


def test_a_member_twice_the_same_is_counted_once() -> None:
    batch = roster(roster_row(), roster_row())
    assert len(batch.members) == 1
    assert "says the same as roster.csv, row 2" in noted(batch)
    assert batch.problems == ()


def test_a_member_twice_with_differences_is_refused_the_second_time() -> None:
    batch = roster(roster_row(), roster_row(role="Principal", slots="any"))
    assert said(batch) == [
        "roster.csv, row 2 describes this member too, and differs in role, role group, slots."
    ]
    assert batch.members[0].role == "Superintendent"


def test_an_email_of_another_member_is_refused() -> None:
    batch = roster(roster_row(), roster_row(member_id="M2", name="Bo"))
    assert said(batch) == ["The email belongs to the member 'M1' already."]
    assert "Use the id 'M1' here" in batch.problems[0].cure


def test_two_people_of_one_name_with_two_emails_are_two() -> None:
    batch = roster(roster_row(member_id=""), roster_row(member_id="", email="other@lake.example"))
    assert len(batch.members) == 2


def test_a_later_roster_without_ids_finds_its_members_again() -> None:
    known = known_of(roster(roster_row()))
    by_email = roster(roster_row(member_id="", role="Director"), known=known)
    assert [(member.id, member.role) for member in by_email.members] == [("M1", "Director")]
    by_name = roster(roster_row(member_id="", email="", name="Ruiz, Dr. Ana"), known=known)
    assert [member.id for member in by_name.members] == ["M1"]


def test_a_blank_in_a_later_roster_erases_nothing() -> None:
    full = roster(roster_row(enrollment="1,200", host="yes", seats="3", one_to_ones="2", locale="rural"))
    known = known_of(full)
    later = roster(roster_row(role="", timezone="", slots="", organization_type=""), known=known)
    assert later.members == full.members
    assert later.organizations == full.organizations


def test_a_later_roster_changes_what_it_gives() -> None:
    known = known_of(roster(roster_row(enrollment="1,200")))
    later = roster(roster_row(enrollment="1,300", slots="Tue pm"), known=known)
    assert later.organizations[0].enrollment == 1300
    assert later.members == (replace(known.members[0], slots=(Slot(1, "pm"),)),)


def test_a_row_that_was_shifted_is_refused_with_all_its_cells() -> None:
    table = table_of("roster.csv", ROSTER, (*roster_row(one_to_ones="1"), "more"))
    (problem,) = batch_of(table).problems
    assert "17 cells under 16 headings" in problem.message
    assert problem.cells[-1] == ("(17)", "more")


def test_an_organization_without_a_state_is_found_by_its_name() -> None:
    known = known_of(roster(roster_row()))
    batch = roster(roster_row(member_id="M2", name="Bo", email="b@lake.example", state=""), known=known)
    assert batch.members[0].organization_id == known.organizations[0].id
