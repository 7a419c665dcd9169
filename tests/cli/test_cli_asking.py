"""who: answers, filters, and what is withheld."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_cli import SECRET, document, done, run

PERSON = {
    *("id", "name", "role", "organization", "kind", "state", "place", "email"),
    *("latitude", "longitude"),
}


def test_the_answers_come_with_the_sentence_that_earned_the_rank(imported: Path) -> None:
    shown = done("who", "bus drivers", network=imported)
    assert "Who works on 'bus drivers'" in shown
    assert "We lose bus drivers here" in shown
    assert "Superintendent, District" in shown


def test_who_as_json(imported: Path) -> None:
    found = document("who", "bus", "drivers", "--limit", "4", network=imported)
    assert set(found) == {"query", "answers"}
    assert found["query"] == "bus drivers"
    assert len(found["answers"]) == 4
    assert set(found["answers"][0]) == {"person", "kind", "text", "topic", "points", "seats"}
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
        assert SECRET not in hidden.replace(f'"query": "{SECRET}"', "")
    assert "confidential: seen by network staff only" in done("who", SECRET, network=imported)
    assert SECRET in document("who", SECRET, "--staff", network=imported)["answers"][0]["text"]


def test_no_good_answer_is_said_in_words(imported: Path) -> None:
    shown = done("who", "xylophone", network=imported)
    assert "no good answer to 'xylophone'" in shown
    assert "Try other words" in shown
    filtered = done("who", "bus drivers", "--state", "AK", network=imported)
    assert "Leave out a filter" in " ".join(filtered.split())
    assert document("who", "xylophone", network=imported) == {"query": "xylophone", "answers": []}


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
    assert "no good answer" in done("who", "bus drivers", "--state", "Texas", network=imported)


def test_a_folder_without_a_database_is_named_in_the_cure(tmp_path: Path) -> None:
    ended = run("who", "x", network=tmp_path)
    assert ended.exit_code == 1
    assert f"`matcher init {tmp_path}`, or name another folder with --network." in ended.stderr


def test_a_type_that_is_not_there_is_bad_usage(imported: Path) -> None:
    ended = run("who", "x", "--type", "college", network=imported)
    assert ended.exit_code == 2
    assert "state agency" in ended.stderr
