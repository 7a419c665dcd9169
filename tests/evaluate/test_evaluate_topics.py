"""Groupings side by side: only the best settings go on, and what is set aside and what holds is measured."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.evaluate.bootstrap import Ints
from matcher.evaluate.grouping import ASIDE
from matcher.evaluate.sets import Labelled
from matcher.evaluate.topics import ADDED, Method, TopicLine, compare_topics

SUBJECTS = np.repeat(np.arange(4), 11)
ABOUT = (*(f"s{subject}" for subject in SUBJECTS), "", "", "")
GIVEN = Labelled("test", tuple(f"text {i}" for i in range(47)), ABOUT)
VECTORS = np.eye(5, dtype=np.float32)[[*SUBJECTS, 4, 4, 4]]


def right(rows: Ints, _seed: int) -> Ints:
    """The subjects themselves; the texts about nothing are set aside."""
    return np.array([ASIDE if not ABOUT[row] else int(ABOUT[row][1]) for row in rows.tolist()])


def halves(rows: Ints, _seed: int) -> Ints:
    return np.array([row // 22 for row in rows.tolist()])


def line_of(*methods: Method) -> TopicLine:
    return compare_topics(GIVEN, VECTORS, methods).lines[0]


def test_a_perfect_grouping() -> None:
    table = compare_topics(GIVEN, VECTORS, [Method("right", right)])
    assert (table.texts, table.subjects, table.off_topic) == (44, 4, 3)
    assert table.nearest.value == 1.0
    assert table.chance == pytest.approx(10 / 43)
    line = table.lines[0]
    assert line.v.value == line.ari.value == line.precision == line.recall == line.pairs == 1.0
    assert (line.groups, line.aside, line.stayed, line.v_after) == (4.0, 0.0, None, 1.0)
    assert table.tried == ()


def test_a_coarse_grouping_that_sets_nothing_aside() -> None:
    line = line_of(Method("halves", halves))
    assert line.v.value == pytest.approx(2 / 3)
    assert line.v.low <= line.v.value <= line.v.high < 1.0
    assert (line.groups, line.precision, line.recall, line.pairs) == (2.0, None, 0.0, 1.0)


def test_texts_on_a_subject_that_are_set_aside_are_told() -> None:
    def shy(rows: Ints, seed: int) -> Ints:
        return np.where(rows < 11, ASIDE, right(rows, seed))

    line = line_of(Method("shy", shy))
    assert line.aside == pytest.approx(1 / 4)
    assert line.groups == 3.0
    assert (line.precision, line.recall) == (pytest.approx(3 / 14), 1.0)


def test_what_holds_is_measured_with_a_tenth_more_texts() -> None:
    sizes: list[tuple[int, int]] = []

    def extend(earlier: Ints, rows: Ints) -> tuple[Ints, Ints]:
        assert rows[: len(earlier)].tolist() == earlier.tolist()
        sizes.append((len(earlier), len(rows)))
        before, after = right(earlier, 0), right(rows, 0)
        after[:4] += 4  # four texts leave their topics
        return before, after

    line = line_of(Method("right", right, extend))
    assert sizes == [(40, 44)]
    assert round(40 * ADDED) == 4
    assert line.stayed == pytest.approx(36 / 40)
    assert line.pairs is not None
    assert line.v_after is not None
    assert line.pairs < 1.0
    assert line.v_after < line.v.value == 1.0


def test_of_several_settings_the_best_by_each_measure_is_shown_and_all_are_told() -> None:
    def fine(rows: Ints, _seed: int) -> Ints:
        return np.array([3 * (row // 11) + row % 11 // 4 for row in rows.tolist()])  # thirds of subjects

    methods = [
        Method("product", right),
        Method("other", halves, setting="two"),
        Method("other", fine, setting="many"),
        Method("other", lambda rows, _: np.zeros(len(rows), dtype=np.int64), setting="one"),
    ]
    table = compare_topics(GIVEN, VECTORS, methods)
    found = {line.setting: line for line in table.tried}
    assert set(found) == {"two", "many", "one"}
    assert found["many"].v.value > found["two"].v.value
    assert found["many"].ari.value < found["two"].ari.value
    assert [line.setting for line in table.lines] == ["", "two", "many"]
    assert all(line.pairs is not None for line in table.lines)


def test_seeds_are_averaged() -> None:
    asked: list[int] = []

    def chosen(rows: Ints, seed: int) -> Ints:
        asked.append(seed)
        return right(rows, 0) if seed else halves(rows, 0)

    line = line_of(Method("either", chosen, seeds=2))
    assert line.v.value == pytest.approx((1.0 + 2 / 3) / 2)
    assert line.groups == 3.0
    assert {0, 1} == set(asked)
