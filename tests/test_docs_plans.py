"""Every command line of docs/plans.md is run, in order, on the example network."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from matcher.cli.app import cli
from matcher.cli.session import Session
from words_embedder import WordsEmbedder

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "plans.md").read_text(encoding="utf-8")
FILES = ("roster.csv", "facilitators.csv", "intake.xlsx", "history.csv", "bans.csv")
#: Short searches: what they find is not looked at.
SETTINGS = "[cohorts]\nseconds = 1.0\n"


def told() -> list[str]:
    """Each line to be typed, in a block or in a sentence, without the program's name and its comment."""
    found = re.findall(r"^\$ matcher (.+)$|`matcher ([^`]+)`", PAGE, flags=re.MULTILINE)
    return [block or sentence for block, sentence in found]


def run(line: str) -> str:
    words = shlex.split(line, comments=True)
    done = CliRunner().invoke(cli, words, obj=Session(embedder=WordsEmbedder()))
    assert done.exit_code == 0, f"{line}\n{done.output}"
    return done.stdout


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in FILES:
        shutil.copy(ROOT / "data" / "example" / name, tmp_path / name)
    run("init")
    (tmp_path / "network" / "matcher.toml").write_text(SETTINGS, encoding="utf-8")
    run(f"import {' '.join(FILES)} --yes")
    run("topics")
    run('pairs --term "2026-27 fall" --start 2026-09-14')
    run("cohorts")
    run("visits")
    return tmp_path / "network"


def test_the_lines_work_in_the_order_they_are_told(network: Path) -> None:
    lines = told()
    assert len(lines) > 12
    said = {line: run(line) for line in lines}
    assert all(said.values())


def test_the_page_tells_of_every_way_to_change_a_plan() -> None:
    lines = " ".join(told())
    for change in ("pin", "ban", "move", "swap"):
        assert re.search(rf"\badjust \w+ {change}\b", lines), change
    for command in ("why", "rules", "repair", "replay"):
        assert re.search(rf"\b{command}\b", lines), command
