"""The words of a topic, by class-based TF-IDF (Grootendorst 2022)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from matcher.stopwords import STOP_WORDS

KEYWORDS = 8
#: A word begins with a letter and has two characters or more.
WORD = r"(?u)\b[^\W\d_][\w'-]*[^\W_]\b"


def keywords(classes: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """The words of each class of texts, best first, by class-based TF-IDF.

    Weight of term t in class c: (share of t in c) * log(1 + A / f), with A the mean number of terms
    a class and f the frequency of t over all classes; a text counts a term once, however often it
    says it. Of terms of equal weight the one of two words comes first. A term that only one of several
    texts uses says little of the class: such terms are taken only where there is no other. Acronyms
    keep their capitals.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(
        ngram_range=(1, 2), stop_words=sorted(STOP_WORDS), token_pattern=WORD, binary=True
    )
    classes = [[plain(text) for text in texts] for texts in classes]
    try:
        counts: Any = counter.fit_transform([text for texts in classes for text in texts])
    except ValueError:  # scikit-learn's word for texts without a term
        return [() for _ in classes]
    terms = counter.get_feature_names_out()
    words = np.array([term.count(" ") + 1 for term in terms])
    total = np.asarray(counts.sum(axis=0)).ravel()
    rarity = np.log1p(total.sum() / len(classes) / total)
    found, start = [], 0
    for texts in classes:
        seen = np.asarray(counts[start : start + len(texts)].sum(axis=0)).ravel()
        start += len(texts)
        weight = seen / max(seen.sum(), 1) * rarity
        allowed = np.flatnonzero(seen >= max(1, min(2, seen.max())))
        order = allowed[np.lexsort((allowed, -words[allowed], -weight[allowed]))]
        chosen = _without_parts([str(terms[i]) for i in order[: 4 * KEYWORDS]])
        found.append(with_capitals(chosen, texts))
    return found


def plain(text: str) -> str:
    """The text with straight apostrophes and without a possessive's ending."""
    return re.sub(r"'s\b", "", text.replace("\u2019", "'"), flags=re.IGNORECASE)


def with_capitals(terms: Sequence[str], texts: Sequence[str]) -> tuple[str, ...]:
    """Terms with their words as the texts mostly write them, where that is with two capitals or more."""
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for form in re.findall(WORD, "\n".join(texts)):
        written[form.lower()][form] += 1

    def shown(word: str) -> str:
        form = max(written[word], key=lambda each: (written[word][each], each), default=word)
        return form if sum(letter.isupper() for letter in form) > 1 else word

    return tuple(" ".join(shown(word) for word in term.split()) for term in terms)


def _without_parts(terms: Sequence[str]) -> tuple[str, ...]:
    """The first terms, no two of which share a word, be it in the plural."""
    kept: list[str] = []
    for term in terms:
        stems = {stem(word) for word in term.split()}
        if any(stems & {stem(word) for word in other.split()} for other in kept):
            continue
        kept.append(term)
    return tuple(kept[:KEYWORDS])


def stem(word: str) -> str:
    """What a word shares with its plural: "polic" of "policies", "bus" of "bus" and "buses"."""
    if len(word) > 3 and not word.endswith(("ss", "us", "is")):
        word = re.sub("(ies|y|es|e|s)$", "", word)
    return word
