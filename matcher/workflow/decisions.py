"""What staff do to a plan by hand: pin, ban, move, swap, with a verdict at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from matcher import record
from matcher.cohorts.adjust import adjust as adjust_cohorts
from matcher.domain import Member, Term
from matcher.errors import InfeasibleError, InputError
from matcher.explain.words import counted
from matcher.outcome import Change, ChangeKind, Verdict
from matcher.pairing.adjust import adjust as adjust_pairs
from matcher.store import Decisions, Origin, RunKind, Way
from matcher.visits.adjust import adjust as adjust_visits
from matcher.workflow.asking import find_member
from matcher.workflow.keeping import Plan, current_or_raise, keep, proposals_of
from matcher.workflow.places import placed, sessions_meant
from matcher.workflow.reading import loaded
from matcher.workflow.shown import in_names
from matcher.workflow.standing import proven_before, still_proven
from matcher.workflow.verdicts import in_points, new_topics, together, undone
from matcher.workflow.workspace import Workspace

ADJUST: dict[RunKind, Any] = {
    RunKind.PAIRS: adjust_pairs,
    RunKind.COHORTS: adjust_cohorts,
    RunKind.VISITS: adjust_visits,
}

#: What to do where somebody takes no part in a plan, by the part.
_CURES = {
    "member": "Form the plan anew to take it in, if it wants to be.",
    "visitor": "A visitor wrote a challenge and wants to visit: form the visits anew if that is so now.",
    "host": "A host is willing, has seats and wrote a practice: form the visits anew if that is so now.",
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a change of a plan does: ``done`` says it in a sentence, the verdict has its figures in points
    (``objective`` and its change; ``worst`` is the least that a placed member gains). ``unplaced`` are
    names of those who lose their place by it, and ``topics`` say which cohorts have another topic; both empty
    where a rule breaks. Of a ban in several sessions the
    fewest placed in any, and the total of all. ``kept`` is the number of the new run, the last of several;
    None where nothing was kept."""

    done: str
    verdict: Verdict
    unplaced: tuple[str, ...]
    topics: tuple[str, ...]
    kept: int | None


