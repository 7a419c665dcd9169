"""Runs, topics, vectors, mappings and the log of imports, on every database alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from build_store import EDITS, FALL, SPRING, TOPIC_RUN, TOPICS, add_topics_run, filled
from matcher import record
from matcher.errors import InputError, NotFoundError
from matcher.optimize import Limits
from matcher.store import Decisions, Origin, RunKind, Store, Way, Writing
from matcher.store.migrations.versions import matcher_0003
from matcher.topics import Happening, Lineage, TopicRun

PROBLEM, SOLUTION = '{"members": ["é"]}', '{"pairs": []}'


def _add_pairs_run(writing: Writing) -> int:
    return writing.add_run(
        RunKind.PAIRS,
        term=FALL.name,
        seed=7,
        versions='{"ortools": "9.15"}',
        problem=PROBLEM,
        solution=SOLUTION,
        status="optimal",
        seconds=1.25,
        objective=2**40,
        bound=2**62,
    )


def test_where_a_run_comes_from_is_read_back_whole(store: Store) -> None:
    filled(store)
    decisions = Decisions(pins=(("m-1", "m-2"),), without=("m-3",))
    origin = Origin(Way.REPAIRED, 2, 1, "Ada", "done", "{}", decisions, Limits(1.5, 7, 2))
    with store.write() as writing:
        number = writing.add_run(
            RunKind.PAIRS,
            term=FALL.name,
            seed=7,
            versions="{}",
            problem=PROBLEM,
            solution=SOLUTION,
            status="optimal",
            seconds=0.0,
            origin=origin,
        )
        older = _add_pairs_run(writing)
    with store.read() as reading:
        assert reading.run(number).origin == origin
        assert [run.origin.limits for run in reading.runs()] == [None, Limits(1.5, 7, 2)]
        assert reading.run(older).origin == Origin()


def test_what_was_kept_before_limits_were_is_read_without_them() -> None:
    assert record.load(Origin, matcher_0003.FORMED) == Origin()


def test_topics_are_those_of_the_latest_run(store: Store) -> None:
    filled(store)
    with store.write() as writing:
        first = add_topics_run(writing)
        writing.put_topic_run(TopicRun(TOPICS), first)
    with store.write() as writing:
        assert writing.topics() == TOPICS
        second = add_topics_run(writing)
        assert writing.topics() == ()
        writing.put_topic_run(TopicRun(TOPICS), second)
        writing.put_topic_run(TopicRun(TOPICS[:1]), second)
    with store.read() as reading:
        assert reading.topics() == TOPICS[:1]
        assert reading.topics(before=second) == TOPICS
        assert reading.topics(before=first) == ()
        assert (reading.topics_run(), reading.topics_run(before=second)) == (second, first)
        assert reading.counts()["topic"] == 3


def test_a_run_of_topics_is_read_back_whole(store: Store) -> None:
    filled(store)
    with store.read() as reading:
        assert reading.topic_run() is None
        assert reading.topic_edits() == ()
        assert reading.topic_aside() == {}
    with store.write() as writing:
        number = add_topics_run(writing)
        writing.put_topic_run(TOPIC_RUN, number)
        writing.put_topic_run(TOPIC_RUN, number)
    with store.read() as reading:
        assert reading.topic_run() == TOPIC_RUN
        assert reading.topic_edits() == EDITS
        assert reading.topic_aside() == {"s-2": "off the field"}
        assert reading.topic_run(before=number) is None


def test_what_happened_is_told_run_by_run_with_the_labels_of_its_time(store: Store) -> None:
    filled(store)
    renamed = replace(TOPICS[0], label="Absence")
    shrank = Lineage(Happening.SHRANK, "T02", 3, 2)
    with store.write() as writing:
        for run in (
            TopicRun(TOPICS),
            TopicRun(TOPICS, lineage=TOPIC_RUN.lineage),
            TopicRun((renamed,), lineage=(shrank,)),
        ):
            writing.put_topic_run(run, add_topics_run(writing))
    with store.read() as reading:
        latest, earlier = reading.topic_changes()
    assert (latest.run_id, latest.status, latest.lineage) == (3, "done", (shrank,))
    assert latest.labels == {"T02": "Absence"}
    assert (earlier.run_id, earlier.lineage) == (2, TOPIC_RUN.lineage)
    assert earlier.labels == {"T01": "Families", "T02": "Attendance"}  # T03 was never kept
    assert earlier.created.tzinfo is UTC


def test_the_topics_before_the_last_statements_came_in(store: Store) -> None:
    filled(store)
    runs = (TopicRun(TOPICS[1:]), TopicRun(TOPICS[:1]), TopicRun(TOPICS), TopicRun(TOPICS[::-1]))
    with store.write() as writing:
        assert writing.topics_before_the_last_came_in() == ()
        for run in runs:
            writing.put_topic_run(run, add_topics_run(writing))
        assert writing.topics_before_the_last_came_in() == TOPICS[:1]
        writing.put_topic_run(TopicRun(TOPICS[1:]), add_topics_run(writing))
        assert writing.topics_before_the_last_came_in() == ()


def test_the_run_before_the_last_edit(store: Store) -> None:
    filled(store)
    found, edited = TopicRun(TOPICS), TopicRun(TOPICS[::-1], edits=EDITS[:1])
    with store.write() as writing:
        assert writing.topic_run_before_last_edit() is None
        writing.put_topic_run(found, add_topics_run(writing))
        assert writing.topic_run_before_last_edit() is None  # no edit yet
        writing.put_topic_run(edited, add_topics_run(writing))
        before = writing.topic_run_before_last_edit()
        assert before is not None
        assert before.topics == TOPICS
        assert before.edits == EDITS[:1]
        writing.put_topic_run(edited, add_topics_run(writing))
        assert writing.topic_run_before_last_edit() is None  # topics were found again since


def test_topics_need_a_run_of_topics(store: Store) -> None:
    filled(store)
    with pytest.raises(NotFoundError, match="no run 3"), store.write() as writing:
        writing.put_topic_run(TopicRun(TOPICS), 3)
    with store.write() as writing:
        number = _add_pairs_run(writing)
    with pytest.raises(ValueError, match="not one of topics"), store.write() as writing:
        writing.put_topic_run(TopicRun(TOPICS), number)


def test_a_run_is_kept_whole_and_found_again(store: Store) -> None:
    filled(store)
    before = datetime.now(UTC)
    with store.write() as writing:
        topics_run = add_topics_run(writing)
        number = _add_pairs_run(writing)
    with store.read() as reading:
        run = reading.run(number)
        assert before <= run.created <= datetime.now(UTC)
        assert (run.kind, run.term, run.seed, run.versions) == (
            RunKind.PAIRS,
            FALL.name,
            7,
            '{"ortools": "9.15"}',
        )
        assert (run.problem, run.solution, run.input_hash) == (PROBLEM, SOLUTION, record.digest(PROBLEM))
        assert (run.status, run.seconds, run.objective, run.bound) == ("optimal", 1.25, 2**40, 2**62)
        assert reading.latest_run(RunKind.PAIRS, FALL.name) == reading.latest_run(RunKind.PAIRS) == run
        assert reading.latest_run(RunKind.PAIRS, SPRING.name) is None
        assert reading.latest_run(RunKind.COHORTS) is None
        assert [summary.id for summary in reading.runs()] == [number, topics_run]
        assert reading.runs()[1].objective is None
        with pytest.raises(NotFoundError, match=f"The latest is {number}"):
            reading.run(number + 1)


def test_a_run_needs_its_term(store: Store) -> None:
    with pytest.raises(InputError, match=r"1 of 'term' \(Fall 2025\)"), store.write() as writing:
        _add_pairs_run(writing)


def test_vectors_are_kept_by_model_and_text(store: Store) -> None:
    random = np.random.default_rng(1)
    given = {f"hash-{i:04}": random.standard_normal(8).astype(np.float32) for i in range(1200)}
    with store.write() as writing:
        assert writing.put_vectors("small", given) == 1200
        assert writing.put_vectors("small", given) == 0
        assert writing.put_vectors("large", {"hash-0000": np.arange(3.0)}) == 1
    with store.read() as reading:
        found = reading.vectors("small", [*given, "hash-unknown"])
        assert found.keys() == given.keys()
        assert all(np.array_equal(found[key], given[key]) for key in given)
        assert {v.dtype for v in found.values()} == {np.dtype(np.float32)}
        assert reading.vectors("large", given)["hash-0000"].tolist() == [0.0, 1.0, 2.0]


def test_a_matrix_is_no_vector(store: Store) -> None:
    with pytest.raises(ValueError, match="one axis, not 2"), store.write() as writing:
        writing.put_vectors("small", {"h": np.zeros((2, 2))})


def test_a_mapping_is_remembered_and_replaced(store: Store) -> None:
    with store.write() as writing:
        assert writing.remember_mapping("h1", "text = 'A'") == 1
        assert writing.remember_mapping("h1", "text = 'A'") == 0
        assert writing.remember_mapping("h1", "text = 'B'") == 1
    with store.read() as reading:
        assert reading.mappings() == {"h1": "text = 'B'"}


def test_imports_are_logged(store: Store) -> None:
    before = datetime.now(UTC)
    with store.write() as writing:
        writing.log_import("a.xlsx", "ab" * 32, {"new": 3, "refused": 1})
        writing.log_import("b.csv", "cd" * 32, {})
    with store.read() as reading:
        later, first = reading.imports()
    assert (first.file_name, first.sha256, first.counts) == ("a.xlsx", "ab" * 32, {"new": 3, "refused": 1})
    assert later.file_name == "b.csv"
    assert before <= first.imported <= later.imported <= datetime.now(UTC)
