"""A question as it is asked and answered: what is one, and which filters count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from matcher.errors import InputError
from matcher.export.view import Person
from matcher.intake.texts import one_line
from matcher.intake.zones import state_names
from matcher.search import Correction, Facet, Filters, Kind, Reading, read
from matcher.search.words import words

#: Characters of a question.
LONGEST = 2_000

#: The field of :class:`Filters` that a facet of a kind fills.
FIELDS: Mapping[Kind, str] = {
    Kind.HOSTS: "hosts",
    Kind.STATE: "states",
    Kind.TYPE: "types",
    Kind.LOCALE: "locales",
    Kind.ROLE: "role",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A member that was found, and the statement that earned its rank.

    ``points`` are the chance that it answers, from 0 to 1000. ``sentence`` is the part of ``text`` that
    matches best, ``highlights`` the spans (start, end) of ``text`` that match, ``why`` in plain words, what
    speaks for a host included. ``seats_left`` counts the seats without an agreed visitor this term.
    """

    person: Person
    statement_id: str
    kind: str
    text: str
    sentence: str
    highlights: tuple[tuple[int, int], ...]
    topic: str
    points: int
    why: tuple[str, ...]
    seats: int
    seats_left: int


@dataclass(frozen=True, slots=True)
class Found:
    """The answers to a question, best first, and how it was read.

    ``searched`` is what was looked for; ``facets`` are the filters that the question itself names, applied
    or not, with the reason. Where no answer is good, ``answers`` is empty, ``note`` says so, and
    ``nearest`` are the few that come nearest and probably do not answer. ``unread`` counts statements that
    are not read yet, and so cannot be among them.
    """

    query: str
    searched: str
    corrections: tuple[Correction, ...]
    facets: tuple[Facet, ...]
    answers: tuple[Answer, ...]
    nearest: tuple[Answer, ...] = ()
    note: str = ""
    unread: int = 0


def cleaned(query: str) -> str:
    """The question without control characters, on one line. Raises InputError where it is none."""
    if len(query) > LONGEST:
        raise InputError(
            f"The question has {len(query):,} characters; {LONGEST:,} is the most.",
            cure="Ask in a few words, or find what is like a statement with --like.",
        )
    text = one_line(query)
    if not text:
        raise InputError("The question is empty.", cure='Ask in a few words: matcher who "needs assessments"')
    if not any(True for _ in words(text)):
        raise InputError("There is no word in the question.", cure="Ask in a few words.")
    return text


def read_question(text: str, without: Sequence[str]) -> Reading:
    """The question as it is read. Raises InputError where ``without`` names nothing in it."""
    whole = read(text, state_names())
    for each in without:
        if len(read(text, state_names(), without=[each]).facets) == len(whole.facets):
            named = ", ".join(f"'{facet.words}'" for facet in whole.facets)
            known = f"It was read with {named}." if named else "It was read without any."
            raise InputError(f"The question names no filter '{each}'.", cure=known)
    return read(text, state_names(), without=without) if without else whole


def check_limit(limit: int) -> None:
    """Raises InputError where fewer than 1 answer is wanted."""
    if limit < 1:
        raise InputError(f"The limit is {limit}.", cure="Ask for 1 answer or more.")


def only(reading: Reading, kind: Kind) -> Filters:
    """The filter of one kind that a question names."""
    return replace(reading, facets=tuple(each for each in reading.facets if each.kind is kind)).filters()


def joined(given: Filters, named: Filters) -> Filters:
    """Both; what is given wins where both say something."""
    told = {field: getattr(given, field) or getattr(named, field) for field in FIELDS.values()}
    return replace(given, **told, roles=given.roles or named.roles)


def foreign(text: str) -> bool:
    """Whether most letters are of no Latin script."""
    letters = [mark for mark in text if mark.isalpha()]
    return 2 * sum(mark > "\u024f" for mark in letters) > len(letters)
