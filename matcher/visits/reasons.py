"""Why a visitor has no visit and a host no event, in words with numbers, true of the plan at hand.

They hold for a plan to which nothing can be added: see :meth:`matcher.visits.plan.Plan.fill`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from matcher.visits.days import day_text
from matcher.visits.offers import Offer, Refusal, Table, Why, hosting_cost
from matcher.visits.plan import Plan
from matcher.visits.problem import Event, Problem, distance_km

#: How many it holds of, and what is said of one and of several.
Clause = tuple[int, str, str]


def left_out(table: Table, plan: Plan) -> tuple[tuple[int, str], ...]:
    """(visitor, reason) for each visitor without a visit, ascending."""
    offers: defaultdict[int, list[Offer]] = defaultdict(list)
    refused: defaultdict[int, list[Refusal]] = defaultdict(list)
    problem = table.problem
    for offer in table.offers:
        offers[offer.visitor].append(offer)
    for refusal in table.refusals:
        refused[refusal.visitor].append(refusal)
    closed = {host: _closed(problem, plan, host) for host in table.at if host not in plan.day}
    return tuple(
        (visitor, _why_no_visit(problem, plan, visitor, offers[visitor], refused[visitor], closed))
        for visitor in range(len(problem.visitors))
        if not plan.busy.get(visitor)
    )


def unused(table: Table, plan: Plan) -> tuple[tuple[int, str], ...]:
    """(host, reason) for each host without an event, ascending."""
    problem = table.problem
    refused: defaultdict[int, list[Refusal]] = defaultdict(list)
    for refusal in table.refusals:
        refused[refusal.host].append(refusal)
    return tuple(
        (host, _why_no_event(problem, plan, host, refused[host]))
        for host in range(len(problem.hosts))
        if host not in plan.day
    )


def uncounted(problem: Problem, events: Iterable[Event]) -> tuple[tuple[int, int], ...]:
    """(visitor, host) chosen although their distance is not known."""
    return tuple(
        (visitor, event.host)
        for event in events
        for visitor in event.visitors
        if distance_km(problem.visitors[visitor], problem.hosts[event.host]) is None
    )


def _why_no_visit(
    problem: Problem,
    plan: Plan,
    visitor: int,
    offers: Sequence[Offer],
    refused: Sequence[Refusal],
    closed: dict[int, tuple[str, str]],
) -> str:
    rules = problem.rules
    if rules.events == 0:
        return "No visits are held this term (most events 0)."
    if problem.visitors[visitor].visits == 0:
        return "It asked for no visits (most visits 0)."
    if rules.per_visitor == 0:
        return "The rules allow a visitor no visits (most visits per visitor 0)."
    if not offers and not refused:
        return "No host's practice was found to fit its challenges."
    fitting = [refusal for refusal in refused if refusal.why is not Why.HELP]
    if not offers and not fitting:
        best = max(refusal.help for refusal in refused)
        return f"No host's practice fits (best help {best}, threshold {rules.threshold})."
    clauses = _refused(problem, fitting, "host") + _offered(problem, plan, visitor, offers, closed)
    return _sentence(clauses, "host")


def _offered(
    problem: Problem,
    plan: Plan,
    visitor: int,
    offers: Sequence[Offer],
    closed: dict[int, tuple[str, str]],
) -> list[Clause]:
    """What became of the hosts that the visitor could have gone to."""
    full, room, hosting, other = [], [], [], []
    shut: defaultdict[tuple[str, str], int] = defaultdict(int)
    for offer in offers:
        if offer.host not in plan.day:
            shut[closed[offer.host]] += 1
        elif plan.hosting(visitor, plan.day[offer.host]):
            hosting.append(plan.day[offer.host])
        elif plan.day[offer.host] not in offer.days:
            other.append(plan.day[offer.host])
        elif len(plan.seated[offer.host]) < problem.hosts[offer.host].seats:
            room.append(plan.day[offer.host])
        else:
            full.append(problem.hosts[offer.host].seats)
    seats = _number(sum(full), "seat")
    held = f"on a {_unit(problem)} when the visitor"
    clauses = [
        (len(full), f"is full ({seats})", f"are full ({seats})"),
        (len(room), f"still has a free seat ({_days(room)})", f"still have free seats ({_days(room)})"),
        (
            len(hosting),
            f"holds its visit {held} hosts itself ({_days(hosting)})",
            f"hold their visits {held} hosts itself ({_days(hosting)})",
        ),
        (
            len(other),
            f"holds its visit {held} is not free ({_days(other)})",
            f"hold their visits {held} is not free ({_days(other)})",
        ),
    ]
    clauses += [
        (count, f"holds no visit, as {one}", f"hold no visit, as {many}")
        for (one, many), count in shut.items()
    ]
    return [clause for clause in clauses if clause[0]]


def _closed(problem: Problem, plan: Plan, host: int) -> tuple[str, str]:
    """Why a host with offers holds no event, said of one such host and of several."""
    rules = problem.rules
    if _most_on_a_day(plan.table.at[host]) >= rules.min_visitors and len(plan.day) >= rules.events:
        text = f"the most events ({rules.events}) are held"
        return text, text
    chances = [plan.chance(host, day) for day in plan.table.days[host]]
    home = [chance for chance in chances if not chance.away]
    if not home:
        return (
            f"it visits elsewhere on its {_unit(problem)}s",
            f"they visit elsewhere on their {_unit(problem)}s",
        )
    if max(chance.able for chance in home) < rules.min_visitors:
        text = f"too few visitors could still come on one day (fewest {rules.min_visitors})"
        return text, text
    if any(chance.gain > 0 and len(chance.takers) >= rules.min_visitors for chance in home):
        return "it could still be opened", "they could still be opened"
    text = "what visitors would gain is no more than the points for earlier hosting"
    return text, text


def _why_no_event(problem: Problem, plan: Plan, host: int, refused: Sequence[Refusal]) -> str:
    rules, seats = problem.rules, problem.hosts[host].seats
    offers = plan.table.at.get(host)
    if rules.events == 0:
        return "No visits are held this term (most events 0)."
    if seats < rules.min_visitors:
        return f"It has fewer seats ({seats}) than the fewest visitors ({rules.min_visitors})."
    if not offers:
        return _why_no_visitor(problem, refused)
    most = _most_on_a_day(offers)
    if most < rules.min_visitors:
        return _too_few(problem, most, len(offers), "could")
    if len(plan.day) >= rules.events:
        return f"The most events ({rules.events}) are held at other hosts."
    return _why_not_added(problem, plan, host)


def _why_no_visitor(problem: Problem, refused: Sequence[Refusal]) -> str:
    fitting = [refusal for refusal in refused if refusal.why is not Why.HELP]
    if fitting:
        return _sentence(_refused(problem, fitting, "visitor"), "visitor")
    if not refused:
        return "No visitor's challenge was found to fit its practice."
    best = max(refusal.help for refusal in refused)
    return f"Its practice fits no visitor (best help {best}, threshold {problem.rules.threshold})."


def _too_few(problem: Problem, most: int, suited: int, could: str) -> str:
    count = f"at most {most}" if most else "none"
    fewest = f"the fewest for a visit is {problem.rules.min_visitors}"
    return f"It suits {_number(suited, 'visitor')}, of whom {count} {could} come on one day; {fewest}."


def _why_not_added(problem: Problem, plan: Plan, host: int) -> str:
    """Why opening the host would not add to the plan as it is."""
    chances = [(day, plan.chance(host, day)) for day in plan.table.days[host]]
    away = [day for day, chance in chances if chance.away]
    home = [chance for _, chance in chances if not chance.away]
    visiting = f" It visits another host on {_days(away)}." if away else ""
    if not home:
        return f"It visits another host on every {_unit(problem)} on which it could host ({_days(away)})."
    able = max(chance.able for chance in home)
    if able < problem.rules.min_visitors:
        return _too_few(problem, able, len(plan.table.at[host]), "could still") + visiting
    cost = hosting_cost(problem, host)
    enough = [chance for chance in home if len(chance.takers) >= problem.rules.min_visitors]
    gain = max(chance.gain for chance in enough) + cost
    if gain > cost:
        return f"Opening it would still add {gain - cost:,} points.{visiting}"
    hosted = _number(problem.hosts[host].hosted, "visit")
    return (
        f"It hosted {hosted} in earlier terms, which counts {cost:,} points; the visitors who could "
        f"still come would gain {gain:,}.{visiting}"
    )


def _refused(problem: Problem, refused: Sequence[Refusal], noun: str) -> list[Clause]:
    """What forbids fits whose help is enough; ``noun`` is who stands at the other end."""
    by_why: defaultdict[Why, list[Refusal]] = defaultdict(list)
    for refusal in refused:
        by_why[refusal.why].append(refusal)
    clauses = []
    for why in Why:
        if listed := by_why[why]:
            clauses.append((len(listed), *_refusal_words(problem, why, listed, noun)))
    return clauses


def _refusal_words(problem: Problem, why: Why, listed: Sequence[Refusal], noun: str) -> tuple[str, str]:
    if why is Why.HOME:
        return "is of its own organization", "are of its own organization"
    if why is Why.APART:
        barred = f"barred by {', '.join(sorted({refusal.barred_by for refusal in listed}))}"
        return f"is {barred}", f"are {barred}"
    if why is Why.SEATS:
        seats = max(problem.hosts[refusal.host].seats for refusal in listed)
        fewest = f"than the fewest visitors ({problem.rules.min_visitors})"
        return f"has fewer seats ({seats}) {fewest}", f"have fewer seats (at most {seats}) {fewest}"
    if why is Why.TRAVEL:
        near = min(listed, key=lambda refusal: (refusal.km, refusal.host))
        cost = f"{near.km:,} km cost {near.travel:,} points, help {near.help}"
        return f"is too far ({cost})", f"are too far (the nearest: {cost})"
    unit = _unit(problem)
    return f"shares no {unit} with the {_other(noun)}", f"share no {unit} with the {_other(noun)}"


def _unit(problem: Problem) -> str:
    return "day" if any(host.dates for host in problem.hosts) else "weekday"


def _other(noun: str) -> str:
    return "visitor" if noun == "host" else "host"


def _sentence(clauses: Sequence[Clause], noun: str) -> str:
    total = sum(count for count, _, _ in clauses)
    if len(clauses) == 1:
        _, one, many = clauses[0]
        every = f"All {total}" if total > 2 else "Both"
        return f"The only {noun} that fits {one}." if total == 1 else f"{every} {noun}s that fit {many}."
    listed = "; ".join(f"{count} {one if count == 1 else many}" for count, one, many in clauses)
    return f"Of {total} {noun}s that fit: {listed}."


def _most_on_a_day(offers: Sequence[Offer]) -> int:
    return max(Counter(day for offer in offers for day in offer.days).values(), default=0)


def _days(days: Iterable[int]) -> str:
    return ", ".join(day_text(day) for day in sorted(set(days)))


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
