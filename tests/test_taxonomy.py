"""The taxonomy: finding short forms, spelling them out, and what is wrong in a file."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import ArtefactError, InputError
from matcher.taxonomy import (
    AREAS,
    GLOSSARY,
    Area,
    ShortForm,
    Taxonomy,
    load_taxonomy,
    meanings,
    taxonomy_folder,
)

CAP = ShortForm("CAP", "corrective action plan", exact=True)
CCLC = ShortForm("CCLC", "community learning centers", also=("21st CCLC",))
PLC = ShortForm("PLC", "professional learning community", area="teams", also=("P.L.C.",))
RTI = ShortForm("RtI", "response to intervention", also=("MTSS/RtI",))
FIELD = Taxonomy((Area("teams", "Teams of teachers", ""),), (CAP, CCLC, PLC, RTI))


def found(text: str) -> list[tuple[str, str]]:
    return [(match.group(0), form.acronym) for match, form in FIELD.find(text)]


class TestFinding:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Our PLC meets", [("PLC", "PLC")]),
            ("our plc meets", [("plc", "PLC")]),
            ("PLCs and the PLC's notes", [("PLCs", "PLC"), ("PLC's", "PLC")]),
            ("the PLC\u2019s notes", [("PLC\u2019s", "PLC")]),
            ("(PLC), PLC. PLC", [("PLC", "PLC")] * 3),
            ("RTI after PLC", [("RTI", "RtI"), ("PLC", "PLC")]),
            ("the P.L.C. of ours", [("P.L.C.", "PLC")]),
        ],
    )
    def test_in_any_case_with_its_plural_from_left_to_right(
        self, text: str, expected: list[tuple[str, str]]
    ) -> None:
        assert found(text) == expected

    @pytest.mark.parametrize("text", ["PLCX", "APLC", "non-PLC", "PLC-based", "_PLC", "PLC.org", "parti", ""])
    def test_not_within_another_word(self, text: str) -> None:
        assert found(text) == []

    @pytest.mark.parametrize(("text", "there"), [("a CAP", True), ("a cap", False), ("Cap", False)])
    def test_exact_ones_only_as_they_are_written(self, text: str, there: bool) -> None:
        assert bool(found(text)) == there

    def test_an_exact_one_yields_its_small_letters_to_another(self) -> None:
        both = Taxonomy(short_forms=(CAP, ShortForm("Cap", "a hat")))
        assert [form.meaning for _, form in both.find("CAP and cap")] == [CAP.meaning, "a hat"]

    def test_the_longest_spelling_first(self) -> None:
        assert found("21st CCLC funds, MTSS/RtI") == [("21st CCLC", "CCLC"), ("MTSS/RtI", "RtI")]

    def test_the_first_of_two_with_one_spelling(self) -> None:
        twice = Taxonomy(short_forms=(PLC, replace(RTI, also=("plc",))))
        assert [form for _, form in twice.find("plc")] == [PLC]

    def test_a_taxonomy_without_short_forms_finds_none(self) -> None:
        assert list(Taxonomy().find("PLC")) == []
        assert Taxonomy().spell_out("PLC") == "PLC"


class TestSpellingOut:
    def test_behind_the_first_mention_only(self) -> None:
        assert (
            FIELD.spell_out("PLCs, then a plc and RTI.")
            == "PLCs (professional learning community), then a plc and RTI (response to intervention)."
        )

    def test_once_a_text_whatever_the_spelling(self) -> None:
        assert FIELD.spell_out("21st CCLC or CCLC") == "21st CCLC (community learning centers) or CCLC"

    @pytest.mark.parametrize("text", ["A Professional Learning Community (PLC)", "no short form", ""])
    def test_not_where_it_is_spelt_out_or_absent(self, text: str) -> None:
        assert FIELD.spell_out(text) == text

    def test_other_spaces_and_marks_stay(self) -> None:
        assert FIELD.spell_out("  a\tCAP\n") == "  a\tCAP (corrective action plan)\n"


TEXTS = st.lists(
    st.sampled_from(["PLC", "plcs", "CAP", "cap", "21st CCLC", "RtI", "bus", "-", ".", "(", "(cap)", "\n"]),
    max_size=8,
).map(" ".join)


@settings(deadline=None)
@given(TEXTS)
def test_spelling_out_adds_and_takes_nothing_away(text: str) -> None:
    told = FIELD.spell_out(text)
    rest = told
    for form in FIELD.short_forms:
        assert told.count(f" ({form.meaning})") <= 1
        rest = rest.replace(f" ({form.meaning})", "")
    assert rest == text
    assert FIELD.spell_out(told) == told
    assert (told != text) == bool(found(text))


@settings(deadline=None)
@given(TEXTS)
def test_what_is_found_stands_apart_from_left_to_right(text: str) -> None:
    places = [match.span() for match, _ in FIELD.find(text)]
    assert all(before[1] <= after[0] for before, after in pairwise(places))
    assert all(form in FIELD.short_forms for _, form in FIELD.find(text))


def test_meanings() -> None:
    assert meanings([CAP, PLC]) == {"CAP": CAP.meaning, "PLC": PLC.meaning}


def test_the_key_changes_with_short_forms_and_not_with_areas() -> None:
    assert FIELD.key == Taxonomy((), FIELD.short_forms).key
    assert FIELD.key != Taxonomy(FIELD.areas, FIELD.short_forms[1:]).key
    assert FIELD.key != Taxonomy((), (*FIELD.short_forms[:-1], replace(RTI, meaning="another"))).key


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small taxonomy in place of the project's."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / AREAS).write_text(
        "id,name,description,synonyms,acronyms,neighbours\n"
        "teams,Teams of teachers,They  plan together.,teams; common planning ,PLC,buses\n"
        "buses,Buses,,,,\n",
        encoding="utf-8",
    )
    (folder / GLOSSARY).write_text(
        "acronym,meaning,area,also,case\nPLC,professional learning community,teams,P.L.C.;,\n"
        "CAP,plan,,,exact\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("MATCHER_TAXONOMY", str(folder))
    return folder


@pytest.fixture
def own(tmp_path: Path, project: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


class TestLoading:
    def test_cells_with_several_values_and_blanks(self, project: Path) -> None:
        assert load_taxonomy() == Taxonomy(
            (
                Area(
                    "teams",
                    "Teams of teachers",
                    "They plan together.",
                    ("teams", "common planning"),
                    ("PLC",),
                    ("buses",),
                ),
                Area("buses", "Buses", ""),
            ),
            (
                ShortForm("PLC", "professional learning community", "teams", ("P.L.C.",)),
                ShortForm("CAP", "plan", exact=True),
            ),
        )

    def test_the_projects_own_folder_without_the_variable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("MATCHER_TAXONOMY", raising=False)
        assert (taxonomy_folder() / AREAS).is_file()

    def test_own_rows_replace_in_place_and_add_behind(self, own: Path) -> None:
        (own / AREAS).write_text("name,id\nLate buses,buses\nOur lake,lake\n", "utf-8")
        (own / GLOSSARY).write_text("ACRONYM, Meaning\nplc,a club\nOLE,our lake\n", "utf-8")
        loaded = load_taxonomy(own)
        assert [(area.id, area.name) for area in loaded.areas] == [
            ("teams", "Teams of teachers"),
            ("buses", "Late buses"),
            ("lake", "Our lake"),
        ]
        assert meanings(loaded.short_forms) == {"plc": "a club", "CAP": "plan", "OLE": "our lake"}

    @pytest.mark.parametrize("name", [AREAS, GLOSSARY])
    def test_one_own_file_will_do(self, own: Path, name: str) -> None:
        (own / name).write_text({AREAS: "id,name\nlake,Lake\n", GLOSSARY: "acronym,meaning\nO,lake\n"}[name])
        areas, forms = load_taxonomy(own).areas, load_taxonomy(own).short_forms
        assert (len(areas), len(forms)) == ((3, 2) if name == AREAS else (2, 3))

    def test_an_own_folder_that_is_not_there(self, own: Path) -> None:
        assert load_taxonomy(own / "none") == load_taxonomy()

    def test_marks_that_spreadsheets_write(self, own: Path) -> None:
        (own / AREAS).write_bytes(
            b'\xef\xbb\xbfid,name,description\r\n\r\nlake,"Our  lake",wet\r\n,,\r\nriver,River\r\n'
        )
        added = load_taxonomy(own).areas[2:]
        assert added == (Area("lake", "Our lake", "wet"), Area("river", "River", ""))

    @pytest.mark.parametrize("name", [AREAS, GLOSSARY])
    def test_a_missing_file_of_the_project(self, project: Path, name: str) -> None:
        (project / name).unlink()
        with pytest.raises(ArtefactError, match=f"{name} is missing.*Restore data/taxonomy"):
            load_taxonomy()


AREA_FAULTS = {
    "a bad id": ("id,name\nok,Fine\nOur Lake,Lake\n", "row 3, column 'id': 'Our Lake' is no id. Small"),
    "no name": ("id,name\nlake,\n", "row 2, column 'name': The cell is empty. Every row needs name"),
    "no id": ("id,name\n,Lake\n", "row 2, column 'id': The cell is empty. Every row needs id"),
    "short row": ("id,name\nlake\n", "row 2, column 'name': The cell is empty"),
    "no column": ("id,title\nlake,Lake\n", "row 1: It has no column 'name'. Its first line is id,name,desc"),
    "empty": ("", "row 1: It has no column 'id'"),
    "twice": (
        "id,name\nlake,Lake\n\nlake,Lakes\n",
        "row 4, column 'id': 'lake' stands here a second time. Take one of the two rows out",
    ),
}
AREA_FAULTS |= {
    "a neighbour that is not there": (
        "id,name,neighbours\nlake,Lake,buses;taems\n",
        "row 2, column 'neighbours': There is no area 'taems'. Did you mean 'teams'?",
    ),
    "a line break": (
        'id,name\nriver,River\nlake,"Our\nlake"\n',
        "row 3: A cell has a line break. Close every",
    ),
}
GLOSSARY_FAULTS = {
    "an area that is not there": (
        "acronym,meaning,area\nOLE,our lake,zzz\n",
        "row 2, column 'area': There is no area 'zzz'. Use an id that areas.csv has",
    ),
    "a quote that is not closed": (
        'acronym,meaning\nOLE,our lake\nCAP,"plan\nPLC,club\n',
        "row 3: The row cannot be read: unexpected end of data. Close every quote",
    ),
    "a quote closed rows below": (
        'acronym,meaning\nCAP,"plan\nPLC,"club"\n',
        "row 2: The row cannot be read: ",
    ),
    "a cell without end": (
        f"acronym,meaning\nCAP,{'x' * 200_000}\n",
        "row 2: The row cannot be read: field larger than field limit (131072). Close every quote",
    ),
    "case": (
        "acronym,meaning,case\nCAP,plan,yes\n",
        "row 2, column 'case': 'yes' says nothing about case. Write exact",
    ),
    "no meaning": ("acronym,meaning\nCAP,\n", "row 2, column 'meaning': The cell is empty"),
    "no column": ("acronym\nCAP\n", "row 1: It has no column 'meaning'. Its first line is acronym,meaning,"),
    "twice, in whatever case": (
        "acronym,meaning\nCAP,plan\ncap,hat\n",
        "row 3, column 'acronym': 'cap' stands here a second time",
    ),
}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        pytest.param(name, *case, id=f"{name} {about}")
        for name, faults in ((AREAS, AREA_FAULTS), (GLOSSARY, GLOSSARY_FAULTS))
        for about, case in faults.items()
    ],
)
def test_a_fault_is_named_with_its_place_and_cure(own: Path, name: str, text: str, expected: str) -> None:
    (own / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_taxonomy(own)
    assert f"{name}, {expected}" in str(caught.value)
    assert caught.value.cure


def test_an_own_row_may_name_an_area_of_either_folder(own: Path) -> None:
    (own / AREAS).write_text("id,name,neighbours\nlake,Lake,teams;river\nriver,River,lake\n", "utf-8")
    (own / GLOSSARY).write_text("acronym,meaning,area\nOLE,our lake,lake\nBUS,a bus,buses\n", "utf-8")
    loaded = load_taxonomy(own)
    assert loaded.areas[2].neighbours == ("teams", "river")
    assert [form.area for form in loaded.short_forms[2:]] == ["lake", "buses"]


@pytest.mark.parametrize("name", [AREAS, GLOSSARY])
def test_a_file_in_another_encoding(own: Path, name: str) -> None:
    (own / name).write_bytes("id,name\ncaf\u00e9,Caf\u00e9\n".encode("latin-1"))
    with pytest.raises(InputError, match=f"{name}: It is not UTF-8. Save it as 'CSV UTF-8'"):
        load_taxonomy(own)


def test_a_text_that_is_a_short_form_alone_has_its_meaning_in_any_case() -> None:
    field = Taxonomy(
        (), (ShortForm("EL", "English learner", exact=True), ShortForm("sped", "special education"))
    )
    assert field.meaning(" el ") == field.meaning("EL") == "English learner"
    assert field.meaning("SPED") == "special education"
    assert field.meaning("sped staff") == field.meaning("") == ""
