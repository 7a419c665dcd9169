"""Opening a network that is not there tells how to come by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.errors import NotFoundError
from matcher.workflow.workspace import DATABASE, create, open_workspace


def cure(folder: Path) -> str:
    with pytest.raises(NotFoundError) as refused, open_workspace(folder):
        pass
    return refused.value.cure


def test_a_folder_without_a_network_is_told_how_to_make_one(tmp_path: Path) -> None:
    assert cure(tmp_path).startswith(f"Make one with `matcher init {tmp_path}`, ")


def test_where_only_the_settings_are_there_the_database_may_be_elsewhere(tmp_path: Path) -> None:
    create(tmp_path)
    (tmp_path / DATABASE).unlink()
    assert cure(tmp_path).startswith("Where it is in PostgreSQL, set MATCHER_DATABASE. Make one with ")


def test_what_the_environment_says_of_the_database_may_be_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(tmp_path)
    monkeypatch.setenv("MATCHER_DATABASE", str(tmp_path / "nonsense"))
    assert cure(tmp_path).startswith("See whether MATCHER_DATABASE says the right thing. Make one with ")
