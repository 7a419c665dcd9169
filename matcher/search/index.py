"""Statements in memory, ready for any question; one more is taken at once, and nothing is rebuilt.

    index = Index(taxonomy, fitted)
    index.add(statement, vector)
    question = index.ask("who else works on MTSS?", vector_of_that_text)
    hits = index.rank(question)

Without a store, as for measuring on plain texts (``embed`` stands for any embedder):

    index = Index.from_texts(texts, embed(texts), taxonomy, fitted, english=model_words(folder))
    searched = read(index.correct("who can host us on mts?")[0], {}).searched
    vector = embed([searched])[0]
    index.scores(searched, vector)        # the product's scores, one a text, higher is nearer
    index.rank(index.ask(searched, vector))[0].chance  # below fitted.threshold there is no good answer
    index.word_scores(searched)           # word evidence alone: BM25 with the glossary
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.domain import Statement, StatementKind
from matcher.embed import Vectors
from matcher.search.fitted import Fitted
from matcher.search.postings import Postings
from matcher.search.spelling import Correction, Spelling
from matcher.search.words import Lexicon, words
from matcher.taxonomy import Taxonomy

#: What a member's other statements add to the score of its best one, at most: they settle near ties.
SUPPORT = 0.03
#: Decimals of a score that count, so that the order does not hang on rounding errors.
_DECIMALS = 6
_FIRST_ROWS = 256


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of an index: the weight of each term, a unit vector (dimension,), and ``known``, the
    share of its words that any text holds."""

    weights: Mapping[str, float]
    vector: npt.NDArray[np.float32]
    known: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A member and the statement that earned its rank.

    ``chance`` is that of the member to answer the question, by ``score``, and ``points`` the same from 0 to
    1000. ``score`` is the statement's own, of its ``cosine`` and its ``share`` of the question's words, with
    up to SUPPORT for the member's other statements; ``others`` are the ids of those that likely answer too.
    """

    member_id: str
    statement_id: str
    chance: float
    score: float
    cosine: float
    share: float
    others: tuple[str, ...] = ()

    @property
    def points(self) -> int:
        return round(1000 * self.chance)


class Index:
    """Statements by row, in the order they came. It holds no more than it is given: whoever may not see
    a statement is answered from an index without it. One thread at a time where it is changed; several may
    ask."""

    def __init__(
        self, taxonomy: Taxonomy | None = None, fitted: Fitted | None = None, english: Iterable[str] = ()
    ) -> None:
        """``english`` are words that are spelt rightly, though no text has them yet."""
        self.lexicon = Lexicon(taxonomy or Taxonomy())
        self.fitted = fitted or Fitted()
        self.statements: list[Statement] = []
        self.spelling = Spelling(_words_of(self.lexicon.taxonomy), english)
        self._postings = Postings()
        self._vectors: Vectors = np.zeros((0, 0), dtype=np.float32)
        self._row: dict[str, int] = {}
        self._member_rows: dict[str, list[int]] = {}
        self._members: list[str] = []
        self._member_of = np.zeros(0, dtype=np.int32)
        self._practice = np.zeros(0, dtype=np.bool_)

    @classmethod
    def from_texts(
        cls,
        texts: Sequence[str],
        vectors: Vectors,
        taxonomy: Taxonomy | None = None,
        fitted: Fitted | None = None,
        english: Iterable[str] = (),
    ) -> Index:
        """Plain texts with their unit vectors (n, dimension), each as a member's only statement; its row,
        id and member are its number."""
        index = cls(taxonomy, fitted, english)
        for number, text in enumerate(texts):
            one = Statement(str(number), str(number), StatementKind.CHALLENGE, text)
            index.add(one, vectors[number])
        return index

    def __len__(self) -> int:
        return len(self.statements)

    def __contains__(self, statement_id: str) -> bool:
        return statement_id in self._row

    def add(self, statement: Statement, vector: npt.NDArray[np.float32]) -> None:
        """Take one more statement with its unit vector (dimension,). Raises ValueError on an id that is
        there already."""
        if statement.id in self._row:
            raise ValueError(f"statement {statement.id} is in the index already")
        row = self._postings.add(term.key for term in self.lexicon.terms(statement.text))
        self._make_room(row, vector.size)
        self._vectors[row] = vector
        rows = self._member_rows.setdefault(statement.member_id, [])
        if not rows:
            self._members.append(statement.member_id)
            self._member_of[row] = len(self._members) - 1
        else:
            self._member_of[row] = self._member_of[rows[0]]
        rows.append(row)
        self._practice[row] = statement.kind is StatementKind.PRACTICE
        self._row[statement.id] = row
        self.statements.append(statement)
        self.spelling.add(statement.text)

    def renew(self, statement: Statement) -> None:
        """Take a statement as it is now; its text, kind and member are as they were. Raises KeyError where it
        is not here."""
        self.statements[self._row[statement.id]] = statement

    def _make_room(self, row: int, dimension: int) -> None:
        if row < len(self._vectors):
            return
        grown = max(_FIRST_ROWS, 2 * row)
        wider = np.zeros((grown, dimension), dtype=np.float32)
        if row:
            wider[:row] = self._vectors[:row]
        self._vectors = wider
        self._member_of = np.resize(self._member_of, grown)
        self._practice = np.resize(self._practice, grown)

    def statement(self, statement_id: str) -> Statement:
        """Raises KeyError where it is not here."""
        return self.statements[self._row[statement_id]]

    def vector(self, statement_id: str) -> npt.NDArray[np.float32]:
        """The vector of a statement. Raises KeyError where it is not here."""
        found: npt.NDArray[np.float32] = self._vectors[self._row[statement_id]]
        return found

    def correct(self, text: str) -> tuple[str, tuple[Correction, ...]]:
        """A question with its misspelt words as they were likely meant."""
        return self.spelling.correct(text)

    def ask(self, text: str, vector: npt.NDArray[np.float32]) -> Question:
        """A question from its text and the vector of that text."""
        weights = self.lexicon.weights(text)
        return Question(weights, vector, self._postings.known(weights))

    def rarity(self, key: str) -> float:
        """How rare a term is among the texts, above 0."""
        return self._postings.rarity(key)

    def scores(self, text: str, vector: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """How near each statement (n,) is to a question: the cosine, and the share of its words."""
        cosines, shares = self._parts(self.ask(text, vector))
        return self._joined(cosines, shares)

    def word_scores(self, text: str) -> npt.NDArray[np.float64]:
        """The share of a question's words that each statement (n,) holds."""
        return self._postings.share(self.lexicon.weights(text))

    def _parts(self, question: Question) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        if not self.statements:
            return np.zeros(0), np.zeros(0)
        cosines = (self._vectors[: len(self)] @ question.vector).astype(np.float64)
        return cosines, self._postings.share(question.weights)

    def rank(
        self,
        question: Question,
        *,
        members: Collection[str] | None = None,
        practices: bool = False,
        limit: int | None = None,
    ) -> tuple[Hit, ...]:
        """The members that answer best, by their best statement, with a little for their others.

        Only ``members`` (all without), only ``practices``; the best ``limit`` (all). Ties go by id.
        """
        cosines, shares = self._parts(question)
        scores = self._joined(cosines, shares)
        rows = self._candidates(scores, members, practices)
        best = np.full(len(self._members), -np.inf)
        np.maximum.at(best, self._member_of[rows], scores[rows])
        least = -np.inf
        if limit is not None and 0 < limit < len(best):
            least = np.partition(best, -limit)[-limit] - SUPPORT
        near = np.flatnonzero((best > -np.inf) & (best >= least))
        allowed = np.zeros(len(self), dtype=np.bool_)
        allowed[rows] = True
        hits = (
            self._hit(
                question,
                [row for row in self._member_rows[self._members[i]] if allowed[row]],
                scores,
                cosines,
                shares,
            )
            for i in near.tolist()
        )
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.member_id)))[:limit]

    def _joined(
        self, cosines: npt.NDArray[np.float64], shares: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        scores: npt.NDArray[np.float64] = np.round(cosines + self.fitted.weight * shares, _DECIMALS)
        return scores

    def _candidates(
        self, scores: npt.NDArray[np.float64], members: Collection[str] | None, practices: bool
    ) -> npt.NDArray[np.intp]:
        """Rows that may answer."""
        mask = np.ones(len(scores), dtype=np.bool_)
        if members is not None:
            admitted = np.fromiter((each in members for each in self._members), np.bool_, len(self._members))
            mask &= admitted[self._member_of[: len(self)]]
        if practices:
            mask &= self._practice[: len(self)]
        return np.flatnonzero(mask)

    def _hit(
        self,
        question: Question,
        rows: list[int],
        scores: npt.NDArray[np.float64],
        cosines: npt.NDArray[np.float64],
        shares: npt.NDArray[np.float64],
    ) -> Hit:
        """A member's statements as one hit: the best, and those that likely answer as well behind it."""
        first, *others = sorted(rows, key=lambda row: (-scores[row], self.statements[row].id))
        chances = [self.fitted.chance(float(scores[row]), question.known) for row in others]
        support = SUPPORT * max(chances, default=0.0)
        score = round(float(scores[first]) + support, _DECIMALS)
        return Hit(
            member_id=self.statements[first].member_id,
            statement_id=self.statements[first].id,
            chance=self.fitted.chance(score, question.known),
            score=score,
            cosine=float(cosines[first]),
            share=float(shares[first]),
            others=tuple(
                self.statements[row].id
                for row, chance in zip(others, chances, strict=True)
                if chance >= max(self.fitted.threshold, 0.5)
            ),
        )


def _words_of(taxonomy: Taxonomy) -> Iterator[str]:
    """Every word of a taxonomy."""
    for area in taxonomy.areas:
        for text in (area.name, area.description, *area.synonyms, *area.acronyms):
            yield from (each.folded for each in words(text))
    for form in taxonomy.short_forms:
        for text in (form.acronym, form.meaning, *form.also):
            yield from (each.folded for each in words(text))
