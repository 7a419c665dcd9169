"""Who meets whom over several rounds of cohorts, and how many repeats no rounds can avoid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain, combinations

from matcher.cohorts import reasons, tables
from matcher.cohorts.check import blocks
from matcher.cohorts.problem import Problem

Group = tuple[int, ...]
Pair = tuple[int, int]


def met(rounds: Sequence[Sequence[Group]]) -> Counter[Pair]:
    """How often each pair meets."""
    return Counter(pair for groups in rounds for group in groups for pair in combinations(sorted(group), 2))


def repeats(times: Counter[Pair]) -> int:
    """Meetings beyond the first of each pair."""
    return times.total() - len(times)


def peers(times: Counter[Pair], members: int) -> tuple[int, ...]:
    """For each of ``members`` how many different others it meets."""
    count = Counter(chain.from_iterable(times))
    return tuple(count[i] for i in range(members))


def fewest_repeats(problem: Problem, placed: Sequence[int]) -> int:
    """No rounds that place so many members each have fewer repeats. The most of four counts:

    - a member meets at least ``min_size - 1`` others a round and has only so many that it may meet: what it
      meets beyond them repeats, and each repeat has two members;
    - all rounds together have at least so many meetings, and there are only so many pairs;
    - in two rounds of j and k cohorts those who are in both are spread over j times k places, and whoever
      shares a place meets twice (pigeonhole; least where they are spread evenly);
    - members pinned together meet in every round.
    """
    if len(placed) < 2:
        return 0
    rules, n = problem.rules, len(problem.members)
    able = _able(problem)
    more = sorted(
        max(0, number * (rules.min_size - 1) - count) - max(0, (number - 1) * (rules.min_size - 1) - count)
        for count in able
        for number in range(1, len(placed) + 1)
    )
    by_member = -(-sum(more[: sum(placed)]) // 2)
    most = [count // rules.min_size for count in placed]
    pairs = sum(_pairs(count, cohorts) for count, cohorts in zip(placed, most, strict=True))
    by_pairs = pairs - sum(able) // 2
    by_places = sum(
        max(
            _pairs(max(0, placed[later] + placed[sooner] - n), most[later] * most[sooner])
            for sooner in range(later)
        )
        for later in range(1, len(placed))
    )
    by_pins = (len(placed) - 1) * sum(len(block) * (len(block) - 1) // 2 for block in blocks(problem))
    return max(by_member, by_pairs, by_places, by_pins)


def _pairs(members: int, groups: int) -> int:
    """Pairs within ``groups`` groups of ``members`` altogether, where they are as even as can be."""
    if not members:
        return 0
    size, larger = divmod(members, groups)
    return larger * (size + 1) * size // 2 + (groups - larger) * size * (size - 1) // 2


def _able(problem: Problem) -> list[int]:
    """How many others each member may meet: by pairs kept apart, hours, and caps of one."""
    known = reasons.facts(problem, tables.hour_classes(problem))
    members, rules = problem.members, problem.rules
    same: dict[tuple[str, str], int] = {}
    for i, member in enumerate(members):
        same["state", member.state] = same.get(("state", member.state), 0) | 1 << i
        same["organization", member.organization_id] = (
            same.get(("organization", member.organization_id), 0) | 1 << i
        )
    free: dict[int, int] = {}
    for bits in known.free:
        free[bits] = bits
    counts = []
    for i, member in enumerate(members):
        bits = 0
        for hour in free:
            if hour >> i & 1:
                bits |= hour
        bits &= ~known.apart[i] & ~(1 << i)
        if rules.per_state == 1 and member.state:
            bits &= ~same["state", member.state]
        if rules.per_organization == 1 and member.organization_id:
            bits &= ~same["organization", member.organization_id]
        counts.append(bits.bit_count())
    return counts
