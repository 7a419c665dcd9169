"""Kept plans as their readers see them: pairs, cohorts and visits, with sentences and proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias, TypeVar

from matcher.affinity import Affinity, weighed
from matcher.cohorts.problem import VALUE_SCALE, cohort_value
from matcher.cohorts.problem import Problem as CohortProblem
from matcher.cohorts.problem import Solution as CohortSolution
from matcher.domain import WEEKDAY_NAMES, StatementKind, Structure, Topic
from matcher.explain import why
from matcher.export.view import CohortView, Left, PairView, Part, Proof, Quote, VisitView
from matcher.export.words import counted
from matcher.pairing.problem import Problem as PairProblem
from matcher.pairing.problem import Solution as PairSolution
from matcher.store import Run
from matcher.visits.problem import Problem as VisitProblem
from matcher.visits.problem import Solution as VisitSolution
from matcher.visits.problem import distance_km
from matcher.workflow.ledger import busy
from matcher.workflow.shown import Shown

#: Sentences that a match quotes.
QUOTES = 3
#: Why a member that no cohort was sought for is without one.
SILENT = "Wrote nothing yet that can be matched: ask for a challenge."
LATE = "Was not to be matched yet when the cohorts were formed: form them again."
#: What is said of cohorts where topics were edited, or found anew, after they were formed.
CHANGED = "The topics were changed after these cohorts were formed: form them again to use them"
#: Why a member that joined later is without a pair.
JOINED = "Was not a member yet when the pairs were formed: form them again."
V = TypeVar("V")
#: What was planned, who was left out and why, and how good the plan is.
Views: TypeAlias = tuple[tuple[V, ...], tuple[Left, ...], tuple[Proof, ...]]


def pair_views(shown: Shown, run: Run | None) -> Views[PairView]:
    """A run of one-to-ones, best first; three empty tuples where there was none."""
    if run is None:
        return (), (), ()
    problem, solution = PairProblem.from_json(run.problem), PairSolution.from_json(run.solution)
    ids = [member.id for member in problem.members]
    views = []
    for each in sorted(solution.pairs, key=lambda pair: -pair.affinity):
        a, b = ids[each.a], ids[each.b]
        if a not in shown.index or b not in shown.index:
            continue
        i, j = sorted((shown.index[a], shown.index[b]))
        score = shown.affinity.get((i, j))
        if score and score.score != each.affinity:
            score = None  # what they wrote, or a weight, has changed since: its parts would explain another
        members = (shown.case.members[i], shown.case.members[j])
        organizations = (shown.case.organizations[i], shown.case.organizations[j])
        views.append(
            PairView(
                a=shown.person(ids[each.a]),
                b=shown.person(ids[each.b]),
                affinity=each.affinity,
                parts=_parts(shown, score) if score else (),
                reasons=why(score, members, organizations) if score else (),
                quotes=shown.quotes(
                    shown.sentences(a, b, frozenset({"shared", "help_to_a", "help_to_b"}))[:QUOTES]
                ),
                when=shown.when(each.hour, members[0].timezone),
                facilitator=shown.staff_names.get(each.facilitator, ""),
            )
        )
    left = shown.left("one-to-one", [(ids[each.member], each.reason) for each in solution.waitlist])
    known = set(ids)
    left += shown.left(
        "one-to-one",
        [
            (member.id, JOINED)
            for member in shown.case.members
            if member.id not in known and member.one_to_ones and member.wants(Structure.ONE_TO_ONE)
        ],
    )
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
        placed_bound=solution.placed_bound,
    )
    return tuple(views), left, (proof,)


def _parts(shown: Shown, score: Affinity) -> tuple[Part, ...]:
    a, b = shown.case.members[score.a].name, shown.case.members[score.b].name
    names = ("shared challenge", f"help for {a}", f"help for {b}", "context")
    points = (score.shared, score.help_to_a, score.help_to_b, score.context)
    adds = weighed(
        shown.workspace.settings.affinity,
        shared=score.shared,
        help_to_a=score.help_to_a,
        help_to_b=score.help_to_b,
        context=score.context,
    )
    return tuple(Part(*each) for each in zip(names, points, adds, ("", "A", "B", ""), strict=True))


def cohort_views(shown: Shown, run: Run | None) -> Views[CohortView]:
    """A run of virtual cohorts. Members who ask for other structures only are not left out: they did
    not ask."""
    if run is None:
        return (), (), ()
    problem, solution = CohortProblem.from_json(run.problem), CohortSolution.from_json(run.solution)
    ids = [member.id for member in problem.members]
    scores = {(a, b): score for a, b, score in problem.affinities}
    with shown.workspace.store.read() as reading:
        basis = reading.topics(before=run.id)
    topic_of = {one: topic.id for topic in basis for one in topic.statement_ids}
    planned = {
        each.member_ids: each.topic
        for each in shown.case.exchanges
        if each.term == shown.term and each.structure is Structure.VIRTUAL
    }
    views = []
    for number, each in enumerate(solution.cohorts, start=1):
        size = len(each.members)
        total = sum(scores.get((a, b), 0) for a in each.members for b in each.members if a < b)
        people = [ids[i] for i in each.members if ids[i] in shown.index]
        own = [shown.case.members[shown.index[one]] for one in people]
        # The proposal kept the label that the topic had.
        topic = planned.get(tuple(ids[i] for i in each.members), "")
        views.append(
            CohortView(
                number=number,
                topic=topic or "No common topic",
                members=tuple(shown.person(one) for one in people),
                when=shown.when(each.hour, "America/New_York"),
                local_times=tuple(shown.when(each.hour, member.timezone) for member in own),
                facilitator=shown.staff_names.get(each.facilitator, ""),
                value=cohort_value(total, size) // (VALUE_SCALE * size),
                practices=tuple(
                    shown.names[ids[i]]
                    for i in each.members
                    if each.topic in problem.members[i].practice_topics and ids[i] in shown.names
                ),
                quotes=_on_topic(shown, topic_of, each.topic, people),
            )
        )
    left = shown.left("virtual", [(ids[i], reason) for i, reason in solution.waitlist])
    writers = shown.case.writers()
    known = set(ids) | busy(shown.case, shown.term, Structure.VIRTUAL)
    others = [
        member.id
        for member in shown.case.members
        if member.id not in known and member.wants(Structure.VIRTUAL)
    ]
    left += shown.left("virtual", [(one, LATE if one in writers else SILENT) for one in others])
    proof = Proof(
        "virtual",
        solution.status.value,
        solution.placed,
        len(problem.members),
        *in_points(solution.objective, solution.bound),
        solution.gap,
        solution.seconds,
        note=_since(basis, shown.case.topics),
        placed_bound=solution.placed_bound,
    )
    return tuple(views), left, (proof,)


def _since(basis: tuple[Topic, ...], now: tuple[Topic, ...]) -> str:
    """What to know of a plan whose topics have changed since, or nothing."""
    then = {one: (topic.id, topic.label) for topic in basis for one in topic.statement_ids}
    today = {one: (topic.id, topic.label) for topic in now for one in topic.statement_ids}
    other = sum(place != today.get(one) for one, place in then.items())
    if not other:
        return ""
    return f"{CHANGED} ({counted(other, 'statement')} in another topic or under another name now)."


def in_points(objective: int, bound: int) -> tuple[int, int]:
    """Hundredths in whole points: total rounded down, bound up; equal only if they were before."""
    total = objective // VALUE_SCALE
    return total, total if objective == bound else -(-bound // VALUE_SCALE)


def _on_topic(
    shown: Shown, topic_of: Mapping[str, str], topic: str, member_ids: list[str]
) -> tuple[Quote, ...]:
    """What the members of a cohort wrote on its topic, as topics were then, challenges first."""
    found = [
        each
        for each in shown.case.statements
        if each.member_id in member_ids and topic and topic_of.get(each.id) == topic
    ]
    found.sort(key=lambda each: (each.kind is StatementKind.PRACTICE, each.member_id, each.id))
    return shown.quotes([each.id for each in found])


def visit_views(shown: Shown, run: Run | None) -> Views[VisitView]:
    """A run of peer-hosted visits."""
    if run is None:
        return (), (), ()
    problem, solution = VisitProblem.from_json(run.problem), VisitSolution.from_json(run.solution)
    help_given = {(visitor, host): points for visitor, host, points in problem.fits}
    views = []
    for number, each in enumerate(solution.events, start=1):
        host = problem.hosts[each.host]
        guests = [i for i in each.visitors if problem.visitors[i].id in shown.index]
        if host.id not in shown.index:
            continue
        practices = _practices_shown(shown, host.id, [problem.visitors[i].id for i in guests])
        views.append(
            VisitView(
                number=number,
                host=shown.person(host.id),
                weekday=WEEKDAY_NAMES[each.weekday],
                seats=host.seats,
                visitors=tuple(shown.person(problem.visitors[i].id) for i in guests),
                kilometres=tuple(distance_km(problem.visitors[i], host) for i in guests),
                help=tuple(help_given[i, each.host] for i in guests),
                topic=shown.labels.get(shown.topic_of.get(practices[0], ""), "") if practices else "",
                quotes=shown.quotes(practices),
            )
        )
    left = shown.left("peer-hosted", [(problem.visitors[i].id, why_not) for i, why_not in solution.left_out])
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


def _practices_shown(shown: Shown, host: str, guests: list[str]) -> list[str]:
    """The host's practices that its visitors come for, the most asked first."""
    asked: Counter[str] = Counter()
    for guest in guests:
        part = "help_to_a" if shown.index[guest] < shown.index[host] else "help_to_b"
        asked.update(
            one
            for one in shown.sentences(guest, host, frozenset({part}))
            if shown.statement[one].member_id == host
        )
    return [one for one, _ in asked.most_common(QUOTES)]
