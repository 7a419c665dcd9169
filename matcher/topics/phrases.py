"""Phrases of two to four words that really occur and are a topic's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from matcher.stopwords import STOP_WORDS
from matcher.taxonomy import Taxonomy, meanings
from matcher.topics.words import WORD, plain, stem, with_capitals

#: A phrase is said by this many of a topic's texts, and this share of them.
LEAST_TEXTS = 2
LEAST_SHARE = 0.25
#: Phrases kept a topic.
PHRASES = 12
LONGEST = 4
#: Words that may stand inside a phrase.
INNER = frozenset({"of", "and", "for", "to", "in", "with", "at", "on", "de", "del", "la", "y"})
#: A phrase of the field's own words (an area's name or synonym, an acronym's meaning) counts this often.
FIELD_BONUS = 3.0
#: Words that a label does not end or begin with: the stop words but those that name who is meant.
WHO = frozenset({"district", "principal", "principals", "school", "schools", "state", "student", "students"})
EDGE = STOP_WORDS - WHO - {"teacher", "teachers", "grade", "summer"}
#: Endings of words that say how or in what way, and seldom end a name.
NOT_LAST = re.compile(r"(ly|ing|ed|n't)$")


def phrases(topics: Sequence[Sequence[str]], taxonomy: Taxonomy) -> list[list[str]]:
    """The phrases of each topic's texts, best first, by class-based TF-IDF; a text counts a phrase
    once, and one that only few of several texts say is left out. Acronyms are spelt out."""
    field = {_key(each) for area in taxonomy.areas for each in (area.name, *area.synonyms)}
    field |= {_key(form.meaning) for form in taxonomy.short_forms}
    written = meanings(taxonomy.short_forms)
    counts = [Counter(each for text in texts for each in _said(text, field)) for texts in topics]
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    mean = sum(total.values()) / max(len(topics), 1)
    found = []
    for texts, own in zip(topics, counts, strict=True):
        least = max(LEAST_TEXTS, LEAST_SHARE * len(texts)) if len(texts) > 1 else 1
        weight = {
            phrase: n
            * float(np.log1p(mean / total[phrase]))
            * (FIELD_BONUS if _key(phrase) in field else 1.0)
            for phrase, n in own.items()
            if n >= least
        }
        order = sorted(weight, key=lambda phrase: (-weight[phrase], -len(phrase), phrase))[:PHRASES]
        spelt = (_spelt_out(phrase, written) for phrase in with_capitals(order, texts))
        found.append(list(dict.fromkeys(each for each in spelt if each)))
    return found


def _said(text: str, field: set[str]) -> set[str]:
    """The distinct phrases of a text: runs of words that no punctuation parts, that read as a name or
    are the ``field``'s own."""
    found = set()
    for run in re.split(r"[^\w\s'-]+", plain(text).casefold()):
        words = re.findall(WORD, run)
        for start in range(len(words)):
            for end in range(start + 2, min(start + LONGEST, len(words)) + 1):
                phrase = " ".join(words[start:end])
                if _names(words[start:end]) or _key(phrase) in field:
                    found.add(phrase)
    return found


def _names(words: Sequence[str]) -> bool:
    """Whether words can be a name: the first and the last say something, no word comes twice."""
    return (
        words[0] not in EDGE
        and words[-1] not in EDGE
        and not NOT_LAST.search(words[-1])
        and all(word in INNER or word not in EDGE for word in words[1:-1])
        and len({stem(word) for word in words}) == len(words)
        and not all(word in STOP_WORDS for word in words)
    )


def _key(phrase: str) -> str:
    return " ".join(stem(word) for word in phrase.casefold().split())


def _spelt_out(phrase: str, written: dict[str, str]) -> str:
    """The phrase with acronyms in full; empty where that makes it longer than a label may be."""
    full = " ".join(written.get(word, word) for word in phrase.split())
    return full if len(full.split()) <= LONGEST + 1 else ""
