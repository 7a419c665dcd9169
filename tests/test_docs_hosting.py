"""docs/hosting.md: its commands parse, and the names and numbers that it tells are those of the program."""

from __future__ import annotations

import re
import shlex
from datetime import timedelta
from pathlib import Path

import click
import pytest

from matcher.cli.app import cli
from matcher.workflow import accounts, passwords
from service import __main__ as serving
from service import auth, begun, guards, oidc, rights, settings, throttle
from service.pages.oidc import BACK

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")


def section(name: str) -> str:
    found = re.search(rf"^## {re.escape(name)}\n(.*?)(?=^## |\Z)", PAGE, flags=re.M | re.S)
    assert found, f"docs/hosting.md has no section '## {name}'"
    return found[1]


def commands() -> list[str]:
    """What follows the program's name in each line of a block that runs it, in the unit too."""
    blocks = re.findall(r"^```(?:sh|ini)\n(.*?)^```", PAGE, flags=re.M | re.S)
    lines = [line for block in blocks for line in block.splitlines()]
    return [found[1] for line in lines if (found := re.search(r"(?:^|[\s=/])matcher (.+)$", line))]


def parse(line: str) -> None:
    """Parse a command line without running it. Raises click.UsageError where it is wrong."""
    words = shlex.split(line)
    if words == ["--version"]:
        return
    with cli.make_context("matcher", words) as context:
        name, command, rest = cli.resolve_command(context, [*context._protected_args, *context.args])
        assert name is not None
        assert command is not None
        command.make_context(name, rest, parent=context).close()


@pytest.mark.parametrize("line", commands())
def test_each_command_parses(line: str) -> None:
    parse(line)


def test_a_wrong_command_would_be_noticed() -> None:
    assert len(commands()) > 10
    with pytest.raises(click.UsageError):
        parse("--network /srv/peers serve --nowhere")


def test_the_unit_starts_the_service() -> None:
    unit = re.search(r"^```ini\n(.*?)^```", PAGE, flags=re.M | re.S)
    assert unit
    keys = dict(line.split("=", 1) for line in unit[1].splitlines() if "=" in line)
    assert keys["ExecStart"].endswith("serve")
    # The server lets answers be finished, then the worker gives its job back.
    assert int(keys["TimeoutStopSec"]) > serving.ANSWERS_GRACE + serving.WORKER_GRACE


def test_what_the_environment_sets_is_read_by_the_program() -> None:
    named = set(re.findall(r"^\| `(MATCHER_\w+)` \|", section("Start"), flags=re.M))
    sources = "".join(
        path.read_text(encoding="utf-8")
        for room in ("matcher", "service")
        for path in (ROOT / room).rglob("*.py")
    )
    assert {"MATCHER_SECRET", "MATCHER_BASE_URL"} <= named
    assert all(f'"{name}"' in sources for name in named)
    assert f"`{settings.SECRET_FILE}`" in section("Start")


def test_the_numbers_are_the_program_s() -> None:
    told = " ".join(section("Accounts").split())
    assert f"{passwords.SHORTEST} to {passwords.LONGEST} characters" in told
    assert f"{throttle.BY_ACCOUNT} times in {throttle.WINDOW / 60:g} minutes" in told
    assert f"{throttle.BY_ADDRESS} times from one address" in told
    assert f"{accounts.IDLE // timedelta(hours=1)} hours after" in told
    assert f"{accounts.LONGEST.days} days after" in told
    start = " ".join(section("Start").split())
    assert f"up to {serving.ANSWERS_GRACE} seconds" in start
    assert f"give the worker {serving.WORKER_GRACE}" in start
    assert f"at most {guards.BODY // 1024} KB" in " ".join(section("In front: TLS").split())


def test_the_directory_s_settings_and_numbers_are_the_program_s() -> None:
    told = section("Log-in with your own directory")
    named = set(re.findall(r"^\| `(MATCHER_\w+)` \|", told, flags=re.M))
    source = Path(settings.__file__).read_text(encoding="utf-8")
    assert named == set(re.findall(r"MATCHER_OIDC_[A-Z_]*[A-Z]", source))
    environment = dict.fromkeys(named - {"MATCHER_OIDC_LABEL"}, "https://login.example")
    found = settings.read_settings(Path(), "127.0.0.1", 8000, {"MATCHER_SECRET": "s" * 32} | environment)
    assert found.oidc is not None
    assert f"`{found.oidc.label}`" in told
    assert f"`https://peers.example{BACK}`" in told
    assert f"`{auth.BY_OIDC}`" in told
    words = " ".join(told.split())
    assert f"within {begun.LASTS.seconds // 60} minutes" in words
    assert f"within {oidc.PATIENCE:g} seconds is left alone for {oidc.PAUSE:g}" in words
    assert oidc.KEPT == 3600
    assert "kept for an hour" in words


def test_the_paths_that_are_told_are_open_to_all() -> None:
    for path in ("/healthz", "/readyz", "/metrics", "/api/v1/openapi.json"):
        assert f"| `{path}` |" in section("Start")
    assert rights.RIGHTS[rights.Operation.HEALTH].open
    assert rights.RIGHTS[rights.Operation.MEASURE].local


def test_every_role_is_told() -> None:
    told = re.findall(r"^\| (\w+) \| ", section("Accounts"), flags=re.M)
    assert set(told) == {"role", *(role.value for role in rights.Role)}


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)", PAGE)
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
