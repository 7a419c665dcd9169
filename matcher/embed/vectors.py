"""Vectors of texts: what every embedder gives, and that each distinct text is embedded once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from matcher.record import digest

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]
#: Texts between two reports of progress.
CHUNK = 1024
#: Steps a unit to which :func:`on_grid` rounds.
GRID = 2**20


class Embedder(Protocol):
    """``key`` names the model and its weights; vectors of different keys are never mixed."""

    key: str

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors (len(texts), dimension), a row a text, in the given order."""
        ...


def on_grid(vectors: Vectors) -> npt.NDArray[np.float64]:
    """Unit vectors rounded to multiples of 1 / GRID, whose dot products have no rounding error.

    Products are multiples of 2**-40 and sums stay below 2, so that all of them fit a float64. So a
    cosine is the same from either side and for any block, number of threads or processor; it is
    within 1e-5 of the one that was given.
    """
    rounded: npt.NDArray[np.float64] = np.rint(vectors * np.float64(GRID)) / GRID
    return rounded


def embed_missing(
    embedder: Embedder,
    texts: Sequence[str],
    known: Mapping[str, Vectors],
    progress: Progress | None = None,
) -> dict[str, Vectors]:
    """Vectors of the distinct texts whose hash (:func:`matcher.record.digest`) is not in ``known``.

    ``progress`` is called with how many are done and how many there are.
    """
    missing = {digest(text): text for text in texts}
    wanted = [(key, text) for key, text in missing.items() if key not in known]
    # Texts of like length share a batch, so that little of it is padding.
    wanted.sort(key=lambda pair: len(pair[1]))
    found: dict[str, Vectors] = {}
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        rows = embedder.embed([text for _, text in chunk])
        found.update({key: row for (key, _), row in zip(chunk, rows, strict=True)})
        if progress:
            progress(len(found), len(wanted))
    return found
