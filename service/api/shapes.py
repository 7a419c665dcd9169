"""What the API tells and takes of a network. Lists are pages: ``next`` is the cursor of the one that follows,
empty on the last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from matcher.audit import Entry
from matcher.domain import ExchangeStatus, Organization, StatementKind, Structure
from matcher.outcome import ChangeKind
from matcher.workflow.asking import Recommendation
from matcher.workflow.documents import Left, MeetingView, Proof
from matcher.workflow.imported import ImportShown
from matcher.workflow.repairing import Mended
from matcher.workflow.topicviews import TopicView
from service.api.schemas import Given

Kind = Literal["pairs", "cohorts", "visits"]
Next = Annotated[str, Field(examples=["bTAx"])]
TermName = Annotated[str, Field(min_length=1, max_length=200, examples=["2026-27 fall"])]
#: An id, an email or a name.
Who = Annotated[str, Field(min_length=1, max_length=300, examples=["M012"])]


class MemberShown(BaseModel):
    """A member. What is null or empty is not for this reader: ``email`` is for staff, oneself and those who
    agreed to meet; from ``timezone`` on for staff and oneself."""

    id: Annotated[str, Field(examples=["M012"])]
    name: Annotated[str, Field(examples=["Ada Reyes"])]
    role: Annotated[str, Field(examples=["Principal"])]
    organization_id: Annotated[str, Field(examples=["D07"])]
    organization: Annotated[str, Field(examples=["Walnut Draw"])]
    state: Annotated[str, Field(examples=["KS"])]
    place: Annotated[str, Field(examples=["rural, KS"])]
    host: bool
    seats: int
    email: Annotated[str, Field(examples=[""])]
    timezone: str | None = None
    slots: Sequence[str] | None = None
    one_to_ones: int | None = None
    interests: Sequence[Structure] | None = None
    listed: bool | None = None


class Members(BaseModel):
    members: Sequence[MemberShown]
    next: Next


class Organizations(BaseModel):
    organizations: Sequence[Organization]
    next: Next


class StatementShown(BaseModel):
    """``set_aside`` is why a person should look at it before it takes part, or empty."""

    id: str
    member_id: Annotated[str, Field(examples=["M012"])]
    kind: StatementKind
    text: Annotated[str, Field(examples=["Bus drivers quit every winter."])]
    confidential: bool
    set_aside: str
    submitted: str


class Statements(BaseModel):
    statements: Sequence[StatementShown]
    next: Next


class Listing(Given):
    """``listed``: other members find this one, and what it wrote openly. Its address stays where it is."""

    listed: Annotated[bool, Field(examples=[True])]


class NewStatement(Given):
    """``member_id`` is whose it is: for staff, who send what others wrote; left out, it is one's own."""

    kind: Annotated[StatementKind, Field(examples=["challenge"])]
    text: Annotated[str, Field(min_length=1, max_length=20_000, examples=["Bus drivers quit every winter."])]
    confidential: bool = False
    member_id: Annotated[str | None, Field(max_length=200, examples=[None])] = None


class Recommendations(BaseModel):
    recommendations: Sequence[Recommendation]


class Topics(BaseModel):
    topics: Sequence[TopicView]
    next: Next


class TopicShown(BaseModel):
    """What a member is told of one topic."""

    topic: TopicView


class Terms(BaseModel):
    terms: Sequence[TermShown]
    next: Next


class TermShown(BaseModel):
    name: TermName
    start: date


class NewTerm(Given):
    name: TermName
    start: Annotated[date, Field(examples=["2026-09-14"])]


class NewRun(Given):
    """``start`` is the first day of a term that is new; ``afresh`` forgets what staff decided by hand;
    ``pins`` are twos of members who are to be paired."""

    kind: Annotated[Kind, Field(examples=["pairs"])]
    term: TermName
    start: Annotated[date | None, Field(examples=[None])] = None
    afresh: bool = False
    pins: Annotated[tuple[tuple[Who, Who], ...], Field(max_length=1_000, examples=[[]])] = ()


