"""matcher topics and the commands below it, and matcher show topic."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest

from build_cli import SECRET, document, done, make_network, run
from matcher.cli.app import cli
from matcher.cli.topics import topics

DOCS = (Path(__file__).parents[2] / "docs" / "commands.md").read_text("utf-8")
SECTION = DOCS.partition("## topics\n")[2].partition("\n## ")[0]
COMMANDS = [
    *("rename", "merge", "split", "move", "lock", "unlock", "seed", "aside", "back"),
    *("undo", "edits", "history"),
]


@pytest.fixture
def network(tmp_path: Path) -> Path:
    return make_network(tmp_path)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network whose topics were found; tests only read it."""
    made = make_network(tmp_path_factory.mktemp("topics"))
    done("topics", network=made)
    return made


def first_two(network: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    one, two, *_ = document("topics", network=network)["topics"]
    return one, two


def test_the_commands_are_those_that_were_agreed() -> None:
    assert list(topics.commands) == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_examples_json_and_a_place_in_the_docs(name: str) -> None:
    shown = run("topics", name, "--help")
    assert shown.exit_code == 0
    assert "--json" in shown.stdout
    assert f"`topics {name}" in SECTION
    block = shown.stdout.partition("Examples:\n")[2].partition("\n\n")[0]
    lines = [line.strip() for line in block.splitlines() if line.strip().startswith("matcher ")]
    assert lines
    command = topics.commands[name]
    for line in lines:
        words = shlex.split(line)
        assert words[:3] == ["matcher", "topics", name]
        command.make_context(name, words[3:]).close()
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert parameter.help
            assert f"`{max(parameter.opts, key=len)}" in SECTION


def test_the_commands_of_the_docs_parse() -> None:
    lines = re.findall(r"^\$ matcher topics (.*)$", DOCS, re.MULTILINE)
    for line in lines:
        name, *rest = shlex.split(line)
        topics.commands[name].make_context(name, rest).close()
    assert lines


def test_an_edit_tells_what_changed_and_is_listed_with_who_and_when(network: Path) -> None:
    first, second = first_two(network)
    told = done("topics", "rename", first["id"].lower(), "Getting there", "--by", "Kim", network=network)
    assert f"Named {first['id']} “Getting there”." in told
    assert "No statements moved; 1 topic changed." in told
    merged = document("topics", "merge", first["id"], second["id"], "--by", "Lee", network=network)
    assert set(merged) == {"kind", "text", "by", "at", "moved", "topics"}
    assert (merged["kind"], merged["by"], merged["moved"]) == ("merge", "Lee", second["size"])
    listed = document("topics", "edits", network=network)["edits"]
    assert [(each["number"], each["by"]) for each in listed] == [(2, "Lee"), (1, "Kim")]
    assert all(each["at"] for each in listed)
    assert "Getting there" in done("topics", "edits", network=network)
    assert "Getting there" in done("topics", network=network)
    assert "Taken back: merged " in done("topics", "undo", network=network)
    events = document("topics", "history", "--limit", "1", network=network)["events"]
    assert len(events) == 1
    shown = done("topics", "history", "--limit", "1", network=network)
    assert "earlier event" in shown
    assert "Getting there" in shown


def test_without_a_name_it_is_who_is_logged_in(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = first_two(network)
    monkeypatch.setenv("LOGNAME", "ada")
    assert document("topics", "lock", first["id"], network=network)["by"] == "ada"

    def nobody() -> str:
        raise KeyError("no such user")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert document("topics", "unlock", first["id"], network=network)["by"] == "unknown"


def test_statements_are_split_off_moved_set_aside_and_brought_back(network: Path) -> None:
    first, second = first_two(network)
    detail = document("show", "topic", second["id"], network=network)
    ids = [line["id"] for line in detail["statements"]]
    split = document("topics", "split", second["id"], "--statements", f"{ids[0]}, ", network=network)
    assert split["moved"] >= 1
    moved = document("topics", "move", ids[0], first["id"], network=network)
    assert moved["kind"] == "move"
    there = document("show", "topic", first["id"], network=network)["statements"]
    assert ids[0] in {line["id"] for line in there}
    done("topics", "aside", ids[0], network=network)
    aside = {each["id"]: each for each in document("show", "aside", network=network)["aside"]}
    assert aside[ids[0]]["found_by"] == "topics"
    assert "topics back" in done("show", "aside", network=network)
    done("topics", "back", ids[0], network=network)
    assert ids[0] not in {each["id"] for each in document("show", "aside", network=network)["aside"]}
    seeded = document("topics", "seed", "Drivers", "bus drivers", network=network)
    assert seeded["kind"] == "seed"


def test_a_locked_topic_says_so_and_a_wrong_id_is_told(network: Path) -> None:
    first, second = first_two(network)
    told = done("topics", "lock", first["id"], network=network)
    assert "No statements moved; 1 topic changed." in told
    assert "(locked)" in told
    assert "(locked)" in done("show", "topics", network=network)
    refused = run("topics", "merge", second["id"], first["id"], network=network)
    assert refused.exit_code == 1
    assert "locked" in refused.stderr
    for arguments in (("lock", "T99"), ("aside", "s-none"), ("move", "s-none", second["id"])):
        ended = run("topics", *arguments, network=network)
        assert ended.exit_code == 1
        assert ended.stderr.startswith("Error: There is no ")
    ended = run("show", "topic", "T99", network=network)
    assert ended.exit_code == 1
    assert "Nearest are" in ended.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("topics", "--json", "edits"),
        ("topics", "--afresh", "undo"),
        ("topics", "--granularity", "fine", "history"),
        ("topics", "split", "T01", "--into", "2", "--statements", "s-1"),
        ("topics", "split", "T01", "--into", "1"),
        ("topics", "merge", "T01"),
        ("show", "topic"),
        ("show", "topics", "T01"),
        ("show", "Person", "1"),
    ],
)
def test_what_cannot_be_meant_is_bad_usage(found: Path, arguments: tuple[str, ...]) -> None:
    assert run(*arguments, network=found).exit_code == 2


