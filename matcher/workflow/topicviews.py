"""Topics as their readers see them: what they hold, what became of them, what staff said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from matcher.audit import Done
from matcher.domain import Statement, StatementKind, Topic
from matcher.errors import NotFoundError
from matcher.export.periods import counted_by_period, emerging, periods
from matcher.export.topicwords import edit_text, event_text
from matcher.export.view import EventView, Person, Quote, TopicView
from matcher.store import Reading, TopicChanges
from matcher.topics import Lineage
from matcher.workflow.following import APART
from matcher.workflow.shown import person, quote, words
from matcher.workflow.workspace import Workspace

__all__ = [
    "EditLine",
    "EventView",
    "History",
    "TopicDetail",
    "TopicLine",
    "TopicView",
    "topic_detail",
    "topic_edits",
    "topic_history",
    "topic_views",
    "topics_since",
]

#: What the audit's notes end in that shows in no topic.
_SHOWN_NOWHERE = APART | {"exchange", "next_step", "vector"}
#: Topics that are named where one is not there.
NEAREST = 5


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A statement of a topic, with the period it came in."""

    id: str
    person: Person
    kind: str
    text: str
    confidential: bool
    period: str


@dataclass(frozen=True, slots=True)
class TopicDetail:
    """A topic with all its statements, the central ones first, and what became of it, the latest first."""

    topic: TopicView
    statements: tuple[TopicLine, ...]
    events: tuple[EventView, ...]


@dataclass(frozen=True, slots=True)
class EditLine:
    """What staff did to topics, in words; ``number`` from 1, the latest has the highest."""

    number: int
    what: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class History:
    """Topics by period, and what happened to them, the latest first."""

    periods: tuple[str, ...]
    topics: tuple[TopicView, ...]
    events: tuple[EventView, ...]


def topic_views(workspace: Workspace, *, staff: bool = False) -> tuple[TopicView, ...]:
    """The topics that were found last, in their order; empty before the first time."""
    with workspace.store.read() as reading:
        return _views(reading, staff=staff)[1]


def topics_since(workspace: Workspace, last: int) -> int | None:
    """The number of the audit's latest entry, where topics look as they did after the entry ``last``; None
    where something was written since that may show in them."""
    with workspace.store.read() as reading:
        now = reading.last_entry()
        if now < last:  # a backup was brought back
            return None
        done = reading.done_after(last)
    return now if not any(map(_shows, done)) else None


def _shows(done: Done) -> bool:
    """Whether topics may look otherwise after it."""
    if done.what == "put statement":
        return bool(done.counts.get("changed"))  # a new one is in no topic yet
    return done.what.rpartition(" ")[-1] not in _SHOWN_NOWHERE


def topic_detail(workspace: Workspace, name: str, *, staff: bool = False) -> TopicDetail:
    """One topic, by its id or label. Raises NotFoundError, with the topics there are, where there is none."""
    with workspace.store.read() as reading:
        topics, statements = reading.topics(), {each.id: each for each in reading.statements()}
        people = _people(reading)
        terms = reading.terms()
        _, views = _views(reading, staff=staff)
        events = _events(reading.topic_changes())
    view = _chosen(views, name)
    (topic,) = (each for each in topics if each.id == view.id)
    names, period_of = periods(statements.values(), terms)
    order = {id: place for place, id in enumerate(topic.examples)}
    own = [statements[id] for id in topic.statement_ids if id in statements]
    own.sort(key=lambda each: order.get(each.id, len(order)))
    return TopicDetail(
        topic=view,
        statements=tuple(
            TopicLine(
                each.id,
                people[each.member_id],
                each.kind.value,
                words(each, staff=staff),
                each.confidential,
                names[period_of[each.id]],
            )
            for each in own
        ),
        events=tuple(event for event in events if event.topic == view.id),
    )


def topic_edits(workspace: Workspace) -> tuple[EditLine, ...]:
    """What staff did to topics and is in force, the latest first."""
    with workspace.store.read() as reading:
        edits = reading.topic_edits()
    lines = [
        EditLine(number, edit_text(each), each.by, each.at) for number, each in enumerate(edits, start=1)
    ]
    return tuple(reversed(lines))


def topic_history(workspace: Workspace, *, staff: bool = False) -> History:
    """Topics by period, and all that happened to them."""
    with workspace.store.read() as reading:
        names, views = _views(reading, staff=staff)
        return History(names, views, _events(reading.topic_changes()))


def _views(reading: Reading, *, staff: bool) -> tuple[tuple[str, ...], tuple[TopicView, ...]]:
    """The periods, and the topics that were found last."""
    people = _people(reading)
    names = {id: each.name for id, each in people.items()}
    found = reading.topics()
    statements = {each.id: each for each in reading.statements()}
    known = {id for topic in found for id in topic.statement_ids}
    period_names, period_of = periods((statements[id] for id in known & statements.keys()), reading.terms())
    number = len(period_names)
    grown = emerging(found, period_of, period_names, reading.topics_before_the_last_came_in())
    return period_names, tuple(
        _view(
            each,
            [statements[id] for id in each.statement_ids if id in statements],
            states={people[id].state for id in _writers(each, statements)} - {""},
            examples=tuple(
                quote(statements[id], names, staff=staff) for id in each.examples if id in statements
            ),
            grown=grown.get(each.id, ""),
            counts=counted_by_period(each, period_of, number),
        )
        for each in found
    )


def _writers(topic: Topic, statements: Mapping[str, Statement]) -> set[str]:
    return {statements[id].member_id for id in topic.statement_ids if id in statements}


def _view(
    topic: Topic,
    own: list[Statement],
    *,
    states: set[str],
    examples: tuple[Quote, ...],
    grown: str,
    counts: tuple[int, ...],
) -> TopicView:
    challenges = sum(each.kind is StatementKind.CHALLENGE for each in own)
    return TopicView(
        id=topic.id,
        label=topic.label,
        keywords=topic.keywords,
        size=len(own),
        challenges=challenges,
        practices=len(own) - challenges,
        states=len(states),
        examples=examples,
        colour=topic.colour,
        area=topic.area,
        named_by=topic.named_by.value,
        locked=topic.locked,
        emerging=grown,
        periods=counts,
    )


def _people(reading: Reading) -> dict[str, Person]:
    places = {each.id: each for each in reading.organizations()}
    return {each.id: person(each, places[each.organization_id]) for each in reading.members()}


def _chosen(views: tuple[TopicView, ...], name: str) -> TopicView:
    wanted = name.strip().casefold()
    for view in views:
        if wanted in (view.id.casefold(), view.label.casefold()):
            return view
    if not views:
        raise NotFoundError("No topics were found yet.", cure="Find them first: matcher topics")
    meant = {word.casefold(): f"{view.id} {view.label}" for view in views for word in (view.id, view.label)}
    close = get_close_matches(wanted, meant, n=NEAREST, cutoff=0.0)
    nearest = ", ".join(dict.fromkeys(meant[word] for word in close))
    raise NotFoundError(f"There is no topic '{name}'.", cure=f"Nearest are {nearest}.")


def _events(changes: tuple[TopicChanges, ...]) -> tuple[EventView, ...]:
    return tuple(_event(event, change) for change in changes for event in change.lineage)


def _event(event: Lineage, change: TopicChanges) -> EventView:
    return EventView(
        on=change.created.date().isoformat(),
        topic=event.topic_id,
        label=change.labels.get(event.topic_id, ""),
        kind=event.kind.value,
        text=event_text(event, change.labels),
        before=event.before,
        after=event.after,
        emerging=event.emerging,
    )
