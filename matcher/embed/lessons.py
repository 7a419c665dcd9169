"""What the model is taught with: authored texts with the problem area that each is about."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.errors import InputError, NotFoundError, Place

#: The file of texts about anything but the field, whose vectors are to stay as they are.
REHEARSAL = "rehearsal.jsonl"


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text, the id of the problem area that it is about, and whether it is a question as typed into
    a search box."""

    text: str
    area: str
    query: bool = False


@dataclass(frozen=True, slots=True)
class Lessons:
    """``rehearsal`` are texts of other worlds: the model is not to forget how to read them."""

    lessons: tuple[Lesson, ...]
    rehearsal: tuple[str, ...] = ()

    def areas(self) -> tuple[str, ...]:
        """Ids of the areas, in the order in which they first occur."""
        return tuple(dict.fromkeys(each.area for each in self.lessons))

    def parted(self, held: frozenset[str]) -> tuple[Lessons, tuple[Lesson, ...]]:
        """The lessons without those of the areas ``held``, and those."""
        kept = tuple(each for each in self.lessons if each.area not in held)
        return Lessons(kept, self.rehearsal), tuple(each for each in self.lessons if each.area in held)


def lessons_folder() -> Path:
    """The project's ``data/training``; ``MATCHER_TRAINING`` names another place."""
    named = os.environ.get("MATCHER_TRAINING")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "data" / "training"


def read_lessons(folder: Path) -> Lessons:
    """The lessons in the ``.jsonl`` files of a folder: one object a line, with ``text`` and ``area``.

    Raises NotFoundError where there is no such file, InputError that names file and line.
    """
    files = sorted(path for path in folder.glob("*.jsonl") if path.name != REHEARSAL)
    if not files:
        raise NotFoundError(
            f"The folder '{folder.name}' holds no texts to train with.",
            cure="It needs .jsonl files with an object a line: a text and an area.",
        )
    lessons = tuple(
        Lesson(_text(row, "text", place), _text(row, "area", place), row.get("kind") == "query")
        for path in files
        for place, row in _lines(path)
    )
    rehearsal = folder / REHEARSAL
    return Lessons(
        lessons,
        tuple(_text(row, "text", place) for place, row in _lines(rehearsal)) if rehearsal.is_file() else (),
    )


def _lines(path: Path) -> Iterator[tuple[Place, dict[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputError("It is not UTF-8.", cure="Save it as UTF-8.", place=Place(file=path.name)) from None
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = Place(file=path.name, row=number)
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InputError(f"It is not JSON: {error}.", cure="Mend that line.", place=place) from None
        if not isinstance(row, dict):
            raise InputError("It is no object.", cure='Write {"text": ..., "area": ...}.', place=place)
        yield place, row


def _text(row: dict[str, Any], name: str, place: Place) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"It has no {name}.", cure=f"Give every line its {name}.", place=place)
    return value
