"""A question's misspelt words, read as the nearest word that is known.

A word is known where a text, the taxonomy or the model's own vocabulary has it. Numbers, short words and
acronyms in capitals are never changed: one letter makes another acronym.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from matcher.search.words import fold, stem, words
from matcher.stopwords import STOP_WORDS

#: Letters from which so many slips (a letter too many, missing, wrong, or two swapped) are forgiven.
SLIPS = ((5, 1), (8, 2), (13, 3))


@dataclass(frozen=True, slots=True)
class Correction:
    """A word as it was typed, and as it was read."""

    typed: str
    read: str


class Spelling:
    """Known words, with how many texts use each."""

    def __init__(self, field: Iterable[str] = (), english: Iterable[str] = ()) -> None:
        """``field`` are words of the field and ``english`` any others that are spelt rightly, though no
        text has them yet. A misspelt word is read as one of the texts' or the field's."""
        self._used: Counter[str] = Counter()
        targets = frozenset(fold(each) for each in field) | STOP_WORDS
        self._others = targets | frozenset(fold(each) for each in english)
        self._stems = {stem(each) for each in self._others}
        self._listed = sorted(each for each in targets if _is_target(each))
        self._targets = set(self._listed)

    def add(self, text: str) -> None:
        """Take the words of one more text."""
        for each in {each.folded for each in words(text)}:
            if each not in self._targets and _is_target(each):
                self._listed.append(each)
                self._targets.add(each)
            self._used[each] += 1
            self._stems.add(stem(each))

    def knows(self, word: str) -> bool:
        """Whether a folded word, or another form of it, is known."""
        return word in self._others or word in self._used or stem(word) in self._stems

    def nearest(self, word: str) -> str:
        """The known word that a folded one was most likely meant to be; empty where there is none.

        Nearest by slips (Damerau-Levenshtein, no letter edited twice), then by how many texts use it,
        then by the alphabet. The first letter is hardly ever wrong, and where it is, it is mostly a prefix:
        "unhealthy" is not "healthy".
        """
        allowed = max((slips for letters, slips in SLIPS if len(word) >= letters), default=0)
        if not allowed:
            return ""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        near = process.extract(word, self._listed, scorer=OSA.distance, score_cutoff=allowed, limit=None)
        ranked = [(gap, -self._used[each], each) for each, gap, _ in near if each[0] == word[0]]
        return min(ranked)[2] if ranked else ""

    def correct(self, text: str) -> tuple[str, tuple[Correction, ...]]:
        """A question with its misspelt words replaced, and which they were."""
        parts, end, made = [], 0, []
        for each in words(text):
            typed = text[each.start : each.end]
            if not typed.isalpha() or typed.isupper() or not typed.isascii() or self.knows(each.folded):
                continue
            read = self.nearest(each.folded)
            if read:
                parts += [text[end : each.start], read]
                end = each.end
                made.append(Correction(typed, read))
        return "".join([*parts, text[end:]]), tuple(made)


def model_words(folder: Path) -> frozenset[str]:
    """The whole words that an embedding model knows, by its ``vocab.txt``; none where it has none."""
    try:
        lines = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return frozenset()
    return frozenset(line for line in lines if line.isalpha())


def _is_target(word: str) -> bool:
    """Whether a word can be what was meant: short ones and numbers are near to everything."""
    return word.isalpha() and len(word) >= SLIPS[0][0] - 1
