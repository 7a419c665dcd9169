"""A question to ranked members: filters, pooling, hosts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from matcher.domain import Locale, Member, Organization, OrganizationType, Statement, StatementKind
from matcher.embed import Calibration
from matcher.search import SUPPORT, Filters, Hit, rank

MEMBER = Member("m", "Mo", "o", role="Assistant Principal", role_group="principal", host=True)
PLACE = Organization("o", "Oak", OrganizationType.SCHOOL, "OH", Locale.RURAL, enrollment=400)
CALIBRATION = Calibration(0.2, 8.0)
QUERY = np.array([1.0, 0.0], dtype=np.float32)


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


def vectors(*cosines: float) -> npt.NDArray[np.float32]:
    """A unit vector with each cosine to QUERY."""
    return np.array([[c, (1 - c * c) ** 0.5] for c in cosines], dtype=np.float32)


def statement(number: int, member: str, kind: StatementKind = StatementKind.CHALLENGE) -> Statement:
    return Statement(f"s{number}", member, kind, f"text {number}")


def ranked(statements: list[Statement], *cosines: float, **more: Any) -> tuple[Hit, ...]:
    admitted = more.pop("admitted", frozenset(each.member_id for each in statements))
    return rank(QUERY, statements, vectors(*cosines), admitted, CALIBRATION, **more)


def test_best_statement_earns_the_rank() -> None:
    statements = [statement(0, "a"), statement(1, "b"), statement(2, "b"), statement(3, "c")]
    hits = ranked(statements, 0.5, 0.3, 0.7, 0.9)
    assert [(hit.member_id, hit.statement_id) for hit in hits] == [("c", "s3"), ("b", "s2"), ("a", "s0")]
    assert [hit.points for hit in hits] == sorted((hit.points for hit in hits), reverse=True)


def test_a_second_statement_raises_a_little() -> None:
    statements = [statement(0, "a"), statement(1, "b"), statement(2, "b")]
    b, a = ranked(statements, 0.5, 0.5, 0.4)
    assert (b.member_id, a.member_id) == ("b", "a")
    assert a.points == int(CALIBRATION.points(np.array(0.5)))
    assert b.points == int(CALIBRATION.points(np.array(0.5 + SUPPORT * 0.4 * 0.5)))


def test_an_unlike_second_statement_takes_nothing() -> None:
    statements = [statement(0, "a"), statement(1, "b"), statement(2, "b")]
    assert len({hit.points for hit in ranked(statements, 0.5, 0.5, -0.9)}) == 1


def test_ties_go_by_id() -> None:
    statements = [statement(1, "b"), statement(0, "b"), statement(2, "a")]
    hits = ranked(statements, 0.5, 0.5, 0.5, admitted=frozenset({"a", "b"}))
    assert [hit.statement_id for hit in hits] == ["s0", "s2"]  # b has two, and the lower id is shown


def test_hosts_count_by_practices_only() -> None:
    statements = [statement(0, "a"), statement(1, "a", StatementKind.PRACTICE), statement(2, "b")]
    assert ranked(statements, 0.9, 0.4, 0.9, hosts=True) == (
        Hit("a", "s1", int(CALIBRATION.points(np.float32(0.4)))),
    )


def test_without_points_no_hit() -> None:
    assert ranked([statement(0, "a"), statement(1, "a")], 0.2, -0.8) == ()


def test_set_aside_and_not_admitted_are_left_out() -> None:
    statements = [replace(statement(0, "a"), set_aside="says nothing"), statement(1, "b"), statement(2, "c")]
    assert [hit.member_id for hit in ranked(statements, 0.9, 0.9, 0.9, admitted=frozenset("ac"))] == ["c"]


def test_no_statements() -> None:
    assert rank(QUERY, [], np.zeros((0, 1), np.float32), frozenset({"a"}), CALIBRATION) == ()
