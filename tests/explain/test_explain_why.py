"""Why two members suit each other, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matcher.affinity import Affinity
from matcher.domain import Locale, Member, Organization, OrganizationType
from matcher.explain import in_common, strength, why

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
