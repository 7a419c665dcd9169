"""The only room that talks to a database: values of the domain in and out, one transaction at a time."""

from matcher.store.reading import Reading
from matcher.store.records import Import, Run, RunKind, RunSummary, TopicChanges
from matcher.store.repository import Store, open_store
from matcher.store.writing import Writing

__all__ = [
    "Import",
    "Reading",
    "Run",
    "RunKind",
    "RunSummary",
    "Store",
    "TopicChanges",
    "Writing",
    "open_store",
]
