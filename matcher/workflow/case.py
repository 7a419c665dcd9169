"""What a term is formed from, loaded once: members in line with organizations, vectors, affinities."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

import numpy as np

from matcher.affinity import Affinity, Network, affinities, network
from matcher.domain import (
    Ban,
    Exchange,
    Facilitator,
    Member,
    Organization,
    Statement,
    StatementKind,
    Term,
    Topic,
)
from matcher.embed import Progress, Vectors, embed_missing
from matcher.errors import InputError
from matcher.record import digest
from matcher.workflow.remains import with_vectors
from matcher.workflow.workspace import Workspace, taxonomy_of


@dataclass(frozen=True, slots=True)
class Case:
    """``organizations`` stand in line with ``members``; ``statements`` are all of them, in line
    with ``vectors``. Those that the last run of topics left to a person are set aside in them, and are
    as they were imported in ``written``. Members that were ``erased`` take part in nothing to come."""

    members: tuple[Member, ...]
    organizations: tuple[Organization, ...]
    statements: tuple[Statement, ...]
    vectors: Vectors
    exchanges: tuple[Exchange, ...]
    bans: tuple[Ban, ...]
    facilitators: tuple[Facilitator, ...]
    terms: tuple[Term, ...]
    topics: tuple[Topic, ...]
    written: tuple[Statement, ...]
    erased: frozenset[str] = frozenset()

    def writers(self, kind: StatementKind | None = None) -> frozenset[str]:
        """Ids of the members with a statement (of a kind) that can be matched."""
        return frozenset(
            each.member_id for each in self.statements if not each.set_aside and kind in (None, each.kind)
        )

    def topic_of(self) -> dict[str, str]:
        """The topic id of each statement that has one."""
        return {each: topic.id for topic in self.topics for each in topic.statement_ids}

    def affinity_network(self, members: tuple[Member, ...] | None = None) -> Network:
        """The affinities' input, for all members or some of them."""
        chosen = self.members if members is None else members
        return network(chosen, self.organizations, self.statements, self.vectors)

    def organizations_of(self, members: tuple[Member, ...]) -> tuple[Organization, ...]:
        """The members' organizations, in line with them."""
        by_id = {each.id: each for each in self.organizations}
        return tuple(by_id[member.organization_id] for member in members)


def load(workspace: Workspace, progress: Progress | None = None) -> Case:
    """Everything a term is formed from; texts that have no vector yet are embedded and kept.

    Raises InputError where there are no members.
    """
    with workspace.store.read() as reading:
        members, organizations = reading.members(), reading.organizations()
        statements = reading.statements()
        aside = reading.topic_aside()
        exchanges, bans, facilitators = reading.exchanges(), reading.bans(), reading.facilitators()
        terms, topics, erased = reading.terms(), reading.topics(), reading.erased()
    if not members:
        raise nobody()
    texts = [each.text for each in statements]
    vectors = vectors_of(workspace, texts, progress)
    stacked = np.vstack([vectors[digest(each)] for each in texts]) if texts else np.zeros((0, 1), np.float32)
    by_id = {each.id: each for each in organizations}
    in_line = tuple(by_id[member.organization_id] for member in members)
    return Case(
        members=members,
        organizations=in_line,
        statements=tuple(
            replace(each, set_aside=each.set_aside or aside.get(each.id, "")) for each in statements
        ),
        vectors=stacked.astype(np.float32),
        exchanges=exchanges,
        bans=bans,
        facilitators=facilitators,
        terms=terms,
        topics=topics,
        written=statements,
        erased=erased,
    )


def nobody() -> InputError:
    """The error that says that a network has no members."""
    return InputError("The network has no members.", cure="Import a roster or an intake file first.")


def vectors_of(
    workspace: Workspace, texts: Sequence[str], progress: Progress | None = None
) -> dict[str, Vectors]:
    """The vectors of texts by their :func:`matcher.record.digest`; those that have none yet are embedded,
    and kept as long as there is such a text."""
    with workspace.store.read() as reading:
        known = reading.vectors(workspace.embedder.key, sorted({digest(text) for text in texts}))
    fresh = embed_missing(workspace.embedder, texts, known, progress)
    if fresh:
        with workspace.store.write() as writing:
            kept = fresh
            if writing.erased():
                # Who wrote a text may have been erased while it was read: then nothing is to stay of it.
                there = with_vectors(writing, taxonomy_of(workspace.folder))
                kept = {text: vector for text, vector in fresh.items() if text in there}
            writing.put_vectors(workspace.embedder.key, kept)
    return known | fresh


def pair_affinities(
    workspace: Workspace, case: Case, members: tuple[Member, ...] | None = None
) -> tuple[Affinity, ...]:
    """Affinities of all members, or among some; indices are into them."""
    given = case.affinity_network(members)
    return affinities(given, workspace.settings.affinity, workspace.model.calibration)


def versions(workspace: Workspace) -> str:
    """What a run's answer depends on, as JSON text."""
    names = ("ortools", "numpy", "scipy", "networkx", "scikit-learn", "sentence-transformers", "numba")
    found = {name: version(name) for name in names}
    found |= {
        "matcher": version("peer-matcher"),
        "python": platform.python_version(),
        "model": workspace.embedder.key,
    }
    return json.dumps(found, sort_keys=True)
