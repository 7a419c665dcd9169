"""Whatever a file holds: nothing but a MatcherError is raised, and no row is lost."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from build_intake import (
    INTAKE,
    LIMITS,
    ROSTER,
    batch_of,
    csv_of,
    intake_row,
    known_of,
    roster_row,
    table_of,
    workbook,
)
from matcher.errors import MatcherError
from matcher.intake import columns
from matcher.intake.batch import Batch, Known
from matcher.intake.changes import KINDS, Status, plan
from matcher.intake.names import TableKind
from matcher.intake.read import read_bytes
from matcher.intake.rows import to_batch
from matcher.intake.table import Table

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
HEADERS = {
    TableKind.ROSTER: ROSTER,
    TableKind.INTAKE: INTAKE,
    TableKind.HISTORY: ("Term", "Term start", "Structure", "Date", "Members", "Host", "Status"),
    TableKind.BANS: ("Member A", "Member B", "Reason"),
    TableKind.FACILITATORS: ("Name", "Email", "Time zone", "Slots", "Pairs"),
}
#: Cells that mean something somewhere, so that rows get past their first check.
CELLS = st.one_of(
    st.sampled_from(
        [
            *("", "", "M1", "M2", "M1; M2", "ana@lake.example", "Ana Ruiz", "Bo Lee", "Lake County Schools"),
            *(
                "TX",
                "Iowa",
                "district",
                "1,234",
                "-1",
                "95",
                "Mon am",
                "evenings",
                "yes",
                "no",
                "maybe",
                "n/a",
            ),
            *(
                "Fall 2023",
                "2023-10-01",
                "10/2/2023",
                "one-to-one",
                "virtual",
                "peer-hosted",
                "held",
                "Central",
            ),
            *("Chronic absence", "=1+1", "x" * 300),
        ]
    ),
    st.text(max_size=12),
)
_DELIMITED = st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"sep=;\n", b"Name,State\n"])


@st.composite
def _rows(draw: st.DrawFn, kind: TableKind) -> Table:
    width = len(HEADERS[kind])
    cells = st.lists(CELLS, min_size=width, max_size=width)
    rows = draw(st.lists(cells, min_size=1, max_size=6))
    clean = [[cell.replace("\0", "").encode(errors="ignore").decode() for cell in row] for row in rows]
    (table,) = read_bytes(f"{kind}.csv", csv_of(HEADERS[kind], *clean), LIMITS, delimiter=",")
    return table


def sources() -> st.SearchStrategy[list[tuple[TableKind, Table]]]:
    kinds = st.lists(st.sampled_from(list(TableKind)), min_size=1, max_size=3, unique=True)
    return kinds.flatmap(
        lambda chosen: st.tuples(*(_rows(kind) for kind in chosen)).map(
            lambda tables: list(zip(chosen, tables, strict=True))
        )
    )


def imported(tables: list[tuple[TableKind, Table]], known: Known) -> Batch:
    mapped = []
    for kind, table in tables:
        guess = columns.guess(table, kind)
        assert guess is not None
        mapped.append((table, guess.mapping))
    return to_batch(mapped, known)


def places(batch: Batch) -> set[tuple[str, int | None]]:
    found = [origin.place for origin in batch.origins]
    found += [problem.place for problem in batch.problems]
    found += [note.place for note in batch.notes]
    return {(place.file, place.row) for place in found}


@CALM
@given(_DELIMITED, st.binary(max_size=300), st.sampled_from(["x.csv", "x.xlsx", "x"]))
def test_any_bytes_are_read_or_refused(start: bytes, rest: bytes, name: str) -> None:
    with contextlib.suppress(MatcherError):
        for table in read_bytes(name, start + rest, LIMITS):
            assert all(row.number > table.header_row for row in table.rows)
            assert len(set(table.header)) == len(table.header)
            guess = columns.guess(table)
            to_batch([(table, guess.mapping if guess else None)], Known())


@CALM
@given(st.text(alphabet='ab,;\t"\n\r é\x00\x85\u2028', max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(MatcherError):
        read_bytes("x.csv", text.encode(), LIMITS)


@CALM
@given(st.binary(max_size=200))
def test_any_bytes_behind_the_start_of_a_zip_file_are_refused(rest: bytes) -> None:
    with contextlib.suppress(MatcherError):
        raise AssertionError(read_bytes("x.xlsx", b"PK\x03\x04" + rest, LIMITS))


@settings(CALM, max_examples=12)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8))
def test_any_damage_to_a_workbook_is_read_or_refused(damage: list[tuple[float, int]]) -> None:
    data = bytearray(workbook(HEADERS[TableKind.BANS], ("M1", "M2", "kin")))
    for share, value in damage:
        data[int(share * len(data))] = value
    with contextlib.suppress(MatcherError):
        read_bytes("x.xlsx", bytes(data), LIMITS)


@CALM
@given(sources())
def test_every_row_is_a_value_a_problem_or_a_note(tables: list[tuple[TableKind, Table]]) -> None:
    batch = imported(tables, Known())
    wanted = {(table.file, row.number) for _, table in tables for row in table.rows}
    assert wanted <= places(batch)
    assert all(problem.message and problem.cells for problem in batch.problems)


@CALM
@given(sources())
def test_importing_twice_changes_nothing(tables: list[tuple[TableKind, Table]]) -> None:
    base = known_of(
        batch_of(
            table_of(
                "roster.csv",
                ROSTER,
                roster_row(),
                roster_row(member_id="M2", name="Bo Lee", email="bo@lake.example"),
            ),
            table_of("intake.csv", INTAKE, intake_row()),
        )
    )
    first = imported(tables, base)
    known = merged(base, first)
    again = plan(imported(tables, known), known)
    assert again.of(Status.NEW) == again.of(Status.CHANGED) == ()


def merged(known: Known, batch: Batch) -> Known:
    """What is stored after the batch is written over ``known``."""
    stored = {
        kind: {
            change.id: change.value
            for source in (plan(as_batch(known), Known()), plan(batch, known))
            for change in source.changes
            if change.kind == kind
        }
        for kind in KINDS
    }
    fields: dict[str, Any] = {kind: tuple(values.values()) for kind, values in stored.items()}
    return Known(**fields)


def as_batch(known: Known) -> Batch:
    return Batch(
        known.organizations,
        known.members,
        known.statements,
        known.exchanges,
        known.bans,
        known.facilitators,
        known.terms,
    )
