"""A term as its readers see it, and the files that leave the program."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from matcher.affinity import Affinity, Network, evidence, weighed
from matcher.cohorts.problem import VALUE_SCALE, cohort_value
from matcher.cohorts.problem import Problem as CohortProblem
from matcher.cohorts.problem import Solution as CohortSolution
from matcher.domain import WEEKDAYS, Statement, StatementKind, Term, hour_text
from matcher.errors import NotFoundError
from matcher.explain import why
from matcher.export.report import write_report
from matcher.export.view import (
    AsideView,
    CohortView,
    Left,
    PairView,
    Part,
    Person,
    Point,
    Proof,
    Quote,
    TermView,
    TopicView,
    VisitView,
)
from matcher.export.workbook import write_workbook
from matcher.pairing.problem import Problem as PairProblem
from matcher.pairing.problem import Solution as PairSolution
from matcher.store import Run, RunKind
from matcher.topics import layout
from matcher.visits.problem import Problem as VisitProblem
from matcher.visits.problem import Solution as VisitSolution
from matcher.visits.problem import distance_km
from matcher.workflow.case import Case, load, pair_affinities
from matcher.workflow.shown import person, quote, words
from matcher.workflow.workspace import Workspace

#: Sentences that a match quotes.
QUOTES = 3


def export(workspace: Workspace, term: Term, out: Path, *, staff: bool = False) -> tuple[Path, Path]:
    """Write the term's workbook and report page into the folder ``out``; their paths.

    Confidential texts are withheld unless the files are for ``staff``. Raises InputError where
    a file cannot be written.
    """
    view = term_view(workspace, term, staff=staff)
    out.mkdir(parents=True, exist_ok=True)
    workbook, report = out / "term.xlsx", out / "report.html"
    write_workbook(view, workbook)
    write_report(view, report)
    return workbook, report


def term_view(workspace: Workspace, term: Term, *, staff: bool = False) -> TermView:
    """Everything there is to show of a term: the latest run of each structure, and the topics.

    Raises NotFoundError where nothing was formed for the term yet.
    """
    with workspace.store.read() as reading:
        runs = {kind: reading.latest_run(kind, term.name) for kind in RunKind if kind is not RunKind.TOPICS}
    if not any(runs.values()):
        raise NotFoundError(
            f"Nothing has been formed for the term '{term.name}' yet.",
            cure="Run matcher pairs, matcher cohorts or matcher visits first.",
        )
    case = load(workspace)
    shown = _Shown(workspace, case, term, staff)
    pairs, pair_left, pair_proof = shown.pairs(runs[RunKind.PAIRS])
    cohorts, cohort_left, cohort_proof = shown.cohorts(runs[RunKind.COHORTS])
    visits, visit_left, visit_proof = shown.visits(runs[RunKind.VISITS])
    return TermView(
        network=workspace.folder.name,
        term=term.name,
        made_on=datetime.now(UTC).date().isoformat(),
        members=len(case.members),
        organizations=len({each.id for each in case.organizations}),
        states=len({each.state for each in case.organizations if each.state}),
        statements=len(case.statements),
        pairs=pairs,
        cohorts=cohorts,
        visits=visits,
        left=pair_left + cohort_left + visit_left,
        topics=shown.topics(),
        points=shown.points(),
        proofs=pair_proof + cohort_proof + visit_proof,
        aside=shown.aside(),
    )


class _Shown:
    """A case with what is looked up again and again while a view is made of it."""

    def __init__(self, workspace: Workspace, case: Case, term: Term, staff: bool) -> None:
        self.workspace, self.case, self.term, self.staff = workspace, case, term, staff
        self.given: Network = case.affinity_network()
        self.affinity: dict[tuple[int, int], Affinity] = {
            (each.a, each.b): each for each in pair_affinities(workspace, case)
        }
        self.index = {member.id: i for i, member in enumerate(case.members)}
        self.statement = {each.id: each for each in case.statements}
        self.names = {member.id: member.name for member in case.members}
        self.labels = {topic.id: topic.label for topic in case.topics}
        self.topic_of = case.topic_of()
        self.staff_names = {each.id: each.name for each in case.facilitators}

    def person(self, member_id: str) -> Person:
        i = self.index[member_id]
        return person(self.case.members[i], self.case.organizations[i])

    def sentences(self, first: str, second: str, parts: frozenset[str]) -> list[str]:
        """Ids of the statements behind some parts of a match, the strongest first, each once."""
        a, b = sorted((self.index[first], self.index[second]))
        found = evidence(self.given, a, b, self.workspace.model.calibration)
        ids = [text for each in found if each.part in parts for text in (each.a, each.b)]
        return list(dict.fromkeys(ids))

    def quotes(self, ids: list[str]) -> tuple[Quote, ...]:
        return tuple(quote(self.statement[each], self.names, staff=self.staff) for each in ids)

    def when(self, hour: int | None, timezone: str) -> str:
        if hour is None:
            return "time to be agreed"
        zone = timezone.rsplit("/", 1)[-1].replace("_", " ")
        return f"{hour_text(hour, timezone, self.term.start)} ({zone} time)"

    def pairs(self, run: Run | None) -> tuple[tuple[PairView, ...], tuple[Left, ...], tuple[Proof, ...]]:
        if run is None:
            return (), (), ()
        problem, solution = PairProblem.from_json(run.problem), PairSolution.from_json(run.solution)
        ids = [member.id for member in problem.members]
        views = []
        for each in sorted(solution.pairs, key=lambda pair: -pair.affinity):
            a, b = ids[each.a], ids[each.b]
            if a not in self.index or b not in self.index:
                continue
            i, j = sorted((self.index[a], self.index[b]))
            score = self.affinity.get((i, j))
            members = (self.case.members[i], self.case.members[j])
            organizations = (self.case.organizations[i], self.case.organizations[j])
            views.append(
                PairView(
                    a=self.person(ids[each.a]),
                    b=self.person(ids[each.b]),
                    affinity=each.affinity,
                    parts=self._parts(score) if score else (),
                    reasons=why(score, members, organizations) if score else (),
                    quotes=self.quotes(
                        self.sentences(a, b, frozenset({"shared", "help_to_a", "help_to_b"}))[:QUOTES]
                    ),
                    when=self.when(each.hour, members[0].timezone),
                    facilitator=self.staff_names.get(each.facilitator, ""),
                )
            )
        left = self._left("one-to-one", [(ids[each.member], each.reason) for each in solution.waitlist])
        wanting = sum(member.wanted > 0 for member in problem.members)
        proof = Proof(
            "one-to-one",
            solution.status.value,
            solution.placed,
            wanting,
            solution.objective,
            solution.bound,
            solution.gap,
            solution.seconds,
        )
        return tuple(views), left, (proof,)

    def _parts(self, score: Affinity) -> tuple[Part, ...]:
        a, b = self.case.members[score.a].name, self.case.members[score.b].name
        names = ("shared challenge", f"help for {a}", f"help for {b}", "context")
        points = (score.shared, score.help_to_a, score.help_to_b, score.context)
        adds = weighed(
            self.workspace.settings.affinity,
            shared=score.shared,
            help_to_a=score.help_to_a,
            help_to_b=score.help_to_b,
            context=score.context,
        )
        return tuple(Part(*each) for each in zip(names, points, adds, strict=True))

    def cohorts(self, run: Run | None) -> tuple[tuple[CohortView, ...], tuple[Left, ...], tuple[Proof, ...]]:
        if run is None:
            return (), (), ()
        problem, solution = CohortProblem.from_json(run.problem), CohortSolution.from_json(run.solution)
        ids = [member.id for member in problem.members]
        scores = {(a, b): score for a, b, score in problem.affinities}
        views = []
        for number, each in enumerate(solution.cohorts, start=1):
            size = len(each.members)
            total = sum(scores.get((a, b), 0) for a in each.members for b in each.members if a < b)
            people = [ids[i] for i in each.members if ids[i] in self.index]
            own = [self.case.members[self.index[one]] for one in people]
            views.append(
                CohortView(
                    number=number,
                    topic=self.labels.get(each.topic, "No common topic"),
                    members=tuple(self.person(one) for one in people),
                    when=self.when(each.hour, "America/New_York"),
                    local_times=tuple(self.when(each.hour, member.timezone) for member in own),
                    facilitator=self.staff_names.get(each.facilitator, ""),
                    value=cohort_value(total, size) // (VALUE_SCALE * size),
                    practices=tuple(
                        self.names[ids[i]]
                        for i in each.members
                        if each.topic in problem.members[i].practice_topics and ids[i] in self.names
                    ),
                    quotes=self._on_topic(each.topic, people),
                )
            )
        left = self._left("virtual", [(ids[i], reason) for i, reason in solution.waitlist])
        silent = [member.id for member in self.case.members if member.id not in set(ids)]
        left += self._left(
            "virtual",
            [(one, "Wrote nothing yet that can be matched: ask for a challenge.") for one in silent],
        )
        proof = Proof(
            "virtual",
            solution.status.value,
            solution.placed,
            len(problem.members),
            solution.objective // VALUE_SCALE,
            -(-solution.bound // VALUE_SCALE),
            solution.gap,
            solution.seconds,
        )
        return tuple(views), left, (proof,)

    def _on_topic(self, topic: str, member_ids: list[str]) -> tuple[Quote, ...]:
        """What the members of a cohort wrote on its topic, challenges first."""
        found = [
            each
            for each in self.case.statements
            if each.member_id in member_ids and topic and self.topic_of.get(each.id) == topic
        ]
        found.sort(key=lambda each: (each.kind is StatementKind.PRACTICE, each.member_id, each.id))
        return self.quotes([each.id for each in found])

    def visits(self, run: Run | None) -> tuple[tuple[VisitView, ...], tuple[Left, ...], tuple[Proof, ...]]:
        if run is None:
            return (), (), ()
        problem, solution = VisitProblem.from_json(run.problem), VisitSolution.from_json(run.solution)
        help_given = {(visitor, host): points for visitor, host, points in problem.fits}
        views = []
        for number, each in enumerate(solution.events, start=1):
            host = problem.hosts[each.host]
            guests = [i for i in each.visitors if problem.visitors[i].id in self.index]
            if host.id not in self.index:
                continue
            shown = self._practices_shown(host.id, [problem.visitors[i].id for i in guests])
            views.append(
                VisitView(
                    number=number,
                    host=self.person(host.id),
                    weekday=WEEKDAYS[each.weekday],
                    seats=host.seats,
                    visitors=tuple(self.person(problem.visitors[i].id) for i in guests),
                    kilometres=tuple(distance_km(problem.visitors[i], host) for i in guests),
                    help=tuple(help_given[i, each.host] for i in guests),
                    topic=self.labels.get(self.topic_of.get(shown[0], ""), "") if shown else "",
                    quotes=self.quotes(shown),
                )
            )
        left = self._left(
            "peer-hosted", [(problem.visitors[i].id, why_not) for i, why_not in solution.left_out]
        )
        placed = len({i for each in solution.events for i in each.visitors})
        proof = Proof(
            "peer-hosted",
            solution.status.value,
            placed,
            len(problem.visitors),
            solution.objective,
            solution.bound,
            solution.gap,
            solution.seconds,
            note="A visit is proposed only where it is worth its travel, so not everybody is to have one.",
        )
        return tuple(views), left, (proof,)

    def _practices_shown(self, host: str, guests: list[str]) -> list[str]:
        """The host's practices that its visitors come for, the most asked first."""
        asked: Counter[str] = Counter()
        for guest in guests:
            part = "help_to_a" if self.index[guest] < self.index[host] else "help_to_b"
            asked.update(
                one
                for one in self.sentences(guest, host, frozenset({part}))
                if self.statement[one].member_id == host
            )
        return [one for one, _ in asked.most_common(QUOTES)]

    def _left(self, structure: str, reasons: list[tuple[str, str]]) -> tuple[Left, ...]:
        return tuple(
            Left(structure, self.person(member_id), reason)
            for member_id, reason in reasons
            if member_id in self.index
        )

    def topics(self) -> tuple[TopicView, ...]:
        state = {
            member.id: organization.state
            for member, organization in zip(self.case.members, self.case.organizations, strict=True)
        }
        views = []
        for topic in self.case.topics:
            own = [self.statement[one] for one in topic.statement_ids if one in self.statement]
            challenges = sum(each.kind is StatementKind.CHALLENGE for each in own)
            views.append(
                TopicView(
                    id=topic.id,
                    label=topic.label,
                    keywords=topic.keywords,
                    size=len(own),
                    challenges=challenges,
                    practices=len(own) - challenges,
                    states=len({state[each.member_id] for each in own} - {""}),
                    examples=self.quotes([one for one in topic.examples if one in self.statement]),
                )
            )
        return tuple(views)

    def points(self) -> tuple[Point, ...]:
        active = [(i, each) for i, each in enumerate(self.case.statements) if each.id in self.topic_of]
        places = layout(self.case.vectors[[i for i, _ in active]]) if active else []
        return tuple(
            Point(
                x=float(place[0]),
                y=float(place[1]),
                topic=self.labels[self.topic_of[each.id]],
                kind=each.kind.value,
                member=self.names[each.member_id],
                text=words(each, staff=self.staff),
            )
            for (_, each), place in zip(active, places, strict=True)
        )

    def aside(self) -> tuple[AsideView, ...]:
        found: list[Statement] = [each for each in self.case.statements if each.set_aside]
        return tuple(
            AsideView(
                self.person(each.member_id), each.kind.value, words(each, staff=self.staff), each.set_aside
            )
            for each in found
        )
