"""Reasons: why these two, why not, why one waits, what a rule costs. Found by solving the kept plan anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from matcher.domain import Structure, Term
from matcher.embed import Progress
from matcher.errors import InputError, NotFoundError
from matcher.explain import Rules, Words, forbidden, match_reason, price, rule_costs, runner_up, why_waiting
from matcher.export.view import Quote
from matcher.network import window
from matcher.optimize import Limits
from matcher.store import Run, RunKind
from matcher.watch import Watch
from matcher.workflow.asking import find_member
from matcher.workflow.case import Case, load
from matcher.workflow.keeping import STRUCTURES, current, current_or_raise
from matcher.workflow.ledger import met
from matcher.workflow.places import hosted, listed, places, together
from matcher.workflow.reading import loaded
from matcher.workflow.shown import Shown, in_names
from matcher.workflow.workspace import Workspace

#: Said where two do not meet in one session of several.
NO_PRICE = (
    "They are not together in this session. What it would cost is worked out for a single session only: "
    "several are formed so that everybody meets new peers, and no price tells of that."
)
#: Sentences of members that are quoted.
QUOTES = 4


@dataclass(frozen=True, slots=True)
class Reasoned:
    """What a plan says of one or two members: ``kind`` is pairs, cohorts or visits, with the session where
    there are several. ``solves`` counts the plans that were solved for it; ``cut_short``: there was no
    time for all of them."""

    kind: str
    sentences: tuple[str, ...]
    solves: int = 0
    cut_short: bool = False


@dataclass(frozen=True, slots=True)
class Two:
    """Two members: what they gain from each other, their sentences, and what each plan says of them."""

    one: str
    other: str
    affinity: int
    reasons: tuple[str, ...]
    quotes: tuple[Quote, ...]
    plans: tuple[Reasoned, ...]


@dataclass(frozen=True, slots=True)
class One:
    """A member, and what each plan says of it."""

    name: str
    plans: tuple[Reasoned, ...]


def why_two(
    workspace: Workspace,
    term: Term,
    one: str,
    other: str,
    *,
    kinds: tuple[RunKind, ...] = tuple(STRUCTURES),
    seconds: float | None = None,
    staff: bool = False,
    progress: Progress | None = None,
    watch: Watch | None = None,
) -> Two:
    """Why two members (id, email or name) are matched in the term's plans, or why not and at what price.

    ``seconds`` are for each plan; without them, as the settings have it for forming one. Raises NotFoundError
    where nobody has such a name or nothing was formed, InputError where both are one member.
    """
    case = load(workspace, progress)
    shown = Shown(workspace, case, term, staff)
    a, b = sorted(find_member(case.members, name) for name in (one, other))
    if a == b:
        raise InputError(f"'{one}' and '{other}' are one member.", cure="Name two.")
    members = (case.members[a], case.members[b])
    found = shown.affinity.get((a, b))
    places = (case.organizations[a], case.organizations[b])
    ids = shown.sentences(members[0].id, members[1].id, frozenset({"shared", "help_to_a", "help_to_b"}))
    reason = match_reason(found, members, places, week_of=term.start) if found else None
    return Two(
        one=members[0].name,
        other=members[1].name,
        affinity=found.score if found else 0,
        reasons=reason.sentences if reason else (),
        quotes=shown.quotes(ids[:QUOTES]),
        plans=_each_plan(
            workspace,
            case,
            term,
            kinds,
            lambda run, first, words: _of_two(
                run, first, members[0].id, members[1].id, words, _limits(workspace, run.kind, seconds), watch
            ),
            lambda run, first, words: _of_two_in_session(run, first, members[0].id, members[1].id, words),
        ),
    )


def why_one(
    workspace: Workspace,
    term: Term,
    one: str,
    *,
    kinds: tuple[RunKind, ...] = tuple(STRUCTURES),
    seconds: float | None = None,
    progress: Progress | None = None,
    watch: Watch | None = None,
) -> One:
    """Where a member stands in the term's plans; where it waits, which rules clash and what would help,
    each cure tried by solving. ``seconds`` and errors as for :func:`why_two`."""
    case = load(workspace, progress)
    member = case.members[find_member(case.members, one)]
    answers = _each_plan(
        workspace,
        case,
        term,
        kinds,
        lambda run, first, words: _of_one(
            run, first, member.id, words, _limits(workspace, run.kind, seconds), watch
        ),
    )
    return One(member.name, answers)


def what_rules_cost(
    workspace: Workspace,
    term: Term,
    kind: RunKind,
    *,
    seconds: float | None = None,
    progress: Progress | None = None,
    watch: Watch | None = None,
) -> Rules:
    """Each rule of the term's plan of a kind one looser, solved and ranked; of several sessions, those of
    the first. ``seconds`` are for all of it: without them, three times what forming the plan has.

    Raises NotFoundError where nothing was formed.
    """
    run = current_or_raise(workspace, kind, term)[0]
    case = load(workspace, progress)
    problem, solution = loaded(run)
    ids = _ids(problem)
    within = _limits(workspace, kind, seconds)
    if seconds is None:
        within = replace(within, seconds=3 * within.seconds)
    oldest = _oldest(workspace, case, term, kind, ids)
    return rule_costs(problem, solution, _words(case, term), within, watch, oldest=oldest)


def _each_plan(
    workspace: Workspace,
    case: Case,
    term: Term,
    kinds: tuple[RunKind, ...],
    ask: Callable[[Run, int, Words], Reasoned],
    ask_session: Callable[[Run, int, Words], Reasoned] | None = None,
) -> tuple[Reasoned, ...]:
    """``ask`` is given each run with the number that its first pair, cohort or visit has in the list: of
    several sessions, numbers go on from one to the next. Of these ``ask_session`` is asked where given."""
    words = _words(case, term)
    answers = []
    for kind in kinds:
        runs = current(workspace, kind, term)
        first = 1
        for run in runs:
            answer = (ask_session or ask if len(runs) > 1 else ask)(run, first, words)
            first += len(listed(kind, loaded(run)[1]))
            session = f", session {run.origin.session}" if len(runs) > 1 else ""
            answers.append(replace(answer, kind=f"{kind.value}{session}"))
    if not answers:
        raise NotFoundError(
            f"Nothing was formed for the term '{term.name}' yet.",
            cure="Form it first: matcher pairs, matcher cohorts or matcher visits.",
        )
    return tuple(answers)


def _of_two(
    run: Run, number: int, one: str, other: str, words: Words, limits: Limits, watch: Watch | None
) -> Reasoned:
    problem, solution = loaded(run)
    asked = _two_in(run.kind, problem, one, other)
    if not asked:
        return Reasoned("", (_not_among(run.kind, words, one, other),))
    told: list[str] = []
    solves, cut = 0, False
    for first, second in asked:
        answer = price(problem, solution, first, second, words, limits, watch)
        if answer.holds:
            told += together(run.kind, solution, number, first, second)
            answer = runner_up(problem, solution, first, second, words, limits, watch)
        told += answer.sentences
        solves += answer.solves
        cut = cut or answer.cut_short
    return Reasoned("", tuple(told), solves, cut)


def _of_two_in_session(run: Run, number: int, one: str, other: str, words: Words) -> Reasoned:
    """What is true of two in one session of several. No price: such a plan is made for whom everybody meets
    in all sessions, and a better one of this session alone says nothing of that."""
    problem, solution = loaded(run)
    asked = _two_in(run.kind, problem, one, other)
    if not asked:
        return Reasoned("", (_not_among(run.kind, words, one, other),))
    there = together(run.kind, solution, number, *asked[0])
    return Reasoned("", tuple(there) or forbidden(problem, *asked[0], words) or (NO_PRICE,))


def _two_in(kind: RunKind, problem: Any, one: str, other: str) -> list[tuple[int, int]]:
    """The two as the plan can ask about them: of visits, each as the visitor of the other."""
    if kind is not RunKind.VISITS:
        index = {member.id: i for i, member in enumerate(problem.members)}
        return [(index[one], index[other])] if one in index and other in index else []
    visitors = {visitor.id: i for i, visitor in enumerate(problem.visitors)}
    hosts = {host.id: i for i, host in enumerate(problem.hosts)}
    return [
        (visitors[first], hosts[second])
        for first, second in ((one, other), (other, one))
        if first in visitors and second in hosts
    ]


def _of_one(run: Run, first: int, one: str, words: Words, limits: Limits, watch: Watch | None) -> Reasoned:
    problem, solution = loaded(run)
    people: Any = problem.visitors if run.kind is RunKind.VISITS else problem.members  # type: ignore[union-attr]
    number = next((i for i, each in enumerate(people) if each.id == one), None)
    held = hosted(problem, solution, one, words) if run.kind is RunKind.VISITS else ()
    if number is None:
        return Reasoned("", held or (_not_among(run.kind, words, one),))
    found = places(run.kind, problem, solution, first, number, words)
    if found:
        return Reasoned("", (*found, *held))
    if run.kind is RunKind.PAIRS and not people[number].wanted:
        return Reasoned("", (f"{words.name(one)} wishes no one-to-one.",))
    answer = why_waiting(problem, solution, number, words, limits, watch)
    told = (in_names(sentence, words.names) for sentence in answer.sentences)
    return Reasoned("", (*held, *told), answer.solves, answer.cut_short)


def _not_among(kind: RunKind, words: Words, *ids: str) -> str:
    names = " and ".join(words.name(one) for one in ids)
    if kind is RunKind.VISITS and len(ids) > 1:
        return f"Neither of {names} is a visitor whom the other could host."
    are = "are not both" if len(ids) > 1 else "is not"
    return f"{names} {are} among those for whom {kind.value} were formed."


def _words(case: Case, term: Term) -> Words:
    names = {member.id: member.name for member in case.members}
    names |= {each.id: each.name for each in case.facilitators}
    names |= {each.id: each.name for each in case.organizations}
    names |= {topic.id: topic.label for topic in case.topics}
    return Words(names=names, week_of=term.start)


def _limits(workspace: Workspace, kind: RunKind, seconds: float | None) -> Limits:
    from matcher.workflow.term import limits

    within = limits(workspace.settings, kind)
    return within if seconds is None else replace(within, seconds=seconds)


def _ids(problem: Any) -> dict[str, int]:
    """Where the members of pairs and cohorts stand in the problem."""
    return {member.id: i for i, member in enumerate(getattr(problem, "members", ()))}


def _oldest(
    workspace: Workspace, case: Case, term: Term, kind: RunKind, ids: dict[str, int]
) -> frozenset[tuple[int, int]]:
    """Pairs, in the problem's indices, whom a window shorter by one term would no longer keep apart."""
    ledger = workspace.settings.ledger
    if kind is RunKind.VISITS or not ledger.window or len(window(case.terms, term, ledger.window)) < 1:
        return frozenset()
    shorter = replace(
        workspace,
        settings=replace(workspace.settings, ledger=replace(ledger, window=ledger.window - 1)),
    )
    members = tuple(member for member in case.members if member.id in ids)
    structures = frozenset(Structure)
    old = met(workspace, case, term, members, structures) - met(shorter, case, term, members, structures)
    at = [ids[member.id] for member in members]
    return frozenset((min(at[a], at[b]), max(at[a], at[b])) for a, b in old)
