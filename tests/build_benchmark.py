"""A small benchmark and small public sets, with words in place of meaning."""

from __future__ import annotations

import json
from pathlib import Path

SUBJECTS = {
    "buses": "bus drivers",
    "reading": "reading coaches",
    "letters": "attendance letters",
    "math": "math tutors",
}
ENDINGS = ("leave us", "are rare", "cost a lot", "came back", "stay now", "work well")


def write_benchmark(folder: Path) -> Path:
    """Four subjects of six statements, two of them to tune on, and two statements about nothing."""
    rows = [
        {
            "id": f"{topic[0]}{number}",
            "text": f"Our {words} {ending}",
            "kind": "practice" if number > 3 else "challenge",
            "topic": topic,
        }
        for topic, words in SUBJECTS.items()
        for number, ending in enumerate(ENDINGS, start=1)
    ]
    rows += [
        {"id": f"o{number}", "text": text, "kind": "challenge", "topic": ""}
        for number, text in enumerate(("Lunch was nice", "Where can one park"), start=1)
    ]
    queries = [
        {"query": "letters", "seeks": "any", "split": "tune", "judgments": {"l1": 2, "l2": 1}},
        {"query": "buses", "seeks": "any", "split": "report", "judgments": {"b1": 2, "b2": 1}},
        {"query": "reading practice", "seeks": "practice", "split": "report", "judgments": {"r4": 2}},
        {"query": "moon landing", "seeks": "any", "split": "report", "judgments": {}},
    ]
    halves = {
        "tune": [row["id"] for row in rows if row["topic"] in ("letters", "math")],
        "report": [row["id"] for row in rows if row["topic"] not in ("letters", "math")],
    }
    folder.mkdir(exist_ok=True)
    (folder / "statements.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), "utf-8")
    (folder / "split.json").write_text(json.dumps(halves), "utf-8")
    return folder


def write_public(folder: Path) -> Path:
    """Three subjects of six texts in each file, and in the second four texts out of scope."""
    lines = [
        f"My {words} {ending},{topic}" for topic, words in list(SUBJECTS.items())[:3] for ending in ENDINGS
    ]
    off = [f"Sing song number {number},out_of_scope" for number in range(4)]
    (folder / "banking77_test.csv").write_text("\n".join(["text,category", *lines]), "utf-8")
    (folder / "clinc150_test.csv").write_text("\n".join(["text,category", *lines, *off]), "utf-8")
    return folder
