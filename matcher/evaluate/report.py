"""All that one run measured, and what was measured when the adapter was trained."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.errors import ArtefactError
from matcher.evaluate.search import SearchTable
from matcher.evaluate.topics import TopicTable


@dataclass(frozen=True, slots=True)
class Report:
    """``model`` is the key of the embedding; ``notes`` say what was left out and why; ``training`` are
    names and figures from the adapter's own measurement."""

    model: str
    search: tuple[SearchTable, ...]
    topics: tuple[TopicTable, ...]
    training: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def at_training(path: Path) -> tuple[tuple[str, str], ...]:
    """The names and values in a JSON file that training wrote, those of inner objects joined by blanks;
    none where there is no such file. Raises ArtefactError where it cannot be read."""
    if not path.is_file():
        return ()
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise ArtefactError(
            f"{path.name} of the adapter cannot be read.", cure="Restore models/ from the project."
        ) from None
    return tuple(_flat("", found))


def _flat(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [pair for key, inner in value.items() for pair in _flat(f"{name} {key}".strip(), inner)]
    if isinstance(value, list):
        return [(name, ", ".join(_shown(each) for each in value))]
    return [(name, _shown(value))]


def _shown(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
