"""What the ledger of exchanges remembers: who has met whom, and who has hosted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

from matcher.domain import Exchange, ExchangeStatus, Member, Structure, Term

#: An exchange with this status counts as a meeting.
MET = frozenset({ExchangeStatus.AGREED, ExchangeStatus.HELD})
#: An exchange with this status stays as it is when its term is formed anew: its members know of it.
STANDING = MET | {ExchangeStatus.PUBLISHED}
#: An exchange with this status will be one, unless somebody decides otherwise.
PLANNED = STANDING | {ExchangeStatus.PROPOSED}


def window(terms: Iterable[Term], term: Term, count: int) -> frozenset[str]:
    """Names of the ``count`` terms that start last before ``term``."""
    earlier = sorted({(each.start, each.name) for each in terms if each.start < term.start})
    return frozenset(name for _, name in earlier[max(0, len(earlier) - count) :] if count)


def met_pairs(
    exchanges: Iterable[Exchange],
    members: Sequence[Member],
    terms: frozenset[str],
    *,
    level: str,
    everybody: Sequence[Member] = (),
    structures: frozenset[Structure] = frozenset(Structure),
    counting: frozenset[ExchangeStatus] = MET,
) -> frozenset[tuple[int, int]]:
    """Pairs of indices (a < b) into ``members`` that met in one of ``terms``.

    ``counting`` are the statuses that count. At level "organization" two members have met where
    their organizations have, at "person" only where they have themselves; ``everybody`` names those
    beside ``members`` whose meetings count for their organizations. A one-to-one that was
    declined bars the same two persons as well: it is not proposed to them again in the window.
    """
    index = {member.id: i for i, member in enumerate(members)}
    organization = {member.id: member.organization_id for member in (*everybody, *members)}
    by_organization: dict[str, list[int]] = {}
    for i, member in enumerate(members):
        by_organization.setdefault(member.organization_id, []).append(i)
    found: set[tuple[int, int]] = set()
    for exchange in exchanges:
        declined = exchange.status is ExchangeStatus.DECLINED and exchange.structure is Structure.ONE_TO_ONE
        if exchange.term.name not in terms or exchange.structure not in structures:
            continue
        if exchange.status not in counting and not declined:
            continue
        wide = level == "organization" and not declined
        sides = [
            by_organization.get(organization[one], []) if wide else [index[one]]
            for one in dict.fromkeys(exchange.member_ids)
            if one in (organization if wide else index)
        ]
        for first, second in combinations(sides, 2):
            found.update((min(i, j), max(i, j)) for i in first for j in second if i != j)
    return frozenset(found)


def hostings(exchanges: Iterable[Exchange], terms: frozenset[str]) -> Counter[str]:
    """How many visits each member hosted in ``terms``, by member id."""
    return Counter(
        exchange.member_ids[0]
        for exchange in exchanges
        if exchange.structure is Structure.PEER_HOSTED
        and exchange.status in MET
        and exchange.term.name in terms
        and exchange.member_ids
    )
