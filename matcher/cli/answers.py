"""Answers to a question as text for people: how it was read, who was found, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matcher.cli.output import bold, heading, print_table, say, text
from matcher.export.words import counted, place, work

if TYPE_CHECKING:
    from rich.text import Text

    from matcher.workflow.asking import Answer, Found

#: How matching words stand out in a terminal.
_MATCH = "bold underline"
_KINDS = {
    "hosts": "members that would host",
    "state": "state",
    "type": "type",
    "locale": "locale",
    "role": "role",
}


def show_found(found: Found, title: str, *, like: bool = False) -> None:
    """The answers under a title, with the filters that were read and how to take them off; ``like`` says
    that it was no question, but a statement."""
    bold(title)
    show_reading(found)
    if found.answers:
        show_answers(found.answers)
        what = "is on the same problem" if like else "answers the question"
        say(f"Points: the chance that the statement {what}, from 0 to 1000.")
        return
    say(found.note)
    if found.nearest:
        heading("Nearest, but probably not what you look for")
        show_answers(found.nearest)


def show_reading(found: Found) -> None:
    """How a question was read, where that is not word for word."""
    for each in found.corrections:
        say(f"Read '{each.typed}' as '{each.read}'. To search for it as it is: --as-typed")
    applied = [facet for facet in found.facets if facet.applied]
    for facet in applied:
        named = _KINDS[facet.kind] if facet.kind == "hosts" else f"{_KINDS[facet.kind]} {facet.value}"
        say(f"Only {named}, for '{facet.words}'. To take that off: --without {_option(facet.value)}")
    for facet in found.facets:
        if not facet.applied:
            offer = _offer(facet.kind, facet.value, facet.note)
            say(f"'{facet.words}' is no filter here: {facet.note}.{offer}")
    if applied and found.searched:
        say(f"Searched for: {found.searched}")


def _option(value: str) -> str:
    if value == "yes":
        return "hosts"
    return f'"{value}"' if " " in value else value


def _offer(kind: str, value: str, note: str) -> str:
    """How to make a filter of it after all, where the words left it open."""
    if not note.startswith("the words"):
        return ""
    return f" To make it one: --{kind} {_option(value)}"


def show_answers(answers: Sequence[Answer]) -> None:
    """Who was found, with the sentence that earned the rank and why."""
    rows = [(number, _who(each), each.points, _wrote(each)) for number, each in enumerate(answers, start=1)]
    columns = ("Rank", "Who", "Points", "What they wrote")
    print_table(columns, rows, numbers=("Rank", "Points"), wide=("Who", columns[-1], columns[-1]), lines=True)


def _who(answer: Answer) -> str:
    person = answer.person
    lines = [f"{person.name} ({person.id})", work(person), place(person)]
    if answer.seats:
        lines.append(f"hosts, {answer.seats_left} of {counted(answer.seats, 'seat')} left")
    return "\n".join(line for line in lines if line)


def _wrote(answer: Answer) -> Text:
    """The sentence, the words that match standing out, then topic, why and number."""
    start = answer.text.find(answer.sentence)
    end = start + len(answer.sentence)
    cell = text(f"{answer.kind}: “{'… ' if start else ''}")
    at = start
    for first, last in answer.highlights:
        if start <= first and last <= end:
            cell.append_text(text(answer.text[at:first])).append_text(text(answer.text[first:last], _MATCH))
            at = last
    cell.append_text(text(f"{answer.text[at:end]}{' …' if end < len(answer.text) else ''}”"))
    for line in (
        f"topic: {answer.topic}" if answer.topic else "",
        f"why: {'; '.join(answer.why)}" if answer.why else "",
        f"statement {answer.statement_id}",
    ):
        if line:
            cell.append_text(text(f"\n{line}"))
    return cell
