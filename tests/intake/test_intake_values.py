"""One cell to one value."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.domain import ExchangeStatus, Locale, OrganizationType, Slot, StatementKind, Structure
from matcher.intake import dates, kinds, slots, texts, values, zones
from matcher.intake.values import Unreadable

WORKDAYS = "Mon Tue Wed Thu Fri"


def spread(days: str, *halves: str) -> list[str]:
    return [f"{day} {half}" for day in days.split() for half in halves]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon am", ["Mon am"]),
        ("Monday morning, Tue PM", ["Mon am", "Tue pm"]),
        ("mornings", spread(WORKDAYS, "am")),
        ("Any", spread(WORKDAYS, "am", "pm")),
        ("Any morning", spread(WORKDAYS, "am")),
        ("Mon/Wed mornings", spread("Mon Wed", "am")),
        ("M W F am", spread("Mon Wed Fri", "am")),
        ("Mon-Thu afternoons", spread("Mon Tue Wed Thu", "pm")),
        ("Monday to Wednesday p.m.", spread("Mon Tue Wed", "pm")),
        ("Mon, Wed am", spread("Mon Wed", "am")),
        ("Tuesday", spread("Tue", "am", "pm")),
        ("Tue; Wed am", [*spread("Tue", "am", "pm"), "Wed am"]),
        ("Mon AM/PM", spread("Mon", "am", "pm")),
        ("Monday - AM", ["Mon am"]),
        ("Monday AM (8-12), Friday PM (12\u20134)", ["Mon am", "Fri pm"]),
        ("Fri pm\nMon am", ["Mon am", "Fri pm"]),
        ("lunes por la mañana".replace("por la ", ""), ["Mon am"]),
        ("Wed all day", spread("Wed", "am", "pm")),
        ("weekends", spread("Sat Sun", "am", "pm")),
    ],
)
def test_half_days_as_people_write_them(text: str, expected: list[str]) -> None:
    assert [str(slot) for slot in slots.parse(text)] == expected


@pytest.mark.parametrize(
    "text", ["evenings", "none", "not Friday", "Thu-Mon", "8-12", "?", "later", "Mon noon"]
)
def test_half_days_that_are_not_understood_are_said(text: str) -> None:
    with pytest.raises(Unreadable) as wrong:
        slots.parse(text)
    assert wrong.value.cure


@given(st.sets(st.builds(Slot, st.integers(0, 6), st.sampled_from(["am", "pm"])), min_size=1))
def test_half_days_survive_being_written(chosen: set[Slot]) -> None:
    for mark in (", ", "; ", "\n"):
        assert slots.parse(mark.join(str(slot) for slot in sorted(chosen))) == tuple(sorted(chosen))


def test_a_grid_of_checkboxes_is_one_text() -> None:
    cells = [("Free? [Monday]", "Morning, Afternoon"), ("Free? [Tuesday]", ""), ("Free? [Friday]", "Morning")]
    assert [str(slot) for slot in slots.parse(slots.joined(cells))] == ["Mon am", "Mon pm", "Fri am"]
    assert slots.joined([("Slots", "Mon am, Tue pm")]) == "Mon am, Tue pm"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, True) for text in ("yes", "Y", "x", "TRUE", "1", "Sí", "✓", "Yes, gladly", "on")),
        *((text, False) for text in ("no", "N", "false", "0", "-", "n/a", "No, not this year")),
        *((text, None) for text in ("maybe", "Maybe next year", "not sure")),
    ],
)
def test_yes_and_no(text: str, expected: bool | None) -> None:
    assert values.yes_no(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("1,234", 1234), ("12.0", 12), ("1 234", 1234), ("1,234,567", 1234567), ("0", 0)]
)
def test_whole_numbers(text: str, expected: int) -> None:
    assert values.whole(text) == expected


def test_degrees_allow_a_decimal_comma() -> None:
    assert values.degrees("-104,99", 180) == -104.99
    assert values.degrees("\u2212104.99", 180) == -104.99


@pytest.mark.parametrize(
    ("parse", "text", "said"),
    [
        (values.yes_no, "purple", "neither yes nor no"),
        (values.whole, "-3", "below 0"),
        (values.whole, "1,23", "not a whole number"),
        (values.whole, "about 100", "not a whole number"),
        (values.whole, "9" * 12, "above 1,000,000,000"),
        (values.whole, "9" * 5000, "not a whole number"),
        (values.few, "1001", "above 1,000"),
        (lambda text: values.degrees(text, 90), "91", "outside -90 to 90"),
        (lambda text: values.degrees(text, 90), "39°N", "not a number of degrees"),
        (lambda text: values.degrees(text, 90), "nan", "not a number of degrees"),
        (values.email, "ana at lake", "not an email"),
        (values.email, "a@b.c, d@e.f", "not an email"),
        (values.state, "Ontario", "no state"),
        (values.timezone, "Mars", "not a time zone"),
        (values.timezone, "../../etc/passwd", "not a time zone"),
        (kinds.locale, "seaside", "no locale"),
        (kinds.locale, "town or rural", "no locale"),
        (kinds.organization_type, "zoo", "no type"),
        (kinds.kind, "challenge and practice", "neither"),
        (kinds.structure, "dance", "no structure"),
        (kinds.status, "unknown", "no status"),
        (dates.day, "soon", "not a date"),
        (dates.day, "2024-02-30", "not in the calendar"),
        (dates.day, "13/13/2024", "not in the calendar"),
        (dates.day, "Foo 3, 2024", "not in the calendar"),
    ],
)
def test_what_cannot_be_read_says_so_with_a_cure(
    parse: Callable[[str], object], text: str, said: str
) -> None:
    with pytest.raises(Unreadable) as wrong:
        parse(text)
    assert said in wrong.value.message
    assert len(wrong.value.message) < 150
    assert wrong.value.cure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ana@Lake.Example ", "ana@lake.example"),
        ("Ana Ruiz <ana@lake.example>", "ana@lake.example"),
        ("mailto:ana@lake.example", "ana@lake.example"),
        ("anonymous", ""),
        ("n/a", ""),
    ],
)
def test_emails(text: str, expected: str) -> None:
    assert values.email(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [("TX", "TX"), ("texas", "TX"), ("Tex.", "TX"), ("N.C.", "NC"), ("State of Ohio", "OH"), ("D.C.", "DC")],
)
def test_states(text: str, code: str) -> None:
    assert values.state(text) == code


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("America/Chicago", "America/Chicago"),
        ("america/new york", "America/New_York"),
        ("Eastern", "America/New_York"),
        ("ET", "America/New_York"),
        ("EST", "America/New_York"),
        ("(GMT-05:00) Eastern Time (US & Canada)", "America/New_York"),
        ("Mountain (no DST)", "America/Phoenix"),
        ("Mountain", "America/Denver"),
        ("Arizona", "America/Phoenix"),
        ("Hawaii", "Pacific/Honolulu"),
        ("UTC", "UTC"),
        ("UTC-5", ""),
        ("Eastern or Central", ""),
    ],
)
def test_time_zones(text: str, zone: str) -> None:
    assert zones.zone_name(text) == zone


def test_only_states_of_one_zone_tell_it() -> None:
    assert zones.state_zone("IA") == ("America/Chicago", False)
    assert zones.state_zone("TX") == ("America/Chicago", True)


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("Rural", Locale.RURAL),
        ("41-Rural: Fringe", Locale.RURAL),
        ("City: Large (11)", Locale.CITY),
        ("23", Locale.SUBURB),
        ("suburban", Locale.SUBURB),
        ("Town", Locale.TOWN),
    ],
)
def test_locales(text: str, locale: Locale) -> None:
    assert kinds.locale(text) is locale


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SEA", OrganizationType.STATE_AGENCY),
        ("LEA", OrganizationType.DISTRICT),
        ("School district", OrganizationType.DISTRICT),
        ("Charter school", OrganizationType.SCHOOL),
        ("Nonprofit", OrganizationType.PARTNER),
    ],
)
def test_types_of_organization(text: str, kind: OrganizationType) -> None:
    assert kinds.organization_type(text) is kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Iowa Department of Education", OrganizationType.STATE_AGENCY),
        ("Lake County Schools", OrganizationType.DISTRICT),
        ("Oak ISD", OrganizationType.DISTRICT),
        ("Oak Elementary School", OrganizationType.SCHOOL),
        ("Acme", None),
    ],
)
def test_a_name_may_tell_the_type(name: str, kind: OrganizationType | None) -> None:
    assert kinds.type_from_name(name) is kind


@pytest.mark.parametrize(
    ("role", "group"),
    [
        ("Asst. Superintendent", "superintendent"),
        ("Principal, grades 6-8", "principal"),
        ("Title I lead", "federal programs"),
        ("School Counsellor", "counselor"),
        ("Wizard", "other"),
    ],
)
def test_role_groups(role: str, group: str) -> None:
    assert kinds.role_group(role) == group


def test_words_of_the_ledger() -> None:
    assert kinds.structure("One-to-One") is Structure.ONE_TO_ONE
    assert kinds.structure("1:1") is Structure.ONE_TO_ONE
    assert kinds.structure("Site visit") is Structure.PEER_HOSTED
    assert kinds.structure("virtual cohort") is Structure.VIRTUAL
    assert kinds.status("Completed") is ExchangeStatus.HELD
    assert kinds.status("no-show") is ExchangeStatus.CANCELLED
    assert kinds.kind("Problem of practice") is StatementKind.CHALLENGE
    assert kinds.kind("Successes") is StatementKind.PRACTICE


@pytest.mark.parametrize(
    "text",
    [
        "9/12/2024 14:33:21",
        "2024/09/12 2:33:21 PM EST",
        "2024-09-12T14:33:21",
        "2024-09-12 14:33:21.250Z",
        "2024/09/12 2:33:21 PM GMT-5",
        "Sep 12, 2024 2:33:21 pm",
        "12-Sep-2024 14:33:21",
        "12/9/2024 14:33:21",
    ],
)
def test_moments(text: str) -> None:
    moment = dates.moment(text, day_first=text.startswith("12/9"))
    assert moment.isoformat() == "2024-09-12T14:33:21"


def test_noon_and_midnight() -> None:
    assert dates.moment("1/2/24 12:05 am").isoformat() == "2024-01-02T00:05:00"
    assert dates.moment("1/2/24 12:05 PM").isoformat() == "2024-01-02T12:05:00"


def test_a_day_above_twelve_tells_the_order_of_a_column() -> None:
    assert dates.is_day_first(["31/12/2024", "1/2/2024"])
    assert not dates.is_day_first(["12/31/2024", "1/2/2024"])
    assert not dates.is_day_first(["1/2/2024"])
    assert dates.day("31/12/2024") == date(2024, 12, 31)


@given(st.text(max_size=60))
def test_no_cell_makes_a_parser_raise_anything_else(text: str) -> None:
    parsers: tuple[Callable[[str], object], ...] = (
        *(values.yes_no, values.whole, values.few, values.email, values.state, values.timezone),
        *(kinds.locale, kinds.organization_type, kinds.kind, kinds.structure, kinds.status),
        *(dates.moment, slots.parse, texts.set_aside, kinds.role_group, kinds.type_from_name),
    )
    for parse in parsers:
        with contextlib.suppress(Unreadable):
            parse(text)
