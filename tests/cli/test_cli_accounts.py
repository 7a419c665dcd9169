"""`matcher account`: the passwords are asked for, the list shows none, and what is wrong is told."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from build_cli import done, run
from matcher.workflow import passwords

TWICE = "four words in a row\n" * 2
ADA = ("account", "add", "Ada@staff.example", "--name", "Ada Reyes", "--role", "administrator")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("accounts") / "network"
    done("init", folder)
    return folder


@pytest.fixture
def network(empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(
        passwords, "PasswordHasher", partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    )
    return shutil.copytree(empty, tmp_path / "network")


def test_accounts_are_added_listed_deactivated_and_activated(network: Path) -> None:
    assert "no account yet" in done("account", "list", network=network)
    made = run(*ADA, network=network, keys=TWICE)
    assert made.exit_code == 0, made.stderr
    assert "ada@staff.example" in made.stdout
    assert "four words" not in made.stdout + made.stderr
    fay = run("account", "add", "f@x.example", "--name", "Fay", network=network, keys=TWICE)
    assert "facilitator" in fay.stdout
    listed = done("account", "list", network=network)
    assert listed.index("ada@staff.example") < listed.index("f@x.example")
    assert "argon2" not in listed
    done("account", "deactivate", "F@x.example", network=network)
    found = json.loads(done("account", "list", "--json", network=network))["accounts"]
    assert [each["active"] for each in found] == [True, False]
    assert not any("password" in key for each in found for key in each)
    done("account", "activate", found[1]["id"], network=network)
    assert "no" not in done("account", "list", network=network).split()


def test_a_password_is_set_anew(network: Path) -> None:
    run(*ADA, network=network, keys=TWICE)
    told = run("account", "password", "ada@staff.example", network=network, keys="other words in a row\n" * 2)
    assert told.exit_code == 0
    assert "sessions have ended" in told.stdout


def test_two_passwords_that_differ_are_asked_for_again(network: Path) -> None:
    told = run(*ADA, network=network, keys="four words in a row\nfour words in a rwo\n" + TWICE)
    assert told.exit_code == 0


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("account", "deactivate"), 2, "whose account"),
        (("account", "list", "--name", "x"), 2, "go with add"),
        (("account", "deactivate", "nobody@x.example"), 1, "no account"),
        (("account", "add", "a@x.example", "--name", "A", "--role", "member"), 1, "member"),
        (("account", "add", "a@x.example"), 1, "name"),
        (("account", "add", "a@x.example", "--name", "A", "--role", "owner"), 2, "owner"),
    ],
)
def test_what_is_wrong_is_told(network: Path, words: tuple[str, ...], code: int, told: str) -> None:
    result = run(*words, network=network, keys=TWICE)
    assert result.exit_code == code
    assert told in result.stderr


def test_a_short_password_makes_no_account(network: Path) -> None:
    result = run(*ADA, network=network, keys="short\nshort\n")
    assert result.exit_code == 1
    assert "12" in result.stderr
    assert "no account yet" in done("account", "list", network=network)
