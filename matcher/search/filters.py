"""Which members may answer, by what is known of them and of their organization."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.domain import Locale, Member, Organization, OrganizationType


@dataclass(frozen=True, slots=True)
class Filters:
    """Only members that meet all that is given; an empty field lets everybody through.

    ``role`` is a role group or the title of a role, ``roles`` are several, of which any will do; enrollments
    are in students.
    """

    states: frozenset[str] = frozenset()
    types: frozenset[OrganizationType] = frozenset()
    locales: frozenset[Locale] = frozenset()
    role: str = ""
    least_enrollment: int | None = None
    most_enrollment: int | None = None
    hosts: bool = False
    roles: frozenset[str] = frozenset()

    def admit(self, member: Member, organization: Organization) -> bool:
        """Whether a member of an organization passes."""
        size, low, high = organization.enrollment, self.least_enrollment, self.most_enrollment
        group, title = member.role_group.casefold(), member.role.casefold()

        def called(role: str) -> bool:
            return role.casefold() in title or role.casefold() == group

        return (
            (not self.states or organization.state in self.states)
            and (not self.types or organization.type in self.types)
            and (not self.locales or organization.locale in self.locales)
            and (not self.role or called(self.role))
            and (not self.roles or any(map(called, self.roles)))
            and (low is None or (size is not None and size >= low))
            and (high is None or (size is not None and size <= high))
            and (not self.hosts or member.host)
        )
