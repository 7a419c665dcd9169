"""Parts of a plan: a few cohorts whose members suit each other, as a small problem of its own."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.cohorts.bounds import group_value
from matcher.cohorts.place import assign_classes
from matcher.cohorts.tables import Arrays, common_classes

Group = tuple[int, ...]


#: Members in a part: about as many as are solved to the optimum within a second.
PART = 48


def next_part(arrays: Arrays, groups: Sequence[Group], tried: set[Group]) -> tuple[Group, ...]:
    """The part around the group of least value a member that is not among ``tried``, to which it is
    added; empty where all have been."""
    means = {group: group_value(arrays, group) / len(group) for group in groups if group not in tried}
    if not means:
        return ()
    centre = min(means, key=lambda group: means[group])
    tried.add(centre)
    return related(arrays, groups, groups.index(centre), PART)


def related(arrays: Arrays, groups: Sequence[Group], centre: int, most: int) -> tuple[Group, ...]:
    """Group number ``centre`` and those with most affinity to its members for their size, as long as
    there are at most ``most`` members."""
    import numpy as np

    home = np.full(arrays.state.shape[0], -1)
    for number, group in enumerate(groups):
        home[list(group)] = number
    ties = np.zeros(len(groups))
    for i in groups[centre]:
        row = slice(arrays.start[i], arrays.start[i + 1])
        known = (home[arrays.near[row]] >= 0) & (arrays.score[row] > 0)
        np.add.at(ties, home[arrays.near[row]][known], arrays.score[row][known].astype(np.float64))
    ties /= [len(group) for group in groups]
    ties[centre] = np.inf
    chosen: list[Group] = []
    for number in np.argsort(-ties, kind="stable").tolist():
        if sum(map(len, chosen)) + len(groups[number]) > most:
            break
        chosen.append(groups[number])
    return tuple(chosen)


def alone(arrays: Arrays, chosen: Sequence[Group], others: Sequence[Group]) -> Arrays:
    """``arrays`` in which only the members of ``chosen`` can meet, in the room that ``others`` leave."""
    import numpy as np

    members = [i for group in chosen for i in group]
    mask = np.zeros_like(arrays.mask)
    mask[members] = arrays.mask[members]
    groups = [*chosen, *others]
    classes = assign_classes([common_classes(arrays, group) for group in groups], arrays.capacity.tolist())
    assert classes is not None, "the cohorts do not fit into their hours"
    room = arrays.capacity - np.bincount(classes[len(chosen) :], minlength=len(arrays.capacity))
    plenty = room >= len(members) // int(arrays.sizes[0])  # as if nobody else met then: it cannot bind
    return arrays._replace(mask=mask, capacity=np.where(plenty, arrays.state.shape[0], room))
