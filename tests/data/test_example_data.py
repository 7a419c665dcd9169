"""The example network is whole: its files agree with each other and with what the issue asks for.

Read with csv and openpyxl alone, so that a fault in the intake room cannot hide a fault in the data.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from matcher.domain import ExchangeStatus, Locale, OrganizationType, Slot, StatementKind, Structure

DATA = Path(__file__).parents[2] / "data"
EXAMPLE = DATA / "example"
HEADER_ROW = 3
EXPORTED = datetime.fromisoformat("2026-09-04T09:12")
NEXT_TERM = date(2026, 9, 14)
ANSWERS = (
    *("time", "email", "name", "organization", "state", "role"),
    *("challenge", "practice", "confidential", "kinds", "when", "else"),
)
WHEN = {"morning": "am", "afternoon": "pm"}
STATES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND"
    " OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY"
)
BOUNDS = {"AK": (51, 72, -180, -129), "HI": (18.5, 22.5, -161, -154)}


@cache
def table(name: str) -> list[dict[str, str]]:
    with (EXAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def roster() -> dict[str, dict[str, str]]:
    return {row["member_id"]: row for row in table("roster.csv")}


@cache
def responses() -> list[dict[str, Any]]:
    """The form's answers by a short name of their question, in the order of the sheet."""
    book = openpyxl.load_workbook(EXAMPLE / "intake.xlsx")
    rows = book["Form Responses 1"].iter_rows(min_row=HEADER_ROW + 1, values_only=True)
    return [{key: value or "" for key, value in zip(ANSWERS, row, strict=True)} for row in rows]


def member_of(response: dict[str, Any]) -> str:
    """By address, else by name and organization; empty for a row that cannot be taken."""
    for member, row in roster().items():
        if response["email"].strip().casefold() == row["email"]:
            return member
        same = (response["name"], response["organization"]) == (row["name"], row["organization"])
        if not response["email"] and same:
            return member
    return ""


@cache
def statements() -> list[tuple[str, str, int, str]]:
    """(member, kind, nth of that member's kind by time, text); a text sent twice counts once."""
    seen: set[tuple[str, str, str]] = set()
    count: Counter[tuple[str, str]] = Counter()
    found = []
    for response in responses():
        member = member_of(response)
        for kind in StatementKind:
            key = (member, kind.value, response[kind.value])
            if member and response[kind.value] and key not in seen:
                seen.add(key)
                count[key[:2]] += 1
                found.append((*key[:2], count[key[:2]], key[2]))
    return found


def words(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.casefold())


def slots(text: str) -> list[Slot]:
    return [Slot.parse(part) for part in text.split("; ")] if text else []


def members_of(exchange: dict[str, str]) -> list[str]:
    return exchange["members"].split(";")


def test_there_is_as_much_as_the_issue_asks_for() -> None:
    types = Counter(row["organization_type"] for row in table("roster.csv"))
    assert len(roster()) >= 130
    assert types["state agency"] >= 20
    assert set(types) == {kind.value for kind in OrganizationType}
    assert len(statements()) >= 240
    assert {row["locale"] for row in table("roster.csv")} == {locale.value for locale in Locale}
    several = Counter(member for member, _, _, _ in statements())
    assert {2, 3} <= set(several.values())
    assert any(member not in several for member in roster())


@pytest.mark.parametrize("column", ["member_id", "name", "email"])
def test_a_member_is_told_apart_by(column: str) -> None:
    values = [row[column].casefold() for row in table("roster.csv")]
    assert len(set(values)) == len(values)


def test_addresses_can_reach_nobody() -> None:
    rows = [*table("roster.csv"), *table("facilitators.csv")]
    assert all(row["email"].endswith(".example") for row in rows)


def test_members_of_one_organization_agree_about_it() -> None:
    facts = defaultdict(set)
    columns = ("organization_type", "state", "enrollment", "locale", "latitude", "longitude")
    for row in table("roster.csv"):
        facts[row["organization"]].add(tuple(row[column] for column in columns))
    assert all(len(found) == 1 for found in facts.values())
    assert len(facts) < len(roster())  # at least one organization has two members


