"""The steps of a repair: fewest changes, then most placed, then value; and what more changes would place."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from matcher.cohorts import desk as desks
from matcher.cohorts import mend, regroup, scope
from matcher.cohorts.draft import Case, Draft, better, filled
from matcher.cohorts.earlier import sound_part
from matcher.cohorts.problem import Cohort
from matcher.errors import InfeasibleError
from matcher.optimize import CpAnswer, Limits
from matcher.outcome import Option
from matcher.watch import Watch

#: CP-SAT's deterministic seconds an aim for a second of the limit, and at most; the share of the limit for
#: grouping anew; how many options are looked for.
WORK, MOST_WORK, ANEW, OPTIONS = 0.2, 4.0, 0.25, 3


@dataclass(slots=True)
class Run:
    """One repair: its limits, and whether the clock or the caller has cut it short (``late``), or the search
    of a part of it (``part_late``)."""

    case: Case
    limits: Limits
    watch: Watch | None
    began: float
    late: bool = False
    part_late: bool = False

    def stop(self) -> bool:
        over = time.perf_counter() - self.began > self.limits.seconds
        self.late = self.late or over or (self.watch is not None and self.watch.stopped())
        return self.late

    def tell(self, stage: str, draft: Draft) -> None:
        if self.watch is not None:
            self.watch.tell(stage, value=draft.rank(self.case)[1])

    def ask(self, programme: mend.Programme, terms: mend.Terms, draft: Draft) -> CpAnswer:
        """The best point of ``programme`` by ``terms``, begun from ``draft``."""
        begun, seconds = time.perf_counter(), self.limits.left(self.began)
        work = min(MOST_WORK, WORK * self.limits.seconds)
        hint = mend.hinted(programme, draft)
        answer = programme.whole.maximise(terms, self.limits, seconds, work=work, hint=hint, watch=self.watch)
        self.late = self.late or time.perf_counter() - begun >= seconds
        self.stop()
        return answer


def fewest(run: Run) -> tuple[Draft, int]:
    """A draft with the fewest changes found, and the proven least. Raises InfeasibleError where confirmed
    cohorts cannot be filled or pins not be kept."""
    case, start = run.case, sound_part(run.case)
    best = start if start.sound(case) else None
    if best is not None and best.changes(case) == 0:
        return best, 0
    run.tell("fewest changes", start)
    field = scope.everything(case, start, 0)
    least, fields = 0, [field] if field else []
    if field is None:
        bound, fields = scope.around(case, start)
        programme = mend.build(case, start, bound)
        answer = run.ask(programme, programme.stays, start)
        least = 0 if answer.infeasible else max(0, programme.homes - answer.bound)
    for field in fields:
        if best is not None and (best.changes(case) <= least or run.stop()):
            break
        programme = mend.build(case, start, field)
        answer = run.ask(programme, programme.stays, start)
        if scope.complete(case, start, field) and not answer.infeasible:
            least = max(least, programme.homes - answer.bound)
        if answer.values is not None:
            found = mend.read(case, programme, answer.values)
            if best is None or found.changes(case) < best.changes(case):
                best = found
    best = best or _anew(run, start)
    if not best.sound(case):
        raise InfeasibleError(_clash(case, best), cure="Confirm fewer cohorts, or loosen the pins.")
    return best, least


def best(run: Run, draft: Draft, budget: int) -> Draft:
    """Most placed, then value, with at most ``budget`` changes."""
    case = run.case
    found = better(case, draft, budget, run.stop)
    run.tell("placing", found)
    field = scope.everything(case, draft, budget)
    if field is not None and not run.stop():
        found = _exact(run, found, field, budget)
    if field is None and not run.stop():
        beside = _joined(run, draft)
        choices = [beside, _joined(run, found)] if beside is not draft else [_joined(run, found)]
        found = max([found, *(better(case, one, budget, run.stop) for one in choices)], key=_rank(case))
    if budget >= len(case.home) and not run.stop():
        found = max([found, _anew(run, draft)], key=_rank(case))
    found = filled(case, found)
    run.tell("repaired", found)
    return found


def options(run: Run, draft: Draft) -> tuple[Option, ...]:
    """For placing one more, and more, the fewest changes that do it, as far as found."""
    case, changes, now = run.case, draft.changes(run.case), draft
    found: list[Option] = []
    while len(found) < OPTIONS and now.waiting(case) and not run.stop():
        field = scope.everything(case, draft, changes + case.problem.rules.min_size)
        if field is not None:
            more = _placing(run, now, field, len(now.where) + 1)
        else:
            tries = range(changes + 1, changes + OPTIONS + 1)
            drafts = (better(case, now, most, run.stop, placing=True) for most in tries)
            more = next((one for one in drafts if len(one.where) > len(now.where)), None)
        if more is None or more.changes(case) <= changes:
            break
        changes = more.changes(case)
        now = better(case, more, changes, run.stop)
        found.append(Option(changes, *now.rank(case)))
    return tuple(found)


def _rank(case: Case) -> Callable[[Draft], tuple[int, ...]]:
    return lambda draft: (draft.sound(case), *draft.rank(case), -draft.changes(case))


def _exact(run: Run, draft: Draft, field: mend.Field, budget: int) -> Draft:
    """The best plan of the programme over ``field``: most placed, then value where that is an aim of it."""
    case = run.case
    programme = mend.build(case, draft, field)
    programme.whole.row(programme.stays, low=programme.homes - budget)
    answer = run.ask(programme, programme.placed(), draft)
    if answer.values is None:
        return draft
    seated = sum(answer.values[variable] for variable in programme.sits.values())
    found = mend.read(case, programme, answer.values)
    if len(found.where) > len(draft.where):
        draft = better(case, found, budget, run.stop)
    programme.whole.row(programme.placed(), low=seated)
    values = mend.value_terms(case, programme)
    if values and not run.stop():
        answer = run.ask(programme, values, draft)
        if answer.values is not None:
            found = mend.read(case, programme, answer.values)
            draft = max([draft, better(case, found, budget, run.stop)], key=_rank(case))
    return draft


def _placing(run: Run, draft: Draft, field: mend.Field, placed: int) -> Draft | None:
    """The fewest changes that place at least ``placed`` members."""
    programme = mend.build(run.case, draft, field)
    inside = {i for i, _ in programme.sits}
    fixed = sum(i not in inside for i in draft.where)
    programme.whole.row(programme.placed(), low=placed - fixed)
    answer = run.ask(programme, programme.stays, draft)
    return None if answer.values is None else mend.read(run.case, programme, answer.values)


def _joined(run: Run, draft: Draft) -> Draft:
    """``draft`` with new cohorts of those who wait."""
    return _with(draft, _group(run, draft, draft.waiting(run.case)))


def _anew(run: Run, draft: Draft) -> Draft:
    """Everybody who is in no confirmed cohort grouped anew; a group that is much like a cohort as it was
    takes its place, where it can meet at its hour."""
    case = run.case
    kept = Draft(
        tuple(one if c in case.closed else replace(one, members=()) for c, one in enumerate(draft.cohorts))
    )
    left = _group(run, kept, kept.waiting(case))
    for one in list(left):
        shares = [sum(case.home.get(i, -1) == c for i in one.members) for c in range(len(case.cohorts))]
        others = [other for other in (*kept.cohorts, *left) if other.members and other is not one]
        for c in sorted(range(len(shares)), key=lambda c: -shares[c]):
            if shares[c] and _stands_as(case, kept, one, c, others):
                cohorts = list(kept.cohorts)
                cohorts[c] = replace(cohorts[c], members=one.members)
                kept, left = Draft(tuple(cohorts)), [other for other in left if other is not one]
                break
    return _with(kept, left)


def _stands_as(case: Case, draft: Draft, cohort: Cohort, c: int, others: Iterable[Cohort]) -> bool:
    """Whether ``cohort`` can take the place of cohort ``c``, with its hour and its facilitator."""
    place = draft.cohorts[c]
    if place.members or c in case.lost or c in case.closed or not case.stands(cohort.members, place.hour):
        return False
    taken = {(other.facilitator, other.hour) for other in others if other.facilitator}
    return (place.facilitator, place.hour) not in taken


def _group(run: Run, draft: Draft, members: list[int]) -> list[Cohort]:
    limits = replace(run.limits, seconds=max(0.5, ANEW * run.limits.seconds))
    cohorts, cut_short = regroup.regrouped(run.case, draft, members, limits, run.watch)
    run.part_late = run.part_late or cut_short
    return cohorts


def _with(draft: Draft, cohorts: Iterable[Cohort]) -> Draft:
    added = tuple(cohorts)
    return Draft((*draft.cohorts, *added)) if added else draft


def _clash(case: Case, draft: Draft) -> str:
    """What a repair could not do, in numbers."""
    low = case.problem.rules.min_size
    short = [c for c in sorted(case.closed) if len(draft.cohorts[c].members) < low]
    if short:
        size = len(draft.cohorts[short[0]].members)
        return (
            f"Confirmed cohort {short[0] + 1} has {size} members left, at least {low} are needed, and those "
            "who had no cohort cannot fill it."
        )
    apart = list(desks.parted(case.d, [one.members for one in draft.cohorts]))
    return f"{len(apart)} pins cannot be kept: {apart[0]}" if apart else "No repair meets the rules."
