"""Teaching the embedding model the field, and what it gained on problem areas that it never saw."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from matcher.config import Embedding
from matcher.embed import Manifest, Progress, SentenceEmbedder, Vectors, file_hash, find_model
from matcher.embed.lessons import Lesson, Lessons, lessons_folder, read_lessons
from matcher.embed.manifest import ADAPTER
from matcher.embed.profile import PROFILE
from matcher.embed.training import CONFIG, Recipe, train
from matcher.errors import InputError
from matcher.evaluate.baselines import kmeans
from matcher.evaluate.bootstrap import Ints
from matcher.evaluate.grouping import Cells, nearest_agree, numbered, v_measure
from matcher.taxonomy import Taxonomy, load_taxonomy

Tell = Callable[[str], None]
#: The areas that are held out are drawn with this seed, whatever the seed of the training.
DRAW = 5
KMEANS_SEED = 0
#: Statements of an area in a draw, and draws.
PER_AREA, DRAWS = 16, 20
MEASURED = "measured.json"
#: What makes a vector, and is known by its hash.
FILES = (CONFIG, ADAPTER, PROFILE)


@dataclass(frozen=True, slots=True)
class Gain:
    """A figure from 0 to 1 without and with the adapter."""

    before: float
    after: float


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What an adapter, trained without some areas, does on their statements: the share of the five nearest
    that are of the same area, and the V-measure of KMeans that is told how many areas there are. Both
    are means over draws of as many statements of each area as a network may hold (``PER_AREA``)."""

    areas: tuple[str, ...]
    texts: int
    precision_at_5: Gain
    v_measure: Gain


@dataclass(frozen=True, slots=True)
class Trained:
    """An adapter's folder, the sha256 of each of its files, their size together in bytes, and what it
    was trained with."""

    folder: Path
    model: str
    sha256: dict[str, str]
    size: int
    texts: int
    areas: int
    held_out: HeldOut | None


def train_adapter(
    out: Path,
    texts: Path | None = None,
    *,
    hold_out: int = 0,
    recipe: Recipe | None = None,
    model: str = Embedding().model,
    tell: Tell | None = None,
    progress: Progress | None = None,
) -> Trained:
    """Train an adapter for a packaged model and write it, with what was measured, into ``out``.

    With ``hold_out`` a first training leaves so many areas out, to measure what it gains on them; the
    adapter that is kept is trained with all. ``texts`` is the folder with the lessons, the project's
    without it. Raises InputError where too many areas would be held out, and as
    :func:`matcher.embed.lessons.read_lessons` and :func:`matcher.embed.training.train`.
    """
    say = tell or (lambda _: None)
    recipe = recipe or Recipe()
    plain = find_model(Embedding(model=model, adapter=False))
    lessons, taxonomy = read_lessons(texts or lessons_folder()), load_taxonomy()
    areas = sorted(lessons.areas())
    if hold_out < 0 or (hold_out and not 2 <= hold_out <= len(areas) - 2):
        raise InputError(
            f"{hold_out} of {len(areas)} areas cannot be held out.",
            cure=f"Hold out from 2 to {len(areas) - 2}, or none.",
        )
    held_out = None
    if hold_out:
        say(f"Training without {hold_out} areas, to see what it gains on them")
        held = frozenset(random.Random(DRAW).sample(areas, hold_out))  # noqa: S311
        held_out = _measured_on(plain, lessons, held, taxonomy, recipe, progress)
    say(f"Training with {len(lessons.lessons)} texts on {len(areas)} areas")
    train(plain, lessons, taxonomy, recipe, out, progress)
    found = Trained(
        folder=out,
        model=model,
        sha256={name: file_hash(out / name) for name in FILES},
        size=sum((out / name).stat().st_size for name in FILES),
        texts=len(lessons.lessons),
        areas=len(areas),
        held_out=held_out,
    )
    _write(found, plain, recipe)
    return found


def _measured_on(
    plain: Manifest,
    lessons: Lessons,
    held: frozenset[str],
    taxonomy: Taxonomy,
    recipe: Recipe,
    progress: Progress | None,
) -> HeldOut:
    kept, rest = lessons.parted(held)
    with TemporaryDirectory() as name:
        train(plain, kept, taxonomy, recipe, Path(name), progress)
        taught = replace(plain, adapter=Path(name), key=f"{plain.key}+held-out")
        before, after = (_figures(_read(each, rest), rest) for each in (plain, taught))
    return HeldOut(
        areas=tuple(sorted(held)),
        texts=len(rest),
        precision_at_5=Gain(before[0], after[0]),
        v_measure=Gain(before[1], after[1]),
    )


def _read(manifest: Manifest, lessons: Sequence[Lesson]) -> Vectors:
    settings = Embedding(model=manifest.name)
    return SentenceEmbedder(manifest, settings).embed([each.text for each in lessons])


def _figures(vectors: Vectors, lessons: Sequence[Lesson]) -> tuple[float, float]:
    """Precision at 5 and V-measure, each the mean over draws. Among all the texts at once every one
    has neighbours in its own words, and any model looks good."""
    about = numbered([each.area for each in lessons])
    asked = np.array([each.query for each in lessons])
    areas = np.unique(about[~asked])
    near, groups = [], []
    for seed in range(DRAWS):
        chance = np.random.default_rng(seed)
        rows = np.concatenate(
            [_some(np.flatnonzero(~asked & (about == area)), PER_AREA, chance) for area in areas]
        )
        near.append(nearest_agree(vectors[rows], about[rows]).mean())
        found = kmeans(vectors[rows], len(areas), KMEANS_SEED)
        groups.append(v_measure(Cells.crossed(about[rows], found).counts()))
    return float(np.mean(near)), float(np.mean(groups))


def _some(rows: Ints, most: int, chance: np.random.Generator) -> Ints:
    return rows if len(rows) <= most else chance.choice(rows, most, replace=False)


def _write(found: Trained, plain: Manifest, recipe: Recipe) -> None:
    """What was measured, beside the weights; ``matcher evaluate`` shows it."""
    document = {
        "model": plain.key,
        "sha256": found.sha256,
        "texts": found.texts,
        "areas": found.areas,
        "recipe": asdict(recipe),
        "held out": asdict(found.held_out) if found.held_out else "nothing",
    }
    (found.folder / MEASURED).write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
