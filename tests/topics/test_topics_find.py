"""From statements to a run, without a run before."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build_topics import FILLERS, SUBJECTS, TAXONOMY, grouped, known_of, planted, statements, unit
from matcher.config import Topics
from matcher.domain import NamedBy
from matcher.errors import InputError
from matcher.record import digest, dump, load
from matcher.topics import EditKind, TopicEdit, TopicRun, find_topics
from matcher.topics.graph import nearest
from matcher.topics.grouping import LEAST_SIZE
from matcher.topics.off_topic import ELSEWHERE, REASON_ELSEWHERE, REASON_FAR, off_topic


@pytest.mark.parametrize("n", [0, 1, 2, 3, 20, 40, 60])
@pytest.mark.parametrize("width", [1, 30])
def test_every_statement_is_in_one_topic(n: int, width: int) -> None:
    vectors = unit(np.random.default_rng(n).normal(size=(n, width)))
    given_texts = statements([f"text about {SUBJECTS[i % 6]} {i}" for i in range(n)])
    run = find_topics(given_texts, vectors, Topics())
    assert sorted(one for topic in run.topics for one in topic.statement_ids) == sorted(
        s.id for s in given_texts
    )
    assert [topic.id for topic in run.topics] == [f"T{i + 1:02d}" for i in range(len(run.topics))]
    assert run.minted == len(run.topics)
    assert run.aside == ()
    assert len({topic.label for topic in run.topics}) == len(run.topics)
    assert len({topic.colour for topic in run.topics}) == len(run.topics)
    sizes = [len(topic.statement_ids) for topic in run.topics]
    assert sizes == sorted(sizes, reverse=True)
    assert load(TopicRun, dump(run)) == run


@pytest.mark.parametrize("row", [[0.0, 0.0], [1.0, 0.0]])
def test_vectors_that_say_nothing_make_one_topic(row: list[float]) -> None:
    given_texts = statements([f"{word} ride" for word in FILLERS])
    (found,) = find_topics(given_texts, unit([row] * 8), Topics()).topics
    assert len(found.statement_ids) == 8


@pytest.mark.parametrize(("clusters", "each"), [(4, 5), (5, 8), (6, 10), (6, 12), (12, 16)])
def test_planted_clusters_are_found_at_every_size(clusters: int, each: int) -> None:
    given_texts, vectors = planted(clusters, each)
    found = find_topics(given_texts, vectors, Topics()).topics
    n = clusters * each
    assert grouped(found) == {frozenset(f"s{i}" for i in range(c, n, clusters)) for c in range(clusters)}


def test_finer_means_more_topics() -> None:
    given_texts, vectors = planted(12, 16, noise=1.5, seed=3)
    counts = [
        len(find_topics(given_texts, vectors, Topics(name)).topics) for name in ("broad", "normal", "fine")
    ]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_no_topic_of_fewer_than_the_least() -> None:
    given_texts, vectors = planted(9, 7, noise=5.0)
    sizes = [len(each.statement_ids) for each in find_topics(given_texts, vectors, Topics("fine")).topics]
    assert len(sizes) > 3
    assert min(sizes) >= LEAST_SIZE


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["broad", "normal", "fine"]))
def test_the_same_text_is_always_together(seed: int, granularity: str) -> None:
    rng = np.random.default_rng(seed)
    which = rng.integers(0, 15, size=40)
    distinct = unit(rng.normal(size=(15, 6)))
    marks = rng.choice(["", "!", " ", "?"], size=40)
    texts = statements([f"Text {w}{mark}" for w, mark in zip(which, marks, strict=True)])
    topic_of = find_topics(texts, distinct[which], Topics(granularity)).topic_of()
    homes = {(w, topic_of[f"s{i}"]) for i, w in enumerate(which.tolist())}
    assert len(homes) == len(set(which.tolist()))


def test_what_the_import_set_aside_takes_no_part() -> None:
    given_texts, vectors = planted(3, 10)
    aside = [replace(s, set_aside="n/a") if i % 5 == 0 else s for i, s in enumerate(given_texts)]
    active = [i for i, s in enumerate(aside) if not s.set_aside]
    found = find_topics(aside, vectors, Topics())
    assert found == find_topics([aside[i] for i in active], vectors[active], Topics())
    assert find_topics([replace(s, set_aside="n/a") for s in given_texts], vectors, Topics()) == TopicRun()


def test_examples_are_central_and_differ() -> None:
    """The most central first; its near double "g h" is passed over for one that says something else."""
    vectors = unit([[1, 0.5], [1, -0.45], [1, 0.0], [1, -0.02], [1, 0.4], [1, 0.9]])
    texts = statements(["a b", "c d", "e f", "g h", "i j", "k l"])
    (found,) = find_topics(texts, vectors, Topics()).topics
    assert found.examples[0] in ("s2", "s3", "s4")
    assert len({"s2", "s3"} & set(found.examples)) <= 1
    assert len(found.examples) == 3 or len(set(found.examples)) == len(found.examples)


def test_a_confidential_text_takes_part_and_is_quoted_nowhere() -> None:
    """Two of three say "audit", in confidence: the words come from the third alone, or there are none."""
    texts = statements(["audit findings embezzlement", "audit findings again", "findings of a review"])
    vectors = unit(np.ones((3, 4)))
    hidden = [replace(each, confidential=i < 2) for i, each in enumerate(texts)]
    (open_topic,) = find_topics(texts, vectors, Topics()).topics
    assert "audit" in " ".join(open_topic.keywords)
    (topic,) = find_topics(hidden, vectors, Topics()).topics
    assert topic.statement_ids == open_topic.statement_ids
    assert "audit" not in " ".join((topic.label, *topic.keywords)).lower()
    assert topic.examples == ("s2",)
    (silent,) = find_topics([replace(each, confidential=True) for each in hidden], vectors, Topics()).topics
    assert (silent.label, silent.keywords, silent.examples, silent.area) == ("Topic 1", (), (), "")


def test_an_area_is_not_told_of_confidential_texts() -> None:
    known = known_of(TAXONOMY, {"attendance": [1, 0], "reading": [0, 1]}, [-1, -1])
    texts = statements(["one thing", "other thing", "third thing"])
    vectors = unit([[1, 0.1], [1, 0.2], [1, 0.3]])
    (told,) = find_topics(texts, vectors, Topics(), taxonomy=TAXONOMY, known=known).topics
    assert (told.label, told.area, told.named_by) == (
        "Chronic absence and attendance",
        "attendance",
        NamedBy.AREA,
    )
    assert told.share == 1.0
    hidden = [replace(each, confidential=True) for each in texts]
    (silent,) = find_topics(hidden, vectors, Topics(), taxonomy=TAXONOMY, known=known).topics
    assert (silent.label, silent.area) == ("Topic 1", "")


class TestOffTopic:
    def test_nearer_to_what_is_elsewhere_than_to_anything(self) -> None:
        vectors = unit([[1, 0, 0], [1, 0.1, 0], [1, 0.2, 0], [1, 0.3, 0], [0.1, 0, 1]])
        areas, elsewhere = unit([[0, 1, 0]]), unit([[0, 0, 1]])
        found = off_topic(vectors, nearest(vectors, 3), areas, elsewhere)
        assert found == {4: REASON_ELSEWHERE}

    def test_far_from_everything(self) -> None:
        vectors = unit([[1, 0, 0, 0], [1, 0.1, 0, 0], [1, 0.2, 0, 0], [1, 0.3, 0, 0], [0, 0, 0, 1]])
        areas, elsewhere = unit([[0, 1, 0, 0]]), unit([[0, 0, 1, 0]])
        assert off_topic(vectors, nearest(vectors, 3), areas, elsewhere) == {4: REASON_FAR}

    @pytest.mark.parametrize("near_to", ["area", "others"])
    def test_near_to_an_area_or_to_others_it_stays(self, near_to: str) -> None:
        last = [0.0, 1.0, 0.2] if near_to == "area" else [1.0, 0.0, 0.2]
        vectors = unit([[1, 0, 0], [1, 0.1, 0], [1, 0.2, 0], [1, 0.3, 0], last])
        assert off_topic(vectors, nearest(vectors, 3), unit([[0, 1, 0]]), unit([[0, 0, 1]])) == {}

    def test_without_areas_none(self) -> None:
        vectors, none = unit(np.eye(4)), np.zeros((0, 4), np.float32)
        assert off_topic(vectors, nearest(vectors, 3), none, vectors[:1]) == {}

    def test_in_a_run_with_its_copies_and_the_reason(self) -> None:
        known = known_of(TAXONOMY, {"attendance": [1, 0, 0], "reading": [0, 1, 0]}, [0, 0, 1])
        assert digest(ELSEWHERE[0]) in known
        texts = statements(["bus", "ride", "fuel", "Car for sale", "driver", "car for sale!"])
        vectors = unit([[1, 0.1, 0], [1, 0.2, 0], [1, 0.3, 0], [0, 0, 1], [1, 0.4, 0], [0, 0.1, 1]])
        run = find_topics(texts, vectors, Topics(), taxonomy=TAXONOMY, known=known)
        assert run.aside == (("s3", REASON_ELSEWHERE), ("s5", REASON_ELSEWHERE))
        assert sorted(run.topic_of()) == ["s0", "s1", "s2", "s4"]
        alone = find_topics(texts[3:4], vectors[3:4], Topics(), taxonomy=TAXONOMY, known=known)
        assert (alone.topics, len(alone.aside)) == ((), 1)


def test_an_edit_that_is_not_exact_is_refused() -> None:
    texts, vectors = planted(2, 5)
    with pytest.raises(InputError, match=r"rename names no topic\. Make edits exact"):
        find_topics(texts, vectors, Topics(), edits=[TopicEdit(EditKind.RENAME, name="Buses")])


def test_the_same_in_another_process() -> None:
    """With another seed of Python's hashes, and another number of threads."""
    here = Path(__file__)
    code = (
        "from build_topics import planted; from matcher.topics import find_topics; "
        "from matcher.config import Topics; print(find_topics(*planted(4, 60, noise=3.0), Topics()))"
    )
    said = []
    for seed in ("1", "77"):
        paths = os.pathsep.join([str(here.parent), str(here.parents[2])])
        env = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": seed[0]}
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
        )
        said.append(done.stdout)
    assert said[0] == said[1]
    assert said[0].count("Topic(") > 1
