"""An earlier plan read against the problem of today: what of each cohort can be kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from matcher.cohorts import desk as desks
from matcher.cohorts.draft import Case, Draft, free
from matcher.cohorts.problem import Cohort, Problem
from matcher.errors import InfeasibleError, InputError


def read(problem: Problem, before: tuple[Cohort, ...], confirmed: Collection[int]) -> Case:
    """The case of ``before``, in indices of ``problem``, with its ``confirmed`` cohorts closed.

    A cohort keeps its hour, and its facilitator where that one is still given and free; otherwise it has
    another who is free at its hour. Raises InputError where ``before`` or ``confirmed`` name what is not
    there, InfeasibleError where a confirmed cohort breaks a rule that more members cannot mend.
    """
    d, home = desks.desk(problem), _homes(problem, before, confirmed)
    order = sorted(range(len(before)), key=lambda number: number not in confirmed)
    cohorts, lost = list(before), set()
    held: list[Cohort] = []
    unsettled = []
    for number in order:
        cohort = before[number]
        cohorts[number] = cohort = replace(cohort, members=tuple(sorted(cohort.members)))
        own = cohort.facilitator
        if not d.staff:
            cohorts[number] = replace(cohort, facilitator="")
        elif cohort.hour in d.staff.get(own, ()) and (own, cohort.hour) not in _taken(held):
            held.append(cohort)
            continue
        if d.staff or (cohort.hour is None and not desks.untimed(d, cohort.members)):
            unsettled.append(number)
    for number in unsettled:
        options = desks.places(d, cohorts[number], cohorts[number].members, held)
        now = cohorts[number].hour
        place = next((one for one in options if now is None or one.hour == now), None)
        if place is None:
            lost.add(number)
        else:
            cohorts[number] = place
            held.append(place)
    case = Case(d, tuple(cohorts), home, frozenset(confirmed), frozenset(lost))
    for number in confirmed:
        _confirmable(case, number)
    return case


def _homes(problem: Problem, before: tuple[Cohort, ...], confirmed: Collection[int]) -> dict[int, int]:
    """The cohort that each member had. Raises InputError as :func:`read`."""
    home: dict[int, int] = {}
    for number, cohort in enumerate(before):
        for i in cohort.members:
            if not 0 <= i < len(problem.members) or i in home:
                raise InputError(
                    f"Cohort {number + 1} of the earlier plan names member {i}, who is not there or in two.",
                    cure="Leave out those who dropped out, and number the others as the problem does.",
                )
            home[i] = number
    for number in confirmed:
        if not 0 <= number < len(before):
            raise InputError(
                f"There is no cohort {number} to confirm: the earlier plan has {len(before)}.",
                cure="Name cohorts by their place in the plan, from 0.",
            )
    return home


def _taken(held: Collection[Cohort]) -> set[tuple[str, int | None]]:
    return {(one.facilitator, one.hour) for one in held}


def _confirmable(case: Case, number: int) -> None:
    """Raises InfeasibleError where the confirmed cohort ``number`` breaks a rule, its smallest size and
    what hangs on it apart: those can be mended by members who had no cohort."""
    cohort = case.cohorts[number]
    wrong = []
    if number in case.lost:
        wrong.append(desks.no_hour(case.d, number, cohort.members))
    late = [case.problem.members[i].id for i in cohort.members if not free(case, i, cohort.hour)]
    if late:
        wrong.append(
            f"{len(late)} of its {len(cohort.members)} members cannot meet at its hour: '{late[0]}'."
        )
    if len(cohort.members) >= case.problem.rules.min_size:
        wrong += desks.broken(case.d, number, cohort.members)
    if wrong:
        raise InfeasibleError(
            f"Confirmed cohort {number + 1} cannot stay as it is: {wrong[0]}",
            cure="Leave it unconfirmed, or change what stands in its way.",
        )


def sound_part(case: Case) -> Draft:
    """What needs no change: the cohorts that stand, and the confirmed ones; the others dissolved."""
    kept = []
    for number, cohort in enumerate(case.cohorts):
        stands = number not in case.lost and case.stands(cohort.members, cohort.hour)
        kept.append(cohort if stands or number in case.closed else replace(cohort, members=()))
    return Draft(tuple(kept))
