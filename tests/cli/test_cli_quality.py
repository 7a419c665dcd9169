"""`matcher evaluate` on a small benchmark: tables for people, one document for programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_benchmark import write_benchmark, write_public
from build_cli import document, done, run
from matcher.cli import quality as command
from matcher.workflow import quality


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_public(write_benchmark(tmp_path_factory.mktemp("benchmark")))


def test_tables_with_intervals_and_what_was_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality.baselines, "has_bertopic", lambda: False)
    monkeypatch.setattr(quality, "at_training", lambda _path: ())
    shown = done("evaluate", "--data", folder, "--public", folder, network=folder / "none")
    assert "Search: benchmark, report half (2 questions, 26 texts)" in shown
    assert "Search: CLINC150 (18 questions, 18 texts)" in shown
    assert "Without a good answer:" in shown
    assert "question by question: nDCG@10 " in shown
    assert "Topics: benchmark (24 texts on 4 subjects, and 2 off-topic)" in shown
    assert "KMeans, told 4" in shown
    assert "product, normal" in shown
    assert "BERTopic was left out: it is not installed." in shown
    assert "Measured at training" not in shown
    assert max(map(len, shown.splitlines())) <= 100


def test_a_document_with_the_same_figures(folder: Path) -> None:
    found = document("evaluate", "--data", folder, "--public", folder / "none", "--only", "search")
    assert found["topics"] == []
    table = found["search"][0]
    assert table["data"] == "benchmark, report half"
    assert table["lines"][0]["method"] == "product"
    ndcg = table["lines"][0]["ndcg"]
    assert ndcg["low"] <= ndcg["value"] <= ndcg["high"]
    assert any("BANKING77" in note for note in found["notes"])


def test_the_other_half_and_figures_from_training(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "at_training", lambda _path: (("held-out areas precision@5", "0.612"),))
    shown = done("evaluate", "--data", folder, "--public", folder / "none", "--only", "search", "--tune")
    assert "benchmark, tune half (1 question," in shown
    assert "Measured at training" in shown
    assert "0.612" in shown


def test_full_takes_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int | None] = []
    whole = quality.sets.sample
    monkeypatch.setattr(quality.sets, "sample", lambda given, size: sizes.append(size) or whole(given, size))
    for options in ((), ("--sample", "100"), ("--full",)):
        done("evaluate", "--data", folder, "--public", folder, "--only", "search", *options)
    assert sizes == [command.SAMPLE] * 2 + [100] * 2 + [None] * 2
    assert command.SAMPLE == quality.SAMPLE


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--data", "nowhere"), 1, "There is no statements.jsonl in the folder 'nowhere'"),
        (("--sample", "5"), 2, "--sample"),
        (("--only", "pairs"), 2, "--only"),
    ],
)
def test_what_is_wrong_is_said(options: tuple[str, ...], code: int, message: str) -> None:
    ended = run("evaluate", *options)
    assert ended.exit_code == code
    assert message in ended.stderr
