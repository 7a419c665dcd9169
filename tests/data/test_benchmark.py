"""The benchmark is whole: labels and judgments lead somewhere, and no text repeats another."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

DATA = Path(__file__).parents[2] / "data"
STYLES = {"plain", "paraphrase", "jargon", "vague", "two-topic", "off-topic", "spanish"}


@cache
def lines(name: str) -> tuple[dict[str, Any], ...]:
    text = (DATA / "benchmark" / name).read_text(encoding="utf-8")
    return tuple(json.loads(line) for line in text.splitlines())


def grams(text: str, size: int = 5) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}


def test_statements_are_labelled_and_spread() -> None:
    statements = lines("statements.jsonl")
    assert len({each["id"] for each in statements}) == len(statements) >= 300
    assert {each["style"] for each in statements} == STYLES
    assert {each["kind"] for each in statements} == {"challenge", "practice"}
    topics = Counter(each["topic"] for each in statements if each["topic"])
    assert len(topics) >= 20
    assert min(topics.values()) >= 10
    for each in statements:
        assert (each["style"] == "off-topic") == (each["topic"] == "")
        assert bool(each["second"]) == (each["style"] == "two-topic")
        assert not each["second"] or each["second"] in topics


def test_no_text_shares_a_phrase_with_another_or_with_the_example() -> None:
    seen: dict[tuple[str, ...], str] = {}
    for each in lines("statements.jsonl"):
        for gram in grams(each["text"]):
            assert seen.setdefault(gram, each["id"]) == each["id"]
    book = openpyxl.load_workbook(DATA / "example" / "intake.xlsx")
    rows = book["Form Responses 1"].iter_rows(min_row=4, min_col=7, max_col=8, values_only=True)
    example = {gram for row in rows for text in row if text for gram in grams(str(text))}
    assert example
    assert not example & set(seen)


def test_judgments_lead_to_statements_of_the_kind_that_is_sought() -> None:
    kind = {each["id"]: each["kind"] for each in lines("statements.jsonl")}
    queries = lines("queries.jsonl")
    assert len({each["query"] for each in queries}) == len(queries) >= 50
    for each in queries:
        assert set(each["judgments"].values()) <= {1, 2}
        assert set(each["judgments"]) <= set(kind)
        assert (each["kind"] == "no-answer") == (not each["judgments"])
        if each["seeks"] == "practice":
            assert {kind[one] for one in each["judgments"]} <= {"practice"}


def test_the_halves_do_not_overlap() -> None:
    splits = Counter(each["split"] for each in lines("queries.jsonl"))
    assert splits["tune"] == splits["report"] == len(lines("queries.jsonl")) // 2
    halves = json.loads((DATA / "benchmark" / "split.json").read_text(encoding="utf-8"))
    assert not set(halves["tune"]) & set(halves["report"])
    assert set(halves["tune"]) | set(halves["report"]) == {each["id"] for each in lines("statements.jsonl")}
    topic = {each["id"]: each["topic"] for each in lines("statements.jsonl")}
    tuned, reported = ({topic[one] for one in halves[half]} - {""} for half in ("tune", "report"))
    assert not tuned & reported