class RunShown(BaseModel):
    """A run that was asked for. ``best`` and ``bound`` are in points, ``gap`` how far the best plan may be
    below the best there is (0 to 1), ``seconds`` since it was asked for, until its end. ``plans`` are the
    numbers of the plans that it left."""

    id: int
    kind: Kind
    term: str
    state: Annotated[str, Field(examples=["running"])]
    asked: datetime
    attempts: int
    stage: str
    share: float
    best: int | None
    bound: int | None
    gap: float | None
    seconds: float
    cancel: bool
    plans: Sequence[int]
    error: str
    cure: str
    finished: datetime | None


class Runs(BaseModel):
    runs: Sequence[RunShown]
    next: Next


class AnswerShown(BaseModel):
    member_id: str
    said: Literal["accepted", "declined"]
    at: datetime


class ExchangeShown(BaseModel):
    """``state`` says in words how it stands. A member is told its own answer alone."""

    id: str
    term: str
    structure: Structure
    status: ExchangeStatus
    state: Annotated[str, Field(examples=["published, 1 of 2 accepted"])]
    topic: str
    held_on: date | None
    members: Sequence[MemberShown]
    answers: Sequence[AnswerShown]


class Exchanges(BaseModel):
    exchanges: Sequence[ExchangeShown]
    next: Next


class ProposalShown(BaseModel):
    """``number`` is its place in the list, null where the plan goes on without it. ``shown`` is the pair,
    cohort or visit as its readers see it, with the reasons; null where they were not asked for."""

    id: str
    number: int | None
    state: str
    members: Sequence[str]
    answers: Sequence[AnswerShown]
    shown: MeetingView | None


class Plan(BaseModel):
    """A term's plan. Its ETag, ``version``, goes into If-Match of what changes it."""

    term: str
    kind: Kind
    version: Annotated[str, Field(examples=["5f1c0b6e2d7a4938"])]
    proposals: Sequence[ProposalShown]
    waitlist: Sequence[Left]
    proof: Proof | None


class NewChange(Given):
    """A change by hand. ``other`` is the second of a pin, ban or swap, in visits the host of a pin or ban;
    ``to`` is where one is moved: a peer, the number of a cohort, a host, or empty for the waitlist. Without
    ``keep`` it is only told what the change would do."""

    change: Annotated[ChangeKind, Field(examples=["pin"])]
    one: Who
    other: Annotated[str, Field(max_length=300, examples=["M045"])] = ""
    to: Annotated[str, Field(max_length=300, examples=[""])] = ""
    session: Annotated[int | None, Field(ge=1, le=1_000, examples=[None])] = None
    keep: bool = False


class NewRepair(Given):
    """Who dropped out, who is back, which twos are released, and which numbers of the list stay."""

    without: Annotated[tuple[Who, ...], Field(max_length=1_000)] = ()
    back: Annotated[tuple[Who, ...], Field(max_length=1_000, examples=[[]])] = ()
    release: Annotated[tuple[tuple[Who, Who], ...], Field(max_length=1_000, examples=[[]])] = ()
    confirmed: Annotated[tuple[int, ...], Field(max_length=10_000, examples=[[]])] = ()
    most_changes: Annotated[int | None, Field(ge=0, le=100_000, examples=[None])] = None
    keep: bool = False


class Repaired(BaseModel):
    """What became of the plan, session by session."""

    sessions: Sequence[Mended]


class NewPublication(Given):
    """The drafts to publish; null is all of them."""

    ids: Annotated[list[Annotated[str, Field(max_length=200)]] | None, Field(max_length=20_000)] = None


class Published(BaseModel):
    ids: Sequence[str]


class Said(Given):
    """``member_id`` is for staff, who enter what a member told them."""

    member_id: Annotated[str | None, Field(max_length=200, examples=[None])] = None


class Held(Given):
    on: Annotated[date | None, Field(examples=["2026-10-06"])] = None


class Audit(BaseModel):
    """The latest first."""

    entries: Sequence[Entry]
    next: Next


class Upload(BaseModel):
    """What an import would do. ``token`` confirms it, until ``until``; ``told`` says what was understood,
    what would change and which rows are refused, and why."""

    token: str
    until: datetime
    told: ImportShown


class Imported(BaseModel):
    """What was written, by kind: how many were new, changed and known already."""

    counts: dict[str, dict[str, int]]
    refused_rows: int
