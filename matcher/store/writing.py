"""What can be written to the store, inside one transaction that becomes whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from matcher import record
from matcher.domain import (
    Ban,
    Exchange,
    ExchangeStatus,
    Facilitator,
    Member,
    NextStep,
    Organization,
    Statement,
    Structure,
    Term,
)
from matcher.errors import InputError
from matcher.store import rows, schema
from matcher.store.account_rows import AccountWriting
from matcher.store.answer_rows import AnswerWriting
from matcher.store.check_rows import CheckWriting
from matcher.store.erasing_rows import ErasingWriting
from matcher.store.failures import storable
from matcher.store.job_rows import JobWriting
from matcher.store.reading import Reading
from matcher.store.records import Origin, RunKind
from matcher.store.upsert import chunks, distinct, upsert
from matcher.topics.history import TopicRun

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Writing(AccountWriting, JobWriting, AnswerWriting, CheckWriting, ErasingWriting, Reading):
    """Everything that :class:`Reading` can, and writing. What was written in the same transaction is seen.

    Each ``put_`` function inserts the values whose id is new, replaces those that differ, leaves out
    nothing but what belongs to a member that was erased, and returns how many were new or changed. Each
    raises InputError where two different values share an id, or where a value refers to something that is
    not there. What it did is noted for the audit.
    """

    def put_organizations(self, organizations: Iterable[Organization]) -> int:
        return self._put(schema.organization, [rows.organization_row(o) for o in organizations])

    def put_members(self, members: Iterable[Member]) -> int:
        """Their organizations have to be there."""
        erased = self.erased()
        given = tuple(member for member in members if member.id not in erased)
        self._require(schema.organization, (m.organization_id for m in given))
        return self._put(schema.member, [rows.member_row(m) for m in given])

    def put_statements(self, statements: Iterable[Statement]) -> int:
        """Their members have to be there."""
        erased = self.erased()
        given = tuple(each for each in statements if each.member_id not in erased)
        self._require(schema.member, (s.member_id for s in given))
        return self._put(schema.statement, [rows.statement_row(s) for s in given])

    def put_facilitators(self, facilitators: Iterable[Facilitator]) -> int:
        return self._put(schema.facilitator, [rows.facilitator_row(f) for f in facilitators])

    def put_terms(self, terms: Iterable[Term]) -> int:
        """By name. A new start moves every exchange of that term."""
        return self._put(schema.term, [rows.term_row(t) for t in terms])

    def put_bans(self, bans: Iterable[Ban]) -> int:
        """By the two members, in the order given. Both have to be there."""
        erased = self.erased()
        given = tuple(each for each in bans if not erased & {each.member_a, each.member_b})
        self._require(schema.member, (id for b in given for id in (b.member_a, b.member_b)))
        return self._put(schema.ban, [rows.ban_row(b) for b in given])

    def put_exchanges(self, exchanges: Iterable[Exchange]) -> int:
        """Terms that are not there yet are added; the members have to be there.

        Raises InputError where a term is there with another start, or a member is twice in one exchange.
        """
        given = distinct("exchange", exchanges, lambda value: value.id).values()
        for value in given:
            if len(set(value.member_ids)) < len(value.member_ids):
                raise InputError(
                    f"A member is twice in exchange '{value.id}'; nothing was changed.",
                    cure="Name each member once.",
                )
        self._put_missing_terms(value.term for value in given)
        self._require(schema.member, (id for value in given for id in value.member_ids))
        stored = {value.id: value for value in self.exchanges()}
        changed = {value.id: value for value in given if stored.get(value.id) != value}
        upsert(self._connection, schema.exchange, [rows.exchange_row(value) for value in given])
        if changed:
            new = len(changed.keys() - stored.keys())
            self._note("put exchange", changed, {"new": new, "changed": len(changed) - new})
        self._take_members_out(changed)
        seats = [seat for value in changed.values() for seat in rows.exchange_member_rows(value)]
        upsert(self._connection, schema.exchange_member, seats)
        return len(changed)

    def put_next_steps(self, next_steps: Iterable[NextStep]) -> int:
        """By exchange, member and text. The exchanges and members have to be there."""
        erased = self.erased()
        given = tuple(each for each in next_steps if each.member_id not in erased)
        self._require(schema.exchange, (n.exchange_id for n in given))
        self._require(schema.member, (n.member_id for n in given))
        return self._put(schema.next_step, [rows.next_step_row(n) for n in given])

    def put_vectors(self, model: str, vectors: Mapping[str, NDArray[np.floating[Any]]]) -> int:
        """Keep vectors of shape (dimension,) as float32, by model and sha256 of the text."""
        import numpy as np

        kept = []
        for text_hash, vector in vectors.items():
            data = np.ascontiguousarray(vector, dtype="<f4")
            if data.ndim != 1:
                raise ValueError(f"a vector has one axis, not {data.ndim}")
            kept.append(
                {"model": model, "text_hash": text_hash, "dimension": data.size, "data": data.tobytes()}
            )
        return self._put(schema.vector, kept, named=False)

    def remember_mapping(self, header_key: str, toml: str) -> int:
        """Keep which column means what for files with this header."""
        return self._put(schema.mapping, [{"header_key": header_key, "toml": toml}], named=False)

    def add_run(
        self,
        kind: RunKind,
        *,
        term: str | None,
        seed: int,
        versions: str,
        problem: str,
        solution: str,
        status: str,
        seconds: float,
        objective: int | None = None,
        bound: int | None = None,
        origin: Origin | None = None,
    ) -> int:
        """Keep a run, created now; return its number. Fields as in :class:`Run`; ``term`` has to be there."""
        if term is not None:
            self._require(schema.term, [term])
        with storable():
            added = self._connection.execute(
                sa.insert(schema.run).returning(schema.run.c.id),
                {
                    "kind": kind.value,
                    "term": term,
                    "created": rows.naive(datetime.now(UTC)),
                    "seed": seed,
                    "versions": versions,
                    "input_hash": record.digest(problem),
                    "problem": problem,
                    "solution": solution,
                    "status": status,
                    "objective": objective,
                    "bound": bound,
                    "seconds": seconds,
                    "origin": record.dump(origin or Origin()),
                },
            )
        number = int(added.scalar_one())
        self._note(f"add run of {kind.value}", [number])
        return number

    def put_topic_run(self, found: TopicRun, run_id: int) -> None:
        """Make ``found`` what the run found, in place of what was kept of it, and its edits those in force.

        The run (of topics) and the statements have to be there. What earlier runs found stays, so that a
        topic can keep its identity. Raises NotFoundError where there is no such run.
        """
        if self.run(run_id).kind is not RunKind.TOPICS:
            raise ValueError(f"run {run_id} is not one of topics")
        named = (id for topic in found.topics for id in topic.statement_ids)
        self._require(schema.statement, (*named, *(id for id, _ in found.aside)))
        for table in (
            *(schema.topic_statement, schema.topic),
            *(schema.topic_aside, schema.topic_lineage, schema.topic_run),
        ):
            self._connection.execute(sa.delete(table).where(table.c.run_id == run_id))
        self._connection.execute(sa.delete(schema.topic_edit))
        links = [link for topic in found.topics for link in rows.topic_statement_rows(topic, run_id)]
        for table, kept in (
            (schema.topic, [rows.topic_row(each, run_id, at) for at, each in enumerate(found.topics)]),
            (schema.topic_statement, links),
            (schema.topic_run, [rows.topic_run_row(found, run_id)]),
            (schema.topic_aside, rows.aside_rows(found, run_id)),
            (schema.topic_lineage, rows.lineage_rows(found, run_id)),
            (schema.topic_edit, rows.topic_edit_rows(found)),
        ):
            upsert(self._connection, table, kept)
        self._note("put topics of run", [run_id], {"topics": len(found.topics), "edits": len(found.edits)})

    def log_import(self, file_name: str, sha256: str, counts: Mapping[str, int]) -> None:
        """Keep that a file was imported now, and how many rows were new, changed and so on."""
        entry = {
            "file_name": file_name,
            "sha256": sha256,
            "imported": rows.naive(datetime.now(UTC)),
            "counts": json.dumps(dict(counts)),
        }
        table = schema.import_log
        with storable():
            added = self._connection.execute(sa.insert(table).returning(table.c.id), entry)
        self._note("add import", [added.scalar_one()], counts)

    def delete_proposed(self, term: str, structure: Structure) -> int:
        """Take the proposed exchanges of one structure in the term named out; return how many there were."""
        table = schema.exchange
        proposed = sa.select(table.c.id).where(
            table.c.term == term,
            table.c.structure == structure.value,
            table.c.status == ExchangeStatus.PROPOSED.value,
        )
        with storable():
            ids = self._connection.scalars(proposed).all()
        self._take_members_out(ids)
        for chunk in chunks(ids):
            answers = schema.answer
            self._connection.execute(sa.delete(answers).where(answers.c.exchange_id.in_(chunk)))
            self._connection.execute(sa.delete(table).where(table.c.id.in_(chunk)))
        if ids:
            self._note("delete exchange", sorted(ids))
        return len(ids)

    def _take_members_out(self, exchange_ids: Iterable[str]) -> None:
        table = schema.exchange_member
        for chunk in chunks(exchange_ids):
            self._connection.execute(sa.delete(table).where(table.c.exchange_id.in_(chunk)))

    def _put_missing_terms(self, terms: Iterable[Term]) -> None:
        known = {term.name: term for term in self.terms()}
        new: dict[str, Term] = {}
        for term in terms:
            other = known.get(term.name) or new.setdefault(term.name, term)
            if other != term:
                raise InputError(
                    f"Term '{term.name}' starts on {other.start} and, elsewhere, on {term.start}; "
                    "nothing was changed.",
                    cure="Give the term one start everywhere.",
                )
        self.put_terms(new.values())
