"""On which day what is planned takes place: none is made up, and an hour stays in everybody's slots."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain import HALF_DAYS, Exchange, ExchangeStatus, Facilitator, Member, Slot, Structure, Term
from matcher.errors import InputError
from matcher.export.days import WEEKS, NoDay, Planned, days

FALL = Term("2026-27 fall", date(2026, 9, 14))
MONDAY = date(2026, 10, 5)
#: The first Monday after daylight saving time has ended in the United States.
WINTER = date(2026, 11, 2)
ZONES = ("America/New_York", "America/Denver", "America/Phoenix", "America/Los_Angeles", "Pacific/Honolulu")


def member(id: str, *slots: str, zone: str = "America/New_York", away: tuple[date, ...] = ()) -> Member:
    given = tuple(Slot.parse(slot) for slot in slots)
    return Member(id, f"Name {id}", f"o-{id}", timezone=zone, slots=given, away=away)


def planned(
    id: str,
    *members: Member,
    structure: Structure = Structure.ONE_TO_ONE,
    status: ExchangeStatus = ExchangeStatus.AGREED,
    **known: object,
) -> Planned:
    exchange = Exchange(id, FALL, structure, tuple(each.id for each in members), status)
    return Planned(exchange, members, **known)  # type: ignore[arg-type]


def hours_of(*people: Member) -> list[int]:
    """The hours of the UTC week in the term's first week at which all have time."""
    common = set.intersection(*(set(each.utc_hours(FALL.start)) for each in people))
    return sorted(common)


ANN, BEA = member("a", "Tue am"), member("b", "Tue am")
(TUESDAY_12_UTC, *_) = hours_of(ANN, BEA)


def test_no_day_is_made_up() -> None:
    each = planned("x", ANN, BEA, hour=TUESDAY_12_UTC)
    assert days([each], FALL) == {"x": NoDay.DAY}
    assert days([planned("x", ANN, BEA)], FALL, MONDAY) == {"x": NoDay.TIME}
    held = planned("x", ANN, BEA, status=ExchangeStatus.HELD, hour=TUESDAY_12_UTC)
    assert days([held], FALL, MONDAY) == {"x": NoDay.DAY}


def test_a_day_that_is_known_stays() -> None:
    day = date(2026, 3, 2)  # before the term, and a day on which one is away
    each = planned("x", ANN, member("b", away=(day,)), day=day, hour=3)
    assert days([each], FALL) == days([each], FALL, MONDAY) == {"x": day}


@pytest.mark.parametrize("day", [MONDAY, date(2026, 10, 8), date(2026, 10, 11)])
def test_any_day_of_the_first_week_names_it(day: date) -> None:
    each = planned("x", ANN, BEA, hour=TUESDAY_12_UTC)
    assert days([each], FALL, day) == {"x": datetime(2026, 10, 6, 12, tzinfo=UTC)}


@pytest.mark.parametrize(("day", "hour"), [(MONDAY, 12), (WINTER, 13)])
def test_an_hour_keeps_its_place_on_the_clock(day: date, hour: int) -> None:
    found = days([planned("x", ANN, BEA, hour=TUESDAY_12_UTC)], FALL, day)["x"]
    assert isinstance(found, datetime)
    assert (found.hour, found.astimezone(ZoneInfo("America/New_York")).hour) == (hour, 8)


def test_where_clocks_part_the_nearest_hour_that_suits_all_is_taken() -> None:
    # Half-days that share New York's 11 am in summer: Phoenix's 8 am. In winter that is 10 am there.
    york, phoenix = member("a", "Tue am"), member("b", "Tue am", zone="America/Phoenix")
    (hour,) = hours_of(york, phoenix)
    each = planned("x", york, phoenix, hour=hour)
    assert days([each], FALL, MONDAY) == {"x": datetime(2026, 10, 6, 15, tzinfo=UTC)}
    assert days([each], FALL, WINTER) == {"x": datetime(2026, 11, 3, 16, tzinfo=UTC)}
    # In winter Denver's noon is Phoenix's noon, and not its 11 am.
    denver, phoenix = (
        member("a", "Tue pm", zone="America/Denver"),
        member("b", "Tue am", zone="America/Phoenix"),
    )
    (hour,) = hours_of(denver, phoenix)
    each = planned("x", denver, phoenix, hour=hour)
    assert days([each], FALL, WINTER) == {"x": datetime(2027, 3, 16, 18, tzinfo=UTC)}


