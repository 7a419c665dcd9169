"""Topics: seconds and peak memory as statements grow.

``python bench/topics_speed.py [statements ...]`` prints one table (1,000, 10,000 and 100,000 without
numbers; the last takes minutes). Statements are generated: directions on a sphere with noise around
them, as many subjects as a hundredth of the statements, texts of words of their subject; the areas are
directions too. Each size runs in a process of its own, so that its peak is its own. The columns: a
first run, and a run with 10 % more statements that keeps the first one's topics, each in seconds by the
clock and of the processor: on a busy machine they differ.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time

import numpy as np
from sklearn.metrics import v_measure_score

from matcher.config import Topics
from matcher.domain import Statement, StatementKind
from matcher.embed import Vectors
from matcher.record import digest
from matcher.taxonomy import Area, Taxonomy
from matcher.topics import find_topics, texts_to_embed

SIZES = (1_000, 10_000, 100_000)
DIMENSION = 384
AREAS = 90
NOISE = 1.0
WORDS = 12
HEADER = ("statements", "topics", "V-measure", "seconds", "of CPU", "with 10% more", "of CPU", "peak MB")


def main() -> None:
    sizes = [int(each.replace(",", "")) for each in sys.argv[1:]] or SIZES
    print("  ".join(HEADER))
    for size in sizes:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            line = pool.apply(measured, (size,))
        print("  ".join(text.rjust(len(head)) for text, head in zip(line, HEADER, strict=True)), flush=True)


def measured(size: int) -> tuple[str, ...]:
    statements, vectors, about = generated(size + size // 10)
    taxonomy = Taxonomy(tuple(Area(f"area-{i}", f"Area number {i}", f"Line {i}") for i in range(AREAS)))
    texts = texts_to_embed(taxonomy)
    rows = unit(np.random.default_rng(2).normal(size=(len(texts), DIMENSION)))
    known = {digest(text): row for text, row in zip(texts, rows, strict=True)}
    find_topics(statements[:200], vectors[:200], Topics(), taxonomy=taxonomy, known=known)  # compiles
    started, own = time.perf_counter(), time.process_time()
    first = find_topics(statements[:size], vectors[:size], Topics(), taxonomy=taxonomy, known=known)
    middle, half = time.perf_counter(), time.process_time()
    find_topics(statements, vectors, Topics(), earlier=first, taxonomy=taxonomy, known=known)
    ended, whole = time.perf_counter(), time.process_time()
    topic_of = first.topic_of()
    value = v_measure_score(about[:size], [topic_of.get(each.id, "") for each in statements[:size]])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"{size:,}",
        str(len(first.topics)),
        f"{value:.3f}",
        f"{middle - started:.1f}",
        f"{half - own:.1f}",
        f"{ended - middle:.1f}",
        f"{whole - half:.1f}",
        f"{peak:,.0f}",
    )


def generated(size: int) -> tuple[list[Statement], Vectors, np.ndarray]:
    """Statements, their vectors and the number of their subject."""
    rng = np.random.default_rng(1)
    subjects = max(8, size // 100)
    about = rng.integers(subjects, size=size)
    centres = unit(rng.normal(size=(subjects, DIMENSION)))
    vectors = np.empty((size, DIMENSION), dtype=np.float32)
    for start in range(0, size, 10_000):
        part = about[start : start + 10_000]
        vectors[start : start + len(part)] = unit(
            centres[part] + NOISE * unit(rng.normal(size=(len(part), DIMENSION)))
        )
    own = rng.integers(30, size=(size, WORDS))
    common = rng.random(size=(size, WORDS)) < 0.5
    statements = [
        Statement(
            f"s{i}",
            f"m{i}",
            StatementKind.CHALLENGE,
            " ".join(
                f"word{'x' * (w % 7)}{w}" if shared else f"sub{about[i]}term{w}"
                for w, shared in zip(own[i].tolist(), common[i].tolist(), strict=True)
            ),
        )
        for i in range(size)
    ]
    return statements, vectors, about


def unit(rows: np.ndarray) -> Vectors:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


if __name__ == "__main__":
    main()
