"""What an import knows beforehand, and what it makes of the files."""

from __future__ import annotations

from dataclasses import dataclass, field

from matcher.domain import Ban, Exchange, Facilitator, Member, Organization, Statement, Term
from matcher.errors import Place
from matcher.intake.table import Note

__all__ = ["Batch", "Draft", "Known", "Note", "Origin", "Problem", "ban_key"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was refused, and how to mend it. ``cells`` are its (heading, text) pairs."""

    place: Place
    message: str
    cure: str = ""
    cells: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """The row that a value came from. ``kind`` is "member", "statement", ...; ``id`` its identifier."""

    kind: str
    id: str
    place: Place


@dataclass(frozen=True, slots=True)
class Known:
    """What is already stored: the values an import is compared with and adds to."""

    organizations: tuple[Organization, ...] = ()
    members: tuple[Member, ...] = ()
    statements: tuple[Statement, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    bans: tuple[Ban, ...] = ()
    facilitators: tuple[Facilitator, ...] = ()
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """The values that the files give, whole: a blank in a file was filled from what was known.

    Every row that is not blank is the place of an origin, a problem or a note.
    """

    organizations: tuple[Organization, ...] = ()
    members: tuple[Member, ...] = ()
    statements: tuple[Statement, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    bans: tuple[Ban, ...] = ()
    facilitators: tuple[Facilitator, ...] = ()
    terms: tuple[Term, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()
    origins: tuple[Origin, ...] = ()


def ban_key(ban: Ban) -> str:
    """A ban's identity: its two members in either order."""
    return "|".join(sorted((ban.member_a, ban.member_b)))


@dataclass(slots=True)
class Draft:
    """A batch while it is made: what the files gave so far, and what was stored, by identifier."""

    known: Known
    organizations: dict[str, Organization] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)
    exchanges: dict[str, Exchange] = field(default_factory=dict)
    bans: dict[str, Ban] = field(default_factory=dict)
    facilitators: dict[str, Facilitator] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    origins: dict[tuple[str, str], list[Place]] = field(default_factory=dict)
    #: Members whose interests were blank before this import, so that each of their forms adds to them.
    asking: set[str] = field(default_factory=set)
    said: dict[tuple[str, str, str], str] = field(default_factory=dict)
    known_statements: dict[str, Statement] = field(init=False)
    known_exchanges: dict[str, Exchange] = field(init=False)
    known_bans: dict[str, Ban] = field(init=False)
    known_facilitators: dict[str, Facilitator] = field(init=False)

    def __post_init__(self) -> None:
        self.known_statements = {statement.id: statement for statement in self.known.statements}
        self.known_exchanges = {exchange.id: exchange for exchange in self.known.exchanges}
        self.known_bans = {ban_key(ban): ban for ban in self.known.bans}
        self.known_facilitators = {facilitator.id: facilitator for facilitator in self.known.facilitators}

        for statement in self.known.statements:
            self.said.setdefault(self._words(statement), statement.id)

    @staticmethod
    def _words(statement: Statement) -> tuple[str, str, str]:
        return statement.member_id, statement.kind, " ".join(statement.text.casefold().split())

    def said_before(self, statement: Statement) -> Statement | None:
        """The statement of the same member and kind with the same words, under another id."""
        id_ = self.said.get(self._words(statement), statement.id)
        earlier = self.statements.get(id_) or self.known_statements.get(id_)
        if earlier is None or id_ == statement.id or self._words(earlier) != self._words(statement):
            return None  # or what was said then has been edited since
        return earlier

    def put_statement(self, statement: Statement) -> None:
        """Add a statement, or replace the one with its id."""
        self.statements[statement.id] = statement
        self.said.setdefault(self._words(statement), statement.id)

    def came_from(self, kind: str, id_: str, place: Place) -> None:
        self.origins.setdefault((kind, id_), []).append(place)

    def first_row(self, kind: str, id_: str) -> Place | None:
        """Where this import first met the value, if it did."""
        return self.origins.get((kind, id_), [None])[0]

    def batch(self) -> Batch:
        """The finished value."""
        return Batch(
            tuple(self.organizations.values()),
            tuple(self.members.values()),
            tuple(self.statements.values()),
            tuple(self.exchanges.values()),
            tuple(self.bans.values()),
            tuple(self.facilitators.values()),
            tuple(self.terms.values()),
            tuple(self.problems),
            tuple(self.notes),
            tuple(
                Origin(kind, id_, place) for (kind, id_), places in self.origins.items() for place in places
            ),
        )
