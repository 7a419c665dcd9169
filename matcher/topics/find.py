"""Statements and their vectors to a run of topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.config import Topics
from matcher.domain import Statement
from matcher.embed import Vectors
from matcher.record import digest
from matcher.taxonomy import Taxonomy
from matcher.topics import grouping
from matcher.topics.field_areas import field_of
from matcher.topics.graph import Ints, Neighbours, among, fuzzy, nearest
from matcher.topics.history import TopicEdit, TopicRun
from matcher.topics.homes import attracted, homes, of_nodes
from matcher.topics.identity import matched
from matcher.topics.lineage import lineage
from matcher.topics.naming import build
from matcher.topics.off_topic import off_topic
from matcher.topics.rulings import ASIDE, ID, Rulings, highest, number, places, rulings
from matcher.topics.same import alike

NO_TAXONOMY = Taxonomy()
#: Neighbours looked up beyond those that are linked, so that some may be left out.
SPARE = 8
BY_STAFF = "Set aside by staff."


@dataclass(frozen=True, slots=True)
class _Nodes:
    """The distinct texts: ``of`` (statements,) the node of each; ``rows`` the first of each; by node
    their ``vectors`` and neighbours."""

    of: Ints
    rows: Ints
    vectors: Vectors
    near: Neighbours


def find_topics(
    statements: Sequence[Statement],
    vectors: Vectors,
    settings: Topics,
    *,
    earlier: TopicRun | None = None,
    edits: Sequence[TopicEdit] = (),
    taxonomy: Taxonomy = NO_TAXONOMY,
    known: Mapping[str, Vectors] | None = None,
    afresh: bool = False,
) -> TopicRun:
    """The topics of the statements that were not set aside at the import, largest first.

    ``vectors`` (len(statements), dimension), in line. With ``earlier`` topics keep their ids, labels
    and colours, and statements their topics, save where there is strong evidence or an edit says
    otherwise; ``afresh`` groups anew and keeps ids by overlap alone. ``edits`` are exact (made by
    :func:`matcher.topics.resolve`), oldest first, all that are in force. ``known`` maps
    :func:`matcher.record.digest` of each text of :func:`texts_to_embed` to its vector (dimension,);
    areas and seeds without a vector take no part, and without areas nothing is set aside. The same
    input always gives the same run.

    One statement makes one topic, none make none. Confidential statements take part, but lend no word
    to a label or the keywords and are no examples. Raises InputError where an edit is not exact.
    """
    known = known or {}
    ruled, minted = rulings(edits), highest(earlier, edits)
    taking = [i for i, statement in enumerate(statements) if not statement.set_aside]
    before = earlier.topics if earlier else ()
    if not taking:
        return TopicRun(lineage=lineage(before, ()), edits=tuple(edits), minted=minted)
    taken, own = [statements[i] for i in taking], vectors[taking]
    ids = [each.id for each in taken]
    field = field_of(taxonomy, known, own.shape[1])
    placed = {i: ruled.place[one] for i, one in enumerate(ids) if one in ruled.place}
    nodes = _nodes([each.text for each in taken], own, settings, placed)
    was_at = places(earlier, edits, ruled) if earlier else {}
    by_staff = of_nodes(ids, nodes.of, {one: ruled.place[one] for one in ids if one in ruled.place})
    was = of_nodes(ids, nodes.of, was_at)
    seeds = [(topic, known[digest(text)]) for topic, text in ruled.seeds if digest(text) in known]
    seeded = attracted(nodes.vectors, seeds)
    if afresh:
        was = {n: topic for n, topic in was.items() if topic in ruled.locks}
    home = homes(len(nodes.rows), by_staff, was, seeded, ruled)
    reasons = {n: BY_STAFF for n, topic in enumerate(home) if topic == ASIDE}
    for n, reason in off_topic(nodes.vectors, nodes.near, field.vectors, field.elsewhere).items():
        if home[n] is None:
            reasons[n] = reason
    held = None
    if earlier is not None and not afresh:
        had = np.array([bool(was_at.get(one)) for one in ids])
        held = np.bincount(nodes.of, had, minlength=len(nodes.rows)).astype(np.int64)
    at = _grouped(nodes, home, set(reasons), settings, ruled, held)
    groups: dict[str | int, list[int]] = {}
    for n, group in sorted(at.items()):
        groups.setdefault(group, []).append(n)
    topic_of, minted = _identified(groups, nodes, ids, earlier if afresh else None, ruled, minted)
    of_statement = [topic_of.get(n, "") for n in nodes.of.tolist()]
    topics = build(
        taken,
        own,
        nodes.of,
        of_statement,
        before=before,
        ruled=ruled,
        field=field,
        taxonomy=taxonomy,
        afresh=afresh,
    )
    return TopicRun(
        topics,
        tuple((one, reasons[n]) for one, n in zip(ids, nodes.of.tolist(), strict=True) if n in reasons),
        lineage(before, topics),
        tuple(edits),
        minted,
    )


def _nodes(texts: Sequence[str], vectors: Vectors, settings: Topics, placed: Mapping[int, str]) -> _Nodes:
    near = nearest(vectors, settings.neighbours + SPARE)
    # "-" is where staff set aside: it is a place like another, and not an empty one.
    of = alike(texts, vectors, near, {i: place or "-" for i, place in placed.items()})
    _, rows = np.unique(of, return_index=True)
    k = grouping.neighbours_of(settings.neighbours, len(rows))
    return _Nodes(of, rows, vectors[rows], among(near, vectors, rows, k + SPARE))


def _grouped(
    nodes: _Nodes,
    home: Sequence[str | None],
    aside: set[int],
    settings: Topics,
    ruled: Rulings,
    held: Ints | None,
) -> dict[int, str | int]:
    """The topic id of each node that is not set aside, or a number that new groups share.

    ``held`` counts the statements of each node that were in a topic before; with it a topic that gained
    nodes may split, and two of them merge, on clear evidence.
    """
    closed = {n for n, topic in enumerate(home) if topic and ruled.closed(topic)}
    at: dict[int, str | int] = {n: home[n] or 0 for n in closed}
    active = np.array([n for n in range(len(home)) if n not in aside and n not in closed], dtype=np.int64)
    if not len(active):
        return at
    names = sorted({home[n] or "" for n in active.tolist()} - {""}, key=lambda one: (number(one), one))
    index = {topic: c for c, topic in enumerate(names)}
    fixed = np.array([index.get(home[n] or "", -1) for n in active.tolist()], dtype=np.int64)
    vectors = nodes.vectors[active]
    k = grouping.neighbours_of(settings.neighbours, len(active))
    weights = fuzzy(among(nodes.near, nodes.vectors, active, k))
    scale = grouping.resolution(settings.granularity, len(active))
    groups = grouping.group(weights, vectors, scale, fixed)
    if held is not None:
        stays = ruled.untouchable()
        groups = grouping.changed(
            weights,
            scale,
            groups,
            gained=np.unique(groups[fixed < 0]).tolist(),
            settled=frozenset(index[topic] for topic in names if topic in stays),
            held=held[active],
        )
    at |= {
        int(n): names[g] if g < len(names) else int(g)
        for n, g in zip(active.tolist(), groups.tolist(), strict=True)
    }
    return at


def _identified(
    groups: Mapping[str | int, Sequence[int]],
    nodes: _Nodes,
    ids: Sequence[str],
    afresh_from: TopicRun | None,
    ruled: Rulings,
    minted: int,
) -> tuple[dict[int, str], int]:
    """The topic id of each node, and the highest number used: ids that were given stay, new groups get
    the id of the topic of ``afresh_from`` that they are most like, or a new one, the largest first."""
    found = {n: topic for topic, own in groups.items() if isinstance(topic, str) for n in own}
    new = [list(own) for topic, own in groups.items() if not isinstance(topic, str)]
    weight = np.bincount(nodes.of, minlength=len(nodes.rows))
    new.sort(key=lambda own: (-int(weight[own].sum()), own[0]))
    given: list[str | None] = [None] * len(new)
    if afresh_from is not None:
        node_of = dict(zip(ids, nodes.of.tolist(), strict=True))
        members: dict[int, list[str]] = {}
        for one, n in node_of.items():
            members.setdefault(n, []).append(one)
        old = [each for each in afresh_from.topics if each.id not in groups and each.id not in ruled.ended]
        sets = [[one for n in own for one in members[n]] for own in new]
        given, left = matched(sets, old, set(ruled.names))
        for topic_id, kept in left.items():
            found |= {node_of[one]: topic_id for one in kept if node_of[one] not in found}
    for own, known_id in zip(new, given, strict=True):
        rest = [n for n in own if n not in found]
        if rest and known_id is None:
            minted += 1
        found |= dict.fromkeys(rest, known_id or ID.format(minted))
    return found, minted
