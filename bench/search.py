"""How well a question finds the statements that answer it, on the authored benchmark.

nDCG@10 with graded judgments (gain 2^grade - 1; Järvelin and Kekäläinen 2002) and recall@10, over the
statements themselves, for the part of the queries that is only ever reported and the part to tune on.
Beside the product's vectors stands word overlap (TF-IDF, scikit-learn). Queries without a good answer
have no figure here. Run: python bench/search.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from matcher.config import Embedding
from matcher.embed import SentenceEmbedder, find_model

BENCHMARK = Path(__file__).parent.parent / "data" / "benchmark"
TOP = 10


def lines(name: str) -> list[dict[str, Any]]:
    text = (BENCHMARK / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def ndcg(ranked: list[str], grades: dict[str, int]) -> float:
    """Discounted gain of the first ten over the best that any order has; 1 is perfect."""
    discount = 1.0 / np.log2(np.arange(2, TOP + 2))
    gains = np.array([2.0 ** grades.get(one, 0) - 1.0 for one in ranked[:TOP]])
    best = np.sort([2.0**grade - 1.0 for grade in grades.values()])[::-1][:TOP]
    return float(gains @ discount[: len(gains)] / (best @ discount[: len(best)]))


def recall(ranked: list[str], grades: dict[str, int]) -> float:
    """Share of the relevant statements, or of ten of them, among the first ten."""
    return sum(one in grades for one in ranked[:TOP]) / min(TOP, len(grades))


def main() -> None:
    statements, queries = lines("statements.jsonl"), lines("queries.jsonl")
    queries = [query for query in queries if query["judgments"]]
    texts, asked = [each["text"] for each in statements], [each["query"] for each in queries]
    settings = Embedding()
    embedder = SentenceEmbedder(find_model(settings), settings)
    words = TfidfVectorizer(sublinear_tf=True).fit(texts)
    scores = {
        "product": embedder.embed(asked) @ embedder.embed(texts).T,
        "word overlap": (words.transform(asked) @ words.transform(texts).T).toarray(),
    }
    print(f"{'ranked by':<14}{'queries':<9}{'n':>4}{'nDCG@10':>9}{'recall@10':>11}")
    for name, score in scores.items():
        for split in ("report", "tune"):
            found = []
            for row, query in zip(score, queries, strict=True):
                if query["split"] != split:
                    continue
                order = [
                    i
                    for i in np.argsort(-row, kind="stable").tolist()
                    if query["seeks"] != "practice" or statements[i]["kind"] == "practice"
                ]
                ranked = [statements[i]["id"] for i in order]
                found.append((ndcg(ranked, query["judgments"]), recall(ranked, query["judgments"])))
            gain, share = np.mean(found, axis=0)
            print(f"{name:<14}{split:<9}{len(found):>4}{gain:>9.3f}{share:>11.3f}")


if __name__ == "__main__":
    main()
