"""The field's problem areas and short forms, as data that staff can extend.

``data/taxonomy/areas.csv`` names the problem areas of school and district improvement,
``data/taxonomy/glossary.csv`` its acronyms. A network's folder may hold a folder ``taxonomy`` with
files of the same names: a row with a known id or acronym replaces the project's, any other is added.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from matcher.errors import ArtefactError, InputError, Place
from matcher.record import digest

AREAS, GLOSSARY = "areas.csv", "glossary.csv"
AREA_COLUMNS = ("id", "name", "description", "synonyms", "acronyms", "neighbours")
GLOSSARY_COLUMNS = ("acronym", "meaning", "area", "also", "case")
#: What stands between several values of a cell.
SEPARATOR = ";"


@dataclass(frozen=True, slots=True)
class Area:
    """A problem area: what staff call it, a line that tells it from its ``neighbours`` (ids), and how
    members name it or its parts."""

    id: str
    name: str
    description: str
    synonyms: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShortForm:
    """An acronym and what it stands for; ``also`` are its other spellings, ``area`` the id of the area
    that it points to, or empty. ``exact`` ones count only as they are written: in small letters they
    are words of their own (CAP and cap)."""

    acronym: str
    meaning: str
    area: str = ""
    also: tuple[str, ...] = ()
    exact: bool = False


@dataclass(frozen=True)
class Taxonomy:
    """The problem areas and short forms of the field, each in the order of its file."""

    areas: tuple[Area, ...] = ()
    short_forms: tuple[ShortForm, ...] = ()

    @cached_property
    def key(self) -> str:
        """Changes when a short form does: vectors of texts spelt out by others are not the same."""
        return digest(repr(self.short_forms))[:8]

    @cached_property
    def _spellings(self) -> Mapping[str, ShortForm]:
        """Every spelling, in small letters where any case counts."""
        return {
            spelling if form.exact else spelling.casefold(): form
            for form in reversed(self.short_forms)
            for spelling in (form.acronym, *form.also)
        }

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        spellings = sorted(
            {spelling for form in self.short_forms for spelling in (form.acronym, *form.also)},
            key=lambda spelling: (-len(spelling), spelling),  # the longest first: "21st CCLC" before "CCLC"
        )
        if not spellings:
            return None
        # A plural's ending belongs to the acronym: PLCs, IEP's.
        return re.compile(
            rf"(?<![\w-])({'|'.join(map(re.escape, spellings))})(?:['\u2019]?s)?(?![\w-]|\.\w)",
            re.IGNORECASE,
        )

    def find(self, text: str) -> Iterator[tuple[re.Match[str], ShortForm]]:
        """The short forms in a text, each with where it stands, from left to right."""
        if self._pattern is None:
            return
        for found in self._pattern.finditer(text):
            written = found.group(1)
            form = self._spellings.get(written) or self._spellings.get(written.casefold())
            if form is not None and not (form.exact and written not in (form.acronym, *form.also)):
                yield found, form

    def spell_out(self, text: str) -> str:
        """The text with the meaning of each short form in brackets behind its first mention."""
        parts, end, told = [], 0, set()
        for found, form in self.find(text):
            if form.acronym in told or form.meaning.casefold() in text.casefold():
                continue
            told.add(form.acronym)
            parts.append(f"{text[end : found.end()]} ({form.meaning})")
            end = found.end()
        return "".join([*parts, text[end:]])


def taxonomy_folder() -> Path:
    """The project's ``data/taxonomy``; ``MATCHER_TAXONOMY`` names another place."""
    named = os.environ.get("MATCHER_TAXONOMY")
    return Path(named) if named else Path(__file__).resolve().parent.parent / "data" / "taxonomy"


def load_taxonomy(own: Path | None = None) -> Taxonomy:
    """The project's taxonomy with what is in the folder ``own``, if there is such a folder.

    Raises ArtefactError where the project's files are missing, InputError that names file, row and
    column where a file cannot be used.
    """
    folder = taxonomy_folder()
    for name in (AREAS, GLOSSARY):
        if not (folder / name).is_file():
            raise ArtefactError(
                f"{name} is missing from the taxonomy.", cure="Restore data/taxonomy from the project."
            )
    areas = {area.id: area for area in _areas(folder / AREAS)}
    forms = {form.acronym.casefold(): form for form in _short_forms(folder / GLOSSARY)}
    if own is not None:
        if (own / AREAS).is_file():
            areas |= {area.id: area for area in _areas(own / AREAS)}
        if (own / GLOSSARY).is_file():
            forms |= {form.acronym.casefold(): form for form in _short_forms(own / GLOSSARY)}
    return Taxonomy(tuple(areas.values()), tuple(forms.values()))


def _areas(path: Path) -> Iterator[Area]:
    for place, row in _rows(path, AREA_COLUMNS, needed=("id", "name")):
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["id"]):
            raise InputError(
                f"'{row['id']}' is no id.",
                cure="Small letters and hyphens, as in data-use.",
                place=place("id"),
            )
        yield Area(
            row["id"],
            row["name"],
            row["description"],
            _several(row["synonyms"]),
            _several(row["acronyms"]),
            _several(row["neighbours"]),
        )


def _short_forms(path: Path) -> Iterator[ShortForm]:
    for place, row in _rows(path, GLOSSARY_COLUMNS, needed=("acronym", "meaning")):
        if row["case"] not in ("", "exact"):
            raise InputError(
                f"'{row['case']}' says nothing about case.",
                cure="Write exact where only this spelling counts, or leave it empty.",
                place=place("case"),
            )
        yield ShortForm(
            row["acronym"], row["meaning"], row["area"], _several(row["also"]), row["case"] == "exact"
        )


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part for part in (each.strip() for each in cell.split(SEPARATOR)) if part)


def _rows(
    path: Path, columns: tuple[str, ...], *, needed: tuple[str, ...]
) -> Iterator[tuple[_Where, dict[str, str]]]:
    """The rows that are not empty, every cell trimmed; columns beyond ``needed`` may be missing."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            "It is not UTF-8.", cure="Save it as 'CSV UTF-8'.", place=Place(file=path.name)
        ) from None
    lines = csv.reader(io.StringIO(text, newline=""))
    header = [cell.strip().lower() for cell in next(lines, [])]
    for name in needed:
        if name not in header:
            raise InputError(
                f"It has no column '{name}'.",
                cure=f"Its first line is {','.join(columns)}.",
                place=Place(file=path.name, row=1),
            )
    seen: set[str] = set()
    for cells in lines:
        row = dict.fromkeys(columns, "") | {
            name: " ".join(cell.split()) for name, cell in zip(header, cells, strict=False)
        }
        if not any(row.values()):
            continue
        where = _Where(path.name, lines.line_num)
        for name in needed:
            if not row[name]:
                raise InputError("The cell is empty.", cure=f"Every row needs {name}.", place=where(name))
        first = row[needed[0]].casefold()
        if first in seen:
            raise InputError(
                f"'{row[needed[0]]}' stands here a second time.",
                cure="Take one of the two rows out.",
                place=where(needed[0]),
            )
        seen.add(first)
        yield where, row


@dataclass(frozen=True, slots=True)
class _Where:
    file: str
    row: int

    def __call__(self, column: str) -> Place:
        return Place(file=self.file, row=self.row, column=column)


def meanings(forms: Iterable[ShortForm]) -> dict[str, str]:
    """What each acronym stands for."""
    return {form.acronym: form.meaning for form in forms}
