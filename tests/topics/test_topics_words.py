"""Class-based TF-IDF, by hand."""

from __future__ import annotations

import math

from matcher.stopwords import STOP_WORDS
from matcher.topics import keywords
from matcher.topics.words import stem


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
        stems = [stem(word) for term in found for word in term.split()]
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
