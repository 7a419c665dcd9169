"""What every Embedder keeps, and how the sentence-transformers model reads."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build_embed import add_adapter, write_adapter, write_manifest
from matcher.config import Embedding
from matcher.embed import Embedder, Manifest, SentenceEmbedder, find_model, sentence
from matcher.embed.manifest import ADAPTER
from matcher.embed.profile import PROFILE, load_profile
from matcher.errors import ArtefactError
from matcher.taxonomy import ShortForm, Taxonomy, load_taxonomy
from words_embedder import WordsEmbedder

HOME = "My bus driver quit and nobody wants the rural routes."
NEAR = "We cannot hire drivers for our country bus runs."
FAR = "Our algebra repeaters do better with a second teacher."
#: More than one thread reads alone, of many lengths.
MANY = [f"{text} {'or so' * (i % 4)} {i}." * (1 + i % 5) for i in range(12) for text in (HOME, FAR)]
OFF = Embedding(adapter=False)


@pytest.fixture(scope="module")
def plain() -> Manifest:
    return find_model(OFF)


@pytest.fixture(scope="module")
def taught(plain: Manifest, tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """The model with an adapter that was made without training."""
    folder = write_adapter(tmp_path_factory.mktemp("adapter") / "field")
    return replace(plain, adapter=folder, key=f"{plain.key}+field")


@pytest.fixture(scope="module")
def reader(plain: Manifest) -> SentenceEmbedder:
    """Reads in full precision whatever the processor has."""
    return SentenceEmbedder(plain, replace(OFF, precision="float32"))


@pytest.fixture(
    scope="module",
    params=["words", *(pytest.param(name, marks=pytest.mark.model) for name in ("plain", "taught"))],
)
def embedder(request: pytest.FixtureRequest) -> Embedder:
    """Every implementation of the protocol."""
    if request.param == "words":
        return WordsEmbedder()
    return SentenceEmbedder(request.getfixturevalue(request.param), Embedding())


@pytest.mark.model
def test_half_a_surrogate_pair_is_read_as_a_mark_for_it(reader: SentenceEmbedder) -> None:
    broken, marked = reader.embed([f"\udcff {HOME}", f"\ufffd {HOME}"])
    assert (broken == marked).all()


class TestEveryEmbedder:
    def test_unit_rows_of_float32_in_order(self, embedder: Embedder) -> None:
        found = embedder.embed([HOME, FAR, NEAR])
        assert found.shape == (3, embedder.dimension)
        assert found.dtype == np.float32
        assert np.linalg.norm(found, axis=1) == pytest.approx(1.0, abs=1e-5)
        assert found[1] == pytest.approx(embedder.embed([FAR])[0], abs=1e-5)

    def test_same_text_same_vector(self, embedder: Embedder) -> None:
        assert np.array_equal(embedder.embed([HOME]), embedder.embed([HOME]))
        assert np.array_equal(embedder.embed(MANY), embedder.embed(MANY))

    @pytest.mark.parametrize("text", ["", " ", "?!", "\u00e1\u00f1", "x" * 5000, "a\nb\x00c"])
    def test_any_text_has_a_vector(self, embedder: Embedder, text: str) -> None:
        assert np.linalg.norm(embedder.embed([text])[0]) == pytest.approx(1.0, abs=1e-5)

    def test_no_texts(self, embedder: Embedder) -> None:
        assert embedder.embed([]).shape == (0, embedder.dimension)

    def test_key_names_it(self, embedder: Embedder) -> None:
        assert embedder.key


LENGTHS = st.lists(st.integers(1, 40), max_size=30)


@settings(deadline=None)
@given(LENGTHS, st.integers(1, 120))
def test_batches_hold_each_text_once_the_longest_first_and_not_too_many(
    lengths: list[int], most: int
) -> None:
    batches = list(sentence._batches(lengths, most))
    order = [i for batch in batches for i in batch]
    assert sorted(order) == list(range(len(lengths)))
    assert [lengths[i] for i in order] == sorted(lengths, reverse=True)
    assert all(len(batch) == 1 or lengths[batch[0]] * len(batch) <= most for batch in batches)
    # None but the last is smaller than it has to be.
    assert all(lengths[batch[0]] * (len(batch) + 1) > most for batch in batches[:-1])


@pytest.fixture
def counted(reader: SentenceEmbedder) -> Iterator[list[tuple[int, int]]]:
    """The shapes (texts, word pieces) of the batches that the model is given."""
    shapes: list[tuple[int, int]] = []

    def note(_module: Any, given: Any, _found: Any) -> None:
        shapes.append(tuple(given[0]["input_ids"].shape))

    hook = reader._loaded().register_forward_hook(note)
    yield shapes
    hook.remove()


@pytest.mark.model
class TestReading:
    def test_a_paraphrase_is_nearer_than_another_subject(
        self, plain: Manifest, reader: SentenceEmbedder
    ) -> None:
        home, near, far = reader.embed([HOME, NEAR, FAR])
        points = plain.calibration.points(np.array([home @ near, home @ far]))
        assert points[0] > 300 > points[1]

    def test_as_sentence_transformers_reads(self, reader: SentenceEmbedder) -> None:
        expected = reader._loaded().encode(MANY, show_progress_bar=False)
        assert reader.embed(MANY) == pytest.approx(expected, abs=1e-5)

    def test_each_text_once_and_every_row_in_its_place(
        self, reader: SentenceEmbedder, counted: list[tuple[int, int]]
    ) -> None:
        order = np.random.default_rng(0).integers(len(MANY), size=60)
        found = reader.embed([MANY[i] for i in order])
        assert sum(texts for texts, _ in counted) == len(set(order.tolist()))
        single = {i: reader.embed([MANY[i]])[0] for i in set(order.tolist())}
        assert found == pytest.approx(np.array([single[i] for i in order]), abs=1e-5)

    def test_batches_are_as_large_as_the_settings_allow(
        self, plain: Manifest, reader: SentenceEmbedder, counted: list[tuple[int, int]]
    ) -> None:
        small = SentenceEmbedder(plain, replace(OFF, precision="float32", batch=128))
        small._model = reader._loaded()
        found = small.embed(MANY)
        assert max(texts * pieces for texts, pieces in counted) <= 128
        counted.clear()
        assert found == pytest.approx(reader.embed(MANY), abs=1e-5)
        assert max(texts * pieces for texts, pieces in counted) > 128

    def test_a_long_text_is_cut_to_the_window(
        self, reader: SentenceEmbedder, counted: list[tuple[int, int]]
    ) -> None:
        reader.embed([HOME * 100])
        assert counted == [(1, reader._loaded().max_seq_length)]

    def test_in_bfloat16_vectors_are_nearly_the_same_alone_and_in_company(
        self, taught: Manifest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        exact = SentenceEmbedder(taught, Embedding(precision="float32")).embed(MANY)
        monkeypatch.setattr(sentence, "_has_bfloat16", lambda: True)
        brief = SentenceEmbedder(taught, Embedding())
        cosines = (brief.embed(MANY) * exact).sum(axis=1)
        assert 0.999 <= cosines.min() < 1 - 1e-7
        alone = np.vstack([brief.embed([text]) for text in MANY[: sentence.FEW]])
        assert (alone * exact[: sentence.FEW]).sum(axis=1).min() >= 0.999
        assert (alone * brief.embed(MANY)[: sentence.FEW]).sum(axis=1).min() >= 0.9999

    def test_in_bfloat16_texts_have_few_lengths(
        self, plain: Manifest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sentence, "_has_bfloat16", lambda: True)
        brief = SentenceEmbedder(plain, OFF)
        lengths: set[int] = set()

        def count(_module: object, given: tuple[dict[str, Any]]) -> None:
            lengths.add(given[0]["input_ids"].shape[1])

        brief._loaded().register_forward_pre_hook(count)
        for words in range(1, 40):
            brief.embed(["bus " * words])
        brief.embed([HOME * 100])
        longest = brief._loaded().max_seq_length
        assert lengths == {*range(8, 49, 8), longest}

    @pytest.mark.parametrize("threads", [1, 2])
    def test_the_number_of_threads_changes_nothing(
        self, plain: Manifest, reader: SentenceEmbedder, threads: int
    ) -> None:
        import torch

        before = torch.get_num_threads()
        one = SentenceEmbedder(plain, replace(OFF, precision="float32", threads=threads))
        one._model = reader._loaded()
        assert np.array_equal(one.embed(MANY), reader.embed(MANY))
        assert torch.get_num_threads() == before

    def test_a_fault_in_a_batch_is_raised(self, plain: Manifest, reader: SentenceEmbedder) -> None:
        import torch

        def fail(*_: Any) -> None:
            raise MemoryError("no room")

        before = torch.get_num_threads()
        hook = reader._loaded().register_forward_hook(fail)
        try:
            for texts in (MANY, MANY[:1]):
                with pytest.raises(MemoryError, match="no room"):
                    reader.embed(texts)
        finally:
            hook.remove()
        assert torch.get_num_threads() == before

    def test_weights_that_cannot_be_read(self, plain: Manifest, tmp_path: Path) -> None:
        folder = tmp_path / "own"
        shutil.copytree(plain.folder, folder)
        (folder / "model.safetensors").write_bytes(b"\xff" * 100)
        broken = SentenceEmbedder(find_model(Embedding(model=str(folder))), Embedding())
        with pytest.raises(ArtefactError, match="'own' cannot be loaded"):
            broken.embed(["anything"])


class TestAdapter:
    def test_the_key_tells_who_spelt_out_and_loads_nothing(self, plain: Manifest, taught: Manifest) -> None:
        own = Taxonomy(short_forms=(ShortForm("BR", "bus routes"),))
        keys = [
            SentenceEmbedder(manifest, Embedding(), taxonomy).key
            for manifest, taxonomy in ((plain, None), (plain, own), (taught, None), (taught, own))
        ]
        assert keys[:2] == [plain.key] * 2
        assert keys[2:] == [f"{taught.key}~{load_taxonomy().key}", f"{taught.key}~{own.key}"]

    def test_a_broken_profile(self, plain: Manifest, tmp_path: Path) -> None:
        folder = write_adapter(tmp_path / "field")
        (folder / PROFILE).unlink()
        with pytest.raises(ArtefactError, match=PROFILE):
            SentenceEmbedder(replace(plain, adapter=folder), Embedding())

    @pytest.mark.model
    def test_broken_weights(self, plain: Manifest, tmp_path: Path) -> None:
        folder = write_adapter(tmp_path / "field")
        (folder / ADAPTER).write_bytes(b"\xff" * 40)
        broken = SentenceEmbedder(replace(plain, adapter=folder), Embedding())
        with pytest.raises(ArtefactError, match="cannot be loaded"):
            broken.embed([HOME])

    @pytest.mark.model
    def test_it_changes_vectors_and_adds_the_areas(self, taught: Manifest, reader: SentenceEmbedder) -> None:
        adapted = SentenceEmbedder(taught, Embedding(precision="float32"))
        assert adapted.dimension == reader.dimension + 5
        found, before = adapted.embed(MANY), reader.embed(MANY)
        model = adapted._loaded()
        read = model.encode(MANY, normalize_embeddings=True, show_progress_bar=False)
        profile = load_profile(taught.adapter or Path())
        assert found == pytest.approx(profile.extend(read), abs=1e-5)
        assert (read * before).sum(axis=1).max() < 0.999

    @pytest.mark.model
    def test_merged_it_reads_as_peft_reads_it(self, taught: Manifest) -> None:
        from sentence_transformers import SentenceTransformer

        whole = SentenceTransformer(str(taught.folder), device="cpu", local_files_only=True)
        whole.load_adapter(str(taught.adapter))
        merged = SentenceEmbedder(taught, Embedding(precision="float32"))._loaded()
        texts = MANY[:6]
        expected = whole.encode(texts, show_progress_bar=False)
        assert merged.encode(texts, show_progress_bar=False) == pytest.approx(expected, abs=1e-5)
        assert not [name for name, _ in merged.named_parameters() if "lora" in name]

    @pytest.mark.model
    def test_short_forms_are_spelt_out_with_an_adapter_only(
        self, plain: Manifest, taught: Manifest, reader: SentenceEmbedder
    ) -> None:
        own = Taxonomy(short_forms=(ShortForm("BR", "bus routes"),))
        adapted = SentenceEmbedder(taught, Embedding(precision="float32"), own)
        short, spelt = adapted.embed(["Our BR", "Our BR (bus routes)"])
        assert np.array_equal(short, spelt)
        short, spelt = reader.embed(["Our BR", "Our BR (bus routes)"])
        assert short @ spelt < 0.99


@pytest.mark.model
def test_the_setting_switches_the_adapter_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_adapter(write_manifest(tmp_path))
    monkeypatch.setenv("MATCHER_MODELS", str(tmp_path))
    on, off = (SentenceEmbedder(find_model(given), given) for given in (Embedding(), OFF))
    assert on.key != off.key
    assert on.dimension == off.dimension + 5