def test_nothing_yet_is_said_in_words(network: Path) -> None:
    assert "Nobody has changed a topic yet." in done("topics", "edits", network=network)
    assert "No topics were found yet" in done("topics", "history", network=network)
    ended = run("topics", "undo", network=network)
    assert ended.exit_code == 1
    assert "no edit to take back" in ended.stderr


def test_one_topic_is_shown_with_the_ids_of_its_statements(found: Path) -> None:
    first, _ = first_two(found)
    detail = document("show", "topic", first["label"], network=found)
    assert set(detail) == {"topic", "statements", "events"}
    assert detail["topic"] == first
    shown = done("show", "topic", first["id"], network=found)
    assert all(line["id"] in shown for line in detail["statements"])
    assert "Named by " in shown


def test_a_confidential_text_of_a_topic_is_shown_to_staff_alone(found: Path) -> None:
    ids = [each["id"] for each in document("show", "topics", network=found)["topics"]]
    for_all = [done("show", "topic", id, network=found) for id in ids]
    for_staff = [document("show", "topic", id, "--staff", network=found) for id in ids]
    assert SECRET not in " ".join(" ".join(for_all).split())
    texts = {line["text"] for each in for_staff for line in each["statements"]}
    aside = {each["text"] for each in document("show", "aside", "--staff", network=found)["aside"]}
    assert SECRET in texts | aside


def test_found_afresh_what_staff_said_still_holds(network: Path) -> None:
    first, _ = first_two(network)
    done("topics", "rename", first["id"], "Getting there", network=network)
    again = document("topics", "--afresh", network=network)["topics"]
    assert "Getting there" in {each["label"] for each in again}


def test_the_group_is_a_command_of_the_program() -> None:
    assert cli.commands["topics"] is topics
