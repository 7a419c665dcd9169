"""The rules of visits, one looser or lifted, and whether given visitors can all have a visit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from matcher.domain import WEEKDAY_NAMES
from matcher.errors import InfeasibleError, TimeLimitError
from matcher.explain import visit_changes as changes
from matcher.explain.room import Cover, Step
from matcher.explain.visit_seats import held, never, simple
from matcher.explain.visits import hosts_of, solve
from matcher.explain.words import Words, counted
from matcher.optimize import Limits
from matcher.visits import check
from matcher.visits.days import hosting_days, weekday, weekdays
from matcher.visits.offers import Offer, Refusal, Why, most_visits, sort_fits
from matcher.visits.problem import EARLIER_VISIT, HELP_MAX, Problem, Solution
from matcher.watch import Watch

#: By so much a looser threshold or price is lower.
THRESHOLD_STEP, TRAVEL_STEP, HOSTING_STEP = 50, 5, 50
#: So many hosts or days of one kind are tried for a visitor, the best first.
TRIED = 3
#: So often those who fall out of a plan are pinned before all are.
ROUNDS = 3
#: Why a fit is no offer, counted over a visitor's hosts.
COUNTED = {
    Why.HELP: "of too little help",
    Why.HOME: "of its own organization",
    Why.APART: "barred by an earlier visit or by staff",
    Why.SEATS: "with too few seats",
    Why.TRAVEL: "too far",
    Why.DAY: "with no day in common",
}


def looser(problem: Problem, words: Words, oldest: frozenset[tuple[int, int]]) -> tuple[Step[Problem], ...]:
    """Each soft rule by one. ``oldest`` are (visitor, host) that only the oldest terms of the window bar.

    A lower price changes what a plan is worth; the plan is then valued as it was before."""
    rules, steps = problem.rules, []
    text = f"hold {counted(rules.events + 1, 'visit')}, not {rules.events}"
    steps.append(Step("events", text, partial(changes.with_rules, events=rules.events + 1)))
    if rules.min_visitors > 1:
        fewer = rules.min_visitors - 1
        text = f"hold a visit for {counted(fewer, 'visitor')}, not {rules.min_visitors}"
        steps.append(Step("fewest", text, partial(changes.with_rules, min_visitors=fewer)))
    if rules.threshold:
        least = max(0, rules.threshold - THRESHOLD_STEP)
        text = f"lower the least help from {rules.threshold} to {least}"
        steps.append(Step("threshold", text, partial(changes.with_rules, threshold=least)))
    if problem.visitors:
        more = rules.per_visitor + 1
        text = f"let a visitor make {counted(more, 'visit')}, not {rules.per_visitor}"
        steps.append(Step("per visitor", text, changes.visit_more))
    if problem.hosts:
        steps.append(Step("seats", "have one seat more at each host", changes.seat_more))
    if rules.points_per_100_km:
        lower = max(0, rules.points_per_100_km - TRAVEL_STEP)
        text = f"let 100 km cost {counted(lower, 'point')}, not {rules.points_per_100_km}"
        steps.append(Step("travel", text, partial(changes.with_rules, points_per_100_km=lower), pure=False))
    if rules.points_per_hosting and any(host.hosted for host in problem.hosts):
        lower = max(0, rules.points_per_hosting - HOSTING_STEP)
        text = f"let an earlier hosting cost {counted(lower, 'point')}, not {rules.points_per_hosting}"
        steps.append(Step("hosting", text, partial(changes.with_rules, points_per_hosting=lower), pure=False))
    earlier = {(visitor, host) for visitor, host, why in problem.apart if why == EARLIER_VISIT}
    if oldest & earlier and oldest & earlier != earlier:
        again = counted(len(oldest & earlier), "earlier visit")
        text = f"look back one term less: {again} of {len(earlier)} may be made again"
        steps.append(
            Step("window", text, partial(changes.allow, pairs=frozenset(oldest & earlier), earlier=True))
        )
    if earlier:
        text = f"let earlier visits be made again ({len(earlier)})"
        steps.append(Step("met", text, partial(changes.allow, pairs=frozenset(earlier), earlier=True)))
    return tuple(steps)


def waiting(solution: Solution) -> dict[int, str]:
    """Visitors without a visit, and why."""
    return dict(solution.left_out)


def seated(solution: Solution) -> tuple[int, ...]:
    return tuple(sorted(hosts_of(solution)))


def alone(problem: Problem, one: int, words: Words) -> tuple[str, ...]:
    """Why no host at all can be visited by it, whatever the others do; empty where one can."""
    name = words.name(problem.visitors[one].id)
    if not problem.rules.events:
        return ("No visits are held this term (most events 0).",)
    if not min(problem.visitors[one].visits, problem.rules.per_visitor):
        return (f"{name} makes no visits this term.",)
    offers, refusals = _of(problem, one)
    if offers:
        return ()
    if not refusals:
        return (f"No host's practice was found to fit the challenges of {name}.",)
    why = Counter(each.why for each in refusals)
    best = max(each.help for each in refusals)
    found = ", ".join(f"{count} {COUNTED[rule]}" for rule, count in why.most_common())
    count = counted(len(refusals), "host")
    return (f"Of {count} that would fit {name} (best help {best}) none can be visited: {found}.",)


def lifts(problem: Problem, one: int | None, words: Words) -> tuple[Step[Problem], ...]:
    """The rules that may clash, each taken away: for ``one`` visitor its own days, bars and visits; for
    None those that pins do not override, of everybody."""
    rules, found = problem.rules, []
    who = range(len(problem.visitors)) if one is None else (one,)
    guest = "the visitors" if one is None else words.name(problem.visitors[one].id)
    found.append(
        Step("days", f"the days on which {guest} can come", partial(changes.any_day, who=tuple(who)))
    )
    for name, earlier, what in (
        ("staff", False, "kept apart by staff"),
        ("met", True, "that an earlier visit bars"),
    ):
        pairs = frozenset(
            (visitor, host)
            for visitor, host, why in problem.apart
            if visitor in who and (why == EARLIER_VISIT) is earlier
        )
        if pairs and not (earlier and one is None):
            text = f"{counted(len(pairs), 'host')} {what}"
            found.append(Step(name, text, partial(changes.allow, pairs=pairs, earlier=earlier)))
    text = f"the least help of {rules.threshold}"
    if one is not None and rules.threshold:
        found.append(Step("threshold", text, partial(changes.with_rules, threshold=0)))
    if one is not None and rules.points_per_100_km:
        text = f"the price of {counted(rules.points_per_100_km, 'point')} for 100 km"
        found.append(Step("travel", text, partial(changes.with_rules, points_per_100_km=0), pure=False))
    if one is not None and rules.points_per_hosting and any(host.hosted for host in problem.hosts):
        text = f"the price of {counted(rules.points_per_hosting, 'point')} for an earlier hosting"
        found.append(Step("hosting", text, partial(changes.with_rules, points_per_hosting=0), pure=False))
    if rules.min_visitors > 1:
        text = f"the fewest visitors, {rules.min_visitors}"
        found.append(Step("fewest", text, partial(changes.with_rules, min_visitors=1)))
    found.append(Step("seats", "the seats of the hosts", changes.any_seats))
    if rules.events < len(problem.hosts):
        text = f"at most {counted(rules.events, 'visit')}"
        found.append(Step("events", text, partial(changes.with_rules, events=len(problem.hosts))))
    if one is None or not min(problem.visitors[one].visits, rules.per_visitor):
        found.append(
            Step("visits", "the most visits of a visitor", partial(changes.any_visits, who=tuple(who)))
        )
    return tuple(found)


def eases(problem: Problem, solution: Solution, one: int, words: Words) -> tuple[Step[Problem], ...]:
    """The smallest steps that could let ``one`` in, by what bars its best hosts."""
    offers, refusals = _of(problem, one)
    name, rules, found = words.name(problem.visitors[one].id), problem.rules, []
    day_at = {event.host: event.weekday for event in solution.events}
    why: defaultdict[Why, list[Refusal]] = defaultdict(list)
    for each in sorted(refusals, key=lambda each: (-each.help, each.host)):
        why[each.why].append(each)

    def home(host: int) -> str:
        return words.name(problem.hosts[host].id)

    for given in sorted({each.help for each in why[Why.HELP]}, reverse=True)[:TRIED]:
        text = f"lower the least help from {rules.threshold} to {given}"
        found.append(Step("threshold", text, partial(changes.with_rules, threshold=given)))
    for each in sorted(why[Why.TRAVEL], key=lambda each: (each.km, each.host))[:1]:
        price = (100 * each.help - 1) // each.km
        text = f"let 100 km cost {counted(price, 'point')}, not {rules.points_per_100_km}"
        found.append(Step("travel", text, partial(changes.with_rules, points_per_100_km=price), pure=False))
    for each in why[Why.APART][:TRIED]:
        earlier = each.barred_by == EARLIER_VISIT
        text = f"let {name} visit {home(each.host)} again" if earlier else (
            f"take back that {name} and {home(each.host)} are kept apart"
        )  # fmt: skip
        pair = frozenset({(one, each.host)})
        found.append(
            Step("met" if earlier else "staff", text, partial(changes.allow, pairs=pair, earlier=earlier))
        )
    for each in why[Why.SEATS][:TRIED]:
        text = f"have {counted(rules.min_visitors, 'seat')} at {home(each.host)}"
        found.append(Step("seats", text, partial(changes.seats, host=each.host, seats=rules.min_visitors)))
    asked = [day for each in why[Why.DAY] for day in _weekdays_of(problem, each.host)]
    asked += [day_at[each.host] for each in offers if each.host in day_at]
    mine = set(weekdays(problem.visitors[one]))
    days = Counter(day for day in asked if day not in mine)
    for day, _ in sorted(days.items(), key=lambda each: (-each[1], each[0]))[:TRIED]:
        text = f"free {WEEKDAY_NAMES[day]} for {name}"
        found.append(Step("days", text, partial(changes.day_more, one=one, day=day)))
    for offer in sorted(offers, key=lambda each: (-each.value, each.host))[:TRIED]:
        more = problem.hosts[offer.host].seats + 1
        text = f"have {counted(more, 'seat')} at {home(offer.host)}"
        found.append(Step("seats", text, partial(changes.seats, host=offer.host, seats=more)))
    text = f"hold {counted(rules.events + 1, 'visit')}, not {rules.events}"
    found.append(Step("events", text, partial(changes.with_rules, events=rules.events + 1)))
    if rules.min_visitors > 1:
        text = f"hold a visit for {counted(rules.min_visitors - 1, 'visitor')}, not {rules.min_visitors}"
        found.append(Step("fewest", text, partial(changes.with_rules, min_visitors=rules.min_visitors - 1)))
    if rules.points_per_hosting and any(problem.hosts[each.host].hosted for each in offers):
        lower = max(0, rules.points_per_hosting - HOSTING_STEP)
        text = f"let an earlier hosting cost {counted(lower, 'point')}, not {rules.points_per_hosting}"
        found.append(Step("hosting", text, partial(changes.with_rules, points_per_hosting=lower), pure=False))
    return tuple(found)


def cover(
    problem: Problem,
    solution: Solution,
    wanted: frozenset[int],
    limits: Limits,
    watch: Watch,
    valued: Problem | None,
) -> Cover:
    """A plan in which all of ``wanted`` have a visit, or whether it is proven that there is none.

    The visits that the rules allow are given new worths: ``HELP_MAX`` for one of ``wanted``, 1 for
    another, no travel, one visit each. A plan of the most worth then seats the most of ``wanted``; that
    there is none follows from its bound, where nobody may make several visits. The worth of a plan is that
    in ``valued``, a problem at other prices.
    """
    try:
        return _cover(problem, wanted, limits, watch, valued)
    except TimeLimitError:
        return Cover(found=False, proven=False, cut_short=True)


def _cover(
    problem: Problem, wanted: frozenset[int], limits: Limits, watch: Watch, valued: Problem | None
) -> Cover:
    offers, _ = sort_fits(problem)
    open_to = [each for each in offers if each.pinned or not never(problem, offers, each.host)]
    reached = {each.visitor for each in open_to}
    if not wanted <= reached:
        return Cover(found=False, proven=True)
    least = 1 if len(problem.visitors) - len(wanted) < HELP_MAX else 0
    share = replace(limits, seconds=max(0.1, limits.seconds / (ROUNDS + 3)))
    try:
        plan = solve(simple(problem, open_to, wanted, HELP_MAX, least), share, watch, None)
    except InfeasibleError:
        return Cover(found=False, proven=True)
    if not wanted <= hosts_of(plan).keys():
        single = all(most_visits(problem, visitor) <= 1 for visitor in reached)
        proven = single and least == 1 and plan.bound < HELP_MAX * len(wanted)
        return Cover(found=False, proven=proven, cut_short=plan.cut_short and not proven)
    if valued is not None:
        better = solve(simple(problem, open_to, wanted, HELP_MAX * 2 // 3, 0), share, watch, None)
        plan = better if wanted <= hosts_of(better).keys() else plan
    best = held(problem, plan, wanted, share, watch, rounds=ROUNDS if valued is not None else 0)
    if best is None:
        return Cover(found=False, proven=False)
    return Cover(True, True, len(hosts_of(best)), check.objective(valued or problem, best))


def pins(problem: Problem) -> tuple[tuple[int, int], ...]:
    return problem.pins


def with_pins(problem: Problem, pins: tuple[tuple[int, int], ...]) -> Problem:
    return replace(problem, pins=tuple(sorted(pins)))


def _of(problem: Problem, one: int) -> tuple[list[Offer], list[Refusal]]:
    offers, refusals = sort_fits(problem)
    return [each for each in offers if each.visitor == one], [
        each for each in refusals if each.visitor == one
    ]


def _weekdays_of(problem: Problem, host: int) -> Iterator[int]:
    return iter({weekday(day) for day in hosting_days(problem.hosts[host])})
