"""Cohorts: the share placed and the value, beside a random and a greedy plan under the same rules; and the
grouping core, which knows no rule but sizes, beside clustering.

    python bench/cohorts.py [members ...] [--only rules|clusters] [--seconds 10] [--reference 600]
    python bench/cohorts.py [members ...] --mdgp [folder] [--share 0.1] [--seed 1]

Generated networks: skewed states with their time zones, half-days of availability on the members' own
clocks, organizations, topics, practices, bans and repeats. Every plan goes through the checker. With
``--mdgp`` the core on the maximally diverse grouping problem instead, see ``mdgp.py``.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import clusters
import mdgp
import numpy as np

from matcher.cohorts import check
from matcher.cohorts.model import solve
from matcher.cohorts.problem import (
    BAN,
    MET,
    CohortMember,
    CohortRules,
    Facilitator,
    Problem,
)
from matcher.domain import HALF_DAYS, Slot
from matcher.optimize import Limits

WEEK = date(2026, 9, 14)
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
ZONE_SHARES = (0.45, 0.30, 0.08, 0.17)
SLOTS = [Slot(day, half) for day in range(5) for half in HALF_DAYS]
NEIGHBOURS, DENSE_UP_TO = 60, 400
#: Members, facilitators (0: no limit) and the time limit in seconds of each row.
ROWS = (
    (60, 0, 15.0),
    (60, 6, 15.0),
    (200, 0, 10.0),
    (200, 12, 10.0),
    (1000, 0, 10.0),
    (1000, 40, 10.0),
    (5000, 0, 60.0),
    (20000, 0, 300.0),
)


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
    found: dict[tuple[int, int], int] = {}
    for i, vector in enumerate(vectors):
        scores = np.clip((vectors @ vector + 0.1) * 800, 0, 1000).astype(int)
        scores[i] = 0
        near = np.arange(n) if n <= DENSE_UP_TO else np.argpartition(-scores, NEIGHBOURS)[:NEIGHBOURS]
        found.update(((min(i, j), max(i, j)), int(scores[j])) for j in near.tolist() if scores[j] > 0)
    return [(i, j, score) for (i, j), score in sorted(found.items())]


def rules(members: Sequence[int], seconds: float | None, reference: float) -> None:
    """Print a line for each network: the plan, its bound, the baselines under the same rules, and its share
    of the best plan of a search of ``reference`` seconds."""
    print(
        "members  facil.  limit  CPU s  cohorts  placed  greedy  random  value/greedy  value/random  "
        "bound/value  of long search  status"
    )
    for n, facilitators, usual in ROWS:
        if members and n not in members:
            continue
        problem, limit = generate(n, facilitators), seconds or usual
        solve(problem, Limits(seconds=0.1))  # compiles
        begun = time.process_time()
        solution = solve(problem, Limits(seconds=limit))
        spent = time.process_time() - begun
        assert not check.violations(problem, solution)
        plain = {one.name: one for one in solution.baselines}
        simple = (plain["greedy"], plain["random"])
        shares = "  ".join(
            f"{count / n:6.1%}" for count in (solution.placed, *(one.placed for one in simple))
        )
        ratios = "  ".join(f"{solution.objective / max(1, one.objective):12.2f}" for one in simple)
        long = "-"
        if reference and solution.bound > solution.objective:
            most = solve(problem, Limits(seconds=reference)).objective
            long = f"{solution.objective / most:.2%}"
        cut = ", cut" if solution.cut_short else ""
        print(
            f"{n:7}  {facilitators:6}  {limit:5.0f}  {spent:5.1f}  {len(solution.cohorts):7}  {shares}  "
            f"{ratios}  {solution.bound / max(1, solution.objective):11.4f}  {long:>14}  "
            f"{solution.status.value}{cut}",
            flush=True,
        )


def main() -> None:
    reader = argparse.ArgumentParser(description="Measure the cohorts.")
    reader.add_argument("members", nargs="*", type=int, help="only these numbers of members")
    reader.add_argument("--only", choices=("rules", "clusters"), help="one of the two tables")
    reader.add_argument("--seconds", type=float, help="the time limit of each network")
    reader.add_argument("--reference", type=float, default=0.0, help="seconds of the search to compare with")
    reader.add_argument("--mdgp", nargs="?", type=Path, const=Path(), help="a folder of instances")
    reader.add_argument("--share", type=float, default=0.1, help="of the literature's processor time")
    reader.add_argument("--seed", type=int, default=1)
    given = reader.parse_args()
    if given.mdgp is not None:
        folder = None if given.mdgp == Path() else given.mdgp
        mdgp.table(folder, given.members, given.share, given.seed)
        return
    if given.only != "clusters":
        rules(given.members, given.seconds, given.reference)
    if given.only != "rules":
        clusters.table(given.members)


if __name__ == "__main__":
    main()
