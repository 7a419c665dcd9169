"""Kept plans as their readers see them: pairs, cohorts and visits, with sentences and proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, TypeVar

from matcher.affinity import Affinity, weighed
from matcher.cohorts.problem import VALUE_SCALE, Cohort, cohort_value
from matcher.cohorts.problem import Problem as CohortProblem
from matcher.domain import WEEKDAY_NAMES, StatementKind, Structure, Topic
from matcher.explain import why, why_cohort, why_visit
from matcher.export.view import CohortView, Left, PairView, Part, Proof, Quote, VisitView
from matcher.export.words import counted
from matcher.store import Run, RunKind
from matcher.visits.problem import Problem as VisitProblem
from matcher.visits.problem import distance_km
from matcher.workflow.inforce import Seat, as_planned, beside, seats
from matcher.workflow.keeping import by_hand
from matcher.workflow.ledger import busy
from matcher.workflow.proofs import cohort_proof, pair_proof, visit_proof
from matcher.workflow.reading import loaded_cohorts, loaded_pairs, loaded_visits
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
#: Why a member that staff took out of a plan is without a place.
GONE = "Dropped out of the term, as staff said."
V = TypeVar("V")
#: What was planned, who was left out and why, and how good the plan is.
Views: TypeAlias = tuple[tuple[V, ...], tuple[Left, ...], tuple[Proof, ...]]


def _seats(shown: Shown, kind: RunKind, runs: Sequence[Run]) -> list[Seat]:
    """What is shown of a kind: the plan's, then what was published of an earlier one and stands beside it."""
    own = [seat for run in runs for seat in seats(kind, shown.term, run)]
    others = beside(shown.case.exchanges, shown.term, kind, [seat.proposal for seat in own])
    if not others:
        return own
    with shown.workspace.store.read() as reading:
        return own + as_planned(reading, shown.term, kind, others)


def pair_views(shown: Shown, runs: Sequence[Run]) -> Views[PairView]:
    """The pairs of a term, best first; three empty tuples where none were formed."""
    if not runs:
        return (), (), ()
    problem, solution = loaded_pairs(runs[0])
    ids = [member.id for member in problem.members]
    views = []
    for seat in _seats(shown, RunKind.PAIRS, runs):
        each = seat.planned
        a, b = seat.proposal.member_ids
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
                a=shown.person(a),
                b=shown.person(b),
                affinity=each.affinity,
                parts=_parts(shown, score) if score else (),
                reasons=why(score, members, organizations) if score else (),
                quotes=shown.quotes(
                    shown.sentences(a, b, frozenset({"shared", "help_to_a", "help_to_b"}))[:QUOTES]
                ),
                when=shown.when(each.hour, members[0].timezone),
                facilitator=shown.staff_names.get(each.facilitator, ""),
                state=shown.state(seat.proposal),
            )
        )
    left = shown.left("one-to-one", [(ids[each.member], each.reason) for each in solution.waitlist])
    known = {*ids, *runs[0].origin.decisions.without}
    left += shown.left(
        "one-to-one",
        [
            (member.id, JOINED)
            for member in shown.case.members
            if member.id not in known and member.one_to_ones and member.wants(Structure.ONE_TO_ONE)
        ],
    )
    left += shown.left("one-to-one", [(one, GONE) for one in runs[0].origin.decisions.without])
    return tuple(views), left, (pair_proof(problem, solution, by_hand(shown.workspace, runs)),)


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


