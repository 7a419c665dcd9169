"""Erasing a member. Its rows stay for what refers to them, with nothing in them that tells who it was."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from matcher.domain import ERASED, Member
from matcher.store import rows, schema
from matcher.store.records import RunKind
from matcher.store.transaction import Asking, Noting


class ErasedReading(Asking):
    def erased(self) -> frozenset[str]:
        """Ids of the members that were erased."""
        return frozenset(self._connection.scalars(sa.select(schema.tombstone.c.id)))


class ErasingWriting(Noting, ErasedReading):
    def erase_member(self, id: str, at: datetime) -> dict[str, int]:
        """Take away what is known of a member, for good; how much there was of each.

        Its id, its organization, and its place in exchanges, answers, runs and the audit stay. Its texts
        become empty and set aside, its next steps, bans, accounts, log-ins and keys go. From topics go the
        words that it alone wrote. Vectors are kept by text, and are the caller's to take out. Raises
        InputError where there is no such member.
        """
        self._require(schema.member, [id])
        texts = self._empty_statements(id)
        counts = {
            "statements": len(texts),
            "next steps": self._delete(schema.next_step, schema.next_step.c.member_id == id),
            "bans": self._delete(
                schema.ban, sa.or_(schema.ban.c.member_a == id, schema.ban.c.member_b == id)
            ),
            "words": self._forget_words(texts),
            **self._delete_accounts(id),
        }
        member = schema.member
        belongs = sa.select(member.c.organization_id).where(member.c.id == id)
        organization_id = str(self._connection.scalar(belongs))
        nobody = Member(id, f"({ERASED})", organization_id, timezone="UTC", one_to_ones=0)
        self._connection.execute(sa.update(member).where(member.c.id == id).values(rows.member_row(nobody)))
        if id not in self.erased():
            self._connection.execute(sa.insert(schema.tombstone), {"id": id, "erased": rows.naive(at)})
        self._note("erase member", [id], counts)
        return counts

    def _empty_statements(self, id: str) -> list[str]:
        """The texts that were there."""
        table = schema.statement
        own = table.c.member_id == id
        texts = self._connection.scalars(sa.select(table.c.text).where(own, table.c.text != "")).all()
        empty = {"text": "", "set_aside": ERASED, "submitted": "", "confidential": True}
        self._connection.execute(sa.update(table).where(own).values(**empty))
        return list(texts)

    def _delete_accounts(self, member_id: str) -> dict[str, int]:
        accounts = schema.account
        mine = sa.select(accounts.c.id).where(accounts.c.member_id == member_id)
        for table in (schema.login, schema.identity, schema.kept_answer):
            self._delete(table, table.c.account_id.in_(mine))
        # What staff did for it was answered with its texts and its address.
        named = json.dumps(member_id, ensure_ascii=False)
        self._delete(schema.kept_answer, schema.kept_answer.c.body.contains(named, autoescape=True))
        keys = self._delete(schema.api_key, schema.api_key.c.account_id.in_(mine))
        return {"keys": keys, "accounts": self._delete(accounts, accounts.c.member_id == member_id)}

    def _delete(self, table: sa.Table, where: sa.ColumnElement[bool]) -> int:
        return self._connection.execute(sa.delete(table).where(where)).rowcount

    def _forget_words(self, texts: Iterable[str]) -> int:
        """Take the keywords that stand in ``texts``, and in nobody's text any more, out of every topic; how
        many there were. A run's problem is left as it is: it holds ids and hashes."""
        gone = "\n".join(texts).casefold()
        left = "\n".join(self._connection.scalars(sa.select(schema.statement.c.text))).casefold()

        def kept(words: Iterable[str]) -> list[str]:
            return [word for word in words if word.casefold() not in gone or word.casefold() in left]

        table, runs, dropped = schema.topic, schema.run, 0
        for row in self._connection.execute(sa.select(table.c.run_id, table.c.id, table.c.keywords)).all():
            words = json.loads(row.keywords)
            if (stay := kept(words)) != words:
                dropped += len(words) - len(stay)
                self._connection.execute(
                    sa.update(table)
                    .where(table.c.run_id == row.run_id, table.c.id == row.id)
                    .values(keywords=json.dumps(stay, ensure_ascii=False))
                )
        found = sa.select(runs.c.id).where(runs.c.kind == RunKind.TOPICS.value)
        for number in self._connection.scalars(found).all():
            this = runs.c.id == number
            solution = json.loads(self._connection.scalar(sa.select(runs.c.solution).where(this)) or "{}")
            topics = solution.get("topics", []) if isinstance(solution, dict) else []
            if any(kept(each["keywords"]) != each["keywords"] for each in topics):
                for each in topics:
                    each["keywords"] = kept(each["keywords"])
                told = json.dumps(solution, ensure_ascii=False, separators=(",", ":"))
                self._connection.execute(sa.update(runs).where(this).values(solution=told))
        return dropped