def test_the_nearest_hour_is_one_of_that_week() -> None:
    # The Sunday before would be nearer to Monday.
    ann, bea = member("a", "Mon am", "Sun pm"), member("b", "Sun pm")
    each = planned("x", ann, bea, hour=12)
    assert days([each], FALL, MONDAY) == {"x": datetime(2026, 10, 11, 16, tzinfo=UTC)}


def test_who_gave_no_slots_binds_nothing() -> None:
    each = planned("x", member("a", zone="Asia/Tokyo"), BEA, hour=TUESDAY_12_UTC)
    assert days([each], FALL, WINTER) == {"x": datetime(2026, 11, 3, 13, tzinfo=UTC)}


def test_a_facilitator_s_slots_bind_too() -> None:
    fay = Facilitator("f", "Fay", timezone="America/Los_Angeles", slots=(Slot(1, "am"),))
    each = planned("x", ANN, BEA, facilitator=fay, hour=TUESDAY_12_UTC)
    assert days([each], FALL, MONDAY) == {"x": datetime(2026, 10, 6, 15, tzinfo=UTC)}


def test_slots_that_share_nothing_any_more_have_no_week() -> None:
    each = planned("x", ANN, member("b", "Wed am"), hour=TUESDAY_12_UTC)
    assert days([each], FALL, MONDAY) == {"x": NoDay.WEEK}


def test_nobody_is_at_two_meetings_at_once() -> None:
    fay = Facilitator("a", "Fay")  # with a member's id, and no member
    each = [
        planned("x2", ANN, BEA, hour=TUESDAY_12_UTC),
        planned("x1", ANN, member("c"), hour=TUESDAY_12_UTC),
        planned("x3", member("d"), member("e"), facilitator=fay, hour=TUESDAY_12_UTC),
        planned("x4", member("f"), member("g"), facilitator=fay, hour=TUESDAY_12_UTC),
        planned("x5", member("h"), member("i"), hour=TUESDAY_12_UTC),
    ]
    first, second = datetime(2026, 10, 6, 12, tzinfo=UTC), datetime(2026, 10, 13, 12, tzinfo=UTC)
    found = days(each, FALL, MONDAY)
    assert found == {"x1": first, "x2": second, "x3": first, "x4": second, "x5": first}
    assert days(reversed(each), FALL, MONDAY) == found


def test_pairs_come_before_cohorts_and_those_before_visits() -> None:
    cohort = planned("x0", ANN, BEA, structure=Structure.VIRTUAL, hour=TUESDAY_12_UTC)
    visit = planned("w0", ANN, member("c"), structure=Structure.PEER_HOSTED, weekday=1)
    pair = planned("x1", ANN, member("d"), hour=TUESDAY_12_UTC)
    found = days([visit, cohort, pair], FALL, MONDAY)
    assert [found[id] for id in ("x1", "x0", "w0")] == [
        datetime(2026, 10, 6, 12, tzinfo=UTC),
        datetime(2026, 10, 13, 12, tzinfo=UTC),
        date(2026, 10, 20),
    ]


def test_a_visit_is_a_day_of_its_own_and_of_nobody_who_is_away() -> None:
    tuesday = date(2026, 10, 6)
    away = member("c", away=(tuesday + timedelta(weeks=1),))
    dated = planned("w0", ANN, member("z"), structure=Structure.PEER_HOSTED, day=tuesday)
    visit = planned("w1", ANN, away, structure=Structure.PEER_HOSTED, weekday=1)
    pair = planned("x", member("z", "Tue am"), member("y"), hour=TUESDAY_12_UTC)
    found = days([dated, visit, pair], FALL, MONDAY)
    assert found["w1"] == tuesday + timedelta(weeks=2)
    assert found["x"] == datetime(2026, 10, 13, 12, tzinfo=UTC)


