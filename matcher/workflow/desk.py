"""The desk at which questions are asked: a network in memory, read once, that takes new statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matcher.domain import NextStep, Organization, Statement
from matcher.embed import Progress
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
from matcher.workflow.case import Case, load, vectors_of
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
from matcher.workflow.workspace import Workspace, taxonomy_of

#: Answers that are shown as nearest where none is good.
NEAREST = 3


class Desk:
    """Open one with :func:`open_desk`. What staff alone may see is not in it, unless it was opened for
    them. One thread at a time."""

    def __init__(
        self,
        workspace: Workspace,
        case: Case,
        steps: Iterable[NextStep],
        stamp: Mapping[str, str],
        taxonomy: Taxonomy,
        *,
        staff: bool,
    ) -> None:
        self.workspace, self.staff, self.stamp = workspace, staff, stamp
        self._members = {member.id: member for member in case.members}
        self._places: dict[str, Organization] = dict(zip(self._members, case.organizations, strict=True))
        self._topic_of = case.topic_of()
        self._labels = {topic.id: topic.label for topic in case.topics}
        term = max(case.terms, key=lambda each: (each.start, each.name), default=None)
        self._records = records(case.members, case.exchanges, steps, term)
        self.index = Index(taxonomy, load_fitted(workspace.embedder.key), model_words(workspace.model.folder))
        #: Ids of the statements that were looked at, whether they count or not.
        self._read = {statement.id for statement in case.written}
        # A run of topics sets aside what is far from all others: it may be the answer to a rare question.
        by_staff = {each.id for each in case.statements if each.set_aside == BY_STAFF}
        for statement, vector in zip(case.written, case.vectors, strict=True):
            if self._may_count(statement) and statement.id not in by_staff:
                self.index.add(statement, vector)

    def _may_count(self, statement: Statement) -> bool:
        return not statement.set_aside and (self.staff or not statement.confidential)

    def add(self, statement: Statement) -> None:
        """Take one more statement of a known member, at once; one that is here already changes nothing.

        Raises NotFoundError where the member came after the desk was opened.
        """
        if statement.member_id not in self._members:
            raise NotFoundError(
                f"There is no member '{statement.member_id}' here.", cure="Open the desk again: it is newer."
            )
        if statement.id in self._read:
            return
        if self._may_count(statement):
            vectors = vectors_of(self.workspace, [statement.text])
            self.index.add(statement, vectors[digest(statement.text)])
        self._read.add(statement.id)

    def catch_up(self, statements: Iterable[Statement], stamp: Mapping[str, str]) -> bool:
        """Take what is new of a network's statements; False, with nothing taken, where more changed since
        ``self.stamp`` than that some were added."""
        every = {each.id: each for each in statements}
        changed = {name for name in stamp if stamp[name] != self.stamp.get(name)}
        if changed - {"statement"} or not self._read <= every.keys():
            return False
        for each in every.values():
            self.add(each)
        self.stamp = stamp
        return True

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
        return Found(text, reading.searched, corrections, reading.facets, answers, nearest, note)

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
        return Found(like.text, like.text, (), (), answers, nearest, note)

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
            return "Nobody has written a statement yet."
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


def open_desk(
    workspace: Workspace,
    *,
    staff: bool = False,
    progress: Progress | None = None,
    taxonomy: Taxonomy | None = None,
) -> Desk:
    """Read a network for questions; texts that have no vector yet are embedded and kept.

    Confidential statements count for staff alone. ``taxonomy`` is read from the network's folder where
    none is given. Raises InputError where there are no members or the network's own taxonomy cannot be
    used, ArtefactError where a file of the project is missing.
    """
    with workspace.store.read() as reading:
        stamp, steps = reading.stamp(), reading.next_steps()
    known = taxonomy_of(workspace.folder) if taxonomy is None else taxonomy
    return Desk(workspace, load(workspace, progress), steps, stamp, known, staff=staff)


def refreshed(desk: Desk) -> Desk:
    """The same desk, with the statements that are new, or a new one where more than that was written to
    the network since it was opened.

    It keeps its taxonomy, for the embedder keeps the one that it was opened with.
    """
    with desk.workspace.store.read() as reading:
        stamp = reading.stamp()
        statements = () if stamp == desk.stamp else reading.statements()
    if stamp == desk.stamp or desk.catch_up(statements, stamp):
        return desk
    return open_desk(desk.workspace, staff=desk.staff, taxonomy=desk.index.lexicon.taxonomy)
