"""Why two members suit each other, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from matcher.affinity import Affinity, Evidence
from matcher.domain import Locale, Member, Organization, OrganizationType, Slot
from matcher.explain import Gift, in_common, match_reason, shared_hours, strength, why

ANA = Member("a", "Ana", "A", role_group="principal")
BEN = Member("b", "Ben", "B", role_group="principal")
TOWN = Organization("A", "Town", OrganizationType.SCHOOL, "OH", Locale.TOWN)
CITY = Organization("B", "City", OrganizationType.SCHOOL, "IA", Locale.CITY)
NOTHING = Affinity(0, 1, score=0, shared=0, help_to_a=0, help_to_b=0, context=0)


@pytest.mark.parametrize(
    ("points", "word"), [(0, "barely"), (99, "barely"), (100, "partly"), (499, "partly"), (500, "strongly")]
)
def test_strength(points: int, word: str) -> None:
    assert strength(points) == word


def test_strongest_part_first_and_context_last() -> None:
    affinity = replace(NOTHING, shared=120, help_to_a=80, help_to_b=700, context=650)
    assert why(affinity, (ANA, BEN), (TOWN, CITY)) == (
        "Ana's practice strongly answers Ben's challenge (700 of 1000).",
        "Their challenges match partly (120 of 1000).",
        "In common: role (principal), kind of organization (school) (context 650 of 1000).",
    )


def test_help_runs_to_the_one_it_is_for() -> None:
    found = why(replace(NOTHING, help_to_a=300), (ANA, BEN), (TOWN, CITY))
    assert found[0] == "Ben's practice partly answers Ana's challenge (300 of 1000)."


def test_nothing_to_say() -> None:
    other = replace(BEN, role_group="counselor")
    district = replace(CITY, type=OrganizationType.DISTRICT)
    assert why(NOTHING, (ANA, other), (TOWN, district)) == ()


def test_in_common_by_worth() -> None:
    assert in_common(ANA, BEN, TOWN, replace(CITY, locale=Locale.TOWN)) == (
        "role (principal)",
        "kind of organization (school)",
        "locale (town)",
    )


@pytest.mark.parametrize("role", ["other", ""])
def test_a_role_group_that_says_nothing_is_not_in_common(role: str) -> None:
    a, b = replace(ANA, role_group=role), replace(BEN, role_group=role)
    assert in_common(a, b, TOWN, CITY) == ("kind of organization (school)",)


def test_an_unknown_locale_is_not_in_common() -> None:
    places = replace(TOWN, locale=None), replace(CITY, locale=None, type=OrganizationType.PARTNER)
    assert in_common(ANA, BEN, *places) == ("role (principal)",)


MONDAY = date(2026, 9, 14)
FREE_ANA = replace(ANA, slots=(Slot.parse("Tue am"), Slot.parse("Wed pm")))
FREE_BEN = replace(BEN, slots=(Slot.parse("Tue am"),), timezone="America/Chicago")


def test_hours_that_both_can_on_a_clock() -> None:
    # 8 to 12 in Chicago is 9 to 1 in New York, so that 9 to 12 is left
    both = (FREE_ANA, FREE_BEN)
    assert shared_hours(both, week_of=MONDAY, timezone="America/New_York") == ("Tue 9 am to 12 pm",)
    assert shared_hours(both, week_of=MONDAY, timezone="America/Chicago") == ("Tue 8 am to 11 am",)


def test_who_gave_no_hours_can_at_any() -> None:
    found = shared_hours((FREE_ANA, BEN), week_of=MONDAY, timezone="America/New_York")
    assert found == ("Tue 8 am to 12 pm", "Wed 12 pm to 4 pm")
    assert shared_hours((ANA, BEN), week_of=MONDAY, timezone="America/New_York") == ()


def test_hours_over_midnight_and_the_end_of_the_week() -> None:
    east = replace(ANA, timezone="Pacific/Kiritimati", slots=(Slot.parse("Mon am"),))
    found = shared_hours((east, BEN), week_of=MONDAY, timezone="Pacific/Kiritimati")
    assert len(found) == 1
    assert found[0].endswith("8 am to 12 pm")


def test_what_each_can_give_with_the_two_sentences() -> None:
    affinity = replace(NOTHING, shared=400, help_to_a=700, help_to_b=300)
    evidence = (
        Evidence("help_to_a", "a1", "b2", 700),
        Evidence("shared", "a1", "b1", 400),
        Evidence("help_to_b", "a2", "b1", 300),
    )
    texts = {"a1": "Nobody reads.", "a2": "We sing.", "b1": "Nobody counts.", "b2": "We read aloud."}
    found = match_reason(
        affinity, (FREE_ANA, FREE_BEN), (TOWN, CITY), evidence, texts, week_of=MONDAY, timezone=ANA.timezone
    )
    assert found.shared == ("Nobody reads.", "Nobody counts.")
    assert found.gifts == (
        Gift("Ben", "Ana", "We read aloud.", "Nobody reads.", 700),
        Gift("Ana", "Ben", "We sing.", "Nobody counts.", 300),
    )
    assert found.sentences[:-1] == why(affinity, (FREE_ANA, FREE_BEN), (TOWN, CITY))
    assert found.sentences[-1] == "Both can meet Tue 9 am to 12 pm."
    assert found.parts == (
        ("shared challenge", 400),
        ("help for Ana", 700),
        ("help for Ben", 300),
        ("context", 0),
    )


def test_of_a_statement_that_may_not_be_shown_nothing_is_said() -> None:
    evidence = (Evidence("help_to_a", "a1", "b2", 700), Evidence("shared", "a1", "b1", 400))
    found = match_reason(
        NOTHING, (ANA, BEN), (TOWN, CITY), evidence, {"a1": "Nobody reads.", "b1": "x"}, week_of=MONDAY
    )
    assert found.gifts == ()
    assert found.shared == ("Nobody reads.", "x")


def test_no_hour_in_common_is_said() -> None:
    late = replace(FREE_BEN, slots=(Slot.parse("Fri pm"),))
    found = match_reason(NOTHING, (FREE_ANA, late), (TOWN, CITY), week_of=MONDAY)
    assert found.hours == ()
    assert found.sentences[-1] == "They have no hour in common."
