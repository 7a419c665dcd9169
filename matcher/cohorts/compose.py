"""From members, affinities and topics to a cohort problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from matcher import config
from matcher.affinity import Affinity
from matcher.cohorts.problem import BAN, MET, CohortMember, CohortRules, Facilitator, Problem
from matcher.domain import Ban, Member, Organization, Statement, StatementKind
from matcher.domain import Facilitator as Staff


def compose(
    members: Sequence[Member],
    organizations: Sequence[Organization],
    affinities: Iterable[Affinity],
    *,
    statements: Iterable[Statement],
    topic_of: Mapping[str, str],
    bans: Iterable[Ban],
    met: Iterable[tuple[int, int]],
    facilitators: Iterable[Staff],
    week_of: date,
    settings: config.Cohorts,
    together: Iterable[tuple[int, int]] = (),
) -> Problem:
    """The problem of a term. ``topic_of`` gives the topic of a statement by its id; ``together`` are the
    pairs of members, by index, that staff pinned.

    Members who wrote nothing that can be matched, or who ask for other structures only, are not to
    be among ``members``.
    """
    index = {member.id: i for i, member in enumerate(members)}
    topics: dict[tuple[str, StatementKind], set[str]] = {}
    for statement in statements:
        if statement.id in topic_of:
            topics.setdefault((statement.member_id, statement.kind), set()).add(topic_of[statement.id])

    def of(member: Member, kind: StatementKind) -> tuple[str, ...]:
        return tuple(sorted(topics.get((member.id, kind), ())))

    apart = {(min(pair), max(pair)): MET for pair in met}
    for ban in bans:
        if ban.member_a in index and ban.member_b in index:
            a, b = sorted((index[ban.member_a], index[ban.member_b]))
            apart[a, b] = BAN
    return Problem(
        members=tuple(
            CohortMember(
                id=member.id,
                organization_id=organization.id,
                state=organization.state,
                hours=member.utc_hours(week_of),
                challenge_topics=of(member, StatementKind.CHALLENGE),
                practice_topics=of(member, StatementKind.PRACTICE),
            )
            for member, organization in zip(members, organizations, strict=True)
        ),
        affinities=tuple((each.a, each.b, each.score) for each in affinities),
        apart=tuple(sorted(apart)),
        apart_why=tuple(apart[pair] for pair in sorted(apart)),
        rules=CohortRules(
            min_size=settings.min_size,
            max_size=settings.max_size,
            per_state=settings.per_state,
            per_organization=settings.per_organization,
            practice=settings.practice,
        ),
        facilitators=tuple(Facilitator(each.id, each.utc_hours(week_of)) for each in facilitators),
        together=tuple(sorted(together)),
    )
