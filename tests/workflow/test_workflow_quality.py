"""Measuring from files to a report, without the model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from build_benchmark import write_benchmark, write_public
from matcher import record
from matcher.config import Embedding, Settings
from matcher.embed import Calibration, Manifest, Vectors
from matcher.errors import NotFoundError
from matcher.evaluate.report import Report
from matcher.workflow import quality
from words_embedder import WordsEmbedder


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("measured")
    embedder = WordsEmbedder()
    return quality.evaluate(
        Settings(), data=write_benchmark(folder), public=write_public(folder), embedder=embedder
    )


def test_each_set_is_searched_and_the_cosine_stands_beside_the_product(report: Report) -> None:
    assert report.model == "words"
    assert [table.data for table in report.search] == ["benchmark, report half", "BANKING77", "CLINC150"]
    assert [table.questions for table in report.search] == [2, 18, 18]
    for table in report.search:
        assert [line.method for line in table.lines][:2] == ["product", "dense"]
        assert table.lines[0].ndcg.value > 0.6  # the texts' words are their subjects'
        assert table.difference is not None
    assert [table.refusals.unanswerable for table in report.search] == [1, 0, 4]


def test_each_set_is_grouped_at_each_granularity_beside_the_baselines(report: Report) -> None:
    names = ["benchmark", "benchmark, report half", "BANKING77", "CLINC150"]
    assert [table.data for table in report.topics] == names
    assert [table.subjects for table in report.topics] == [4, 2, 3, 3]
    assert [table.off_topic for table in report.topics] == [2, 2, 0, 4]
    for table in report.topics:
        methods = [line.method for line in table.lines]
        assert methods[:4] == [
            *(f"product, {name}" for name in quality.GRANULARITIES),
            f"KMeans, told {table.subjects}",
        ]
        for line in table.lines[:3]:
            assert line.groups >= 1
            assert line.pairs is None or 0.0 <= line.pairs <= 1.0
            assert line.stayed is not None
            assert (line.recall is None) == (table.off_topic == 0)
        assert table.lines[3].stayed is None  # KMeans has no identity


def test_the_same_run_gives_the_same_figures_but_for_the_seconds(report: Report, tmp_path: Path) -> None:
    again = quality.evaluate(
        Settings(), data=write_benchmark(tmp_path), public=tmp_path, only="search", embedder=WordsEmbedder()
    )
    assert again.search == report.search[:1]
    assert again.topics == ()


def test_a_report_is_json(report: Report) -> None:
    document = json.loads(record.dump(report))
    assert document["search"][0]["lines"][0]["ndcg"].keys() == {"value", "low", "high"}


def test_what_is_missing_is_said_and_the_rest_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quality.baselines, "has_bm25", lambda: False)
    monkeypatch.setattr(quality.baselines, "has_bertopic", lambda: False)
    found = quality.evaluate(
        Settings(), data=write_benchmark(tmp_path), public=tmp_path / "nowhere", embedder=WordsEmbedder()
    )
    said = " ".join(found.notes)
    assert len(found.search) == 1
    for word in ("BANKING77 and CLINC150 were left out", "bm25s is not installed", "BERTopic was left out"):
        assert word in said


def test_only_topics_and_the_half_to_tune_on(tmp_path: Path) -> None:
    lines = [
        {"text": text, "topic": "vans"} for text in ("Vans are late again", "Vans are late", "Cold vans")
    ]
    write_benchmark(tmp_path)
    (tmp_path / "unseen.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    told: list[str] = []
    found = quality.evaluate(
        Settings(),
        data=tmp_path,
        public=tmp_path,
        only="topics",
        half="tune",
        embedder=WordsEmbedder(),
        tell=told.append,
    )
    assert found.search == ()
    names = ["benchmark", "benchmark, tune half", "unseen"]
    assert [table.data for table in found.topics] == names
    assert told == [f"Finding topics: {name}" for name in names]


def test_a_sample_is_no_larger_than_it_was_asked_for(tmp_path: Path) -> None:
    write_benchmark(tmp_path)
    found = quality.evaluate(
        Settings(),
        data=tmp_path,
        public=write_public(tmp_path),
        only="search",
        sample=12,
        embedder=WordsEmbedder(),
    )
    assert [table.texts for table in found.search[1:]] == [12, 12]


def test_a_folder_without_a_benchmark_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"There is no statements\.jsonl in the folder .* --data"):
        quality.evaluate(Settings(), data=tmp_path, embedder=WordsEmbedder())


def test_without_the_project_its_benchmark_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "PROJECT", tmp_path)
    with pytest.raises(NotFoundError, match=r"The benchmark is not there .* --data"):
        quality.evaluate(Settings(), embedder=WordsEmbedder())


def test_each_text_is_embedded_once() -> None:
    embedder = WordsEmbedder()
    read = quality.reader(embedder)
    first = read(["bus", "van", "bus"])
    assert (first[0] == first[2]).all()
    assert (read(["van", "car"])[0] == first[1]).all()
    assert embedder.asked == 3


def test_without_the_adapter_stands_beside_with_it(tmp_path: Path) -> None:
    class Blind(WordsEmbedder):
        """All texts are the same to it."""

        key = "blind"

        def embed(self, texts: Sequence[str]) -> Vectors:
            return super().embed(["the same"] * len(texts))

    found = quality.evaluate(
        Settings(), data=write_benchmark(tmp_path), public=tmp_path, embedder=WordsEmbedder(), plain=Blind()
    )
    lines = {line.method: line.ndcg.value for line in found.search[0].lines}
    assert lines["dense, with the adapter"] > lines["dense, without it"]
    assert found.search[0].best != "dense, without it"
    table = found.topics[0]
    assert table.nearest_plain is not None
    assert table.nearest.value > table.nearest_plain.value


def test_without_an_adapter_nothing_stands_for_it(report: Report) -> None:
    assert all(table.nearest_plain is None for table in report.topics)


@pytest.mark.parametrize("adapted", [True, False])
def test_the_model_of_the_settings_is_measured_and_without_its_adapter(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, adapted: bool
) -> None:
    def find(settings: Embedding) -> Manifest:
        taught = "+field" if adapted and settings.adapter else ""
        return Manifest("m", tmp_path, f"m{taught}", Calibration(), tmp_path if taught else None)

    read = {"m": WordsEmbedder(), "m+field": WordsEmbedder()}

    def embedder(manifest: Manifest, _settings: Embedding) -> WordsEmbedder:
        found = read[manifest.key]
        found.key = manifest.key
        return found

    monkeypatch.setattr(quality, "find_model", find)
    monkeypatch.setattr(quality, "SentenceEmbedder", embedder)
    (tmp_path / "measured.json").write_text('{"figure": 1}', "utf-8")
    found = quality.evaluate(Settings(), data=write_benchmark(tmp_path), public=tmp_path)
    assert found.training == ((("figure", "1"),) if adapted else ())
    assert found.model == ("m+field" if adapted else "m")
    assert bool(read["m+field"].asked) is adapted
    assert (found.topics[0].nearest_plain is not None) is adapted
