"""Labelled texts to measure with: the project's benchmark, and public sets where they lie beside it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matcher.errors import InputError, NotFoundError, Place
from matcher.evaluate.retrieval import Asked, Question

STATEMENTS, QUERIES, SPLIT, UNSEEN = "statements.jsonl", "queries.jsonl", "split.json", "unseen.jsonl"
#: The public sets: what they are called, their file, and the category of texts that are off every topic.
PUBLIC = (("BANKING77", "banking77_test.csv", ""), ("CLINC150", "clinc150_test.csv", "out_of_scope"))
SEED = 0


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts and what each is about; empty is about nothing: off every topic."""

    name: str
    texts: tuple[str, ...]
    about: tuple[str, ...]


def benchmark_texts(folder: Path) -> Labelled:
    """All statements of a benchmark. Raises as :func:`benchmark_queries`."""
    rows = list(_lines(folder / STATEMENTS, ("text", "topic")))
    return _labelled("benchmark", [(row["text"], row["topic"]) for row in rows], STATEMENTS)


def benchmark_half(folder: Path, half: str) -> Labelled:
    """The statements of one half, tune or report. Raises as :func:`benchmark_queries`."""
    ids = _json(folder / SPLIT).get(half, [])
    if not (isinstance(ids, list) and all(isinstance(one, str) for one in ids)):
        raise InputError(
            f"'{half}' is not a list of ids.", cure=f"List ids of {STATEMENTS}.", place=Place(file=SPLIT)
        )
    chosen = set(ids)
    rows = [row for row in _lines(folder / STATEMENTS, ("id", "text", "topic")) if row["id"] in chosen]
    return _labelled(f"benchmark, {half} half", [(row["text"], row["topic"]) for row in rows], SPLIT)


def unseen_texts(folder: Path) -> Labelled | None:
    """The set that nothing was tuned on, where there is one."""
    path = folder / UNSEEN
    if not path.is_file():
        return None
    return _labelled(
        "unseen", [(row["text"], row["topic"]) for row in _lines(path, ("text", "topic"))], UNSEEN
    )


def benchmark_queries(folder: Path, half: str) -> Asked:
    """The statements and the questions of one half, tune or report.

    Raises NotFoundError where a file is missing, InputError that names file and line where one is not
    as data/README.md says.
    """
    statements = list(_lines(folder / STATEMENTS, ("id", "text", "kind")))
    row_of = {each["id"]: row for row, each in enumerate(statements)}
    questions = []
    for line, each in enumerate(_lines(folder / QUERIES, ("query", "seeks", "split", "judgments")), start=1):
        judgments = _judgments(each["judgments"], Place(file=QUERIES, row=line))
        unknown = [one for one in judgments if one not in row_of]
        if unknown:
            raise InputError(
                f"It judges a statement '{unknown[0]}' that there is not.",
                cure=f"Judge statements of {STATEMENTS} only.",
                place=Place(file=QUERIES, row=line),
            )
        if each["split"] == half:
            # A grade of 0 says that it is no answer, as do statements without a judgment.
            grades = {row_of[one]: grade for one, grade in judgments.items() if grade > 0}
            questions.append(Question(each["query"], grades, practices=each["seeks"] == "practice"))
    if not any(question.grades for question in questions):
        raise InputError(
            f"No question of the half '{half}' has an answer.",
            cure="Give the questions a split, tune or report, and judgments.",
            place=Place(file=QUERIES),
        )
    return Asked(
        f"benchmark, {half} half",
        tuple(each["text"] for each in statements),
        tuple(each["kind"] == "practice" for each in statements),
        tuple(questions),
    )


def _judgments(found: object, place: Place) -> dict[str, int]:
    """The grade of each statement's id. A boolean is no grade, though Python counts with it."""
    if not isinstance(found, dict) or any(type(grade) is not int for grade in found.values()):
        raise InputError(
            "Its judgments are not ids with grades.",
            cure='Write {"a014": 2, "a022": 1}, or {} where nothing answers it.',
            place=place,
        )
    return found


