"""The map."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from build_topics import planted, unit
from matcher.topics import layout


class TestLayout:
    @pytest.mark.parametrize("n", [0, 1, 2, 3, 12])
    def test_a_finite_place_each(self, n: int) -> None:
        places = layout(unit(np.random.default_rng(n).normal(size=(n, 8))))
        assert places.shape == (n, 2)
        assert np.isfinite(places).all()

    @pytest.mark.parametrize("row", [[0.0, 0.0, 0.0], [0.6, 0.8, 0.0]])
    def test_all_the_same(self, row: list[float]) -> None:
        places = layout(unit([row] * 5))
        assert np.isfinite(places).all()
        assert len({tuple(place) for place in places.tolist()}) == 5

    def test_near_ones_stand_together_and_always_alike(self) -> None:
        _, vectors = planted(2, 15)
        places = layout(vectors)
        apart = np.linalg.norm(places[0::2].mean(axis=0) - places[1::2].mean(axis=0))
        spread = np.linalg.norm(places[0::2] - places[0::2].mean(axis=0), axis=1).mean()
        assert apart > 2 * spread
        assert np.array_equal(places, layout(vectors))

    def test_large_maps_are_flat(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(importlib.import_module("matcher.topics.layout"), "LARGEST_MAP", 10)
        _, vectors = planted(2, 15)
        places = layout(vectors)
        assert places.shape == (30, 2)
        assert np.linalg.norm(places, axis=1).max() < 2  # a projection shortens
