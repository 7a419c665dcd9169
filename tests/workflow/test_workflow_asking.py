"""Questions at the desk: how they are read, who answers, what is not shown, and statements that are new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from build_network import FALL, SUBJECTS, tiny
from matcher.domain import (
    Exchange,
    ExchangeStatus,
    NextStep,
    Statement,
    StatementKind,
    Structure,
    Term,
)
from matcher.errors import InputError, NotFoundError
from matcher.workflow import asking, intake
from matcher.workflow.asking import Desk, Found
from matcher.workflow.workspace import Workspace, create, open_workspace
from words_embedder import WordsEmbedder

SECRET = SUBJECTS[2]  # the confidential practice of m1
SPRING = Term("2026 spring", date(2026, 1, 12))


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with tiny(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(workspace: Workspace) -> Desk:
    return asking.open_desk(workspace)


def ids(found: Found) -> list[str]:
    return [answer.person.id for answer in found.answers]


def test_who_finds_those_who_wrote_it_and_hosts_by_their_practices(workspace: Workspace) -> None:
    found = asking.who(workspace, "bus drivers", limit=20)
    assert set(ids(found)) == {f"m{i}" for i in range(12) if i % 4 in (0, 3)}
    hosts = asking.who(workspace, "bus drivers", asking.filters_from(hosts=True))
    assert ids(hosts) == ["m3"]
    (answer,) = hosts.answers
    assert (answer.kind, answer.seats, answer.seats_left) == ("practice", 4, 4)
    assert "4 of 4 seats left" in answer.why


def test_an_answer_says_which_words_earned_its_rank(desk: Desk) -> None:
    answer = desk.ask("Who else is working on bus drivers?").answers[0]
    assert answer.sentence == answer.text == "bus drivers"
    assert [answer.text[start:end] for start, end in answer.highlights] == ["bus drivers"]
    assert answer.why[0] == "'bus drivers' appears in it"
    assert 0 < answer.points <= 1000


def test_the_question_itself_names_filters(desk: Desk) -> None:
    found = desk.ask("who can host us on bus drivers in Kansas", limit=20)
    assert [(each.kind.value, each.value, each.applied) for each in found.facets] == [
        ("hosts", "yes", True),
        ("state", "KS", True),
    ]
    assert found.searched == "bus drivers"
    assert ids(found) == ["m3"]
    assert set(ids(desk.ask("bus drivers in Kansas", limit=20))) == {"m0", "m3"}


def test_a_filter_can_be_taken_off_and_the_question_taken_word_for_word(desk: Desk) -> None:
    assert "m4" in ids(desk.ask("bus drivers in Kansas", limit=20, without=["KS"]))
    plain = desk.ask("bus drivers in Kansas", limit=20, as_typed=True)
    assert plain.facets == plain.corrections == ()
    assert plain.searched == "bus drivers in Kansas"
    with pytest.raises(InputError, match=r"names no filter 'rural'\. It was read with 'Kansas'"):
        desk.ask("bus drivers in Kansas", without=["rural"])
    with pytest.raises(InputError, match="names no filter 'nonsense'"):
        desk.ask("bus drivers in Kansas", as_typed=True, without=["nonsense"])


def test_an_option_comes_before_the_question(desk: Desk) -> None:
    found = desk.ask("bus drivers in Kansas", asking.filters_from(states=("Ohio",)), limit=20)
    assert {answer.person.state for answer in found.answers} == {"OH"}
    assert [(each.applied, each.note) for each in found.facets] == [(False, "an option says it")]


def test_a_filter_that_would_leave_nobody_is_shown_and_not_applied(desk: Desk) -> None:
    found = desk.ask("bus drivers in Texas")
    assert [(each.value, each.applied, each.note) for each in found.facets] == [
        ("TX", False, "it would leave nobody")
    ]
    assert found.answers
    both = desk.ask("partners working on bus drivers in Kansas")
    assert [(each.kind.value, each.applied) for each in both.facets] == [("state", True), ("type", False)]
    given = desk.ask("bus drivers", asking.filters_from(states=("TX",)))
    assert given.answers == given.nearest == ()
    assert given.note == "The filters let nobody through. Leave one out."
    named = desk.ask("partners working on bus drivers", asking.filters_from(states=("TX",)))
    assert [(each.applied, each.note) for each in named.facets] == [(False, "the options leave nobody")]


def test_a_misspelt_word_is_read_and_told(desk: Desk) -> None:
    found = desk.ask("bus drivrs")
    assert [(each.typed, each.read) for each in found.corrections] == [("drivrs", "drivers")]
    assert ids(found) == ids(desk.ask("bus drivers"))


def test_no_good_answer_is_said_in_words(desk: Desk) -> None:
    found = desk.ask("xylophone zither")
    assert found.answers == ()
    assert found.note.startswith("There is no good answer: nobody wrote anything")
    assert 0 < len(found.nearest) <= 3


def test_filters_are_read_as_people_type_them(workspace: Workspace) -> None:
    found = asking.who(workspace, "bus drivers", asking.filters_from(states=(" ks",)), limit=20)
    assert {answer.person.state for answer in found.answers} == {"KS"}
    with pytest.raises(InputError, match="Use one of state agency, district, school, partner"):
        asking.filters_from(types=("college",))
    with pytest.raises(InputError, match="city, suburb, town, rural"):
        asking.filters_from(locales=("village",))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (" \t\n", "The question is empty"),
        ("\x00\x1b\x07", "The question is empty"),
        ("🚌 ?!…", "There is no word"),
        ("who is it", "names no topic"),
        ("who can host us in Kansas?", "names no topic beside who can host us, Kansas"),
        ("bus " * 2500, "has 10,000 characters; 2,000 is the most"),
    ],
)
def test_a_question_has_to_be_one(desk: Desk, query: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        desk.ask(query)


def test_a_limit_has_to_be_one(desk: Desk) -> None:
    for ask in (desk.ask, desk.more_like):
        with pytest.raises(InputError, match="The limit is 0"):
            ask("c0", limit=0)


@pytest.mark.parametrize("query", ["教师流失怎么办", "كيف نحتفظ بالمعلمين"])
def test_a_script_that_nobody_reads_is_told(desk: Desk, query: str) -> None:
    found = desk.ask(query)
    assert found.answers == ()
    assert "Ask in English or Spanish" in found.note


def test_control_characters_in_a_question_are_nothing(desk: Desk) -> None:
    assert desk.ask("bus\x1b[31m \x00drivers").query == "bus[31m drivers"
    assert ids(desk.ask("bus\x00 drivers")) == ids(desk.ask("bus drivers"))


def test_a_confidential_statement_counts_for_staff_alone(workspace: Workspace) -> None:
    with workspace.store.write() as writing:
        secret = next(each for each in writing.statements() if each.id == "p1")
        writing.put_statements([replace(secret, text="quorum disputes among trustees")])
    hidden = asking.who(workspace, "quorum disputes", limit=20)
    assert hidden.answers == ()
    assert "p1" not in {answer.statement_id for answer in hidden.nearest}
    assert asking.who(workspace, "quorun disputes").corrections == ()  # its words are known to nobody
    shown = asking.who(workspace, "quorum disputes", staff=True)
    assert shown.answers[0].statement_id == "p1"
    with pytest.raises(NotFoundError, match="There is no statement 'p1'"):
        asking.more_like(workspace, "p1")
    assert asking.more_like(workspace, "p1", staff=True).query == "quorum disputes among trustees"


def test_more_like_a_statement(workspace: Workspace) -> None:
    found = asking.more_like(workspace, "c0", limit=20)
    assert set(ids(found)) == {f"m{i}" for i in range(1, 12) if i % 4 in (0, 3)}
    assert {answer.text for answer in found.answers} == {"bus drivers"}
    with pytest.raises(NotFoundError, match="There is no statement 's-none'"):
        asking.more_like(workspace, "s-none")


def test_a_new_statement_is_found_at_once_at_an_open_desk(workspace: Workspace, desk: Desk) -> None:
    index = desk.index
    assert desk.ask("xylophone repair").answers == ()
    kept = intake.add_statement(workspace, "Person 2", StatementKind.PRACTICE, " xylophone repair\x07 ")
    desk.add(kept)
    desk.add(kept)  # a second time changes nothing
    assert desk.index is index
    assert [answer.statement_id for answer in desk.ask("xylophone repair").answers] == [kept.id]
    assert (kept.member_id, kept.text) == ("m2", "xylophone repair")
    assert kept in _stored(workspace)


def test_a_confidential_or_empty_statement_is_not_taken_up(workspace: Workspace, desk: Desk) -> None:
    before = len(desk.index)
    add = intake.add_statement
    desk.add(add(workspace, "m2", StatementKind.PRACTICE, "a xylophone affair", confidential=True))
    aside = add(workspace, "m2", StatementKind.PRACTICE, "N/A")
    desk.add(aside)
    assert aside.set_aside
    assert len(desk.index) == before
    with pytest.raises(NotFoundError, match="There is no member 'nobody' here"):
        desk.add(replace(aside, member_id="nobody"))


def test_the_same_text_of_a_member_counts_once(workspace: Workspace) -> None:
    first = intake.add_statement(workspace, "m2", StatementKind.CHALLENGE, "Xylophones fall apart")
    again = intake.add_statement(
        workspace, "m2", StatementKind.CHALLENGE, "xylophones  fall apart.", confidential=True
    )
    assert again == replace(first, confidential=True)
    assert sum(each.text == first.text for each in _stored(workspace)) == 1


def _stored(workspace: Workspace) -> tuple[Statement, ...]:
    with workspace.store.read() as reading:
        return reading.statements()


@pytest.mark.parametrize(
    ("text", "message"), [(" \x00", "The statement is empty"), ("x" * 20_001, "has 20,001 characters")]
)
def test_a_statement_has_to_be_one(workspace: Workspace, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        intake.add_statement(workspace, "m2", StatementKind.PRACTICE, text)


def test_hosts_with_seats_left_come_first_then_those_with_a_record(workspace: Workspace) -> None:
    hosts = asking.filters_from(hosts=True)
    practice = StatementKind.PRACTICE
    for member in ("m0", "m6", "m9"):
        intake.add_statement(workspace, member, practice, "xylophone repair")
    full = ("m0", "m1", "m2", "m4", "m5")
    with workspace.store.write() as writing:
        writing.put_exchanges(
            [
                Exchange("x1", FALL, Structure.PEER_HOSTED, full, ExchangeStatus.AGREED),
                Exchange("x2", SPRING, Structure.PEER_HOSTED, ("m6", "m1"), ExchangeStatus.CANCELLED),
                Exchange("x3", SPRING, Structure.PEER_HOSTED, ("m9", "m1"), ExchangeStatus.HELD),
            ]
        )
        writing.put_next_steps([NextStep("x3", "m1", "try it")])
    found = asking.who(workspace, "xylophone repair", hosts)
    assert ids(found) == ["m9", "m6", "m0"]
    whys = [answer.why for answer in found.answers]
    assert "hosted 1 of 1 planned visit" in whys[0]
    assert "1 next step came of them" in whys[0]
    assert "hosted 0 of 1 planned visit" in whys[1]
    assert "no seats left" in whys[2]


def test_a_network_without_members_or_with_one_statement(tmp_path: Path) -> None:
    create(tmp_path / "empty")
    with (
        open_workspace(tmp_path / "empty", WordsEmbedder()) as empty,
        pytest.raises(InputError, match="has no members"),
    ):
        asking.who(empty, "bus drivers")
    with tiny(tmp_path / "one", members=1) as one:
        assert ids(asking.who(one, "bus drivers")) == ["m0"]
        assert asking.more_like(one, "c0").answers == ()


def test_a_network_without_statements_says_so(tmp_path: Path) -> None:
    create(tmp_path)
    with open_workspace(tmp_path, WordsEmbedder()) as opened:
        intake.commit(opened, intake.preview(opened, [Path(__file__).parents[2] / "data/example/roster.csv"]))
        found = asking.who(opened, "bus drivers")
        assert found.answers == found.nearest == ()
        assert found.note == "Nobody has written a statement yet."