def adjust(
    workspace: Workspace,
    term: Term,
    kind: RunKind,
    change: ChangeKind,
    one: str,
    other: str = "",
    to: str = "",
    *,
    session: int | None = None,
    keep_it: bool = False,
    by: str = "",
    expected: str | None = None,
) -> Ruling:
    """Change the term's plan of a kind by hand, and say what that does. Nothing else is moved.

    Members are named by id, email or name. ``other`` is the second of a pin, ban or swap; in visits the
    host of a pin or ban. ``to`` is where a member is moved: a peer, the number of a cohort, a host, or
    empty for the waitlist. With ``keep_it`` the plan with the change becomes the term's, and pins and
    bans hold in later runs. What was agreed to or held is not to be changed. Of several sessions the change
    is about ``session`` (from 1); without it a ban is about all, a move to a cohort about that cohort's, and
    any other change about the one session in which those who are named have a place.
    Raises InputError where the change makes no sense, NotFoundError where nothing was formed or nobody has
    such a name, InfeasibleError where a change that breaks a rule is to be kept, ConflictError where
    somebody else changed the plan meanwhile, or it is not of the version that is ``expected`` where it is to
    be kept.
    """
    runs = current_or_raise(workspace, kind, term)
    with workspace.store.read() as reading:
        members = reading.members()
        labels = {topic.id: topic.label for topic in reading.topics()}
        exchanges = reading.exchanges()
        called = labels | {each.id: each.name for each in reading.organizations()}
    plans = [loaded(run) for run in runs]
    ids = [members[find_member(members, name)].id for name in (one, other) if name]
    meant, place = sessions_meant(plans, kind, change, ids, to, session)
    after = list(plans)
    made, verdicts, unplaced = list[Plan](), list[Verdict](), dict[str, None]()
    done = ""
    for number in meant:
        (problem, solution), run = plans[number], runs[number]
        asked = _change(members, kind, problem, change, one, other, to, place)
        done = done or _sentence(members, kind, problem, asked, to)
        if len(meant) < len(plans):
            done += f" in session {number + 1}"
        adjusted = ADJUST[kind](problem, solution, asked)
        verdicts.append(adjusted.verdict)
        if adjusted.verdict.broken:  # said again, with names in place of ids
            spoken = ADJUST[kind](_with_names(kind, problem, members), solution, asked).verdict.broken
            told = tuple(in_names(sentence, called) for sentence in spoken)
            verdicts[-1] = replace(adjusted.verdict, broken=told)
            continue
        unplaced |= dict.fromkeys(_unplaced(members, kind, problem, solution, adjusted.solution))
        after[number] = (adjusted.problem, adjusted.solution)
        origin = Origin(
            way=Way.ADJUSTED,
            session=run.origin.session,
            of=run.id,
            by=by,
            done=_noted(kind, problem, asked, to),
            given=record.dump(asked),
            decisions=_decided(run.origin.decisions, kind, problem, asked),
        )
        made.append(Plan(adjusted.problem, adjusted.solution, origin))
    verdict = together(verdicts, undone(workspace, term, plans, after))
    kept = None
    if keep_it:
        if verdict.broken:
            raise InfeasibleError(
                f"{done} breaks {counted(len(verdict.broken), 'rule')}: {' '.join(verdict.broken)}",
                cure="Nothing was kept. Change something else first, or loosen the rule and form anew.",
            )
        with workspace.store.read() as reading:
            known = [proven_before(reading, runs[number]) for number in meant]
        made = [
            replace(plan, solution=still_proven(plan.problem, plan.solution, earlier))
            for plan, earlier in zip(made, known, strict=True)
        ]
        proposals = proposals_of(term, after, labels)
        kept = keep(workspace, kind, term, made, proposals, basis=runs, seen=exchanges, expected=expected)[-1]
    if verdict.broken:
        return Ruling(done, in_points(kind, verdict), (), (), kept)
    topics = new_topics([plan for _, plan in plans], [plan for _, plan in after], labels)
    return Ruling(done, in_points(kind, verdict), tuple(unplaced), topics, kept)


def _change(
    members: Sequence[Member],
    kind: RunKind,
    problem: Any,
    change: ChangeKind,
    one: str,
    other: str,
    to: str,
    place: int,
) -> Change:
    """The change in the indices of the problem."""
    if change is not ChangeKind.MOVE and not other:
        raise InputError(f"To {change.value} takes two members.", cure="Name the second as well.")
    if change is not ChangeKind.MOVE and to:
        raise InputError(f"Nobody is moved by a {change.value}.", cure="Leave --to away, or use move.")
    if change is ChangeKind.MOVE and other and kind is not RunKind.PAIRS:
        raise InputError(
            f"A move of {kind.value} takes one member.", cure="Say where to with --to, or use swap."
        )
    named = [find_member(members, name) for name in (one, other, to if place < 0 else "") if name]
    twice = [members[each].name for each, times in Counter(named).items() if times > 1]
    if twice:
        raise InputError(f"{twice[0]} is named twice.", cure="Name each member once.")

    def index(name: str, people: Sequence[Any], what: str) -> int:
        member = members[find_member(members, name)]
        found = next((i for i, each in enumerate(people) if each.id == member.id), None)
        if found is None:
            raise InputError(f"{member.name} is no {what} in this plan.", cure=_CURES[what])
        return found

    if kind is not RunKind.VISITS:
        first = index(one, problem.members, "member")
        if kind is RunKind.PAIRS and change is ChangeKind.MOVE:
            third = index(to, problem.members, "member") if to else -1
            return Change(change, first, index(other, problem.members, "member") if other else -1, third)
        second = index(other, problem.members, "member") if other else -1
        return Change(change, first, second, place)
    first = index(one, problem.visitors, "visitor")
    if change is ChangeKind.SWAP:
        return Change(change, first, index(other, problem.visitors, "visitor"))
    if change is ChangeKind.MOVE:
        return Change(change, first, to=index(to, problem.hosts, "host") if to else -1)
    return Change(change, first, index(other, problem.hosts, "host"))


