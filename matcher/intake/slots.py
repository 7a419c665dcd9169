"""Half-days as people write them: "Monday morning, Tue PM", "mornings", "Mon/Wed am", "any"."""

from __future__ import annotations

import re
import unicodedata

from matcher.domain import Slot
from matcher.intake.texts import one_line
from matcher.intake.values import Unreadable

_DAYS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("monday", "mondays", "mon", "m", "lunes"), (0,)),
    **dict.fromkeys(("tuesday", "tuesdays", "tues", "tue", "tu", "martes"), (1,)),
    **dict.fromkeys(("wednesday", "wednesdays", "weds", "wed", "w", "miercoles"), (2,)),
    **dict.fromkeys(("thursday", "thursdays", "thurs", "thur", "thu", "th", "jueves"), (3,)),
    **dict.fromkeys(("friday", "fridays", "fri", "f", "viernes"), (4,)),
    **dict.fromkeys(("saturday", "saturdays", "sat", "sabado"), (5,)),
    **dict.fromkeys(("sunday", "sundays", "sun", "domingo"), (6,)),
    **dict.fromkeys(("weekday", "weekdays", "daily"), (0, 1, 2, 3, 4)),
    **dict.fromkeys(("weekend", "weekends"), (5, 6)),
}
_HALVES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("am", "morning", "mornings", "manana", "mananas"), ("am",)),
    **dict.fromkeys(("pm", "afternoon", "afternoons", "tarde", "tardes"), ("pm",)),
    "allday": ("am", "pm"),
}
_ANY = frozenset(["any", "anytime", "all", "always", "flexible", "open", "whenever", "cualquiera"])
_FILLER = frozenset(
    [
        "and",
        "or",
        "the",
        "on",
        "in",
        "at",
        "only",
        "best",
        "every",
        "each",
        "usually",
        "time",
        "times",
        "works",
        "work",
        "day",
        "days",
        "y",
        "or",
    ]
)
_WORKDAYS = (0, 1, 2, 3, 4)


def parse(text: str) -> tuple[Slot, ...]:
    """The half-days in a cell, in order. "Any" is every half-day from Monday to Friday.

    A day alone is both its halves, unless a later day of the same list names a half ("Mon,
    Wed am" is two mornings: rather too little than a time nobody offered). A half alone is
    that half of every workday. Raises Unreadable on any word that is not understood.
    """
    found: set[Slot] = set()
    waiting: tuple[int, ...] = ()
    for group in re.split(r"[;\n|]", text):
        named: tuple[int, ...] = ()
        for piece in re.split(r"[,/&+]|\band\b", _folded(group)):
            days, halves = _piece(piece, text)
            if days and not halves:
                waiting += days
            elif halves:
                named = (*waiting, *days) or named or _WORKDAYS  # "Mon am/pm" names its day once
                found |= _slots(named, halves)
                waiting = ()
        found |= _slots(waiting, ("am", "pm"))
        waiting = ()
    if not found:
        raise Unreadable(
            "It names no half-day.", "Write half-days such as 'Mon am; Tue pm', or leave it blank."
        )
    return tuple(sorted(found))


def joined(cells: list[tuple[str, str]]) -> str:
    """One text from several columns, each a (heading, text), as a grid of checkboxes gives them.

    What stands in square brackets in a heading ("When can you meet? [Monday]") goes before
    each choice of its column.
    """
    parts: list[str] = []
    for heading, text in cells:
        bracket = re.search(r"\[([^\]]+)\]", heading)
        choices = [choice.strip() for choice in re.split(r"[,;\n]", text) if choice.strip()]
        if bracket and choices:
            parts += [f"{bracket[1]} {choice}" for choice in choices]
        elif text:
            parts.append(text)
    return "; ".join(parts)


def _slots(days: tuple[int, ...], halves: tuple[str, ...]) -> set[Slot]:
    return {Slot(day, half) for day in days for half in halves}


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFKD", one_line(text)).casefold()
    letters = "".join(mark for mark in letters if not unicodedata.combining(mark))
    letters = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", letters)  # "Mon am (8-12)"
    letters = re.sub(r"\b([ap])\.\s?m\b\.?", r"\1m", letters).replace("all day", "allday")
    letters = re.sub(r"\s*(?:\u2013|\u2014|-|\bto\b|\bthrough\b|\bthru\b)\s*", "-", letters)
    return letters


def _piece(piece: str, whole: str) -> tuple[tuple[int, ...], tuple[str, ...]]:
    days: tuple[int, ...] = ()
    halves: tuple[str, ...] = ()
    for word in re.split(r"[\s:.]+", piece):
        first, dash, last = word.partition("-")
        if word in _HALVES:
            halves += _HALVES[word]
        elif word in _ANY:
            days += _WORKDAYS
        elif word in _DAYS:
            days += _DAYS[word]
        elif dash and first in _DAYS and last in _DAYS and _DAYS[first] <= _DAYS[last]:
            days += tuple(range(_DAYS[first][0], _DAYS[last][0] + 1))
        elif dash and first in _DAYS and last in _HALVES:  # "Monday - am"
            days, halves = days + _DAYS[first], halves + _HALVES[last]
        elif word.strip("-") and word not in _FILLER:
            shown = one_line(whole)[:60]
            raise Unreadable(
                f"'{word[:30]}' in '{shown}' is not understood as a half-day.",
                "Write half-days such as 'Mon am; Tue pm'; leave it blank for any time.",
            )
    return days, halves
