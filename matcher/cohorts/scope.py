"""On which cohorts a repair decides at once: on all where they are few, else on those that it has to."""

from __future__ import annotations

from matcher.cohorts import check
from matcher.cohorts.draft import Case, Draft, free
from matcher.cohorts.mend import Field

#: Members times cohorts up to which one programme decides on all, and the most new cohorts in it.
ALL_AT_ONCE, NEW = 8_000, 4
#: Beyond that so many cohorts beside those that cannot stay as they are, in steps.
BESIDE = (6, 14)


def everything(case: Case, draft: Draft, budget: int) -> Field | None:
    """All cohorts that may change, with everybody who may move; None where that is too much. New cohorts
    are those that ``budget`` changes beside who is not where it was can fill, up to ``NEW``."""
    open_to = _movable(case, draft)
    fixed = {i for c in case.closed if c not in open_to for i in case.cohorts[c].members}
    members = tuple(i for i in range(len(case.problem.members)) if i not in fixed)
    new = _new(case, draft, budget)
    if len(members) * (len(open_to) + new) > ALL_AT_ONCE:
        return None
    return Field(tuple(open_to), members, new)


def complete(case: Case, draft: Draft, field: Field) -> bool:
    """Whether no repair outside ``field`` could save a change. A new cohort saves none but where it brings
    pinned members together: without it all its members are changed, or wait, all the same."""
    blocks = len(check.blocks(case.problem))
    enough = field.new >= min(blocks, len(case.problem.members) // case.problem.rules.min_size)
    return enough and len(field.open) == len(_movable(case, draft))


def around(case: Case, draft: Draft) -> tuple[Field, list[Field]]:
    """Of many cohorts those that ``draft`` had to dissolve, those that have to be filled, and those with
    pinned members: first as if others could lend them members, which bounds the changes; then with more
    and more cohorts beside them, for a repair."""
    every = _movable(case, draft)
    pinned = {case.home[i] for pair in case.problem.together for i in pair if i in case.home}
    lacking = [
        c
        for c in every
        if c in pinned or c in case.closed or draft.cohorts[c].members != case.cohorts[c].members
    ]
    own = [i for c in lacking for i in case.cohorts[c].members]
    rest = [i for i in draft.waiting(case) if i not in set(own)]
    bound = Field(tuple(lacking), tuple(sorted(own + rest)), lent=True)
    low = case.problem.rules.min_size

    def order(c: int) -> tuple[bool, int, int]:
        group = case.cohorts[c].members
        able = sum(free(case, i, case.cohorts[k].hour) for i in group for k in lacking)
        return len(group) <= low, -able, c

    others = sorted((c for c in every if c not in lacking and c not in case.closed), key=order)
    fields = []
    for count in BESIDE:
        open_to = lacking + others[:count]
        inside = [i for c in open_to for i in case.cohorts[c].members]
        fields.append(Field(tuple(open_to), tuple(sorted(inside + rest)), min(1, len(case.block))))
    return bound, fields


def _movable(case: Case, draft: Draft) -> list[int]:
    """The cohorts on which a repair can decide: a confirmed one only where it has to be filled."""
    low = case.problem.rules.min_size
    return [
        c
        for c in range(len(draft.cohorts))
        if c not in case.lost and (c not in case.closed or len(case.cohorts[c].members) < low)
    ]


def _new(case: Case, draft: Draft, budget: int) -> int:
    low = case.problem.rules.min_size
    loose = sum(draft.where.get(i, -1) != case.home.get(i, -2) for i in range(len(case.problem.members)))
    able = max((loose + budget) // low, len(check.blocks(case.problem)))
    return min(NEW, able, len(case.problem.members) // low)
