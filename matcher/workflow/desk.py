"""The desk at which questions are asked: a network in memory, read once, that takes new statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matcher.domain import Exchange, Member, NextStep, Organization, Statement, Term, Topic
from matcher.embed import Vectors
from matcher.errors import InputError, NotFoundError
from matcher.record import digest
from matcher.search import (
    Correction,
    Filters,
    Hit,
    Index,
    Kind,
    Question,
    Reading,
    Record,
    evidence,
    load_fitted,
    model_words,
    reasons,
    records,
    standing,
)
from matcher.taxonomy import Taxonomy
from matcher.topics.find import BY_STAFF
from matcher.workflow.case import vectors_of
from matcher.workflow.question import (
    FIELDS,
    Answer,
    Found,
    check_limit,
    cleaned,
    foreign,
    joined,
    only,
    read_question,
)
from matcher.workflow.shown import person
from matcher.workflow.workspace import Workspace

#: Answers that are shown as nearest where none is good.
NEAREST = 3


@dataclass(frozen=True, slots=True)
class Written:
    """A network as it stood after the audit's entry ``last``. ``aside`` says by their ids why a run of topics
    or staff set statements aside."""

    last: int
    members: tuple[Member, ...]
    organizations: tuple[Organization, ...]
    statements: tuple[Statement, ...]
    aside: Mapping[str, str]
    topics: tuple[Topic, ...]
    exchanges: tuple[Exchange, ...]
    steps: tuple[NextStep, ...]
    terms: tuple[Term, ...]


class Desk:
    """Open one with :func:`matcher.workflow.following.open_desk`. What staff alone may see is not in it,
    unless it was opened for them, and at a directory's only who agreed to stand in it. One thread at a
    time where it is changed; several may ask."""

    def __init__(
        self,
        workspace: Workspace,
        written: Written,
        vectors: Mapping[str, Vectors],
        taxonomy: Taxonomy,
        *,
        staff: bool,
        directory: bool = False,
        before: Index | None = None,
    ) -> None:
        """``vectors`` are those of texts by their :func:`matcher.record.digest`. What ``before`` holds is not
        read again, if all of it still counts; it is this desk's from then on."""
        self.workspace, self.staff = workspace, staff
        #: The number of the audit's latest entry when this was read.
        self.last = written.last
        self.directory = directory
        places = {each.id: each for each in written.organizations}
        self._members = {member.id: member for member in written.members}
        self._places = {member.id: places[member.organization_id] for member in written.members}
        self._topic_of = {each: topic.id for topic in written.topics for each in topic.statement_ids}
        self._labels = {topic.id: topic.label for topic in written.topics}
        self.meet(written.exchanges, written.steps, written.terms)
        #: Ids of the statements that were looked at, whether they count or not.
        self._known = {statement.id for statement in written.statements}
        #: Those that count and have no vector yet, by their ids: they answer nothing until :meth:`read`.
        self.unread: dict[str, Statement] = {}
        # A run of topics sets aside what is far from all others: it may be the answer to a rare question.
        counted = [
            each
            for each in written.statements
            if self._may_count(each) and written.aside.get(each.id) != BY_STAFF
        ]
        self.index = (
            before
            if before is not None and _holds(before, counted)
            else Index(taxonomy, load_fitted(workspace.embedder.key), model_words(workspace.model.folder))
        )
        for each in counted:
            if each.id in self.index:
                self.index.renew(each)
            else:
                self._take(each, vectors)

    def _may_count(self, statement: Statement) -> bool:
        seen = self.staff or not statement.confidential
        listed = not self.directory or self._members[statement.member_id].listed
        return seen and listed and not statement.set_aside

    def _take(self, statement: Statement, vectors: Mapping[str, Vectors]) -> None:
        vector = vectors.get(digest(statement.text))
        if vector is None:
            self.unread[statement.id] = statement
        else:
            self.index.add(statement, vector)

    def add(self, statement: Statement, vectors: Mapping[str, Vectors] | None = None) -> None:
        """Take one more statement of a known member, at once; one that is here already changes nothing. With
        ``vectors``, by :func:`matcher.record.digest`, it is not read where it has none among them.

        Raises NotFoundError where the member came after the desk was opened.
        """
        if statement.member_id not in self._members:
            raise NotFoundError(
                f"There is no member '{statement.member_id}' here.", cure="Open the desk again: it is newer."
            )
        if statement.id in self._known:
            return
        if self._may_count(statement):
            self._take(
                statement, vectors_of(self.workspace, [statement.text]) if vectors is None else vectors
            )
        self._known.add(statement.id)

    def read(self, vectors: Mapping[str, Vectors]) -> None:
        """Let those answer that had no vector, where it is among ``vectors`` (as in :meth:`add`)."""
        waiting, self.unread = self.unread, {}
        for each in waiting.values():
            self._take(each, vectors)

    def meet(self, exchanges: Iterable[Exchange], steps: Iterable[NextStep], terms: Iterable[Term]) -> None:
        """Take up what members did with each other: all of it, with the network's terms."""
        term = max(terms, key=lambda each: (each.start, each.name), default=None)
        self._records = records(self._members.values(), exchanges, steps, term)

    def ask(
        self,
        query: str,
        filters: Filters | None = None,
        *,
        limit: int = 10,
        as_typed: bool = False,
        without: Sequence[str] = (),
    ) -> Found:
        """Members by the chance that what they wrote answers, hosts by their practices.

        ``filters`` come before what the question names. ``as_typed`` takes the question word for word;
        ``without`` names filters (by kind, value or words) that it is not to be read as. Raises
        InputError where the question is empty, too long or names no topic, where ``without`` names
        nothing that was read, or the limit is below 1.
        """
        check_limit(limit)
        text = cleaned(query)
        corrections: tuple[Correction, ...] = ()
        reading = Reading(text)
        if without or not as_typed:
            corrected, corrections = self._spelt(text)
            reading = read_question(corrected, without)
        if as_typed:
            corrections, reading = (), Reading(text)
        weights = self.index.lexicon.weights(reading.searched)
        if not weights:
            named = f" beside {', '.join(each.words for each in reading.facets)}" if reading.facets else ""
            raise InputError(
                f"The question names no topic{named}.", cure='Say what about, as in "needs assessments".'
            )
        wanted, reading = self._settle(filters or Filters(), reading)
        question = self.index.ask(reading.searched, self.workspace.embedder.embed([reading.searched])[0])
        answers, nearest = self._answers(question, reading.searched, wanted, limit)
        note = "" if answers else self._why_none(text, wanted, question)
        return Found(
            text, reading.searched, corrections, reading.facets, answers, nearest, note, len(self.unread)
        )

    def _spelt(self, text: str) -> tuple[str, tuple[Correction, ...]]:
        """The question with its misspelt words mended. Of a short form alone only the meaning is asked:
        three letters say little to the model, and in small letters they may be a word (el, sel)."""
        meaning = self.index.lexicon.taxonomy.meaning(text)
        return (meaning, (Correction(text, meaning),)) if meaning else self.index.correct(text)

    def more_like(self, statement_id: str, filters: Filters | None = None, *, limit: int = 10) -> Found:
        """Other members whose statements are like one, best first.

        Raises NotFoundError where there is no such statement or it is not for this reader to see,
        InputError where the limit is below 1.
        """
        check_limit(limit)
        if statement_id not in self.index:
            raise NotFoundError(
                f"There is no statement '{statement_id}' to compare with.",
                cure="`matcher show member NAME` lists a member's statements with their ids.",
            )
        wanted, like = filters or Filters(), self.index.statement(statement_id)
        question = self.index.ask(like.text, self.index.vector(statement_id))
        answers, nearest = self._answers(question, like.text, wanted, limit, but=like.member_id)
        note = "" if answers else self._why_none(like.text, wanted, question)
        return Found(like.text, like.text, (), (), answers, nearest, note, len(self.unread))

    def _admitted(self, filters: Filters, but: str = "") -> frozenset[str] | None:
        """Ids of the members that pass; None where all do."""
        if filters == Filters() and not but:
            return None
        return frozenset(
            id
            for id, member in self._members.items()
            if id != but and filters.admit(member, self._places[id])
        )

    def _admits(self, filters: Filters) -> bool:
        """Whether anybody passes."""
        return any(filters.admit(member, self._places[id]) for id, member in self._members.items())

    def _settle(self, given: Filters, reading: Reading) -> tuple[Filters, Reading]:
        """The filters that count: those given, and those read where nothing else was given. One that
        would leave nobody is not applied."""
        for kind, field in FIELDS.items():
            if getattr(given, field):
                reading = reading.hold_back(kind, "an option says it")
        named = [
            kind
            for kind in reversed(Kind)
            if any(each.kind is kind and each.applied for each in reading.facets)
        ]
        if not self._admits(given):
            for kind in named:
                reading = reading.hold_back(kind, "the options leave nobody")
            return given, reading
        for kind in named:
            if not self._admits(joined(given, only(reading, kind))):
                reading = reading.hold_back(kind, "it would leave nobody")
        for kind in named:
            if self._admits(joined(given, reading.filters())):
                break
            reading = reading.hold_back(kind, "with the others it would leave nobody")
        return joined(given, reading.filters()), reading

    def _answers(
        self, question: Question, searched: str, filters: Filters, limit: int, *, but: str = ""
    ) -> tuple[tuple[Answer, ...], tuple[Answer, ...]]:
        """The good answers, and the nearest where there is none."""
        hits = self.index.rank(
            question,
            members=self._admitted(filters, but),
            practices=filters.hosts,
            limit=None if filters.hosts else max(limit, NEAREST),
        )
        good = [hit for hit in hits if hit.chance >= self.index.fitted.threshold]
        if filters.hosts:
            good.sort(key=lambda hit: standing(hit.chance, self._record(hit)), reverse=True)
        shown, nearest = good[:limit], () if good else hits[:NEAREST]
        return (
            tuple(self._answer(hit, question, searched, filters) for hit in shown),
            tuple(self._answer(hit, question, searched, filters) for hit in nearest),
        )

    def _record(self, hit: Hit) -> Record:
        return self._records.get(hit.member_id, Record())

    def _answer(self, hit: Hit, question: Question, searched: str, filters: Filters) -> Answer:
        member, statement = self._members[hit.member_id], self.index.statement(hit.statement_id)
        seen = evidence(searched, statement.text, self.index.lexicon, self.index.rarity)
        fitted, record = self.index.fitted, self._record(hit)
        close = fitted.chance(hit.cosine, question.known) >= fitted.threshold
        others = len(hit.others)
        more = (
            (f"{others} more of their statements {'come' if others > 1 else 'comes'} near it",)
            if others
            else ()
        )
        return Answer(
            person=person(member, self._places[member.id]),
            statement_id=statement.id,
            kind=statement.kind.value,
            text=statement.text,
            sentence=seen.sentence,
            highlights=seen.highlights,
            topic=self._labels.get(self._topic_of.get(statement.id, ""), ""),
            points=hit.points,
            why=(*reasons(seen, close=close), *more, *(record.told() if filters.hosts else ())),
            seats=member.seats,
            seats_left=record.seats_left,
        )

    def _why_none(self, text: str, filters: Filters, question: Question) -> str:
        """That there is no good answer, in words, and what may help."""
        if not len(self.index):
            return (
                "What members wrote is being read. Ask again in a moment."
                if self.unread
                else "Nobody has written a statement yet."
            )
        if not self._admits(filters):
            return "The filters let nobody through. Leave one out."
        if question.known == 0 and foreign(text):
            return (
                "The question is in a script that no statement here uses, and that the language model does "
                "not read. Ask in English or Spanish."
            )
        limited = filters != Filters()
        among = "nobody that the filters let through" if limited else "nobody"
        cure = "Leave out a filter." if limited else "Try other words, or fewer."
        return f"There is no good answer: {among} wrote anything that comes near it. {cure}"


def _holds(index: Index, counted: Iterable[Statement]) -> bool:
    """Whether all that an index holds is among the statements that count, with the same text."""
    known = {each.id: each for each in counted}
    return all(
        (now := known.get(was.id)) is not None
        and (now.text, now.kind, now.member_id) == (was.text, was.kind, was.member_id)
        for was in index.statements
    )
