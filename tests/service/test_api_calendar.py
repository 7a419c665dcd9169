"""The calendar over the API: whose exchanges are in it, and whose addresses."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import icalendar
import pytest
from fastapi.testclient import TestClient

from build_plans import FALL, acting, matching, plan_of
from matcher.accounts import Role

A, F, M = Role.ADMINISTRATOR, Role.FACILITATOR, Role.MEMBER
PATH = "/api/v1/exports/calendar"
WEEK = {"first_week": "2026-10-05"}


def taken(api: TestClient, **asked: str) -> icalendar.Calendar:
    answer = api.get(PATH, params=asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="term.ics"'
    return icalendar.Calendar.from_ical(answer.content)


def ids(file: icalendar.Calendar) -> set[str]:
    return {each["uid"].removesuffix("@peer-matcher") for each in file.walk("VEVENT")}


def addresses(file: icalendar.Calendar) -> set[str]:
    return {found for each in file.walk("VEVENT") for found in re.findall(r"\S+@\S+", each["description"])}


@pytest.fixture
def published(api: TestClient) -> dict[str, dict[str, Any]]:
    """The pairs, which staff published, by their ids."""
    acting(api, F)
    plan = plan_of(api)
    answer = api.post("/api/v1/proposals/pairs/publish", json={}, headers=matching(plan["version"]))
    assert answer.status_code == 200, answer.text
    return {each["id"]: each for each in plan["proposals"]}


def test_staff_have_the_term_s(api: TestClient, published: dict[str, Any]) -> None:
    for role in (A, F):
        acting(api, role)
        assert ids(taken(api, **WEEK)) == set(published)
        assert ids(taken(api, term=FALL.name, **WEEK)) == set(published)
    file = taken(api)
    assert not ids(file)
    assert "4 left out: 4 because no day is known yet" in str(file["x-wr-caldesc"])


def test_a_member_has_its_own_and_at_the_same_times(api: TestClient, published: dict[str, Any]) -> None:
    whole = {str(each["uid"]): each.to_ical() for each in taken(api, **WEEK).walk("VEVENT")}
    acting(api, M)
    file = taken(api, **WEEK)
    own = {id for id, each in published.items() if "m" in each["members"]}
    assert ids(file) == own
    assert 0 < len(own) < len(published)
    assert all(whole[str(each["uid"])] == each.to_ical() for each in file.walk("VEVENT"))
    assert "1 exchange of the term" in str(file["x-wr-caldesc"])
    assert "1 left out" in str(taken(api)["x-wr-caldesc"])


def test_a_member_s_drafts_are_in_none(api: TestClient) -> None:
    acting(api, M)
    file = taken(api, **WEEK)
    assert not ids(file)
    assert "left out" not in str(file["x-wr-caldesc"])


def test_addresses_are_of_those_who_agreed(api: TestClient, published: dict[str, Any]) -> None:
    own = next(each for each in published.values() if "m" in each["members"])
    other = next(each for each in published.values() if "m" not in each["members"])
    for role in (M, F):
        acting(api, role)
        assert not addresses(taken(api, **WEEK))
    for pair in (own, other):
        for one in pair["members"]:
            answer = api.post(f"/api/v1/exchanges/{pair['id']}/accept", json={"member_id": one})
            assert answer.status_code == 200, answer.text
    assert len(addresses(taken(api, **WEEK))) == 4
    acting(api, M)
    file = taken(api, **WEEK)
    seen = api.get(f"/api/v1/exchanges/{own['id']}").json()["members"]
    assert addresses(file) == {each["email"] for each in seen}
    (event,) = file.walk("VEVENT")
    assert event["status"] == "CONFIRMED"


def test_what_was_held_is_on_its_day(api: TestClient, published: dict[str, Any]) -> None:
    (first, *_) = published.values()
    for one in first["members"]:
        api.post(f"/api/v1/exchanges/{first['id']}/accept", json={"member_id": one})
    answer = api.post(
        f"/api/v1/exchanges/{first['id']}/hold",
        json={"on": "2026-03-03"},
        headers=matching(plan_of(api)["version"]),
    )
    assert answer.status_code == 200, answer.text
    (event,) = taken(api).walk("VEVENT")
    day = event.decoded("dtstart")
    assert (day, isinstance(day, datetime)) == (date(2026, 3, 3), False)


@pytest.mark.parametrize("role", [F, M])
def test_what_makes_no_sense_is_told(api: TestClient, role: Role) -> None:
    acting(api, role)
    for asked, status in (
        ({"term": "never"}, 404),
        ({"first_week": "2020-01-01"}, 400),
        ({"first_week": "0001-01-01"}, 400),
        ({"first_week": "9999-12-31"}, 400),
        ({"first_week": "tuesday"}, 422),
    ):
        answer = api.get(PATH, params=asked)
        told = (answer.status_code, answer.headers["Content-Type"])
        assert told == (status, "application/problem+json"), asked


def test_the_description_shows_an_event_that_can_be_read(api: TestClient) -> None:
    told = api.get("/api/v1/openapi.json").json()["paths"][PATH]["get"]
    (kind,) = told["responses"]["200"]["content"].items()
    assert kind[0] == "text/calendar"
    (event,) = icalendar.Calendar.from_ical(kind[1]["example"]).walk("VEVENT")
    assert event["status"] == "CONFIRMED"
    assert {each["name"] for each in told["parameters"]} == {"term", "first_week"}
