"""A small taxonomy and an index over a few statements, embedded by their words."""

from __future__ import annotations

from matcher.domain import Statement, StatementKind
from matcher.search import Fitted, Index, Question
from matcher.taxonomy import Area, ShortForm, Taxonomy
from words_embedder import WordsEmbedder

TAXONOMY = Taxonomy(
    areas=(Area("absence", "Chronic absenteeism", "Students who miss many days.", ("attendance letters",)),),
    short_forms=(
        ShortForm("CNA", "comprehensive needs assessment", also=("CNAs", "C.N.A.")),
        ShortForm("SIP", "school improvement plan"),
        ShortForm("MTSS", "multi-tiered systems of support"),
        ShortForm("CAP", "corrective action plan", exact=True),
    ),
)
FITTED = Fitted()


def index_of(*texts: str, taxonomy: Taxonomy = TAXONOMY, fitted: Fitted = FITTED) -> Index:
    """An index of plain texts, each of a member of its own."""
    return Index.from_texts(texts, WordsEmbedder().embed(texts), taxonomy, fitted)


def ask(index: Index, text: str) -> Question:
    """A question to it."""
    return index.ask(text, WordsEmbedder().embed([text])[0])


def add(index: Index, number: int, member: str, text: str, kind: str = "challenge") -> Statement:
    """One more statement of a member."""
    statement = Statement(f"s{number}", member, StatementKind(kind), text)
    index.add(statement, WordsEmbedder().embed([text])[0])
    return statement
