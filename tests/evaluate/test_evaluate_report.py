"""Figures from training are shown as they were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.errors import ArtefactError
from matcher.evaluate.report import at_training


def test_names_and_figures_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "measured.json"
    path.write_text(
        '{"held out": {"before": 0.4, "after": 0.61234}, "areas": ["a", "b"], "seconds": 90}', "utf-8"
    )
    assert at_training(path) == (
        ("held out before", "0.400"),
        ("held out after", "0.612"),
        ("areas", "a, b"),
        ("seconds", "90"),
    )


def test_without_a_file_there_is_nothing(tmp_path: Path) -> None:
    assert at_training(tmp_path / "measured.json") == ()


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "measured.json").write_text("{", "utf-8")
    with pytest.raises(ArtefactError, match=r"measured\.json of the adapter cannot be read"):
        at_training(tmp_path / "measured.json")
