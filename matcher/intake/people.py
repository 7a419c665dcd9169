"""Who is meant: members by id, email, or name and organization, exactly or nearly."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher.domain import Member, Organization
from matcher.errors import Place
from matcher.intake.batch import Known
from matcher.intake.texts import plain
from matcher.intake.values import Unreadable, shown

#: Similarity, 0 to 100, from which two names are near; and how far ahead the nearest has to be.
_NEAR_NAME = 85
_NEAR_ORGANIZATION = 88
_AHEAD = 7
_NAMED = 4
_TITLES = frozenset(["dr", "mr", "mrs", "ms", "mx", "prof", "sr", "sra", "phd", "edd", "ed", "d"])
_SHORT = {
    "dept": "department",
    "ed": "education",
    "dist": "district",
    "elem": "elementary",
    "sch": "school",
    "hs": "high school",
    "ms": "middle school",
    "isd": "independent school district",
    "usd": "unified school district",
    "sd": "school district",
    "co": "county",
    "the": "",
    "of": "",
}


@dataclass(frozen=True, slots=True)
class Who:
    """What a row says about the person. Empty texts are not given."""

    member_id: str = ""
    email: str = ""
    name: str = ""
    organization: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The member that is meant, if any, and a remark where it took judgement."""

    member: Member | None
    remark: str = ""


def name_key(name: str) -> str:
    """A name's words in order, without titles: "Smith, Dr. Jane" and "Jane Smith" agree."""
    words = [word for word in plain(name).split() if word not in _TITLES]
    return " ".join(sorted(words)) or plain(name)


def organization_key(name: str) -> str:
    """An organization's words with the usual short forms written out."""
    words = plain(re.sub(r"\([^)]*\)", " ", name)).split()
    return " ".join(" ".join(_SHORT.get(word, word) for word in words).split()) or plain(name)


