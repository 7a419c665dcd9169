"""The kinds of exchange that a member asks for, as checkboxes and people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher.domain import Structure
from matcher.intake.line import Line
from matcher.intake.texts import plain
from matcher.intake.values import shown

#: Options as forms word them; the last is no wish to visit, but an offer.
_HOSTING = "hosting"
_OPTIONS: dict[str, tuple[str, ...]] = {
    Structure.ONE_TO_ONE: (
        *("one to one with a peer", "one to one", "one on one", "a one to one exchange", "a pair", "1 1"),
        *("a call with one peer", "peer to peer", "uno a uno"),
    ),
    Structure.VIRTUAL: (
        *("virtual cohort", "a virtual cohort", "virtual", "cohort", "virtual exchange", "a small group"),
        *("online group", "virtual session", "webinar", "grupo virtual"),
    ),
    Structure.PEER_HOSTED: (
        *("a day s visit to a peer", "visiting a peer", "visiting peers for a day", "visit", "a site visit"),
        *("peer hosted", "a peer hosted visit", "being hosted by a peer", "in person visit", "visita"),
    ),
    _HOSTING: (
        *("hosting peers for a day", "hosting", "hosting a visit", "host", "host peers", "host a visit"),
        *("hosting visitors", "being a host", "recibir visitas"),
    ),
}
#: Words that tell an option whatever else it says; the first that fits wins.
_WORDS: tuple[tuple[str, str], ...] = (
    (Structure.PEER_HOSTED, r"\b(peer hosted|hosted by|visit(ing)? (to )?(a |my |other |another )?peers?)\b"),
    (_HOSTING, r"\b(host|hosting)\b"),
    (Structure.PEER_HOSTED, r"\b(visit|visits|visiting|in person|on ?site)\b"),
    (Structure.ONE_TO_ONE, r"\b(one to one|one on one|1 (to |on )?1|1on1|pair|pairs|paired)\b"),
    (Structure.VIRTUAL, r"\b(virtual|cohorts?|online|webinar)\b"),
)
_ANY = frozenset(["any", "all", "all of the above", "any of the above", "any of them", "all of them"]) | {
    "no preference",
    "either",
    "everything",
    "cualquiera",
    "todos",
}
#: Similarity, 0 to 100, from which an option is taken for a known one.
_NEAR = 85


@dataclass(frozen=True, slots=True)
class Interests:
    """``structures`` in the order of the house; ``unknown`` are the options that were not understood.

    ``hosting`` says that the member offers to host. That is no wish to visit, but somebody who
    ticks nothing else is counted as interested in peer-hosted exchanges: it did answer, and
    no structure at all would mean any.
    """

    structures: tuple[Structure, ...]
    hosting: bool
    unknown: tuple[str, ...]


def parse(text: str) -> Interests:
    """The options in a cell, joined by commas, semicolons or line ends."""
    found: set[str] = set()
    unknown: list[str] = []
    pieces = [piece.strip() for piece in re.split(r"[,;|\n]", text) if plain(piece)]
    for piece in pieces:
        option = _option(plain(piece))
        if plain(piece) in _ANY:
            found.update(Structure)
        elif option:
            found.add(option)
        else:
            unknown.append(shown(piece))
    if found == {_HOSTING}:
        found.add(Structure.PEER_HOSTED)
    structures = tuple(each for each in Structure if each in found)
    return Interests(structures, _HOSTING in found, tuple(unknown))


def _option(words: str) -> str:
    from rapidfuzz import fuzz, process

    for option, forms in _OPTIONS.items():
        if words in forms:
            return option
    for option, pattern in _WORDS:
        if re.search(pattern, words):
            return option
    known = {form: option for option, forms in _OPTIONS.items() for form in forms}
    near = process.extractOne(words, list(known), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return known[near[0]] if near else ""


def note(line: Line, given: Interests) -> None:
    """Say which options of a row were not understood: they cost nothing but themselves."""
    if given.unknown:
        options = ", ".join(f"'{option}'" for option in given.unknown)
        read = ", ".join(given.structures) or "nothing, which is any"
        line.note("interests", f"{options} is no kind of exchange that is known. What was read is: {read}.")
