"""Cohorts: the share placed and the value, beside a random and a greedy plan under the same rules; and the
grouping core, which knows no rule but sizes, beside clustering.

    python bench/cohorts.py [members ...] [--only rules|clusters] [--seconds 10]
    python bench/cohorts.py [members ...] --mdgp [folder] [--share 0.1] [--seed 1]

Generated networks: skewed states with their time zones, half-days of availability on the members' own
clocks, organizations, topics, practices, bans and repeats. Every plan goes through the checker. With
``--mdgp`` the core on the maximally diverse grouping problem instead, see ``mdgp.py``.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import clusters
import mdgp
import numpy as np

from matcher.cohorts import check, reasons, tables
from matcher.cohorts.model import solve
from matcher.cohorts.problem import (
    BAN,
    MET,
    CohortMember,
    CohortRules,
    Facilitator,
    Problem,
    cohort_value,
)
from matcher.domain import HALF_DAYS, Slot
from matcher.optimize import Limits

WEEK = date(2026, 9, 14)
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
ZONE_SHARES = (0.45, 0.30, 0.08, 0.17)
SLOTS = [Slot(day, half) for day in range(5) for half in HALF_DAYS]
NEIGHBOURS, DENSE_UP_TO = 60, 400
#: Members, facilitators (0: no limit) and the time limit in seconds of each row.
ROWS = ((60, 0, 15.0), (60, 6, 15.0), (200, 0, 10.0), (200, 12, 10.0), (2000, 0, 55.0), (2000, 60, 55.0))

Join = Callable[[list[int], int], float]


def generate(n: int, facilitators: int, seed: int = 1) -> Problem:
    """A network of ``n`` members: about 50 states, the largest with a twelfth of the members."""
    draw = np.random.default_rng(seed)
    states = 50
    share = np.arange(1, states + 1) ** -0.7
    zone_of = draw.choice(len(ZONES), states, p=ZONE_SHARES)
    state = draw.choice(states, n, p=share / share.sum())
    hours = {(zone, slot): slot.utc_hours(ZONES[zone], WEEK) for zone in range(len(ZONES)) for slot in SLOTS}

    def availability(zone: int) -> tuple[int, ...]:
        picked = draw.choice(len(SLOTS), draw.integers(2, 6), replace=False)
        return tuple(sorted(set().union(*(hours[zone, SLOTS[i]] for i in picked))))

    count = max(8, min(40, n // 12))
    centres = draw.normal(size=(count, 32))
    first, second = draw.choice(count, n), draw.choice(count, n)
    vectors = 0.7 * centres[first] + 0.4 * centres[second] + 0.8 * draw.normal(size=(n, 32))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    members = []
    for i in range(n):
        challenges = {first[i]} | ({second[i]} if draw.random() < 0.4 else set())
        practices = set(draw.choice(count, 2)) if draw.random() < 0.5 else set()
        if practices and draw.random() < 0.5:
            practices.add(first[i])
        members.append(
            CohortMember(
                f"m{i}",
                f"o{draw.integers(0, int(n * 0.7))}",
                f"s{state[i]}",
                availability(zone_of[state[i]]) if draw.random() < 0.85 else (),
                tuple(sorted(f"t{topic}" for topic in challenges)),
                tuple(sorted(f"t{topic}" for topic in practices)),
            )
        )
    together = {(min(p), max(p)) for p in draw.integers(0, n, (2 * n, 2)).tolist() if p[0] != p[1]}
    apart = tuple(sorted(together))
    return Problem(
        tuple(members),
        tuple(_scores(vectors)),
        apart,
        tuple(MET if draw.random() < 0.9 else BAN for _ in apart),
        CohortRules(),
        tuple(Facilitator(f"f{i}", availability(draw.choice(len(ZONES)))) for i in range(facilitators)),
    )


def _scores(vectors: np.ndarray) -> list[tuple[int, int, int]]:
    n = len(vectors)
    scores = np.clip((vectors @ vectors.T + 0.1) * 800, 0, 1000).astype(int)
    np.fill_diagonal(scores, 0)
    if n <= DENSE_UP_TO:
        pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    else:
        near = np.argpartition(-scores, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        pairs = sorted({(min(i, j), max(i, j)) for i in range(n) for j in near[i].tolist()})
    return [(i, j, int(scores[i, j])) for i, j in pairs if scores[i, j] > 0]


def construct(problem: Problem, *, greedy: bool) -> tuple[int, int]:
    """Members placed and value of a plan made member by member, in random order: into the cohort of most
    gain, or into any that takes it; a new cohort is begun from ``min_size`` members who may meet."""
    draw = random.Random(1)
    known = reasons.facts(problem, tables.hour_classes(problem))
    scores = {(i, j): score for i, j, score in problem.affinities}
    groups: list[tuple[int, ...]] = []
    waiting = list(range(len(problem.members)))
    draw.shuffle(waiting)

    def gain(group: Sequence[int], one: int) -> float:
        if not greedy:
            return draw.random()
        return sum(scores.get((min(i, one), max(i, one)), 0) for i in group) / len(group)

    while True:  # cohorts of the smallest size, grown from a seed
        for seed in waiting:
            group: tuple[int, ...] | None = (seed,)
            while group and len(group) < problem.rules.min_size:
                pool = sorted((i for i in waiting if i not in group), key=lambda i: -gain(group, i))
                group = next((g for i in pool[:200] if may_grow(known, g := (*group, i), groups)), None)
            if group:
                groups.append(tuple(sorted(group)))
                waiting = [i for i in waiting if i not in group]
                break
        else:
            break
    for one in waiting:
        able = [
            k
            for k, g in enumerate(groups)
            if not reasons.obstacle(known, g, one, groups[:k] + groups[k + 1 :])
        ]
        if able:
            best = max(able, key=lambda k: gain(groups[k], one))
            groups[best] = tuple(sorted((*groups[best], one)))
    value = sum(
        cohort_value(sum(scores.get((i, j), 0) for i in g for j in g if i < j), len(g)) for g in groups
    )
    return sum(map(len, groups)), value


def may_grow(known: reasons.Facts, group: tuple[int, ...], groups: list[tuple[int, ...]]) -> bool:
    """Whether the last of ``group`` may join the rest; the topic counts once the cohort is complete."""
    rule = reasons.obstacle(known, group[:-1], group[-1], groups)
    return not rule or (rule == "practice" and len(group) < known.problem.rules.min_size)


def rules(members: Sequence[int], seconds: float | None) -> None:
    """Print a line for each network: the plan and its gap, beside the baselines."""
    print(
        "members  facil.  limit  seconds  cohorts  placed  greedy  random  "
        "value/greedy  value/random    gap  status"
    )
    for n, facilitators, usual in ROWS:
        if members and n not in members:
            continue
        problem, limit = generate(n, facilitators), seconds or usual
        solution = solve(problem, Limits(seconds=limit))
        assert not check.violations(problem, solution)
        plain = {one.name: (one.placed, one.objective) for one in solution.baselines}
        for name in {"greedy", "random"} - set(plain):
            plain[name] = construct(problem, greedy=name == "greedy")
        greedy, chance = plain["greedy"], plain["random"]
        shares = "  ".join(f"{count / n:6.1%}" for count in (solution.placed, greedy[0], chance[0]))
        ratios = "  ".join(f"{solution.objective / max(1, other[1]):12.2f}" for other in (greedy, chance))
        print(
            f"{n:7}  {facilitators:6}  {limit:5.0f}  {solution.seconds:7.1f}  {len(solution.cohorts):7}  "
            f"{shares}  {ratios}  {solution.gap:.3f}  {solution.status.value}",
            flush=True,
        )


def main() -> None:
    reader = argparse.ArgumentParser(description="Measure the cohorts.")
    reader.add_argument("members", nargs="*", type=int, help="only these numbers of members")
    reader.add_argument("--only", choices=("rules", "clusters"), help="one of the two tables")
    reader.add_argument("--seconds", type=float, help="the time limit of each network")
    reader.add_argument("--mdgp", nargs="?", type=Path, const=Path(), help="a folder of instances")
    reader.add_argument("--share", type=float, default=0.1, help="of the literature's processor time")
    reader.add_argument("--seed", type=int, default=1)
    given = reader.parse_args()
    if given.mdgp is not None:
        folder = None if given.mdgp == Path() else given.mdgp
        mdgp.table(folder, given.members, given.share, given.seed)
        return
    if given.only != "clusters":
        rules(given.members, given.seconds)
    if given.only != "rules":
        clusters.table(given.members)


if __name__ == "__main__":
    main()
