"""Texts to terms: the words that carry meaning, stemmed, and the field's short forms on both sides.

A short form in a text also counts as the words of its meaning, and the words of a meaning count as the
short form: CNA finds "comprehensive needs assessment" and is found by it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from matcher.stopwords import FUNCTION_WORDS
from matcher.taxonomy import ShortForm, Taxonomy

#: In a question, the weight of the words of an acronym's meaning, and of an acronym whose meaning was
#: written out; the acronym or the words as they were typed have 1.
MEANING, SPELT_OUT = 0.3, 0.5
#: What the key of a short form begins with, so that it is no word's.
FORM = "="
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_ASIDE = re.compile(r"\(.*?\)")
#: Texts whose words and terms are remembered, and their characters at most: 20 kB each where they have some
#: 200, and 90 kB at the most.
_REMEMBERED, _LONGEST = 500, 2000
#: Letters that a word has to keep when an ending is taken off.
_LEAST_STEM = 3


class Word(NamedTuple):
    """A word as it stands in a text: folded, and where."""

    folded: str
    start: int
    end: int


class Term(NamedTuple):
    """What counts as evidence: a stem, or a short form, with where it stands. ``weight`` is its share in
    a question."""

    key: str
    start: int
    end: int
    weight: float = 1.0


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """A word in small letters, without accents and without an English genitive."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(mark for mark in apart if not unicodedata.combining(mark)).replace("\u2019", "'")
    return plain.removesuffix("'s")


def words(text: str) -> Iterator[Word]:
    """The words of a text from left to right, numbers among them."""
    for found in _WORD.finditer(text):
        yield Word(fold(found.group()), found.start(), found.end())


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A folded word without the endings of number and tense: "coaching", "coaches" and "coach" are one.

    Endings only, no dictionary: it serves Spanish plurals as well, and what it makes of a word is never
    shown. Longer endings (-ation, -ment) were tried and gained nothing.
    """
    if word.endswith("ies") and len(word) > _LEAST_STEM + 1:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "ches", "shes", "xes", "zes")):
        word = word[:-2]
    elif word.endswith("s") and len(word) > _LEAST_STEM and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if word.endswith("ing") and len(word) >= _LEAST_STEM + 3:
        word = _undoubled(word[:-3])
    elif word.endswith("ed") and len(word) >= _LEAST_STEM + 2:
        word = _undoubled(word[:-2])
    if word.endswith("e") and len(word) > _LEAST_STEM:
        word = word[:-1]
    if word.endswith("y") and len(word) > _LEAST_STEM:
        word = word[:-1] + "i"
    return word


def _undoubled(word: str) -> str:
    """ "plann" as "plan"; "pass" and "tell" stay."""
    double = len(word) > _LEAST_STEM and word[-1] == word[-2] and word[-1] not in "ls"
    return word[:-1] if double else word


def stems(text: str) -> tuple[str, ...]:
    """The stems of the words that carry meaning, in their order."""
    return tuple(stem(each.folded) for each in words(text) if each.folded not in FUNCTION_WORDS)


class Told(NamedTuple):
    """A text with its words from left to right, and its terms as :meth:`Lexicon.terms` gives them."""

    text: str
    words: tuple[Word, ...]
    terms: tuple[Term, ...]


class Lexicon:
    """The terms of texts, with a taxonomy's short forms read on both sides."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._meaning: dict[str, tuple[str, ...]] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        # The first words of short forms: a text without any of them need not be searched for one.
        self._openers: set[str] = set()
        self._marks: set[str] = set()
        for form in taxonomy.short_forms:
            meaning = stems(form.meaning)
            for spelling in (form.acronym, *form.also):
                first = next((each.folded for each in words(spelling)), "")
                # "A.I." by its first marks: an "a" by itself is in every text.
                if len(first) > 1:
                    self._openers.add(first)
                else:
                    self._marks.add(spelling.casefold()[:3])
            self._meaning[form.acronym] = tuple(dict.fromkeys(meaning))
            core = stems(_ASIDE.sub(" ", form.meaning))
            if len(core) > 1:
                self._phrases.setdefault(core[0], []).append((core, form.acronym))

        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._tell)

    def told(self, text: str) -> Told:
        """A text's words and terms. One that is looked at from several sides, as a question is for each
        answer, is read once, unless it is very long."""
        return self._remembered(text) if len(text) <= _LONGEST else self._tell(text)

    def _tell(self, text: str) -> Told:
        said = tuple(words(text))
        return Told(text, said, tuple(self._terms(text, said)))

    def terms(self, text: str) -> list[Term]:
        """The terms of a text, from left to right within words, short forms and phrases."""
        return self._terms(text, tuple(words(text)))

    def _terms(self, text: str, said_words: Sequence[Word]) -> list[Term]:
        forms = [(found.start(), found.end(), form.acronym) for found, form in self._forms(text, said_words)]
        plain = [
            Term(stem(each.folded), each.start, each.end)
            for each in said_words
            if each.folded not in FUNCTION_WORDS
            and not any(start <= each.start < end for start, end, _ in forms)
        ]
        found = list(plain)
        said, told = {term.key for term in plain}, set()
        for start, end, acronym in forms:
            if acronym in told:
                continue
            told.add(acronym)
            found.append(Term(FORM + acronym, start, end))
            # Words that stand there anyway are counted where they stand.
            found += [Term(key, start, end, MEANING) for key in self._meaning[acronym] if key not in said]
        for start, end, acronym in self._spelt_out(plain):
            if acronym not in told:
                told.add(acronym)
                found.append(Term(FORM + acronym, start, end, SPELT_OUT))
        return found

    def _forms(self, text: str, said: Sequence[Word]) -> Iterator[tuple[re.Match[str], ShortForm]]:
        """The short forms in a text; most have none, which a look at its words tells sooner."""
        small = text.casefold()
        if any(each.folded in self._openers or each.folded[:-1] in self._openers for each in said) or any(
            mark in small for mark in self._marks
        ):
            yield from self.taxonomy.find(text)

    def weights(self, text: str) -> dict[str, float]:
        """The terms of a question, each once, with its weight."""
        found: dict[str, float] = {}
        for term in self.told(text).terms:
            found[term.key] = max(term.weight, found.get(term.key, 0.0))
        return found

    def _spelt_out(self, plain: list[Term]) -> Iterator[tuple[int, int, str]]:
        """Where the words of an acronym's meaning stand one after the other."""
        keys = [term.key for term in plain]
        for i, key in enumerate(keys):
            for core, acronym in self._phrases.get(key, ()):
                if tuple(keys[i : i + len(core)]) == core:
                    yield plain[i].start, plain[i + len(core) - 1].end, acronym
