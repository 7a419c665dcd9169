"""What can be asked of the store, inside one transaction that sees one state of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC
from itertools import pairwise
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
from matcher.store.account_rows import AccountReading
from matcher.store.answer_rows import AnswerReading
from matcher.store.audit_rows import AuditReading
from matcher.store.check_rows import CheckReading
from matcher.store.erasing_rows import ErasedReading
from matcher.store.job_rows import JobReading
from matcher.store.page_rows import PageReading
from matcher.store.records import Import, Run, RunKind, RunSummary, TopicChanges
from matcher.store.upsert import stored_rows
from matcher.topics.history import TopicEdit, TopicRun

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")

_HEAVY = ("problem", "solution")
_SUMMARY = [column for column in schema.run.columns if column.name not in _HEAVY]


class Reading(
    AccountReading, JobReading, AnswerReading, AuditReading, CheckReading, ErasedReading, PageReading
):
    """The store as it was when the transaction began. Values come ordered by id, where nothing
    else is said, so that the same content gives the same answer on every database."""

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

    def topics(self, before: int | None = None) -> tuple[Topic, ...]:
        """The topics of the latest topics run, or of the latest before the run ``before``, in the order
        they were given; none before the first."""
        return self._topics_of(self.topics_run(before))

    def topics_before_the_last_came_in(self) -> tuple[Topic, ...]:
        """The topics of the latest run that knew fewer statements than the last one; none where there is
        no such run."""
        known: dict[int, int] = defaultdict(int)
        for table in (schema.topic_statement, schema.topic_aside):
            numbers = sa.select(table.c.run_id, sa.func.count()).group_by(table.c.run_id)
            for run_id, number in self._connection.execute(numbers):
                known[run_id] += number
        last = known[max(known)] if known else 0
        fewer = [run_id for run_id, number in known.items() if number < last]
        return self._topics_of(max(fewer)) if fewer else ()

    def topic_run_before_last_edit(self) -> TopicRun | None:
        """The topics run before staff's last edit, where it was given the same problem as the last one; None
        where there is no edit, or anything but edits and their undoing happened since."""
        table, runs, last = schema.topic_run, schema.run, self.topics_run()
        edits = self._connection.scalar(sa.select(table.c.edits).where(table.c.run_id == last))
        before = self._connection.scalar(
            sa.select(sa.func.max(table.c.run_id)).where(table.c.edits == (edits or 0) - 1)
        )
        if last is None or before is None:
            return None
        given = sa.select(runs.c.problem).where(runs.c.id.in_((before, last)))
        if len(set(self._connection.scalars(given))) > 1:
            return None
        since = sa.select(table.c.edits).where(table.c.run_id >= before).order_by(table.c.run_id)
        # A run that neither adds nor takes back an edit found topics anew: that is not undone.
        if any(one == other for one, other in pairwise(self._connection.scalars(since))):
            return None
        return self.topic_run(before + 1)

    def _topics_of(self, run_id: int | None) -> tuple[Topic, ...]:
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

    def topic_run(self, before: int | None = None) -> TopicRun | None:
        """The latest topics run as it was found, or the latest before the run ``before``; None where there
        is none. The edits are those that are in force now."""
        run_id = self.topics_run(before)
        if run_id is None:
            return None
        ask = self._connection
        events, table = schema.topic_lineage, schema.topic_run
        minted = ask.scalar(sa.select(table.c.minted).where(table.c.run_id == run_id))
        lineage = ask.execute(sa.select(events).where(events.c.run_id == run_id).order_by(events.c.position))
        return TopicRun(
            topics=self._topics_of(run_id),
            aside=tuple(self.topic_aside(before).items()),
            lineage=tuple(rows.lineage(row) for row in lineage.mappings()),
            edits=self.topic_edits(),
            minted=minted or 0,
        )

    def topic_aside(self, before: int | None = None) -> dict[str, str]:
        """The statements that the latest topics run, or the latest before the run ``before``, left to a
        person, each with the reason."""
        table, run_id = schema.topic_aside, self.topics_run(before)
        found = self._connection.execute(
            sa.select(table).where(table.c.run_id == run_id).order_by(table.c.position)
        )
        return {row.statement_id: row.reason for row in found}

    def topic_edits(self) -> tuple[TopicEdit, ...]:
        """What staff did to topics and is in force, the oldest first."""
        table = schema.topic_edit
        found = self._connection.execute(sa.select(table).order_by(table.c.position))
        return tuple(rows.topic_edit(row) for row in found.mappings())

    def topic_changes(self) -> tuple[TopicChanges, ...]:
        """What each run of topics changed, the latest first; runs that changed nothing are left out."""
        runs, table, events = schema.run, schema.topic, schema.topic_lineage
        by_run: dict[int, list[rows.Stored]] = defaultdict(list)
        for event in self._connection.execute(sa.select(events).order_by(events.c.position)).mappings():
            by_run[event["run_id"]].append(event)
        columns = (table.c.run_id, table.c.id, table.c.label)
        named = self._connection.execute(sa.select(*columns).order_by(table.c.run_id)).all()
        made = self._connection.execute(
            sa.select(runs.c.id, runs.c.created, runs.c.status)
            .where(runs.c.kind == RunKind.TOPICS.value)
            .order_by(runs.c.id)
        )
        found, labels, at = [], dict[str, str](), 0
        for run in made:
            while at < len(named) and named[at].run_id <= run.id:
                labels[named[at].id] = named[at].label
                at += 1
            lineage = tuple(map(rows.lineage, by_run[run.id]))
            if lineage:
                meant = {
                    one for each in lineage for one in (each.topic_id, *(part for part, _ in each.parts))
                }
                own = {one: labels[one] for one in sorted(meant & labels.keys())}
                created = run.created.replace(tzinfo=UTC)
                found.append(TopicChanges(run.id, created, run.status, lineage, own))
        return tuple(reversed(found))

    def topics_run(self, before: int | None = None) -> int | None:
        """The number of the latest topics run, or of the latest before the run ``before``."""
        table = schema.run
        latest = sa.select(sa.func.max(table.c.id)).where(table.c.kind == RunKind.TOPICS.value)
        number: int | None = self._connection.scalar(
            latest if before is None else latest.where(table.c.id < before)
        )
        return number

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
