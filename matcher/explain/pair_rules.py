"""The rules of pairs, one looser or lifted, and whether given members can all be placed."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from matcher.explain import pair_changes as changes
from matcher.explain.pairs import LIFTED, barred_by
from matcher.explain.people import best_hours
from matcher.explain.room import Cover, Step, meet_again
from matcher.explain.words import Words, counted
from matcher.optimize import ContradictionError, Limits
from matcher.pairing.check import able_facilitators, ordered, shared_hours
from matcher.pairing.problem import TOP_AFFINITY, Problem, Solution
from matcher.watch import Watch

#: By so much a looser threshold is lower, in points.
THRESHOLD_STEP = 50
#: So many partners, hours or facilitators of one kind are tried for a member, the best first.
TRIED = 3
#: Whom the problem has as having met.
MEETINGS = "met in earlier terms, share a cohort of this term, or declined each other"
#: Why a pair cannot be by itself, counted over a member's candidates.
COUNTED = {
    "organization": "of its own organization",
    "ban": "kept apart by staff",
    "hours": "with no hour in common",
    "met": "met within the window of terms",
    "threshold": "below the least affinity",
    "across states": "of its own state",
    "same role": "with another role",
    "same type": "of another type of organization",
    "wanted": "wishing no pair",
    "facilitator": "at hours when no facilitator is free",
}


def looser(problem: Problem, words: Words, oldest: frozenset[tuple[int, int]]) -> tuple[Step[Problem], ...]:
    """Each soft rule by one. ``oldest`` are pairs that only the oldest terms of the window bar."""
    rules, steps = problem.rules, []
    if rules.threshold:
        lower = max(0, rules.threshold - THRESHOLD_STEP)
        text = f"lower the least affinity from {rules.threshold} to {lower}"
        steps.append(Step("threshold", text, partial(changes.threshold, least=lower)))
    steps += meet_again({ordered(*pair) for pair in problem.met}, oldest, MEETINGS, changes.forget)
    for name, holds, text in (
        ("across states", rules.across_states, "pair members of one state as well"),
        ("same role", rules.same_role, "pair members of different roles as well"),
        ("same type", rules.same_type, "pair members of different types of organization as well"),
    ):
        if holds:
            steps.append(Step(name, text, LIFTED[name]))
    steps.append(Step("wanted", "let each member take one pair more than it wished", changes.wish_more))
    if problem.facilitators:
        steps.append(
            Step(
                "facilitators",
                "let each facilitator convene one pair more",
                partial(changes.convene, who=None),
            )
        )
    if problem.groups:
        text = "let each group of members take one pair more together"
        steps.append(Step("group", text, partial(changes.group, which=None)))
    if rules.fair:
        steps.append(Step("fair", "let the total count before the worst-off", changes.not_fair, pure=False))
    return tuple(steps)


def waiting(solution: Solution) -> dict[int, str]:
    """Who waits, and why."""
    return {each.member: each.reason for each in solution.waitlist}


def seated(solution: Solution) -> tuple[int, ...]:
    return tuple(sorted({index for pair in solution.pairs for index in (pair.a, pair.b)}))


def alone(problem: Problem, one: int, words: Words) -> tuple[str, ...]:
    """Why no candidate at all can be paired with it, whatever the others do; empty where one can."""
    name = words.name(problem.members[one].id)
    if not problem.members[one].wanted:
        return (f"{name} wishes no pair this term.",)
    given = list(_candidates(problem, one))
    if not given:
        return (f"{name} has no candidate: nothing that it wrote is near what others wrote.",)
    why = Counter(_obstacle(problem, one, other) for other, _ in given)
    if why[""]:
        return ()
    best = max(score for _, score in given)
    found = ", ".join(f"{count} {COUNTED[rule]}" for rule, count in why.most_common())
    count = counted(len(given), "candidate")
    return (f"{name} has {count} (best affinity {best}), and none can be: {found}.",)


def lifts(problem: Problem, one: int | None, words: Words) -> tuple[Step[Problem], ...]:
    """The rules that may clash, each taken away: for ``one`` member its own hours, bans and meetings; for
    None those that pins do not override, of everybody."""
    rules, found = problem.rules, []
    name = "" if one is None else words.name(problem.members[one].id)
    bans, met = ([pair for pair in given if one in (None, *pair)] for given in (problem.bans, problem.met))
    if one is None:
        found.append(Step("hours", "the hours that the members offer", changes.any_hour))
    elif problem.members[one].hours:
        text = f"the hours of {name} ({counted(len(problem.members[one].hours), 'hour')} offered)"
        found.append(Step("hours", text, partial(changes.no_hours, one=one)))
    if bans:
        found.append(
            Step(
                "ban", f"{counted(len(bans), 'pair')} kept apart by staff", partial(changes.no_bans, one=one)
            )
        )
    if one is not None:
        if met:
            text = f"no meeting again within the window ({counted(len(met), 'pair')} of it)"
            found.append(
                Step("met", text, partial(changes.forget, pairs=frozenset(ordered(*pair) for pair in met)))
            )
        for name, holds, text in (
            ("threshold", rules.threshold > 0, f"the least affinity of {rules.threshold}"),
            ("across states", rules.across_states, "pairs across states only"),
            ("same role", rules.same_role, "pairs of one role only"),
            ("same type", rules.same_type, "pairs of one type of organization only"),
        ):
            if holds:
                found.append(Step(name, text, LIFTED[name]))
    if problem.groups:
        text = f"what {counted(len(problem.groups), 'group')} of members may take together"
        found.append(Step("group", text, lambda given: replace(given, groups=())))
    if problem.facilitators:
        total = sum(each.capacity for each in problem.facilitators)
        text = f"the {counted(total, 'pair')} that facilitators can convene, and their hours"
        found.append(Step("facilitators", text, lambda given: replace(given, facilitators=())))
    found.append(Step("wanted", "the number of pairs that each member wished", changes.wish_any))
    return tuple(found)


def eases(problem: Problem, solution: Solution, one: int, words: Words) -> tuple[Step[Problem], ...]:
    """The smallest steps that could let ``one`` in, by what bars its best candidates."""
    why: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for other, score in sorted(_candidates(problem, one), key=lambda each: (-each[1], each[0])):
        why[_obstacle(problem, one, other)].append((other, score))
    name, found = words.name(problem.members[one].id), []

    def called(other: int) -> str:
        return words.name(problem.members[other].id)

    for score in sorted({score for _, score in why["threshold"]}, reverse=True)[:TRIED]:
        text = f"lower the least affinity from {problem.rules.threshold} to {score}"
        found.append(Step("threshold", text, partial(changes.threshold, least=score)))
    for other, _ in why["met"][:TRIED]:
        pair = frozenset({ordered(one, other)})
        found.append(
            Step("met", f"let {name} meet {called(other)} again", partial(changes.forget, pairs=pair))
        )
    for rule in ("across states", "same role", "same type"):
        if why[rule]:
            texts = {"across states": "of one state", "same role": "of different roles"}
            text = f"pair members {texts.get(rule, 'of different types of organization')} as well"
            found.append(Step(rule, text, LIFTED[rule]))
    for hour in _best_hours(problem, [other for other, _ in why["hours"]]):
        text = f"free {words.hour(hour)} for {name}"
        found.append(Step("hours", text, partial(changes.free, one=one, hour=hour)))
    for other, _ in why[""][:TRIED]:
        more = problem.members[other].wanted + 1
        text = f"let {called(other)} take {counted(more, 'pair')}"
        found.append(Step("wanted", text, partial(changes.wish, one=other, wanted=more)))
    taken = Counter(index for pair in solution.pairs for index in (pair.a, pair.b))
    near = {one, *(other for other, _ in why[""])}
    full = [
        (number, group)
        for number, group in enumerate(problem.groups)
        if near & set(group.members) and sum(taken[index] for index in group.members) >= group.capacity
    ]
    for number, group in full[:TRIED]:
        text = (
            f"let {words.name(group.name)} take {counted(group.capacity + 1, 'pair')}, not {group.capacity}"
        )
        found.append(Step("group", text, partial(changes.group, which=number)))
    load = Counter(pair.facilitator for pair in solution.pairs)
    busy = [each for each in problem.facilitators if load[each.id] >= each.capacity]
    for staff in busy[:TRIED]:
        text = (
            f"let {words.name(staff.id)} convene {counted(staff.capacity + 1, 'pair')}, not {staff.capacity}"
        )
        found.append(Step("facilitators", text, partial(changes.convene, who=staff.id)))
    for other, _ in why["ban"][:TRIED]:
        text = f"take back that staff keep {name} and {called(other)} apart"
        found.append(Step("ban", text, partial(changes.allow, pair=ordered(one, other))))
    return tuple(found)


def cover(
    problem: Problem,
    solution: Solution,
    wanted: frozenset[int],
    limits: Limits,
    watch: Watch,
    valued: Problem | None,
) -> Cover:
    """The best plan in which all of ``wanted`` have a pair, or that there is none. That there is none
    is the word of the solver, as in :mod:`matcher.pairing.relax`."""
    import numpy as np
    from scipy import sparse

    from matcher.pairing.programme import build
    from matcher.pairing.relax import maximise

    started = time.perf_counter()
    programme = build(problem)
    ends, rows = programme.edges.ends, sorted(wanted)
    columns = len(programme.low)
    touches = sparse.csr_matrix(
        (np.ones(2 * len(ends), np.int64), (ends.ravel(), np.repeat(np.arange(len(ends)), 2))),
        shape=(len(problem.members), columns),
    )[rows]
    if (np.asarray(touches.sum(axis=1)) < 1).any() or watch.stopped():
        return Cover(found=False, proven=not watch.stopped(), cut_short=watch.stopped())
    # As the row of a plan that places at least one pair of each: -x(pairs of it) <= -1.
    grown = replace(
        programme,
        matrix=sparse.vstack([programme.matrix, -touches]).tocsr(),
        right=np.concatenate([programme.right, -np.ones(len(rows), np.int64)]),
    )
    most = TOP_AFFINITY * int(programme.capacity.sum()) + 1
    try:
        best, _ = maximise(grown, programme.placed * most + programme.points, limits, started, watch=watch)
    except ContradictionError:
        return Cover(found=False, proven=True)
    if best.x is None:  # the integer programme tries everything unless it is ended
        return Cover(found=False, proven=False, cut_short=True)
    return Cover(True, True, *programme.worth(best.x))


def pins(problem: Problem) -> tuple[tuple[int, int], ...]:
    return tuple(dict.fromkeys(ordered(*pin) for pin in problem.pins))


def with_pins(problem: Problem, pins: tuple[tuple[int, int], ...]) -> Problem:
    return replace(problem, pins=pins)


def _candidates(problem: Problem, one: int) -> Iterator[tuple[int, int]]:
    for a, b, score in problem.candidates:
        if one in (a, b):
            yield (b if a == one else a), score


def _obstacle(problem: Problem, one: int, other: int) -> str:
    """What bars a pair by itself: one rule, several by the first that no small step mends, "" for none."""
    found = list(barred_by(problem, one, other))
    if not found and not problem.members[other].wanted:
        found = ["wanted"]
    if not found and problem.facilitators:
        able = able_facilitators(problem, shared_hours(problem, one, other))
        found = [] if able else ["facilitator"]
    return found[0] if len(found) == 1 else (found or [""])[-1]


def _best_hours(problem: Problem, others: list[int]) -> list[int]:
    """Hours at which most of ``others`` can, and a facilitator who convenes any pair."""
    offered = (hour for other in others for hour in problem.members[other].hours)
    staff = [each.hours for each in problem.facilitators if each.capacity] if problem.facilitators else None
    return best_hours(offered, staff, TRIED)
