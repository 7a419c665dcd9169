"""How fast many texts are read, beside plain ``SentenceTransformer.encode`` with its defaults.

The texts are from ``data/training``, of all lengths in random order, every twentieth one a repeat, as in a
network where members send a text again. Both sides read the same list in one process, turn by turn, with
as many threads; medians. Cosines are to the vectors of the same model in float32.
Run: python bench/throughput.py [--texts N] [--runs N] [--threads N]
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from matcher.config import Embedding
from matcher.embed import SentenceEmbedder, Vectors, find_model
from matcher.embed.lessons import lessons_folder, read_lessons

#: One text in so many is a repeat.
REPEAT = 20
HEADER = ("", "seconds", "texts/s", "to plain", "least cosine", "mean cosine")


def chosen(number: int) -> list[str]:
    """Texts of the lessons and of the rehearsal, some twice, in random order."""
    rng = random.Random(0)
    lessons = read_lessons(lessons_folder())
    pool = list(dict.fromkeys([*(each.text for each in lessons.lessons), *lessons.rehearsal]))
    texts = rng.sample(pool, min(number - number // REPEAT, len(pool)))
    texts += rng.sample(texts, len(texts) // (REPEAT - 1))
    rng.shuffle(texts)
    return texts


def readers(texts: list[str], threads: int) -> dict[str, tuple[Callable[[], Any], str]]:
    """What to run, and the name of the one that it is compared with by cosine."""
    plain = SentenceTransformer(str(find_model(Embedding(adapter=False)).folder), device="cpu")
    found: dict[str, tuple[Callable[[], Any], str]] = {
        "plain": (lambda: plain.encode(texts, show_progress_bar=False), "plain")
    }
    for adapter in (False, True):
        for precision in ("float32", "auto"):
            settings = Embedding(adapter=adapter, precision=precision, threads=threads)
            manifest = find_model(settings)
            if adapter and manifest.adapter is None:
                continue
            embedder = SentenceEmbedder(manifest, settings)
            name = f"product, {precision}{', adapter' if adapter else ''}"
            found[name] = (
                lambda embedder=embedder: embedder.embed(texts),
                "product, float32, adapter" if adapter else "plain",
            )
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--texts", type=int, default=3000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    texts = chosen(given.texts)
    steps = readers(texts, given.threads)
    vectors: dict[str, Vectors] = {name: step() for name, (step, _) in steps.items()}  # nor is it timed
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(given.runs):
        for name, (step, _) in steps.items():
            start = perf_counter()
            step()
            times[name].append(perf_counter() - start)
    rows = [HEADER]
    for name, (_, other) in steps.items():
        seconds = median(times[name])
        # Of the turns of one round, for what else the machine does changes from round to round.
        ratio = median(base / own for base, own in zip(times["plain"], times[name], strict=True))
        cosines = np.einsum("ij,ij->i", vectors[name], vectors[other], dtype=np.float64)
        rows.append(
            (
                name,
                f"{seconds:.1f}",
                f"{len(texts) / seconds:.0f}",
                f"{ratio:.2f}x",
                f"{cosines.min():.5f}",
                f"{cosines.mean():.5f}",
            )
        )
    print(f"{len(texts):,} texts, {len(set(texts)):,} of them distinct; threads: {given.threads}")
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADER))]
    for row in rows:
        first, *rest = (text.rjust(width) for text, width in zip(row, widths, strict=True))
        print("  ".join([row[0].ljust(len(first)), *rest]))


if __name__ == "__main__":
    main()