def test_a_meeting_of_a_known_day_keeps_visits_away_and_no_hour() -> None:
    met = planned("x0", ANN, BEA, day=date(2026, 10, 6))
    visit = planned("w", ANN, member("c"), structure=Structure.PEER_HOSTED, weekday=1)
    pair = planned("x1", BEA, member("d"), hour=TUESDAY_12_UTC)
    found = days([met, visit, pair], FALL, MONDAY)
    assert found == {
        "x0": date(2026, 10, 6),
        "w": date(2026, 10, 13),
        "x1": datetime(2026, 10, 6, 12, tzinfo=UTC),
    }


def test_after_half_a_year_no_week_is_looked_for() -> None:
    each = [planned(f"x{i:02}", ANN, member(f"m{i}"), hour=TUESDAY_12_UTC) for i in range(WEEKS + 1)]
    found = days(each, FALL, MONDAY)
    assert found.pop(f"x{WEEKS}") is NoDay.WEEK
    assert len({*found.values()}) == WEEKS


def test_an_hour_that_is_monday_in_utc_and_sunday_here_is_in_its_own_week() -> None:
    sunday = member("a", "Sun pm", zone="Pacific/Honolulu")
    each = planned("x", sunday, member("b"), hour=0)
    assert days([each], FALL, MONDAY) == {"x": datetime(2026, 10, 12, 0, tzinfo=UTC)}


@pytest.mark.parametrize(
    "day", [date(2026, 9, 13), date(2027, 9, 16), date(1, 1, 1), date(9999, 12, 31)], ids=str
)
def test_the_first_week_is_one_of_the_term(day: date) -> None:
    with pytest.raises(InputError, match="starts on 2026-09-14") as raised:
        days([], FALL, day)
    assert "a year behind" in raised.value.cure


def test_the_first_week_may_be_that_of_the_term_s_start_and_a_year_later() -> None:
    midweek = Term("t", date(2026, 9, 17))
    assert days([], midweek, date(2026, 9, 14)) == days([], FALL, date(2027, 9, 14)) == {}


@pytest.mark.parametrize("day", [date.min, date(9999, 12, 27)], ids=str)
def test_a_term_of_no_calendar_has_no_first_week(day: date) -> None:
    with pytest.raises(InputError):
        days([planned("x", ANN, BEA, hour=0)], Term("t", day), day)


SLOTS = st.builds(Slot, st.integers(0, 6), st.sampled_from(sorted(HALF_DAYS)))
PEOPLE = st.lists(
    st.tuples(st.sampled_from(ZONES), st.lists(SLOTS, max_size=4, unique=True)), min_size=2, max_size=4
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(PEOPLE, min_size=1, max_size=4), st.integers(0, 40), st.randoms(use_true_random=False))
def test_whatever_is_found_lies_in_the_slots_of_all_and_nobody_is_twice_at_once(
    groups: list[list[tuple[str, list[Slot]]]], week: int, random: object
) -> None:
    everybody = {
        f"{number}": Member(f"{number}", "N", "o", timezone=zone, slots=tuple(slots))
        for number, (zone, slots) in enumerate(groups[0])
    }
    each = []
    for number in range(len(groups)):
        people = tuple(everybody.values())[: 2 + number]
        bound = [one for one in people if one.slots]
        hours = hours_of(*bound) if bound else [0]
        if hours:
            each.append(planned(f"x{number}", *people, hour=random.choice(hours)))  # type: ignore[attr-defined]
    first = FALL.start + timedelta(weeks=week)
    found = days(each, FALL, first)
    assert found.keys() == {one.exchange.id for one in each}
    busy: list[tuple[str, datetime]] = []
    for one in each:
        when = found[one.exchange.id]
        if when is NoDay.WEEK:
            continue
        assert isinstance(when, datetime)
        assert when.minute == 0
        assert when >= datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(hours=14)
        busy += [(person.id, when) for person in one.members]
        for person in one.members:
            begin = when.astimezone(ZoneInfo(person.timezone))
            end = begin + timedelta(minutes=59)
            inside = [
                slot
                for slot in person.slots
                if slot.weekday == begin.weekday() == end.weekday()
                and HALF_DAYS[slot.half][0] <= begin.hour <= end.hour < HALF_DAYS[slot.half][1]
            ]
            assert inside or not person.slots
    assert len(busy) == len(set(busy))
