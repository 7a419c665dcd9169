"""From members and affinities to a pairing problem."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from matcher import config
from matcher.affinity import Affinity
from matcher.domain import Ban, Facilitator, Member, Organization, Structure
from matcher.pairing.problem import PairFacilitator, PairGroup, PairMember, PairRules, Problem


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
    pins = sorted(set(pins))
    pinned = Counter(i for pair in pins for i in pair)
    wanted = [
        max(pinned[i], member.one_to_ones if member.wants(Structure.ONE_TO_ONE) else 0)
        for i, member in enumerate(members)
    ]
    return Problem(
        members=tuple(
            PairMember(
                id=member.id,
                organization_id=organization.id,
                state=organization.state,
                role_group=member.role_group,
                organization_type=organization.type.value,
                wanted=wanted[i],
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
            fair=settings.fair,
        ),
        bans=tuple(
            sorted(
                (index[ban.member_a], index[ban.member_b])
                for ban in bans
                if ban.member_a in index and ban.member_b in index
            )
        ),
        met=tuple(sorted(met)),
        pins=tuple(pins),
        facilitators=tuple(
            PairFacilitator(each.id, each.pairs, each.utc_hours(week_of)) for each in facilitators
        ),
        groups=_groups(organizations, wanted, pinned, settings.per_organization),
    )


def _groups(
    organizations: Sequence[Organization], wanted: Sequence[int], pinned: Counter[int], most: int
) -> tuple[PairGroup, ...]:
    """The organizations, called by their ids, whose members wish more pairs together than ``most`` (0: no
    limit). What they are pinned to may be more: somebody decided that."""
    if not most:
        return ()
    together: defaultdict[str, list[int]] = defaultdict(list)
    for index, organization in enumerate(organizations):
        together[organization.id].append(index)
    return tuple(
        PairGroup(key, tuple(indices), max(most, sum(pinned[i] for i in indices)))
        for key, indices in sorted(together.items())
        if sum(wanted[i] for i in indices) > most
    )
