"""Tables of topics, and of the statements in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matcher.cli.output import heading, print_table, say
from matcher.cli.tables import short
from matcher.export.words import counted

if TYPE_CHECKING:
    from matcher.export.view import AsideView, EventView, TopicView
    from matcher.workflow.topics import TopicChange
    from matcher.workflow.topicviews import TopicDetail

#: Examples of a topic that are shown.
EXAMPLES = 3
#: Periods that fit beside a topic's name; of more, the latest are shown.
PERIODS = 5
_NAMED_BY = {"area": "the taxonomy", "seed": "its seed", "staff": "staff", "words": "its own words"}


def show_topics(topics: Sequence[TopicView]) -> None:
    """The topics, with how many statements each holds and the most central ones."""
    for topic in topics:
        heading(f"{topic.id}  {topic.label}{_marks(topic)}")
        _sizes(topic, indent=3)
        for quote in topic.examples[:EXAMPLES]:
            say(f"- {quote.kind}: “{quote.text}”", indent=3)


def _marks(topic: TopicView) -> str:
    marks = [f"emerging: {topic.emerging}"] if topic.emerging else []
    marks += ["locked"] if topic.locked else []
    return f" ({'; '.join(marks)})" if marks else ""


def _sizes(topic: TopicView, *, indent: int = 0) -> None:
    size = f"{counted(topic.size, 'statement')} from {counted(topic.states, 'state')}"
    kinds = f"{counted(topic.challenges, 'challenge')}, {counted(topic.practices, 'practice')}"
    say(f"{size}: {kinds}", f"Keywords: {', '.join(topic.keywords)}", indent=indent)


def show_topic(detail: TopicDetail) -> None:
    """One topic: what it is, its statements with their ids, what became of it."""
    topic = detail.topic
    heading(f"{topic.id}  {topic.label}{_marks(topic)}")
    _sizes(topic)
    say(f"Named by {_NAMED_BY[topic.named_by]}." + (f" Area: {topic.area}." if topic.area else ""))
    heading("Statements, the most central first")
    rows = [
        (line.id, f"{line.kind}: “{line.text}”", short(line.person), line.period)
        for line in detail.statements
    ]
    columns = ("Id", "What they wrote", "Who", "For")
    print_table(columns, rows, wide=(columns[1], columns[1], "Who"), lines=True)
    if detail.events:
        heading("What became of it, the latest first")
        show_events(detail.events)


def show_periods(periods: Sequence[str], topics: Sequence[TopicView]) -> None:
    """How many statements each topic had in each period."""
    shown = periods[-PERIODS:]
    rows = [
        (topic.id, f"{topic.label}{_marks(topic)}", *(n or "" for n in topic.periods[-PERIODS:]), topic.size)
        for topic in topics
    ]
    columns = ("Id", "Topic", *shown, "All")
    print_table(columns, rows, numbers=(*shown, "All"), wide=("Topic",))


def show_events(events: Sequence[EventView], *, limit: int | None = None) -> None:
    """What happened to topics."""
    rows = [(each.on, f"{each.topic} {each.label}".strip(), each.text) for each in events[:limit]]
    if rows:
        print_table(
            ("When", "Topic", "What happened"), rows, numbers=("When",), wide=("Topic", "What happened")
        )
    if limit is not None and len(events) > limit:
        say(f"... and {counted(len(events) - limit, 'earlier event')}.")


def show_changed(topics: Sequence[TopicChange]) -> None:
    """Topics before and after what staff said."""
    rows = [(each.id, _label(each), each.before or "", each.after or "ended") for each in topics]
    if rows:
        columns = ("Id", "Topic", "Statements before", "now")
        print_table(columns, rows, numbers=columns[2:], wide=("Topic",))


def _label(change: TopicChange) -> str:
    marks = ["locked"] if change.locked else []
    if change.label and change.label_before and change.label != change.label_before:
        marks.append(f"was: {change.label_before}")
    return (change.label or change.label_before) + (f" ({'; '.join(marks)})" if marks else "")


def show_aside(found: Sequence[AsideView]) -> None:
    """Statements that a person should look at."""
    heading(f"Statements set aside: {len(found):,}" if found else "No statement is set aside.")
    if not found:
        return
    rows = [(each.id, short(each.person), f"{each.kind}: {each.text}", each.reason) for each in found]
    columns = ("Id", "Who", "What they wrote", "Why it is set aside")
    print_table(columns, rows, wide=columns[1:], lines=True)
    say("They are kept, and take no part in topics or matching. Ask the members for a text, import again.")
    if any(each.found_by == "topics" for each in found):
        say("One that fits no topic, or that staff set aside, comes back with: matcher topics back ID")
