"""Every example of docs/topics.md is run, in order, on the example network."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from matcher.cli.app import cli
from matcher.cli.session import Session
from matcher.taxonomy import load_taxonomy
from words_embedder import WordsEmbedder

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "topics.md").read_text(encoding="utf-8")
FILES = ("roster.csv", "intake.xlsx")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


def run(line: str) -> str:
    done = CliRunner().invoke(cli, shlex.split(line), obj=Session(embedder=WordsEmbedder()))
    assert done.exit_code == 0, f"{line}\n{done.output}"
    return done.stdout


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in FILES:
        shutil.copy(ROOT / "data" / "example" / name, tmp_path / name)
    run("init")
    run(f"import {' '.join(FILES)} --yes")
    return tmp_path / "network"


def test_the_examples_work_in_the_order_they_are_told(network: Path) -> None:
    lines = [line for block in blocks("console") for line in block.splitlines()]
    assert len(lines) > 15
    for line in lines:
        assert line.startswith("$ matcher ")
        run(line.removeprefix("$ matcher "))
    assert "“Keeping teachers”" in run("topics edits")


def test_the_page_tells_of_every_command_of_topics() -> None:
    for name in cli.commands["topics"].commands:  # type: ignore[attr-defined]
        assert re.search(rf"^\$ matcher topics {name}\b|matcher topics {name}", PAGE, re.MULTILINE), name


def test_the_areas_of_the_page_can_be_read(network: Path) -> None:
    (own,) = blocks("csv")
    (network / "taxonomy").mkdir()
    (network / "taxonomy" / "areas.csv").write_text(own, encoding="utf-8")
    known = {area.id: area.name for area in load_taxonomy(own=network / "taxonomy").areas}
    assert known["bus-routes"] == "Bus routes"
    run("topics")