def public_sets(folder: Path) -> tuple[Labelled, ...]:
    """The public sets that are in a folder, none where there is none.

    Raises InputError where a file lacks a column or labels, or a row is too short.
    """
    found = []
    for name, file, off in PUBLIC:
        path = folder / file
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as opened:
            rows = csv.DictReader(opened)
            if not {"text", "category"} <= set(rows.fieldnames or ()):
                raise InputError(
                    "It has no columns 'text' and 'category'.",
                    cure="Its first line is text,category.",
                    place=Place(file=file),
                )
            read = []
            for row in rows:
                if row["text"] is None or row["category"] is None:
                    raise InputError(
                        "The row is too short.",
                        cure="Every row needs a text and a category.",
                        place=Place(file=file, row=rows.line_num),
                    )
                read.append((row["text"], "" if row["category"] == off else row["category"]))
        found.append(_labelled(name, read, file))
    return tuple(found)


def _labelled(name: str, rows: Sequence[tuple[str, str]], file: str) -> Labelled:
    about = [subject for _, subject in rows if subject]
    if len(set(about)) == len(about):
        raise InputError(
            f"No two texts of the {name} are on the same subject.",
            cure="There is nothing to measure without some: data/README.md says what a benchmark holds.",
            place=Place(file=file),
        )
    return Labelled(name, tuple(text for text, _ in rows), tuple(subject for _, subject in rows))


def sample(given: Labelled, size: int | None) -> Labelled:
    """All texts on some of the subjects, drawn with a seed: as many as come to ``size`` texts at most,
    but two at least, and the same share of the texts about nothing. All of them where ``size`` is None.

    A subject is taken whole: with some of its texts only, it would be a harder one.
    """
    if size is None or size >= len(given.texts):
        return given
    of: dict[str, list[int]] = {}
    for row, about in enumerate(given.about):
        of.setdefault(about, []).append(row)
    off = of.pop("", [])
    share = size / len(given.texts)
    rows, names = [off[i] for i in _drawn(len(off), int(share * len(off)))], sorted(of)
    for number, place in enumerate(np.random.default_rng(SEED).permutation(len(names)).tolist()):
        if number >= 2 and len(rows) + len(of[names[place]]) > size:
            break
        rows += of[names[place]]
    rows.sort()
    return Labelled(
        given.name, tuple(given.texts[row] for row in rows), tuple(given.about[row] for row in rows)
    )


def leave_one_out(given: Labelled, size: int) -> Asked:
    """Up to ``size`` texts as questions, which the other texts on the same subject answer (grade 1).

    As many again of those that are about nothing, where there are any, are questions without an
    answer. Texts about nothing are no answers; nor has a text alone on its subject one.
    """
    rows = [row for row, about in enumerate(given.about) if about]
    about = [given.about[row] for row in rows]
    of: dict[str, list[int]] = {}
    for place, name in enumerate(about):
        of.setdefault(name, []).append(place)
    able = [place for place, name in enumerate(about) if len(of[name]) > 1]
    questions = [
        Question(
            given.texts[rows[place]], {other: 1 for other in of[about[place]] if other != place}, row=place
        )
        for place in (able[i] for i in _drawn(len(able), size))
    ]
    off = [row for row, name in enumerate(given.about) if not name]
    questions += [Question(given.texts[off[i]], {}) for i in _drawn(len(off), size)]
    return Asked(given.name, tuple(given.texts[row] for row in rows), (False,) * len(rows), tuple(questions))


def _drawn(n: int, size: int) -> Sequence[int]:
    chosen = np.random.default_rng(SEED).permutation(n)[:size]
    found: list[int] = np.sort(chosen).tolist()
    return found


def _lines(path: Path, needed: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_text(path).splitlines(), start=1):
        place = Place(file=path.name, row=number)
        try:
            row = json.loads(line)
        except ValueError:
            raise InputError("It is not JSON.", cure="Write one object a line.", place=place) from None
        lacking = [name for name in needed if not isinstance(row, dict) or name not in row]
        if lacking:
            raise InputError(
                f"It has no '{lacking[0]}'.", cure=f"Every line needs {', '.join(needed)}.", place=place
            )
        wrong = [name for name in needed if name != "judgments" and not isinstance(row[name], str)]
        if wrong:
            raise InputError(f"Its '{wrong[0]}' is no text.", cure="Write it in quotes.", place=place)
        yield row


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(_text(path))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InputError(
            "It is not a JSON object.", cure="data/README.md says what it holds.", place=Place(file=path.name)
        )
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise NotFoundError(
            f"There is no {path.name} in the folder '{path.parent}'.",
            cure="Name a folder with a benchmark by --data; data/README.md says what it holds.",
        ) from None
    except UnicodeDecodeError:
        raise InputError("It is not UTF-8.", cure="Save it as UTF-8.", place=Place(file=path.name)) from None
