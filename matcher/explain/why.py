"""Why this match, in plain words made from the data."""

from __future__ import annotations

from matcher.affinity import NO_ROLE, SAME_LOCALE, SAME_ROLE, SAME_TYPE, Affinity
from matcher.domain import Member, Organization

#: From this many points a part is called strong, and from this many it is worth a sentence.
STRONG, WORTH_SAYING = 500, 100


def strength(points: int) -> str:
    """A word for points of a part, 0 to 1000."""
    return "strongly" if points >= STRONG else "partly" if points >= WORTH_SAYING else "barely"


def why(
    affinity: Affinity, members: tuple[Member, Member], places: tuple[Organization, Organization]
) -> tuple[str, ...]:
    """Sentences on what two members gain, strongest part first, and on what they have in common."""
    a, b = members
    said = [
        (affinity.shared, f"Their challenges match {strength(affinity.shared)} ({affinity.shared} of 1000)."),
        (
            affinity.help_to_a,
            f"{b.name}'s practice {strength(affinity.help_to_a)} answers {a.name}'s challenge "
            f"({affinity.help_to_a} of 1000).",
        ),
        (
            affinity.help_to_b,
            f"{a.name}'s practice {strength(affinity.help_to_b)} answers {b.name}'s challenge "
            f"({affinity.help_to_b} of 1000).",
        ),
    ]
    sentences = [text for points, text in sorted(said, key=lambda each: -each[0]) if points >= WORTH_SAYING]
    common = in_common(a, b, *places)
    if common:
        sentences.append(f"In common: {', '.join(common)} (context {affinity.context} of 1000).")
    return tuple(sentences)


def in_common(a: Member, b: Member, first: Organization, second: Organization) -> tuple[str, ...]:
    """What two members share of role, organization type and locale, in the order of their worth."""
    facts = [
        (
            SAME_ROLE,
            a.role_group == b.role_group and a.role_group not in ("", NO_ROLE),
            f"role ({a.role_group})",
        ),
        (SAME_TYPE, first.type == second.type, f"kind of organization ({first.type})"),
        (SAME_LOCALE, first.locale is not None and first.locale == second.locale, f"locale ({first.locale})"),
    ]
    return tuple(text for _, holds, text in sorted(facts, key=lambda fact: -fact[0]) if holds)
