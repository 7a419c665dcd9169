"""A question to ranked members and hosts: what it asks, who answers, and the words that earned the rank.

:func:`read` tells the topic of a question from the states, types, roles and places it names,
:class:`Index` holds the statements and ranks members, :func:`evidence` says why one was found, and
:func:`standing` orders hosts. Nothing here knows a store; ``Index.from_texts`` takes plain texts.
"""

from matcher.search.evidence import Evidence, Match, evidence, reasons
from matcher.search.facets import Facet, Kind
from matcher.search.filters import Filters
from matcher.search.fitted import Fitted, load_fitted
from matcher.search.hosts import Record, records, standing
from matcher.search.index import SUPPORT, Hit, Index, Question
from matcher.search.reading import Reading, read
from matcher.search.spelling import Correction, model_words

__all__ = [
    "SUPPORT",
    "Correction",
    "Evidence",
    "Facet",
    "Filters",
    "Fitted",
    "Hit",
    "Index",
    "Kind",
    "Match",
    "Question",
    "Reading",
    "Record",
    "evidence",
    "load_fitted",
    "model_words",
    "read",
    "reasons",
    "records",
    "standing",
]
