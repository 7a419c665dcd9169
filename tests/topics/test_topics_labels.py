"""What topics are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from build_topics import TAXONOMY, known_of, statements, unit
from matcher.config import Topics
from matcher.domain import NamedBy
from matcher.record import digest
from matcher.taxonomy import Area, Taxonomy
from matcher.topics import TopicRun, find_topics, keywords
from matcher.topics.field_areas import field_of
from matcher.topics.labels import Name, name_topics
from matcher.topics.phrases import phrases

KNOWN = known_of(TAXONOMY, {"attendance": [1, 0, 0], "reading": [0, 1, 0]}, [0, 0, 1])
FIELD = field_of(TAXONOMY, KNOWN, 3)
ATTENDANCE, READING = [1.0, 0.1, 0.0], [0.1, 1.0, 0.0]


def named(
    texts: Sequence[Sequence[str]],
    rows: Sequence[Sequence[Sequence[float]]],
    given: Sequence[Name | None] | None = None,
    taxonomy: Taxonomy = TAXONOMY,
) -> list[Name]:
    field = FIELD if taxonomy.areas else field_of(taxonomy, {}, 3)
    return name_topics(
        texts,
        [unit(each) if len(each) else np.zeros((0, 3), np.float32) for each in rows],
        keywords(texts),
        field=field,
        taxonomy=taxonomy,
        given=given or [None] * len(texts),
        numbers=list(range(1, len(texts) + 1)),
    )


class TestNames:
    def test_a_topic_that_is_an_area_has_its_name(self) -> None:
        (name,) = named([["bus late", "bus early", "sick days"]], [[ATTENDANCE] * 2 + [READING]])
        assert name == Name("Chronic absence and attendance", NamedBy.AREA, "attendance", 0.6667)

    def test_of_two_with_one_area_the_larger_has_the_bare_name(self) -> None:
        texts = [["home visits help"] * 3, ["night jobs of families", "night jobs again"] * 2]
        small, large = named(texts, [[READING] * 3, [READING] * 4])
        assert large.label == "Early reading instruction"
        assert small.label == "Early reading instruction: home visits"
        assert small.by is NamedBy.AREA

    def test_a_phrase_that_says_the_area_again_is_no_addition(self) -> None:
        texts = [["reading instruction here", "reading instruction there"], ["a"] * 3]
        small, _ = named(texts, [[READING] * 2, [READING] * 3])
        assert small.label == "Reading instruction"
        assert small.by is NamedBy.WORDS

    def test_a_topic_of_many_areas_is_called_by_its_own_phrase(self) -> None:
        none = Taxonomy((), TAXONOMY.short_forms)
        texts = [["the bus drivers left", "no bus drivers again", "bus fuel"]]
        assert named(texts, [[ATTENDANCE] * 3], taxonomy=none)[0].label == "Bus drivers"

    def test_acronyms_are_spelt_out(self) -> None:
        none = Taxonomy((), TAXONOMY.short_forms)
        texts = [["our PLC calendar", "PLC calendar is full"]]
        assert named(texts, [[READING] * 2], taxonomy=none)[0].label == (
            "Professional learning community calendar"
        )

    def test_without_a_phrase_two_words_without_any_word_a_number(self) -> None:
        none = Taxonomy()
        first, second = named(
            [["fuel, drivers", "drivers; fuel"], ["12", "?"]], [[READING] * 2] * 2, taxonomy=none
        )
        assert first.label == "Drivers and fuel"
        assert second == Name("Topic 2", NamedBy.WORDS, "", 0.0)

    def test_without_a_phrase_the_name_of_a_part_of_the_area(self) -> None:
        area = Area("attendance", "Chronic absence", "", ("one", "sick days off", "night jobs"))
        taxonomy = Taxonomy((area,))
        known = known_of(taxonomy, {"attendance": [1, 0, 0]}, [0, 0, 1])
        known[digest("night jobs")] = unit([[0.9, 0.1, 0]])[0]
        names = name_topics(
            [["x"] * 3, ["y"] * 2, ["z"]],
            [unit([ATTENDANCE] * n) for n in (3, 2, 1)],
            [(), (), ()],
            field=field_of(taxonomy, known, 3),
            taxonomy=taxonomy,
            given=[None] * 3,
            numbers=[1, 2, 3],
        )
        assert [each.label for each in names] == ["Chronic absence", "Night jobs", "Sick days off"]
        assert {each.by for each in names} == {NamedBy.AREA}

    def test_given_names_stay_and_no_other_is_like_them(self) -> None:
        kept = Name("early READING instruction", NamedBy.STAFF)
        texts = [["a"], ["home visits help", "home visits"]]
        first, second = named(texts, [[READING], [READING] * 2], given=[kept, None])
        assert first is kept
        assert second.label == "Early reading instruction: home visits"

    def test_where_every_name_is_taken_a_number_tells_them_apart(self) -> None:
        kept = [Name("Drivers", NamedBy.STAFF), Name("Topic 3", NamedBy.STAFF), None]
        found = named([["x"], ["y"], ["drivers", "drivers"]], [[], [], []], given=kept, taxonomy=Taxonomy())
        assert found[2].label == "Drivers 2"


class TestPhrases:
    def said(self, *texts: str) -> list[str]:
        return phrases([texts], TAXONOMY)[0]

    def test_said_by_several_texts_only(self) -> None:
        assert self.said("bus drivers quit", "bus drivers", "fuel costs") == ["bus drivers"]
        assert self.said("bus drivers") == ["bus drivers"]

    @pytest.mark.parametrize(
        "text", ["of the bus", "bus going", "bus. drivers", "bus quickly", "bus they drivers", "bus buses"]
    )
    def test_no_salad(self, text: str) -> None:
        """No stop word at an end, no punctuation within, no adverb or verb at the end, no word twice."""
        assert self.said(text, text) == []

    def test_stop_words_that_join_may_stand_inside(self) -> None:
        assert "causes of absence" in self.said("causes of absence", "the causes of absence")

    def test_the_words_of_the_field_come_first(self) -> None:
        texts = ("truancy court early reading instruction", "early reading instruction truancy court")
        assert self.said(*texts)[0] == "early reading instruction"

    def test_what_other_topics_say_as_well_counts_less(self) -> None:
        both = ["staff lounge bus routes", "bus routes staff lounge"]
        first, _ = phrases([both, ["staff lounge"] * 9], Taxonomy())
        assert first[0] == "bus routes"


class TestField:
    def test_an_area_is_the_mean_of_what_is_said_of_it(self) -> None:
        assert [area.id for area in FIELD.areas] == ["attendance", "reading"]
        assert FIELD.vectors.tolist() == [[1, 0, 0], [0, 1, 0]]
        assert FIELD.elsewhere.shape == (16, 3)

    def test_what_has_no_vector_takes_no_part(self) -> None:
        none = field_of(TAXONOMY, {}, 3)
        assert (none.areas, none.vectors.shape, none.elsewhere.shape) == ((), (0, 3), (0, 3))


class TestKept:
    """Of a topic that was an area with a phrase of its own behind it."""

    def again(self, label: str, by: NamedBy, *, confidential: bool = False, afresh: bool = False) -> str:
        texts = statements([f"night jobs number{i} again" for i in range(6)])
        vectors = unit([[1.0, 0.1 * i, 0.0] for i in range(6)])
        first = find_topics(texts, vectors, Topics(), taxonomy=TAXONOMY, known=KNOWN)
        old = TopicRun(tuple(replace(each, label=label, named_by=by) for each in first.topics))
        given = [replace(each, confidential=confidential) for each in texts]
        run = find_topics(
            given, vectors, Topics(), earlier=old, taxonomy=TAXONOMY, known=KNOWN, afresh=afresh
        )
        return run.topics[0].label

    def test_a_phrase_goes_with_the_open_texts_that_said_it(self) -> None:
        label = "Early reading instruction: night jobs"
        assert self.again(label, NamedBy.AREA) == label
        assert "night" not in self.again(label, NamedBy.AREA, confidential=True)

    @pytest.mark.parametrize("label", ["Early reading instruction", "Truancy", "Truancy 2"])
    def test_the_fields_own_names_stay(self, label: str) -> None:
        assert self.again(label, NamedBy.AREA, confidential=True) == label
        assert self.again(label, NamedBy.AREA, afresh=True) == label

    def test_afresh_words_are_looked_for_anew(self) -> None:
        assert self.again("Night jobs", NamedBy.WORDS) == "Night jobs"
        assert self.again("Night jobs", NamedBy.WORDS, afresh=True) == "Chronic absence and attendance"
