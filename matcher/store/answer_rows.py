"""What members said to proposals, and what the service answered to requests that may come twice."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from matcher.answers import Answer, KeptAnswer, Said
from matcher.domain import ExchangeStatus
from matcher.errors import ConflictError, InputError, NotFoundError
from matcher.store import schema
from matcher.store.failures import storable
from matcher.store.rows import Stored, naive
from matcher.store.transaction import Asking, Noting


class AnswerReading(Asking):
    def answers(self, exchange_id: str | None = None) -> tuple[Answer, ...]:
        """To one exchange or to all, ordered by exchange and member."""
        asked = sa.select(schema.answer)
        if exchange_id is not None:
            asked = asked.where(schema.answer.c.exchange_id == exchange_id)
        found = map(_answer, self._connection.execute(asked).mappings())
        return tuple(sorted(found, key=lambda each: (each.exchange_id, each.member_id)))

    def kept_answer(self, account_id: str, key: str) -> KeptAnswer | None:
        """What this account's request with this idempotency key was answered."""
        table = schema.kept_answer
        asked = sa.select(table).where(table.c.account_id == account_id, table.c.key == key)
        with storable():
            found = self._connection.execute(asked).mappings().first()
        if found is None:
            return None
        return KeptAnswer(**{**found, "created": found["created"].replace(tzinfo=UTC)})


class AnswerWriting(Noting, AnswerReading):
    def put_answer(self, answer: Answer) -> int:
        """A member's word on an exchange, in place of its earlier one; 1 where it is new or differs.

        Raises InputError where the member takes no part in the exchange.
        """
        seats = schema.exchange_member
        seat = sa.select(seats.c.position).where(
            seats.c.exchange_id == answer.exchange_id, seats.c.member_id == answer.member_id
        )
        if self._connection.scalar(seat) is None:
            raise InputError(
                f"Member '{answer.member_id}' takes no part in exchange '{answer.exchange_id}'; nothing was "
                "changed.",
                cure="Answer for a member that takes part.",
            )
        row = {
            "exchange_id": answer.exchange_id,
            "member_id": answer.member_id,
            "said": answer.said.value,
            "at": naive(answer.at),
            "by": answer.by,
        }
        return self._put(schema.answer, [row])

    def set_exchange_status(self, id: str, status: ExchangeStatus) -> None:
        """Whether it may become that is for the caller to say. Raises NotFoundError where there is no such
        exchange."""
        table = schema.exchange
        before = self._connection.scalar(sa.select(table.c.status).where(table.c.id == id))
        if before is None:
            raise NotFoundError(f"There is no exchange '{id}'.", cure="Look at the list of exchanges.")
        if before != status.value:
            self._connection.execute(sa.update(table).where(table.c.id == id).values(status=status.value))
            self._note(f"{status.value} exchange", [id])

    def keep_answer(self, answer: KeptAnswer) -> None:
        """What it answers is in the audit, so that this is not.

        Raises ConflictError where the account's key was used before, InputError where there is no account.
        """
        self._require(schema.account, [answer.account_id])
        if self.kept_answer(answer.account_id, answer.key) is not None:
            raise ConflictError(
                "This idempotency key was used before; nothing was changed.",
                cure="Give each request a new key.",
            )
        row = {
            "account_id": answer.account_id,
            "key": answer.key,
            "request_hash": answer.request_hash,
            "status": answer.status,
            "body": answer.body,
            "created": naive(answer.created),
        }
        with storable():
            self._connection.execute(sa.insert(schema.kept_answer), row)

    def delete_kept_answers_before(self, now: datetime) -> int:
        """Those made before ``now``; how many. Not in the audit, as their keeping is not."""
        table = schema.kept_answer
        return self._connection.execute(sa.delete(table).where(table.c.created < naive(now))).rowcount


def _answer(row: Stored) -> Answer:
    return Answer(
        exchange_id=row["exchange_id"],
        member_id=row["member_id"],
        said=Said(row["said"]),
        at=row["at"].replace(tzinfo=UTC),
        by=row["by"],
    )
