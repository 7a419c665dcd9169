"""What a question asks beside its topic, and what is left to search for."""

from __future__ import annotations

import pytest

from matcher.domain import Locale, OrganizationType
from matcher.search import Filters, Kind, read

STATES = {
    "OH": "Ohio",
    "KS": "Kansas",
    "WV": "West Virginia",
    "VA": "Virginia",
    "NY": "New York",
    "IN": "Indiana",
    "WA": "Washington",
    "DC": "District of Columbia",
}
STATES |= {"OR": "Oregon", "ME": "Maine", "OK": "Oklahoma", "MS": "Mississippi"}


def facets(text: str, *, applied: bool = True) -> set[tuple[str, str]]:
    return {(each.kind.value, each.value) for each in read(text, STATES).facets if each.applied is applied}


@pytest.mark.parametrize(
    ("text", "found", "searched"),
    [
        ("who can host us on MTSS?", {("hosts", "yes")}, "MTSS?"),
        ("Anyone willing to host on dual language", {("hosts", "yes")}, "dual language"),
        ("where can we see small groups in person", {("hosts", "yes")}, "small groups"),
        ("site visit science of reading k-2", {("hosts", "yes")}, "science of reading k-2"),
        ("we'd like to visit a school doing PBIS", {("hosts", "yes")}, "PBIS"),
        ("behavior in Ohio", {("state", "OH")}, "behavior"),
        ("West Virginia literacy", {("state", "WV")}, "literacy"),
        ("busing in KS or OK", {("state", "KS"), ("state", "OK")}, "busing"),
        ("bus drivers in MS", {("state", "MS")}, "bus drivers"),
        (
            "rural districts dealing with teacher turnover",
            {("locale", "rural"), ("type", "district")},
            "teacher turnover",
        ),
        ("other SEAs working on CSI exit", {("type", "state agency")}, "other working on CSI exit"),
        ("urban schools that closed", {("locale", "city"), ("type", "school")}, "closed"),
        ("principals dealing with chronic absence", {("role", "principal")}, "chronic absence"),
        ("busing in Washington DC", {("state", "DC")}, "busing"),
        ("busing in Washington", {("state", "WA")}, "busing"),
        ("attendance in rural areas", {("locale", "rural")}, "attendance"),
        (
            "principals and superintendents working on attendance",
            {("role", "principal"), ("role", "superintendent")},
            "attendance",
        ),
        (
            "who would host a visit on PLCs in rural Kansas",
            {("hosts", "yes"), ("state", "KS"), ("locale", "rural")},
            "PLCs",
        ),
        (
            "teacher turnover in rural districts",
            {("locale", "rural"), ("type", "district")},
            "teacher turnover",
        ),
    ],
)
def test_what_is_named_limits_the_answers(text: str, found: set[tuple[str, str]], searched: str) -> None:
    assert facets(text) == found
    assert read(text, STATES).searched == searched


@pytest.mark.parametrize(
    "text",
    [
        "middle school behavior",
        "principal pipeline",
        "principals leaving after two years",
        "high school",
        "state department of education",
        "home visits",
        "monitoring site visits",
        "site visit protocol",
        "host families",
        "visiting teachers",
        "does it help me or is it ok in math",
        "how do you get families to show up for school events",
        "too many low performing schools",
        "first grade teachers still guessing",
        "FINDING BUS DRIVERS IN OR NEAR TOWNS",
        "Indianapolis",
    ],
)
def test_words_of_the_topic_are_no_filter(text: str) -> None:
    assert facets(text) == set()
    assert read(text, STATES).searched == text


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("rural transportation", ("locale", "rural")),
        ("help me OR anyone", ("state", "OR")),
        ("MS behavior", ("state", "MS")),
        ("state agency team stretched thin", ("type", "state agency")),
    ],
)
def test_what_is_ambiguous_is_offered_and_searched(text: str, offered: tuple[str, str]) -> None:
    assert facets(text, applied=False) == {offered}
    assert facets(text) == set()
    assert read(text, STATES).searched == text
    assert read(text, STATES).filters() == Filters()


@pytest.mark.parametrize("end", ["", "x"])
def test_a_long_run_of_words_that_are_no_topic_is_read_in_one_pass(end: str) -> None:
    """With 22 of them it once took 22 seconds, twice that with one more."""
    run = "working on " * 178
    assert read(f"rural districts dealing with attendance {run}{end}", STATES).searched == (
        f"attendance {run}{end}" if end else "attendance"
    )


def test_the_opening_of_a_question_is_not_searched() -> None:
    assert read("Who else is working on needs assessments?", STATES).searched == "needs assessments?"


@pytest.mark.parametrize("without", ["rural", "locale", "RURAL"])
def test_one_filter_can_be_taken_off(without: str) -> None:
    found = read("rural districts dealing with turnover", STATES, without=[without])
    assert [each.kind for each in found.facets] == [Kind.TYPE]
    assert found.searched == "rural dealing with turnover"


def test_facets_as_filters() -> None:
    found = read("who can host rural districts in Ohio or Kansas that lose principals", STATES).filters()
    assert found.hosts
    assert found.states == {"OH", "KS"}
    assert found.locales == {Locale.RURAL}
    assert read("any superintendents working on levies", STATES).filters().roles == {"superintendent"}
    assert read("partners working on levies", STATES).filters().types == {OrganizationType.PARTNER}


def test_a_facet_that_is_held_back_says_why() -> None:
    found = read("busing in Ohio", STATES).hold_back(Kind.STATE, "nobody is there")
    assert [(each.applied, each.note) for each in found.facets] == [(False, "nobody is there")]
    assert found.filters() == Filters()
