"""`matcher train`: what it prints is what the manifest wants, and what it refuses."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from build_cli import document, done, run
from build_embed import NAME, write_adapter, write_manifest
from build_lessons import write_field
from matcher.config import Embedding
from matcher.embed import Manifest, Progress, Vectors, find_model
from matcher.embed.lessons import Lesson, Lessons
from matcher.embed.training import Recipe
from matcher.taxonomy import Taxonomy
from matcher.workflow import training


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small field, and a training that takes no time."""
    taxonomy, lessons = write_field(tmp_path / "data")
    monkeypatch.setenv("MATCHER_TAXONOMY", str(taxonomy))

    def train(
        _manifest: Manifest,
        _lessons: Lessons,
        _taxonomy: Taxonomy,
        _recipe: Recipe,
        out: Path,
        progress: Progress | None,
    ) -> None:
        write_adapter(out)
        assert progress is not None
        progress(1, 1)

    def figures(_vectors: Vectors, lessons: list[Lesson]) -> tuple[float, float]:
        return next(values), 0.25

    values = iter((0.5, 0.75))
    monkeypatch.setattr(training, "train", train)
    monkeypatch.setattr(training, "_read", lambda *_: None)
    monkeypatch.setattr(training, "_figures", figures)
    return lessons


def test_the_entry_that_it_prints_makes_the_program_read_with_it(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = write_manifest(tmp_path)
    monkeypatch.setenv("MATCHER_MODELS", str(tmp_path))
    shown = done("train", "--out", tmp_path / "ours", "--texts", texts)
    assert "Trained with 20 texts on 5 problem areas" in shown
    assert "had not seen" not in shown
    entry = shown[shown.index(f"[{NAME}.adapter]") :].replace("\n  ", "\n")
    with manifest.open("a") as file:
        file.write(f"\n{entry}")
    found = find_model(Embedding())
    assert found.adapter == tmp_path / "ours"
    assert tomllib.loads(manifest.read_text())[NAME]["adapter"]["folder"] == "ours"


def test_what_was_gained_on_areas_not_seen(texts: Path, tmp_path: Path) -> None:
    shown = done("train", "--out", tmp_path / "ours", "--texts", texts, "--hold-out", "2")
    assert "On 8 texts of 2 areas that it had not seen:" in shown
    assert "of the five nearest, on the same area: 50.0% before, 75.0% after" in shown
    assert "V-measure of KMeans: 0.250 before, 0.250 after" in shown


def test_a_document(texts: Path, tmp_path: Path) -> None:
    found = document("train", "--out", tmp_path / "ours", "--texts", texts, "--hold-out", "2")
    assert found["folder"] == str(tmp_path / "ours")
    assert (found["texts"], found["areas"]) == (20, 5)
    assert found["held_out"]["precision_at_5"] == {"before": 0.5, "after": 0.75}
    assert len(found["sha256"]) >= 2
    assert all(len(value) == 64 for value in found["sha256"].values())


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), "Missing option '--out'"),
        (("--out", "x", "--hold-out", "-1"), "--hold-out"),
        (("--out", "x", "--texts", "none"), "'none' does not exist"),
    ],
)
def test_a_wrong_option(options: tuple[str, ...], expected: str) -> None:
    result = run("train", *options)
    assert result.exit_code == 2
    assert expected in result.stderr


def test_a_refusal_says_the_cure(texts: Path, tmp_path: Path) -> None:
    result = run("train", "--out", tmp_path / "ours", "--texts", texts, "--hold-out", "4")
    assert result.exit_code == 1
    assert "4 of 5 areas cannot be held out. Hold out from 2 to 3, or none." in result.stderr
    assert not (tmp_path / "ours").exists()
