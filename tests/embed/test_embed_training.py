"""Training: what it writes, that it learns and repeats itself, and what it refuses."""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file

from build_lessons import FIELD, LESSONS, TINY
from matcher.config import Embedding
from matcher.embed import Manifest, SentenceEmbedder, find_model, training
from matcher.embed.lessons import Lesson, Lessons
from matcher.embed.manifest import ADAPTER
from matcher.embed.profile import PROFILE, load_profile
from matcher.embed.training import CONFIG, Recipe, save, train
from matcher.errors import InputError

Floats = npt.NDArray[np.float64]
FULL = Embedding(precision="float32")


def products(folder: Path) -> dict[str, Floats]:
    """The change of each module that an adapter's file holds."""
    parts = {name: part.astype(np.float64) for name, part in load_file(folder / ADAPTER).items()}
    return {
        name.removeprefix("base_model.model.").removesuffix(".lora_A.weight"): parts[name.replace("_A", "_B")]
        @ part
        for name, part in parts.items()
        if name.endswith("lora_A.weight")
    }


def changes() -> dict[str, Floats]:
    rng = np.random.default_rng(1)
    return {"query": rng.normal(scale=0.01, size=(384, 384)), "dense": rng.normal(scale=0.01, size=(40, 90))}


class TestSaving:
    def test_full_rank_keeps_the_change_to_half_precision(self, tmp_path: Path) -> None:
        given = changes()
        save(given, 384, tmp_path)
        found = products(tmp_path)
        assert found.keys() == given.keys()
        for name, change in given.items():
            assert np.linalg.norm(found[name] - change) <= 2**-10 * np.linalg.norm(change)

    @settings(deadline=None, max_examples=40)
    @given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.tuples(st.integers(1, 9), st.integers(1, 9)))
    def test_what_a_lower_rank_loses_is_the_tail_of_singular_values(
        self, tmp_path_factory: pytest.TempPathFactory, seed: int, rank: int, shape: tuple[int, int]
    ) -> None:
        folder = tmp_path_factory.mktemp("cut")
        change = np.random.default_rng(seed).normal(size=shape)
        save({"layer": change}, rank, folder)
        lost = np.linalg.norm(products(folder)["layer"] - change)
        values = np.linalg.svd(change, compute_uv=False)
        assert lost == pytest.approx(
            math.sqrt((values[rank:] ** 2).sum()), abs=2**-9 * np.linalg.norm(change)
        )

    def test_the_configuration_scales_by_one(self, tmp_path: Path) -> None:
        save(changes(), 7, tmp_path)
        config = json.loads((tmp_path / CONFIG).read_text("utf-8"))
        assert config["peft_type"] == "LORA"
        assert config["r"] == config["lora_alpha"] == 7
        assert {part.shape for part in load_file(tmp_path / ADAPTER).values()} == {
            (7, 384),
            (384, 7),
            (7, 90),
            (40, 7),
        }


PILES = st.lists(st.integers(3, 7), min_size=2, max_size=6).map(
    lambda sizes: {f"a{i}": [f"a{i}-{n}" for n in range(size)] for i, size in enumerate(sizes)}
)


@settings(deadline=None)
@given(PILES, st.integers(1, 8), st.integers(0, 99))
def test_batches_take_so_many_of_an_area_and_none_again_before_all_came(
    piles: dict[str, list[str]], areas: int, seed: int
) -> None:
    recipe, names = Recipe(areas=areas, texts=2), list(piles)
    seen: dict[str, list[str]] = {name: [] for name in names}
    for labels, batch in training._batches(piles, recipe, 12, random.Random(seed)):
        assert len(batch) == len(labels) == 2 * min(areas, len(piles))
        assert set(Counter(labels).values()) == {2}
        for label, text in zip(labels, batch, strict=True):
            assert text in piles[names[label]]
            seen[names[label]].append(text)
    for name, came in seen.items():
        size = len(piles[name])
        for start in range(0, len(came) - size + 1, size):
            assert sorted(came[start : start + size]) == sorted(piles[name])


class TestLoss:
    RECIPE = Recipe(temperature=0.5, prototypes=2.0)

    def test_by_hand(self) -> None:
        """Two areas at right angles, two equal texts each, prototypes upon them."""
        vectors = torch.eye(2)[[0, 0, 1, 1]]
        found = training._loss(vectors, torch.tensor([0, 0, 1, 1]), torch.eye(2) * 3, self.RECIPE)
        near, far = math.exp(1 / 0.5), 1.0
        contrast = -math.log(near / (near + 2 * far))
        choice = -math.log(near / (near + far))
        assert float(found) == pytest.approx(contrast + 2.0 * choice, rel=1e-5)

    def test_it_grows_where_texts_stand_with_another_area(self) -> None:
        labels, prototypes = torch.tensor([0, 0, 1, 1]), torch.eye(2)
        apart, mixed = (
            float(training._loss(torch.eye(2)[order], labels, prototypes, self.RECIPE))
            for order in ([0, 0, 1, 1], [0, 1, 1, 0])
        )
        assert mixed > apart


