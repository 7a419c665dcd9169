"""Training as a use case: with and without held-out areas, and what is written beside the weights."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from build_lessons import LESSONS, TINY, write_field
from matcher.config import Embedding
from matcher.embed import Manifest, Progress, file_hash, find_model
from matcher.embed.lessons import Lessons
from matcher.embed.manifest import ADAPTER
from matcher.embed.profile import PROFILE
from matcher.embed.training import Recipe
from matcher.errors import ArtefactError, InputError, NotFoundError
from matcher.taxonomy import Taxonomy
from matcher.workflow import training
from matcher.workflow.training import MEASURED, train_adapter


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    taxonomy, lessons = write_field(tmp_path / "field")
    monkeypatch.setenv("MATCHER_TAXONOMY", str(taxonomy))
    return lessons


@pytest.mark.model
def test_areas_are_held_out_of_a_first_training_and_in_the_second(texts: Path, tmp_path: Path) -> None:
    told: list[str] = []
    steps: list[tuple[int, int]] = []
    out = tmp_path / "out"
    found = train_adapter(
        out, texts, hold_out=2, recipe=TINY, tell=told.append, progress=lambda *n: steps.append(n)
    )
    assert told == [
        "Training without 2 areas, to see what it gains on them",
        "Training with 20 texts on 5 areas",
    ]
    assert [step for step in steps if step[0] == 1] == [(1, 4), (1, 8)]  # 12 texts, then all 20
    assert (found.folder, found.texts, found.areas, found.model) == (out, 20, 5, Embedding().model)
    assert found.sha256 == {name: file_hash(out / name) for name in found.sha256}
    assert {ADAPTER, PROFILE} <= set(found.sha256)
    assert found.size == sum((out / name).stat().st_size for name in found.sha256)
    held = found.held_out
    assert held is not None
    assert len(held.areas) == 2
    assert set(held.areas) <= set(LESSONS.areas())
    assert held.texts == 8
    for gain in (held.precision_at_5, held.v_measure):
        assert 0 < gain.before <= 1
        assert 0 < gain.after <= 1
    written = json.loads((out / MEASURED).read_text("utf-8"))
    assert written["held out"]["areas"] == list(held.areas)
    assert written["held out"]["precision_at_5"]["after"] == held.precision_at_5.after
    assert written["recipe"]["rank"] == TINY.rank
    assert written["model"] == find_model(Embedding(adapter=False)).key


class Taught:
    """Stands in for the training: keeps what it was given, and writes files to be hashed."""

    def __init__(self) -> None:
        self.lessons: list[Lessons] = []

    def __call__(
        self,
        manifest: Manifest,
        lessons: Lessons,
        _taxonomy: Taxonomy,
        _recipe: Recipe,
        out: Path,
        _progress: Progress | None = None,
    ) -> None:
        assert manifest.adapter is None
        self.lessons.append(lessons)
        out.mkdir(parents=True)
        for name in (ADAPTER, "adapter_config.json", PROFILE):
            (out / name).write_bytes(name.encode())


@pytest.fixture
def taught(monkeypatch: pytest.MonkeyPatch) -> Taught:
    made = Taught()
    monkeypatch.setattr(training, "train", made)
    return made


def test_without_holding_out_all_is_taught_once(texts: Path, tmp_path: Path, taught: Taught) -> None:
    found = train_adapter(tmp_path / "out", texts)
    assert found.held_out is None
    assert taught.lessons == [LESSONS]
    assert json.loads((tmp_path / "out" / MEASURED).read_text("utf-8"))["held out"] == "nothing"


def test_the_projects_texts_are_taken_where_none_are_named(
    texts: Path, tmp_path: Path, taught: Taught, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_TRAINING", str(texts))
    assert train_adapter(tmp_path / "out").texts == len(LESSONS.lessons)


@pytest.mark.parametrize("number", [-1, 1, 4, 5, 99])
def test_too_few_or_too_many_held_out(texts: Path, tmp_path: Path, taught: Taught, number: int) -> None:
    with pytest.raises(InputError, match=f"{number} of 5 areas cannot be held out. Hold out from 2 to 3"):
        train_adapter(tmp_path / "out", texts, hold_out=number)
    assert taught.lessons == []


def test_a_folder_without_texts(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="holds no texts to train with"):
        train_adapter(tmp_path / "out", tmp_path)


def test_an_unknown_model(texts: Path, tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="no embedding model 'none'"):
        train_adapter(tmp_path / "out", texts, model="none")
