"""Texts that are the same, or nearly."""

from __future__ import annotations

import numpy as np
import pytest

from build_topics import unit
from matcher.embed import Vectors
from matcher.topics import nearest
from matcher.topics.graph import Ints
from matcher.topics.same import SAME, alike, key, same_as


def turned(*degrees: float) -> Vectors:
    angle = np.radians(degrees)
    return unit(np.stack([np.cos(angle), np.sin(angle)], axis=1))


def nodes(texts: list[str], vectors: Vectors, placed: dict[int, str] | None = None, k: int = 2) -> list[int]:
    found: Ints = alike(texts, vectors, nearest(vectors, k), placed or {})
    return found.tolist()


@pytest.mark.parametrize("text", ["Bus  routes!", "bus routes", "BUS\nROUTES.", "¡bus, routes?"])
def test_case_space_and_punctuation_do_not_count(text: str) -> None:
    assert key(text) == "bus routes"
    assert key(text) != key("bus route")


def test_a_text_of_punctuation_alone_is_itself() -> None:
    assert key(" ?? ") == "??" != key("!")


def test_one_key_is_one_node_however_far_the_vectors() -> None:
    assert nodes(["A b", "c", "a, B"], turned(0, 40, 90)) == [0, 1, 0]


def test_near_vectors_are_one_node_also_by_way_of_a_third() -> None:
    step = np.degrees(np.arccos(SAME)) - 0.5
    assert nodes(["a", "b", "c", "d"], turned(0, step, 2 * step, 60)) == [0, 0, 0, 1]
    assert nodes(["a", "b"], turned(0, step + 1)) == [0, 1]


def test_more_copies_than_neighbours_are_one_node() -> None:
    """With one neighbour each the pairs would fall apart."""
    vectors = turned(0, 0.001, 8, 8.001, 90, 90.001)
    assert nodes([*"abcdef"], vectors, k=1) == [0, 0, 0, 0, 1, 1]


def test_what_staff_put_apart_stays_apart_and_copies_go_with_it() -> None:
    texts = ["a", "A", "a!", "b"]
    vectors = turned(0, 0, 0, 1)
    assert nodes(texts, vectors, k=3) == [0, 0, 0, 0]
    assert nodes(texts, vectors, {0: "T01", 3: "T02"}, k=3) == [0, 0, 0, 1]
    assert nodes(texts, vectors, {0: "T01", 3: "T01"}, k=3) == [0, 0, 0, 0]
    assert nodes(texts, vectors, {3: "T02"}, k=3) == [0, 0, 0, 0]


def test_same_as_follows_keys_and_vectors() -> None:
    step = np.degrees(np.arccos(SAME)) - 0.5
    assert same_as([0], ["a", "b", "B.", "c"], turned(0, step, 50, 120)) == [0, 1, 2]
    assert same_as([3], ["a", "b", "B.", "c"], turned(0, step, 50, 120)) == [3]


def test_none_and_one() -> None:
    assert nodes([], np.zeros((0, 2), np.float32)) == []
    assert nodes(["a"], turned(3)) == [0]
