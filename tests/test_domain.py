"""Half-days across time zones and the year, texts of hours, and identifiers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.domain import HALF_DAYS, HOURS_A_WEEK, WEEKDAYS, Facilitator, Member, Slot, hour_text, stable_id

WINTER, SUMMER = date(2026, 1, 14), date(2026, 7, 15)
ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "Pacific/Guam",
    "UTC",
)
SLOTS = st.builds(Slot, st.integers(0, 6), st.sampled_from(sorted(HALF_DAYS)))


@pytest.mark.parametrize(
    ("zone", "week", "first"),
    [
        ("UTC", WINTER, 8),
        ("America/New_York", WINTER, 13),
        ("America/New_York", SUMMER, 12),
        ("America/Phoenix", WINTER, 15),
        ("America/Phoenix", SUMMER, 15),
        ("America/Denver", WINTER, 15),
        ("America/Denver", SUMMER, 14),
        ("Pacific/Honolulu", WINTER, 18),
        ("Pacific/Honolulu", SUMMER, 18),
        ("America/Anchorage", SUMMER, 16),
    ],
)
def test_monday_morning_in_utc(zone: str, week: date, first: int) -> None:
    assert Slot(0, "am").utc_hours(zone, week) == frozenset(range(first, first + 4))


def test_hours_wrap_around_the_week() -> None:
    assert Slot(6, "pm").utc_hours("Pacific/Honolulu", WINTER) == {166, 167, 0, 1}
    assert Slot(0, "am").utc_hours("Pacific/Guam", WINTER) == {166, 167, 0, 1}


def test_a_zone_off_the_hour_has_whole_hours_only() -> None:
    """8:00 to 12:00 in Kolkata is 2:30 to 6:30 UTC: meetings can start at 3, 4 and 5."""
    assert Slot(0, "am").utc_hours("Asia/Kolkata", WINTER) == {3, 4, 5}


def test_the_week_in_which_the_clocks_change() -> None:
    """They change on Sunday, 8 March 2026: the Monday before is still in winter."""
    week = date(2026, 3, 4)
    assert Slot(0, "am").utc_hours("America/New_York", week) == {13, 14, 15, 16}
    assert min(Slot(6, "am").utc_hours("America/New_York", week)) == 6 * 24 + 12


@given(SLOTS, st.sampled_from(ZONES), st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_each_hour_is_inside_the_half_day_on_the_members_clock(slot: Slot, zone: str, week: date) -> None:
    hours = slot.utc_hours(zone, week)
    monday = week - timedelta(days=week.weekday())
    assert len(hours) == 4
    assert all(0 <= hour < HOURS_A_WEEK for hour in hours)
    start, end = HALF_DAYS[slot.half]
    zero = datetime(monday.year, monday.month, monday.day, tzinfo=ZoneInfo("UTC"))
    for hour in hours:
        found = [
            local
            for shift in (-HOURS_A_WEEK, 0, HOURS_A_WEEK)
            for local in [(zero + timedelta(hours=hour + shift)).astimezone(ZoneInfo(zone))]
            if local.date() == monday + timedelta(days=slot.weekday)
        ]
        assert [start <= local.hour and local.hour + 1 <= end for local in found] == [True]


@given(SLOTS, st.sampled_from(ZONES), st.integers(0, 6))
def test_any_day_of_the_week_picks_it(slot: Slot, zone: str, day: int) -> None:
    monday = date(2026, 7, 13)
    assert slot.utc_hours(zone, monday) == slot.utc_hours(zone, monday + timedelta(days=day))


@given(SLOTS)
def test_a_slot_is_read_as_it_is_written(slot: Slot) -> None:
    assert Slot.parse(str(slot)) == slot
    assert Slot.parse(f" {slot} ") == slot


@pytest.mark.parametrize(
    "text", ["", "Mon", "Mon AM", "mon am", "Mon noon", "Funday am", "Mon  am", "am Mon"]
)
def test_no_such_half_day(text: str) -> None:
    with pytest.raises(ValueError, match="no such half-day"):
        Slot.parse(text)


@pytest.mark.parametrize(("weekday", "half"), [(7, "am"), (-1, "am"), (0, "night")])
def test_no_such_slot(weekday: int, half: str) -> None:
    with pytest.raises(ValueError, match="no such half-day"):
        Slot(weekday, half)


def test_the_hours_of_people_are_ascending_and_each_once() -> None:
    slots = (Slot(1, "pm"), Slot(1, "am"), Slot(1, "am"))
    member = Member("m", "M", "o", slots=slots)
    assert member.utc_hours(WINTER) == tuple(range(24 + 13, 24 + 21))
    assert Facilitator("f", "F", slots=slots).utc_hours(WINTER) == member.utc_hours(WINTER)
    assert Member("m", "M", "o").utc_hours(WINTER) == ()


@pytest.mark.parametrize(
    ("hour", "zone", "week", "text"),
    [
        (0, "UTC", WINTER, "Mon 12 am"),
        (12, "UTC", WINTER, "Mon 12 pm"),
        (38, "America/New_York", WINTER, "Tue 9 am"),
        (38, "America/New_York", SUMMER, "Tue 10 am"),
        (38, "America/Phoenix", WINTER, "Tue 7 am"),
        (38, "America/Phoenix", SUMMER, "Tue 7 am"),
        (0, "Pacific/Honolulu", WINTER, "Sun 2 pm"),
        (167, "Pacific/Guam", WINTER, "Mon 9 am"),
        (9, "Asia/Kolkata", WINTER, "Mon 2:30 pm"),
    ],
)
def test_an_hour_on_a_local_clock(hour: int, zone: str, week: date, text: str) -> None:
    assert hour_text(hour, zone, week) == text


@given(SLOTS, st.sampled_from(ZONES), st.sampled_from([WINTER, SUMMER]))
def test_the_text_of_a_slots_hour_names_its_day(slot: Slot, zone: str, week: date) -> None:
    for hour in slot.utc_hours(zone, week):
        assert hour_text(hour, zone, week).startswith(WEEKDAYS[slot.weekday])


def test_an_identifier_is_pinned() -> None:
    """Stored networks hold these: a change of the recipe would lose every member."""
    assert stable_id("m", "Ana Díaz", "ana@example.org") == "m-03fea2bf6e"


@given(st.text(max_size=20), st.text(max_size=20))
def test_identifiers_overlook_case_and_spacing_only(first: str, second: str) -> None:
    assert stable_id("m", first, second) == stable_id("m", f"  {first}\t", second.casefold())
    same = [" ".join(part.casefold().split()) for part in (first, second)]
    if same[0] != same[1]:
        assert stable_id("m", first) != stable_id("m", second)
        assert stable_id("m", first, second) != stable_id("m", second, first)


def test_parts_do_not_run_together() -> None:
    assert len({stable_id("m", "ab", "c"), stable_id("m", "a", "bc"), stable_id("m", "ab c")}) == 3
    assert stable_id("m", "a\x1fb") != stable_id("m", "a", "b")
    assert stable_id("m", "a") != stable_id("o", "a")
