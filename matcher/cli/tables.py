"""A term and what surrounds it as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from matcher.cli.output import heading, print_table, say
from matcher.export.words import (
    aims,
    beside,
    caveats,
    claim,
    counted,
    kind_of,
    percent,
    place,
    proven,
    quoted,
    work,
)

if TYPE_CHECKING:
    from matcher.export.view import (
        CohortView,
        Left,
        PairView,
        Person,
        Proof,
        TermView,
        VisitView,
    )
    from matcher.workflow.asking import Recommendation


def who_is(person: Person) -> str:
    """Name, number, work and place, a line each."""
    return "\n".join(part for part in (f"{person.name} ({person.id})", work(person), place(person)) if part)


def short(person: Person) -> str:
    """A person in one line: name and number, then where it works."""
    where = ", ".join(part for part in (person.organization, person.state) if part)
    return f"{person.name} ({person.id}), {where}" if where else f"{person.name} ({person.id})"


def show_pairs(pairs: Sequence[PairView], *, why: bool = False, limit: int | None = None) -> None:
    """The pairs, best first; with ``why`` each with its reasons and sentences."""
    shown = pairs[:limit]
    if why:
        for number, pair in enumerate(shown, start=1):
            heading(f"{number}. {short(pair.a)}\n   and {short(pair.b)}")
            say(f"Affinity {pair.affinity} of 1000. {_when(pair.when, pair.facilitator)}", indent=3)
            if _state(pair.state):
                say(f"{pair.state.capitalize()}.", indent=3)
            say(*pair.reasons, *(f"- {quoted(quote)}" for quote in pair.quotes), indent=3)
    else:
        rows = [
            (
                number,
                f"{pair.a.name} ({pair.a.id})\n{_works_at(pair.a)}",
                f"{pair.b.name} ({pair.b.id})\n{_works_at(pair.b)}",
                pair.affinity,
                "\n".join(filter(None, (pair.when, _by(pair.facilitator), _state(pair.state)))),
            )
            for number, pair in enumerate(shown, start=1)
        ]
        columns = ("Pair", "Member", "and peer", "Affinity", "First meeting")
        if rows:
            print_table(
                columns, rows, numbers=("Pair", "Affinity"), wide=(*columns[1:3], columns[4]), lines=True
            )
    _rest(len(pairs) - len(shown), "pair")


def _works_at(person: Person) -> str:
    return ", ".join(part for part in (person.organization, person.state) if part)


def _state(state: str) -> str:
    """How a proposal stands, where it is no draft any more."""
    return "" if state == "draft" else state


def _by(facilitator: str) -> str:
    return f"by {facilitator}" if facilitator else ""


def _when(when: str, facilitator: str) -> str:
    return f"{when}, convened by {facilitator}." if facilitator else f"{when}."


def show_cohorts(cohorts: Sequence[CohortView], *, why: bool = False, limit: int | None = None) -> None:
    """Each cohort with its topic, time and members; a * marks who brings a practice on the topic."""
    sessions = max((cohort.session for cohort in cohorts), default=1)
    for cohort in cohorts[:limit]:
        session = f" (session {cohort.session})" if sessions > 1 else ""
        heading(f"Cohort {cohort.number}{session}: {cohort.topic}")
        say(_when(f"{cohort.when}; value {cohort.value} of 1000", cohort.facilitator))
        if _state(cohort.state):
            say(f"{cohort.state.capitalize()}.")
        rows = [
            (
                ("* " if person.name in cohort.practices else "")
                + f"{person.name} ({person.id})\n{work(person)}",
                place(person),
                local,
            )
            for person, local in zip(cohort.members, cohort.local_times, strict=True)
        ]
        columns = ("Member", "Place", "On their clock")
        print_table(columns, rows, wide=("Member",), lines=True)
        if why:
            say(*cohort.reasons, *(f"- {quoted(quote)}" for quote in cohort.quotes))
    if cohorts:
        say("* brings a practice on the cohort's topic.")
    _rest(len(cohorts) - len(cohorts[:limit]), "cohort")


def show_visits(visits: Sequence[VisitView], *, why: bool = False, limit: int | None = None) -> None:
    """Each visit with its host, its day and its visitors."""
    for visit in visits[:limit]:
        heading(f"Visit {visit.number}: to {short(visit.host)}")
        day, comma = (visit.day, ",") if visit.date else (f"A {visit.weekday}", "")
        on = f"{comma} on '{visit.topic}'" if visit.topic else ""
        say(f"{day}{on}; {len(visit.visitors)} of {counted(visit.seats, 'seat')} taken.")
        if _state(visit.state):
            say(f"{visit.state.capitalize()}.")
        rows = [
            (f"{person.name} ({person.id})\n{work(person)}", place(person), _distance(far), points)
            for person, far, points in zip(visit.visitors, visit.kilometres, visit.help, strict=True)
        ]
        columns = ("Visitor", "Place", "Travel", "Help")
        print_table(columns, rows, numbers=("Travel", "Help"), wide=("Visitor",), lines=True)
        if why:
            say(*visit.reasons, *(f"- {quoted(quote)}" for quote in visit.quotes))
    _rest(len(visits) - len(visits[:limit]), "visit")


def _distance(kilometres: int | None) -> str:
    return "not known" if kilometres is None else f"{kilometres:,} km"


def _rest(number: int, what: str) -> None:
    if number > 0:
        say(f"... and {counted(number, 'more ' + what)}.")


def show_left(left: Sequence[Left], *, limit: int | None = None) -> None:
    """Who has no place, with the reasons; people with the same reason stand together."""
    by_reason: dict[tuple[str, str], list[Person]] = {}
    for each in left:
        by_reason.setdefault((each.structure, each.reason), []).append(each.person)
    rows = [
        (kind_of(structure), "\n".join(map(short, people)), reason)
        for (structure, reason), people in by_reason.items()
    ]
    kinds = {row[0] for row in rows}
    heading(f"Without a place: {len(left):,}" if left else "Nobody is without a place.")
    if rows:
        columns: tuple[str, ...] = ("No place in", "Who", "Why")
        if len(kinds) == 1:
            columns, rows = columns[1:], [row[1:] for row in rows]  # type: ignore[misc]
        print_table(columns, rows[:limit], wide=columns[-2:], lines=True)
    _rest(len(rows) - len(rows[:limit]), "reason")


def show_proof(proof: Proof) -> None:
    """How good a plan is, in plain words."""
    say("", f"{proof.placed:,} of {proof.wanting:,} members have a place in {kind_of(proof.structure)}.")
    say(claim(proof))
    if not proven(proof):
        say(f"Total {proof.objective:,}, limit {proof.bound:,}, gap {percent(proof.gap)}.")
    say(*aims(proof), *filter(None, (beside(proof),)), *caveats(proof))
    say(f"Found in {proof.seconds:.1f} s.")


def show_recommendations(peers: Sequence[Recommendation]) -> None:
    """Peers for one member, with why and the sentences."""
    rows = [
        (
            number,
            who_is(each.person) + ("\nthey have met before" if each.met else ""),
            each.affinity,
            "\n".join((*each.reasons, *(f"- {quoted(quote)}" for quote in each.quotes))),
        )
        for number, each in enumerate(peers, start=1)
    ]
    columns = ("Rank", "Who", "Affinity", "Why")
    print_table(columns, rows, numbers=("Rank", "Affinity"), wide=("Who", "Why", "Why"), lines=True)


def show_formed(view: TermView, kinds: Iterable[str], *, why: bool = False, limit: int | None = None) -> None:
    """The proposals of the named kinds: pairs, cohorts, visits."""
    for kind in kinds:
        if kind == "pairs":
            show_pairs(view.pairs, why=why, limit=limit)
        elif kind == "cohorts":
            show_cohorts(view.cohorts, why=why, limit=limit)
        else:
            show_visits(view.visits, why=why, limit=limit)
