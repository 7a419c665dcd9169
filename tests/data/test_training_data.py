"""The training texts are whole, as many as README.md says, and none is from the benchmark or the example."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from matcher.embed.lessons import REHEARSAL, read_lessons
from matcher.taxonomy import load_taxonomy

DATA = Path(__file__).parents[2] / "data"
STYLES = {"plain", "paraphrase", "jargon", "vague", "contrast", "two-topic", "spanish", "query"}
KINDS = ("challenge", "practice", "query")
NUMBERS = {"sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20}


@cache
def rows(path: Path) -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


@cache
def voices() -> dict[str, tuple[dict[str, Any], ...]]:
    """The rows of each file but the rehearsal."""
    files = sorted((DATA / "training").glob("*.jsonl"))
    return {path.stem: rows(path) for path in files if path.name != REHEARSAL}


def lessons() -> list[dict[str, Any]]:
    return [row for each in voices().values() for row in each]


def grams(text: str) -> set[tuple[str, ...]]:
    """All that is five words in a row."""
    words = re.findall(r"\w+", text.casefold())
    return set(zip(*(words[i:] for i in range(5)), strict=False))


def measuring() -> list[str]:
    """The texts that are measured with: the benchmark's, and the example's answers."""
    texts = [
        row["text"] for name in ("statements", "unseen") for row in rows(DATA / "benchmark" / f"{name}.jsonl")
    ]
    book = openpyxl.load_workbook(DATA / "example" / "intake.xlsx", read_only=True)
    sheet = book["Form Responses 1"].iter_rows(min_row=4, min_col=7, max_col=8, values_only=True)
    return [*texts, *(str(cell) for row in sheet for cell in row if cell)]


def test_every_row_says_what_it_is_about() -> None:
    areas = {area.id for area in load_taxonomy().areas}
    for row in lessons():
        assert row["area"] in areas, row["text"]
        assert row.get("second", "") in {"", *areas} - {row["area"]}, row["text"]
        assert row["kind"] in KINDS, row["text"]
        assert row["style"] in STYLES, row["text"]
        assert (row["kind"] == "query") == (row["style"] == "query"), row["text"]
        assert (row["style"] == "two-topic") <= bool(row.get("second")), row["text"]
        assert row["text"] == row["text"].strip() != ""


def test_the_program_reads_them_all() -> None:
    read = read_lessons(DATA / "training")
    assert [(each.text, each.area) for each in read.lessons] == [
        (row["text"], row["area"]) for row in lessons()
    ]
    assert read.rehearsal == tuple(row["text"] for row in rows(DATA / "training" / REHEARSAL))


def test_enough_of_each_kind_and_as_the_readme_counts_them() -> None:
    told = " ".join((DATA / "README.md").read_text("utf-8").split())
    kinds = Counter(row["kind"] for row in lessons())
    stated = re.search(r"challenge \(([\d,]+)\), practice \(([\d,]+)\) or query \(([\d,]+)\)", told)
    assert stated
    assert stated.groups() == tuple(f"{kinds[kind]:,}" for kind in KINDS)
    statements = kinds["challenge"] + kinds["practice"]
    assert statements >= 2000
    assert kinds["query"] >= max(2000 / 3, 0.2 * statements)
    assert f"{kinds.total():,} texts on the {len({row['area'] for row in lessons()})} areas" in told
    voice = re.search(r"in (\w+) voices, a file a voice", told)
    assert voice
    assert NUMBERS[voice[1]] == len(voices()) >= 8
    rehearsal = rows(DATA / "training" / REHEARSAL)
    assert (
        f"{len(rehearsal):,} texts about anything but schools, in {len({r['group'] for r in rehearsal})}"
        in told
    )


def test_every_area_is_heard_in_many_voices() -> None:
    heard = defaultdict(set)
    for voice, given in voices().items():
        for row in given:
            heard[row["area"]].add(voice)
    assert set(heard) == {area.id for area in load_taxonomy().areas}
    assert {area for area, by in heard.items() if len(by) < 8} == set()


def test_the_readme_names_the_files_of_contrasts_and_paraphrases() -> None:
    told = (DATA / "README.md").read_text("utf-8")
    styles = {voice: Counter(row["style"] for row in given) for voice, given in voices().items()}
    contrast = max(styles, key=lambda voice: styles[voice]["contrast"])
    paraphrase = sorted(styles, key=lambda voice: -styles[voice]["paraphrase"])[:2]
    assert f"`{contrast}.jsonl` has the most contrasts" in told
    assert f"{' and '.join(f'`{voice}.jsonl`' for voice in sorted(paraphrase))} the most paraphrases" in told


def test_no_text_twice() -> None:
    texts = [row["text"] for row in [*lessons(), *rows(DATA / "training" / REHEARSAL)]]
    twice = Counter(" ".join(text.casefold().split()) for text in texts)
    assert [text for text, times in twice.items() if times > 1] == []


def test_no_statement_shares_five_words_in_a_row_with_what_is_measured() -> None:
    kept = {gram for text in measuring() for gram in grams(text)}
    assert len(kept) > 5000
    shared = {row["text"]: kept & grams(row["text"]) for row in lessons() if row["kind"] != "query"}
    assert {text: found for text, found in shared.items() if found} == {}


def test_nobody_can_be_reached_by_them() -> None:
    reach = re.compile(r"[\w.+-]+@[\w-]+\.\w|https?:|www\.|(?<!\d)\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?!\d)")
    given = [*lessons(), *rows(DATA / "training" / REHEARSAL)]
    assert [row["text"] for row in given if reach.search(row["text"])] == []
    for real in ("a@b.org", "(555) 123-4567", "call 555-123-4567", "https://x"):
        assert reach.search(real)
