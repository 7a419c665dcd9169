"""Why this cohort, why this visit: from the problem and the plan alone, with their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from matcher.cohorts.problem import Cohort, cohort_value
from matcher.cohorts.problem import Problem as CohortProblem
from matcher.domain import WEEKDAY_NAMES
from matcher.explain.words import Words, counted, listed, sentence
from matcher.visits.problem import Event, distance_km, travel_points
from matcher.visits.problem import Problem as VisitProblem

#: So many pairs of a cohort, those that gain most, are named.
PAIRS = 3


@dataclass(frozen=True, slots=True)
class CohortReason:
    """``means``: (member, mean affinity to the others, rounded down), ascending by member; ``best``: the
    pairs that gain most as (member, member, affinity); ``practices``: members with a practice on the topic;
    ``challenges``: those who face it. ``value`` is the cohort's, in the solution's units."""

    means: tuple[tuple[int, int], ...]
    best: tuple[tuple[int, int, int], ...]
    challenges: tuple[int, ...]
    practices: tuple[int, ...]
    value: int
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """A ``visitor`` at a visit: what it gains, the way in kilometres (None: not known), what that costs in
    points, and what is left."""

    visitor: int
    help: int
    kilometres: int | None
    travel: int
    worth: int


@dataclass(frozen=True, slots=True)
class VisitReason:
    """``seats``, the most worth first; ``hosting``: points against the host for earlier visits; ``value``:
    what the visit adds to the plan."""

    seats: tuple[Seat, ...]
    hosting: int
    value: int
    sentences: tuple[str, ...]


def why_cohort(problem: CohortProblem, cohort: Cohort, words: Words | None = None) -> CohortReason:
    """What brings the members of a cohort together."""
    words, members, inside = words or Words(), cohort.members, set(cohort.members)
    score = {(i, j): points for i, j, points in problem.affinities if i in inside and j in inside}
    total = dict.fromkeys(members, 0)
    for (i, j), points in score.items():
        total[i] += points
        total[j] += points
    others = max(1, len(members) - 1)
    pairs = sorted(
        ((i, j, score.get((i, j), 0)) for i, j in combinations(members, 2)), key=lambda pair: -pair[2]
    )
    best = tuple(pair for pair in pairs[:PAIRS] if pair[2])

    def called(indices: tuple[int, ...] | list[int]) -> str:
        return listed(words.name(problem.members[i].id) for i in indices)

    challenges = tuple(i for i in members if cohort.topic in problem.members[i].challenge_topics)
    practices = tuple(i for i in members if cohort.topic in problem.members[i].practice_topics)
    told = []
    if cohort.topic:
        topic, size = words.name(cohort.topic), counted(len(members), "member")
        faces = "faces" if len(challenges) == 1 else "face"
        told.append(f"{len(challenges)} of {size} {faces} its topic, {topic}.")
        if practices:
            told.append(f"A practice on it is brought by {called(practices)}.")
    told += [f"{called([i, j])} gain most from each other ({points} of 1000)." for i, j, points in best[:1]]
    mean = sum(total.values()) // (others * len(members))
    told.append(f"Its members score {mean} of 1000 with each other on average.")
    if cohort.hour is not None:
        told.append(f"All of them can meet at {words.hour(cohort.hour)}.")
    if (met := _states(problem, members)) > 1:
        told.append(f"They come from {counted(met, 'state')}.")
    return CohortReason(
        means=tuple((i, total[i] // others) for i in members),
        best=best,
        challenges=challenges,
        practices=practices,
        value=cohort_value(sum(score.values()), len(members)) if len(members) > 1 else 0,
        sentences=tuple(told),
    )


def why_visit(problem: VisitProblem, event: Event, words: Words | None = None) -> VisitReason:
    """What its visitors gain from a visit, and what it costs."""
    words, host = words or Words(), problem.hosts[event.host]
    helps = {visitor: points for visitor, at, points in problem.fits if at == event.host}
    seats = []
    for index in event.visitors:
        km = distance_km(problem.visitors[index], host)
        travel = travel_points(km, problem.rules)
        seats.append(Seat(index, helps.get(index, 0), km, travel, helps.get(index, 0) - travel))
    seats.sort(key=lambda seat: -seat.worth)
    hosting = problem.rules.points_per_hosting * host.hosted
    value = sum(seat.worth for seat in seats) - hosting
    name = words.name(host.id)
    day = event.date or WEEKDAY_NAMES[event.weekday]
    told = [
        f"{name} hosts on {day}, which suits all; {len(seats)} of {counted(host.seats, 'seat')} are taken."
    ]
    for seat in seats:
        way = "the way is not known"
        if seat.kilometres is not None:
            way = f"{seat.kilometres:,} km cost {counted(seat.travel, 'point')}"
        told.append(
            f"{words.name(problem.visitors[seat.visitor].id)} gains {counted(seat.help, 'point')}; {way}."
        )
    if hosting:
        told.append(
            f"{name} hosted {counted(host.hosted, 'visit')} before, which counts "
            f"{counted(hosting, 'point')} against it."
        )
    told.append(sentence(f"The visit adds {counted(value, 'point')} to the plan"))
    return VisitReason(tuple(seats), hosting, value, tuple(told))


def _states(problem: CohortProblem, members: tuple[int, ...]) -> int:
    return len({problem.members[i].state for i in members if problem.members[i].state})
