"""A file to tables of which it is known what their columns mean, or that they are none of ours."""

from __future__ import annotations

from collections.abc import Mapping as Kept
from dataclasses import dataclass, field, replace

from matcher import config
from matcher.errors import AmbiguousInputError, InputError
from matcher.intake import columns, read
from matcher.intake.columns import ColumnGuess
from matcher.intake.mapping import Mapping, header_key
from matcher.intake.names import TableKind
from matcher.intake.table import Note, Table


@dataclass(frozen=True, slots=True)
class Understood:
    """How one table was read. ``source`` is "guessed", "remembered" or "given"; ``columns`` are
    empty but where it was guessed; ``mapping`` is None where the table was not understood."""

    table: Table
    mapping: Mapping | None
    columns: tuple[ColumnGuess, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of the files before they are read: a mapping that was given, those that are
    remembered by the key of their header, and what the user says of all files."""

    given: Mapping | None = None
    remembered: Kept[str, Mapping] = field(default_factory=dict)
    kind: TableKind | None = None
    encoding: str | None = None
    delimiter: str | None = None


def kind_named(name: str | None, given: Mapping | None) -> TableKind | None:
    """The kind of table that is called so. Raises InputError where there is none, or the mapping
    that is given is for another."""
    if name is None:
        return None
    if name not in tuple(TableKind):
        kinds = ", ".join(TableKind)
        raise InputError(f"'{name}' is no kind of table.", cure=f"Give --kind one of {kinds}.")
    if given is not None and given.kind != name:
        raise InputError(
            f"The mapping file is for a table of the kind {given.kind}, and --kind says {name}.",
            cure="Leave --kind out, or give another mapping file.",
        )
    return TableKind(name)


def understand(name: str, data: bytes, limits: config.Intake, hints: Hints) -> tuple[Understood, ...]:
    """The tables of a file with their mappings: a given one before a remembered one before a guess.

    Raises InputError where the file cannot be read, or none of its tables is of the kind that was
    asked for; AmbiguousInputError where it has to be asked how to read it.
    """
    found: list[Understood] = []
    wrong: InputError | None = None
    for table in _tables(name, data, limits, hints):
        try:
            each = _understood(table, hints)
        except AmbiguousInputError:
            raise
        except InputError as error:  # this sheet is not of the kind that was asked for
            wrong, each = wrong or error, Understood(table, None, (), "guessed")
        if each.mapping is not None and not read.is_workbook(data):
            each = replace(each, mapping=_as_read(each.mapping, hints))
        found.append(each)
    if wrong is not None and all(each.mapping is None for each in found):
        raise wrong
    return tuple(found)


def fits(given: Mapping, table: Table) -> bool:
    """Whether the table has all the columns of a mapping."""
    try:
        given.indexes(table)
    except InputError:
        return False
    return True


def _as_read(mapping: Mapping, hints: Hints) -> Mapping:
    """The mapping with what the user said of the file, so that it need not be said again."""
    return replace(
        mapping,
        encoding=hints.encoding or mapping.encoding,
        delimiter=hints.delimiter or mapping.delimiter,
    )


def _understood(table: Table, hints: Hints) -> Understood:
    if hints.given and fits(hints.given, table):
        return Understood(table, hints.given, (), "given")
    remembered = hints.remembered.get(header_key(table.header))
    if remembered and hints.kind in (None, remembered.kind):
        return Understood(table, remembered, (), "remembered")
    guess = columns.guess(table, hints.kind)
    if guess is None:
        return Understood(table, None, (), "guessed")
    return Understood(table, guess.mapping, guess.columns, "guessed")


def _tables(name: str, data: bytes, limits: config.Intake, hints: Hints) -> tuple[Table, ...]:
    given = hints.given
    if given and (given.encoding or given.delimiter) and not read.is_workbook(data):
        tables = _read_as(given, name, data, limits, hints)
        if any(fits(given, table) for table in tables):  # else the mapping is for another file
            return tables
    try:
        return read.read_bytes(name, data, limits, encoding=hints.encoding, delimiter=hints.delimiter)
    except AmbiguousInputError:
        tables = _as_remembered(name, data, limits, hints)
        if not tables:
            raise
        return tables


def _read_as(
    mapping: Mapping, name: str, data: bytes, limits: config.Intake, hints: Hints
) -> tuple[Table, ...]:
    """The file as a mapping says it is to be read; nothing where it cannot be."""
    asked = _as_read(mapping, hints)
    encoding, delimiter = asked.encoding or None, asked.delimiter or None
    try:
        return read.read_bytes(name, data, limits, encoding=encoding, delimiter=delimiter)
    except InputError:
        return ()


def _as_remembered(name: str, data: bytes, limits: config.Intake, hints: Hints) -> tuple[Table, ...]:
    """The file read as an earlier one with the same header was; nothing where there was none, or
    where two such ways both fit."""
    ways: dict[tuple[str, str], tuple[Table, ...]] = {}
    for kept in hints.remembered.values():
        way = (kept.encoding, kept.delimiter)
        if not any(way) or way in ways:
            continue
        tables = _read_as(kept, name, data, limits, hints)
        same = [hints.remembered.get(header_key(table.header)) for table in tables]
        if same and all(each is not None and (each.encoding, each.delimiter) == way for each in same):
            ways[way] = tables
    if len(ways) != 1:
        return ()
    ((way, tables),) = ways.items()
    how = " and ".join(part for part in way if part)
    first = tables[0]
    note = Note(first.place(), f"It was read as {how}, as the last file with this header was.")
    return (replace(first, notes=(note, *first.notes)), *tables[1:])
