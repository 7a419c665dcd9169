"""A small deterministic embedder for tests: a hashed bag of words, without a model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from matcher.embed import Vectors


class WordsEmbedder:
    """Texts with the same words have the same vector; ``asked`` counts the texts it was given."""

    key = "words"
    dimension = 64

    def __init__(self) -> None:
        self.asked = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += len(texts)
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.casefold()) or [text]:
                place = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big")
                row[place % self.dimension] += 1.0
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)
