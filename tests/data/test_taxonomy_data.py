"""The project's taxonomy is whole: what it names exists, and nothing stands in it twice."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from matcher.taxonomy import AREAS, GLOSSARY, Taxonomy, load_taxonomy

README = Path(__file__).parents[2] / "data" / "README.md"
#: What the field writes most.
KNOWN = (
    "CNA CSI TSI ATSI MTSS RtI PBIS SEL PLC EL IEP IDEA ESSER HQIM CTE PD".split()  # noqa: SIM905
)


@pytest.fixture(scope="module")
def field() -> Taxonomy:
    return load_taxonomy()


def test_as_many_as_the_readme_says(field: Taxonomy) -> None:
    told = README.read_text("utf-8")
    assert f"| `{AREAS}` | {len(field.areas)} |" in told
    assert f"| `{GLOSSARY}` | {len(field.short_forms)} |" in told
    assert len(field.areas) >= 60


def test_areas_have_short_names_of_their_own_and_a_line(field: Taxonomy) -> None:
    names = Counter(area.name.casefold() for area in field.areas)
    assert max(names.values()) == 1
    for area in field.areas:
        assert 2 <= len(area.name.split()) <= 5, area.name
        assert area.description.endswith("."), area.id
        assert len(area.description.split()) >= 8, area.id
        assert len(area.synonyms) >= 3, area.id
        assert len({each.casefold() for each in area.synonyms}) == len(area.synonyms), area.id


def test_areas_lead_to_areas_and_short_forms(field: Taxonomy) -> None:
    ids = {area.id for area in field.areas}
    assert len(ids) == len(field.areas)
    leads = {form.acronym: form.area for form in field.short_forms}
    for area in field.areas:
        assert area.neighbours, area.id
        assert set(area.neighbours) <= ids - {area.id}, area.id
        assert {leads[each] for each in area.acronyms} <= {area.id}, area.id
    named = {each for area in field.areas for each in area.acronyms}
    for form in field.short_forms:
        assert form.area in {"", *ids}, form.acronym
        assert not form.area or form.acronym in named, form.acronym


def test_no_spelling_stands_for_two_things(field: Taxonomy) -> None:
    spellings = Counter(
        spelling
        for form in field.short_forms
        for spelling in {each if form.exact else each.casefold() for each in (form.acronym, *form.also)}
    )
    assert [spelling for spelling, times in spellings.items() if times > 1] == []


def test_each_spelling_is_found_and_spelt_out(field: Taxonomy) -> None:
    for form in field.short_forms:
        for spelling in (form.acronym, *form.also):
            assert [found for _, found in field.find(f"our {spelling} now")] == [form], spelling
            assert field.spell_out(f"our {spelling} now") == f"our {spelling} ({form.meaning}) now", spelling


@pytest.mark.parametrize("acronym", KNOWN)
def test_the_short_forms_that_the_field_writes_most(field: Taxonomy, acronym: str) -> None:
    found = [form for _, form in field.find(f"help with {acronym}, please")]
    assert len(found) == 1
    assert found[0].area
    assert len(re.findall(r"\w+", found[0].meaning)) >= 2


def test_laws_that_go_by_a_name_are_what_short_forms_stand_for(field: Taxonomy) -> None:
    assert [form.area for form in field.short_forms if "McKinney-Vento" in form.meaning] == [
        "homeless-foster"
    ]


def test_everyday_words_are_no_short_forms(field: Taxonomy) -> None:
    plain = (
        "We had an idea: a cap on class size, one aide a room, lunch at noon, and it is as good as the "
        "plan we made in may, so let us see what a pass or a map can do for all of them and the team."
    )
    assert [match.group(0) for match, _ in field.find(plain)] == []
