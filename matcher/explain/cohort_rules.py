"""The rules of cohorts, one looser or lifted, and whether given members can all be placed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import Any

from matcher.cohorts import check, reasons, tables
from matcher.cohorts.problem import BAN, MET, Facilitator, Problem, Solution
from matcher.errors import InfeasibleError, TimeLimitError
from matcher.explain.cohorts import groups, solve, with_bans
from matcher.explain.people import best_hours
from matcher.explain.room import Cover, Step, meet_again
from matcher.explain.words import Words, counted
from matcher.optimize import Limits
from matcher.watch import Watch

#: So many hours are tried for a member, those at which most others can first.
HOURS_TRIED = 3
#: Up to so many others on the waitlist it is tried to place any set of them as well, so that "cannot
#: be" is proven; of more only all and none.
ALL_SETS = 2
#: So many others are tried to pin a member to.
PINS_TRIED = 3
#: Whom the problem has as having met.
MEETINGS = "met in earlier terms or are a pair of this term"
#: The id of a facilitator that is not there.
ONE_MORE = "one more facilitator"


def looser(problem: Problem, words: Words, oldest: frozenset[tuple[int, int]]) -> tuple[Step[Problem], ...]:
    """Each soft rule by one. ``oldest`` are pairs that only the oldest terms of the window bar."""
    steps = list(_sizes(problem))
    rules = problem.rules
    largest = rules.max_size
    if rules.per_state < largest:
        text = (
            f"let {counted(rules.per_state + 1, 'member')} of one state into a cohort, not {rules.per_state}"
        )
        steps.append(Step("state", text, partial(_rules, per_state=rules.per_state + 1)))
    if rules.per_organization < largest:
        most = rules.per_organization
        text = f"let {counted(most + 1, 'member')} of one organization into a cohort, not {most}"
        steps.append(Step("organization", text, partial(_rules, per_organization=most + 1)))
    if check.practice_duty(problem):
        text = "let a cohort be without a practice on its topic"
        steps.append(Step("practice", text, _no_duty))
    steps += meet_again(_kept_apart(problem, MET), oldest, MEETINGS, _allow)
    if problem.facilitators:
        text = "have one more facilitator, free at any hour"
        steps.append(Step("facilitators", text, _one_more))
    return tuple(steps)


def waiting(solution: Solution) -> dict[int, str]:
    """Who waits, and why."""
    return dict(solution.waitlist)


def seated(solution: Solution) -> tuple[int, ...]:
    return tuple(sorted(i for group in groups(solution) for i in group))


def alone(problem: Problem, one: int, words: Words) -> tuple[str, ...]:
    """Why no cohort at all can hold it, as far as counting shows; empty where it does not."""
    found = reasons.alone(reasons.facts(problem, tables.hour_classes(problem)), one)
    return (f"{words.name(problem.members[one].id)}: {found}.",) if found else ()


def lifts(problem: Problem, one: int | None, words: Words) -> tuple[Step[Problem], ...]:
    """The rules that may clash, each taken away: for ``one`` member its own hours, bans and meetings; for
    None those of everybody, for pins."""
    rules, n, found = problem.rules, len(problem.members), []
    who = range(n) if one is None else (one,)
    if any(problem.members[i].hours for i in who):
        text = "the hours that the members offer"
        if one is not None:
            mine = problem.members[one]
            text = f"the hours of {words.name(mine.id)} ({counted(len(mine.hours), 'hour')} offered)"
        found.append(Step("hours", text, partial(_any_hour, who=tuple(who))))
    for why, text in ((BAN, "kept apart by staff"), (MET, f"that {MEETINGS}")):
        pairs = frozenset(pair for pair in _kept_apart(problem, why) if one in (None, *pair))
        if pairs:
            found.append(Step(why, f"{counted(len(pairs), 'pair')} {text}", partial(_allow, pairs=pairs)))
    if rules.min_size > 2:
        text = f"the smallest cohort of {rules.min_size}"
        found.append(Step("smallest", text, partial(_rules, min_size=2)))
    if rules.max_size < n:
        found.append(Step("largest", f"the largest cohort of {rules.max_size}", partial(_rules, max_size=n)))
    text = f"at most {rules.per_state} of one state"
    found.append(Step("state", text, partial(_rules, per_state=n)))
    text = f"at most {rules.per_organization} of one organization"
    found.append(Step("organization", text, partial(_rules, per_organization=n)))
    if check.practice_duty(problem):
        found.append(Step("practice", "a practice on its topic in each cohort", _no_duty))
    if problem.facilitators:
        text = f"the hours of the {counted(len(problem.facilitators), 'facilitator')}"
        found.append(Step("facilitators", text, lambda given: replace(given, facilitators=())))
    return tuple(found)


def eases(problem: Problem, solution: Solution, one: int, words: Words) -> tuple[Step[Problem], ...]:
    """The smallest steps that could let ``one`` in."""
    rules, mine = problem.rules, problem.members[one]
    name, found = words.name(mine.id), list(_sizes(problem))
    state = Counter(each.state for each in problem.members)[mine.state] if mine.state else 0
    if state > rules.per_state:
        text = f"let {words.name(mine.state)} have {rules.per_state + 1} in the cohort of {name}"
        found.append(Step("state", text, partial(_uncapped, one=one, field="state")))
    organization = mine.organization_id
    if organization and sum(each.organization_id == organization for each in problem.members) > 1:
        most = rules.per_organization + 1
        text = f"let {words.name(organization)} have {most} in the cohort of {name}"
        found.append(Step("organization", text, partial(_uncapped, one=one, field="organization_id")))
    if mine.hours:
        for hour in _best_hours(problem, one):
            hours = tuple(sorted((*mine.hours, hour)))
            text = f"free {words.hour(hour)} for {name}"
            found.append(Step("hours", text, partial(_member, one=one, hours=hours)))
    if check.practice_duty(problem):
        text = "let a cohort be without a practice on its topic"
        found.append(Step("practice", text, _no_duty))
    for why, text in (
        (MET, f"let {name} meet again those it has met"),
        (BAN, "take back what keeps it apart"),
    ):
        pairs = frozenset(pair for pair in _kept_apart(problem, why) if one in pair)
        if pairs:
            found.append(Step(why, f"{text} ({len(pairs)})", partial(_allow, pairs=pairs)))
    if problem.facilitators:
        found.append(Step("facilitators", "have one more facilitator, free at any hour", _one_more))
    return tuple(found)


def cover(
    problem: Problem,
    solution: Solution,
    wanted: frozenset[int],
    limits: Limits,
    watch: Watch,
    valued: Problem | None,
) -> Cover:
    """A plan that places all of ``wanted``, or whether it is proven that there is none.

    Who else waits may be placed as well; of a plan that places others instead nothing is learnt. So sets
    of them are kept out in turn, by keeping them apart from everybody: a plan that places all the rest is
    what is wanted, and there is none where each of these is proven to place fewer. If that finds none,
    those of ``wanted`` who wait are pinned to whom they suit best.
    """
    n = len(problem.members)
    others = sorted(set(range(n)) - wanted)
    every = [frozenset(out) for size in range(len(others) + 1) for out in combinations(others, size)]
    sets = every if len(others) <= ALL_SETS else [frozenset[int](), frozenset(others)]
    apart = [with_bans(problem, [pair for i in out for pair in _pairs(i, n)]) for out in sets]
    pinned = _pinned(problem, wanted - set(seated(solution))) if others else []
    share = replace(limits, seconds=max(0.1, limits.seconds / (len(apart) + len(pinned))))
    proven, late = len(sets) == len(every), False
    for asked, out in zip([*apart, *pinned], [*sets, *[None] * len(pinned)], strict=True):
        if out is None and proven:
            break
        try:
            plan = solve(asked, share, watch, solution)
        except InfeasibleError:
            continue
        except TimeLimitError:
            proven, late = False, True
            continue
        if wanted <= set(seated(plan)):
            return Cover(True, True, plan.placed, check.objective(valued or problem, plan))
        if out is not None and plan.placed_bound >= n - len(out):
            proven = False
        if out == frozenset() and plan.placed_bound < len(wanted):
            return Cover(found=False, proven=True)
        late = late or plan.cut_short
    return Cover(found=False, proven=proven, cut_short=late and not proven)


def _pinned(problem: Problem, waiting: set[int] | frozenset[int]) -> list[Problem]:
    """Each of those who wait pinned to one of the few whom it suits best."""
    score = {(i, j): points for i, j, points in problem.affinities}
    barred = check.kept_apart(problem)
    found = []
    for one in sorted(waiting):
        able = [
            pair
            for pair in _pairs(one, len(problem.members))
            if pair not in barred and check.shared_hours(problem, [problem.members[i] for i in pair])
        ]
        able.sort(key=lambda pair: (-score.get(pair, 0), pair))
        pairs = [pair for pair in able if pair not in problem.together][:PINS_TRIED]
        found += [replace(problem, together=tuple(sorted((*problem.together, pair)))) for pair in pairs]
    return found


def pins(problem: Problem) -> tuple[tuple[int, int], ...]:
    return problem.together


def with_pins(problem: Problem, pins: tuple[tuple[int, int], ...]) -> Problem:
    return replace(problem, together=tuple(sorted(pins)))


def _sizes(problem: Problem) -> Iterator[Step[Problem]]:
    """A larger cohort may put a topic under the duty of a practice that was too scarce for it before, so
    that not every plan holds there."""
    rules = problem.rules
    if rules.min_size > 2:
        text = f"lower the smallest cohort from {rules.min_size} to {rules.min_size - 1}"
        yield Step("smallest", text, partial(_rules, min_size=rules.min_size - 1))
    more = rules.max_size + 1
    text = f"raise the largest cohort from {rules.max_size} to {more}"
    same = check.practice_duty(_rules(problem, max_size=more)) <= check.practice_duty(problem)
    yield Step("largest", text, partial(_rules, max_size=more), pure=same)


def _best_hours(problem: Problem, one: int) -> list[int]:
    """Hours that ``one`` does not offer and most others do, where a facilitator can."""
    mine = problem.members[one].hours
    offered = (hour for each in problem.members for hour in each.hours if hour not in mine)
    return best_hours(offered, [each.hours for each in problem.facilitators] or None, HOURS_TRIED)


def _kept_apart(problem: Problem, why: str) -> set[tuple[int, int]]:
    return {pair for pair, given in zip(problem.apart, problem.apart_why, strict=True) if given == why}


def _pairs(one: int, count: int) -> Iterator[tuple[int, int]]:
    return ((min(one, i), max(one, i)) for i in range(count) if i != one)


def _rules(problem: Problem, **changed: Any) -> Problem:
    return replace(problem, rules=replace(problem.rules, **changed))


def _no_duty(problem: Problem) -> Problem:
    return replace(problem, rules=replace(problem.rules, practice=False))


def _allow(problem: Problem, pairs: frozenset[tuple[int, int]]) -> Problem:
    kept = [
        (pair, why) for pair, why in zip(problem.apart, problem.apart_why, strict=True) if pair not in pairs
    ]
    return replace(problem, apart=tuple(pair for pair, _ in kept), apart_why=tuple(why for _, why in kept))


def _any_hour(problem: Problem, who: tuple[int, ...]) -> Problem:
    free = set(who)
    members = (replace(each, hours=()) if i in free else each for i, each in enumerate(problem.members))
    return replace(problem, members=tuple(members))


def _uncapped(problem: Problem, one: int, field: str) -> Problem:
    """No cap counts this member: so its cohort may hold one more of its state, or its organization."""
    return _member(problem, one, **{field: ""})


def _member(problem: Problem, one: int, **fields: object) -> Problem:
    changed = replace(problem.members[one], **fields)  # type: ignore[arg-type]
    return replace(problem, members=(*problem.members[:one], changed, *problem.members[one + 1 :]))


def _one_more(problem: Problem) -> Problem:
    return replace(problem, facilitators=(*problem.facilitators, Facilitator(ONE_MORE)))