def _sentence(members: Sequence[Member], kind: RunKind, problem: Any, change: Change, to: str) -> str:
    """What is done, in words; ``to`` is a cohort's number in the list."""
    names = {member.id: member.name for member in members}
    people = problem.visitors if kind is RunKind.VISITS else problem.members
    seconds = problem.hosts if kind is RunKind.VISITS and change.kind is not ChangeKind.SWAP else people
    one = names[people[change.one].id]
    if change.kind is ChangeKind.MOVE:
        if kind is RunKind.COHORTS:
            goal = f"cohort {to}" if to else ""
        else:
            goal = names[seconds[change.to].id] if change.to >= 0 else ""
            goal = f"the visit to {goal}" if goal and kind is RunKind.VISITS else goal
        return f"Moving {one} to {goal or 'the waitlist'}"
    other = names[seconds[change.other].id]
    words = {
        ChangeKind.PIN: f"Bringing {one} and {other} together",
        ChangeKind.BAN: f"Keeping {one} and {other} apart",
        ChangeKind.SWAP: f"Swapping {one} and {other}",
    }
    return words[change.kind]


def _noted(kind: RunKind, problem: Any, change: Change, to: str) -> str:
    """What is done, by ids: a run is kept for good, and a name may have to go."""
    people = problem.visitors if kind is RunKind.VISITS else problem.members
    hosts = problem.hosts if kind is RunKind.VISITS and change.kind is not ChangeKind.SWAP else people
    words = [change.kind.value, people[change.one].id]
    words += [hosts[change.other].id] if change.other >= 0 else []
    if change.kind is ChangeKind.MOVE:
        goal = f"cohort {to}" if kind is RunKind.COHORTS else hosts[change.to].id
        words += ["to", goal if change.to >= 0 else "the waitlist"]
    return " ".join(words)


def _decided(before: Decisions, kind: RunKind, problem: Any, change: Change) -> Decisions:
    """The decisions with a pin or a ban; a later word on the same two takes the place of an earlier."""
    if change.kind not in (ChangeKind.PIN, ChangeKind.BAN):
        return before
    people = problem.visitors if kind is RunKind.VISITS else problem.members
    others = problem.hosts if kind is RunKind.VISITS else problem.members
    pair = (people[change.one].id, others[change.other].id)
    pair = pair if kind is RunKind.VISITS else (min(pair), max(pair))
    pins, bans = {*before.pins} - {pair}, {*before.bans} - {pair}
    (pins if change.kind is ChangeKind.PIN else bans).add(pair)
    return replace(before, pins=tuple(sorted(pins)), bans=tuple(sorted(bans)))


def _unplaced(
    members: Sequence[Member], kind: RunKind, problem: Any, before: Any, after: Any
) -> tuple[str, ...]:
    """Names of those who are placed before and not after; ``after`` is None where a rule breaks."""
    if after is None:
        return ()
    names = {member.id: member.name for member in members}
    still = {*placed(kind, problem, after)}
    return tuple(names.get(one, one) for one in placed(kind, problem, before) if one not in still)


def _with_names(kind: RunKind, problem: Any, members: Sequence[Member]) -> Any:
    """The problem with its members called by their names, so that what is said of it reads well; where two
    have the same name, with their ids behind it."""
    twice = Counter(member.name for member in members)
    names = {
        member.id: f"{member.name} ({member.id})" if twice[member.name] > 1 else member.name
        for member in members
    }

    def named(people: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(replace(each, id=names.get(each.id, each.id)) for each in people)

    if kind is RunKind.VISITS:
        return replace(problem, visitors=named(problem.visitors), hosts=named(problem.hosts))
    return replace(problem, members=named(problem.members))
