"""Vectors to named topics that keep their identity.

    run = find_topics(statements, vectors, settings, earlier=last, edits=edits, taxonomy=taxonomy,
                      known=known)

``known`` holds the vectors of :func:`texts_to_embed`. An edit of staff is checked and made exact by
:func:`resolve` against the last run, put at the end of the list of edits, and takes effect with the
next call, whose ``earlier`` is that run: with the same statements nothing else changes. To take an
edit back leave it out of the list. :func:`lineage` says what happened between any two runs, such as
the last ones of two terms.
"""

from matcher.topics.field_areas import texts_to_embed
from matcher.topics.find import find_topics
from matcher.topics.graph import Neighbours, nearest
from matcher.topics.grouping import RESOLUTION
from matcher.topics.history import (
    EditKind,
    Happening,
    Lineage,
    Move,
    TopicEdit,
    TopicRun,
)
from matcher.topics.layout import layout
from matcher.topics.lineage import EMERGING_FACTOR, EMERGING_NUMBER, lineage
from matcher.topics.resolve import resolve
from matcher.topics.words import keywords

__all__ = [
    "EMERGING_FACTOR",
    "EMERGING_NUMBER",
    "RESOLUTION",
    "EditKind",
    "Happening",
    "Lineage",
    "Move",
    "Neighbours",
    "TopicEdit",
    "TopicRun",
    "find_topics",
    "keywords",
    "layout",
    "lineage",
    "nearest",
    "resolve",
    "texts_to_embed",
]
