"""From members and affinities to a pairing problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from matcher import config
from matcher.affinity import Affinity
from matcher.domain import Ban, Facilitator, Member, Organization, Structure
from matcher.pairing.problem import PairFacilitator, PairMember, PairRules, Problem


def compose(
    members: Sequence[Member],
    organizations: Sequence[Organization],
    affinities: Iterable[Affinity],
    *,
    bans: Iterable[Ban],
    met: Iterable[tuple[int, int]],
    facilitators: Iterable[Facilitator],
    week_of: date,
    settings: config.Pairs,
    pins: Iterable[tuple[int, int]] = (),
) -> Problem:
    """The problem of a term. ``organizations`` stand in line with ``members``; ``met`` and ``pins``
    hold pairs of their indices; ``week_of`` settles daylight saving time. A member takes as many pairs
    as it is pinned to, whatever it wished: somebody decided that. A member that asks for other
    structures only wants no pair."""
    index = {member.id: i for i, member in enumerate(members)}
    pinned = Counter(i for pair in set(pins) for i in pair)
    return Problem(
        members=tuple(
            PairMember(
                id=member.id,
                organization_id=organization.id,
                state=organization.state,
                role_group=member.role_group,
                organization_type=organization.type.value,
                wanted=max(
                    pinned[index[member.id]], member.one_to_ones if member.wants(Structure.ONE_TO_ONE) else 0
                ),
                hours=member.utc_hours(week_of),
            )
            for i, (member, organization) in enumerate(zip(members, organizations, strict=True))
        ),
        candidates=tuple((each.a, each.b, each.score) for each in affinities),
        rules=PairRules(
            threshold=settings.threshold,
            across_states=settings.across_states,
            same_role=settings.same_role,
            same_type=settings.same_type,
        ),
        bans=tuple(
            sorted(
                (index[ban.member_a], index[ban.member_b])
                for ban in bans
                if ban.member_a in index and ban.member_b in index
            )
        ),
        met=tuple(sorted(met)),
        pins=tuple(sorted(set(pins))),
        facilitators=tuple(
            PairFacilitator(each.id, each.pairs, each.utc_hours(week_of)) for each in facilitators
        ),
    )
