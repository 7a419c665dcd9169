"""Why this match, in plain words made from the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matcher.affinity import NO_ROLE, SAME_LOCALE, SAME_ROLE, SAME_TYPE, Affinity, Evidence
from matcher.domain import HOURS_A_WEEK, WEEKDAYS, Member, Organization, hour_text
from matcher.explain.words import listed

#: From this many points a part is called strong, and from this many it is worth a sentence.
STRONG, WORTH_SAYING = 500, 100


@dataclass(frozen=True, slots=True)
class Gift:
    """What ``giver`` can give ``taker``, by name: its ``practice`` that answers the other's ``challenge``,
    as texts, and how well, in points 0 to 1000."""

    giver: str
    taker: str
    practice: str
    challenge: str
    points: int


@dataclass(frozen=True, slots=True)
class MatchReason:
    """Why two members suit each other. ``sentences``, strongest first; ``parts`` are their points by name;
    ``shared`` are the two challenges that match best, as texts, where any do; ``gifts`` go either way, the
    stronger first; ``hours`` are when both can meet, in words; ``common`` is what they have in common."""

    sentences: tuple[str, ...]
    parts: tuple[tuple[str, int], ...]
    shared: tuple[str, str] | None
    gifts: tuple[Gift, ...]
    hours: tuple[str, ...]
    common: tuple[str, ...]


def match_reason(
    affinity: Affinity,
    members: tuple[Member, Member],
    places: tuple[Organization, Organization],
    evidence: Sequence[Evidence] = (),
    texts: Mapping[str, str] | None = None,
    *,
    week_of: date,
    timezone: str = "",
) -> MatchReason:
    """All that speaks for a match.

    ``evidence`` is :func:`matcher.affinity.evidence` of the two, ``texts`` what of each statement (by its
    id) may be shown: of a statement that is not there nothing is said. Hours are told in ``timezone``, that
    of the first member where none is given, in the week of ``week_of``.
    """
    a, b = members
    texts = texts or {}
    shown = [each for each in evidence if each.a in texts and each.b in texts]
    shared = next(((texts[each.a], texts[each.b]) for each in shown if each.part == "shared"), None)
    gifts = tuple(
        Gift(b.name, a.name, texts[each.b], texts[each.a], each.points)
        if each.part == "help_to_a"
        else Gift(a.name, b.name, texts[each.a], texts[each.b], each.points)
        for each in shown
        if each.part != "shared"
    )
    hours = shared_hours(members, week_of=week_of, timezone=timezone or a.timezone)
    sentences = why(affinity, members, places)
    if hours:
        sentences = (*sentences, f"Both can meet {listed(hours)}.")
    elif a.slots and b.slots:
        sentences = (*sentences, "They have no hour in common.")
    return MatchReason(
        sentences=sentences,
        parts=(
            ("shared challenge", affinity.shared),
            (f"help for {a.name}", affinity.help_to_a),
            (f"help for {b.name}", affinity.help_to_b),
            ("context", affinity.context),
        ),
        shared=shared,
        gifts=tuple(sorted(gifts, key=lambda gift: -gift.points)),
        hours=hours,
        common=in_common(a, b, *places),
    )


def shared_hours(members: tuple[Member, Member], *, week_of: date, timezone: str) -> tuple[str, ...]:
    """When both can meet, on the clock of ``timezone``: ``"Tue 1 pm to 4 pm"``, an hour at least. Empty
    where there is no such hour, or neither gave any."""
    given = [set(member.utc_hours(week_of)) for member in members if member.slots]
    if not given:
        return ()
    both = set.intersection(*given)
    starts = sorted(hour for hour in both if (hour - 1) % HOURS_A_WEEK not in both)
    # The week wraps round: an hour after the last one is the first.
    spans = []
    for start in starts:
        end = start + 1
        while end % HOURS_A_WEEK in both and end - start < HOURS_A_WEEK:
            end += 1
        spans.append((start, end % HOURS_A_WEEK))
    told = [tuple(hour_text(hour, timezone, week_of) for hour in span) for span in spans]
    ordered = sorted(told, key=lambda span: WEEKDAYS.index(span[0][:3]))
    return tuple(f"{start} to {end[4:] if start[:3] == end[:3] else end}" for start, end in ordered)


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
