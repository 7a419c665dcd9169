"""Whatever the store says to SQLite can be said to PostgreSQL, and every table is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

import build_served
import build_store
from matcher.domain import ExchangeStatus, Structure
from matcher.jobs import JobState
from matcher.store import RunKind, Store, open_store, schema


def _use_everything(store: Store) -> None:
    build_store.filled(store)
    with store.write() as writing:
        writing.put_members([replace(build_store.MEMBERS[0], seats=7)])
        writing.put_exchanges([replace(build_store.EXCHANGES[0], member_ids=("m-1",))])
        writing.put_terms([build_store.FALL])
        writing.put_vectors("m", {"h": np.zeros(3)})
        writing.remember_mapping("h", "")
        writing.log_import("a.csv", "", {})
        run_id = build_store.add_topics_run(writing)
        writing.put_topic_run(build_store.TOPIC_RUN, run_id)
        writing.delete_proposed(build_store.FALL.name, Structure.VIRTUAL)
        build_served.put_service(writing)
        writing.claim_job("w", build_served.NOON, build_served.NOON)
        writing.renew_job(1, "w", build_served.NOON, "", 0.5, 1, 2)
        writing.finish_job(1, "w", JobState.DONE, [run_id], "", "", build_served.NOON)
        writing.set_exchange_status("e-1", ExchangeStatus.AGREED)
        writing.revoke_key("k-1")
        writing.delete_kept_answers_before(build_served.NOON)
        writing.delete_logins_before(build_served.NOON)
        writing.delete_vectors_beside([])
        writing.erase_member("m-1", build_served.NOON)
    with store.read() as reading:
        reading.organizations()
        reading.statements()
        reading.facilitators()
        reading.bans()
        reading.next_steps()
        reading.member("m-1")
        reading.topic_run()
        reading.topic_changes()
        reading.topics_before_the_last_came_in()
        reading.topic_run_before_last_edit()
        reading.vectors("m", ["h"])
        reading.mappings()
        reading.run(run_id)
        reading.latest_run(RunKind.PAIRS, "Fall 2025")
        reading.runs()
        reading.imports()
        reading.counts()
        reading.accounts()
        reading.keys_of("a-1")
        reading.jobs(3)
        reading.answers("e-1")
        reading.kept_answer("a-1", "k")
        reading.audit(3, after=9)
        list(reading.audit_chain())
        reading.last_hash()
        reading.broken_references()
        reading.mentions(["Ada"])
        reading.runs_that_do_not_fit()


def test_every_statement_can_be_said_in_postgresql(path: Path) -> None:
    said: list[Any] = []
    with open_store(path, create=True) as store:

        @sa.event.listens_for(store._engine, "before_cursor_execute")
        def _keep(_c: Any, _cursor: Any, text: str, _parameters: Any, context: Any, _many: bool) -> None:
            said.append(context.compiled or text)

        _use_everything(store)
    raw = {statement for statement in said if isinstance(statement, str)}
    assert raw == {"BEGIN", "BEGIN IMMEDIATE"}, "SQL that only one database may understand"
    compiled = [statement for statement in said if not isinstance(statement, str)]
    dialect = postgresql.dialect()
    texts = {str(c.statement.compile(dialect=dialect, column_keys=c.column_keys)) for c in compiled}
    for verb in ("SELECT", "INSERT", "UPDATE", "DELETE"):
        assert any(text.startswith(verb) for text in texts)
    for table in schema.metadata.tables:
        assert any(text.startswith(f"INSERT INTO {table} ") for text in texts), table
