"""Whether what is kept is whole: what a store can tell of itself, without changing it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from matcher.record import digest
from matcher.store import schema
from matcher.store.transaction import Asking, Noting
from matcher.store.upsert import chunks

#: What the names of columns end in that hold hashes, or random letters like them.
_HASHES = ("hash", "before", "sha256", "csrf")


class CheckReading(Asking):
    def damage(self) -> tuple[str, ...] | None:
        """What SQLite finds wrong with its file; None of another database, which looks after its own."""
        if self._connection.dialect.name != "sqlite":
            return None
        told = self._connection.exec_driver_sql("PRAGMA integrity_check").scalars()
        return tuple(line for line in told if line != "ok")

    def broken_references(self) -> dict[str, int]:
        """How many rows refer to nothing, by table and column, as in "statement.member_id"; none where all
        is well."""
        found = {}
        for table in schema.metadata.sorted_tables:
            for link in table.foreign_key_constraints:
                number: int = self._connection.scalar(_unfound(table, link)) or 0
                if number:
                    found[f"{table.name}.{' '.join(link.column_keys)}"] = number
        return found

    def vectors_beside(self, text_hashes: Collection[str]) -> int:
        """How many vectors there are of texts other than these."""
        return len(_beside(self._connection, text_hashes))

    def runs_that_do_not_fit(self) -> tuple[int, ...]:
        """Numbers of the runs whose problem is not the one that their ``input_hash`` was made of."""
        table = schema.run
        asked = sa.select(table.c.id, table.c.input_hash, table.c.problem).order_by(table.c.id)
        rows = self._connection.execution_options(yield_per=1).execute(asked)
        return tuple(row.id for row in rows if digest(row.problem) != row.input_hash)

    def mentions(self, words: Iterable[str]) -> dict[str, int]:
        """In how many rows one of ``words`` stands, by table and column, in small or capital letters; hashes
        are left out, for a short name is in many by chance."""
        sought = sorted({form for word in words for form in (word, word.lower())})
        found = {}
        for table in schema.metadata.sorted_tables:
            for column in table.columns:
                if not isinstance(column.type, sa.Text) or column.name.endswith(_HASHES):
                    continue
                forms = (
                    test
                    for word in sought
                    for test in (
                        column.contains(word, autoescape=True),
                        sa.func.lower(column).contains(word, autoescape=True),
                    )
                )
                asked = sa.select(sa.func.count()).select_from(table).where(sa.or_(sa.false(), *forms))
                number: int = self._connection.scalar(asked) or 0
                if number:
                    found[f"{table.name}.{column.name}"] = number
        return found


class CheckWriting(Noting, CheckReading):
    def delete_vectors_beside(self, text_hashes: Collection[str]) -> int:
        """Take the vectors of texts other than these out; how many there were."""
        table = schema.vector
        ids = _beside(self._connection, text_hashes)
        key = sa.tuple_(table.c.model, table.c.text_hash)
        for chunk in chunks(ids):
            self._connection.execute(sa.delete(table).where(key.in_(chunk)))
        if ids:
            self._note("delete vector", counts={"vectors": len(ids)})
        return len(ids)


def _unfound(table: sa.Table, link: sa.ForeignKeyConstraint) -> sa.Select[Any]:
    there = link.referred_table.alias("there")
    pairs = [(each.parent, there.c[each.column.name]) for each in link.elements]
    same = sa.and_(*(here == other for here, other in pairs))
    given = sa.and_(*(here.is_not(None) for here, _ in pairs))
    return sa.select(sa.func.count()).select_from(table).where(given, ~sa.exists().where(same))


def _beside(connection: sa.Connection, text_hashes: Collection[str]) -> set[tuple[str, str]]:
    table = schema.vector
    known = set(text_hashes)
    rows = connection.execute(sa.select(table.c.model, table.c.text_hash))
    return {(row.model, row.text_hash) for row in rows if row.text_hash not in known}