class TestRefusals:
    """Found before a model is loaded: the manifest leads nowhere."""

    MANIFEST = Manifest("none", Path("none"), "none", find_model(Embedding(adapter=False)).calibration)

    @pytest.mark.parametrize(
        ("lessons", "expected"),
        [
            (
                (*LESSONS.lessons, Lesson("x", "moon")),
                "no problem area 'moon'. Add it to the taxonomy's areas.csv",
            ),
            ((*LESSONS.lessons[:5],), "The area 'early-reading' has 1 texts. Training needs at least 2"),
            (LESSONS.lessons[:4], "one area only. Training tells areas apart: it needs two or more"),
            ((), "one area only"),
        ],
    )
    def test_lessons_that_cannot_be_taught(
        self, tmp_path: Path, lessons: tuple[Lesson, ...], expected: str
    ) -> None:
        with pytest.raises(InputError, match=expected):
            train(self.MANIFEST, Lessons(lessons), FIELD, TINY, tmp_path / "out")
        assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def trained(one_thread: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[int, int]]]:
    """An adapter of three areas, and what was told of its progress."""
    folder, told = tmp_path_factory.mktemp("trained"), list[tuple[int, int]]()
    train(find_model(Embedding(adapter=False)), LESSONS, FIELD, TINY, folder, lambda *n: told.append(n))
    return folder, told


@pytest.mark.model
class TestTraining:
    def test_it_writes_an_adapter_and_a_profile(self, trained: tuple[Path, list[tuple[int, int]]]) -> None:
        folder, told = trained
        assert {path.name for path in folder.iterdir()} == {ADAPTER, CONFIG, PROFILE}
        assert told == [(step, 8) for step in range(1, 9)]
        changed = products(folder)
        assert len(changed) == 6 * 6  # four maps of attention and two behind it, in each of six layers
        assert all(np.linalg.matrix_rank(change, tol=1e-6) <= TINY.rank for change in changed.values())
        assert min(np.abs(change).max() for change in changed.values()) > 0
        profile = load_profile(folder)
        assert profile.areas == tuple(sorted(LESSONS.areas()))
        assert (profile.temperature, profile.weight) == (TINY.profile_temperature, 0.5)
        assert profile.near == TINY.profile_near

    def test_the_program_reads_with_it_what_it_learned(
        self, trained: tuple[Path, list[tuple[int, int]]]
    ) -> None:
        plain = find_model(Embedding(adapter=False))
        taught = replace(plain, adapter=trained[0], key="taught")
        texts = [each.text for each in LESSONS.lessons]
        about = np.array([each.area for each in LESSONS.lessons])
        same = about[:, None] == about[None, :]
        gaps = []
        for manifest in (plain, taught):
            vectors = SentenceEmbedder(manifest, FULL, FIELD).embed(texts)[:, :384]
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            cosine = vectors @ vectors.T
            gaps.append(cosine[same & ~np.eye(len(texts), dtype=bool)].mean() - cosine[~same].mean())
        assert gaps[1] > gaps[0] + 0.02

    def test_the_same_seed_gives_the_same_bytes_and_another_does_not(
        self, trained: tuple[Path, list[tuple[int, int]]], tmp_path: Path
    ) -> None:
        plain = find_model(Embedding(adapter=False))
        for seed in (0, 1):
            train(plain, LESSONS, FIELD, replace(TINY, seed=seed), tmp_path / str(seed))
        for name in (ADAPTER, PROFILE):
            first = (trained[0] / name).read_bytes()
            assert (tmp_path / "0" / name).read_bytes() == first
            assert (tmp_path / "1" / name).read_bytes() != first

    def test_rehearsal_holds_other_texts_where_they_were(self, one_thread: None, tmp_path: Path) -> None:
        plain = find_model(Embedding(adapter=False))
        before = SentenceEmbedder(plain, FULL).embed(LESSONS.rehearsal)
        moved = []
        for keeping in (0.0, 50.0):
            train(plain, LESSONS, FIELD, replace(TINY, keeping=keeping), tmp_path / str(keeping))
            taught = replace(plain, adapter=tmp_path / str(keeping), key=str(keeping))
            after = SentenceEmbedder(taught, FULL, FIELD).embed(LESSONS.rehearsal)[:, :384]
            after /= np.linalg.norm(after, axis=1, keepdims=True)
            moved.append(float(1 - (before * after).sum(axis=1).mean()))
        assert moved[1] < 0.7 * moved[0]

    def test_without_rehearsal_and_beyond_the_texts_there_are(self, one_thread: None, tmp_path: Path) -> None:
        recipe = replace(TINY, areas=9, texts=4, epochs=2.0)
        train(find_model(Embedding(adapter=False)), Lessons(LESSONS.lessons[:8]), FIELD, recipe, tmp_path)
        found = load_profile(tmp_path)
        assert found.areas == ("bus-routes", "early-reading")
        assert found.bias == 20.0
