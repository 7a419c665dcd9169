"""A small network to keep, and strategies for values of the domain that can be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from matcher.domain import (
    HALF_DAYS,
    Ban,
    Exchange,
    ExchangeStatus,
    Facilitator,
    Locale,
    Member,
    NamedBy,
    NextStep,
    Organization,
    OrganizationType,
    Slot,
    Statement,
    StatementKind,
    Structure,
    Term,
    Topic,
)
from matcher.store import RunKind, Store, Writing
from matcher.topics import EditKind, Happening, Lineage, Move, TopicEdit, TopicRun

SPRING = Term("Spring 2025", date(2025, 2, 3))
FALL = Term("Fall 2025", date(2025, 9, 1))

ORGANIZATIONS = (
    Organization("o-1", "Vermont Agency", OrganizationType.STATE_AGENCY, "VT"),
    Organization(
        "o-2", "Peñasco Schools", OrganizationType.DISTRICT, "NM", Locale.RURAL, 380, 36.17, -105.69
    ),
)
MEMBERS = (
    Member("m-1", "Ada Lind", "o-1", "ada@vt.example", "Director", "state director", slots=(Slot(1, "pm"),)),
    Member(
        *("m-2", "José Ruiz", "o-2"),
        timezone="America/Denver",
        host=True,
        seats=4,
        one_to_ones=2,
        visit_dates=(date(2025, 10, 7), date(2025, 10, 9)),
        away=(date(2025, 11, 26),),
    ),
    Member(
        *("m-3", "Bo 小林", "o-2"),
        slots=(Slot(4, "pm"), Slot(0, "am")),
        interests=(Structure.VIRTUAL, Structure.PEER_HOSTED),
    ),
)
STATEMENTS = (
    Statement("s-1", "m-1", StatementKind.CHALLENGE, "chronic absenteeism, esp. grade 9"),
    Statement("s-2", "m-2", StatementKind.PRACTICE, "Visitas a casa — con intérprete 🏠", confidential=True),
    Statement("s-3", "m-3", StatementKind.CHALLENGE, "n/a", set_aside="no content", submitted="2025-08-14"),
)
EXCHANGES = (
    Exchange("e-0", SPRING, Structure.PEER_HOSTED, ("m-3", "m-1", "m-2"), ExchangeStatus.HELD, "Literacy"),
    Exchange("e-1", FALL, Structure.ONE_TO_ONE, ("m-2", "m-1"), ExchangeStatus.PROPOSED),
    Exchange("e-2", FALL, Structure.ONE_TO_ONE, ("m-1", "m-3"), ExchangeStatus.AGREED, "", date(2025, 10, 2)),
    Exchange("e-3", FALL, Structure.VIRTUAL, ("m-1", "m-2", "m-3"), ExchangeStatus.PROPOSED, "Absence"),
)
BANS = (Ban("m-3", "m-2", "same household"),)
FACILITATORS = (Facilitator("f-1", "Kim Oduya", slots=(Slot(2, "am"),), pairs=4),)
NEXT_STEPS = (NextStep("e-0", "m-1", "share the protocol", date(2025, 6, 1)),)
TOPICS = (
    Topic(
        *("T02", "Attendance", ("absence", "grade 9"), ("s-3", "s-1"), ("s-1",)),
        colour=4,
        area="attendance",
        share=0.75,
        named_by=NamedBy.AREA,
    ),
    Topic("T01", "Families", ("home visits", "intérprete"), ("s-2",), named_by=NamedBy.STAFF, locked=True),
)
EDITS = (
    TopicEdit(
        EditKind.RENAME, ("T01",), name="Families", by="Kim", at=datetime(2025, 9, 2, 8, 30, tzinfo=UTC)
    ),
    TopicEdit(EditKind.SET_ASIDE, statement_ids=("s-2",), moves=(Move("s-2", "T01", ""),)),
)
TOPIC_RUN = TopicRun(
    TOPICS[:1],
    aside=(("s-2", "off the field"),),
    lineage=(
        Lineage(Happening.SPLIT, "T02", 5, 2, (("T02", 2), ("T03", 3)), 0.6),
        Lineage(Happening.GREW, "T01", 1, 6, share=0.8, emerging=True),
    ),
    edits=EDITS,
    minted=7,
)


def put_network(writing: Writing) -> int:
    """Everything above but the topics; how many values were new or changed."""
    return (
        writing.put_organizations(ORGANIZATIONS)
        + writing.put_members(MEMBERS)
        + writing.put_statements(STATEMENTS)
        + writing.put_exchanges(EXCHANGES)
        + writing.put_bans(BANS)
        + writing.put_facilitators(FACILITATORS)
        + writing.put_next_steps(NEXT_STEPS)
    )


NETWORK_SIZE = sum(map(len, (ORGANIZATIONS, MEMBERS, STATEMENTS, EXCHANGES, BANS, FACILITATORS, NEXT_STEPS)))


def write(store: Store, *steps: Callable[[Writing], object]) -> None:
    """All steps in one transaction."""
    with store.write() as writing:
        for step in steps:
            step(writing)


class _UndoneError(Exception):
    pass


def undo(_writing: Writing) -> None:
    """A step that fails."""
    raise _UndoneError


@contextmanager
def undone(store: Store) -> Iterator[Writing]:
    """A transaction that is undone at its end."""
    with suppress(_UndoneError), store.write() as writing:
        yield writing
        undo(writing)


def filled(store: Store) -> Store:
    with store.write() as writing:
        put_network(writing)
    return store


def add_topics_run(writing: Writing) -> int:
    return writing.add_run(
        RunKind.TOPICS,
        term=None,
        seed=1,
        versions="{}",
        problem="{}",
        solution="[]",
        status="done",
        seconds=0.5,
    )


# Half characters cannot be encoded, and PostgreSQL keeps no zero character.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
whole = st.integers(0, 2**31 - 1)
slots = st.lists(st.builds(Slot, st.integers(0, 6), st.sampled_from(sorted(HALF_DAYS))), max_size=4).map(
    tuple
)
degrees = st.none() | st.floats(-180, 180)

organizations = st.builds(
    Organization,
    texts,
    texts,
    st.sampled_from(OrganizationType),
    texts,
    st.none() | st.sampled_from(Locale),
    st.none() | whole,
    degrees,
    degrees,
)
facilitators = st.builds(Facilitator, texts, texts, texts, slots, whole)


def members(organization_ids: list[str]) -> st.SearchStrategy[Member]:
    belongs = st.sampled_from(organization_ids)
    interests = st.lists(st.sampled_from(Structure), unique=True).map(tuple)
    dates = st.lists(st.dates(), unique=True, max_size=4).map(tuple)
    return st.builds(
        *(Member, texts, texts, belongs, texts, texts, texts, texts, slots, st.booleans(), whole, whole),
        *(interests, dates, dates),
    )


def statements(member_ids: list[str]) -> st.SearchStrategy[Statement]:
    said_by = st.sampled_from(member_ids)
    return st.builds(
        Statement, texts, said_by, st.sampled_from(StatementKind), texts, st.booleans(), texts, texts
    )


def exchanges(member_ids: list[str], terms: list[Term]) -> st.SearchStrategy[Exchange]:
    return st.builds(
        Exchange,
        texts,
        st.sampled_from(terms),
        st.sampled_from(Structure),
        st.lists(st.sampled_from(member_ids), unique=True, max_size=5).map(tuple),
        st.sampled_from(ExchangeStatus),
        texts,
        st.none() | st.dates(),
        texts,
    )