def cohort_views(shown: Shown, runs: Sequence[Run]) -> Views[CohortView]:
    """The virtual cohorts of a term, a run for each session. Members who ask for other structures only are
    not left out: they did not ask. Who has no place in one of several sessions is named with it."""
    if not runs:
        return (), (), ()
    with shown.workspace.store.read() as reading:
        basis = reading.topics(before=runs[0].id)
    topic_of = {one: topic.id for topic in basis for one in topic.statement_ids}
    views: list[CohortView] = []
    left: tuple[Left, ...] = ()
    plans = [loaded_cohorts(run) for run in runs]
    for session, (problem, solution) in enumerate(plans, start=1):
        ids = [member.id for member in problem.members]
        waiting = shown.left("virtual", [(ids[i], reason) for i, reason in solution.waitlist])
        if len(runs) > 1:
            waiting = tuple(replace(one, reason=f"Session {session}: {one.reason}") for one in waiting)
        left += waiting
    for seat in _seats(shown, RunKind.COHORTS, runs):
        assert isinstance(seat.problem, CohortProblem)
        made = _cohort_view(shown, seat.problem, seat.planned, topic_of, len(views) + 1, seat.session)
        views.append(replace(made, state=shown.state(seat.proposal)))
    writers = shown.case.writers()
    known = {member.id for problem, _ in plans for member in problem.members}
    known |= busy(shown.case, shown.term, Structure.VIRTUAL) | {*runs[0].origin.decisions.without}
    others = [
        member.id
        for member in shown.case.members
        if member.id not in known and member.wants(Structure.VIRTUAL)
    ]
    left += shown.left("virtual", [(one, LATE if one in writers else SILENT) for one in others])
    left += shown.left("virtual", [(one, GONE) for one in runs[0].origin.decisions.without])
    note = _since(basis, shown.case.topics)
    return tuple(views), left, (cohort_proof(plans, note, by_hand(shown.workspace, runs)),)


def _cohort_view(
    shown: Shown,
    problem: CohortProblem,
    each: Cohort,
    topic_of: Mapping[str, str],
    number: int,
    session: int,
) -> CohortView:
    ids = [member.id for member in problem.members]
    scores = {(a, b): score for a, b, score in problem.affinities}
    size = len(each.members)
    total = sum(scores.get((a, b), 0) for a in each.members for b in each.members if a < b)
    people = [ids[i] for i in each.members if ids[i] in shown.index]
    own = [shown.case.members[shown.index[one]] for one in people]
    # The proposal kept the label that the topic had.
    planned = {
        one.member_ids: one.topic
        for one in shown.case.exchanges
        if one.term == shown.term and one.structure is Structure.VIRTUAL
    }
    topic = planned.get(tuple(ids[i] for i in each.members), "")
    return CohortView(
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
        session=session,
        reasons=why_cohort(problem, each, shown.spoken(each.topic, topic)).sentences,
    )


def _since(basis: tuple[Topic, ...], now: tuple[Topic, ...]) -> str:
    """What to know of a plan whose topics have changed since, or nothing."""
    then = {one: (topic.id, topic.label) for topic in basis for one in topic.statement_ids}
    today = {one: (topic.id, topic.label) for topic in now for one in topic.statement_ids}
    other = sum(place != today.get(one) for one, place in then.items())
    if not other:
        return ""
    return f"{CHANGED} ({counted(other, 'statement')} in another topic or under another name now)."


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


def visit_views(shown: Shown, runs: Sequence[Run]) -> Views[VisitView]:
    """The peer-hosted visits of a term."""
    if not runs:
        return (), (), ()
    problem, solution = loaded_visits(runs[0])
    views = []
    for number, seat in enumerate(_seats(shown, RunKind.VISITS, runs), start=1):
        assert isinstance(seat.problem, VisitProblem)
        planned, each = seat.problem, seat.planned
        help_given = {(visitor, host): points for visitor, host, points in planned.fits}
        host, visitors = planned.hosts[each.host], planned.visitors
        guests = [i for i in each.visitors if visitors[i].id in shown.index]
        if host.id not in shown.index:
            continue
        practices = _practices_shown(shown, host.id, [visitors[i].id for i in guests])
        views.append(
            VisitView(
                number=number,
                host=shown.person(host.id),
                weekday=WEEKDAY_NAMES[each.weekday],
                date=each.date,
                seats=host.seats,
                visitors=tuple(shown.person(visitors[i].id) for i in guests),
                kilometres=tuple(distance_km(visitors[i], host) for i in guests),
                help=tuple(help_given[i, each.host] for i in guests),
                topic=shown.labels.get(shown.topic_of.get(practices[0], ""), "") if practices else "",
                quotes=shown.quotes(practices),
                reasons=why_visit(planned, each, shown.spoken()).sentences,
                state=shown.state(seat.proposal),
            )
        )
    left = shown.left("peer-hosted", [(problem.visitors[i].id, why_not) for i, why_not in solution.left_out])
    left += shown.left("peer-hosted", [(one, GONE) for one in runs[0].origin.decisions.without])
    return tuple(views), left, (visit_proof(problem, solution, by_hand(shown.workspace, runs)),)


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
