"""The workbook's tables: what stands in which column of which sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matcher.export.view import PairView, Part, Person, TermView
from matcher.export.words import kind_of, quoted

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header and its width in characters; ``wrap`` breaks long texts into lines."""

    header: str
    width: float
    wrap: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to be written. ``frozen`` columns stay in sight; ``empty`` is said where no row is."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    frozen: int
    empty: str


def sheets(view: TermView) -> tuple[Sheet, ...]:
    """Every sheet but the first, in their order."""
    formed = (_pairs(view), _cohorts(view), _visits(view), _waitlist(view))
    return (*formed, _topics(view), _topic_history(view), _set_aside(view))


def _person_columns(suffix: str) -> tuple[Column, ...]:
    names = (("Name", 22.0), ("Role", 22.0), ("Organization", 28.0), ("Type", 13.0), ("State", 7.0))
    wide = tuple(Column(f"{name}{suffix}", width) for name, width in names)
    return (*wide, Column(f"Place{suffix}", 14), Column(f"Email{suffix}", 30, wrap=False))


def _person(person: Person) -> tuple[Cell, ...]:
    p = person
    return (p.name, p.role, p.organization, p.kind, p.state, p.place, p.email)


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _part_name(part: Part) -> str:
    # By side: a column for each name would soon be thousands.
    return f"help for {part.side}" if part.side else part.name


def _part_names(pairs: Sequence[PairView]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_part_name(part) for pair in pairs for part in pair.parts))


def _pairs(view: TermView) -> Sheet:
    names = _part_names(view.pairs)
    columns = (
        *(Column("Pair", 6), *_person_columns(" A"), *_person_columns(" B")),
        *(Column("Status", 22), Column("When", 22), Column("Facilitator", 20)),
        Column("Affinity (0 to 1000)", 11),
        *(Column(f"{name} (0 to 1000)", 12) for name in names),
        *(Column("What each part adds", 28), Column("Reasons", 50), Column("Sentences", 70)),
    )
    rows = []
    for number, pair in enumerate(view.pairs, start=1):
        points = {_part_name(part): part.points for part in pair.parts}
        adds = _lines(f"{_part_name(part)}: {part.weighed}" for part in pair.parts)
        score = (pair.affinity, *(points.get(name) for name in names), adds)
        why = (_lines(pair.reasons), _lines(map(quoted, pair.quotes)))
        meeting = (pair.state, pair.when, pair.facilitator)
        rows.append((number, *_person(pair.a), *_person(pair.b), *meeting, *score, *why))
    return Sheet("Pairs", columns, tuple(rows), 2, "No pairs were formed.")


def _cohorts(view: TermView) -> Sheet:
    columns = (
        *(Column("Cohort", 8), Column("Session", 8), Column("Topic", 26), *_person_columns("")),
        *(Column("Brings a practice", 10), Column("Status", 22)),
        *(Column("When", 22), Column("On the member's clock", 16)),
        *(Column("Facilitator", 20), Column("Value (0 to 1000)", 10), Column("Members", 9)),
        *(Column("Reasons", 50), Column("Sentences of the cohort", 70)),
    )
    rows: list[tuple[Cell, ...]] = []
    for cohort in view.cohorts:
        sentences = _lines(map(quoted, cohort.quotes))
        each = len(cohort.local_times) == len(cohort.members)
        for index, person in enumerate(cohort.members):
            clock = cohort.local_times[index] if each else _lines(cohort.local_times)
            practice = "yes" if person.name in cohort.practices else "no"
            meeting = (practice, cohort.state, cohort.when, clock, cohort.facilitator)
            figures = (cohort.value, len(cohort.members), _lines(cohort.reasons))
            about = (cohort.number, cohort.session, cohort.topic)
            rows.append((*about, *_person(person), *meeting, *figures, sentences))
    return Sheet("Cohorts", columns, tuple(rows), 4, "No cohorts were formed.")


def _visits(view: TermView) -> Sheet:
    columns = (
        *(Column("Visit", 7), Column("Part", 9), Column("Topic", 26), *_person_columns("")),
        *(
            Column("Status", 22),
            Column("Day", 22),
            Column("Kilometres", 11),
            Column("Help gained (0 to 1000)", 12),
        ),
        *(Column("Seats of the host", 9), Column("Visitors", 9)),
        *(Column("Reasons", 50), Column("Sentences of the visit", 70)),
    )
    rows: list[tuple[Cell, ...]] = []
    for visit in view.visits:
        sentences = _lines(map(quoted, visit.quotes))
        when = (visit.state, visit.day)
        figures = (visit.seats, len(visit.visitors), _lines(visit.reasons), sentences)
        rows.append((visit.number, "host", visit.topic, *_person(visit.host), *when, None, None, *figures))
        for person, far, gain in zip(visit.visitors, visit.kilometres, visit.help, strict=True):
            told = (visit.number, "visitor", visit.topic, *_person(person), *when, far, gain)
            rows.append((*told, *figures))
    return Sheet("Visits", columns, tuple(rows), 4, "No visits were formed.")


def _waitlist(view: TermView) -> Sheet:
    columns = (Column("Waits for", 12), *_person_columns(""), Column("Why", 80))
    rows = tuple((kind_of(left.structure), *_person(left.person), left.reason) for left in view.left)
    return Sheet("Waitlist", columns, rows, 2, "Nobody is on the waitlist.")


def _topics(view: TermView) -> Sheet:
    columns = (
        *(Column("Id", 7), Column("Topic", 30), Column("Emerging", 24), Column("Locked", 8)),
        *(Column("Named by", 10), Column("Keywords", 40), Column("Statements", 11), Column("Challenges", 11)),
        *(Column("Practices", 11), Column("States", 9)),
        *(Column(f"Statements, {period}", 12) for period in view.periods),
        Column("Examples", 90),
    )
    rows = tuple(
        (
            *(t.id, t.label, t.emerging, "yes" if t.locked else "", t.named_by, ", ".join(t.keywords)),
            *(t.size, t.challenges, t.practices, t.states, *t.periods),
            _lines(map(quoted, t.examples)),
        )
        for t in view.topics
    )
    return Sheet("Topics", columns, rows, 2, "No topics were found.")


def _topic_history(view: TermView) -> Sheet:
    columns = (
        *(Column("When", 12), Column("Id", 7), Column("Topic", 30), Column("Kind", 11)),
        *(Column("Statements before", 11), Column("Statements after", 11)),
        *(Column("Emerging", 10), Column("What happened", 90)),
    )
    rows = tuple(
        (*(e.on, e.topic, e.label, e.kind, e.before, e.after, "yes" if e.emerging else ""), e.text)
        for e in view.events
    )
    return Sheet("Topic history", columns, rows, 3, "Nothing happened to topics yet.")


def _set_aside(view: TermView) -> Sheet:
    columns = (
        *(Column("Id", 14), *_person_columns(""), Column("Kind", 11), Column("Statement", 70)),
        Column("Why it is set aside", 50),
    )
    rows = tuple((each.id, *_person(each.person), each.kind, each.text, each.reason) for each in view.aside)
    return Sheet("Set aside", columns, rows, 1, "No statement is set aside.")
