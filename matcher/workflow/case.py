"""What a term is formed from, loaded once: members in line with organizations, vectors, affinities."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass
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
from matcher.workflow.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Case:
    """``organizations`` stand in line with ``members``; ``statements`` are all of them, in line
    with ``vectors``."""

    members: tuple[Member, ...]
    organizations: tuple[Organization, ...]
    statements: tuple[Statement, ...]
    vectors: Vectors
    exchanges: tuple[Exchange, ...]
    bans: tuple[Ban, ...]
    facilitators: tuple[Facilitator, ...]
    terms: tuple[Term, ...]
    topics: tuple[Topic, ...]

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
        hashes = [digest(each.text) for each in statements]
        known = reading.vectors(workspace.embedder.key, sorted(set(hashes)))
        exchanges, bans, facilitators = reading.exchanges(), reading.bans(), reading.facilitators()
        terms, topics = reading.terms(), reading.topics()
    if not members:
        raise InputError("The network has no members.", cure="Import a roster or an intake file first.")
    fresh = embed_missing(workspace.embedder, [each.text for each in statements], known, progress)
    if fresh:
        with workspace.store.write() as writing:
            writing.put_vectors(workspace.embedder.key, fresh)
    vectors = known | fresh
    stacked = np.vstack([vectors[each] for each in hashes]) if hashes else np.zeros((0, 1), np.float32)
    by_id = {each.id: each for each in organizations}
    in_line = tuple(by_id[member.organization_id] for member in members)
    return Case(
        members=members,
        organizations=in_line,
        statements=statements,
        vectors=stacked.astype(np.float32),
        exchanges=exchanges,
        bans=bans,
        facilitators=facilitators,
        terms=terms,
        topics=topics,
    )


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
