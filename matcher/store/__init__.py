"""The only room that talks to a database: values of the domain in and out, one transaction at a time."""

from matcher.store.reading import Reading
from matcher.store.records import Decisions, Import, Origin, Run, RunKind, RunSummary, TopicChanges, Way
from matcher.store.replacing import BEFORE, replace_database
from matcher.store.repository import Store, open_store
from matcher.store.writing import Writing

__all__ = [
    "BEFORE",
    "Decisions",
    "Import",
    "Origin",
    "Reading",
    "Run",
    "RunKind",
    "RunSummary",
    "Store",
    "TopicChanges",
    "Way",
    "Writing",
    "open_store",
    "replace_database",
]
