"""Topics that hold from run to run, and what happened to them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from build_topics import planted, statements, unit
from matcher.config import Topics
from matcher.domain import NamedBy, Topic
from matcher.topics import (
    EMERGING_FACTOR,
    EMERGING_NUMBER,
    Happening,
    Lineage,
    TopicRun,
    find_topics,
    lineage,
)
from matcher.topics.identity import matched
from matcher.topics.naming import STAYS


def topic(name: str, *numbers: int) -> Topic:
    return Topic(name, name, (), tuple(f"s{i}" for i in numbers))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.3, 4.0))
@example(741, 3.5625)  # a topic of three grows to seven
def test_ten_percent_more_and_nearly_all_stay(seed: int, noise: float) -> None:
    texts, vectors = planted(6, 22, noise=noise, seed=seed)
    first = find_topics(texts[:120], vectors[:120], Topics())
    then = find_topics(texts, vectors, Topics(), earlier=first)
    before, after = first.topic_of(), then.topic_of()
    assert sum(after[one] == home for one, home in before.items()) >= 0.95 * len(before)
    assert set(after) == {each.id for each in texts}
    known = {each.id: each for each in first.topics}
    for each in then.topics:
        if each.id in known:
            assert each.colour == known[each.id].colour
            # A topic that nothing could be said of may get a name; one that lost statements may have
            # lost the words of its name with them; one of which most are new is not what it was.
            were, are = set(known[each.id].statement_ids), set(each.statement_ids)
            nameless = known[each.id].label.startswith("Topic ")
            other = len(were & are) < STAYS * len(are)
            assert each.label == known[each.id].label or nameless or were - are or other
        else:
            assert int(each.id[1:]) > first.minted
    assert len({each.label for each in then.topics}) == len(then.topics)
    assert len({each.colour for each in then.topics}) == len(then.topics)
    again = find_topics(texts, vectors, Topics(), earlier=then)
    assert (again.topics, again.minted, again.lineage) == (then.topics, then.minted, ())


def test_a_new_subject_appears_and_is_emerging_and_no_id_is_used_again() -> None:
    texts, vectors = planted(5, 12)
    of = np.arange(60) % 5
    old = np.flatnonzero(of < 4)
    first = find_topics([texts[i] for i in old], vectors[old], Topics())
    assert len(first.topics) == 4
    order = [*old, *np.flatnonzero(of == 4)]
    then = find_topics([texts[i] for i in order], vectors[order], Topics(), earlier=first)
    (new,) = [each for each in then.topics if each.id == "T05"]
    assert set(new.statement_ids) == {f"s{i}" for i in range(4, 60, 5)}
    assert then.lineage == (Lineage(Happening.APPEARED, "T05", 0, 12, (), 1.0, True),)
    gone = find_topics([texts[i] for i in old], vectors[old], Topics(), earlier=then)
    assert gone.lineage == (Lineage(Happening.DIED, "T05", 12, 0, (), 1.0),)
    back = find_topics([texts[i] for i in order], vectors[order], Topics(), earlier=gone)
    assert {each.id for each in back.topics} - {each.id for each in gone.topics} == {"T06"}


def test_a_topic_of_two_subjects_splits_once_there_is_evidence() -> None:
    """One topic holds two subjects, as a coarse run left it; new statements of both make that plain."""
    texts, vectors = planted(8, 20)
    of = np.arange(160) % 8
    ids = {c: tuple(f"s{i}" for i in np.flatnonzero(of[:128] == c)) for c in range(8)}
    joined = [("T01", ids[0][:4] + ids[1])] + [(f"T{c:02d}", ids[c]) for c in range(2, 8)]
    rest = {one for _, own in joined for one in own}
    old = [i for i in range(128) if f"s{i}" in rest]
    earlier = TopicRun(tuple(Topic(name, name, (), own) for name, own in joined), minted=8)
    order = [*old, *range(128, 160)]
    then = find_topics([texts[i] for i in order], vectors[order], Topics(), earlier=earlier)
    assert [each.kind for each in then.lineage if each.topic_id == "T01"] == [Happening.SPLIT]
    homes = then.topic_of()
    assert {homes[one] for one in ids[1]} == {"T01"}
    assert {homes[f"s{i}"] for i in order if of[i] == 0} == {"T09"}


def test_two_topics_of_one_subject_become_one() -> None:
    texts, vectors = planted(8, 16, noise=0.5)
    of = np.arange(128) % 8
    own = {c: [f"s{i}" for i in np.flatnonzero(of[:112] == c)] for c in range(8)}
    topics = [Topic(f"T{c + 1:02d}", f"Label {c}", (), tuple(own[c])) for c in range(1, 8)]
    topics += [Topic("T01", "Label 0", (), tuple(own[0][:-3])), Topic("T09", "Part", (), tuple(own[0][-3:]))]
    then = find_topics(texts, vectors, Topics(), earlier=TopicRun(tuple(topics), minted=9))
    assert {each.id for each in then.topics} == {f"T{c + 1:02d}" for c in range(8)}
    merged = [each for each in then.lineage if each.kind is Happening.MERGED]
    assert [(each.topic_id, dict(each.parts)) for each in merged] == [("T01", {"T01": 11, "T09": 3})]


def test_afresh_groups_anew_and_keeps_ids_by_overlap() -> None:
    texts, vectors = planted(6, 12)
    found = find_topics(texts, vectors, Topics())
    mixed = list(found.topics)
    spoilt = [
        Topic(each.id, each.label, (), each.statement_ids[:9] + mixed[n - 1].statement_ids[9:], colour=9 - n)
        for n, each in enumerate(mixed)
    ]
    earlier = TopicRun(tuple(spoilt), minted=20)
    kept = find_topics(texts, vectors, Topics(), earlier=earlier)
    assert kept.topic_of() == earlier.topic_of()
    anew = find_topics(texts, vectors, Topics(), earlier=earlier, afresh=True)
    assert anew.topic_of() == found.topic_of()
    assert {each.id: each.colour for each in anew.topics} == {each.id: each.colour for each in spoilt}
    alone = find_topics(texts, vectors, Topics(), earlier=TopicRun(minted=20), afresh=True)
    assert min(int(each.id[1:]) for each in alone.topics) == 21


def test_a_label_stays_until_the_topic_is_mostly_another() -> None:
    texts = statements(["bus ride", "bus fuel", "bus stop", *(f"algebra {word}" for word in "abcd")])
    vectors = unit([[1, 0.1 * i] for i in range(7)])
    earlier = TopicRun((Topic("T01", "Bus stop", (), ("s0", "s1", "s2")),), minted=1)
    (kept,) = find_topics(texts[:6], vectors[:6], Topics(), earlier=earlier).topics
    assert kept.label == "Bus stop"
    (renamed,) = find_topics(texts, vectors, Topics(), earlier=earlier).topics
    assert renamed.label != "Bus stop"


def test_a_label_goes_once_a_word_of_it_is_confidential() -> None:
    texts = statements(["bus ride", "bus fuel", "bus stop"])
    vectors = unit([[1, 0.1 * i] for i in range(3)])
    earlier = TopicRun((Topic("T01", "Bus stop", (), ("s0", "s1", "s2")),), minted=1)
    hidden = [*texts[:2], replace(texts[2], confidential=True)]
    (found,) = find_topics(hidden, vectors, Topics(), earlier=earlier).topics
    assert "stop" not in found.label.casefold()
    # "Bus stop" is no area's name, whatever it was taken for.
    areas = TopicRun((replace(earlier.topics[0], named_by=NamedBy.AREA),), minted=1)
    (found,) = find_topics(hidden, vectors, Topics(), earlier=areas).topics
    assert "stop" not in found.label.casefold()


class TestMatched:
    def test_the_greatest_overlap_first_and_each_id_once(self) -> None:
        found, left = matched([["s1", "s2", "s3"], ["s4"]], [topic("T01", 1, 2, 4), topic("T02", 3)], ())
        assert (found, left) == (["T01", None], {})

    def test_a_small_overlap_is_none_but_for_what_has_to_be_kept(self) -> None:
        old = topic("T01", *range(10))
        group = ["s9", *(f"x{i}" for i in range(9))]
        assert matched([group], [old], ()) == ([None], {})
        assert matched([group], [old], {"T01"}) == (["T01"], {})

    def test_what_has_to_be_kept_and_finds_no_group_is_left_over(self) -> None:
        topics = [topic("T01", 1, 2), topic("T02", 3)]
        assert matched([["s1", "s2", "s3"]], topics, {"T01", "T02"}) == (["T01"], {"T02": ["s3"]})


class TestLineage:
    def test_grew_and_shrank(self) -> None:
        before = [topic("T01", 1, 2, 3, 4), topic("T02", 5, 6), topic("T03", 7)]
        after = [topic("T01", 1, 2, 3, 4, 8), topic("T02", 5), topic("T03", 7)]
        assert lineage(before, after) == (
            Lineage(Happening.GREW, "T01", 4, 5, (), 0.2),
            Lineage(Happening.SHRANK, "T02", 2, 1, (), 0.5),
        )

    def test_split(self) -> None:
        before = [topic("T01", *range(8))]
        after = [topic("T01", *range(5)), topic("T02", 5, 6, 7, 9)]
        assert lineage(before, after) == (
            Lineage(Happening.SPLIT, "T01", 8, 5, (("T01", 5), ("T02", 3)), 0.375),
        )

    def test_merged_and_died(self) -> None:
        before = [topic("T01", 1, 2), topic("T02", 3, 4, 5), topic("T03", 6, 7), topic("T04", 8)]
        after = [topic("T01", 1, 2, 3, 4, 6), topic("T05", 7, 10)]
        assert lineage(before, after) == (
            Lineage(Happening.MERGED, "T01", 2, 5, (("T01", 2), ("T02", 2), ("T03", 1)), 0.6667),
            Lineage(Happening.APPEARED, "T05", 0, 2, (), 0.5),
            Lineage(Happening.DIED, "T03", 2, 0, (("T01", 1), ("T05", 1)), 1.0),
            Lineage(Happening.DIED, "T04", 1, 0, (), 1.0),
        )

    @pytest.mark.parametrize(
        ("had", "new", "emerging"),
        [
            (0, EMERGING_NUMBER, True),
            (0, EMERGING_NUMBER - 1, False),
            (8, 4, True),
            (9, 4, False),
            (2, 3, False),
        ],
    )
    def test_emerging(self, had: int, new: int, emerging: bool) -> None:
        assert EMERGING_FACTOR == 1.5
        before = [topic("T09", 99), *([topic("T01", *range(had))] if had else [])]
        after = [topic("T09", 99), topic("T01", *range(had + new))]
        (entry,) = lineage(before, after)
        assert entry.emerging is emerging

    def test_what_moved_from_another_topic_is_not_new(self) -> None:
        before, after = [topic("T01", *range(9))], [topic("T01", 0), topic("T02", *range(1, 9))]
        assert [each.emerging for each in lineage(before, after)] == [False]

    def test_nothing_emerges_from_nothing(self) -> None:
        assert [each.emerging for each in lineage([], [topic("T01", *range(9))])] == [False]
        assert lineage([], []) == ()
