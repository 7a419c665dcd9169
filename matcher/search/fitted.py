"""The numbers of search that were fitted, and to which embedding: ``models/search.toml``.

They are in one place and belong to a model: cosines of another one, or of the same one adapted, are on
another scale. ``bench/tune_search.py`` fits and writes them.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from matcher.embed import models_folder
from matcher.errors import ArtefactError

FILE = "search.toml"


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text's score is its cosine and ``weight`` times its share of the question's words. The chance
    that it answers is 1 / (1 + exp(-(intercept + slope * score + known * k))), where k is the share
    of the question's words that any text holds. Below ``threshold`` the best answer is no good one."""

    weight: float = 0.2
    intercept: float = -5.0
    slope: float = 9.0
    known: float = 1.0
    threshold: float = 0.3

    def chance(self, score: float, known: float) -> float:
        """The chance that a text with this score answers, 0 to 1."""
        from math import exp

        return 1.0 / (1.0 + exp(-(self.intercept + self.slope * score + self.known * known)))


def entry_name(key: str) -> str:
    """What the file calls the embedder of a key: model and adapter without their hashes."""
    return re.sub("[@~][0-9a-f]+", "", key)


def load_fitted(key: str, folder: Path | None = None) -> Fitted:
    """The numbers fitted to an embedder by its key; those of a model that has none in the file are
    the class's.

    Raises ArtefactError where the file cannot be used.
    """
    path = (folder or models_folder()) / FILE
    cure = "Restore models/ from the project, or fit it again: python bench/tune_search.py --write"
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ArtefactError(f"{FILE} cannot be read: {error}.", cure=cure) from None
    given = listed.get(entry_name(key))
    if given is None:
        return Fitted()
    names = [each.name for each in fields(Fitted)]
    if not isinstance(given, dict) or sorted(given) != sorted(names):
        raise ArtefactError(f"{FILE} does not give {', '.join(names)} for '{key}'.", cure=cure)
    return Fitted(**{name: float(value) for name, value in given.items()})
