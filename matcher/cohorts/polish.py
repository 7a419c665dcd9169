"""Parts of a plan annealed anew, one after the other: a few cohorts that suit each other, alone.

Who suits whom is local: what one part of a plan gains hardly hangs on the rest. So the better of two searches
is kept part by part, where a whole search from another start would have to be better in all parts at once.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matcher.cohorts import parts
from matcher.cohorts.place import assign_classes
from matcher.cohorts.search import CREDIT, LACK_LAST, groups_of, keep_cohorts, unit_of
from matcher.cohorts.tables import Arrays, common_classes
from matcher.watch import Watch

if TYPE_CHECKING:
    from matcher.cohorts.tables import Ints, Longs

Group = tuple[int, ...]
#: Members in a part, and so many more at most from the waitlist; moves for each of them.
PART, WAITING, MOVES_A_MEMBER = 100, 12, 5_000
#: Heat and the price of a missing member at the first and the last move, as multiples of the mean best
#: affinity.
HOT, COLD, LACK_FIRST = 0.2, 0.06, 0.5


@dataclass(slots=True)
class _Draft:
    """A plan that is worked at: groups (empty ones have been dissolved), the class of hours of each, how many
    are in each class, and the number of each member's group or -1."""

    groups: list[Group]
    hours: list[int]
    used: Longs
    home: Ints


def polish(
    arrays: Arrays,
    plan: Sequence[Group],
    pool: dict[Group, int],
    moves: int,
    seed: int,
    deadline: float,
    watch: Watch,
) -> tuple[tuple[Group, ...], bool]:
    """``plan`` with parts of it annealed anew for about so many ``moves``, as long as that gives more
    members placed, or as many and more value; and whether the clock or the watch ended it. Cohorts met on the
    way go into ``pool``. Everybody who is pinned is in the plan."""
    import numpy as np

    shared = [common_classes(arrays, group) for group in plan]
    hours = assign_classes(shared, arrays.capacity.tolist())
    assert hours is not None, "the cohorts do not fit into their hours"
    used = np.bincount(np.array(hours, np.int64), minlength=len(arrays.capacity))
    draft = _Draft(list(plan), hours, used, parts.homes(arrays, plan))
    chance = random.Random(seed)  # noqa: S311 - a search, no secret
    unit = unit_of(arrays)
    queue: list[int] = []
    done, late = 0, False
    while done < moves and any(draft.groups):
        late = time.perf_counter() > deadline or watch.stopped()
        if late:
            break
        if not queue:
            queue = [number for number, group in enumerate(draft.groups) if group]
            chance.shuffle(queue)
        centre = queue.pop()
        if draft.groups[centre]:
            done += _again(arrays, draft, pool, centre, unit, chance)
        watch.tell("polishing", min(1.0, done / moves))
    return tuple(sorted(group for group in draft.groups if group)), late


def _again(
    arrays: Arrays, draft: _Draft, pool: dict[Group, int], centre: int, unit: float, chance: random.Random
) -> int:
    """Anneal the part around group number ``centre`` anew; how many moves that took."""
    import numpy as np

    from matcher.cohorts import state as plans
    from matcher.cohorts.anneal import anneal
    from matcher.cohorts.construct import restore, round_off

    chosen = parts.related(arrays, draft.home, draft.groups, centre, PART)
    free = np.flatnonzero((draft.home < 0) & (arrays.block < 0)).tolist()
    waiting = chance.sample(free, min(WAITING, len(free)))
    members = sorted([*waiting, *(i for number in chosen for i in draft.groups[number])])
    hours = [draft.hours[number] for number in chosen]
    room = arrays.capacity - draft.used + np.bincount(hours, minlength=len(draft.used))
    small = parts.cut(arrays, members, room)
    index = {i: number for number, i in enumerate(members)}
    flat = [index[i] for number in chosen for i in draft.groups[number]]
    start = np.cumsum([0, *(len(draft.groups[number]) for number in chosen)]).astype(np.int64)
    state = plans.empty_state(small, len(chosen) + 1, chance.getrandbits(32))
    restore(small, state, start, np.array(flat, np.int32), np.array(hours, np.int64))
    before = (int(state.counts[plans.PLACED]), int(state.counts[plans.VALUE]))
    moves = MOVES_A_MEMBER * len(members)
    first = plans.Weights(HOT * unit, CREDIT * unit, LACK_FIRST * unit)
    last = plans.Weights(COLD * unit, CREDIT * unit, LACK_LAST * unit)
    anneal(small, state, first, last, moves)
    round_off(small, state)
    after = (int(state.counts[plans.BEST_PLACED]), int(state.counts[plans.BEST_VALUE]))
    groups = [tuple(members[i] for i in group) for group in groups_of(small, state.best)]
    keep_cohorts(arrays, groups, pool)
    if after > before:
        classes = assign_classes([common_classes(arrays, group) for group in groups], room.tolist())
        assert classes is not None, "the cohorts do not fit into their hours"
        _put(draft, chosen, groups, classes)
    return moves


def _put(draft: _Draft, chosen: list[int], groups: list[Group], classes: list[int]) -> None:
    """Put ``groups`` in the place of those with the numbers ``chosen``."""
    for number in chosen:
        draft.used[draft.hours[number]] -= 1
        draft.home[list(draft.groups[number])] = -1
        draft.groups[number] = ()
    for at, (group, hour) in enumerate(zip(groups, classes, strict=True)):
        if at < len(chosen):
            number = chosen[at]
        else:
            number = len(draft.groups)
            draft.groups.append(())
            draft.hours.append(hour)
        draft.groups[number], draft.hours[number] = group, hour
        draft.used[hour] += 1
        draft.home[list(group)] = number
