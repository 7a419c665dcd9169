"""Every command has help, an example that parses, --json and a place in docs/commands.md."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from build_cli import run
from matcher.cli.app import cli

DOCS = Path(__file__).parents[2] / "docs" / "commands.md"
EXPECTED = [
    *("init", "import", "add", "topics", "who", "pairs", "cohorts", "visits"),
    *("why", "rules", "adjust", "repair", "publish", "answer", "agree", "held", "cancel"),
    *("show", "export", "replay", "demo", "evaluate", "train"),
    *("backup", "restore", "check", "erase", "account", "serve"),
]
HEAVY = [
    *("numpy", "pandas", "torch", "sentence_transformers", "sklearn", "ortools", "networkx", "numba"),
    *("sqlalchemy", "rich", "altair", "pydantic", "rapidfuzz", "openpyxl"),
]


def examples(text: str) -> list[str]:
    """The commands in the Examples block of a help text."""
    block = text.partition("Examples:\n")[2].partition("\n\n")[0]
    return [line.strip() for line in block.splitlines() if line.strip().startswith("matcher ")]


def parse(line: str) -> None:
    """Parse a command line without running it. Raises click.UsageError where it is wrong."""
    words = shlex.split(line)
    assert words[0] == "matcher"
    with cli.make_context("matcher", words[1:]) as context:
        name, command, rest = cli.resolve_command(context, [*context._protected_args, *context.args])
        assert name is not None
        assert command is not None
        command.make_context(name, rest, parent=context).close()


def test_the_commands_are_those_that_were_agreed() -> None:
    assert list(cli.commands) == EXPECTED


@pytest.mark.parametrize("name", EXPECTED)
def test_each_command_has_help_examples_and_json(name: str) -> None:
    shown = run(name, "--help")
    assert shown.exit_code == 0
    assert "--json" in shown.stdout
    found = examples(shown.stdout)
    assert found
    for line in found:
        assert line.split()[1] == name
        parse(line)


def test_the_examples_of_the_program_parse() -> None:
    found = examples(run("--help").stdout)
    assert len(found) > 3
    for line in found:
        parse(line)


def test_an_example_with_an_unknown_option_would_be_noticed() -> None:
    with pytest.raises(click.NoSuchOption):
        parse("matcher who help --stat KS")


@pytest.mark.parametrize("name", EXPECTED)
def test_each_option_has_help(name: str) -> None:
    for parameter in cli.commands[name].params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert parameter.help, parameter.name


@pytest.mark.parametrize("name", EXPECTED)
def test_each_command_and_option_is_in_the_docs(name: str) -> None:
    section = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", DOCS.read_text("utf-8"), re.M | re.S)
    assert section, f"docs/commands.md has no section '## {name}'"
    shown = section[1]
    for parameter in cli.commands[name].params:
        if isinstance(parameter, click.Option) and not parameter.hidden and parameter.name != "as_json":
            longest = max(parameter.opts, key=len)
            assert f"`{longest}" in shown, f"docs/commands.md does not tell of {name} {longest}"
    assert "matcher" in shown.partition("```")[2], f"docs/commands.md has no example of {name}"


def test_the_docs_tell_of_no_option_that_is_not_there() -> None:
    sections = re.split(r"^## ", DOCS.read_text("utf-8"), flags=re.M)[1:]
    for section in sections:
        name, _, rest = section.partition("\n")
        if name in cli.commands:
            known = {o for p in cli.commands[name].params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
            rows = set(re.findall(r"^\| `(--[a-z-]+)", rest, re.M))
            assert rows <= known, name


@pytest.mark.parametrize("name", EXPECTED)
def test_the_commands_in_the_docs_parse(name: str) -> None:
    lines = [line for line in DOCS.read_text("utf-8").splitlines() if line.startswith(f"$ matcher {name}")]
    assert lines
    for line in lines:
        parse(line.removeprefix("$ "))


@pytest.mark.parametrize("arguments", [["--help"], ["who", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "sys.argv = ['matcher', *sys.argv[1:]]\n"
        "from matcher.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert not end.code\n"
        f"print('HEAVY', sorted(set({HEAVY!r}) & set(sys.modules)))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout.splitlines()[-1] == "HEAVY []"
    assert len(ended.stdout.splitlines()) > 1
