"""Why a statement was found: the sentence that matches best, the words that match, and that in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matcher.search.words import MEANING, Lexicon, Term, Told, stem, stems
from matcher.stopwords import FUNCTION_WORDS

Span = tuple[int, int]
#: A part of a text with fewer words belongs to the sentence before it.
_FEW_WORDS = 4
_BREAK = re.compile(
    r"(?<=[.!?\u2026])[\"'\u201d\u2019)]*\s+(?=[\"'\u201c\u2018(\u00bf\u00a1]*[A-Z0-9\u00c0-\u00de])|\n+"
)
#: Matching words that are named.
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Match:
    """Words of the question, and as what they stand in the text: "needs assessment", CNA."""

    asked: str
    written: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """``sentence`` is the one that holds most of the question's words, or the whole text where none does;
    ``highlights`` are spans (start, end) of matching words in the whole text, from left to right."""

    sentence: str
    highlights: tuple[Span, ...]
    matches: tuple[Match, ...]


def evidence(question: str, text: str, lexicon: Lexicon, rarity: Callable[[str], float]) -> Evidence:
    """What in a text matches a question; ``rarity`` weighs a term."""
    asked, written = lexicon.told(question), lexicon.told(text)
    pairs = _pairs(asked.terms, written.terms)
    in_text = _widened({(there.start, there.end) for _, there in pairs}, written, asked)
    in_question = _widened({(here.start, here.end) for here, _ in pairs}, asked, written)
    best, most = text, 0.0
    for start, end in sentences(written):
        held = {there.key for _, there in pairs if start <= there.start < end}
        worth = sum(rarity(key) for key in sorted(held))
        if worth > most:
            best, most = text[start:end], worth
    named: dict[str, str] = {}
    for here, there in pairs:
        named.setdefault(_around(question, here, in_question), _around(text, there, in_text))
    return Evidence(best, in_text, tuple(Match(*each) for each in named.items()))


def sentences(told: Told) -> tuple[Span, ...]:
    """Where the sentences of a text begin and end; a few words by themselves go with those before."""
    found: list[Span] = []
    start = 0
    breaks = [(each.start(), each.end()) for each in _BREAK.finditer(told.text)]
    for end, following in [*breaks, (len(told.text), 0)]:
        if found and sum(start <= each.start < end for each in told.words) < _FEW_WORDS:
            start = found.pop()[0]
        found.append((start, end))
        start = following
    return tuple(found)


def reasons(found: Evidence, *, close: bool) -> tuple[str, ...]:
    """Why in plain words. ``close``: the vectors say that it answers, whatever its words are."""
    same = [each.written for each in found.matches if _alike(each)]
    other = [each for each in found.matches if not _alike(each)]
    told = []
    if same:
        named = [f"'{each}'" for each in same[:_NAMED]]
        listed = f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]
        told.append(f"{listed} {'appear' if len(named) > 1 else 'appears'} in it")
    told += [f"'{each.asked}' appears as '{each.written}'" for each in other[: _NAMED - len(same[:_NAMED])]]
    if close:
        told.append("the same problem in other words" if not told else "close in meaning as a whole")
    return tuple(told)


def _alike(match: Match) -> bool:
    """Whether it stands in the text as it was asked, but for its endings."""
    return stems(match.asked) == stems(match.written)


def _pairs(asked: Sequence[Term], written: Sequence[Term]) -> list[tuple[Term, Term]]:
    """Terms of the question with the same ones of the text, in the text's order.

    A single word of an acronym's meaning proves nothing ("school" of SIP): half of them have to match.
    """
    by_key: dict[str, Term] = {}
    for each in asked:
        if each.key not in by_key or by_key[each.key].weight < each.weight:
            by_key[each.key] = each
    pairs = [(by_key[each.key], each) for each in written if each.key in by_key]
    kept = []
    for here, there in pairs:
        by_meaning = [term for term in (here, there) if term.weight == MEANING]
        if all(_half(term, pairs, asked if term is here else written) for term in by_meaning):
            kept.append((here, there))
    return sorted(kept, key=lambda pair: (pair[1].start, pair[1].end, pair[1].key))


def _half(term: Term, pairs: Sequence[tuple[Term, Term]], side: Sequence[Term]) -> bool:
    """Whether half of the meaning's words that stand for the same acronym have a match."""
    same = {each.key for each in side if each.weight == MEANING and each.start == term.start}
    matched = {here.key for here, _ in pairs} & same
    return 2 * len(matched) >= len(same)


def _widened(spans: set[Span], told: Told, other: Told) -> tuple[Span, ...]:
    """Matching words with the function word before them that both sides have there ("needs assessment"),
    and spans with nothing but a blank or a hyphen between them as one."""
    text, wide = told.text, set(spans)
    together = {
        (first.folded, stem(second.folded))
        for first, second in pairwise(other.words)
        if first.folded in FUNCTION_WORDS
    }
    for first, second in pairwise(told.words):
        if (
            first.folded in FUNCTION_WORDS
            and (first.folded, stem(second.folded)) in together
            and any(start <= second.start < end for start, end in spans)
            and text[first.end : second.start] in (" ", "-")
        ):
            wide.add((first.start, first.end))
    joined: list[Span] = []
    for start, end in sorted(wide):
        if joined and (start <= joined[-1][1] or text[joined[-1][1] : start] in (" ", "-")):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _around(text: str, term: Term, spans: Sequence[Span]) -> str:
    """The words of the span that a term is in."""
    return next((text[a:b] for a, b in spans if a <= term.start < b), text[term.start : term.end])
