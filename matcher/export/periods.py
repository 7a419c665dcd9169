"""Topics over time: in which period a statement was handed in, and which topics emerge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from matcher.domain import Statement, Term, Topic
from matcher.topics import Happening, Lineage, lineage

NO_DATE, NO_TERM = "no date", "before the first term"


def periods(statements: Iterable[Statement], terms: Sequence[Term]) -> tuple[tuple[str, ...], dict[str, int]]:
    """The periods in which there are statements, oldest first, and each statement's (its place in them).

    A period is called after the term it feeds: statements are handed in before a term, so each belongs to
    the first term that starts on that day or later. What came after the last start is "after" that term,
    what has no date comes first.
    """
    ordered = sorted(terms, key=lambda term: (term.start, term.name))
    last = f"after {ordered[-1].name}" if ordered else NO_TERM
    names = [NO_DATE, *(term.name for term in ordered), last]
    found: dict[str, str] = {}
    for each in statements:
        day = _day(each.submitted)
        feeds = (term.name for term in ordered if day is not None and day <= term.start)
        found[each.id] = NO_DATE if day is None else next(feeds, last)
    used = set(found.values())
    kept = tuple(name for name in names if name in used)
    return kept, {id: kept.index(name) for id, name in found.items()}


def _day(submitted: str) -> date | None:
    try:
        return date.fromisoformat(submitted[:10])
    except ValueError:
        return None


def counted_by_period(topic: Topic, period_of: Mapping[str, int], number: int) -> tuple[int, ...]:
    """How many of a topic's statements came in each of ``number`` periods."""
    counts = [0] * number
    for each in topic.statement_ids:
        if each in period_of:
            counts[period_of[each]] += 1
    return tuple(counts)


def emerging(
    topics: Sequence[Topic], period_of: Mapping[str, int], names: Sequence[str], before: Sequence[Topic]
) -> dict[str, str]:
    """The topics that appeared or grew markedly in the last period, by id, each with its numbers in words.

    ``names`` are the periods. Topics are compared with themselves as they were without the last period's
    statements; where there is but one period with a date, with ``before``: the topics as they were before
    the last statements came in. Where there is nothing to compare with, nothing emerges.
    :func:`matcher.topics.lineage` says what "markedly" is.
    """
    number = len(names)
    if number - (NO_DATE in names) > 1:
        before = [
            replace(topic, statement_ids=earlier)
            for topic in topics
            if (earlier := tuple(id for id in topic.statement_ids if period_of.get(id, 0) < number - 1))
        ]
    if not before:
        return {}
    return {each.topic_id: emerging_text(each) for each in lineage(before, topics) if each.emerging}


def emerging_text(event: Lineage) -> str:
    """ "new, 6 statements" or "grew from 8 to 15 statements"."""
    if event.kind is Happening.APPEARED:
        return f"new, {event.after} statements"
    return f"grew from {event.before} to {event.after} statements"
