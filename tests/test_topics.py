"""Neighbours, communities, the words of a topic, and the map."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import topics
from matcher.config import Topics
from matcher.domain import Statement, StatementKind, Topic
from matcher.embed import Vectors
from matcher.stopwords import STOP_WORDS
from matcher.topics import find_topics, keywords, label, layout, nearest

SUBJECTS = ("attendance", "algebra", "preschool", "translation", "busing", "mentoring")
FILLERS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "theta", "kappa")
NEIGHBOURS = 5


def unit(rows: object) -> Vectors:
    found = np.asarray(rows, dtype=np.float64)
    length = np.linalg.norm(found, axis=1, keepdims=True)
    return (found / np.where(length, length, 1.0)).astype(np.float32)


def statements(texts: Sequence[str]) -> list[Statement]:
    return [Statement(f"s{i}", f"m{i}", StatementKind.CHALLENGE, text) for i, text in enumerate(texts)]


def planted(
    clusters: int, each: int, *, noise: float = 0.3, seed: int = 1
) -> tuple[list[Statement], Vectors]:
    """``clusters`` groups of ``each`` statements, one after another in turn, on a subject a group."""
    rng = np.random.default_rng(seed)
    centres = unit(rng.normal(size=(clusters, 32)))
    of = np.arange(clusters * each) % clusters
    vectors = unit(centres[of] + noise * unit(rng.normal(size=(len(of), 32))))
    texts = [f"{SUBJECTS[c % len(SUBJECTS)]} {FILLERS[i % 8]} {i}" for i, c in enumerate(of)]
    return statements(texts), vectors


def grouped(found: Sequence[Topic]) -> set[frozenset[str]]:
    return {frozenset(topic.statement_ids) for topic in found}


class TestNearest:
    @given(
        st.lists(st.lists(st.integers(-1, 1), min_size=4, max_size=4), max_size=24),
        st.integers(0, 30),
        st.integers(1, 9),
    )
    def test_as_by_sorting_everything(self, rows: list[list[int]], k: int, block: int) -> None:
        """Few distinct vectors, so that there are many ties, also for the last place."""
        vectors = unit(np.array(rows, dtype=float).reshape(-1, 4) / 2)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(topics, "BLOCK", block)
            found = nearest(vectors, k)
        exact = topics.on_grid(vectors)
        for i, (index, cosine) in enumerate(zip(found.index, found.cosine, strict=True)):
            values = exact @ exact[i]
            others = sorted((j for j in range(len(rows)) if j != i), key=lambda j: (-values[j], j))[:k]
            assert index.tolist() == others
            assert cosine.tolist() == values[others].tolist()

    def test_shape_is_cut_to_the_others_there_are(self) -> None:
        assert nearest(unit(np.eye(3)), 8).index.shape == (3, 2)
        assert nearest(unit(np.eye(1)), 8).index.shape == (1, 0)
        assert nearest(np.zeros((0, 1), np.float32), 8).index.shape == (0, 0)


class TestFindTopics:
    @pytest.mark.parametrize("n", [0, 1, 2, 3, 20])
    @pytest.mark.parametrize("width", [1, 30])
    def test_every_statement_is_in_one_topic(self, n: int, width: int) -> None:
        vectors = unit(np.random.default_rng(n).normal(size=(n, width)))
        given = statements([f"text about {SUBJECTS[i % 6]}" + "!" * i for i in range(n)])
        found = find_topics(given, vectors, Topics())
        assert sorted(one for topic in found for one in topic.statement_ids) == sorted(s.id for s in given)
        assert [topic.id for topic in found] == [f"T{i + 1:02d}" for i in range(len(found))]
        sizes = [len(topic.statement_ids) for topic in found]
        assert sizes == sorted(sizes, reverse=True)
        assert len(found) == min(n, 1) or sizes[-1] >= topics.LEAST_SIZE

    @pytest.mark.parametrize("row", [[0.0, 0.0], [1.0, 0.0]])
    def test_vectors_that_say_nothing_make_one_topic(self, row: list[float]) -> None:
        given = statements([f"{word} ride" for word in FILLERS])
        (found,) = find_topics(given, unit([row] * 8), Topics())
        assert len(found.statement_ids) == 8

    @pytest.mark.parametrize("granularity", ["broad", "normal"])
    def test_planted_clusters_are_found(self, granularity: str) -> None:
        given, vectors = planted(6, 12)
        found = find_topics(given, vectors, Topics(granularity, NEIGHBOURS))
        assert grouped(found) == {frozenset(f"s{i}" for i in range(c, 72, 6)) for c in range(6)}
        assert {topic.keywords[0] for topic in found} == set(SUBJECTS)

    def test_finer_means_more_topics(self) -> None:
        given, vectors = planted(12, 16, noise=1.5, seed=3)
        counts = [len(find_topics(given, vectors, Topics(name))) for name in ("broad", "normal", "fine")]
        assert counts == sorted(counts)
        assert counts[0] < counts[-1]

    @settings(max_examples=15)
    @given(st.integers(0, 10**6), st.sampled_from(["broad", "normal", "fine"]))
    def test_the_same_text_is_always_together(self, seed: int, granularity: str) -> None:
        rng = np.random.default_rng(seed)
        which = rng.integers(0, 15, size=40)
        distinct = unit(rng.normal(size=(15, 6)))
        found = find_topics(statements([f"text {w}" for w in which]), distinct[which], Topics(granularity))
        topic_of = {one: topic.id for topic in found for one in topic.statement_ids}
        homes = {(w, topic_of[f"s{i}"]) for i, w in enumerate(which.tolist())}
        assert len(homes) == len(set(which.tolist()))

    def test_set_aside_takes_no_part(self) -> None:
        given, vectors = planted(3, 10)
        aside = [replace(s, set_aside="n/a") if i % 5 == 0 else s for i, s in enumerate(given)]
        active = [i for i, s in enumerate(aside) if not s.set_aside]
        found = find_topics(aside, vectors, Topics())
        assert found == find_topics([aside[i] for i in active], vectors[active], Topics())
        assert find_topics([replace(s, set_aside="n/a") for s in given], vectors, Topics()) == ()

    def test_examples_are_the_most_central(self) -> None:
        vectors = unit([[1, 0.5], [1, -0.4], [1, 0.0], [1, -0.02], [1, 0.06]])
        (found,) = find_topics(statements(["a b", "c d", "e f", "g h", "i j"]), vectors, Topics())
        assert found.examples == ("s2", "s4", "s3")

    def test_a_text_sent_often_is_not_a_topic_for_that(self) -> None:
        """Its nearest is another text, not its own copy."""
        given, vectors = planted(2, 8)
        copies = [replace(given[0], id=f"copy{i}") for i in range(9)]
        found = find_topics([*given, *copies], np.vstack([vectors, *[vectors[:1]] * 9]), Topics())
        assert sorted(len(topic.statement_ids) for topic in found) == [8, 17]

    def test_a_text_sent_twice_is_one_text_to_the_keywords(self) -> None:
        """ "rare" stands in one text only, however often that was sent."""
        given = statements(["bus rare", "bus rare", "bus long", "bus cold"])
        (found,) = find_topics(given, unit([[1, 0], [1, 0], [1, 0.1], [1, 0.2]]), Topics())
        assert found.keywords == ("bus",)

    def test_texts_without_words_have_a_numbered_label(self) -> None:
        (found,) = find_topics(statements(["?", "1 2", "the"]), unit(np.ones((3, 2))), Topics())
        assert (found.label, found.keywords) == ("Topic 1", ())

    def test_the_same_in_another_process(self) -> None:
        """With another seed of Python's hashes, and another number of threads."""
        here = Path(__file__)
        code = (
            "from test_topics import planted; from matcher.topics import find_topics; "
            "from matcher.config import Topics; print(find_topics(*planted(4, 60, noise=3.0), Topics()))"
        )
        said = []
        for seed in ("1", "77"):
            paths = os.pathsep.join([str(here.parent), str(here.parent.parent)])
            env = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": seed[0]}
            done = subprocess.run(
                [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
            )
            said.append(done.stdout)
        assert said[0] == said[1]
        assert said[0].count("Topic(") > 1


class TestWords:
    def test_formula(self) -> None:
        """Texts that use a term, first class: bus 3, driver 3, route 2, and four pairs of words once
        each; second: bus 4, fuel 2, and two pairs once each. So 12 and 8 terms, A = 10 a class.
        """
        first = ["bus driver", "driver bus", "route bus", "route driver"]
        second = ["bus fuel", "fuel bus", "bus", "bus"]
        weights = {
            "driver": 3 / 12 * math.log(1 + 10 / 3),
            "route": 2 / 12 * math.log(1 + 10 / 2),
            "bus": 3 / 12 * math.log(1 + 10 / 7),
        }
        assert sorted(weights, key=lambda term: -weights[term]) == ["driver", "route", "bus"]
        assert 2 / 8 * math.log(1 + 10 / 2) > 4 / 8 * math.log(1 + 10 / 7)
        assert keywords([first, second]) == [("driver", "route", "bus"), ("fuel", "bus")]

    def test_a_term_of_one_text_only_where_there_is_no_other(self) -> None:
        assert keywords([["bus driver", "bus"], ["bus"]]) == [("bus",), ("bus",)]
        assert keywords([["busing", "algebra"]]) == [("algebra", "busing")]

    def test_two_words_before_one_of_equal_weight(self) -> None:
        assert keywords([["head start", "Head Start"]]) == [("head start",)]

    def test_no_two_share_a_word_or_its_plural(self) -> None:
        texts = ["policy bus class service"] * 2 + ["policies. buses. classes. services."] * 2
        (found,) = keywords([texts])
        stems = [topics._stem(word) for term in found for word in term.split()]
        assert sorted(stems) == ["bus", "class", "polic", "servic"]

    def test_no_stop_word_whatever_its_apostrophe_or_case(self) -> None:
        texts = ["We don\u2019t have what our STUDENTS' busing needs", "It's the state's busing, we can't"]
        assert keywords([texts]) == [("busing",)]
        assert not STOP_WORDS & {word for term in keywords([texts])[0] for word in term.split()}

    def test_words_with_capitals_keep_them(self) -> None:
        texts = ["Our IEPs and MTSS and Attendance", "MTSS, IEPs; mtss attendance", "MTSS IEPs ATTENDANCE"]
        (found,) = keywords([texts])
        assert set(" ".join(found).split()) == {"IEPs", "MTSS", "attendance"}

    def test_without_words(self) -> None:
        assert keywords([["the"], ["?"]]) == [(), ()]
        assert keywords([["busing"], ["12", "of"]]) == [("busing",), ()]

    def test_label(self) -> None:
        assert label(("busing", "IEPs", "routes", "fuel")) == "Busing, IEPs, routes"
        assert label(("IEPs",)) == "IEPs"
        assert label(()) == ""


class TestLayout:
    @pytest.mark.parametrize("n", [0, 1, 2, 3, 12])
    def test_a_finite_place_each(self, n: int) -> None:
        places = layout(unit(np.random.default_rng(n).normal(size=(n, 8))))
        assert places.shape == (n, 2)
        assert np.isfinite(places).all()

    @pytest.mark.parametrize("row", [[0.0, 0.0, 0.0], [0.6, 0.8, 0.0]])
    def test_all_the_same(self, row: list[float]) -> None:
        places = layout(unit([row] * 5))
        assert np.isfinite(places).all()
        assert len({tuple(place) for place in places.tolist()}) == 5

    def test_near_ones_stand_together_and_always_alike(self) -> None:
        _, vectors = planted(2, 15)
        places = layout(vectors)
        apart = np.linalg.norm(places[0::2].mean(axis=0) - places[1::2].mean(axis=0))
        spread = np.linalg.norm(places[0::2] - places[0::2].mean(axis=0), axis=1).mean()
        assert apart > 2 * spread
        assert np.array_equal(places, layout(vectors))

    def test_large_maps_are_flat(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(topics, "LARGEST_MAP", 10)
        _, vectors = planted(2, 15)
        places = layout(vectors)
        assert places.shape == (30, 2)
        assert np.linalg.norm(places, axis=1).max() < 2  # a projection shortens


def test_a_confidential_text_takes_part_and_lends_no_word() -> None:
    """Two of three say "audit", in confidence: the words come from the third alone, or there are none."""
    given_texts = statements(["audit findings embezzlement", "audit findings again", "findings of a review"])
    vectors = unit(np.ones((3, 4)))
    hidden = [replace(each, confidential=i < 2) for i, each in enumerate(given_texts)]
    (open_topic,) = find_topics(given_texts, vectors, Topics())
    assert "audit" in " ".join(open_topic.keywords)
    (topic,) = find_topics(hidden, vectors, Topics())
    assert topic.statement_ids == open_topic.statement_ids
    assert "audit" not in " ".join((topic.label, *topic.keywords))
    (silent,) = find_topics([replace(each, confidential=True) for each in hidden], vectors, Topics())
    assert (silent.label, silent.keywords) == ("Topic 1", ())
