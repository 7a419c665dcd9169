"""Word evidence: BM25 over an inverted index that takes one more text at once."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from math import log

import numpy as np
import numpy.typing as npt

#: Of BM25 (Robertson and Zaragoza 2009): how soon repeating a word stops counting, and how much a long
#: text is held against it. Other values were tried on the tune half and made no difference.
K1, B = 1.2, 0.75


class Postings:
    """Which texts hold which term, and how often. How rare a term is and how long a text is on average
    move with every text that is added; nothing is rebuilt."""

    def __init__(self) -> None:
        self._rows: dict[str, array[int]] = {}
        self._counts: dict[str, array[float]] = {}
        self._lengths = array("f")
        self._total = 0

    def __len__(self) -> int:
        return len(self._lengths)

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def add(self, keys: Iterable[str]) -> int:
        """Take a text with these terms; return its row."""
        row, counted = len(self._lengths), Counter(keys)
        for key, count in counted.items():
            self._rows.setdefault(key, array("i")).append(row)
            self._counts.setdefault(key, array("f")).append(count)
        self._lengths.append(counted.total())
        self._total += counted.total()
        return row

    def rarity(self, key: str) -> float:
        """The inverse document frequency of a term, above 0; highest where no text holds it."""
        held = len(self._rows.get(key, ()))
        return log(1.0 + (len(self) - held + 0.5) / (held + 0.5))

    def known(self, weights: Mapping[str, float]) -> float:
        """The share of a question's terms that some text holds, each by rarity and weight: 0 to 1."""
        told = {key: weight * self.rarity(key) for key, weight in weights.items()}
        total = sum(told.values())
        return sum(value for key, value in told.items() if key in self._rows) / total if total else 0.0

    def share(self, weights: Mapping[str, float]) -> npt.NDArray[np.float64]:
        """How much of a question's terms each text holds (n,): BM25, over what a text of mean length has
        that holds every term once.

        So it means the same for short and for long questions. A term that no text holds counts in what
        could be had.
        """
        found = np.zeros(len(self))
        total = sum(weight * self.rarity(key) for key, weight in weights.items())
        if not total:
            return found
        lengths = np.frombuffer(self._lengths, dtype=np.float32)
        mean = self._total / len(self) if self._total else 1.0
        for key, weight in weights.items():
            if key not in self._rows:
                continue
            rows = np.frombuffer(self._rows[key], dtype=np.int32)
            counts = np.frombuffer(self._counts[key], dtype=np.float32).astype(np.float64)
            longer = K1 * (1.0 - B + B * lengths[rows] / mean)
            found[rows] += weight * self.rarity(key) * counts * (K1 + 1.0) / (counts + longer)
        return found / total
