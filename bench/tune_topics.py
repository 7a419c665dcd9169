"""Choosing the constants of the topics anew, for instance after the model has changed.

``python bench/tune_topics.py`` (two minutes) prints four tables, each with the value in use first: the
levers of the grouping (V-measure, adjusted Rand index and number of topics), small networks, what is
set aside, and what a seed attracts. Only the tuning half of the benchmark is used, the example, and
samples of the public sets (24 categories of 6 to 26 texts) where their folder is there. A value that is
better everywhere goes into the constant that the line names.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from types import ModuleType

import numpy as np
from labelled import read
from sklearn.metrics import adjusted_rand_score, v_measure_score

from matcher.config import Settings, Topics
from matcher.domain import Statement, StatementKind
from matcher.embed import SentenceEmbedder, Vectors, embed_missing, find_model
from matcher.record import digest
from matcher.taxonomy import Taxonomy, load_taxonomy
from matcher.topics import find_topics, grouping, homes, off_topic, texts_to_embed
from matcher.topics.field_areas import field_of
from matcher.topics.graph import nearest

BENCHMARK = Path(__file__).parent.parent / "data" / "benchmark"
PUBLIC = Path(__file__).parent.parent.parent / "shared" / "data"
SAMPLES = 2
CATEGORIES = 24
SMALL = ((20, 4), (40, 6), (60, 8), (100, 12))
#: Draws of small networks from each set.
DRAWS = 6
#: Constant, the values tried.
LEVERS: tuple[tuple[ModuleType | None, str, tuple[float, ...]], ...] = (
    (None, "neighbours", (8, 10, 15, 20)),
    (grouping, "normal", (0.5, 0.6, 0.9, 1.1)),
)


@dataclass(frozen=True)
class Labelled:
    """Statements with their vectors and what each is about (empty: off topic); whether of the field."""

    name: str
    statements: tuple[Statement, ...]
    vectors: Vectors
    about: np.ndarray
    field: bool

    def part(self, rows: np.ndarray, name: str = "") -> Labelled:
        chosen = tuple(self.statements[i] for i in rows.tolist())
        return Labelled(name or self.name, chosen, self.vectors[rows], self.about[rows], self.field)


class Bench:
    """The sets, and the model's reading of the taxonomy. ``whole``: all of the benchmark, and the first
    public set as it is, in place of the tuning half and samples."""

    def __init__(self, *, whole: bool = False) -> None:
        self.whole = whole
        settings = Settings().embedding
        self.embedder = SentenceEmbedder(find_model(settings), settings)
        self.taxonomy = load_taxonomy()
        self.known = embed_missing(self.embedder, texts_to_embed(self.taxonomy), {})
        self.tune = self._benchmark()
        example = read()
        self.sets = [
            self.tune.part(np.flatnonzero(self.tune.about != "")),
            Labelled("example", example.statements, example.vectors, np.array(example.about), True),
            *self._public(),
        ]

    def labelled(self, name: str, texts: list[str], about: list[str], *, field: bool) -> Labelled:
        vectors = embed_missing(self.embedder, texts, {})
        return Labelled(
            name,
            tuple(Statement(f"s{i}", f"m{i}", StatementKind.CHALLENGE, t) for i, t in enumerate(texts)),
            np.vstack([vectors[digest(text)] for text in texts]),
            np.array(about),
            field,
        )

    def _benchmark(self) -> Labelled:
        half = set(json.loads((BENCHMARK / "split.json").read_text(encoding="utf-8"))["tune"])
        lines = (BENCHMARK / "statements.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [row for row in map(json.loads, lines) if self.whole or row["id"] in half]
        return self.labelled(
            "benchmark" if self.whole else "tune",
            [r["text"] for r in rows],
            [r["topic"] for r in rows],
            field=True,
        )

    def _public(self) -> Iterator[Labelled]:
        for path in sorted(PUBLIC.glob("*_test.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                rows = [row for row in csv.DictReader(file) if row["category"] != "out_of_scope"]
            if self.whole:
                texts, about = [row["text"] for row in rows], [row["category"] for row in rows]
                yield self.labelled(path.stem[:4], texts, about, field=False)
                return
            about = np.array([row["category"] for row in rows])
            for seed in range(SAMPLES):
                rng = np.random.default_rng(seed)
                chosen: list[int] = []
                for each in rng.choice(sorted(set(about.tolist())), CATEGORIES, replace=False):
                    own = np.flatnonzero(about == each)
                    chosen += rng.choice(own, int(rng.integers(6, 27)), replace=False).tolist()
                chosen.sort()
                texts = [rows[i]["text"] for i in chosen]
                yield self.labelled(
                    f"{path.stem[:4]}{seed}", texts, [str(about[i]) for i in chosen], field=False
                )

    def score(self, given: Labelled, settings: Topics) -> tuple[float, float, int]:
        """V-measure, adjusted Rand index and number of topics."""
        taxonomy = self.taxonomy if given.field else Taxonomy()
        run = find_topics(given.statements, given.vectors, settings, taxonomy=taxonomy, known=self.known)
        of = run.topic_of()
        found = [of.get(each.id, each.id) for each in given.statements]
        about = given.about
        return v_measure_score(about, found), adjusted_rand_score(about, found), len(run.topics)


@contextmanager
def changed(place: ModuleType | None, name: str, value: float) -> Iterator[Topics]:
    """A lever at another value, and the settings to use with it."""
    if place is None:
        yield Topics(**{name: int(value)})
        return
    if name in grouping.RESOLUTION:
        before = grouping.RESOLUTION[name]
        grouping.RESOLUTION[name] = value
        yield Topics()
        grouping.RESOLUTION[name] = before
        return
    before = getattr(place, name)
    setattr(place, name, value)
    yield Topics()
    setattr(place, name, before)


def levers(bench: Bench) -> None:
    print("lever".ljust(24) + "  ".join(each.name.ljust(16) for each in bench.sets) + "  mean")

    def line(title: str, settings: Topics) -> None:
        scores = [bench.score(each, settings) for each in bench.sets]
        cells = "  ".join(f"{v:.3f}/{ari:.3f} ({n})".ljust(16) for v, ari, n in scores)
        print(f"{title:24}{cells}  {mean(v for v, _, _ in scores):.3f}/{mean(a for _, a, _ in scores):.3f}")

    line("as it is", Topics())
    for place, name, values in LEVERS:
        for value in values:
            with changed(place, name, value) as settings:
                line(f"{name} {value:g}", settings)


def small(bench: Bench) -> None:
    print("\nsmall networks: V-measure/ARI (topics), each the mean of some draws of so many categories")
    for size, categories in SMALL:
        cells = []
        for given in bench.sets:
            scores = []
            for seed in range(DRAWS):
                rng = np.random.default_rng(seed)
                names = sorted(set(given.about.tolist()))
                some = rng.choice(names, min(categories, len(names)), replace=False)
                pool = np.flatnonzero(np.isin(given.about, some))
                rows = np.sort(rng.choice(pool, min(size, len(pool)), replace=False))
                scores.append(bench.score(given.part(rows), Topics()))
            v, ari, n = (mean(column) for column in zip(*scores, strict=True))
            cells.append(f"{given.name} {v:.2f}/{ari:.2f} ({n:.1f})")
        print(f"{size:4}  " + "  ".join(cells))


def aside(bench: Bench) -> None:
    print("\nset aside on the tuning half: NEARER, FAR: found of off-topic rows, others lost (example: lost)")
    field = field_of(bench.taxonomy, bench.known, bench.tune.vectors.shape[1])
    example = bench.sets[1]
    near = [nearest(each.vectors, off_topic.OTHERS) for each in (bench.tune, example)]
    used = (off_topic.NEARER, off_topic.FAR)
    grid = [(nearer, far) for nearer in (0.0, 0.025, 0.05, 0.1) for far in (0.0, 0.2, 0.24, 0.28, 0.32)]
    for nearer, far in [used, *grid]:
        off_topic.NEARER, off_topic.FAR = nearer, far
        found = off_topic.off_topic(bench.tune.vectors, near[0], field.vectors, field.elsewhere)
        lost = off_topic.off_topic(example.vectors, near[1], field.vectors, field.elsewhere)
        off = bench.tune.about == ""
        right = sum(bool(off[i]) for i in found)
        print(f"{nearer:.3f} {far:.2f}: {right} of {int(off.sum())}, {len(found) - right} ({len(lost)})")
    off_topic.NEARER, off_topic.FAR = used


def seeds(bench: Bench) -> None:
    print("\nATTRACTS: areas as seeds on the tuning half's topics of the same id: precision, recall")
    field = field_of(bench.taxonomy, bench.known, bench.tune.vectors.shape[1])
    subjects = set(bench.tune.about.tolist())
    own = [i for i, area in enumerate(field.areas) if area.id in subjects]
    planted = [(field.areas[i].id, field.vectors[i]) for i in own]
    of_them = np.isin(bench.tune.about, [name for name, _ in planted])
    used = homes.ATTRACTS
    for value in (used, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6):
        homes.ATTRACTS = value
        found = homes.attracted(bench.tune.vectors, planted)
        right = sum(bench.tune.about[i] == name for i, name in found.items())
        print(f"{value:.2f}: {right / max(len(found), 1):.2f}, {right / of_them.sum():.2f}")
    homes.ATTRACTS = used


def main() -> None:
    bench = Bench()
    if not PUBLIC.is_dir():
        print(f"{PUBLIC.name} is not there: the public sets are left out", file=sys.stderr)
    levers(bench)
    small(bench)
    aside(bench)
    seeds(bench)


if __name__ == "__main__":
    main()
