"""who: answers, filters, and what is withheld."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_cli import SECRET, document, done, make_network, run

PERSON = {
    *("id", "name", "role", "organization", "kind", "state", "place", "email"),
    *("latitude", "longitude"),
}
FOUND = {"query", "searched", "corrections", "facets", "answers", "nearest", "note", "unread"}
ANSWER = {
    *("person", "statement_id", "kind", "text", "sentence", "highlights", "topic", "points", "why"),
    *("seats", "seats_left"),
}


def test_the_answers_come_with_the_sentence_that_earned_the_rank(imported: Path) -> None:
    shown = done("who", "bus drivers", network=imported)
    assert "Who works on 'bus drivers'" in shown
    assert "We lose bus drivers here" in shown
    assert "Superintendent, District" in shown


def test_who_as_json(imported: Path) -> None:
    found = document("who", "bus", "drivers", "--limit", "4", network=imported)
    assert set(found) == FOUND
    assert found["query"] == found["searched"] == "bus drivers"
    assert len(found["answers"]) == 4
    assert set(found["answers"][0]) == ANSWER
    assert set(found["answers"][0]["person"]) == PERSON
    points = [answer["points"] for answer in found["answers"]]
    assert points == sorted(points, reverse=True)
    assert 0 < points[0] <= 1000


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (["--state", "ks"], {"m0", "m3", "m6", "m9"}),
        (["--state", "Kansas"], {"m0", "m3", "m6", "m9"}),
        (["--state", "KS", "--hosts"], {"m0", "m3", "m6", "m9"}),
        (["--state", "KS", "--state", "OH", "--locale", "rural"], {"m1", "m3", "m7", "m9"}),
        (["--min-enrollment", "4000", "--max-enrollment", "5000"], {"m3", "m4"}),
        (["--role", "superintend", "--type", "district", "--max-enrollment", "2000"], {"m0", "m1"}),
    ],
)
def test_filters(imported: Path, filters: list[str], ids: set[str]) -> None:
    question = "we lose and we kept bus drivers reading coaches attendance letters math tutors"
    found = document("who", question, *filters, "--limit", "50", network=imported)
    assert {answer["person"]["id"] for answer in found["answers"]} == ids
    if "--hosts" in filters:
        assert {answer["kind"] for answer in found["answers"]} == {"practice"}


def test_a_confidential_text_is_for_staff_alone(imported: Path) -> None:
    for arguments in (["who", SECRET], ["show", "m1"], ["who", "--for", "m4"]):
        hidden = done(*arguments, "--json", network=imported)
        assert SECRET not in hidden.replace(f'"query": "{SECRET}"', "").replace(f'"searched": "{SECRET}"', "")
    assert SECRET in document("who", SECRET, "--staff", network=imported)["answers"][0]["text"]


def test_no_good_answer_is_said_in_words(imported: Path) -> None:
    shown = done("who", "xylophone", network=imported)
    assert "There is no good answer: nobody wrote anything" in shown
    assert "Try other words" in shown
    assert "Nearest, but probably not what you look for" in shown
    filtered = done("who", "xylophone", "--state", "KS", network=imported)
    assert "Leave out a filter" in " ".join(filtered.split())
    assert "The filters let nobody through" in done("who", "bus", "--state", "AK", network=imported)
    found = document("who", "xylophone", network=imported)
    assert set(found) == FOUND
    assert found["answers"] == []
    assert len(found["nearest"]) == 3


def test_how_a_question_was_read_is_shown_with_how_to_take_it_off(imported: Path) -> None:
    shown = " ".join(done("who", "rural districts dealing with bus drivrs in KS", network=imported).split())
    assert "Read 'drivrs' as 'drivers'." in shown
    assert "Only state KS, for 'KS'. To take that off: --without KS" in shown
    assert "Only type district, for 'districts'. To take that off: --without district" in shown
    assert "Searched for: bus drivers" in shown
    hosts = done("who", "who can host us on bus drivers?", network=imported)
    assert "Only members that would host" in hosts
    assert "--without hosts" in hosts
    offered = done("who", "rural bus drivers", network=imported)
    assert "To make it one: --locale rural" in " ".join(offered.split())
    nobody = done("who", "bus drivers in Texas", network=imported)
    assert "'Texas' is no filter here: it would leave nobody." in nobody


def test_a_filter_is_taken_off(imported: Path) -> None:
    everywhere = document("who", "bus drivers in KS", "--without", "KS", network=imported)
    assert {answer["person"]["state"] for answer in everywhere["answers"]} > {"KS"}
    typed = document("who", "bus drivrs in KS", "--as-typed", network=imported)
    assert (typed["searched"], typed["facets"], typed["corrections"]) == ("bus drivrs in KS", [], [])
    ended = run("who", "bus drivers in KS", "--without", "rural", network=imported)
    assert ended.exit_code == 1
    assert "The question names no filter 'rural'. It was read with 'KS'." in ended.stderr


def test_more_like_a_statement(imported: Path) -> None:
    first = document("who", "bus drivers", network=imported)["answers"][0]
    like = document("who", "--like", first["statement_id"], network=imported)
    assert like["like"] == first["statement_id"]
    assert like["answers"][0]["text"] == first["text"]
    assert first["person"]["id"] not in {answer["person"]["id"] for answer in like["answers"]}
    shown = done("who", "--like", first["statement_id"], network=imported)
    assert "is on the same problem" in shown
    ended = run("who", "--like", "s-none", network=imported)
    assert ended.exit_code == 1
    assert "There is no statement 's-none' to compare with." in ended.stderr


@pytest.mark.parametrize(
    "arguments", [[], ["  "], ["bus", "--for", "m1"], ["bus", "--like", "s"], ["--for", "m1", "--like", "s"]]
)
def test_one_thing_is_asked_at_a_time(imported: Path, arguments: list[str]) -> None:
    assert run("who", *arguments, network=imported).exit_code == 2


@pytest.mark.parametrize("question", ["x" * 10_000, "?!", "\x07", "who is it"])
def test_a_question_that_is_none_is_a_users_mistake(imported: Path, question: str) -> None:
    ended = run("who", question, network=imported)
    assert ended.exit_code == 1
    assert ended.stderr.startswith("Error: The question ") or "There is no word" in ended.stderr


def test_a_statement_is_added_and_found_at_once(tmp_path: Path) -> None:
    network = make_network(tmp_path)
    added = document("add", "Person 3", "--practice", "Xylophone repair on Fridays", network=network)
    (kept,) = added["statements"]
    assert (kept["member_id"], kept["kind"]) == ("m3", "practice")
    assert document("who", "xylophone repair", network=network)["answers"][0]["statement_id"] == kept["id"]
    shown = done("add", "m3", "--challenge", "n/a", "--practice", "Trombones", network=network)
    assert "a challenge of m3" in shown
    assert "set aside for you to look at: says that there is no answer" in shown
    assert "who --like s-" in shown
    assert "who --like" not in done("add", "m3", "--practice", "Tubas", "--confidential", network=network)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["m3"], 2, "Give --challenge TEXT, --practice TEXT or both."),
        (["nobody", "--practice", "x"], 1, "There is no member 'nobody'."),
        (["m3", "--practice", " "], 1, "The statement is empty."),
    ],
)
def test_what_cannot_be_added_is_told(imported: Path, arguments: list[str], code: int, message: str) -> None:
    ended = run("add", *arguments, network=imported)
    assert ended.exit_code == code
    assert message in ended.stderr


@pytest.mark.parametrize("refused", [" ", "x" * 50_000])
def test_of_two_statements_none_is_kept_where_one_is_refused(tmp_path: Path, refused: str) -> None:
    network = make_network(tmp_path)
    ended = run("add", "m3", "--challenge", "Xylophone repair", "--practice", refused, network=network)
    assert ended.exit_code == 1
    assert "The statement " in ended.stderr
    assert document("who", "xylophone repair", network=network)["answers"] == []


def test_peers_for_a_member(imported: Path) -> None:
    shown = done("who", "--for", "Person 4", network=imported)
    assert "Peers for Person 4" in shown
    assert "Their challenges match" in shown
    found = document("who", "--for", "p4@d4.example", "--limit", "3", network=imported)
    assert set(found) == {"for", "peers"}
    assert len(found["peers"]) == 3
    assert set(found["peers"][0]) == {"person", "affinity", "reasons", "quotes", "met"}
    assert "m4" not in {peer["person"]["id"] for peer in found["peers"]}


def test_a_member_that_is_not_there_is_a_users_mistake(imported: Path) -> None:
    ended = run("who", "--for", "Persom 4", network=imported)
    assert ended.exit_code == 1
    assert "There is no member 'Persom 4'." in ended.stderr


def test_a_state_that_is_not_there_is_a_users_mistake(imported: Path) -> None:
    ended = run("who", "bus drivers", "--state", "Bavaria", network=imported)
    assert ended.exit_code == 1
    assert "'Bavaria' is no state or territory. Write its name or its postal code" in ended.stderr
    assert "let nobody through" in done("who", "bus drivers", "--state", "Texas", network=imported)


def test_a_folder_without_a_database_is_named_in_the_cure(tmp_path: Path) -> None:
    ended = run("who", "x", network=tmp_path)
    assert ended.exit_code == 1
    assert f"`matcher init {tmp_path}`, or name another folder with --network." in ended.stderr


def test_a_type_that_is_not_there_is_bad_usage(imported: Path) -> None:
    ended = run("who", "x", "--type", "college", network=imported)
    assert ended.exit_code == 2
    assert "state agency" in ended.stderr