def test_places_are_in_the_united_states() -> None:
    for row in table("roster.csv"):
        latitude, longitude = float(row["latitude"]), float(row["longitude"])
        assert row["state"] in STATES.split()
        south, north, west, east = BOUNDS.get(row["state"], (24.4, 49.5, -125, -66.9))
        assert south < latitude < north, row
        assert west < longitude < east, row


def test_slots_and_time_zones_are_read() -> None:
    for row in [*table("roster.csv"), *table("facilitators.csv")]:
        assert ZoneInfo(row["timezone"]).key == row["timezone"]
        given = slots(row["slots"])
        assert len(set(given)) == len(given)
    assert any(not row["slots"] for row in table("roster.csv"))


def test_hosts_and_only_hosts_have_seats() -> None:
    for row in table("roster.csv"):
        assert row["host"] in {"yes", "no"}
        assert (int(row["seats"]) > 0) == (row["host"] == "yes")
        assert 0 <= int(row["one_to_ones"]) <= 3


def test_the_workbook_looks_like_an_export() -> None:
    book = openpyxl.load_workbook(EXAMPLE / "intake.xlsx")
    sheet = book["Form Responses 1"]
    assert book.sheetnames == ["Form Responses 1", "Notes to self"]
    assert {str(cells) for cells in sheet.merged_cells.ranges} == {"A1:L1", "A2:L2"}
    assert sheet.cell(HEADER_ROW, 1).value == "Timestamp"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert not book.properties.creator
    assert not book.properties.lastModifiedBy
    times = [response["time"] for response in responses()]
    assert all(before <= after for before, after in pairwise(times))
    assert datetime.fromisoformat("2026-08-24") <= times[0]
    assert times[-1] < EXPORTED
    assert f"{len(times)} responses" in sheet["A2"].value


def test_the_answers_about_time_agree_with_the_roster() -> None:
    for response in responses():
        member = member_of(response)
        if member and response["when"]:
            days = [part.split(" ") for part in response["when"].split(", ")]
            said = {Slot.parse(f"{day[:3]} {WHEN[half]}") for day, half in days}
            assert said == set(slots(roster()[member]["slots"]))


def test_the_intake_has_the_mess_of_real_life() -> None:
    by_member = Counter(member_of(response) for response in responses())
    assert by_member[""] == 3  # rows that cannot be taken
    answers = Counter(tuple(response.values())[1:] for response in responses())
    assert sorted(answers.values())[-2:] == [1, 2]  # one double submission
    known = [response for response in responses() if member_of(response)]
    assert any(not response["email"] for response in known)
    assert any(response["email"] != response["email"].strip() for response in known)
    assert any(response["email"].strip() != response["email"].strip().casefold() for response in known)
    assert sum(response["name"] != roster()[member_of(response)]["name"] for response in known) == 1
    assert any(not response["challenge"] and not response["practice"] for response in known)
    assert sum(response["confidential"] == "Yes" for response in known) >= 5


def test_labels_line_up_with_the_intake() -> None:
    labels = [(row["member_id"], row["kind"], int(row["nth"])) for row in table("labels.csv")]
    assert len(set(labels)) == len(labels)
    assert set(labels) == {(member, kind, nth) for member, kind, nth, _ in statements()}
    areas = Counter(row["about"] for row in table("labels.csv"))
    assert len(areas) >= 25
    assert areas["off-topic"] >= 2


def worded() -> Iterator[tuple[str, list[str]]]:
    blank = {
        (row["member_id"], row["kind"], int(row["nth"]))
        for row in table("labels.csv")
        if row["about"] == "blank"
    }
    for member, kind, nth, text in statements():
        if (member, kind, nth) not in blank:
            yield text, words(text)


def test_no_two_statements_share_five_words_in_a_row() -> None:
    users = defaultdict(set)
    for text, found in worded():
        for five in zip(*(found[start:] for start in range(5)), strict=False):
            users[five].add(text)
    assert not [" ".join(five) for five, texts in users.items() if len(texts) > 1]


