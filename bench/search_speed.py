"""How long a question takes at 20,000 statements, in process and with its embedding, and adding one.

The statements are distinct recombinations of the benchmark's sentences, of 5,000 members in a network of
their own. Only sentences are embedded: a statement's vector is the mean of its sentences'. Questions
are the benchmark's and parts of other sentences, each asked once. One thread.
Run: OMP_NUM_THREADS=1 python bench/search_speed.py
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from matcher.domain import Member, Organization, OrganizationType, Statement, StatementKind
from matcher.embed import embed_missing
from matcher.record import digest
from matcher.search.words import stems
from matcher.workflow.asking import open_desk
from matcher.workflow.intake import add_statement
from matcher.workflow.workspace import Workspace, create, open_workspace

BENCHMARK = Path(__file__).resolve().parent.parent / "data" / "benchmark"
A_MEMBER, QUESTIONS, ADDED = 4, 300, 50


def lines(name: str, field: str) -> list[str]:
    return [json.loads(line)[field] for line in (BENCHMARK / name).read_text("utf-8").splitlines()]


def sentences() -> list[str]:
    parts = (part for text in lines("statements.jsonl", "text") for part in re.split(r"(?<=[.!?])\s+", text))
    return sorted({part for part in parts if len(part.split()) > 4})


def fill(workspace: Workspace, number: int, rng: np.random.Generator) -> None:
    """Put members and statements into the store, with the vectors that stand for them."""
    parts = sentences()
    known = embed_missing(workspace.embedder, parts, {})
    chosen = list(
        {tuple(rng.choice(len(parts), rng.integers(2, 4), replace=False)) for _ in range(2 * number)}
    )
    texts = [" ".join(parts[i] for i in rows) for rows in sorted(chosen)[:number]]
    if len(texts) < number:
        raise SystemExit(f"Only {len(texts)} distinct statements came of {len(parts)} sentences.")
    vectors = {}
    for text, rows in zip(texts, sorted(chosen), strict=False):
        mean = np.mean([known[digest(parts[i])] for i in rows], axis=0)
        vectors[digest(text)] = (mean / np.linalg.norm(mean)).astype(np.float32)
    members = range(-(-number // A_MEMBER))
    kinds = tuple(StatementKind)
    with workspace.store.write() as writing:
        writing.put_organizations(
            Organization(f"o{i}", f"District {i}", OrganizationType.DISTRICT, "KS") for i in members
        )
        writing.put_members(
            Member(f"m{i}", f"Person {i}", f"o{i}", host=i % 4 == 0, seats=5 * (i % 4 == 0)) for i in members
        )
        order = rng.permutation(number).tolist()
        writing.put_statements(
            Statement(f"s{i}", f"m{i // A_MEMBER}", kinds[i % 2], texts[k]) for i, k in enumerate(order)
        )
        writing.put_vectors(workspace.embedder.key, vectors)


def megabytes() -> float:
    """Memory that this process holds, where the system tells; else 0."""
    status = Path("/proc/self/status")
    held = re.search(r"VmRSS:\s+(\d+) kB", status.read_text("utf-8")) if status.exists() else None
    return int(held[1]) / 1024 if held else 0.0


def timed(step: Callable[[], object]) -> float:
    start = perf_counter()
    step()
    return 1000 * (perf_counter() - start)


def show(name: str, times: list[float]) -> None:
    p50, p99 = np.percentile(times, [50, 99])
    print(f"{name:<52}{len(times):>6}{p50:>10.1f}{p99:>10.1f}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--statements", type=int, default=20_000)
    number = parser.parse_args().statements
    rng = np.random.default_rng(1)
    fragments = [
        " ".join(each.split()[:8]) for each in sentences() if len(stems(" ".join(each.split()[:8]))) > 1
    ]
    asked = [*lines("queries.jsonl", "query"), *rng.permutation(fragments).tolist()][:QUESTIONS]
    with TemporaryDirectory() as name:
        folder = Path(name)
        create(folder)
        with open_workspace(folder) as workspace:
            fill(workspace, number, rng)
            before = megabytes()
            start = perf_counter()
            desk = open_desk(workspace)
            opened, held = perf_counter() - start, megabytes() - before
            desk.ask("a first question loads what is loaded once")
            whole = [timed(lambda text=text: desk.ask(text)) for text in asked]
            embedding = [timed(lambda text=text: workspace.embedder.embed([text])) for text in asked]
            vectors = workspace.embedder.embed(asked)
            ranking = [
                timed(
                    lambda text=text, row=row: desk.index.rank(desk.index.ask(text, vectors[row]), limit=10)
                )
                for row, text in enumerate(asked)
            ]
            new = [f"{fragments[i]} and {fragments[-i]}" for i in range(1, ADDED + 1)]
            kept = [
                add_statement(workspace, "m0", StatementKind.CHALLENGE, f"{text}, in year {i}")
                for i, text in enumerate(new)
            ]
            adding = [timed(lambda one=one: desk.add(one)) for one in kept]
    print(f"{number:,} statements, opened in {opened:.1f} s, {held:.0f} MB more than before it")
    print(f"{'milliseconds':<52}{'n':>6}{'p50':>10}{'p99':>10}")
    show("a question, embedding included (targets 30, 100)", whole)
    show("its embedding alone", embedding)
    show("its ranking alone", ranking)
    show("adding a statement to the open desk (target 50)", adding)


if __name__ == "__main__":
    main()
