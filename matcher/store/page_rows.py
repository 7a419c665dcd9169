"""Parts of long lists, and one of their values, without reading the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from matcher.domain import Exchange, ExchangeStatus, Member, Organization, Statement, Structure
from matcher.errors import NotFoundError
from matcher.store import rows, schema
from matcher.store.failures import storable
from matcher.store.transaction import Asking
from matcher.store.upsert import stored_rows

_CURE = "Look at the list for the ids that there are."


class PageReading(Asking):
    """Each list is in the order of ids, and begins behind the id ``after`` (empty: at the first)."""

    def organizations_after(
        self, after: str, limit: int, *, directory_of: str | None = None
    ) -> tuple[Organization, ...]:
        """With ``directory_of`` only those of the members that are told by :meth:`members_after`."""
        table = schema.organization
        return tuple(map(rows.organization, self._page(table, after, limit, *_seen_places(directory_of))))

    def organization(self, id: str, *, directory_of: str | None = None) -> Organization:
        """Raises NotFoundError where there is none with that id among them."""
        return rows.organization(self._value(schema.organization, id, *_seen_places(directory_of)))

    def members_after(self, after: str, limit: int, *, directory_of: str | None = None) -> tuple[Member, ...]:
        """With ``directory_of`` only those in the directory, and the member with that id."""
        return tuple(map(rows.member, self._page(schema.member, after, limit, *_seen(directory_of))))

    def members_named(self, ids: Iterable[str]) -> dict[str, Member]:
        """Those that there are of these ids."""
        found = stored_rows(self._connection, schema.member, set(ids))
        return {row["id"]: rows.member(row) for row in found}

    def organizations_of(self, members: Iterable[Member]) -> dict[str, Organization]:
        """The members' organizations, by id."""
        found = stored_rows(self._connection, schema.organization, {each.organization_id for each in members})
        return {row["id"]: rows.organization(row) for row in found}

    def statements_after(
        self, after: str, limit: int | None, *, member_id: str | None = None
    ) -> tuple[Statement, ...]:
        """Of one member, or of all."""
        table = schema.statement
        own = () if member_id is None else (table.c.member_id == member_id,)
        return tuple(map(rows.statement, self._page(table, after, limit, *own)))

    def statements_named(self, ids: Iterable[str]) -> tuple[Statement, ...]:
        """Those that there are of these ids."""
        found = stored_rows(self._connection, schema.statement, set(ids))
        return tuple(sorted(map(rows.statement, found), key=lambda each: each.id))

    def statement(self, id: str) -> Statement:
        """Raises NotFoundError where there is none with that id."""
        return rows.statement(self._value(schema.statement, id))

    def exchanges_after(
        self,
        after: str,
        limit: int | None,
        *,
        member_id: str | None = None,
        term: str | None = None,
        structure: Structure | None = None,
        status: ExchangeStatus | None = None,
    ) -> tuple[Exchange, ...]:
        """Those in which one member takes part, or all; of one term, structure and status, or of any."""
        table, seats = schema.exchange, schema.exchange_member
        wanted: list[sa.ColumnElement[bool]] = []
        if member_id is not None:
            own = sa.select(seats.c.exchange_id).where(seats.c.member_id == member_id)
            wanted.append(table.c.id.in_(own))
        for column, value in ((table.c.term, term), (table.c.structure, structure), (table.c.status, status)):
            if value is not None:
                wanted.append(column == str(value))
        return self._exchanges(self._page(table, after, limit, *wanted))

    def exchange(self, id: str) -> Exchange:
        """Raises NotFoundError where there is none with that id."""
        return self._exchanges([self._value(schema.exchange, id)])[0]

    def _exchanges(self, found: Sequence[Any]) -> tuple[Exchange, ...]:
        seats = schema.exchange_member
        ids = [row["id"] for row in found]
        asked = sa.select(seats).where(seats.c.exchange_id.in_(ids)).order_by(seats.c.position)
        members: dict[str, list[str]] = defaultdict(list)
        for seat in self._connection.execute(asked):
            members[seat.exchange_id].append(seat.member_id)
        terms = {
            row["name"]: rows.term(row) for row in self._connection.execute(sa.select(schema.term)).mappings()
        }
        return tuple(rows.exchange(row, terms[row["term"]], tuple(members[row["id"]])) for row in found)

    def _page(
        self, table: sa.Table, after: str, limit: int | None, *wanted: sa.ColumnElement[bool]
    ) -> Sequence[Any]:
        # The order of code points, as Python's and SQLite's: that of PostgreSQL depends on its language.
        plain = self._connection.dialect.name != "postgresql"
        order = table.c.id if plain else table.c.id.collate("C")
        asked = sa.select(table).where(*wanted).order_by(order).limit(limit)
        if after:
            asked = asked.where(order > after)
        with storable():
            return self._connection.execute(asked).mappings().all()

    def _value(self, table: sa.Table, id: str, *wanted: sa.ColumnElement[bool]) -> Any:
        asked = sa.select(table).where(table.c.id == id, *wanted)
        with storable():
            found = self._connection.execute(asked).mappings().first()
        if found is None:
            raise NotFoundError(f"There is no {table.name} '{id}'.", cure=_CURE)
        return found


def _seen(directory_of: str | None) -> Sequence[sa.ColumnElement[bool]]:
    table = schema.member
    return () if directory_of is None else (sa.or_(table.c.listed, table.c.id == directory_of),)


def _seen_places(directory_of: str | None) -> Sequence[sa.ColumnElement[bool]]:
    if directory_of is None:
        return ()
    theirs = sa.select(schema.member.c.organization_id).where(*_seen(directory_of))
    return (schema.organization.c.id.in_(theirs),)
