"""The maximally diverse grouping problem: instances, a reader of their text format, and a table.

    python bench/cohorts.py [members ...] --mdgp [folder] [--share 0.1] [--seed 1]

Without a folder the instances are generated as those of MDGPLIB were (Gallego, Laguna, Martí and Duarte,
2013): RanInt, whole weights from 0 to 100; RanReal, real ones; Geo, distances of points in a cube of 2 to
21 dimensions with sides of 100. "ss" has equal sizes, "ds" a range for each group. The product and its
peers get the same processor time on one thread: ``share`` of what the literature gives.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import mdgp_peers
import numpy as np
from numpy.typing import NDArray

from matcher.cohorts import diverse, diverse_search
from matcher.errors import InputError, Place
from matcher.optimize import Limits

KINDS = ("RanInt", "RanReal", "Geo")
#: For each number of members the groups, and the least and most members of one in "ds".
SHAPES = {60: (6, 8, 12), 120: (10, 8, 16), 240: (12, 15, 25), 480: (20, 18, 30)}
#: Seconds of processor time that the literature gives a run (Lai and Hao 2016, for 120 and more).
SECONDS = {60: 1.0, 120: 3.0, 240: 20.0, 480: 120.0}


@dataclass(frozen=True, slots=True)
class Instance:
    name: str
    weights: NDArray[np.float64]
    sizes: tuple[tuple[int, int], ...]


def generate(kind: str, n: int, seed: int, *, equal: bool) -> Instance:
    """An instance of ``n`` members, one of SHAPES. Weights have at most three decimals."""
    draw = np.random.default_rng((KINDS.index(kind), n, seed))
    if kind == "Geo":
        points = draw.uniform(0, 100, (n, draw.integers(2, 22)))
        weights = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2)).round(3)
    elif kind == "RanInt":
        weights = draw.integers(0, 101, (n, n)).astype(float)
    else:
        weights = draw.uniform(0, 100, (n, n)).round(3)
    weights = np.triu(weights, 1)
    groups, least, most = SHAPES[n]
    even = n // groups
    sizes = [(even, even)] * groups
    if not equal:
        low, high = draw.integers(least, even + 1, groups), draw.integers(even, most + 1, groups)
        sizes = list(zip(low.tolist(), high.tolist(), strict=True))
    return Instance(f"{kind}_n{n:03}_{'ss' if equal else 'ds'}_{seed:02}", weights + weights.T, tuple(sizes))


def write(instance: Instance, path: Path) -> None:
    """In the format that :func:`read` reads."""
    n = len(instance.weights)
    kind = "ss" if len({*instance.sizes}) == 1 and instance.sizes[0][0] == instance.sizes[0][1] else "ds"
    bounds = " ".join(f"{low} {high}" for low, high in instance.sizes)
    lines = [f"{n} {len(instance.sizes)} {kind} {bounds}"]
    lines += [f"{i} {j} {instance.weights[i, j]:.6g}" for i in range(n) for j in range(i + 1, n)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read(path: Path) -> Instance:
    """An instance from text: a line "n groups ds low high low high ..." (ss where all are alike), then
    lines "i j weight" with members from 0. A pair that is not named weighs 0.

    Raises InputError that names the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "This file cannot be read as text.", cure="Give an instance.", place=Place(path.name)
        ) from error
    lines = [(row, line.split()) for row, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise InputError("This file is empty.", cure="Give an instance.", place=Place(path.name))
    n, sizes = _heading(path.name, *lines[0])
    weights = np.zeros((n, n))
    seen = np.eye(n, dtype=bool)
    for row, words in lines[1:]:
        i, j, weight = _pair(path.name, row, words, n)
        if seen[i, j]:
            raise InputError(
                f"The weight of {i} and {j} is given twice, or is of one member.",
                cure="Give each pair once.",
                place=Place(path.name, row=row),
            )
        seen[i, j] = seen[j, i] = True
        weights[i, j] = weights[j, i] = weight
    return Instance(path.stem, weights, sizes)


def _heading(file: str, row: int, words: list[str]) -> tuple[int, tuple[tuple[int, int], ...]]:
    try:
        n, groups, kind = int(words[0]), int(words[1]), words[2].lower()
        bounds = [int(word) for word in words[3:]]
        if n < 1 or groups < 1 or kind not in ("ss", "ds") or len(bounds) != 2 * groups:
            raise ValueError
    except (ValueError, IndexError):
        raise InputError(
            f"The first line is '{' '.join(words)[:60]}'.",
            cure="It is 'n groups ds low high low high ...' or the same with ss, two sizes a group.",
            place=Place(file, row=row),
        ) from None
    return n, tuple(zip(bounds[::2], bounds[1::2], strict=True))


def _pair(file: str, row: int, words: list[str], n: int) -> tuple[int, int, float]:
    try:
        one, other, weight = words
        i, j, value = int(one), int(other), float(weight)
        if not (0 <= i < n and 0 <= j < n and np.isfinite(value)):
            raise ValueError
    except ValueError:
        raise InputError(
            f"'{' '.join(words)[:60]}' is no weight of a pair.",
            cure=f"A line is 'i j weight', with members from 0 to {n - 1} and a finite number.",
            place=Place(file, row=row),
        ) from None
    return i, j, value


def instances(folder: Path | None, sizes: list[int], seed: int) -> list[Instance]:
    """Those in ``folder``, or generated ones; of these numbers of members only."""
    if folder is not None:
        found = [read(path) for path in sorted(folder.glob("*.txt"))]
        return [one for one in found if not sizes or len(one.weights) in sizes]
    return [
        generate(kind, n, seed, equal=equal)
        for n in sizes or SHAPES
        for kind in KINDS
        for equal in (True, False)
    ]


def table(folder: Path | None, sizes: list[int], share: float, seed: int) -> None:
    """Print a line an instance: the product's value, and how far each peer is below it."""
    diverse_search.warm_up()
    mdgp_peers.warm_up()
    print("share of the literature's processor time:", share)
    print(
        f"{'instance':18}  groups  seconds  of CPU          value      TPSDP  annealing      swaps     random"
    )
    for one in instances(folder, sizes, seed):
        n = len(one.weights)
        seconds = share * SECONDS.get(n, 120.0 * (n / 480) ** 2)
        begun = time.process_time()
        # planned work, so that other programmes that run do not cut it short
        work = int(seconds * diverse_search.PAIRS_A_SECOND)
        ours = diverse.group(one.weights, one.sizes, Limits(100 * seconds, seed=seed), work=work)
        spent = time.process_time() - begun
        below = [peer(one.weights, one.sizes, seconds, seed) / ours.value - 1 for peer in mdgp_peers.PEERS]
        columns = "  ".join(f"{part:+9.3%}" for part in below)
        print(
            f"{one.name:18}  {len(one.sizes):6}  {seconds:7.2f}  {spent:6.2f}  {ours.value:13,.2f}"
            f"  {columns}",
            flush=True,
        )
