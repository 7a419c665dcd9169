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
from difflib import get_close_matches
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

    def meaning(self, text: str) -> str:
        """What a text that is a short form and nothing else stands for, in whatever case it is written;
        empty where it is none."""
        return self._any_case.get(text.strip().casefold(), "")

    @cached_property
    def _any_case(self) -> Mapping[str, str]:
        return {
            spelling.casefold(): form.meaning
            for form in reversed(self.short_forms)
            for spelling in (form.acronym, *form.also)
        }

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
    areas: dict[str, Area] = {}
    forms: dict[str, ShortForm] = {}
    named: list[tuple[Place, str]] = []  # ids of areas, checked when all areas are known
    for each in (folder, own) if own is not None else (folder,):
        if (each / AREAS).is_file():
            for where, area in _areas(each / AREAS):
                areas[area.id] = area
                named += [(where("neighbours"), one) for one in area.neighbours]
        if (each / GLOSSARY).is_file():
            for where, form in _short_forms(each / GLOSSARY):
                forms[form.acronym.casefold()] = form
                named += [(where("area"), form.area)] if form.area else []
    for place, one in named:
        if one not in areas:
            near = get_close_matches(one, areas, n=1)
            hint = (
                f"Did you mean '{near[0]}'?"
                if near
                else f"Use an id that {AREAS} has, or add the area there."
            )
            raise InputError(f"There is no area '{one}'.", cure=hint, place=place)
    return Taxonomy(tuple(areas.values()), tuple(forms.values()))


def _areas(path: Path) -> Iterator[tuple[_Where, Area]]:
    for place, row in _rows(path, AREA_COLUMNS, needed=("id", "name")):
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["id"]):
            raise InputError(
                f"'{row['id']}' is no id.",
                cure="Small letters and hyphens, as in data-use.",
                place=place("id"),
            )
        yield (
            place,
            Area(
                row["id"],
                row["name"],
                row["description"],
                _several(row["synonyms"]),
                _several(row["acronyms"]),
                _several(row["neighbours"]),
            ),
        )


def _short_forms(path: Path) -> Iterator[tuple[_Where, ShortForm]]:
    for place, row in _rows(path, GLOSSARY_COLUMNS, needed=("acronym", "meaning")):
        if row["case"] not in ("", "exact"):
            raise InputError(
                f"'{row['case']}' says nothing about case.",
                cure="Write exact where only this spelling counts, or leave it empty.",
                place=place("case"),
            )
        yield (
            place,
            ShortForm(
                row["acronym"], row["meaning"], row["area"], _several(row["also"]), row["case"] == "exact"
            ),
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
    lines = _cells(path.name, text)
    header = [cell.strip().lower() for cell in next(lines, (1, []))[1]]
    for name in needed:
        if name not in header:
            raise InputError(
                f"It has no column '{name}'.",
                cure=f"Its first line is {','.join(columns)}.",
                place=Place(file=path.name, row=1),
            )
    seen: set[str] = set()
    for number, cells in lines:
        row = dict.fromkeys(columns, "") | {
            name: " ".join(cell.split()) for name, cell in zip(header, cells, strict=False)
        }
        if not any(row.values()):
            continue
        where = _Where(path.name, number)
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


def _cells(file: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Every line's number and cells. A cell is on one line: a quote that is not closed would take the
    rows below it into its cell."""
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    begun = 1
    while True:
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(
                f"The row cannot be read: {error}.",
                cure="Close every quote, write a quote within a cell twice, and shorten very long cells.",
                place=Place(file=file, row=begun),
            ) from None
        if any("\n" in cell or "\r" in cell for cell in cells):
            raise InputError(
                "A cell has a line break.",
                cure="Close every quote, and write each cell on one line.",
                place=Place(file=file, row=begun),
            )
        yield begun, cells
        begun = lines.line_num + 1


@dataclass(frozen=True, slots=True)
class _Where:
    file: str
    row: int

    def __call__(self, column: str) -> Place:
        return Place(file=self.file, row=self.row, column=column)


def meanings(forms: Iterable[ShortForm]) -> dict[str, str]:
    """What each acronym stands for."""
    return {form.acronym: form.meaning for form in forms}
