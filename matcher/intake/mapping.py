"""Which field each column of a file holds, as a value that can be kept and as a small TOML file.

kind = "intake"
encoding = "windows-1252"      # only where the file needs it
delimiter = "semicolon"        # only where the file needs it

[columns]
"Email Address" = "email"
"What would you like to learn?" = "challenge"
"T-shirt size" = "ignore"
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from matcher.errors import InputError, Place
from matcher.intake.names import FIELDS, REFUSED_COLUMNS, REPEATED, TableKind
from matcher.intake.table import Table

_SHOWN = 300
_KEYS = ("kind", "encoding", "delimiter", "columns")


@dataclass(frozen=True, slots=True)
class Mapping:
    """``columns`` are (heading, field) in the order of the file; a heading left out is not read.

    Raises InputError where a field is unknown to the kind, or two columns claim one field
    that only one can have.
    """

    kind: TableKind
    columns: tuple[tuple[str, str], ...]
    encoding: str = ""
    delimiter: str = ""

    def __post_init__(self) -> None:
        for heading, field in self.columns:
            if field not in FIELDS[self.kind]:
                raise InputError(
                    f"A {self.kind} table has no field '{field}'.",
                    cure=f"Use one of {', '.join(FIELDS[self.kind])}.",
                    place=Place(column=heading),
                )
        for what, names in (
            ("field", Counter(field for _, field in self.columns if field not in REPEATED)),
            ("column", Counter(_plain(heading) for heading, _ in self.columns)),
        ):
            twice = sorted(name for name, count in names.items() if count > 1)
            if twice:
                raise InputError(
                    f"The mapping names the {what} '{twice[0]}' {names[twice[0]]} times.",
                    cure="Keep one of them, and give the other the field 'ignore'.",
                )

    def indexes(self, table: Table) -> dict[str, tuple[int, ...]]:
        """For each field the columns of ``table`` that hold it, counted from 0.

        Raises InputError where a column of the mapping that is read is not in the table.
        """
        missing = self.missing(table)
        if missing:
            raise InputError(
                f"The mapping names the column '{missing[0]}', which is not there.",
                cure=f"The columns are: {', '.join(table.header)[:_SHOWN]}.",
                place=table.place(table.header_row),
            )
        at = {_plain(heading): index for index, heading in enumerate(table.header)}
        found: dict[str, tuple[int, ...]] = {}
        for heading, field in self.columns:
            if _plain(heading) in at:
                found[field] = (*found.get(field, ()), at[_plain(heading)])
        return found

    def missing(self, table: Table) -> tuple[str, ...]:
        """The columns of the mapping that are not in ``table``, but for those that are not read: a
        mapping may have been made for the workbook of refused rows."""
        there = set(map(_plain, table.header))
        return tuple(
            heading for heading, field in self.columns if field != "ignore" and _plain(heading) not in there
        )

    def whole(self, table: Table) -> Mapping:
        """The mapping with every column of ``table``; those that are not read have the field "ignore"."""
        named = {_plain(heading) for heading, _ in self.columns}
        unread = tuple((heading, "ignore") for heading in table.header if _plain(heading) not in named)
        return replace(self, columns=(*self.columns, *unread))


def header_key(header: tuple[str, ...]) -> str:
    """A name for a header, the same for the next file with the same headings in any case.

    The columns that the workbook of refused rows adds do not count.
    """
    added = {_plain(heading) for heading in REFUSED_COLUMNS}
    plain = [heading for heading in map(_plain, header) if heading not in added]
    return hashlib.sha256("\x1f".join(plain).encode()).hexdigest()[:16]


def _plain(heading: str) -> str:
    return " ".join(heading.casefold().split())


def dump(mapping: Mapping) -> str:
    """The text of a mapping file."""
    lines = [f"kind = {_quoted(mapping.kind)}"]
    if mapping.encoding:
        lines.append(f"encoding = {_quoted(mapping.encoding)}")
    if mapping.delimiter:
        lines.append(f"delimiter = {_quoted(mapping.delimiter)}")
    lines += ["", "[columns]"]
    lines += [f"{_quoted(heading)} = {_quoted(field)}" for heading, field in mapping.columns]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # a JSON text is a TOML text, but for the one control character that JSON lets stand
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007F")


def parse(text: str, *, file: str = "") -> Mapping:
    """The mapping in the text of a mapping file. Raises InputError that names what is wrong."""
    place = Place(file=file)
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"It cannot be read: {error}.", cure="Mend that line.", place=place) from None
    unknown = sorted(set(given) - set(_KEYS))
    if unknown:
        raise InputError(
            f"A mapping has no '{unknown[0]}'.", cure=f"Use only {', '.join(_KEYS)}.", place=place
        )
    kinds = [kind.value for kind in TableKind]
    if given.get("kind") not in kinds:
        raise InputError(
            "It does not say its kind.", cure=f"Give kind one of {', '.join(kinds)}.", place=place
        )
    columns = given.get("columns")
    if not isinstance(columns, dict) or not all(isinstance(field, str) for field in columns.values()):
        raise InputError(
            "Its [columns] are missing or are not texts.",
            cure='Write lines like "Email" = "email".',
            place=place,
        )
    return _made(given, columns, file)


def _made(given: dict[str, Any], columns: dict[str, str], file: str) -> Mapping:
    for key in ("encoding", "delimiter"):
        if not isinstance(given.get(key, ""), str):
            raise InputError(f"Its {key} is no text.", cure="Put it in quotes.", place=Place(file=file))
    try:
        return Mapping(
            TableKind(given["kind"]),
            tuple(columns.items()),
            given.get("encoding", ""),
            given.get("delimiter", ""),
        )
    except InputError as error:
        place = Place(file=file, column=error.place.column)
        raise InputError(error.message, cure=error.cure, place=place) from None


def save(mapping: Mapping, path: Path) -> None:
    """Write a mapping file that :func:`load` reads."""
    path.write_text(dump(mapping), encoding="utf-8")


def load(path: Path) -> Mapping:
    """The mapping in a file. Raises InputError where it is missing or wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"It cannot be read ({type(error).__name__}).",
            cure="Give the path of a mapping file in UTF-8.",
            place=Place(file=path.name),
        ) from None
    return parse(text, file=path.name)
