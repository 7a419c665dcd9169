"""The iCalendar file: what each structure and state becomes, read back by a parser and looked at as bytes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain import Exchange, ExchangeStatus, Structure, Term
from matcher.export.calendar import Appointment, calendar_file
from matcher.export.view import Person
from matcher.export.words import plain

FALL = Term("2026-27 fall", date(2026, 9, 14))
STAMP = datetime(2026, 9, 20, 15, 0, 7, tzinfo=UTC)
WHEN = datetime(2026, 10, 6, 14, tzinfo=UTC)
DAY = date(2026, 10, 6)
DRAFT = ExchangeStatus.PROPOSED


def person(id: str, name: str, email: str = "") -> Person:
    return Person(id, name, "Principal", f"District {id}", "district", "KS", "rural, KS", email)


ADA, MEL = person("a", "Ada Reyes", "ada@a.example"), person("m", "Mel Hale", "mel@m.example")


def appointment(
    structure: Structure = Structure.ONE_TO_ONE,
    status: ExchangeStatus = ExchangeStatus.AGREED,
    when: date | datetime = WHEN,
    *,
    topic: str = "",
    people: tuple[Person, ...] = (ADA, MEL),
    facilitator: str = "",
    id: str = "x-1",
) -> Appointment:
    members = tuple(each.id for each in people)
    return Appointment(Exchange(id, FALL, structure, members, status, topic), people, facilitator, when)


def content(*appointments: Appointment, name: str = "Peers: fall", note: str = "1 exchange.") -> bytes:
    return calendar_file(name, note, appointments, STAMP)


def events(*appointments: Appointment) -> list[icalendar.Event]:
    file = icalendar.Calendar.from_ical(content(*appointments))
    assert not file.errors
    found = file.walk("VEVENT")
    assert not [each.errors for each in found if each.errors]
    return found


def addresses(event: icalendar.Event) -> list[str]:
    return re.findall(r"\S+@\S+", event["description"])


def test_the_file_as_it_is_sent() -> None:
    each = appointment(topic="Bus drivers, and others", facilitator="Fay")
    assert content(replace(each, people=(replace(ADA, email=""), MEL))).decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Peer Matcher//Exchanges//EN",
        "X-WR-CALDESC:1 exchange.",
        "X-WR-CALNAME:Peers: fall",
        "BEGIN:VEVENT",
        r"SUMMARY:One-to-one on Bus drivers\, and others: Ada Reyes and Mel Hale",
        "DTSTART:20261006T140000Z",
        "DTEND:20261006T150000Z",
        "DTSTAMP:20260920T150007Z",
        "UID:x-1@peer-matcher",
        "SEQUENCE:1",
        "CLASS:PRIVATE",
        r"DESCRIPTION:Everybody who takes part has accepted.\nTopic: Bus drivers\, a",
        r" nd others\n- Ada Reyes (Principal\, District a\, rural\, KS)\n- Mel Hale (",
        r" Principal\, District m\, rural\, KS)\, mel@m.example\nConvened by Fay.",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


@pytest.mark.parametrize(
    ("structure", "topic", "summary", "location"),
    [
        (Structure.ONE_TO_ONE, "", "One-to-one: Ada Reyes and Mel Hale", None),
        (Structure.ONE_TO_ONE, "Buses", "One-to-one on Buses: Ada Reyes and Mel Hale", None),
        (Structure.VIRTUAL, "Buses", "Virtual exchange: Buses", None),
        (Structure.VIRTUAL, "", "Virtual exchange: no common topic", None),
        (Structure.PEER_HOSTED, "", "Visit to District a", "District a, rural, KS"),
        (Structure.PEER_HOSTED, "Buses", "Visit to District a: Buses", "District a, rural, KS"),
    ],
)
def test_each_structure(structure: Structure, topic: str, summary: str, location: str | None) -> None:
    (event,) = events(appointment(structure, topic=topic))
    assert (event["summary"], event.get("location")) == (summary, location)
    assert ("- host: Ada Reyes" in event["description"]) is (structure is Structure.PEER_HOSTED)
    assert "host: Mel" not in event["description"]
    assert ("Topic: Buses" in event["description"]) is bool(topic)


@pytest.mark.parametrize(
    ("status", "stands", "sequence", "words"),
    [
        (ExchangeStatus.PUBLISHED, "TENTATIVE", 0, "not everybody has accepted"),
        (ExchangeStatus.AGREED, "CONFIRMED", 1, "has accepted"),
        (ExchangeStatus.HELD, "CONFIRMED", 2, "was held"),
        (ExchangeStatus.DECLINED, "CANCELLED", 3, "declined"),
        (ExchangeStatus.CANCELLED, "CANCELLED", 4, "cancelled"),
    ],
)
def test_each_state(status: ExchangeStatus, stands: str, sequence: int, words: str) -> None:
    (event,) = events(appointment(status=status))
    assert (event["status"], event["sequence"], event["uid"]) == (stands, sequence, "x-1@peer-matcher")
    assert words in event["description"]
    agreed = status in (ExchangeStatus.AGREED, ExchangeStatus.HELD)
    assert addresses(event) == (["ada@a.example", "mel@m.example"] if agreed else [])
    assert ("example" in content(appointment(status=status)).decode()) is agreed


def test_every_state_but_a_draft_s_is_known_to_it() -> None:
    for status in set(ExchangeStatus) - {DRAFT}:
        assert events(appointment(status=status))
    with pytest.raises(KeyError):
        content(appointment(status=DRAFT))


def test_an_hour_is_an_hour_and_a_day_a_day() -> None:
    timed, whole = events(appointment(id="x-2"), appointment(when=DAY))[::-1]
    assert (timed.start, timed.end, whole.start, whole.end) == (
        *(WHEN, WHEN + timedelta(hours=1)),
        *(DAY, DAY + timedelta(days=1)),
    )
    assert b"DTSTART;VALUE=DATE:20261006\r\n" in content(appointment(when=DAY))
    assert b"TZID" not in content(appointment(), appointment(when=DAY))


@pytest.mark.parametrize("day", [date.min, date.max], ids=str)
def test_the_first_and_the_last_day_there_are(day: date) -> None:
    (event,) = events(appointment(when=day))
    assert event.decoded("dtstart") == day


def test_a_day_that_nobody_settled_is_told_so() -> None:
    (event,) = events(replace(appointment(), placed=True))
    assert "nobody settled it" in event["description"]
    assert "settled" not in events(appointment())[0]["description"]


def test_events_stand_in_the_order_of_time_and_the_same_values_give_the_same_bytes() -> None:
    each = [
        appointment(id="x-3", when=WHEN + timedelta(days=1)),
        appointment(id="x-2"),
        appointment(id="x-4", when=DAY),
        appointment(id="x-1"),
    ]
    assert [event["uid"][:3] for event in events(*each)] == ["x-4", "x-1", "x-2", "x-3"]
    assert content(*each) == content(*reversed(each))


def test_a_calendar_without_events_is_whole() -> None:
    sent = content(name="Péers, «fall»", note="a; b\nc")
    assert "X-WR-CALNAME:Péers\\, «fall»\r\n" in sent.decode()
    file = icalendar.Calendar.from_ical(sent)
    assert (told(file, "x-wr-calname"), told(file, "x-wr-caldesc")) == ("Péers, «fall»", "a; b c")
    assert file["version"] == "2.0"
    assert not file.walk("VEVENT")


def test_it_invites_nobody() -> None:
    sent = content(appointment())
    assert not [name for name in (b"METHOD", b"ATTENDEE", b"ORGANIZER") if name in sent]


def test_nothing_of_a_name_can_become_a_line_of_its_own() -> None:
    name = 'Ada "A"\r\nATTENDEE:mailto:x@evil.example\x07\x85, PhD; ^n'
    bad = person("a", name, "a@b.example\r\nX:y?cc=z&q")
    (event,) = events(appointment(people=(bad, MEL), topic="t\nBEGIN:VALARM", id="x\r\nDTEND:20000101"))
    sent = content(appointment(people=(bad, MEL), topic="t\nBEGIN:VALARM", id="x\r\nDTEND:20000101"))
    unfolded = sent.replace(b"\r\n ", b"")
    assert b"\r\nATTENDEE" not in unfolded
    assert b"\r\nX:y" not in unfolded
    assert b"\r\nBEGIN:VALARM" not in unfolded
    assert b"\r\nDTEND:20000101" not in unfolded
    assert b"\x07" not in sent
    assert event["description"].split("\n")[2] == (
        '- Ada "A" ATTENDEE:mailto:x@evil.example, PhD; ^n (Principal, District a, rural, KS), '
        "a@b.example X:y?cc=z&q"
    )


def line_of(text: str) -> str:
    return " ".join(plain(text).replace("\\", "/").split())


def told(file: icalendar.Calendar, name: str) -> str:
    """A text that the parser, which does not know its name, leaves escaped."""
    return re.sub(r"\\(.)", r"\1", str(file[name]))


AWKWARD = st.text(st.sampled_from(list(",;:\\\"'^\r\n\t =+éüñ語🙂\x07\x85\u2028")), max_size=30)
TEXTS = st.lists(AWKWARD | st.text(st.characters(codec="utf-8"), max_size=30), max_size=5).map("".join)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_whatever_texts_there_are_they_are_read_back(
    name: str, topic: str, email: str, calendar: str
) -> None:
    people = (replace(person("a", name), organization=topic, email=email), MEL)
    sent = content(appointment(people=people, topic=topic, facilitator=name), name=calendar, note=topic)
    lines = sent.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    for line in lines:
        line.decode()  # no character is cut in two
        # Nor an escaped one: some calendars do not show such an event.
        assert (len(line) - len(line.rstrip(b"\\"))) % 2 == 0
    file = icalendar.Calendar.from_ical(sent)
    (event,) = file.walk("VEVENT")
    assert not event.errors
    assert told(file, "x-wr-calname") == line_of(calendar)
    kind = f"One-to-one on {topic}" if topic else "One-to-one"
    assert event["summary"] == line_of(f"{kind}: {name} and Mel Hale")
    told_of = [line_of(f"Topic: {topic}")] if topic else []
    at = ", ".join(part for part in ("Principal", topic, "rural, KS") if part)
    told_of.append(line_of(f"- {name} ({at})" + (f", {email}" if email else "")))
    told_of.append("- Mel Hale (Principal, District m, rural, KS), mel@m.example")
    told_of += [line_of(f"Convened by {name}.")] if name else []
    assert event["description"].split("\n")[1:] == told_of
