"""The edge: what becomes of errors, and the exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from build_cli import done, run
from matcher.cli import session, showing
from matcher.cli.app import cli
from matcher.errors import AmbiguousInputError, MatcherError


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def raise_it(*_args: object, **_kwargs: object) -> None:
        raise error

    monkeypatch.setattr(cli.commands["show"], "callback", raise_it)


def test_a_users_mistake_is_one_line_and_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, MatcherError("It is so.", cure="Do this."))
    ended = run("show")
    assert (ended.exit_code, ended.stdout, ended.stderr) == (1, "", "Error: It is so. Do this.\n")


def test_what_is_ambiguous_lists_its_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, AmbiguousInputError("Which?", choices=("comma", "tab")))
    ended = run("show")
    assert ended.exit_code == 1
    assert "Choices: comma, tab" in ended.stderr


@pytest.mark.parametrize("verbose", [[], ["-v"]])
def test_a_bug_says_so_and_keeps_its_message_to_itself(
    monkeypatch: pytest.MonkeyPatch, verbose: list[str]
) -> None:
    fail_with(monkeypatch, KeyError("Marlene Kasook"))
    ended = run(*verbose, "show")
    assert ended.exit_code == 70
    assert "bug in matcher (KeyError)" in ended.stderr
    assert ("Traceback" in ended.stderr) is bool(verbose)
    assert ("Marlene" in ended.stderr) is bool(verbose)


def test_v_may_stand_behind_the_command_too(monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, KeyError("x"))
    assert "Traceback" in run("show", "-v").stderr
    assert "Traceback" not in run("show").stderr


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), click.Abort()])
def test_an_interruption_is_130(monkeypatch: pytest.MonkeyPatch, interruption: BaseException) -> None:
    fail_with(monkeypatch, interruption)
    ended = run("show")
    assert ended.exit_code == 130
    assert "Stopped." in ended.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["nosuch"],
        ["who"],
        ["who", "x", "--for", "m1"],
        ["who", "x", "--min-enrollment", "9", "--max-enrollment", "3"],
        ["pairs", "--threshold", "1001"],
        ["pairs", "--start", "soon"],
        ["show", "runs", "--why"],
        ["import"],
        ["replay", "first"],
    ],
)
def test_bad_usage_is_2(arguments: list[str]) -> None:
    ended = run(*arguments)
    assert ended.exit_code == 2
    assert "Usage: matcher" in ended.stderr
    assert ended.stdout == ""


def test_a_network_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    ended = run("topics", network=tmp_path / "spring")
    assert ended.exit_code == 1
    assert "matcher --network" in ended.stderr
    assert "init" in ended.stderr


def test_an_empty_network_says_what_to_import(tmp_path: Path) -> None:
    done("init", tmp_path / "n")
    ended = run("topics", network=tmp_path / "n")
    assert ended.exit_code == 1
    assert "no members" in ended.stderr


def test_a_wrong_setting_names_itself(tmp_path: Path) -> None:
    done("init", tmp_path / "n")
    (tmp_path / "n" / "matcher.toml").write_text("[pairs]\nthresold = 3\n", encoding="utf-8")
    ended = run("show", network=tmp_path / "n")
    assert ended.exit_code == 1
    assert "pairs.thresold" in ended.stderr


def test_options_that_clash_are_a_users_mistake(imported: Path) -> None:
    ended = run("cohorts", "--min-size", "5", "--max-size", "3", network=imported)
    assert ended.exit_code == 1
    assert "min_size is 5" in ended.stderr


def test_the_network_may_be_named_behind_the_command_or_in_the_environment(
    imported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "12 members" in done("show", "--network", imported)
    monkeypatch.setenv("MATCHER_NETWORK", str(imported))
    assert "12 members" in done("show")


def test_a_list_that_is_not_there_names_those_that_are(imported: Path) -> None:
    ended = run("show", "wishlist", network=imported)
    assert ended.exit_code == 1
    assert all(word in ended.stderr for word in (*session.KINDS, *showing.LISTS, "waitlist"))


def test_a_reader_that_has_seen_enough_is_no_error(imported: Path) -> None:
    matcher = [sys.executable, "-c", "from matcher.cli import main; main()", "--network", str(imported)]
    with subprocess.Popen(
        [*matcher, "show", "members"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as asked:
        assert asked.stdout is not None
        assert asked.stderr is not None
        asked.stdout.close()
        assert asked.stderr.read() == b""
        asked.wait(timeout=60)
    assert asked.returncode == 141


def test_what_could_steer_a_terminal_is_not_printed() -> None:
    from matcher.cli.output import text

    assert "\x1b" not in text("\x1b[31mred\x1b[0m").plain
    assert text("bell\x07 and back\x08").plain == "bell and back"


def test_an_interrupt_in_the_middle_of_an_import_is_no_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ImportError("half loaded")
    error.__cause__ = KeyboardInterrupt()
    fail_with(monkeypatch, error)
    ended = run("show")
    assert ended.exit_code == 130
    assert "Stopped" in ended.stderr
