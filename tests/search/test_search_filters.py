"""Who may answer: filters by state, type, locale, role, size, and hosts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from matcher.domain import Locale, Member, Organization, OrganizationType
from matcher.search import Filters

MEMBER = Member("m", "Mo", "o", role="Assistant Principal", role_group="principal", host=True)
PLACE = Organization("o", "Oak", OrganizationType.SCHOOL, "OH", Locale.RURAL, enrollment=400)


@pytest.mark.parametrize(
    ("given", "passes"),
    [
        ({}, True),
        ({"states": frozenset({"OH", "IA"})}, True),
        ({"states": frozenset({"IA"})}, False),
        ({"types": frozenset({OrganizationType.SCHOOL})}, True),
        ({"types": frozenset({OrganizationType.DISTRICT})}, False),
        ({"locales": frozenset({Locale.RURAL})}, True),
        ({"locales": frozenset({Locale.CITY})}, False),
        ({"role": "PRINCIPAL"}, True),
        ({"role": "assistant"}, True),
        ({"role": "counselor"}, False),
        ({"least_enrollment": 400}, True),
        ({"least_enrollment": 401}, False),
        ({"most_enrollment": 400}, True),
        ({"most_enrollment": 399}, False),
        ({"hosts": True}, True),
        ({"states": frozenset({"OH"}), "role": "counselor"}, False),
    ],
)
def test_filters(given: dict[str, Any], passes: bool) -> None:
    assert Filters(**given).admit(MEMBER, PLACE) is passes


def test_what_is_not_given_meets_no_filter() -> None:
    unknown = replace(PLACE, locale=None, enrollment=None)
    assert Filters().admit(MEMBER, unknown)
    assert not Filters(locales=frozenset({Locale.RURAL})).admit(MEMBER, unknown)
    assert not Filters(least_enrollment=0).admit(MEMBER, unknown)
    assert not Filters(most_enrollment=10**6).admit(MEMBER, unknown)
    assert not Filters(hosts=True).admit(replace(MEMBER, host=False), PLACE)


def test_the_group_is_matched_whole_and_the_title_in_part() -> None:
    titled = replace(MEMBER, role="Head of School", role_group="principal")
    assert Filters(role="principal").admit(titled, PLACE)
    assert not Filters(role="princip").admit(titled, PLACE)
    assert Filters(roles=frozenset(["coach", "principal"])).admit(titled, PLACE)
    assert not Filters(roles=frozenset(["coach", "counselor"])).admit(titled, PLACE)
