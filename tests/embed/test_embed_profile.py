"""The profile of problem areas: what it adds to a vector, where it adds nothing, and its file."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from build_embed import random_profile, units
from matcher.embed.profile import PROFILE, SOFTNESS, Profile, fit_profile, load_profile, save_profile
from matcher.errors import ArtefactError

SEEDS = st.integers(0, 2**32 - 1)


def test_overlap_of_two_areas_by_hand() -> None:
    """Cosines 1 and 0 at temperature 1: shares e/(e+1) and 1/(e+1), and the other way round; the gate is
    open by 3/4, and the nearest area as near as counts half."""
    profile = Profile(
        areas=("one", "other"),
        prototypes=np.eye(2, dtype=np.float32),
        gate=np.zeros(2, dtype=np.float32),
        bias=math.log(3.0),
        temperature=1.0,
        weight=0.8,
        near=1.0,
    )
    long = profile.extend(np.eye(2, dtype=np.float32))
    length = 0.8 * 0.75 / 2
    share = math.e / (math.e + 1)
    whole = math.sqrt(1 + length**2)
    assert long[0] == pytest.approx(
        [1 / whole, 0, length * math.sqrt(share) / whole, length * math.sqrt(1 - share) / whole]
    )
    assert long[0] @ long[1] == pytest.approx(length**2 * 2 * math.sqrt(share * (1 - share)) / whole**2)


@settings(deadline=None)
@given(SEEDS, st.integers(1, 12), st.integers(1, 9), st.integers(2, 16))
def test_rows_are_unit_and_cosines_mix_nearness_with_overlap(
    seed: int, n: int, areas: int, width: int
) -> None:
    profile = random_profile(seed, areas=areas, width=width)
    vectors = units(np.random.default_rng(seed), n, width)
    long = profile.extend(vectors)
    assert long.shape == (n, width + areas)
    assert long.dtype == np.float32
    assert np.linalg.norm(long, axis=1) == pytest.approx(1.0, abs=1e-5)
    cosine = (vectors @ profile.prototypes.T).astype(np.float64)
    shares = np.exp(cosine / profile.temperature)
    shares /= shares.sum(axis=1, keepdims=True)
    known = 1 / (1 + np.exp((profile.near - cosine.max(axis=1)) / SOFTNESS))
    overlap = np.sqrt(shares) @ np.sqrt(shares).T
    length = profile.weight * known * profile.of_the_field(vectors)
    lengths = np.sqrt(1 + length**2)
    expected = (vectors @ vectors.T + np.outer(length, length) * overlap) / np.outer(lengths, lengths)
    assert long @ long.T == pytest.approx(expected, abs=1e-4)


@settings(deadline=None)
@given(SEEDS, st.integers(1, 30))
def test_order_is_kept(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    profile, vectors, order = random_profile(seed, areas=4, width=8), units(rng, n, 8), rng.permutation(n)
    assert profile.extend(vectors[order]) == pytest.approx(profile.extend(vectors)[order], abs=1e-6)


@settings(deadline=None)
@given(SEEDS)
def test_cosines_stay_outside_the_field_and_far_from_all_areas_and_grow_elsewhere(seed: int) -> None:
    vectors = units(np.random.default_rng(seed), 6, 8)
    gate = np.zeros(8, dtype=np.float32)
    profile = replace(random_profile(seed, areas=4, width=8), gate=gate, bias=40.0, near=-2.0)
    for closed in (replace(profile, bias=-40.0), replace(profile, near=2.0)):
        long = closed.extend(vectors)
        assert long @ long.T == pytest.approx(vectors @ vectors.T, abs=1e-5)
    opened = profile.extend(vectors)
    # Overlaps are above nothing, so that no cosine falls below its share of the old one.
    assert (opened @ opened.T > vectors @ vectors.T / (1 + profile.weight**2) - 1e-5).all()
    assert np.abs(opened @ opened.T - vectors @ vectors.T).max() > 0.01


def test_no_vectors() -> None:
    assert random_profile(0, areas=3, width=8).extend(np.zeros((0, 8), np.float32)).shape == (0, 11)


class TestFitting:
    def fitted(self, others: bool = True) -> Profile:
        rng = np.random.default_rng(1)
        about = np.array(["b", "a"] * 20)
        vectors = np.eye(6, dtype=np.float32)[[0, 1] * 20] + rng.normal(scale=0.05, size=(40, 6))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        away = -np.eye(6, dtype=np.float32)[[2, 3] * 10]
        return fit_profile(
            vectors.astype(np.float32),
            about,
            away if others else np.zeros((0, 6), np.float32),
            temperature=0.1,
            weight=0.7,
            near=0.3,
        )

    def test_prototypes_are_mean_directions_in_the_order_of_ids(self) -> None:
        found = self.fitted()
        assert found.areas == ("a", "b")
        assert found.prototypes == pytest.approx(np.eye(6)[[1, 0]], abs=0.05)
        assert np.linalg.norm(found.prototypes, axis=1) == pytest.approx(1.0, abs=1e-6)
        assert (found.temperature, found.weight, found.near) == (0.1, 0.7, 0.3)

    def test_the_gate_closes_on_the_others_only(self) -> None:
        chance = self.fitted().of_the_field(np.eye(6, dtype=np.float32) * [[1], [1], [-1], [-1], [1], [1]])
        assert chance[:2].min() > 0.8
        assert chance[2:4].max() < 0.2

    def test_without_others_it_stays_open(self) -> None:
        found = self.fitted(others=False)
        assert found.of_the_field(np.eye(6, dtype=np.float32)).min() > 0.999

    def test_ids_and_not_their_order_count(self) -> None:
        rng = np.random.default_rng(2)
        vectors, about, others = units(rng, 12, 5), np.array(list("abc") * 4), units(rng, 6, 5)
        order = rng.permutation(12)
        one, two = (
            fit_profile(vectors[at], about[at], others, temperature=0.1, weight=0.5, near=0.3)
            for at in (np.arange(12), order)
        )
        assert one.areas == two.areas
        assert one.prototypes == pytest.approx(two.prototypes, abs=1e-6)
        assert one.gate == pytest.approx(two.gate, abs=1e-2)


class TestFile:
    def test_what_is_saved_is_loaded(self, tmp_path: Path) -> None:
        profile = replace(random_profile(3, areas=4, width=8), areas=("a", "b-c", "d", "\u00e9"))
        save_profile(profile, tmp_path)
        loaded = load_profile(tmp_path)
        assert (loaded.areas, loaded.bias, loaded.near) == (profile.areas, profile.bias, profile.near)
        assert (loaded.temperature, loaded.weight) == (profile.temperature, profile.weight)
        vectors = units(np.random.default_rng(0), 5, 8)
        assert np.array_equal(loaded.extend(vectors), profile.extend(vectors))

    def test_the_same_profile_gives_the_same_bytes(self, tmp_path: Path) -> None:
        found = set()
        for _ in range(8):  # the library's own order is drawn anew each time
            save_profile(random_profile(3, areas=4, width=8), tmp_path)
            found.add((tmp_path / PROFILE).read_bytes())
        assert len(found) == 1

    @pytest.mark.parametrize("fault", ["missing", "no tensors file", "no metadata", "no prototypes"])
    def test_a_file_that_cannot_be_read(self, tmp_path: Path, fault: str) -> None:
        profile = random_profile(3, areas=4, width=8)
        save_profile(profile, tmp_path)
        path = tmp_path / PROFILE
        if fault == "missing":
            path.unlink()
        elif fault == "no tensors file":
            path.write_bytes(b"\xff" * 40)
        elif fault == "no metadata":
            save_file({"prototypes": profile.prototypes, "gate": profile.gate}, path)
        else:
            told = {"areas": "[]", "bias": "0", "temperature": "1", "weight": "1", "near": "0"}
            save_file({"gate": profile.gate}, path, told)
        with pytest.raises(
            ArtefactError, match=rf"{PROFILE} cannot be read.*Restore models/.*adapter = false"
        ):
            load_profile(tmp_path)