class Directory:
    """An index over the members that are stored and those of the import so far."""

    def __init__(self, known: Known) -> None:
        self._organizations: dict[str, Organization] = {}
        self._organization_keys: dict[str, str] = {}
        self._members: dict[str, Member] = {}
        self._by_email: dict[str, str] = {}
        self._by_name: dict[str, dict[str, None]] = {}
        self._refused: dict[tuple[str, ...], Place] = {}
        for organization in known.organizations:
            self.put_organization(organization)
        for member in known.members:
            self.put(member)

    def put_organization(self, organization: Organization) -> None:
        self._organizations[organization.id] = organization
        self._organization_keys[organization.id] = organization_key(organization.name)

    def put(self, member: Member) -> None:
        """Add a member, or replace the one with its id."""
        old = self._members.get(member.id)
        if old is not None:
            self._by_email.pop(old.email.casefold(), None)
            self._by_name[name_key(old.name)].pop(member.id, None)
        self._members[member.id] = member
        if member.email:
            self._by_email[member.email.casefold()] = member.id
        self._by_name.setdefault(name_key(member.name), {})[member.id] = None

    def refuse(self, who: Who, place: Place) -> None:
        """Remember that a roster row was refused, so that no second member is made from a form."""
        for key in self._refusal_keys(who):
            self._refused[key] = place

    def refused_at(self, who: Who) -> Place | None:
        """The roster row that describes this person and was refused, if there is one."""
        return next((self._refused[key] for key in self._refusal_keys(who) if key in self._refused), None)

    @staticmethod
    def _refusal_keys(who: Who) -> list[tuple[str, ...]]:
        keys: list[tuple[str, ...]] = []
        if who.member_id:
            keys.append(("id", who.member_id))
        if who.email:
            keys.append(("email", who.email))
        if who.name and who.organization:
            keys.append(("name", name_key(who.name), organization_key(who.organization)))
        return keys

    def organization(self, id_: str) -> Organization | None:
        return self._organizations.get(id_)

    def organizations_named(self, name: str) -> list[Organization]:
        """The organizations of that name, in any state."""
        wanted = organization_key(name)
        return [self._organizations[id_] for id_, key in self._organization_keys.items() if key == wanted]

    def by_id(self, member_id: str) -> Member | None:
        return self._members.get(member_id)

    def by_email(self, address: str) -> Member | None:
        return self._members.get(self._by_email.get(address.casefold(), ""))

    def find(self, who: Who) -> Found:
        """The member that a row is about.

        By id, then email, then name and organization: exactly after normalising, or one
        clear near match, which is remarked on. Raises Unreadable where id and email point to
        two members, or several members are about equally near.
        """
        by_id = self.by_id(who.member_id) if who.member_id else None
        by_email = self.by_email(who.email) if who.email else None
        if by_email and who.member_id and by_email.id != who.member_id:
            raise Unreadable(
                f"The email belongs to the member '{by_email.id}', not to '{shown(who.member_id)}'.",
                "Correct the id or the email.",
            )
        if by_id or by_email:
            return Found(by_id or by_email)
        if not who.name:
            return Found(None)
        if who.member_id:
            namesake = self.exact(who)
            if namesake:
                named = self._described(namesake)
                message = f"No member has the id '{shown(who.member_id)}'; {named} has that name."
                raise Unreadable(message, "Correct the id.")
            return Found(None)
        return self._by_exact_name(who) or self._by_near_name(who) or Found(None)

    def exact(self, who: Who) -> Member | None:
        """The only member of that name in that organization, if there is one."""
        wanted = organization_key(who.organization)
        same = [member for member in self._alike_named(who) if self._organization_key(member) == wanted]
        return same[0] if len(same) == 1 else None

    def _alike_named(self, who: Who) -> list[Member]:
        alike = (self._members[id_] for id_ in self._by_name.get(name_key(who.name), {}))
        return [member for member in alike if self._in_state(member, who.state)]

    def _by_exact_name(self, who: Who) -> Found | None:
        alike = self._alike_named(who)
        if not who.organization:
            return self._only(alike, who, "by its name alone")
        member = self.exact(who)
        if member is not None:
            email_differs = who.email and member.email and member.email.casefold() != who.email
            remark = "The email differs from the one that is known; the member was told by its name."
            return Found(member, remark if email_differs else "")
        wanted = organization_key(who.organization)
        near = [member for member in alike if self._near(self._organization_key(member), wanted)]
        return self._only(near, who, "by its name and a similar organization")

    def _only(self, members: list[Member], who: Who, how: str) -> Found | None:
        if len(members) > 1:
            raise self._several(who.name, members)
        if not members:
            return None
        return Found(members[0], f"It was taken to be {self._described(members[0])}, {how}.")

    def _by_near_name(self, who: Who) -> Found | None:
        scored = sorted(
            (
                (-score, member.id)
                for score, member in self._near_named(who)
                if self._in_state(member, who.state)
            ),
        )
        if not scored:
            return None
        rivals = [self._members[id_] for score, id_ in scored if score < scored[0][0] + _AHEAD]
        best = rivals[0]
        other_address = who.email and best.email and best.email.casefold() != who.email
        if len(rivals) > 1 or other_address:
            raise self._several(who.name, rivals)
        return Found(best, f"'{shown(who.name)}' was taken to be {self._described(best)}, by a similar name.")

    def _near_named(self, who: Who) -> list[tuple[float, Member]]:
        from rapidfuzz import fuzz, process

        key = name_key(who.name)
        found = process.extract(
            key, list(self._by_name), scorer=fuzz.ratio, score_cutoff=_NEAR_NAME, limit=None
        )
        members = [(score, self._members[id_]) for near, score, _ in found for id_ in self._by_name[near]]
        if not who.organization:
            return members
        wanted = organization_key(who.organization)
        return [pair for pair in members if self._near(self._organization_key(pair[1]), wanted)]

    @staticmethod
    def _near(one: str, other: str) -> bool:
        from rapidfuzz import fuzz

        if fuzz.token_sort_ratio(one, other) >= _NEAR_ORGANIZATION:
            return True
        shorter = min(len(one.split()), len(other.split()))
        return shorter >= 2 and fuzz.token_set_ratio(one, other) == 100

    def _organization_key(self, member: Member) -> str:
        return self._organization_keys.get(member.organization_id, "")

    def _in_state(self, member: Member, state: str) -> bool:
        organization = self._organizations.get(member.organization_id)
        return not state or organization is None or organization.state == state

    def _organization_name(self, member: Member) -> str:
        organization = self._organizations.get(member.organization_id)
        return organization.name if organization else ""

    def _described(self, member: Member) -> str:
        return (
            f"{member.name} of {self._organization_name(member) or 'an unknown organization'} ({member.id})"
        )

    def _several(self, name: str, members: list[Member]) -> Unreadable:
        named = "; ".join(self._described(member) for member in members[:_NAMED])
        more = f" and {len(members) - _NAMED} more" if len(members) > _NAMED else ""
        return Unreadable(
            f"'{shown(name)}' could be {named}{more}.",
            "Give the member's id, or the email that is known.",
        )

    def reference(self, text: str) -> Found:
        """The member meant by an id, an email or a name alone. Raises Unreadable where there is none."""
        member = self.by_id(text) or self.by_email(text)
        if member:
            return Found(member)
        found = Found(None) if "@" in text else self.find(Who(name=text))
        if found.member is None:
            raise Unreadable(
                f"No member is known as '{shown(text)}'.", "Import its roster row first, or correct the id."
            )
        exact = name_key(found.member.name) == name_key(text)
        return Found(found.member, "" if exact else found.remark)
