"""Parts of long lists: the same order on every database, and nothing twice or left out."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.domain import (
    Exchange,
    ExchangeStatus,
    Member,
    Organization,
    OrganizationType,
    Statement,
    StatementKind,
    Structure,
    Term,
)
from matcher.errors import NotFoundError
from matcher.store import Store

#: In the order of their code points, which is that of no language.
IDS = ("B", "a", "a b", "a-b", "a1", "b", "é", "中")
FALL, SPRING = Term("fall", date(2026, 9, 14)), Term("spring", date(2027, 1, 11))
PAIR, VISIT = Structure.ONE_TO_ONE, Structure.PEER_HOSTED
EXCHANGES = (
    Exchange("a", FALL, PAIR, ("b", "a"), ExchangeStatus.PROPOSED),
    Exchange("b", FALL, VISIT, ("é", "a", "B"), ExchangeStatus.HELD),
    Exchange("c", SPRING, PAIR, ("中", "b"), ExchangeStatus.HELD),
)


@pytest.fixture
def listed(store: Store) -> Store:
    """A member, its organization and its statement of each id; "a" and "é" are in the directory."""
    with store.write() as writing:
        writing.put_organizations(Organization(id, id, OrganizationType.DISTRICT, "KS") for id in IDS)
        writing.put_members(Member(id, id, id, listed=id in ("a", "é")) for id in IDS)
        writing.put_statements(Statement(id, id, StatementKind.CHALLENGE, f"text {id}") for id in IDS)
        writing.put_exchanges(EXCHANGES)
    return store


@pytest.mark.parametrize("limit", [1, 3, 8, 100])
def test_pages_are_the_whole_list_in_the_order_of_code_points(listed: Store, limit: int) -> None:
    with listed.read() as reading:
        for ask in (reading.members_after, reading.organizations_after, reading.statements_after):
            found: list[str] = []
            while page := ask(found[-1] if found else "", limit):  # type: ignore[operator]
                assert len(page) <= limit
                found += [each.id for each in page]
            assert tuple(found) == IDS


def test_a_directory_has_those_who_agreed_and_oneself(listed: Store) -> None:
    with listed.read() as reading:
        for ask in (reading.members_after, reading.organizations_after):
            seen = {own: [each.id for each in ask("", 9, directory_of=own)] for own in ("中", "")}
            assert seen == {"中": ["a", "é", "中"], "": ["a", "é"]}
        assert reading.organization("中", directory_of="中").id == "中"
        with pytest.raises(NotFoundError, match="no organization 'B'"):
            reading.organization("B", directory_of="中")
        assert reading.organization("B").id == "B"


def test_exchanges_of_one_member_term_structure_and_status(listed: Store) -> None:
    with listed.read() as reading:

        def ids(**wanted: object) -> str:
            return "".join(each.id for each in reading.exchanges_after("", None, **wanted))  # type: ignore[arg-type]

        assert reading.exchanges_after("", 2) == EXCHANGES[:2]
        assert reading.exchanges_after("b", 2) == EXCHANGES[2:]
        assert (ids(member_id="b"), ids(member_id="a"), ids(member_id="x")) == ("ac", "ab", "")
        assert (ids(term="fall"), ids(structure=PAIR)) == ("ab", "ac")
        assert ids(status=ExchangeStatus.HELD, member_id="b") == "c"


def test_one_of_each(listed: Store) -> None:
    with listed.read() as reading:
        assert reading.exchange("b") == EXCHANGES[1]
        assert reading.statement("é").text == "text é"
        assert set(reading.members_named(["é", "x", "é"])) == {"é"}
        places = reading.organizations_of(reading.members_named(["a", "b"]).values())
        assert set(places) == {"a", "b"}
        for ask in (reading.exchange, reading.statement, reading.organization):
            with pytest.raises(NotFoundError, match=r"no .* 'x'"):
                ask("x")
