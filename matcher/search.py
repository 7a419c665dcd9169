"""A question to ranked members and hosts, with the sentence that earned each its rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.domain import Locale, Member, Organization, OrganizationType, Statement, StatementKind
from matcher.embed import Calibration, Vectors

#: What a second statement of the same member adds to the best one's cosine, at most.
SUPPORT = 0.1


@dataclass(frozen=True, slots=True)
class Filters:
    """Only members that meet all that is given; an empty field lets everybody through.

    ``role`` is a role group or a part of a role's title; enrollments are in students.
    """

    states: frozenset[str] = frozenset()
    types: frozenset[OrganizationType] = frozenset()
    locales: frozenset[Locale] = frozenset()
    role: str = ""
    least_enrollment: int | None = None
    most_enrollment: int | None = None
    hosts: bool = False

    def admit(self, member: Member, organization: Organization) -> bool:
        """Whether a member of an organization passes."""
        size, low, high = organization.enrollment, self.least_enrollment, self.most_enrollment
        wanted = self.role.casefold()
        return (
            (not self.states or organization.state in self.states)
            and (not self.types or organization.type in self.types)
            and (not self.locales or organization.locale in self.locales)
            and (not wanted or wanted in member.role.casefold() or wanted == member.role_group.casefold())
            and (low is None or (size is not None and size >= low))
            and (high is None or (size is not None and size <= high))
            and (not self.hosts or member.host)
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """A member, the statement that earned its rank, and its points, 0 to 1000."""

    member_id: str
    statement_id: str
    points: int


def rank(
    query: npt.NDArray[np.float32],
    statements: Sequence[Statement],
    vectors: Vectors,
    admitted: frozenset[str],
    calibration: Calibration,
    *,
    hosts: bool = False,
) -> tuple[Hit, ...]:
    """Members of ``admitted`` by how near what they wrote is to ``query`` (dimension,), best first.

    A member counts by its best statement, raised a little by its second best. With ``hosts`` only
    practices count: a host is asked for what it has made work. Members without points are left out:
    what they wrote is no nearer to the question than any other text.
    """
    cosine = vectors @ query if len(vectors) else np.zeros(0, dtype=np.float32)
    of_member: dict[str, list[tuple[float, str]]] = {}
    for statement, value in zip(statements, cosine.tolist(), strict=True):
        if statement.set_aside or statement.member_id not in admitted:
            continue
        if hosts and statement.kind is not StatementKind.PRACTICE:
            continue
        of_member.setdefault(statement.member_id, []).append((value, statement.id))
    hits = []
    for member_id, found in of_member.items():
        found.sort(key=lambda pair: (-pair[0], pair[1]))
        best, statement_id = found[0]
        second = max(found[1][0], 0.0) if len(found) > 1 else 0.0
        points = int(calibration.points(np.array(best + SUPPORT * second * max(best, 0.0))))
        if points:
            hits.append(Hit(member_id, statement_id, points))
    return tuple(sorted(hits, key=lambda hit: (-hit.points, hit.member_id)))
