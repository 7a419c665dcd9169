"""Instances of the maximally diverse grouping problem, generated and read; its peers' results are real."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from matcher.cohorts.diverse import group
from matcher.errors import InputError


@pytest.fixture
def mdgp(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "bench"))
    import mdgp

    assert "mdgp_peers" in sys.modules
    return mdgp


@pytest.mark.parametrize("kind", ["RanInt", "RanReal", "Geo"])
@pytest.mark.parametrize("equal", [True, False])
def test_generated_instances(mdgp: ModuleType, kind: str, equal: bool) -> None:
    one = mdgp.generate(kind, 120, 3, equal=equal)
    assert one.weights.shape == (120, 120)
    assert np.array_equal(one.weights, one.weights.T)
    assert not one.weights.diagonal().any()
    assert np.array_equal(one.weights, one.weights.round(0 if kind == "RanInt" else 3))
    assert one.weights.max() <= (100 if kind != "Geo" else 100 * 21**0.5)
    if equal:
        assert one.sizes == ((12, 12),) * 10
    else:
        assert all(8 <= low <= 12 <= high <= 16 for low, high in one.sizes)
    assert len(group(one.weights, one.sizes, work=1000).groups) == 10
    assert np.array_equal(one.weights, mdgp.generate(kind, 120, 3, equal=equal).weights)


@pytest.mark.parametrize("equal", [True, False])
def test_written_and_read_again(mdgp: ModuleType, tmp_path: Path, equal: bool) -> None:
    one = mdgp.generate("RanReal", 60, 1, equal=equal)
    path = tmp_path / f"{one.name}.txt"
    mdgp.write(one, path)
    again = mdgp.read(path)
    assert (again.name, again.sizes) == (one.name, one.sizes)
    assert np.array_equal(again.weights, one.weights)
    assert path.read_text().startswith("60 6 ss 10 10 " if equal else "60 6 ds ")


def test_blank_lines_and_spaces_do_not_matter(mdgp: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "small.txt"
    path.write_text("\n 3 2  DS 1 2 1 2 \r\n\r\n0 1 1.5\r\n 2\t1 -3 \n\n")
    one = mdgp.read(path)
    assert one.sizes == ((1, 2), (1, 2))
    assert one.weights.tolist() == [[0, 1.5, 0], [1.5, 0, -3], [0, -3, 0]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "bad.txt: This file is empty"),
        ("3 2 xs 1 2 1 2\n", "bad.txt, row 1: The first line is '3 2 xs"),
        ("3 2 ds 1 2 1\n", "row 1: The first line"),
        ("3 2\n", "row 1: The first line"),
        ("3 two ds 1 2 1 2\n", "row 1: The first line"),
        ("3 1 ss 3 3\n0 1 1\n0 3 1\n", "row 3: '0 3 1' is no weight of a pair"),
        ("3 1 ss 3 3\n0 1\n", "row 2: '0 1' is no weight"),
        ("3 1 ss 3 3\n0 1 nan\n", "row 2: '0 1 nan' is no weight"),
        ("3 1 ss 3 3\n\n0 1 1,5\n", "row 3: '0 1 1,5' is no weight"),
        ("3 1 ss 3 3\n0 1 1\n1 0 1\n", "row 3: The weight of 1 and 0 is given twice"),
        ("3 1 ss 3 3\n1 1 0\n", "row 2: The weight of 1 and 1 is given twice, or is of one member"),
    ],
)
def test_a_bad_file_is_named_with_its_line(mdgp: ModuleType, tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        mdgp.read(path)
    assert words in str(caught.value)


def test_a_file_that_is_no_text(mdgp: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be read as text"):
        mdgp.read(path)
    with pytest.raises(InputError, match="cannot be read as text"):
        mdgp.read(tmp_path / "absent.txt")
