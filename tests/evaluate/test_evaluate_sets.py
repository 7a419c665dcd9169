"""Labelled texts are read as they are described, sampled alike each time, and errors name the cause."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from build_benchmark import write_benchmark, write_public
from matcher.errors import InputError, NotFoundError
from matcher.evaluate.sets import (
    Labelled,
    benchmark_half,
    benchmark_queries,
    benchmark_texts,
    leave_one_out,
    public_sets,
    sample,
    unseen_texts,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_benchmark(tmp_path)


def change(path: Path, line: int, **values: object) -> None:
    rows = path.read_text("utf-8").splitlines()
    rows[line] = json.dumps(json.loads(rows[line]) | values)
    path.write_text("\n".join(rows), "utf-8")


def test_a_benchmark_is_read(folder: Path) -> None:
    texts = benchmark_texts(folder)
    assert len(texts.texts) == len(texts.about) == 26
    assert Counter(texts.about)[""] == 2
    half = benchmark_half(folder, "report")
    assert set(half.texts) < set(texts.texts)
    assert "report" in half.name
    asked = benchmark_queries(folder, "report")
    assert [question.text for question in asked.questions] == ["buses", "reading practice", "moon landing"]
    assert [question.practices for question in asked.questions] == [False, True, False]
    assert [bool(question.grades) for question in asked.questions] == [True, True, False]
    for question in asked.questions:
        for row, grade in question.grades.items():
            assert grade in (1, 2)
            assert asked.practice[row] or not question.practices
    assert [question.text for question in benchmark_queries(folder, "tune").questions] == ["letters"]


def test_a_set_that_nothing_was_tuned_on_is_read_where_there_is_one(folder: Path) -> None:
    assert unseen_texts(folder) is None
    lines = [{"text": text, "topic": "vans"} for text in ("Vans are late", "Vans are cold")]
    (folder / "unseen.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    assert unseen_texts(folder) == Labelled("unseen", ("Vans are late", "Vans are cold"), ("vans", "vans"))


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "queries.jsonl").unlink()
    with pytest.raises(NotFoundError, match=r"There is no queries\.jsonl in the folder .* --data"):
        benchmark_queries(folder, "report")


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("statements.jsonl", "{", r"statements\.jsonl, row 1: It is not JSON"),
        ("statements.jsonl", "[]", r"row 1: It has no 'id'.*Every line needs id, text, kind"),
        ("queries.jsonl", '{"query": "q"}', r"queries\.jsonl, row 1: It has no 'seeks'"),
        ("queries.jsonl", "", r"queries\.jsonl: No question of the half 'report' has an answer"),
    ],
)
def test_what_cannot_be_read_is_named(folder: Path, file: str, text: str, message: str) -> None:
    (folder / file).write_text(text, "utf-8")
    with pytest.raises(InputError, match=message):
        benchmark_queries(folder, "report")


def test_bytes_that_are_not_utf_8_are_named(folder: Path) -> None:
    (folder / "statements.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=r"statements\.jsonl: It is not UTF-8"):
        benchmark_texts(folder)


def test_a_judgment_of_no_statement_is_named(folder: Path) -> None:
    change(folder / "queries.jsonl", 1, judgments={"x9": 2})
    with pytest.raises(InputError, match=r"queries\.jsonl, row 2: It judges a statement 'x9'"):
        benchmark_queries(folder, "report")


@pytest.mark.parametrize("judgments", [None, [], {"b1": "two"}, {"b1": None}, {"b1": True}, {"b1": 1.5}])
def test_judgments_that_are_no_grades_are_named(folder: Path, judgments: object) -> None:
    change(folder / "queries.jsonl", 1, judgments=judgments)
    with pytest.raises(InputError, match=r"queries\.jsonl, row 2: Its judgments are not ids with grades"):
        benchmark_queries(folder, "report")


def test_a_grade_of_nothing_is_no_answer(folder: Path) -> None:
    change(folder / "queries.jsonl", 1, judgments={"b1": 2, "b2": 0, "b3": -1})
    change(folder / "queries.jsonl", 2, judgments={"r4": 0})
    asked = benchmark_queries(folder, "report")
    assert [list(question.grades.values()) for question in asked.questions] == [[2], [], []]


@pytest.mark.parametrize("name", ["id", "text", "kind"])
def test_a_value_that_is_no_text_is_named(folder: Path, name: str) -> None:
    change(folder / "statements.jsonl", 2, **{name: [1]})
    with pytest.raises(InputError, match=rf"statements\.jsonl, row 3: Its '{name}' is no text"):
        benchmark_queries(folder, "report")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"report": null}', "'report' is not a list of ids"),
        ('{"report": [["b1"]]}', "'report' is not a list of ids"),
        ("[1]", "It is not a JSON object"),
        ("{", "It is not a JSON object"),
        ("{}", "No two texts of the benchmark, report half are on the same subject"),
    ],
)
def test_a_split_that_cannot_be_used_is_named(folder: Path, text: str, message: str) -> None:
    (folder / "split.json").write_text(text, "utf-8")
    with pytest.raises(InputError, match=rf"split\.json: {message}"):
        benchmark_half(folder, "report")


def test_public_sets_are_read_where_they_are(tmp_path: Path) -> None:
    assert public_sets(tmp_path / "nowhere") == ()
    banking, clinc = public_sets(write_public(tmp_path))
    assert (banking.name, clinc.name) == ("BANKING77", "CLINC150")
    assert "" not in banking.about
    assert Counter(clinc.about)[""] == 4  # out_of_scope
    (tmp_path / "banking77_test.csv").write_text("text,intent\na,b\n", "utf-8")
    with pytest.raises(InputError, match=r"banking77_test\.csv: It has no columns 'text' and 'category'"):
        public_sets(tmp_path)


@pytest.mark.parametrize("lines", ["category,text\na,x\na,y\na\n", "text,category\nx,a\ny,a\nz\n"])
def test_a_short_row_of_a_public_set_is_named(tmp_path: Path, lines: str) -> None:
    (tmp_path / "banking77_test.csv").write_text(lines, "utf-8")
    with pytest.raises(InputError, match=r"banking77_test\.csv, row 4: The row is too short"):
        public_sets(tmp_path)


def test_a_set_in_which_nothing_belongs_together_is_named(tmp_path: Path) -> None:
    (tmp_path / "clinc150_test.csv").write_text("text,category\na,b\nc,d\ne,out_of_scope\nf,out_of_scope\n")
    with pytest.raises(InputError, match=r"clinc150_test\.csv: No two texts of the CLINC150"):
        public_sets(tmp_path)


def test_a_sample_takes_whole_subjects_in_their_order_and_its_share_of_the_rest() -> None:
    given = Labelled(
        "t", tuple(f"text {i}" for i in range(120)), tuple(["", *"abcdefghijk"][i % 12] for i in range(120))
    )
    found = sample(given, 60)
    assert found == sample(given, 60)
    sizes = Counter(found.about)
    assert sizes.pop("") == 5
    assert set(sizes.values()) == {10}
    assert 45 <= sum(sizes.values()) <= 55
    rows = [given.texts.index(text) for text in found.texts]
    assert rows == sorted(rows)
    assert [given.about[row] for row in rows] == list(found.about)
    assert sample(given, None) is sample(given, 120) is given
    assert len(set(sample(given, 3).about) - {""}) == 2  # one subject alone measures nothing


def test_each_question_is_a_text_that_the_others_on_its_subject_answer() -> None:
    about = ("a", "a", "", "b", "a", "c", "b", "")
    given = Labelled("t", tuple(f"text {i}" for i in range(8)), about)
    asked = leave_one_out(given, 10)
    assert asked.texts == ("text 0", "text 1", "text 3", "text 4", "text 5", "text 6")
    answers = {question.text: set(question.grades) for question in asked.questions}
    assert answers == {
        "text 0": {1, 3},
        "text 1": {0, 3},
        "text 3": {5},
        "text 4": {0, 1},
        "text 6": {2},
        "text 2": set(),
        "text 7": set(),
    }
    for question in asked.questions:
        assert question.row is None or asked.texts[question.row] == question.text
        assert (question.row is None) == (not question.grades)
    assert len(leave_one_out(given, 2).questions) == 4
