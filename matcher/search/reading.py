"""What a question asks beside its topic, and what is left of it to search for.

A facet is sure where its words can hardly mean anything else ("rural districts that ..."), and then it
limits the answers, and what is left is searched for. Where they may belong to the topic ("rural
transportation") it is only offered, and they are searched for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from matcher.domain import Locale, OrganizationType
from matcher.search import facets
from matcher.search.facets import Facet, Found, Kind
from matcher.search.filters import Filters

_DEALING = r"(?:dealing|struggling|working|trying|coping)(?: with| on| to)?|facing|tackling"
_EDGE = rf"on|for|about|with|who|that|to|in|from|at|around|regarding|and|or|has|have|doing|are|is|{_DEALING}"
# Possessive: "working on" is one piece or two, and every way to part a run of them would be tried.
_LEADING = re.compile(rf"^(?:[\s,;:.?!&/-]|\b(?:{_EDGE})\b)++", re.IGNORECASE)
_TRAILING = re.compile(rf"(?:[\s,;:&/-]|\b(?:{_EDGE})\b)++(?=[\s?.!]*$)", re.IGNORECASE)
#: "Who else is working on": asked of everybody, and not part of the topic.
_OPENING = re.compile(
    r"^(?:(?:who|does anyone|does anybody|is anyone|is anybody|anyone|anybody)(?: else)?(?: here| out there)?"
    r"(?:'s| is| are)? (?:also )?(?:working on|dealing with|struggling with|thinking about|tackling|facing)"
    r"\s+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it was read: what is searched for, and its facets in the order of :class:`Kind`."""

    searched: str
    facets: tuple[Facet, ...] = ()

    def filters(self) -> Filters:
        """The facets that are applied. Of several values of a kind any will do."""
        told: dict[Kind, list[str]] = {}
        for facet in self.facets:
            if facet.applied:
                told.setdefault(facet.kind, []).append(facet.value)
        return Filters(
            states=frozenset(told.get(Kind.STATE, ())),
            types=frozenset(map(OrganizationType, told.get(Kind.TYPE, ()))),
            locales=frozenset(map(Locale, told.get(Kind.LOCALE, ()))),
            roles=frozenset(told.get(Kind.ROLE, ())),
            hosts=Kind.HOSTS in told,
        )

    def hold_back(self, kind: Kind, note: str) -> Reading:
        """The same, with the facets of a kind not applied, and why."""
        return replace(
            self,
            facets=tuple(
                replace(each, applied=False, note=note) if each.kind is kind and each.applied else each
                for each in self.facets
            ),
        )


def read(text: str, states: Mapping[str, str], *, without: Collection[str] = ()) -> Reading:
    """A question, read. ``states`` are the names of states by postal code. A facet whose kind, value or
    words are in ``without`` is no facet: what named it is searched for like everything else."""
    unwanted = {" ".join(each.casefold().split()) for each in without}

    def wanted(found: Found) -> bool:
        facet = found.facet
        return not unwanted & {facet.kind.value, facet.value.casefold(), facet.words.casefold()}

    aside = [each for each in (*facets.hosts(text), *facets.states(text, states)) if wanted(each)]
    rest = _blanked(text, aside)
    people = [each for each in facets.people(rest) if wanted(each)]
    told, rest = [*aside, *people], _blanked(rest, people)
    told.sort(key=lambda each: (list(Kind).index(each.facet.kind), not each.facet.applied, each.start))
    once: dict[tuple[Kind, str], Facet] = {}
    for each in told:
        once.setdefault((each.facet.kind, each.facet.value), each.facet)
    searched = " ".join(rest.split())
    if rest != text:
        searched = _TRAILING.sub("", _LEADING.sub("", searched))
    return Reading(_OPENING.sub("", searched).strip(), tuple(once.values()))


def _blanked(text: str, named: list[Found]) -> str:
    """The text with blanks in place of what named a facet that is applied, so that all else stands where it
    stood."""
    for each in named:
        if each.facet.applied:
            text = text[: each.start] + " " * (each.end - each.start) + text[each.end :]
    return text
