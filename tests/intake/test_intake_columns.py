"""What columns mean: guessed, shown, asked, and kept as a mapping."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build_intake import INTAKE, ROSTER, table_of
from matcher.errors import AmbiguousInputError, InputError
from matcher.intake import mapping, names
from matcher.intake.columns import Guess, guess
from matcher.intake.mapping import Mapping, header_key
from matcher.intake.names import FIELDS, TableKind


def guessed(*header: str, file: str = "x.csv", kind: TableKind | None = None) -> Guess:
    found = guess(table_of(file, header, tuple("x" for _ in header)), kind)
    assert found is not None
    return found


def fields(found: Guess) -> list[str]:
    return [column.field for column in found.columns]


def test_a_roster_is_told_by_its_headings() -> None:
    found = guessed(*ROSTER)
    assert found.mapping.kind is TableKind.ROSTER
    assert fields(found) == [
        *("member_id", "name", "email", "organization", "organization_type", "state", "role", "enrollment"),
        *("locale", "latitude", "longitude", "timezone", "slots", "host", "seats", "one_to_ones"),
    ]


def test_a_form_is_told_by_its_questions() -> None:
    found = guessed(*INTAKE)
    assert found.mapping.kind is TableKind.INTAKE
    assert fields(found) == [
        *(
            "timestamp",
            "email",
            "name",
            "organization",
            "state",
            "challenge",
            "practice",
            "slots",
            "quotable",
        ),
    ]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("What is one thing your team is stuck on this year?", "challenge"),
        ("Problem of Practice *", "challenge"),
        ("¿Cuál es su desafío?", ""),
        ("Desafío", "challenge"),
        ("Which problem of practice could you help others with?", "practice"),
        ("Something going well that other states would want to hear about", "practice"),
        ("E-mail", "email"),
        ("Emial address", "email"),
        ("Should we keep your answers confidential?", "confidential"),
        ("May we quote you?", "quotable"),
        ("When are you free to meet? [Monday]", "slots"),
        ("What are you interested in?", "ignore"),
        ("T-shirt size", ""),
        ("ID", ""),
        ("Challange", "challenge"),
        ("Your organization", "organization"),
        ("Your district", "organization"),
        ("Your organization type", "organization_type"),
        ("Which kinds of exchange interest you? (check all that apply)", "interests"),
        ("What types of exchange are you interested in?", "interests"),
        ("Anything else we should know?", "remarks"),
        ("Comments", "remarks"),
        ("OK to share publicly?", "quotable"),
        ("May we share this?", "quotable"),
        ("Can this be shared", "quotable"),
        ("OK to share with peers?", "quotable"),
        ("Public?", "quotable"),
        ("Keep private?", "confidential"),
        ("Should this be kept private?", "confidential"),
        ("Do not share", "confidential"),
        ("Please do not share this answer", "confidential"),
        ("Not confidential", ""),
        ("Share privately?", ""),
        ("What can we share?", ""),
        ("What could you share with peers?", "practice"),
        ("What promising practice may we share with peers?", "practice"),
        ("Are you interested in sharing your answer?", ""),
        ("Are you interested in a visit?", "ignore"),
        ("District / Agency", "organization"),
        ("School/District", "organization"),
        ("E-Mail Addr.", "email"),
        ("St", "state"),
        ("Job", "role"),
        ("Full Name", "name"),
    ],
)
def test_headings_of_a_form(heading: str, field: str) -> None:
    found = guessed("Challenge 1", heading, kind=TableKind.INTAKE)
    assert found.columns[1].field == field


def test_the_other_kinds() -> None:
    pairs = guessed("Term", "Structure", "Date", "Member A", "Member B", "Status", "Topic")
    assert (pairs.mapping.kind, fields(pairs)[3:5]) == (TableKind.HISTORY, ["member_a", "member_b"])
    assert guessed("Term", "Type", "Members").mapping.kind is TableKind.HISTORY
    assert guessed("Member 1", "Member 2", "Reason").mapping.kind is TableKind.BANS
    staff = guessed("Name", "Email", "Time zone", "Availability", "Pairs", file="facilitators.csv")
    assert staff.mapping.kind is TableKind.FACILITATORS


def test_who_and_when_make_a_history_only_beside_what_an_exchange_has() -> None:
    found = guessed("When", "Who", "Kind", "Season", "Status")
    assert found.mapping.kind is TableKind.HISTORY
    assert fields(found) == ["date", "members", "structure", "term", "status"]
    for header in (("Who", "What", "When"), ("Who", "When", "Status"), ("Task", "Who", "When", "Kind")):
        assert guess(table_of("x.csv", header, tuple("x" for _ in header))) is None
    bans = guessed("Member A", "Member B", "When")
    assert bans.mapping.kind is TableKind.BANS
    statements = guessed("Who", "When", "Email", "Kind", "Text")
    assert statements.mapping.kind is TableKind.INTAKE


def test_the_long_form_of_statements() -> None:
    found = guessed("Email", "Kind", "Text")
    assert (found.mapping.kind, fields(found)) == (TableKind.INTAKE, ["email", "kind", "text"])


def test_several_challenges_are_one_field() -> None:
    assert fields(guessed("Email", "Challenge 1", "Challenge 2", "Practice")) == [
        "email",
        "challenge",
        "challenge",
        "practice",
    ]


def test_an_unknown_column_is_shown_with_its_nearest_field_and_not_read() -> None:
    found = guessed("Name", "Organization", "Favourite colour")
    column = found.columns[2]
    assert (column.field, column.score < names.ACCEPTED) == ("", True)
    assert "Favourite colour" not in dict(found.mapping.columns)


@pytest.mark.parametrize(("heading", "kind"), [("Altitude", "roster"), ("Reason", "history")])
def test_another_word_a_letter_away_is_not_read(heading: str, kind: str) -> None:
    header = ("Name", "Organization") if kind == "roster" else ("Members", "Date")
    assert guessed(*header, heading, kind=TableKind(kind)).columns[2].field == ""


def test_the_better_of_two_columns_takes_the_field() -> None:
    found = guessed("Name", "Organization", "Email", "Email addres")
    assert fields(found)[2:] == ["email", ""]
    assert "'Email' fits email better" in found.columns[3].why


def test_two_columns_that_fit_equally_are_asked_about() -> None:
    with pytest.raises(AmbiguousInputError, match="could both be 'email'") as asked:
        guessed("Name", "Organization", "Email", "Email address")
    assert asked.value.choices == ("Email", "Email address")


def test_a_table_of_no_kind_is_none() -> None:
    assert guess(table_of("x.csv", ("Flour", "Sugar"), ("1", "2"))) is None


def test_a_kind_that_cannot_be_told_is_asked_for() -> None:
    header = ("Member A", "Member B", "Reason", "Date")
    with pytest.raises(AmbiguousInputError, match="could be") as asked:
        guessed(*header)
    assert set(asked.value.choices) == {"bans", "history"}
    assert guessed(*header, kind=TableKind.BANS).mapping.kind is TableKind.BANS
    assert guessed(*header, file="bans.csv").mapping.kind is TableKind.BANS  # the file's name says it


def test_a_given_kind_says_what_it_misses() -> None:
    with pytest.raises(InputError, match="needs member_a and member_b; its columns are Flour, Sugar"):
        guessed("Flour", "Sugar", kind=TableKind.BANS)


@pytest.mark.parametrize("kind", list(TableKind))
def test_no_known_name_belongs_to_two_fields_of_a_kind(kind: TableKind) -> None:
    counted = Counter(
        name for field in FIELDS[kind] if field != "ignore" for name in names.known_names(field)
    )
    assert [name for name, count in counted.items() if count > 1] == []
    assert all(names.normal(name) == name for name in counted)


@pytest.mark.parametrize("kind", list(TableKind))
def test_every_field_is_recognised_by_its_own_name(kind: TableKind) -> None:
    for field in FIELDS[kind]:
        assert names.scores(field, kind)[field][0] == 100, field


SAMPLE = Mapping(
    TableKind.INTAKE,
    (("E-mail", "email"), ('What "keeps" you\\up?', "challenge"), ("Size", "ignore")),
    "windows-1252",
    "semicolon",
)


def test_a_mapping_is_saved_and_loaded(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    mapping.save(SAMPLE, path)
    assert mapping.load(path) == SAMPLE


@given(st.lists(st.text(min_size=1), unique_by=lambda text: " ".join(text.casefold().split()), max_size=5))
def test_any_heading_survives_the_mapping_file(headings: list[str]) -> None:
    headings = [text for text in headings if text.isprintable() or "\x7f" in text]
    given_ = Mapping(TableKind.INTAKE, tuple((heading, "challenge") for heading in headings))
    assert mapping.parse(mapping.dump(given_)) == given_


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind = ", "cannot be read"),
        ('kind = "menu"\n[columns]\n', "does not say its kind"),
        ('kind = "bans"\n', r"\[columns\] are missing"),
        ('kind = "bans"\ncolumns = 3\n', r"\[columns\] are missing"),
        ('kind = "bans"\n[columns]\nA = 1\n', r"\[columns\] are missing or are not texts"),
        ('kind = "bans"\nsheet = "x"\n[columns]\n', "no 'sheet'"),
        ('kind = "bans"\nencoding = 1\n[columns]\n', "encoding is no text"),
        ('kind = "bans"\n[columns]\nA = "email"\n', "m.toml, column 'A': A bans table has no field 'email'"),
        ('kind = "bans"\n[columns]\nA = "member_a"\nB = "member_a"\n', "field 'member_a' 2 times"),
        ('kind = "bans"\n[columns]\nA = "member_a"\n"a " = "member_b"\n', "column 'a' 2 times"),
    ],
)
def test_a_wrong_mapping_file_says_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        mapping.parse(text, file="m.toml")
    assert refused.value.cure
    assert refused.value.place.file == "m.toml"


def test_a_mapping_file_that_is_missing_or_no_text(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    with pytest.raises(InputError, match="cannot be read"):
        mapping.load(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="cannot be read"):
        mapping.load(path)


def test_a_mapping_finds_its_columns_in_any_case_and_says_what_is_missing() -> None:
    table = table_of("x.csv", ("member  A", "MEMBER b", "Why"), ("1", "2", "3"))
    found = Mapping(TableKind.BANS, (("Member A", "member_a"), ("member B", "member_b")))
    assert found.indexes(table) == {"member_a": (0,), "member_b": (1,)}
    with pytest.raises(InputError, match="'Reason', which is not there") as refused:
        Mapping(TableKind.BANS, (("Reason", "reason"),)).indexes(table)
    assert "Why" in refused.value.cure


def test_a_mapping_is_made_whole_with_what_is_not_read() -> None:
    table = table_of("x.csv", ("Member A", "MEMBER b", "Shoe"), ("1", "2", "3"))
    found = Mapping(TableKind.BANS, (("Member A", "member_a"), ("member B", "member_b")))
    whole = found.whole(table)
    assert whole.columns == (*found.columns, ("Shoe", "ignore"))
    assert whole.whole(table) == whole
    assert whole.missing(table_of("y.csv", ("Member A", "Why"), ("1", "2"))) == ("member B",)


def test_a_header_is_known_again() -> None:
    assert header_key(("Name", "E-mail")) == header_key((" name", "E-MAIL "))
    assert header_key(("Name", "E-mail")) != header_key(("Name", "State"))
    assert header_key((*names.REFUSED_COLUMNS, "Name")) == header_key(("Name",))