def test_no_three_statements_begin_alike() -> None:
    openings = Counter(tuple(found[:2]) for _, found in worded())
    assert max(openings.values()) <= 2
    assert max(Counter(tuple(found[:3]) for _, found in worded()).values()) == 1


def test_history_is_two_terms_before_the_one_to_form() -> None:
    starts = {row["term"]: date.fromisoformat(row["term_start"]) for row in table("history.csv")}
    assert starts == {"2025-26 fall": date(2025, 9, 2), "2025-26 spring": date(2026, 1, 12)}
    ends = {"2025-26 fall": date(2025, 12, 20), "2025-26 spring": date(2026, 6, 15)}
    facilitators = {row["facilitator_id"] for row in table("facilitators.csv")}
    for row in table("history.csv"):
        assert set(members_of(row)) <= set(roster())
        assert row["facilitator"] in facilitators
        assert row["topic"]
        if row["date"]:
            day = date.fromisoformat(row["date"])
            assert starts[row["term"]] <= day < ends[row["term"]] < NEXT_TERM
            assert day.weekday() < 5
        else:
            assert row["status"] == ExchangeStatus.DECLINED.value


def test_earlier_exchanges_keep_the_rules() -> None:
    sizes = {"one-to-one": (2, 2), "virtual": (5, 7), "peer-hosted": (3, 12)}
    banned = [{row["member_a"], row["member_b"]} for row in table("bans.csv")]
    for row in table("history.csv"):
        members = members_of(row)
        least, most = sizes[Structure(row["structure"])]
        assert least <= len(members) <= most
        assert len({roster()[member]["organization"] for member in members}) == len(members)
        assert not any(pair <= set(members) for pair in banned)
        if row["structure"] == "peer-hosted":
            assert int(roster()[members[0]]["seats"]) >= len(members) - 1


def test_history_is_as_varied_as_real_terms() -> None:
    structures = Counter(row["structure"] for row in table("history.csv"))
    assert structures == {"one-to-one": 40, "virtual": 10, "peer-hosted": 5}
    statuses = Counter(row["status"] for row in table("history.csv"))
    assert set(statuses) == {"held", "cancelled", "declined"}
    assert statuses["held"] > 40
    met = Counter(frozenset(members_of(row)) for row in table("history.csv"))
    assert sum(times == 2 for times in met.values()) == 3
    taking_part = {member for row in table("history.csv") for member in members_of(row)}
    assert 80 <= len(taking_part) <= 100


def test_bans_are_between_known_members_each_with_its_reason() -> None:
    bans = table("bans.csv")
    assert 6 <= len(bans) <= 8
    assert len({row["reason"] for row in bans}) == len(bans)
    assert len({frozenset((row["member_a"], row["member_b"])) for row in bans}) == len(bans)
    for row in bans:
        assert row["member_a"] != row["member_b"]
        assert {row["member_a"], row["member_b"]} <= set(roster())
        organizations = {roster()[row[column]]["organization"] for column in ("member_a", "member_b")}
        assert len(organizations) == 2  # members of one organization never meet as it is


def test_six_facilitators_can_convene_about_75_pairs() -> None:
    rows = table("facilitators.csv")
    assert len(rows) == len({row["facilitator_id"] for row in rows}) == 6
    assert 70 <= sum(int(row["pairs"]) for row in rows) <= 80
    assert all(5 <= len(slots(row["slots"])) <= 8 for row in rows)


def test_the_readme_gives_the_true_counts() -> None:
    text = (DATA / "README.md").read_text(encoding="utf-8")
    for name in ("roster.csv", "facilitators.csv", "history.csv", "bans.csv", "labels.csv"):
        assert f"| `{name}` | {len(table(name))} |" in text
        assert all(f"`{column}`" in text for column in table(name)[0])
    assert f"| `intake.xlsx` | {len(responses())} |" in text
    kinds = Counter(kind for _, kind, _, _ in statements())
    said = f"{len(statements())} statements ({kinds['challenge']} challenges, {kinds['practice']} practices)"
    assert said in text
