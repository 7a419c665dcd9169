"""Files into the store: look first, then write, in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import ConflictError, InputError, Place
from matcher.intake import columns, mapping, read, refused, rows
from matcher.intake.batch import Batch, Known
from matcher.intake.changes import Plan, Status, plan
from matcher.intake.columns import ColumnGuess
from matcher.intake.mapping import Mapping
from matcher.intake.table import Table
from matcher.store import Reading
from matcher.workflow.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Understood:
    """How one table was read. ``source`` is "guessed", "remembered" or "given"; ``columns`` are
    empty but where it was guessed; ``mapping`` is None where the table was not understood."""

    table: Table
    mapping: Mapping | None
    columns: tuple[ColumnGuess, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, and what it was compared with. Nothing is written yet."""

    tables: tuple[Understood, ...]
    batch: Batch
    plan: Plan
    known: Known
    files: tuple[tuple[str, str], ...]


def preview(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    mapping_file: Path | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Preview:
    """Read files and say what importing them would change.

    A mapping that is given or remembered for a header comes before a guess. Raises InputError
    where a file cannot be read, AmbiguousInputError where it has to be asked how.
    """
    given = mapping.load(mapping_file) if mapping_file else None
    tables: list[Table] = []
    for path in paths:
        found = read.read_tables(
            path,
            workspace.settings.intake,
            encoding=encoding or (given.encoding if given else "") or None,
            delimiter=delimiter or (given.delimiter if given else "") or None,
        )
        tables += found
    if given and not any(_fits(given, table) for table in tables):
        raise InputError(
            "No table has all of the mapping's columns.",
            cure="Compare its [columns] with the header of the file.",
            place=Place(file=mapping_file.name if mapping_file else ""),
        )
    with workspace.store.read() as reading:
        known = known_values(reading)
        understood = tuple(_understand(table, given, reading) for table in tables)
    batch = rows.to_batch([(each.table, each.mapping) for each in understood], known)
    files = tuple((path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths)
    return Preview(understood, batch, plan(batch, known), known, files)


def commit(workspace: Workspace, seen: Preview) -> None:
    """Write what a preview showed: all of it or, on any error, nothing.

    Raises ConflictError where the store has changed since the preview was made.
    """
    with workspace.store.write() as writing:
        if known_values(writing) != seen.known:
            raise ConflictError("The network has changed since the files were read.", cure="Read them again.")
        batch = seen.batch
        writing.put_terms(batch.terms)
        writing.put_organizations(batch.organizations)
        writing.put_members(batch.members)
        writing.put_statements(batch.statements)
        writing.put_facilitators(batch.facilitators)
        writing.put_bans(batch.bans)
        writing.put_exchanges(batch.exchanges)
        for each in seen.tables:
            if each.mapping is not None:
                writing.remember_mapping(mapping.header_key(each.table.header), mapping.dump(each.mapping))
        counts = {
            status.value: sum(of_kind[status] for of_kind in seen.plan.counts().values()) for status in Status
        }
        counts["refused"] = seen.plan.refused_rows
        for name, digest in seen.files:
            writing.log_import(name, digest, counts)


def save_refused(seen: Preview, path: Path) -> bool:
    """The refused rows as a workbook with the reason beside each; False where there are none."""
    if seen.plan.refused:
        refused.write(seen.plan.refused, path)
    return bool(seen.plan.refused)


def known_values(reading: Reading) -> Known:
    """All that is stored, to compare an import with."""
    return Known(
        organizations=reading.organizations(),
        members=reading.members(),
        statements=reading.statements(),
        exchanges=reading.exchanges(),
        bans=reading.bans(),
        facilitators=reading.facilitators(),
        terms=reading.terms(),
    )


def _understand(table: Table, given: Mapping | None, reading: Reading) -> Understood:
    if given and _fits(given, table):
        return Understood(table, given, (), "given")
    remembered = reading.mapping(mapping.header_key(table.header))
    if remembered:
        return Understood(table, mapping.parse(remembered), (), "remembered")
    guess = columns.guess(table)
    if guess is None:
        return Understood(table, None, (), "guessed")
    return Understood(table, guess.mapping, guess.columns, "guessed")


def _fits(given: Mapping, table: Table) -> bool:
    try:
        given.indexes(table)
    except InputError:
        return False
    return True
