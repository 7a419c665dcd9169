"""What can be asked of the store, inside one transaction that sees one state of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from matcher.domain import (
    Ban,
    Exchange,
    Facilitator,
    Member,
    NextStep,
    Organization,
    Statement,
    Term,
    Topic,
)
from matcher.errors import NotFoundError
from matcher.store import rows, schema
from matcher.store.records import Import, Run, RunKind, RunSummary
from matcher.store.upsert import stored_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")

_HEAVY = ("problem", "solution")
_SUMMARY = [column for column in schema.run.columns if column.name not in _HEAVY]


class Reading:
    """The store as it was when the transaction began. Values come ordered by id, where nothing
    else is said, so that the same content gives the same answer on every database."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def organizations(self) -> tuple[Organization, ...]:
        return self._all(schema.organization, rows.organization, lambda value: value.id)

    def members(self) -> tuple[Member, ...]:
        return self._all(schema.member, rows.member, lambda value: value.id)

    def statements(self) -> tuple[Statement, ...]:
        return self._all(schema.statement, rows.statement, lambda value: value.id)

    def facilitators(self) -> tuple[Facilitator, ...]:
        return self._all(schema.facilitator, rows.facilitator, lambda value: value.id)

    def terms(self) -> tuple[Term, ...]:
        """Ordered by their start."""
        return self._all(schema.term, rows.term, lambda value: (value.start, value.name))

    def bans(self) -> tuple[Ban, ...]:
        return self._all(schema.ban, rows.ban, lambda value: (value.member_a, value.member_b))

    def next_steps(self) -> tuple[NextStep, ...]:
        """Ordered by exchange, member and text."""
        return self._all(
            schema.next_step,
            rows.next_step,
            lambda value: (value.exchange_id, value.member_id, value.text),
        )

    def member(self, id: str) -> Member:
        """Raises NotFoundError where there is none with that id."""
        for row in stored_rows(self._connection, schema.member, [id]):
            return rows.member(row)
        raise NotFoundError(f"There is no member '{id}'.", cure="Check the id, or import the roster first.")

    def exchanges(self) -> tuple[Exchange, ...]:
        """The ledger, ordered by the start of the term, then by id."""
        terms = {term.name: term for term in self.terms()}
        links = schema.exchange_member
        member_ids: dict[str, list[str]] = defaultdict(list)
        for link in self._connection.execute(sa.select(links).order_by(links.c.position)):
            member_ids[link.exchange_id].append(link.member_id)
        return self._all(
            schema.exchange,
            lambda row: rows.exchange(row, terms[row["term"]], tuple(member_ids[row["id"]])),
            lambda value: (value.term.start, value.term.name, value.id),
        )

    def topics(self) -> tuple[Topic, ...]:
        """The topics of the latest topics run, in the order they were given; none before the first."""
        run_id = self._connection.scalar(
            sa.select(sa.func.max(schema.run.c.id)).where(schema.run.c.kind == RunKind.TOPICS.value)
        )
        table, links = schema.topic, schema.topic_statement
        statement_ids: dict[str, list[str]] = defaultdict(list)
        for link in self._connection.execute(
            sa.select(links).where(links.c.run_id == run_id).order_by(links.c.position)
        ):
            statement_ids[link.topic_id].append(link.statement_id)
        found = self._connection.execute(
            sa.select(table).where(table.c.run_id == run_id).order_by(table.c.position)
        )
        return tuple(rows.topic(row, tuple(statement_ids[row["id"]])) for row in found.mappings())

    def vectors(self, model: str, text_hashes: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors that are kept of these texts (by sha256 of the text), each of shape (dimension,).
        They may be read-only. A text without one is absent."""
        import numpy as np

        found = stored_rows(self._connection, schema.vector, {(model, key) for key in text_hashes})
        return {
            row["text_hash"]: np.frombuffer(row["data"], dtype="<f4").astype(np.float32, copy=False)
            for row in found
        }

    def mappings(self) -> dict[str, str]:
        """Every mapping (TOML) that is remembered, by the key of its header and ordered by it."""
        found = self._connection.execute(sa.select(schema.mapping)).all()
        return {row.header_key: row.toml for row in sorted(found, key=lambda row: row.header_key)}

    def run(self, id: int) -> Run:
        """Raises NotFoundError where there is none with that number."""
        found = (
            self._connection.execute(sa.select(schema.run).where(schema.run.c.id == id)).mappings().first()
        )
        if found is None:
            latest = self._connection.scalar(sa.select(sa.func.max(schema.run.c.id)))
            cure = f"The latest is {latest}." if latest else "There are no runs yet."
            raise NotFoundError(f"There is no run {id}.", cure=cure)
        return rows.run(found)

    def latest_run(self, kind: RunKind, term: str | None = None) -> Run | None:
        """The last run of that kind for the term named (of any term: None), or None before the first."""
        table = schema.run
        chosen = sa.select(table).where(table.c.kind == kind.value).order_by(table.c.id.desc()).limit(1)
        if term is not None:
            chosen = chosen.where(table.c.term == term)
        found = self._connection.execute(chosen).mappings().first()
        return None if found is None else rows.run(found)

    def runs(self) -> tuple[RunSummary, ...]:
        """Every run, the latest first."""
        table = schema.run
        found = self._connection.execute(sa.select(*_SUMMARY).order_by(table.c.id.desc()))
        return tuple(rows.run_summary(row) for row in found.mappings())

    def imports(self) -> tuple[Import, ...]:
        """The log of imported files, the latest first."""
        table = schema.import_log
        found = self._connection.execute(sa.select(table).order_by(table.c.id.desc()))
        return tuple(rows.imported(row) for row in found.mappings())

    def counts(self) -> dict[str, int]:
        """How many rows each table has, by the table's name."""
        tables = list(schema.metadata.tables.values())
        each = [sa.select(sa.func.count()).select_from(t).scalar_subquery().label(t.name) for t in tables]
        return dict(self._connection.execute(sa.select(*each)).mappings().one())

    def _all(
        self, table: sa.Table, value: Callable[[rows.Stored], T], order: Callable[[T], Any]
    ) -> tuple[T, ...]:
        # Sorted here, not by the database: databases do not agree on the order of texts.
        found = [value(row) for row in self._connection.execute(sa.select(table)).mappings()]
        return tuple(sorted(found, key=order))
