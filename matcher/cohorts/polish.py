"""Parts of a plan annealed anew: a few cohorts that suit each other, as a small problem of its own.

Who suits whom is local: what one part of a plan gains does not hang on the rest. So the better of two
searches is kept part by part, where whole searches from other starts would have to be better in all parts
at once.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matcher.cohorts.place import assign_classes
from matcher.cohorts.problem import cohort_value
from matcher.cohorts.search import Found, Weight, groups_of, weights
from matcher.cohorts.tables import Arrays, common_classes, cut
from matcher.watch import Watch

if TYPE_CHECKING:
    import numpy as np

    from matcher.cohorts.tables import Ints, Longs

Group = tuple[int, ...]
#: Members in a part, at most so many of them from the waitlist; moves for each of them.
PART, WAITING, MOVES_A_MEMBER = 60, 12, 4_000
#: Weights at the first and the last move.
FIRST, LAST = Weight(0.16, 4.0, 0.5), Weight(0.05, 4.0, 6.0)


@dataclass(slots=True)
class Draft:
    """A plan that is worked at: ``home[i]`` is the place in ``groups`` of member i's, or -1; ``hours`` are
    the classes that the groups meet in."""

    home: Ints
    groups: list[Group]
    hours: list[int]


def polish(arrays: Arrays, found: Found, moves: int, seed: int, deadline: float, watch: Watch) -> None:
    """Anneal parts of the best plan of ``found`` anew for about so many ``moves``, and keep what is better:
    more members placed, or the same number and more value."""
    import numpy as np

    draft = _draft(arrays, found.plan)
    chance = random.Random(seed)  # noqa: S311 - a search, no secret
    used = np.bincount(np.array(draft.hours, np.int64), minlength=len(arrays.capacity))
    queue: list[int] = []
    done = 0
    while done < moves and len(draft.groups) > 1:
        if time.perf_counter() > deadline or watch.stopped():
            found.cut_short = True
            break
        if not queue:
            queue = list(range(len(draft.groups)))
            chance.shuffle(queue)
        centre = queue.pop()
        if not draft.groups[centre]:
            continue
        done += _again(arrays, draft, found, centre, used, chance)
        watch.tell("polishing", min(1.0, done / moves), value=found.value)


def _again(
    arrays: Arrays, draft: Draft, found: Found, centre: int, used: Longs, chance: random.Random
) -> int:
    """Anneal the part around group number ``centre``; how many moves that took."""
    import numpy as np

    from matcher.cohorts import anneal, construct
    from matcher.cohorts import state as plans

    chosen = related(arrays, draft.home, draft.groups, centre, PART)
    waiting = np.flatnonzero(draft.home < 0).tolist()
    waiting = sorted(chance.sample(waiting, min(WAITING, len(waiting))))
    members = sorted([i for number in chosen for i in draft.groups[number]] + waiting)
    hours = [draft.hours[number] for number in chosen]
    room = arrays.capacity - used + np.bincount(hours, minlength=len(used))
    small = cut(arrays, members, room)
    index = {i: number for number, i in enumerate(members)}
    groups = [tuple(index[i] for i in draft.groups[number]) for number in chosen]
    spare = max(0, min(len(members) // int(arrays.sizes[0]), int(room.sum())) - len(groups))
    state = plans.empty_state(small, len(groups) + min(1, spare), chance.getrandbits(32))
    start = np.cumsum([0, *map(len, groups)]).astype(np.int64)
    flat = np.array([i for group in groups for i in group], np.int32)
    construct.restore(small, state, start, flat, np.array(hours, np.int64))
    before = (int(state.counts[plans.PLACED]), int(state.counts[plans.VALUE]))
    moves = MOVES_A_MEMBER * len(members)
    anneal.anneal(small, state, weights(FIRST, small), weights(LAST, small), moves)
    after = (int(state.counts[plans.BEST_PLACED]), int(state.counts[plans.BEST_VALUE]))
    if after > before:
        new = [tuple(members[i] for i in group) for group in groups_of(small, state.best)]
        classes = assign_classes([common_classes(arrays, group) for group in new], room.tolist())
        assert classes is not None, "the cohorts do not fit into their hours"
        np.subtract.at(used, hours, 1)
        np.add.at(used, classes, 1)
        _replace(draft, chosen, new, classes)
        found.placed += after[0] - before[0]
        found.value += after[1] - before[1]
        found.plan = tuple(sorted(group for group in draft.groups if group))
        for number in range(len(state.size)):
            pass
    return moves
